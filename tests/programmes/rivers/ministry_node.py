"""One ministry's node, as a program: does one step of the story in its own database and prints what stands there."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path


def main() -> None:
    step, folder = sys.argv[1], Path(sys.argv[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rafid.site.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        answer = globals()[step](folder)
    print(json.dumps(answer))


def organisations():
    from rafid.commons.people.models import Organisation

    return [
        Organisation.objects.get_or_create(ref=ref, defaults={"name_en": ref, "kind": "ministry"})[0]
        for ref in ("TT-SOUTH", "TT-NORTH", "TT-THIRD")
    ]


def start(folder):
    """Both: the organisations, a key, and whose node this is."""
    from rafid.commons.records.exchange import nodes

    organisations()
    name = os.environ["NODE"]
    nodes.kinds = dict  # the log of other programmes' demonstration is not what is looked at here
    node = nodes.init(name)
    (folder / f"{name}.key").write_bytes(nodes.key_file(node))
    nodes.belongs(name, f"TT-{name}")
    return node.fingerprint


def trust(folder):
    from rafid.commons.records.exchange import nodes

    for name in {"SOUTH", "NORTH", "THIRD"} - {os.environ["NODE"]}:
        if (folder / f"{name}.key").exists():
            nodes.trust((folder / f"{name}.key").read_bytes())
            nodes.belongs(name, f"TT-{name}")
    return True


def measure(folder):
    """The south: an open series, an agreed one, one that is not agreed, and a restricted one."""
    from django.contrib.gis.geos import Point

    from rafid.commons.people.models import Agreement
    from rafid.programmes.rivers.models import AgreedSeries, Series, Station

    south, north, _third = organisations()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    made = {}
    for name, level, embargo in (("open", 0, 24), ("agreed", 1, 0), ("kept", 1, 0), ("secret", 2, 0)):
        station = Station.objects.create(
            code=f"tt-{name}", station_kind="stage", foreign=True, point=Point(44, 33, srid=4326), owner=south,
            sensitivity=level, name_en=name, known_at=long_ago,
        )  # fmt: skip
        made[name] = Series.objects.create(
            station=station, variable="stage", unit="m", owner=south, sensitivity=level, embargo_hours=embargo,
            known_at=long_ago,
        )  # fmt: skip
        _record(made[name], [(hours, 1.0 + hours / 100) for hours in (1, 30, 60, 90)], hours_ago=0.5)
    agreement = Agreement.objects.create(
        giver=south, receiver=north, records=["rafid_rivers.series", "rafid_rivers.station"], starts_on=date(2020, 1, 1),
        embargo_days=2,
    )  # fmt: skip
    AgreedSeries.objects.create(agreement=agreement, series=made["agreed"])
    return True


def _record(series, values, hours_ago=0.0, reason=""):
    from rafid.programmes.rivers.values.recording import Reading, record_values

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    rows = [Reading(series.pk, now - timedelta(hours=hours), value) for hours, value in values]
    known = datetime.now(UTC) - timedelta(hours=hours_ago) if hours_ago else None
    record_values(rows, origin="person", reason=reason, known_from=known)


def correct_and_end(folder):
    """The south corrects values that were given, measures on, and ends the agreement: the agreed series goes no further."""
    from rafid.commons.people.agree import end
    from rafid.commons.people.models import Agreement
    from rafid.programmes.rivers.models import Series

    _record(Series.objects.get(station__code="tt-open"), [(60, 7.0)], reason="misread")
    end(Agreement.objects.get(receiver__ref="TT-NORTH"), None, "over")
    _record(Series.objects.get(station__code="tt-agreed"), [(70, 9.0)])
    return True


def write(folder):
    from rafid.commons.records.exchange.carrying import write
    from rafid.commons.records.models import Node

    for node in Node.objects.filter(own=False):
        (folder / f"{os.environ['NODE']}-{node.name}").write_bytes(write(receiver=node))
    return True


def take(folder):
    """Takes the file twice, and prints what stands, and what a person of this ministry sees."""
    from rafid.commons.people.models import Account, Agreement, Organisation
    from rafid.commons.records.exchange.carrying import receipt, take
    from rafid.programmes.rivers.models import AgreedSeries, Series, Value
    from rafid.programmes.rivers.values.reading import seen_values

    name = os.environ["NODE"]
    data = (folder / f"SOUTH-{name}").read_bytes()
    first = take(data)
    (folder / f"{name}.receipt").write_bytes(receipt(first))
    again = take(data)
    person = Account(login="somebody", organisation=Organisation.objects.get(ref=f"TT-{name}"))
    rows = Series.objects.filter(owner__ref="TT-SOUTH")
    return {
        "given": first.given,
        "again": again.given,
        "said": first.said,
        "series": {
            one.station.code: [list(row) for row in Value.objects.filter(series=one).order_by("time", "known_from").values_list("value", "reason")]
            for one in rows
        },
        "origins": sorted({row.partition("@")[0] for row in Value.objects.filter(series__in=rows).values_list("origin_ref", flat=True)}),
        "seen": {one.station.code: len(seen_values(person, one)) for one in rows.visible_to(person)},
        "agreements": [
            [one.embargo_days, one.ended_at is not None, AgreedSeries.objects.filter(agreement=one).count()]
            for one in Agreement.objects.filter(giver__ref="TT-SOUTH")
        ],
    }  # fmt: skip


def noted(folder):
    from rafid.commons.records.exchange.carrying import take_receipt
    from rafid.commons.records.models import ExchangeParcel

    for name in ("NORTH", "THIRD"):
        take_receipt((folder / f"{name}.receipt").read_bytes())
    return ExchangeParcel.objects.exclude(had_at=None).count()


def write_here(folder):
    """The north tries to write a series of the south."""
    from django.utils.translation import override

    from rafid.commons.records.change import Refused
    from rafid.programmes.rivers.models import Series

    try:
        with override("en"):
            _record(Series.objects.get(station__code="tt-open"), [(3, 5.0)])
    except Refused as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main()
