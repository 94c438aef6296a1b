"""A small world of rivers: two ministries, a river with three gauges and a dam, people of each role, and makers of records."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from rafid.commons.indicators.models import IndicatorValue
from rafid.commons.people.models import Agreement, Organisation
from rafid.programmes.rivers.models import (
    Gauging,
    Reach,
    Reservoir,
    RiverNode,
    Series,
    Station,
    StorageTable,
    Threshold,
)

EAST, NORTH = 44.33, 36.05
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
UNITS = {
    "stage": "m",
    "discharge": "m³/s",
    "precipitation": "mm",
    "temperature": "°C",
    "reservoir_level": "m",
    "storage": "Mm³",
    "release": "m³/s",
}


def at(day: int = 1, hour: int = 6, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@contextmanager
def refused(rule: str):
    """The database refuses by this rule, at the latest when the transaction ends."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():  # noqa: PT012
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert caught.value.__cause__.diag.constraint_name == rule


@pytest.fixture(autouse=True)
def _in_english():
    """Sentences are compared in the language of their keys."""
    with override("en"):
        yield


@pytest.fixture
def client(client):
    """It asks in English, as the sentences are compared."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def alone(db):
    """Nothing of the demonstration is beside the test: for what is asked over all that there is."""
    IndicatorValue.objects.filter(indicator__programme="rivers").delete()
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("rafid_rivers_")]
        names = ", ".join(connection.ops.quote_name(name) for name in tables)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {names} CASCADE")
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def river(world):
    return make_river(world)


def make_river(world):
    """``ministry`` and ``northern``; ``people`` of each role for the ministry, also as attributes; nodes ``upper`` → ``town``
    → ``lower``; makers of records. Everything lies in ``world.town``."""
    ministry = Organisation.objects.create(ref="TT-MOWR", name_en="Ministry of water", kind="ministry")
    northern = Organisation.objects.create(ref="TT-NORTH", name_en="Northern ministry of water", kind="ministry")
    base = {"owner": ministry, "place": world.town}

    def node(code, kind="gauge", east=0.0, **values):
        return RiverNode.objects.create(
            code=code, kind=kind, point=Point(EAST + east, NORTH, srid=4326), river="tt-river", source_text="Test",
            name_en=code.title(), **values,
        )  # fmt: skip

    nodes = [node("tt-upper"), node("tt-town", east=0.2), node("tt-lower", east=0.4)]

    def reach(upstream, downstream, **values):
        return Reach.objects.create(
            code=f"{upstream.code}-{downstream.code}", upstream=upstream, downstream=downstream, source_text="Test",
            **{"valid_from": LONG_AGO, "k_s": 43200, "x": 0.2, **values},
        )  # fmt: skip

    def station(code="tt-town", kind="stage", **values):
        values = {
            "node": next((one for one in nodes if one.code == code), None),
            "name_en": code.title(),
            "known_at": LONG_AGO,
            "sensitivity": 0,
            **base,
            **values,
        }
        return Station.objects.create(
            code=code, station_kind=kind, foreign=True, point=Point(EAST, NORTH, srid=4326), river="tt-river", **values
        )

    def series(station, variable="stage", **values):
        values = {"step": "1d", "known_at": LONG_AGO, "sensitivity": 0, **base, **values}
        return Series.objects.create(station=station, variable=variable, unit=UNITS[variable], **values)

    def reservoir(node, **values):
        return Reservoir.objects.create(code=node.code, node=node, name_en=node.code, **{**base, **values})

    def table(reservoir, rows=((300, 3000, 200), (310, 4700, 230), (320, 7350, 300), (330, 11100, 372)), **values):
        return StorageTable.objects.create(
            reservoir=reservoir, rows=[list(one) for one in rows], source_text="Test",
            **{"number": 1, "valid_from": LONG_AGO, **values},
        )  # fmt: skip

    def threshold(station, class_code="warning", value=5.0, **values):
        return Threshold.objects.create(
            station=station,
            class_code=class_code,
            value=value,
            source_text="Test",
            **{"valid_from": LONG_AGO, **values},
        )

    def gauging(station, stage, discharge, *, time=None, **values):
        count = Gauging.objects.filter(station=station).count()
        return Gauging.objects.create(
            station=station, time=time or at(1, 6) + timedelta(days=count), stage=stage, discharge=discharge, **values
        )

    def agreement(
        receiver=northern, *, embargo_days=0, reads=1, records=("rafid_rivers.station", "rafid_rivers.series")
    ):
        return Agreement.objects.create(
            giver=ministry, receiver=receiver, records=list(records), reads=reads, starts_on=at(year=2020).date(),
            embargo_days=embargo_days,
        )  # fmt: skip

    roles = ("hydrologist", "chief", "reader", "rating_engineer", "dam_operator", "forecaster", "planner")
    people = {role: world.person(f"r-{role}", (f"rivers.{role}", ministry, None)) for role in roles}
    people["second"] = world.person("r-second", ("rivers.chief", ministry, None))
    people["partner"] = world.person("r-partner")
    people["partner"].organisation = northern
    people["partner"].save()
    return SimpleNamespace(
        world=world, ministry=ministry, northern=northern, place=world.town, people=people, upper=nodes[0], town=nodes[1],
        lower=nodes[2], make_node=node, make_reach=reach, make_station=station, make_series=series,
        make_reservoir=reservoir, make_table=table, make_threshold=threshold, make_gauging=gauging,
        make_agreement=agreement, at=at, **people,
    )  # fmt: skip
