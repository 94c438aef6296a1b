"""The balance of each dam: what inflow, release and evaporation do not explain of its change from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity
from rafid.methods.hydrology import balance_residual
from rafid.methods.hydrology.consistency import runs

from ..models import Reservoir, Series, SeriesFinding, StorageTable
from ..reservoirs.queries import VARIABLES, as_table
from ..values.reading import windows_of
from .days import Days, by_day
from .limits import limits_of, wanted

CODE = "balance"
MESSAGE = gettext_noop(
    "The balance does not close: %(value)s Mm³ in a day are not explained by inflow, release and evaporation."
)


def measured() -> list[tuple[Reservoir, dict[str, Series]]]:
    """Dams of which level or storage, inflow and release are measured, with those series."""
    dams = {one.station_id: one for one in Reservoir.objects.filter(station__isnull=False)}
    series: dict[Any, dict[str, Series]] = {}
    rows = Series.objects.filter(station__in=dams, variable__in=VARIABLES).exclude(origin__in=("forecast", "model"))
    for one in rows.select_related("station").order_by("-preferred", "origin", "ref"):
        series.setdefault(one.station_id, {}).setdefault(one.variable, one)
    return [
        (dams[pk], own)
        for pk, own in series.items()
        if {"inflow", "release"} <= own.keys() and {"reservoir_level", "storage"} & own.keys()
    ]


def of_finding(own: dict[str, Series]) -> Series:
    """The series that stands for the dam: its level, as that is what people read."""
    return own.get("reservoir_level") or own["storage"]


def found(start: datetime, now: datetime) -> Iterator[SeriesFinding]:
    every = [(dam, own) for dam, own in measured() if wanted(of_finding(own), CODE)]
    ids = {one.pk for _dam, own in every for one in own.values()}
    first = start - timedelta(days=1)
    days = by_day(windows_of(ids, start=first, end=now), first, now)
    tables: dict[Any, StorageTable] = {}
    rows = StorageTable.objects.filter(reservoir__in=[dam.pk for dam, _own in every], valid_from__lte=now)
    for table in rows.order_by("valid_from"):
        tables[table.reservoir_id] = table
    for dam, own in every:
        yield from _doubts(own, tables.get(dam.pk), days, start)


def _doubts(own: dict[str, Series], table: StorageTable | None, days: Days, start: datetime) -> Iterator[SeriesFinding]:
    series = of_finding(own)
    read = {name: days.of(one) for name, one in own.items()}
    nothing = np.full(days.days.size, np.nan)
    level = read.get("reservoir_level", nothing)
    stored, area = _stored(level, read.get("storage", nothing), table)
    into, out = read["inflow"], read["release"]
    residual = balance_residual(
        stored,
        inflow=into,
        outflow=out,
        evaporation=np.nan_to_num(read.get("evaporation", nothing)),
        rainfall=np.nan_to_num(read.get("precipitation", nothing)),
        area=np.nan_to_num(area),
    )
    limits = limits_of(series)
    # A mean of the day stands between two storages: half of what the flows changed by is not known better.
    steps = np.abs(np.diff(into - out, prepend=np.nan)) * 0.0864 / 2
    through = (into + out) / 2 * 0.0864
    allowed = np.maximum(limits.balance_share * through, np.nan_to_num(area) * limits.balance_m) + np.nan_to_num(steps)
    with np.errstate(invalid="ignore"):
        flags = np.abs(residual) > allowed
    for begin, end in runs(flags):
        if days.time(end) < start:
            continue
        worst = begin + int(np.argmax(np.abs(residual[begin : end + 1])))
        yield SeriesFinding(
            series=series,
            check_code=CODE,
            severity=Severity.CHECK,
            start=days.first(series, begin),
            end=days.last(series, end),
            value=None if np.isnan(level[worst]) else float(level[worst]),
            against=round(float(residual[worst]), 2),
            message=in_three(MESSAGE, value=f"{residual[worst]:+.3g}"),
        )


def _stored(level: Any, measured: Any, row: StorageTable | None) -> tuple[Any, Any]:
    """Storage and area of each day: measured, else by the table where the level lies in it."""
    if row is None:
        return measured, np.full(level.shape, np.nan)
    table = as_table(row)
    inside = ~np.isnan(level) & (level >= table.level[0]) & (level <= table.level[-1])
    volume, area = np.full(level.shape, np.nan), np.full(level.shape, np.nan)
    volume[inside], area[inside] = table.volume_at(level[inside]), table.area_at(level[inside])
    return np.where(np.isnan(measured), volume, measured), area
