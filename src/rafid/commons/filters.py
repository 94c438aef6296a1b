"""Filters of a page that the address got wrong: the page is shown by the usual choice, and says so.

Files and programs get 400 or 422 for the same words; a page is for a person, who reads which filter was not understood
and what is shown instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils.translation import gettext as _

T = TypeVar("T")

_LONGEST = 60


def echoed(text: str, longest: int = _LONGEST) -> str:
    """What somebody wrote into an address, as it may stand on a page: without control characters, and not too long."""
    return "".join(sign for sign in text if sign.isprintable())[:longest]


def small_number(text: str) -> int | None:
    """The whole number of up to nine digits that a request wrote, else None.

    Python's own ``int`` raises at more than 4,300 digits, and at signs such as ², which ``str.isdigit`` takes for digits.

    >>> small_number("12"), small_number("²"), small_number("9" * 5000), small_number("-1"), small_number("")
    (12, None, None, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@dataclass
class Filters:
    """Reads the words of an address; ``notes`` are sentences about those that mean nothing, ``wrongs`` their names."""

    query: Mapping[str, str]
    notes: list[str] = field(default_factory=list)
    wrongs: set[str] = field(default_factory=set)

    def wrong(self, name: str, title: Any, shown: Any = "") -> None:
        """``title``: what the page calls the filter; ``shown``: what stands there instead."""
        self.wrongs.add(name)
        words = {"filter": title, "value": echoed(self.query.get(name, "")), "shown": shown}
        if shown:
            self.notes.append(_("The filter “%(filter)s” does not know “%(value)s”. Shown instead: %(shown)s.") % words)
        else:
            self.notes.append(_("The filter “%(filter)s” does not know “%(value)s”. It is left out.") % words)

    def one_of(
        self, name: str, title: Any, known: Mapping[str, T] | Collection[str], usual: Any, shown: Any = ""
    ) -> Any:
        """The value of ``name`` that is ``known`` (of a mapping: what it stands for), else ``usual`` with a note."""
        asked = self.query.get(name, "")
        if asked and asked in known:
            return known[asked] if isinstance(known, Mapping) else asked
        if asked:
            self.wrong(name, title, shown)
        return usual
