"""Which series a file's values belong to: as a person said before, as codes agree, and else asked."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from rapidfuzz import process

from rafid.commons.people.visibility import may_on

from ..models import FileMapping, Series, Station
from .readers import Reading, Readings

NEAR = 5
"""Codes that are offered where one is not known."""


@dataclass
class Pair:
    """What a file calls a station and a variable, with how many values, and the series that it is."""

    key: str
    station: str
    variable: str
    aggregation: str
    count: int
    series: Series | None = None
    near: list[str] = field(default_factory=list)
    """Station codes that are most like the file's, where it is not known."""


def key_of(row: Reading) -> str:
    return json.dumps([row.station, row.variable, row.aggregation], ensure_ascii=False)


def shape_of(found: Readings) -> str:
    """Files with the same stations and columns have one."""
    keys = sorted({key_of(row) for row in found.rows})
    return hashlib.sha256("\n".join([found.kind, *keys]).encode()).hexdigest()


def pairs_of(found: Readings, user: Any, owner: Any) -> list[Pair]:
    """Each with its series, where an earlier file of this kind says it or the codes agree. Only series that the person imports
    to."""
    counts = Counter(key_of(row) for row in found.rows)
    known = {str(one.pk): one for one in open_to(user)}
    said: dict[str, Any] = {}
    for mapping in FileMapping.objects.filter(owner=owner, kind=found.kind).order_by("known_at"):
        said |= mapping.columns
    codes = list(Station.objects.visible_to(user).values_list("code", flat=True))
    pairs = []
    for key, count in counts.items():
        station, variable, aggregation = json.loads(key)
        pair = Pair(key, station, variable, aggregation, count)
        told = said.get(key, {})
        pair.series = known.get(told.get("series", "")) or _agreed(pair, list(known.values()))
        if pair.series is None:
            pair.near = [
                one for one, _score, _at in process.extract(station.lower(), codes, limit=NEAR, score_cutoff=50)
            ]
        pairs.append(pair)
    return sorted(pairs, key=lambda one: (one.series is not None, one.station, one.variable))


def open_to(user: Any) -> list[Series]:
    """Series whose values this person imports."""
    rows = Series.objects.visible_to(user).exclude(origin__in=("derived", "forecast", "model"))
    rows = rows.filter(station__in=Station.objects.visible_to(user).values("pk")).select_related("station")
    return [one for one in rows.order_by("station__code", "variable") if may_on(user, "import", one)]


def _agreed(pair: Pair, known: list[Series]) -> Series | None:
    """The one series of the station that has the file's code, with its variable."""
    own = [one for one in known if one.station.code.lower() == pair.station.lower() and one.variable == pair.variable]
    if pair.aggregation:
        own = [one for one in own if one.aggregation == pair.aggregation] or own
    return own[0] if len(own) == 1 else None


def remember(found: Readings, owner: Any, chosen: dict[str, Series], *, zone: str, by: Any) -> FileMapping:
    """So that the next file of this shape needs no question."""
    shape = shape_of(found)
    columns = {key: {"series": str(one.pk), "variable": one.variable, "unit": one.unit} for key, one in chosen.items()}
    stations = {json.loads(key)[0]: one.station.code for key, one in chosen.items()}
    known = {"columns": columns, "stations": stations, "zone": zone, "made_by": by}
    try:
        with transaction.atomic():
            row, made = FileMapping.objects.get_or_create(owner=owner, kind=found.kind, shape=shape, defaults=known)
    except IntegrityError:
        row, made = FileMapping.objects.get(owner=owner, kind=found.kind, shape=shape), False
    if not made and (row.columns, row.zone) != (columns, zone):
        row.columns, row.stations, row.zone = columns, stations, zone
        row.save()
    return row


def zone_said(owner: Any, kind: str) -> str:
    """The zone that was last said of files of this kind."""
    row = FileMapping.objects.filter(owner=owner, kind=kind).exclude(zone="").order_by("-known_at").first()
    return row.zone if row else ""
