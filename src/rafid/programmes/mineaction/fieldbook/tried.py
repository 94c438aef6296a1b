"""What a wrong entry may have been: readings with their distance and reason, to be tried on the map. Nothing is applied here.

Three questions are asked: where two numbers may lie (place and, where there is one, a GPS position of that mark); in which grid
the marks fall on their GPS positions; with which north and units the legs lead to them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.writing import number as written
from rafid.methods.survey import explain_bearings, explain_offset, readings, to_wgs84

from ..models.survey import BearingUnit, DistanceUnit, North
from . import typed
from .book import LONLAT, SYSTEMS, Book, Row
from .drawing import coordinates, draw, ring_of, to_grid
from .where import bordered, country_box

MOST = 8
Gps = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Tried:
    """``change``: what of the book is to be read otherwise; empty for how it stands now. ``basis`` place, gps or legs."""

    basis: str
    change: dict[str, Any]
    name: str
    why: str
    distance: float | None
    inside: bool | None = None

    @property
    def is_now(self) -> bool:
        return not self.change


@dataclass(frozen=True)
class Answers:
    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def gps_of(text: str) -> tuple[Gps, list[str]]:
    """Lines of label, longitude, latitude (tabs, semicolons or blanks between); and what could not be read."""
    found: Gps = {}
    notes: list[str] = []
    for line in text.replace("\x00", "").splitlines():
        parts = [part for part in line.replace(";", "\t").replace("\t", " ").split(" ") if part]
        if not parts:
            continue
        try:
            if len(parts) != 3:
                raise typed.NotTyped(_("write label, longitude, latitude"))
            lon, lat = typed.degrees(parts[1]), typed.degrees(parts[2])
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise typed.NotTyped(_("longitude and latitude are in degrees, longitude first"))
            found[parts[0]] = (lon, lat)
        except typed.NotTyped as error:
            notes.append(
                _("GPS line “%(line)s”: %(why)s.") % {"line": line.strip()[:60], "why": str(error).rstrip(".")}
            )
    return found, notes


def try_readings(book: Book, place: Any, gps: Gps) -> Answers:
    """Everything that can be tried, the likeliest of each question first, how it stands now among them."""
    answers = Answers()
    _positions(book, place, gps, answers)
    _offsets(book, gps, answers)
    _legs(book, gps, answers)
    return answers


def _changed(book: Book, **read: Any) -> dict[str, Any]:
    return {name: value for name, value in read.items() if getattr(book, name) != value}


def _positions(book: Book, place: Any, gps: Gps, answers: Answers) -> None:
    root = next((row for row in book.rows if row.x and row.y), None)
    if root is None:
        answers.notes.append(_("No point has coordinates yet: there is no position to try."))
        return
    try:
        x, y = _plain(root.x, book), _plain(root.y, book)
    except typed.NotTyped as error:
        answers.notes.append(f"{root.label}: {error}")
        return
    known, border = bordered(place)
    near = gps.get(root.label)
    if near is not None and book.crs != LONLAT and abs(float(x)) > 1000:
        return  # that mark, and others with it, is asked by _offsets
    seen: set[tuple[Any, ...]] = set()
    for one in readings(x, y, crs=book.crs, within=border if border is not None else country_box(), near=near):
        notation = one.notation if one.notation in ("dm", "dms") else ""
        key = (one.crs, one.swapped, notation)
        change = _changed(book, crs=one.crs, swapped=one.swapped, notation=notation)
        if key in seen or (one.crs not in SYSTEMS) or (len(seen) >= MOST and change):
            continue
        if not one.inside and change and near is None:
            continue
        seen.add(key)
        where = known if known is not None else _("the country")
        said = _("lies in %(place)s") if one.inside else _("lies outside %(place)s")
        why, comma = said % {"place": where}, pgettext("between parts of a sentence", ", ")
        if near is not None:
            why += comma + _("%(far)s from its GPS position") % {"far": far(one.distance)}
        elif border is not None:
            why += comma + _("%(far)s from its middle") % {"far": far(one.distance)}
        name = _position_name(one.crs, one.swapped, notation)
        answers.tried.append(Tried("place", change, f"{root.label}: {name}", why, one.distance, one.inside))


def _plain(text: str, book: Book) -> str:
    """One number for ``readings``: minutes and seconds that were typed apart are degrees already."""
    if book.crs == LONLAT and len([part for part in text.strip().upper().strip("NESW ").split() if part]) > 1:
        return repr(typed.degrees(text))
    return str(typed.number(text.upper().strip("NESW ")))


def _position_name(crs: str, swapped: bool, notation: str) -> str:
    parts = [str(SYSTEMS[crs]).partition(" (")[0]]
    if notation == "dm":
        parts.append(_("decimals are minutes (47.305 is 47° 30.5′)"))
    if notation == "dms":
        parts.append(_("decimals are minutes and seconds (47.3015 is 47° 30′ 15″)"))
    if swapped:
        parts.append(_("the two numbers the other way round"))
    return " · ".join(parts)


def _offsets(book: Book, gps: Gps, answers: Answers) -> None:
    marks = [row for row in book.rows if row.is_absolute and row.label in gps]
    if not marks or book.crs == LONLAT:
        return
    try:
        entered = [(typed.number(row.x), typed.number(row.y)) for row in marks]
    except typed.NotTyped as error:
        answers.notes.append(str(error))
        return
    measured = [gps[row.label] for row in marks]
    for one in [found for found in explain_offset(entered, measured) if math.isfinite(found.rms)][:MOST]:
        why = _("%(far)s from the GPS positions of %(labels)s") % {
            "far": far(one.rms),
            "labels": ", ".join(row.label for row in marks[:6]),
        }
        change = _changed(book, crs=one.crs, swapped=one.swapped, notation="")
        answers.tried.append(Tried("gps", change, _position_name(one.crs, one.swapped, ""), why, one.rms))


def _legs(book: Book, gps: Gps, answers: Answers) -> None:
    start, chain = _chain(book, gps)
    if not chain:
        if any(not row.is_absolute for row in book.rows):
            answers.notes.append(
                _("To test north and units, give the GPS positions of the first turning points, from the first one on.")
            )
        return
    try:
        begin = gps.get(start.label) or _position(book, start)
        angles = [_angle(row.bearing) for row in chain]
        lengths = [typed.number(row.distance) for row in chain]
        grid = f"EPSG:{32600 + int((begin[0] + 180) // 6) + 1}"
        origin, *measured = to_grid(np.array([begin, *(gps[row.label] for row in chain)]), grid)
        found = explain_bearings(origin, angles, lengths, measured, crs=grid, on=_day(book))
    except (typed.NotTyped, ValueError) as error:
        answers.notes.append(_("The legs could not be tried: %(why)s") % {"why": error})
        return
    for at, one in enumerate(found):
        change = _changed(
            book, north=one.north, bearing_unit=one.unit, distance_unit=one.distance_unit, back=one.reversed
        )
        if at >= MOST and change:
            continue
        parts = [North(one.north).label, BearingUnit(one.unit).label, DistanceUnit(one.distance_unit).label]
        if one.reversed:
            parts.append(pgettext("bearings were read", "looking back"))
        why = _("%(far)s from the GPS positions of %(labels)s") % {
            "far": far(one.rms),
            "labels": ", ".join(row.label for row in chain[:6]),
        }
        answers.tried.append(Tried("legs", change, " · ".join(map(str, parts)), why, one.rms))


def _angle(text: str) -> float:
    """As written, in whatever unit; with minutes and seconds it can only be degrees."""
    return typed.bearing(text, "degrees") if len(text.split()) > 1 else typed.number(text)


def _day(book: Book) -> Any:
    return book.on if book.on is not None and 1900 <= book.on.year <= 2029 else None


def _chain(book: Book, gps: Gps) -> tuple[Row, list[Row]]:
    """The start and the legs that follow it one by one, as far as each has a GPS position."""
    ring = [row for row in book.rows if row.is_boundary]
    if not ring:
        return Row(), []
    start, before, chain = ring[0], ring[0].label, []
    for row in ring[1:]:
        if row.is_absolute or row.origin not in ("", before) or row.label not in gps:
            break
        chain.append(row)
        before = row.label
    return start, chain


def _position(book: Book, start: Row) -> tuple[float, float]:
    """The start in WGS 84, by its coordinates."""
    if not start.is_absolute:
        raise typed.NotTyped(_("give the GPS position of the start, too"))
    x, y = coordinates(book, start)
    if book.crs == LONLAT:
        return x, y
    lon, lat = to_wgs84(x, y, crs=book.crs)
    return float(lon), float(lat)


def far(metres: float) -> str:
    if not math.isfinite(metres):
        return "–"
    if metres >= 1500:
        return f"{written(metres / 1000, 1)} {_('km')}"
    return f"{written(metres, 1 if metres < 100 else 0)} {_('m')}"


@dataclass(frozen=True)
class OfNorth:
    north: str
    name: str
    ring: list[list[float]]
    away: float | None
    """How far its points lie at most from those of the grid's north, m."""
    why: str = ""


def norths(book: Book) -> list[OfNorth]:
    """The same book with each north, so that a person sees what the choice does."""
    drawn = {north: draw(book.read_as(north=north)) for north in ("grid", "true", "magnetic")}
    base = drawn["grid"]
    found = []
    for north, one in drawn.items():
        why = "" if one.marks else " ".join(problem.message for problem in one.problems[:1])
        away = None
        if one.marks and base.marks:
            away = max(
                math.hypot(a.east - b.east, a.north - b.north) for a, b in zip(one.marks, base.marks, strict=True)
            )
        found.append(OfNorth(north, str(North(north).label), ring_of(one.observed, one.grid), away, why))
    return found
