"""What two numbers, as somebody typed them, may have meant."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from rafid.methods.survey.grids import GEOD, GRIDS, WGS84, operations, transformed

NOTATIONS = ("decimal", "grid", "dm", "dms")
EASTINGS = (100_000, 900_000)
NORTHINGS = (0, 10_000_000)


@dataclass(frozen=True)
class Reading:
    """A position in WGS 84 and how it was read: in which ``crs``, with the axes ``swapped``, in which ``notation`` (decimal,
    dm, dms, grid). ``inside`` the polygon, None where none was given; ``distance`` (m) from what is near, NaN where nothing
    is."""

    lon: float
    lat: float
    crs: str
    swapped: bool
    notation: str
    inside: bool | None
    distance: float


def readings(
    x: Any, y: Any, *, crs: Any = None, within: Any = None, near: Sequence[float] | None = None
) -> tuple[Reading, ...]:
    """Readings of two numbers (texts are taken as typed, Arabic digits, too): as declared; with the axes swapped; as decimal
    degrees, degrees.minutes (``dm``: 47.305 is 47° 30.5′) and degrees.minutesseconds (``dms``: 47.3015 is 47° 30′ 15″); in the
    UTM zones 37 to 39 of WGS 84, Karbala 1979 and Nahrwan 1967.

    ``within`` (a polygon of longitude and latitude) decides ``inside``; ``near`` (longitude, latitude), or else the polygon's
    centroid, gives ``distance``. Inside first; then, with ``near``, by distance; without, the declared reading, unswapped,
    plain notation, WGS 84, nearest. Nothing is applied here: a person chooses. A shift of datum is not seen by a district's
    polygon; ``explain_offset`` sees it. Nahrwan 1967 comes twice: shifted as Iraq's sheets are, and as software passes it on
    that knows no shift for Iraq.

    Raises ``ValueError`` for what are not two finite numbers, an unknown crs, and a ``within`` that is no polygon.

    >>> found = readings(440000, 3990000, crs="EPSG:32639", within=shapely.box(43, 35, 45.5, 37))[0]
    >>> found.crs, round(found.lon, 5), round(found.lat, 5)
    ('EPSG:32638', 44.33384, 36.05271)
    """
    first, second = _typed(x), _typed(y)
    declared = _declared(crs)
    if within is not None and not (isinstance(within, shapely.Geometry) and shapely.area(within) > 0):
        raise ValueError("within is no polygon; give a Polygon or MultiPolygon of longitude and latitude")
    anchor = _anchor(within, near)

    def told(lon: float, lat: float, system: str, swapped: bool, notation: str) -> Reading:
        inside = None if within is None else bool(shapely.intersects_xy(within, lon, lat))
        distance = math.nan if anchor is None else float(GEOD.inv(lon, lat, *anchor)[2])
        return Reading(lon, lat, system, swapped, notation, inside, distance)

    found: dict[tuple[Any, ...], Reading] = {}
    for swapped in (False, True):
        for lon, lat, system, notation in _tried(*((second, first) if swapped else (first, second)), declared, swapped):
            found.setdefault((lon, lat, system, swapped), told(lon, lat, system, swapped, notation))

    def order(reading: Reading) -> tuple[Any, ...]:
        plain = reading.notation in ("decimal", "grid")
        as_declared = reading.crs == declared and not reading.swapped and plain
        wgs = reading.crs == WGS84 or reading.crs in GRIDS[:3]
        rest = (not as_declared, reading.swapped, NOTATIONS.index(reading.notation) if not plain else 0, not wgs)
        far = 0.0 if math.isnan(reading.distance) else reading.distance
        return (not reading.inside, far, *rest) if near is not None else (not reading.inside, *rest, far)

    return tuple(sorted(found.values(), key=order))


def _tried(x: Decimal, y: Decimal, declared: str | None, swapped: bool) -> Iterator[tuple[float, float, str, str]]:
    systems = [WGS84, *GRIDS]
    if declared is not None and declared not in systems:
        systems.insert(0, declared)
    for system in systems:
        if system == WGS84 or CRS.from_user_input(system).is_geographic:
            values = [("decimal", float(x), float(y))]
            values += [("dm", *pair) for pair in [(_minutes(x), _minutes(y))] if None not in pair]  # type: ignore[misc]
            values += [("dms", *pair) for pair in [(_seconds(x), _seconds(y))] if None not in pair]  # type: ignore[misc]
            values = [value for value in values if abs(value[1]) <= 180 and abs(value[2]) <= 90]
        else:
            # Degrees are no eastings; but what was declared is always answered, even where it leads to the sea.
            fits = EASTINGS[0] <= x <= EASTINGS[1] and NORTHINGS[0] <= y <= NORTHINGS[1]
            values = [("grid", float(x), float(y))] if fits or (system == declared and not swapped) else []
        for notation, east, north in values:
            for way in operations(system):
                lon, lat = (float(value) for value in transformed(way, east, north))
                if math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90:
                    yield lon, lat, system, notation


def _minutes(value: Decimal) -> float | None:
    """47.305 as 47° 30.5′; None where it has 60 minutes or more."""
    whole = int(abs(value))
    minutes = (abs(value) - whole) * 100
    return None if minutes >= 60 else math.copysign(whole + float(minutes) / 60, value)


def _seconds(value: Decimal) -> float | None:
    """47.3015 as 47° 30′ 15″."""
    whole = int(abs(value))
    minutes = (abs(value) - whole) * 100
    seconds = (minutes - int(minutes)) * 100
    if minutes >= 60 or seconds >= 60:
        return None
    return math.copysign(whole + int(minutes) / 60 + float(seconds) / 3600, value)


def is_number(value: Any) -> bool:
    """Whether ``readings`` takes it for a coordinate.

    >>> is_number("٤٧٫٣"), is_number("47° E")
    (True, False)
    """
    try:
        _typed(value)
    except ValueError:
        return False
    return True


def _typed(value: Any) -> Decimal:
    # The digits as typed, since 47.3 - 47 in binary is a little less than 30 minutes.
    text = str(value).strip().replace("٫", ".").replace("−", "-")
    try:
        found = Decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except InvalidOperation as bad:
        raise ValueError(f"{value!r} is no number; type the two coordinates as numbers") from bad
    if not found.is_finite() or not math.isfinite(float(found)):
        raise ValueError(f"{value!r} is no finite number; type the two coordinates as numbers")
    return found


def _declared(crs: Any) -> str | None:
    if crs is None:
        return None
    try:
        return CRS.from_user_input(crs).to_string()
    except CRSError as unknown:
        raise ValueError(f"{crs!r} is no coordinate system that is known; give a code such as EPSG:32638") from unknown


def _anchor(within: Any, near: Sequence[float] | None) -> tuple[float, float] | None:
    if near is not None:
        try:
            lon, lat = (float(value) for value in near)
        except (TypeError, ValueError, OverflowError) as bad:
            raise ValueError(f"near is {near!r}; give longitude and latitude in degrees") from bad
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90):
            raise ValueError(f"near is {near!r}; give longitude and latitude in degrees")
        return lon, lat
    return None if within is None else (within.centroid.x, within.centroid.y)
