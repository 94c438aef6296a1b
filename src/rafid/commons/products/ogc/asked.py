"""What an address of features asks, read strictly: an unknown parameter or a bad value is 400 with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.api import Problem
from rafid.commons.indicators.periods import is_period, span

from ..models import DatasetVersion

MOST, USUAL = 10_000, 100
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SYSTEMS = {
    CRS84: 4326,
    "http://www.opengis.net/def/crs/EPSG/0/4326": 4326,
    "http://www.opengis.net/def/crs/EPSG/0/3857": 3857,
    "http://www.opengis.net/def/crs/EPSG/0/32638": 32638,
    "http://www.opengis.net/def/crs/EPSG/0/32637": 32637,
    "http://www.opengis.net/def/crs/EPSG/0/32639": 32639,
}
"""Coordinate systems that are answered: degrees, the web's metres, and the zones of UTM in which the region lies."""

LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
_KNOWN = frozenset(
    {"f", "limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "after", "lang"}
)


def bad(where: str, message: str) -> Problem:
    return Problem(400, _("The request cannot be understood"), message, [(where, message)])


@dataclass(frozen=True)
class Box:
    edges: tuple[float, float, float, float]
    srid: int


@dataclass(frozen=True)
class Asked:
    """``equal`` are filters by field; ``filter`` is CQL2 text; ``after`` the last row of the page before."""

    limit: int = USUAL
    box: Box | None = None
    periods: tuple[str, ...] | None = None
    crs: str = CRS84
    filter: str = ""
    equal: tuple[tuple[str, str], ...] = ()
    after: int = 0

    @property
    def srid(self) -> int:
        return SYSTEMS[self.crs]

    @property
    def flipped(self) -> bool:
        return self.crs == LATITUDE_FIRST


def read(query: Mapping[str, str], version: DatasetVersion, periods: list[str]) -> Asked:
    """``periods``: those that the version's rows have. Raises ``Problem`` 400."""
    names = {one["name"] for one in version.fields}
    for name, value in query.items():
        if "\x00" in value:
            raise bad(name[:60], _("This text holds a sign that no text holds."))
        if name not in _KNOWN and name not in names:
            raise bad(name, _("There is no parameter %(name)s here.") % {"name": name[:60]})
    if query.get("filter-lang", "cql2-text") != "cql2-text":
        raise bad("filter-lang", _("Filters are written in cql2-text."))
    system(query, "filter-crs")
    return Asked(
        limit=_limit(query.get("limit")),
        box=_box(query),
        periods=_periods(query.get("datetime"), periods),
        crs=system(query, "crs"),
        filter=query.get("filter", "").strip(),
        equal=tuple((name, value) for name, value in query.items() if name in names),
        after=_after(query.get("after")),
    )


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise bad("limit", _("limit is a whole number from 1 to 10,000."))
    return min(int(text), MOST)


def _after(text: str | None) -> int:
    if text is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise bad("after", _("Follow the link “next” of the page before."))
    return int(text)


def system(query: Mapping[str, str], name: str) -> str:
    found = query.get(name, CRS84)
    if found not in SYSTEMS:
        raise bad(name, _("This coordinate system is not answered here; the collection lists those that are."))
    return found


def _box(query: Mapping[str, str]) -> Box | None:
    text = query.get("bbox")
    if text is None:
        system(query, "bbox-crs")
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or any(number != number or abs(number) == float("inf") for number in numbers):
        raise bad("bbox", _("A box is four numbers: west,south,east,north."))
    crs = system(query, "bbox-crs")
    if crs == LATITUDE_FIRST:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    if west > east or south > north:
        raise bad("bbox", _("West must not lie beyond east, nor south beyond north."))
    if SYSTEMS[crs] == 4326 and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise bad("bbox", _("Degrees lie from -180 to 180 and from -90 to 90."))
    return Box((west, south, east, north), SYSTEMS[crs])


def _periods(text: str | None, there: list[str]) -> tuple[str, ...] | None:
    """The periods of the rows that the moment or interval touches; None where no time was asked."""
    if text is None:
        return None
    start, slash, end = text.partition("/")
    first = _day("datetime", start)
    last = _day("datetime", end) if slash else first
    if not slash and first is None:
        raise bad("datetime", _("Write a moment, or an interval as 2024-01-01/2024-12-31; .. is an open end."))
    if first and last and first > last:
        raise bad("datetime", _("The interval ends before it begins."))
    found = []
    for period in there:
        begins, ends = span(period)
        if (first is None or ends >= first) and (last is None or begins <= last):
            found.append(period)
    return tuple(found)


def _day(where: str, text: str) -> date | None:
    if text in ("", ".."):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        raise bad(where, _("Write a moment, or an interval as 2024-01-01/2024-12-31; .. is an open end.")) from None


def periods_there(version: DatasetVersion) -> list[str]:
    if not version.first_period:
        return []
    rows: Any = version.released.order_by().values_list("period", flat=True).distinct()
    return sorted(period for period in rows if is_period(period))
