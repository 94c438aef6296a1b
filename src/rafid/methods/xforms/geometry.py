"""Points, lines and areas as questions send them, on the sphere that ODK Collect reckons with."""

from __future__ import annotations

import itertools
import math
import re
from typing import Final

# Collect's radius; fieldwork measures with the IUGG mean radius instead.
RADIUS_M: Final = 6_378_100.0
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?|-?\.[0-9]+")

Point = tuple[float, float]


def read_point(text: str) -> tuple[float, ...] | None:
    """``latitude longitude [altitude [accuracy]]``: two to four numbers within ±90 and ±180, else None."""
    parts = text.split()
    if not 2 <= len(parts) <= 4 or len(text) > 400 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    numbers = tuple(float(part) for part in parts)
    if not all(math.isfinite(number) for number in numbers) or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        return None
    return numbers


def read_line(text: str, *, closed: bool = False) -> list[Point] | None:
    """Points between semicolons: a trace of at least two, a closed shape of at least three ending where it began."""
    points: list[Point] = []
    for part in text.strip().rstrip(";").split(";"):
        point = read_point(part)
        if point is None:
            return None
        points.append((point[0], point[1]))
    if len(points) < (3 if closed else 2) or (closed and points[0] != points[-1]):
        return None
    return points


def length_m(points: list[Point]) -> float:
    """Length along great circles, 0 for fewer than two points. Haversine."""
    total = 0.0
    for (lat_a, lon_a), (lat_b, lon_b) in itertools.pairwise(points):
        phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
        half = math.sin((phi_b - phi_a) / 2) ** 2
        half += math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
        total += 2 * RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
    return total


def area_m2(points: list[Point]) -> float:
    """Area enclosed, 0 for fewer than three points.

    The plane that Collect lays through the first point: y along the meridian, x along the point's own parallel.
    Source: the shoelace formula; GeoUtils of JavaRosa.
    """
    if len(points) < 3:
        return 0.0
    metres = 2 * math.pi * RADIUS_M / 360
    lat_0, lon_0 = points[0]
    plane = [((lon - lon_0) * metres * math.cos(math.radians(lat)), (lat - lat_0) * metres) for lat, lon in points[1:]]
    return abs(sum((y_a * x_b - x_a * y_b) / 2 for (x_a, y_a), (x_b, y_b) in itertools.pairwise(plane)))


def holds(points: list[Point], point: Point) -> bool:
    """Whether a point lies in an area, by counting crossings."""
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(points, [*points[1:], points[0]], strict=True):
        if (lat_a > point[0]) != (lat_b > point[0]):
            if point[1] < (lon_b - lon_a) * (point[0] - lat_a) / (lat_b - lat_a) + lon_a:
                inside = not inside
    return inside
