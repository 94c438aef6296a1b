"""What an address of ``/edr`` asks, read strictly: a bad value is 400 with a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rafid.commons.api import Problem

from ..codes import VARIABLES
from ..values.times import Untimely, read_time

COVERAGE, CSV, GEOJSON = "CoverageJSON", "CSV", "GeoJSON"
FORMATS = {
    COVERAGE: "application/prs.coverage+json",
    CSV: "text/csv; charset=utf-8",
    GEOJSON: "application/geo+json",
}
_NAMES = {
    "coveragejson": COVERAGE, "covjson": COVERAGE, "json": COVERAGE, "csv": CSV, "geojson": GEOJSON,
    "application/prs.coverage+json": COVERAGE, "application/json": COVERAGE, "text/csv": CSV, "application/geo+json": GEOJSON,
}  # fmt: skip
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
QUALITY = "_quality"
"""Behind a parameter's name: the flags of its values."""
NEAR_KM, FARTHEST_KM = 25.0, 500.0
LONGEST = 20_000


@dataclass(frozen=True)
class Asked:
    """``parameters``: the names asked for, empty for all; ``start`` and ``end`` with both ends, None where they are open;
    ``whole``: nobody said from when to when."""

    format: str
    parameters: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    whole: bool = True
    known_at: datetime | None = None

    def wants(self, name: str) -> bool:
        return not self.parameters or name in self.parameters


def bad(where: str, message: str, status: int = 400) -> Problem:
    return Problem(status, _("The request cannot be understood"), message, [(where, message)])


def read(request: HttpRequest) -> Asked:
    """Raises ``Problem`` 400."""
    given = {name: text.strip() for name, text in request.GET.items()}
    for name, text in given.items():
        if "\0" in text:
            raise bad(name[:40], _("This text holds a sign that no text holds."))
    if given.get("crs") not in (None, "", "CRS84", CRS84, "EPSG:4326"):
        raise bad("crs", _("Coordinates are longitude and latitude (CRS84)."))
    start, end = interval(given.get("datetime", ""))
    return Asked(
        format_of(request, given.get("f", "")),
        _parameters(given.get("parameter-name", "")),
        start,
        end,
        "datetime" not in given or not given["datetime"],
        _moment("known_at", given["known_at"]) if given.get("known_at") else None,
    )


def format_of(request: HttpRequest, asked: str) -> str:
    if asked:
        found = _NAMES.get(asked.lower())
        if found is None:
            raise bad("f", _("f is one of: %(all)s.") % {"all": ", ".join(FORMATS)})
        return found
    wanted = request.get_preferred_type(["application/prs.coverage+json", "text/csv", "application/geo+json"])
    return _NAMES.get(wanted or "", COVERAGE)


def _parameters(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    for name in names:
        if re.split(r"[._]quality$|\.", name)[0] not in VARIABLES:
            raise bad(
                "parameter-name",
                _("There is no parameter “%(name)s”. There are: %(all)s.")
                % {"name": name[:40], "all": ", ".join(VARIABLES)},
            )
    return names


def interval(text: str) -> tuple[datetime | None, datetime | None]:
    """``a``, ``a/b``, ``../b``, ``a/..``; a day without an hour is all of it."""
    if not text or text == "..":
        return None, None
    first, slash, last = text.partition("/")
    start = _edge(first, end=False)
    end = _edge(last if slash else first, end=True)
    if not slash and start is None:
        return None, None
    if start is not None and end is not None and start > end:
        raise bad("datetime", _("The interval ends before it begins."))
    return start, end


def _edge(text: str, *, end: bool) -> datetime | None:
    text = text.strip()
    if text in ("", ".."):
        return None
    found = _moment("datetime", text)
    whole_day = re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    try:
        return found + timedelta(days=1, microseconds=-1) if end and whole_day else found
    except OverflowError:
        return found


def _moment(where: str, text: str) -> datetime:
    try:
        # A blank before the zone is a plus that an address lost.
        return read_time(re.sub(r" (?=\d\d:?\d\d$)", "+", text), zone="UTC").astimezone(UTC)
    except Untimely as error:
        raise bad(where, str(error)) from error


def shape(text: str, *kinds: str) -> GEOSGeometry:
    """Well-known text of one of these kinds, in longitude and latitude."""
    said = _("coords is %(kinds)s in longitude and latitude, as POINT(44.4 33.3) or POLYGON((44 33,45 33,45 34,44 33)).") % {
        "kinds": ", ".join(kinds)
    }  # fmt: skip
    if len(text) > LONGEST or not re.fullmatch(
        rf"\s*({'|'.join(kinds)})\s*\([\s\d().,eE+-]*\)\s*", text, re.IGNORECASE
    ):
        raise bad("coords", said)
    try:
        found = GEOSGeometry(text.upper(), srid=4326)
        west, south, east, north = found.extent
    except (GEOSException, ValueError, TypeError) as error:
        raise bad("coords", said) from error
    if found.empty or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise bad("coords", said)
    if not found.valid:
        raise bad("coords", _("The polygon crosses itself. Draw it as one line around the area."))
    return found


def kilometres(request: HttpRequest, usual: float | None) -> float:
    text, units = request.GET.get("within", "").strip(), request.GET.get("within-units", "km").strip().lower()
    if not text and usual is not None:
        return usual
    factor = {"km": 1.0, "kilometers": 1.0, "kilometres": 1.0, "m": 0.001, "meters": 0.001, "metres": 0.001}.get(units)
    if factor is None:
        raise bad("within-units", _("within-units is km or m."))
    if not re.fullmatch(r"\d{1,7}(\.\d{1,6})?", text) or not 0 < float(text) * factor <= FARTHEST_KM:
        raise bad("within", _("within is a distance of up to 500 km."))
    return float(text) * factor


def box(text: str) -> GEOSGeometry | None:
    if not text.strip():
        return None
    try:
        numbers: list[Any] = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not (-180 <= numbers[0] <= numbers[2] <= 180 and -90 <= numbers[1] <= numbers[3] <= 90):
        raise bad("bbox", _("A box is four numbers: west,south,east,north."))
    from django.contrib.gis.geos import Polygon

    return Polygon.from_bbox(numbers)
