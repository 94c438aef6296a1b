"""What all parts of the rivers' demonstration stand on: the made-up weather, and the water that runs from it.

One seed, every date an offset from the day of loading. Weather by a stochastic generator (wet spells as a Markov chain, gamma
amounts, a yearly cycle), runoff by GR4J with snow, routed down the real network's shape through reservoirs with a simple rule.
A wet year with a flood in spring, two drought years before it. Nothing here was measured anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import country
from rafid.methods.hydrology import Forcing, ModelParameters, oudin_pet, simulate

SEED = 20260930
MINISTRY, NORTH = "IQ-MOWR", "IQ-KRG-WR"
MORNING = time(3)
"""06:00 in Baghdad: when readers read."""
DAY = 86400.0

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Source:
    """A catchment that feeds the network at ``node``: its climate station, area, heights, and how its weather differs."""

    node: str
    climate: str
    area_km2: float
    bands: tuple[float, ...]
    wetter: float
    parameters: ModelParameters


@dataclass
class Weather:
    """Daily rain (mm), temperature (°C) and PET (mm) of one climate station."""

    rain: F64
    temperature: F64
    pet: F64


@dataclass
class Water:
    """Daily flow that arrives at each node (m³/s), and of each reservoir storage (Mm³), inflow and release (m³/s)."""

    flow: dict[str, F64] = field(default_factory=dict)
    storage: dict[str, F64] = field(default_factory=dict)
    release: dict[str, F64] = field(default_factory=dict)
    snow: dict[str, F64] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """Who loads what. ``share`` 1 is the whole demonstration, less is that of tests."""

    today: date
    share: float
    ministry: Organisation
    north: Organisation
    people: Mapping[str, Account]

    @property
    def small(self) -> bool:
        return self.share < 1

    @property
    def years(self) -> int:
        return 3 if self.small else 12

    @cached_property
    def days(self) -> int:
        return 365 * self.years + 3

    @cached_property
    def first(self) -> date:
        """The first day of the record."""
        return self.today - timedelta(days=self.days - 1)

    @cached_property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=day) for day in range(self.days)]

    @cached_property
    def day_of_year(self) -> NDArray[np.int64]:
        return np.array([min(one.timetuple().tm_yday, 365) for one in self.dates])

    @cached_property
    def flood_year(self) -> int:
        """The year of the last whole March and April."""
        return self.today.year if self.today >= date(self.today.year, 6, 1) else self.today.year - 1

    @cached_property
    def scoured_on(self) -> date:
        """When the flood deepened the bed at Baiji."""
        return date(self.flood_year, 4, 4)

    def index(self, day: date) -> int:
        return min(max((day - self.first).days, 0), self.days - 1)

    def owner(self, ref: str) -> Organisation:
        return self.north if ref == NORTH else self.ministry

    @cached_property
    def weather(self) -> dict[str, Weather]:
        return {code: _weather(self, code) for code in climate()}

    @cached_property
    def water(self) -> Water:
        return _water(self)


def world_of(today: date, share: float) -> World | None:
    """None where the organisations or people of the demonstration are not there."""
    found = {one.ref: one for one in Organisation.objects.filter(ref__in=(MINISTRY, NORTH))}
    people = {one.login.partition(".")[2]: one for one in Account.objects.filter(login__startswith="rivers.")}
    if len(found) < 2 or not people:
        return None
    return World(today, share, found[MINISTRY], found[NORTH], people)


def chance(name: str) -> np.random.Generator:
    """The same throws for the same name, whatever was thrown before."""
    return np.random.default_rng([SEED, *name.encode()])


@cache
def sources() -> tuple[Source, ...]:
    """The catchments of the country pack, with the parameters of their made-up water."""
    return tuple(
        Source(
            row["node"],
            row["climate"],
            float(row["area_km2"]),
            tuple(float(one) for one in row["bands_m"].split()),
            float(row["wetter"]),
            ModelParameters(
                **{name: float(row[name]) for name in ("x1", "x2", "x3", "x4", "ctg", "kf")},
                annual_snowfall=float(row["annual_snowfall_mm"]),
            ),
        )
        for row in table("demo_catchments.csv")
    )


@cache
def climate() -> dict[str, tuple[float, float, float]]:
    """Rain of a usual year in mm, mean temperature in °C and height in m, by station."""
    return {
        row["station"]: (float(row["rain_mm"]), float(row["temperature_c"]), float(row["height_m"]))
        for row in table("demo_climate.csv")
    }


@cache
def stores() -> dict[str, tuple[float, ...]]:
    """Capacity and dead storage in Mm³, area when full in km², level when full and the depth of water there in m, by node."""
    names = ("capacity_mm3", "dead_mm3", "area_km2", "full_m", "depth_m")
    return {row["node"]: tuple(float(row[one]) for one in names) for row in table("demo_reservoirs.csv")}


def table(name: str) -> list[dict[str, str]]:
    """A table of the country pack's rivers."""
    return country().table(f"rivers/{name}")


def at(day: date, hour: float = MORNING.hour) -> datetime:
    return datetime.combine(day, time(0), UTC) + timedelta(hours=hour)


def _wetness(world: World) -> F64:
    """By day how much more it rains than usual: droughts five and four years before the flood year (two and one in a small
    world), a wet winter and spring before the flood."""
    factor = np.ones(world.days)
    chances = chance("years")
    for year in range(world.first.year, world.today.year + 1):
        share = float(np.clip(chances.normal(1.0, 0.16), 0.65, 1.35))
        gone = world.flood_year - year
        if gone in ((2, 1) if world.small else (5, 4)):
            share = 0.5
        if gone == 0:
            share = 1.4
        start, end = date(year - 1, 10, 1), date(year, 9, 30)
        factor[world.index(start) : world.index(end) + 1] = share
    flood = slice(world.index(date(world.flood_year, 3, 12)), world.index(date(world.flood_year, 4, 12)))
    factor[flood] *= 1.35
    return factor


def _weather(world: World, code: str) -> Weather:
    yearly, mean, _height = climate()[code]
    season = np.cos(2 * np.pi * (world.day_of_year - 30) / 365.25)
    wetness = _wetness(world)
    # One sky over all: half of what rains is common to all stations.
    common, own = chance("sky"), chance(code)
    wet_share = np.clip(0.17 + 0.17 * season, 0.005, 0.5)
    draw = np.clip(_mixed(common.random(world.days), own.random(world.days)), 0, 1)
    wet = np.zeros(world.days, bool)
    for day in range(world.days):
        stays = 0.30 if day and wet[day - 1] else -0.06
        wet[day] = draw[day] < wet_share[day] + (stays if wet_share[day] > 0.03 else 0)
    amount = own.gamma(1.3, 1.0, world.days) * (0.6 + common.gamma(3.0, 0.13, world.days))
    rain = np.where(wet, amount, 0.0)
    rain *= yearly / (rain.sum() / world.days * 365.25) * wetness
    # A whole catchment never has the rain of its wettest valley.
    rain = 48 * np.tanh(rain / 48)
    anomaly = np.zeros(world.days)
    cold, shared = own.normal(0, 1.2, world.days), chance("heat").normal(0, 1.6, world.days)
    for day in range(1, world.days):
        anomaly[day] = 0.75 * anomaly[day - 1] + cold[day] + shared[day]
    temperature = mean - 12.5 * np.cos(2 * np.pi * (world.day_of_year - 22) / 365.25) + anomaly - np.where(wet, 2.0, 0)
    return Weather(
        # Much of these catchments lies higher and cooler than the stations in their valleys.
        np.round(rain, 1),
        np.round(temperature, 1),
        0.62 * oudin_pet(temperature - 4, world.day_of_year, latitude=36.0),
    )


def _mixed(one: F64, other: F64) -> F64:
    """Two uniform draws as one that is alike at neighbouring stations and still uniform."""
    both = (one + other) / 2
    return np.where(both < 0.5, 2 * both**2, 1 - 2 * (1 - both) ** 2)


def runoff_of(world: World, source: Source) -> tuple[F64, F64]:
    """Flow in m³/s and the mean snow of the bands in mm."""
    weather, height = world.weather[source.climate], climate()[source.climate][2]
    run = simulate(
        Forcing(
            precipitation=weather.rain * source.wetter,
            pet=weather.pet,
            temperature=weather.temperature,
            elevations=source.bands,
            reference_elevation=height,
        ),
        parameters=source.parameters,
    )
    flow = np.asarray(run.flow) * source.area_km2 / 86.4
    noise = np.exp(chance(f"runoff {source.node}").normal(0, 0.04, world.days))
    return flow * noise, np.asarray(run.pack).mean(axis=0)


def _water(world: World) -> Water:
    """Down the network in the order of its reaches, day by day where a reservoir decides."""
    water = Water()
    arriving: dict[str, F64] = {}
    for source in sources():
        flow, water.snow[source.node] = runoff_of(world, source)
        arriving[source.node] = arriving.get(source.node, 0) + flow
    reaches = {row["upstream"]: row for row in table("reaches.csv")}
    diversions: dict[str, list[dict[str, str]]] = {}
    for row in table("diversions.csv"):
        diversions.setdefault(row["at"], []).append(row)
    for node in _downwards(reaches, diversions):
        inflow = arriving.get(node, np.zeros(world.days))
        water.flow[node] = inflow
        leaving = _stored(world, water, node, inflow) if node in stores() else inflow
        for row in diversions.get(node, ()):
            capacity = float(row["capacity_downstream"] or "inf")
            away = np.clip(
                np.maximum(leaving - capacity, float(row["fraction"]) * leaving), 0, float(row["maximum"] or "inf")
            )
            arriving[row["to"]] = arriving.get(row["to"], 0) + away
            leaving = leaving - away
        if node in reaches:
            row = reaches[node]
            days = min(float(row["length_km"]) / 1.2e-3 / DAY, 0.98)
            routed = (1 - days) * leaving + days * np.concatenate([leaving[:1], leaving[:-1]])
            routed *= 1 - float(row["loss"])
            arriving[row["downstream"]] = arriving.get(row["downstream"], 0) + routed
    return water


def _downwards(reaches: dict[str, Any], diversions: dict[str, list[dict[str, str]]]) -> list[str]:
    """Every node after all that flow into it."""
    nodes = [row["code"] for row in table("nodes.csv")]
    into: dict[str, set[str]] = {code: set() for code in nodes}
    for row in reaches.values():
        into[row["downstream"]].add(row["upstream"])
    for rows in diversions.values():
        for row in rows:
            into[row["to"]].add(row["at"])
    ordered: list[str] = []
    while len(ordered) < len(nodes):
        ready = [code for code in nodes if code not in ordered and into[code] <= set(ordered)]
        ordered += ready
        if not ready:
            raise ValueError("the demonstration's network runs in a circle")
    return ordered


def _stored(world: World, water: Water, node: str, inflow: F64) -> F64:
    """A simple operator: some of what comes, more in the months of irrigation, all that no longer fits."""
    capacity, dead, area, _level, _depth = stores()[node]
    season = 1 - 0.45 * np.cos(2 * np.pi * (world.day_of_year - 20) / 365.25)
    lake = node in ("tharthar", "habbaniyah")
    usual = float(np.mean(inflow)) * (0.6 if lake else 0.93)
    evaporation = (3.4 - 3.0 * np.cos(2 * np.pi * (world.day_of_year - 15) / 365.25)) / 1000
    storage, release = np.empty(world.days), np.empty(world.days)
    stored = dead + 0.55 * (capacity - dead)
    for day in range(world.days):
        fill = (stored - dead) / (capacity - dead)
        wanted = usual * season[day] * (0.45 + 0.9 * min(max(fill, 0.0), 1.0))
        lost = evaporation[day] * area * (stored / capacity) ** 0.67
        room = (stored - dead) / 0.0864
        out = min(max(wanted, 0.0), max(room + inflow[day], 0.0))
        stored += (inflow[day] - out) * 0.0864 - lost
        if stored > capacity:
            out += (stored - capacity) / 0.0864
            stored = capacity
        stored = max(stored, dead * 0.9)
        storage[day], release[day] = stored, out
    water.storage[node], water.release[node] = storage, release
    return release


def level_of(node: str, storage: F64) -> F64:
    """The reservoir's level: a valley that widens upwards."""
    capacity, _dead, _area, full, depth = stores()[node]
    return full - depth + depth * np.power(np.clip(storage / capacity, 0, 1), 1 / 2.6)


def storage_rows(node: str) -> list[list[float]]:
    """Level, volume, area of the same valley."""
    capacity, _dead, area, full, depth = stores()[node]
    rows = []
    for step in range(13):
        share = step / 12
        rows.append(
            [
                round(full - depth + depth * share, 2),
                round(capacity * share**2.6, 3),
                round(area * max(share, 0.01) ** 1.6, 3),
            ]
        )
    return rows
