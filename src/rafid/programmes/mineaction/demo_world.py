"""What all parts of the demonstration stand on: who works where, identities that never change, and shapes on open ground.

Nobody here exists. No shape lies where a real hazard is published: the country pack names one yard for each of forty districts,
3.5 km wide, chosen by rule (well inside its district, 20 km from the border and farther where the district allows, away from
towns, villages and rivers as far as the gazetteers know them), and every hazard lies in a cell of such a yard.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry

from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import country
from rafid.commons.places.models import Place

SEED = 20260930
DMA, IKMAA = "IQ-DMA", "IQ-IKMAA"
OPERATORS = tuple(f"DEMO-IP-{number}" for number in range(1, 10))
EDUCATION, CARE = "DEMO-IP-4", "DEMO-IP-5"
CLEARING = tuple(ref for ref in OPERATORS if ref not in (EDUCATION, CARE))
CELLS = 5
"""A yard has 5 × 5 cells."""
STEP_LON, STEP_LAT = 0.0075, 0.0064
"""One cell in degrees: some 700 m."""
METRE = 1 / 111_195
"""One metre of latitude in degrees, near enough to make shapes up."""
OURS = ("DMA", "IKMAA")


@dataclass(frozen=True)
class Yard:
    """Where the hazards of a district lie; ``lon`` and ``lat`` are the south-west corner."""

    place: Place
    authority: str
    lon: float
    lat: float

    def cell(self, slot: int) -> tuple[float, float]:
        """The middle of a cell."""
        row, column = divmod(slot % (CELLS * CELLS), CELLS)
        return self.lon + (column + 0.5) * STEP_LON, self.lat + (row + 0.5) * STEP_LAT


@dataclass(frozen=True)
class World:
    """Who loads what: ``authority`` is that of this installation; ``share`` 1 is the whole demonstration, 0.1 that of tests."""

    today: date
    share: float
    authority: Organisation
    dma: Organisation
    ikmaa: Organisation
    operators: Mapping[str, Organisation]
    people: Mapping[str, Account]
    yards: Sequence[Yard]

    @property
    def small(self) -> bool:
        return self.share < 1

    def some(self, whole: int, least: int = 1) -> int:
        """So many of ``whole`` as the share says."""
        return max(least, round(whole * min(self.share, 1)))

    def day(self, before: int) -> date:
        return self.today - timedelta(days=before)

    @cached_property
    def own_yards(self) -> list[Yard]:
        return [yard for yard in self.yards if yard.authority == self.authority.ref]

    def yards_of(self, authority: str) -> list[Yard]:
        return [yard for yard in self.yards if yard.authority == authority]

    @cached_property
    def clearing(self) -> list[Organisation]:
        return [self.operators[ref] for ref in CLEARING if ref in self.operators]


def world_of(today: date, share: float, authority: str) -> World | None:
    """None where the organisations or people of the demonstration are not there."""
    refs = (DMA, IKMAA, *OPERATORS)
    found = {one.ref: one for one in Organisation.objects.filter(ref__in=refs)}
    people = {
        account.login.partition(".")[2]: account
        for account in Account.objects.filter(login__startswith="mineaction.").select_related("organisation")
    }
    if DMA not in found or IKMAA not in found or not people:
        return None
    rows = country().table("demo_mine_yards.csv")
    places = {place.ref: place for place in Place.objects.filter(ref__in=[row["place_ref"] for row in rows])}
    yards = [
        Yard(places[row["place_ref"]], row["authority_ref"], float(row["lon"]), float(row["lat"]))
        for row in rows
        if row["place_ref"] in places
    ]
    operators = {ref: one for ref, one in found.items() if ref in OPERATORS}
    return World(today, share, found[authority], found[DMA], found[IKMAA], operators, people, yards)


def chance_of(name: str) -> random.Random:
    """The same throws for the same name, whatever was thrown before."""
    return random.Random(f"{SEED} {name}")  # noqa: S311 - made up, no secret


def uid(name: str, day: date) -> UUID:
    """An identity that is the same at every loading; like others it begins with its moment (UUIDv7)."""
    moment = int(at(day).timestamp() * 1000)
    rest = int.from_bytes(hashlib.sha256(f"{SEED} {name}".encode()).digest()[:10], "big")
    value = moment << 80 | 0x7 << 76 | (rest >> 68 & 0xFFF) << 64 | 0b10 << 62 | rest & (1 << 62) - 1
    return UUID(int=value)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def known(on: date, later: int, today: date) -> datetime:
    """When a node took what was so ``on``: some days later, never after today's morning."""
    return at(min(on + timedelta(days=later), today), 6)


# Shapes


def polygon(lon: float, lat: float, radius: float, chance: random.Random, corners: int = 0) -> shapely.Polygon:
    """A plot with uneven sides around a point, ``radius`` in metres; in degrees."""
    corners = corners or chance.randrange(5, 9)
    turned = chance.random()
    stretch = METRE / math.cos(math.radians(lat))
    points = []
    for number in range(corners):
        angle = 2 * math.pi * (number + turned + chance.uniform(-0.25, 0.25)) / corners
        far = radius * chance.uniform(0.75, 1.15)
        points.append((round(lon + far * math.sin(angle) * stretch, 7), round(lat + far * math.cos(angle) * METRE, 7)))
    return shapely.Polygon(points)


def strip(ground: Any, first: float, last: float, *, beyond: float = 0) -> Any:
    """The part of a ground between two shares of its width, from west; ``beyond`` metres over its edges."""
    west, south, east, north = ground.bounds
    width = east - west
    wide = ground.buffer(beyond * METRE, join_style="mitre") if beyond else ground
    more = beyond * METRE + 1e-6
    lower = west + width * first if first > 0 else west - more
    upper = west + width * last if last < 1 else east + more
    return shapely.intersection(wide, shapely.box(lower, south - more, upper, north + more))


def moved(ground: Any, east: float, north: float) -> Any:
    """By so many metres."""
    stretch = METRE / math.cos(math.radians(ground.centroid.y))
    return shapely.transform(ground, lambda xy: xy + np.array((east * stretch, north * METRE)))


def spot(ground: Any, chance: random.Random) -> Any:
    """A point inside."""
    west, south, east, north = ground.bounds
    for _try in range(40):
        point = shapely.Point(chance.uniform(west, east), chance.uniform(south, north))
        if ground.contains(point):
            return point
    return ground.representative_point()


def stored(shape: Any) -> GEOSGeometry | None:
    """As the database takes it: polygons as a multipolygon."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon", "GeometryCollection"):
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]
        shape = shapely.MultiPolygon(parts)
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
