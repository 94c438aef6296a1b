"""``$filter`` and ``$orderby`` as words with their places, so that an error can point at one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.translation import gettext as _

from .errors import bad

LONGEST = 4000

_WORDS = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<geometry>geography'(?:[^']|'')*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)
  | (?P<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[ +-]\d\d:?\d\d)?)?(?![\w-]))
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?(?![\w.]))
  | (?P<name>@?[A-Za-z_][\w.]*(?:/@?[A-Za-z_][\w.]*)*)
  | (?P<sign>[(),])
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class Word:
    """``kind``: name, number, text, time, uuid, geometry, sign or end; ``value`` what it stands for; ``at`` from 1."""

    kind: str
    value: Any
    at: int

    @property
    def shown(self) -> str:
        return str(self.value)[:40]


def words(text: str, where: str) -> list[Word]:
    """Raises :class:`StaError` 400 for a sign that begins no word."""
    if len(text) > LONGEST:
        raise bad(_("This is longer than 4,000 characters. Ask for less at once."), where)
    if "\0" in text:
        raise bad(_("This text holds a sign that no text holds."), where, text.index("\0") + 1)
    return [*_words(text, where), Word("end", "", len(text) + 1)]


def _words(text: str, where: str) -> Iterator[Word]:
    at = 0
    while at < len(text):
        found = _WORDS.match(text, at)
        if found is None:
            raise bad(
                _("“%(sign)s” at position %(at)s begins no word. Texts stand in '…', times as 2026-03-01T06:00:00Z.")
                % {"sign": text[at : at + 12], "at": at + 1},
                where,
                at + 1,
            )
        kind, part = str(found.lastgroup), found[0]
        if kind != "blank":
            yield Word(kind, _value(kind, part, where, at + 1), at + 1)
        at = found.end()


def _value(kind: str, part: str, where: str, at: int) -> Any:
    if kind == "text":
        return part[1:-1].replace("''", "'")
    if kind == "number":
        return float(part)
    if kind == "time":
        return time_of(part, where, at)
    if kind == "geometry":
        return geometry_of(part[len("geography") + 1 : -1], where, at)
    return part


def time_of(text: str, where: str, at: int | None = None) -> datetime:
    """ISO 8601; without a zone it is UTC. A blank before the zone is a plus that an address lost."""
    try:
        found = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text.strip()))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad(
            _("“%(text)s” is no time. Write it as 2026-03-01T06:00:00Z.") % {"text": text[:40]}, where, at
        ) from error


def geometry_of(text: str, where: str, at: int | None = None) -> str:
    """Well-known text of a point, line or polygon in longitude and latitude."""
    said = _("“%(text)s” is no geometry. Write it as POLYGON ((44 33, 45 33, 45 34, 44 33)).") % {"text": text[:40]}
    if not re.fullmatch(r"\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*\([\s\d().,eE+-]*\)\s*", text):
        raise bad(said, where, at)
    try:
        shape = GEOSGeometry(text, srid=4326)
        if shape.empty or not shape.valid or not _on_earth(shape.extent):
            raise bad(said, where, at)
        return str(shape.wkt)
    except (GEOSException, ValueError) as error:
        raise bad(said, where, at) from error


def _on_earth(extent: Any) -> bool:
    west, south, east, north = extent
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)
