"""A line of figures over time as SVG: one series, few words, the same on every screen."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .pyramid import nice_step

_WIDTH, _HEIGHT = 640, 220
_START, _END, _TOP, _FOOT = 70, 20, 16, 30
_LETTER = 7.5
"""About the width of a letter in its small words."""


def trend_svg(
    points: Sequence[tuple[str, float]], texts: Sequence[str], label: str, *, targets: Sequence[float | None] = ()
) -> SafeString:
    """``points`` (name of the period, figure) from the oldest to the newest, at least two; ``texts`` the figures as said;
    ``targets`` what was aimed at in each period, drawn as steps.

    Time runs from left to right in every language, as on all charts of statistics. The axis begins at zero unless there
    are negative figures.
    """
    values = [value for _name, value in points]
    aims = [aim for aim in targets if aim is not None]
    low, high = min(0.0, *values, *aims), max(0.0, *values, *aims)
    step = nice_step(max(high - low, 1e-9), 3)
    top, bottom = step * -(-high // step) or step, step * (low // step)

    def x(at: int) -> float:
        return _START + at * (_WIDTH - _START - _END) / (len(points) - 1)

    def y(value: float) -> float:
        return _TOP + (top - value) / (top - bottom) * (_HEIGHT - _TOP - _FOOT)

    parts = []
    for index in range(round((top - bottom) / step) + 1):
        value = bottom + index * step
        parts.append(
            f'<path class="grid-line" d="M{_START} {y(value):.1f}H{_WIDTH - _END}"/>'
            f'<text x="{_START - 8}" y="{y(value) + 4:.1f}" text-anchor="end" direction="ltr">{value:,.10g}</text>'
        )
    line = "L".join(f"{x(at):.1f} {y(value):.1f}" for at, value in enumerate(values))
    for at, aim in enumerate(targets):
        if aim is not None:
            half = (_WIDTH - _START - _END) / (len(points) - 1) / 2
            left, right = max(x(at) - half, _START), min(x(at) + half, _WIDTH - _END)
            parts.append(f'<path class="target-line" d="M{left:.1f} {y(aim):.1f}H{right:.1f}"/>')
    parts.append(f'<path class="trend-line" d="M{line}"/>')
    # As many names of periods as stand beside one another without touching.
    longest = max(len(name) for name, _value in points)
    room = max(int((_WIDTH - _START - _END) // (longest * _LETTER + _LETTER)), 2)
    every = -(-len(points) // min(room, 8))
    for at, (name, value) in enumerate(points):
        said = f"{name}: {texts[at]}"
        parts.append(
            f'<circle class="trend-dot" cx="{x(at):.1f}" cy="{y(value):.1f}" r="4"><title>{escape(said)}</title></circle>'
        )
        if at % every == 0:
            anchor = "middle" if 0 < at < len(points) - 1 else ("start" if at == 0 else "end")
            parts.append(f'<text x="{x(at):.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{escape(name)}</text>')
    svg = (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )
    return mark_safe(svg)  # noqa: S308 - numbers, and names that are escaped
