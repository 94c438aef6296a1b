"""The way through a day: plain functions over points. Straight lines × 1.3 at a speed, since no roads are loaded: an estimate.

Nearest insertion (Rosenkrantz, Stearns and Lewis, 1977) and 2-opt (Croes, 1958): good for the few stops of a day, not the
shortest way proven.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

Point = tuple[float, float]
"""Longitude, latitude in degrees."""

EARTH_KM = 6371.0088
DETOUR = 1.3
"""Way on the ground for each kilometre of straight line."""
KMH = 45.0
"""Mean speed, with checkpoints."""


def kilometres(a: Point, b: Point) -> float:
    """On the sphere (haversine)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*a, *b))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def minutes_between(a: Point, b: Point, *, kmh: float = KMH) -> float:
    return kilometres(a, b) * DETOUR / kmh * 60


def tour_minutes(base: Point, stops: Sequence[Point], *, kmh: float = KMH) -> float:
    """From the base through the stops in their order and back."""
    way = [base, *stops, base]
    return sum(minutes_between(a, b, kmh=kmh) for a, b in itertools.pairwise(way))


def ordered(base: Point, stops: Sequence[Point], *, kmh: float = KMH) -> list[int]:
    """The order in which the stops are visited from the base and back, by their numbers."""
    left = list(range(len(stops)))
    way: list[int] = []
    while left:
        # The stop that is nearest to what is there, where it adds least; ties by number, so that the answer is one.
        there = [base, *(stops[one] for one in way)]
        chosen = min(left, key=lambda one: (min(minutes_between(stops[one], other) for other in there), one))
        left.remove(chosen)
        way = min(
            ([*way[:at], chosen, *way[at:]] for at in range(len(way) + 1)),
            key=lambda order: tour_minutes(base, [stops[one] for one in order], kmh=kmh),
        )
    return _two_opt(base, stops, way, kmh)


def _two_opt(base: Point, stops: Sequence[Point], way: list[int], kmh: float) -> list[int]:
    """Turns pieces of the way round as long as that makes it shorter."""
    best = tour_minutes(base, [stops[one] for one in way], kmh=kmh)
    better = True
    while better:
        better = False
        for first in range(len(way) - 1):
            for last in range(first + 1, len(way)):
                turned = way[:first] + way[first : last + 1][::-1] + way[last + 1 :]
                length = tour_minutes(base, [stops[one] for one in turned], kmh=kmh)
                if length < best - 1e-9:
                    way, best, better = turned, length, True
    return way


def arrivals(
    base: Point, stops: Sequence[Point], order: Sequence[int], stays: Sequence[float], *, kmh: float = KMH
) -> tuple[list[float], float]:
    """Minutes after leaving the base at which each stop of the order is reached, and at which the base is reached again."""
    here, clock, found = base, 0.0, []
    for one in order:
        clock += minutes_between(here, stops[one], kmh=kmh)
        found.append(clock)
        clock += stays[one]
        here = stops[one]
    return found, clock + (minutes_between(here, base, kmh=kmh) if order else 0.0)
