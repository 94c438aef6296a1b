"""A change with its interval beside the line of no change; a share with its interval between 0 and 1."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDE, HIGH = 160, 22


def change_drawn(difference: float, low: float, high: float, *, small: bool = False) -> SafeString:
    """From -100 to +100 points; hollow where few were asked. The numbers stand beside it in words."""

    def at(value: float) -> str:
        return f"{WIDE * (max(-1.0, min(1.0, value)) + 1) / 2:.1f}"

    word = "up" if low > 0 else "down" if high < 0 else "none"
    return format_html(
        '<svg class="change-line {}{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<path class="zero" d="M{} 1V{}"/><path class="span" d="M{} 11H{}"/><circle cx="{}" cy="11" r="4"/></svg>',
        word, " small" if small else "", WIDE, HIGH, WIDE, HIGH, at(0), HIGH - 1, at(low), at(high), at(difference),
    )  # fmt: skip


def share_drawn(value: float, low: float, high: float, *, small: bool = False) -> SafeString:
    def at(one: float) -> str:
        return f"{WIDE * max(0.0, min(1.0, one)):.1f}"

    return format_html(
        '<svg class="change-line none{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<path class="zero" d="M0 11H{}"/><path class="span" d="M{} 11H{}"/><circle cx="{}" cy="11" r="4"/></svg>',
        " small" if small else "", WIDE, HIGH, WIDE, HIGH, WIDE, at(low), at(high), at(value),
    )  # fmt: skip
