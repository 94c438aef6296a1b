"""Small drawings for tables of quality: a rate with its range beside the rate of all. One scale for all rows of a table."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_WIDTH, _HEIGHT = 160, 18


def whisker(rate: float, low: float, high: float, overall: float, top: float, label: str) -> SafeString:
    """``top``: the end of the scale, which begins at 0. Where the page runs from right to left its style turns it round."""
    end = max(top, 1e-9)

    def x(value: float) -> float:
        return 4 + min(max(value / end, 0.0), 1.0) * (_WIDTH - 8)

    middle = _HEIGHT / 2
    parts = [
        f'<path class="grid-line" d="M4 {middle:.1f}H{_WIDTH - 4}"/>',
        f'<path class="whisker-all" d="M{x(overall):.1f} 1V{_HEIGHT - 1}"/>',
        f'<path class="whisker-range" d="M{x(low):.1f} {middle:.1f}H{x(high):.1f}"/>' if high > low else "",
        f'<circle class="whisker-dot{" above" if low > overall else ""}" cx="{x(rate):.1f}" cy="{middle:.1f}" r="4"/>',
    ]
    svg = (
        f'<svg class="chart whisker" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{''.join(parts)}</svg>"
    )
    return mark_safe(svg)  # noqa: S308 - numbers, and words that are escaped
