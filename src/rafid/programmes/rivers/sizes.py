"""A chart in two sizes: for a wide screen and paper, and for a phone, where the same figures stand with fewer marks.

Both are in the page and ``charts.css`` shows one: a chart that has to be scrolled hides its axis, and in a page that runs from
right to left begins at the end of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Size:
    """Of the drawing, and of the room about it for writing."""

    wide: int
    high: int
    left: int
    right: int
    top: int
    bottom: int
    narrow: bool = False

    @property
    def end(self) -> int:
        """Where the figures end at the right."""
        return self.wide - self.right

    @property
    def foot(self) -> int:
        return self.high - self.bottom

    @property
    def across(self) -> int:
        return self.wide - self.left - self.right

    @property
    def upwards(self) -> int:
        return self.high - self.top - self.bottom


def in_sizes(name: str, label: str, sizes: Iterable[Size], draw: Callable[[Size], Iterable[Any]]) -> SafeString:
    """``draw`` gives the parts of the drawing in a size. Times run from left to right in every language."""
    drawn = format_html_join(
        "",
        '<svg class="{}" viewBox="0 0 {} {}">{}</svg>',
        (
            (
                "at-narrow" if one.narrow else "at-wide", one.wide, one.high,
                format_html_join("", "{}", ((part,) for part in draw(one))),
            )
            for one in sizes
        ),
    )  # fmt: skip
    return format_html('<svg class="{}" role="img" aria-label="{}" direction="ltr">{}</svg>', name, label, drawn)
