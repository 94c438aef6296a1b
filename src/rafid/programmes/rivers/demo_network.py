"""Basins, nodes, reaches, stations and reservoirs of the country pack, with what the demonstration adds to them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

from django.contrib.gis.geos import LineString, Point

from rafid.commons.places.models import Place

from .demo_world import World, at, storage_rows, stores, table
from .models import (
    Basin,
    Demand,
    Diversion,
    HistoricalFlood,
    Reach,
    Reservoir,
    ReservoirFact,
    RiverNode,
    RuleCurve,
    Station,
    StorageTable,
    Threshold,
)

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
SENSITIVITY = {"public": 0, "partner": 1, "restricted": 2}
MADE_UP = "Invented for the demonstration"
HALF_METRE_A_SECOND = 1.2
"""Metres a second at which the demonstration's water goes; a real travel time is estimated from data."""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def network() -> dict[str, RiverNode]:
    """The network of the country pack; answers its nodes by code."""
    basins: dict[str, Basin] = {}
    for row in table("basins.csv"):
        basins[row["code"]] = Basin.objects.create(
            code=row["code"],
            parent=basins.get(row["parent"]),
            area_km2=float(row["area_km2"]) if row["area_km2"] else None,
            name_en=row["name_en"],
            name_ar=row["name_ar"],
            name_ckb=row["name_ckb"],
            source_text=row["source"],
            as_of=_day(row["as_of"]),
        )
    rows = [
        RiverNode(
            code=row["code"],
            kind=row["kind"],
            point=Point(float(row["lon"]), float(row["lat"]), srid=4326),
            river=row["river"],
            basin=basins.get(row["basin"]),
            foreign=row["foreign"] == "yes",
            name_en=row["name_en"],
            name_ar=row["name_ar"],
            name_ckb=row["name_ckb"],
            source_text=row["source"],
            as_of=_day(row["as_of"]),
        )
        for row in table("nodes.csv")
    ]
    nodes = {one.code: one for one in RiverNode.objects.bulk_create(rows)}
    Reach.objects.bulk_create(
        Reach(
            code=f"{row['upstream']}--{row['downstream']}"[:60],
            upstream=nodes[row["upstream"]],
            downstream=nodes[row["downstream"]],
            line=LineString(nodes[row["upstream"]].point.coords, nodes[row["downstream"]].point.coords, srid=4326),
            length_km=float(row["length_km"]),
            k_s=round(float(row["length_km"]) * 1000 / HALF_METRE_A_SECOND),
            x=0.2,
            loss=float(row["loss"]),
            valid_from=ALWAYS,
            source_text=row["source"],
        )
        for row in table("reaches.csv")
    )
    Diversion.objects.bulk_create(
        Diversion(
            code=f"{row['at']}--{row['to']}",
            at=nodes[row["at"]],
            to=nodes[row["to"]],
            order=int(row["order"]),
            capacity_downstream=float(row["capacity_downstream"]) if row["capacity_downstream"] else None,
            maximum=float(row["maximum"]) if row["maximum"] else None,
            fraction=float(row["fraction"]),
            rule=row["rule"],
            valid_from=ALWAYS,
            source_text=row["source"],
        )
        for row in table("diversions.csv")
    )
    Demand.objects.bulk_create(
        Demand(
            area=row["area"],
            node=nodes[row["node"]],
            sector=row["sector"],
            month=int(row["month"]),
            mm3=float(row["mm3"]),
            priority=int(row["priority"]),
            source_text=row["source"],
        )
        for row in table("demo_demands.csv")
    )
    return nodes


def stations(world: World, nodes: dict[str, RiverNode]) -> dict[str, Station]:
    """The stations, each in its district where boundaries are known, and their thresholds."""
    found: dict[str, Station] = {}
    for row in table("demo_stations.csv"):
        point = Point(float(row["lon"]), float(row["lat"]), srid=4326)
        sensitivity = SENSITIVITY[row["sensitivity"]]
        found[row["code"]] = Station.objects.create(
            code=row["code"],
            node=nodes.get(row["node"]),
            station_kind=row["kind"],
            point=point,
            place=_place(point),
            river=row["river"],
            owner=world.owner(row["owner"]),
            # That a station is there is no secret; what it measures may be.
            sensitivity=min(sensitivity, 1) if row["kind"] == "reservoir" else 0,
            source="demonstration",
            name_en=row["name_en"],
            name_ar=row["name_ar"],
            name_ckb=row["name_ckb"],
            gauge_zero_m=_zero(row),
            datum="Demonstration datum" if row["kind"] == "stage" else "",
            lowest_m=0.0 if row["kind"] == "stage" else None,
            highest_m=14.0 if row["kind"] == "stage" else None,
            source_text=row["source"],
            known_at=at(world.first, 0),
        )
    HistoricalFlood.objects.bulk_create(
        HistoricalFlood(
            station=found[row["station"]],
            year=int(row["year"]),
            **{
                name: float(row[name]) if row[name] else None for name in ("flow", "flow_low", "flow_high", "threshold")
            },
            known_since=int(row["known_since"]) if row["known_since"] else None,
            fact=True,
            source_text=row["source"],
            as_of=_day(row["as_of"]),
        )
        for row in table("historical_floods.csv")
    )
    return found


def _zero(row: dict[str, str]) -> float | None:
    return round(380 - 8.6 * (37.2 - float(row["lat"])) ** 2.0 + 60, 1) if row["kind"] == "stage" else None


def _place(point: Point) -> Place | None:
    """The district, else the governorate, in whose polygon the point lies."""
    within = Place.objects.filter(versions__geometry__covers=point, versions__valid__upper_inf=True, level__in=(1, 2))
    found: Place | None = within.order_by("-level").first()
    return found


def thresholds(station: Station, flow: str, values: dict[str, float]) -> None:
    """The ladder of a station, each step beyond the one before it."""
    ladder = {code: round(value, 2) for code, value in values.items()}
    for milder, worse in pairwise(("watch", "warning", "severe", "extreme")):
        if worse in ladder:
            ladder[worse] = max(ladder[worse], round(ladder[milder] + 0.05, 2))
    if "critical" in ladder:
        ladder["low"] = max(ladder["low"], 0.2)
        ladder["critical"] = min(ladder["critical"], round(0.8 * ladder["low"], 2))
    names = {
        "watch": ("ترقب", "چاودێری", "Watch"),
        "warning": ("إنذار", "ئاگادارکردنەوە", "Warning"),
        "severe": ("خطر شديد", "مەترسیی توند", "Severe"),
        "extreme": ("خطر بالغ", "مەترسیی زۆر توند", "Extreme"),
        "low": ("منخفض", "نزم", "Low"),
        "critical": ("حرج", "زۆر نزم", "Critically low"),
    }
    Threshold.objects.bulk_create(
        Threshold(
            station=station,
            variable=flow,
            kind="flow" if flow == "discharge" else "storage" if flow == "storage" else "level",
            class_code=code,
            value=value,
            valid_from=ALWAYS,
            name_ar=names[code][0],
            name_ckb=names[code][1],
            name_en=names[code][2],
            source_text=MADE_UP,
        )
        for code, value in ladder.items()
    )


def reservoirs(world: World, nodes: dict[str, RiverNode], stations: dict[str, Station]) -> dict[str, Reservoir]:
    found: dict[str, Reservoir] = {}
    countries = {row["node"]: row["country"] for row in table("demo_reservoirs.csv")}
    for code in stores():
        node, station = nodes[code], stations.get(f"{code}-res")
        found[code] = Reservoir.objects.create(
            code=code,
            node=node,
            station=station,
            country=countries[code],
            owner=station.owner if station else world.ministry,
            place=station.place if station else None,
            sensitivity=station.sensitivity if station else 0,
            source="demonstration",
            name_en=node.name_en,
            name_ar=node.name_ar,
            name_ckb=node.name_ckb,
            known_at=at(world.first, 0),
        )
        StorageTable.objects.create(
            reservoir=found[code], number=1, rows=storage_rows(code), valid_from=ALWAYS, source_text=MADE_UP
        )
        if station:
            _rule_curve(found[code])
    ReservoirFact.objects.bulk_create(
        ReservoirFact(
            reservoir=found[row["reservoir"]],
            name=row["name"],
            value=float(row["value"]),
            unit=row["unit"],
            source_text=row["source"],
            as_of=_day(row["as_of"]),
            preferred=row["preferred"] == "yes",
            reason=row["reason"],
            checked="unverified" not in row["source"],
        )
        for row in table("reservoir_facts.csv")
        if row["reservoir"] in found
    )
    return found


def _rule_curve(reservoir: Reservoir) -> None:
    """Empty before the flood season, full before the summer: a usual shape, invented heights."""
    *_rest, full, depth = stores()[reservoir.code]
    target = {1: 0.80, 60: 0.83, 120: 0.93, 150: 0.96, 200: 0.90, 270: 0.80, 320: 0.77, 365: 0.80}
    RuleCurve.objects.bulk_create(
        RuleCurve(
            reservoir=reservoir,
            day_of_year=day,
            minimum=round(full - depth * 0.62, 2),
            target=round(full - depth + depth * share, 2),
            maximum=round(full - 0.01 * depth, 2),
            release_min=10,
            release_max=4000,
            source_text=MADE_UP,
        )
        for day, share in target.items()
    )
