"""A season's traces through the reservoir at the outlook's node: what it holds is carried from month to month."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology import OperatingRules, StorageTable, operate

from ..models import Reservoir, RuleCurve, Series
from ..models import StorageTable as TableRow
from ..values.reading import latest_of
from .supplying import Served, Want, tell

F64 = NDArray[np.float64]
STEP = 365.25 / 12 * 86_400
"""Seconds of a month. All months count alike; their volumes are exact."""

FRESH = timedelta(days=10)
"""A storage or level that is older is no start."""


def of_node(node: Any) -> Reservoir | None:
    found: Reservoir | None = Reservoir.objects.filter(node=node).select_related("station").first()
    return found


def serve_stored(
    reservoir: Reservoir, volumes: F64, months: Sequence[str], wants: Sequence[Want], *, known_at: datetime
) -> list[Served] | None:
    """As `supplying.serve`, with what the reservoir holds; None where its table, its standing rule curve or its storage of
    these days is not known."""
    row = TableRow.objects.filter(reservoir=reservoir, valid_from__lte=known_at).order_by("-valid_from").first()
    curve = list(RuleCurve.objects.filter(reservoir=reservoir, plan="").order_by("day_of_year"))
    if row is None or not curve or not wants:
        return None
    level, volume, area = np.array(row.rows, float).T
    table = StorageTable(level, volume, area)
    begin = _storage(reservoir, table, known_at)
    if begin is None:
        return None
    rules = _rules(curve, months)
    ordered = sorted({(one.priority, one.area, one.sector) for one in wants})
    asked = np.array([[_of(wants, key, int(month[5:7])) for month in months] for key in ordered])
    short = np.empty((len(volumes), len(ordered), len(months)))
    for i, inflow in enumerate(np.maximum(volumes, 0) * 1e6 / STEP):
        done = operate(inflow, table=table, rules=rules, demand=asked * 1e6 / STEP, initial_volume=begin, dt=STEP)
        short[i] = np.atleast_2d(done.shortage) * STEP / 1e6
    return [
        tell(
            Want(area_code, sector, int(month[5:7]), float(asked[k, j]), priority), month, asked[k, j] - short[:, k, j]
        )
        for j, month in enumerate(months)
        for k, (priority, area_code, sector) in enumerate(ordered)
        if asked[k, j] > 0
    ]


def _of(wants: Sequence[Want], key: tuple[int, str, str], month: int) -> float:
    return sum(one.mm3 for one in wants if (one.priority, one.area, one.sector) == key and one.month == month)


def _storage(reservoir: Reservoir, table: StorageTable, known_at: datetime) -> float | None:
    """Mm³ at the moment, as recorded or from the recorded level; held within the table."""
    if reservoir.station_id is None:
        return None
    rows = {
        one.pk: one for one in Series.objects.filter(station=reservoir.station_id, origin__in=("observed", "telemetry"))
    }
    chosen = [pk for pk, one in rows.items() if one.variable in ("storage", "reservoir_level")]
    found = latest_of(chosen, before=known_at, known_at=known_at, within=FRESH)
    by_variable = {
        rows[pk].variable: one.value for pk, one in found.items() if one.value is not None and one.quality < 4
    }
    lowest, highest = float(table.volume[0]), float(table.volume[-1])
    if (volume := by_variable.get("storage")) is not None:
        return min(max(volume, lowest), highest)
    if (level := by_variable.get("reservoir_level")) is not None:
        held = min(max(level, float(table.level[0])), float(table.level[-1]))
        return float(table.volume_at(held))
    return None


def _rules(curve: list[RuleCurve], months: Sequence[str]) -> OperatingRules:
    """The rule curve in the middle of each month; between its days in proportion, over the turn of the year, too."""
    days = np.array([one.day_of_year for one in curve], float)
    middle = np.array([30.4375 * (int(month[5:7]) - 1) + 15 for month in months])

    def at(name: str, missing: float = 0.0) -> F64:
        values = np.array([missing if getattr(one, name) is None else getattr(one, name) for one in curve], float)
        return np.asarray(np.interp(middle, days, values, period=365.25))

    most = [one.release_max for one in curve if one.release_max is not None]
    return OperatingRules(
        minimum=at("minimum"),
        target=at("target"),
        maximum=at("maximum"),
        least_release=at("release_min"),
        most_release=at("release_max", max(most)) if most else math.inf,
    )
