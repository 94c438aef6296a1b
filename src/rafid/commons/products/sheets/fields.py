"""Live fields in a text: ``{indicator:population IQG08 2024 0}``. What is written, read; no figures here.

After the code come, in any order and each at most once: a place (its reference), a period (``2024``, ``prev``, ``latest``),
a disaggregation (``sex=female``), a way of saying it: a number of decimals, ``change`` or ``change%`` against the period
before, ``unit``. What is left out is the bulletin's: its place, the edition's period. A released dataset's cell names its
column first: ``{dataset:cases cases IQG08D01 2026 sex=f}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.periods import is_period

FIELD = re.compile(r"\{(?P<source>[a-z]+):(?P<inside>[^{}\n]{0,300})\}")
BROKEN = re.compile(r"\{(?:indicator|dataset)\b[^{}\n]{0,60}")
"""What looks like the beginning of a field and is none."""

PREVIOUS, LATEST = "prev", "latest"
CHANGE, SHARE_OF_CHANGE, UNIT = "change", "change%", "unit"
_HOW = (CHANGE, SHARE_OF_CHANGE, UNIT)


class NoField(ValueError):
    """The text in braces cannot be read; the message says what to write."""


@dataclass(frozen=True)
class Live:
    """One figure that is asked for. ``decimals`` None: as the indicator has it."""

    source: str
    code: str
    column: str = ""
    place: str = ""
    period: str = ""
    by: str = ""
    how: str = ""
    decimals: int | None = None

    @property
    def key(self) -> str:
        """The same for the same question, however it was written; from edition to edition, too."""
        parts = (self.source, self.code, self.column, self.place, self.period, self.by, self.how)
        return "|".join(parts) + ("" if self.decimals is None else f"|{self.decimals}")

    @property
    def changes(self) -> bool:
        return self.how in (CHANGE, SHARE_OF_CHANGE)


def read(source: str, inside: str) -> Live:
    """Raises ``NoField``."""
    if source not in ("indicator", "dataset"):
        raise NoField(
            _("“%(source)s” is no source of figures. Write {indicator:code …} or {dataset:code column …}.")
            % {"source": source}
        )
    words = inside.split()
    if not words:
        raise NoField(_("The code is missing: {indicator:code}."))
    code, *words = words
    column = ""
    if source == "dataset":
        if not words:
            raise NoField(_("Name the column of the dataset: {dataset:code column}."))
        column, *words = words
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    for word in words:
        what = _what(word)
        if what == "by":
            try:
                parts.update(disaggregation.split(word))
            except ValueError as wrong:
                raise NoField(_("“%s” is no disaggregation. Write it as sex=female.") % word) from wrong
            continue
        if what in found:
            raise NoField(_("“%(word)s” is one too many after “%(first)s”.") % {"word": word, "first": found[what]})
        found[what] = word
    decimals = found.get("decimals")
    return Live(
        source, code, column, found.get("place", ""), found.get("period", ""), disaggregation.join(parts),
        found.get("how", ""), None if decimals is None else int(decimals),
    )  # fmt: skip


def _what(word: str) -> str:
    if "=" in word:
        return "by"
    if word in _HOW:
        return "how"
    if len(word) == 1 and word in "012345":
        return "decimals"
    if word in (PREVIOUS, LATEST) or is_period(word):
        return "period"
    return "place"


def fields_in(text: str) -> Iterator[Live | NoField]:
    """The fields of a text in their order; in the place of one that cannot be read, the reason."""
    for found in FIELD.finditer(text):
        try:
            yield read(found["source"], found["inside"])
        except NoField as wrong:
            yield wrong
    for broken in BROKEN.finditer(FIELD.sub("", text)):
        yield NoField(_("“%s …” has no end. A live field stands in braces: {indicator:code}.") % broken[0])


def written(live: Live) -> str:
    """The field as a text holds it."""
    words = [live.code, live.column, live.place, live.period, live.by, live.how]
    decimals = "" if live.decimals is None else str(live.decimals)
    return "{" + live.source + ":" + " ".join(word for word in (*words, decimals) if word) + "}"
