"""Findings as a person sees them, filtered; and the values around one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rafid.commons.filters import Filters
from rafid.commons.people.visibility import may_on
from rafid.commons.records.models import Severity

from ..codes import Quality
from ..models import SeriesFinding, SeriesFindingState
from ..seeing import latest_time
from ..values.reading import aware, seen_values
from .names import NAMES

AROUND = timedelta(days=4)
MOST = 41
"""Values that stand beside one that is doubtful."""
CHECKS = tuple(NAMES)


def findings(user: Any) -> QuerySet[SeriesFinding]:
    return SeriesFinding.objects.visible_to(user).select_related("series__station", "assigned_to", "settled_by")


def asked(user: Any, filters: Filters) -> tuple[dict[str, Any], QuerySet[SeriesFinding]]:
    """What was chosen, and the findings that fit, the worst and newest first."""
    rows = findings(user)
    state = filters.one_of("state", _("State"), {*SeriesFindingState.values, "any"}, "open")
    severity = filters.one_of("severity", _("Severity"), {str(one) for one in Severity.values}, "")
    check = filters.one_of("check", _("Rule"), set(CHECKS), "")
    station, mine = filters.query.get("station", "").strip(), filters.query.get("mine") == "1"
    if state != "any":
        rows = rows.filter(state=state)
    if severity:
        rows = rows.filter(severity=int(severity))
    if check:
        rows = rows.filter(check_code=check)
    if station:
        rows = rows.filter(series__station__code=station)
    if mine:
        rows = rows.filter(assigned_to=user)
    chosen = {"state": state, "severity": severity, "check": check, "station": station, "mine": mine}
    return chosen, rows.order_by("-severity", "-start", "pk")


def seen(user: Any, finding: SeriesFinding) -> bool:
    """A finding about a value that is still under an embargo is not there yet."""
    limit = latest_time(user, finding.series)
    return limit is None or finding.end <= limit


def may_decide(user: Any, finding: SeriesFinding) -> bool:
    return may_on(user, "check", finding.series)


def may_correct(user: Any, finding: SeriesFinding) -> bool:
    return may_on(user, "correct", finding.series)


@dataclass(frozen=True)
class Beside:
    """One value near a finding."""

    time: Any
    value: float | None
    quality: int
    quality_name: str
    known_from: Any
    doubtful: bool
    x: float
    y: float | None


def around(user: Any, finding: SeriesFinding) -> list[Beside]:
    known = seen_values(user, finding.series, start=finding.start - AROUND, end=finding.end + AROUND)
    if not len(known):
        return []
    at = [aware(one) for one in known.times]
    middle = min(range(len(at)), key=lambda one: abs(at[one] - finding.start))
    first = max(0, min(middle - MOST // 2, len(at) - MOST))
    rows = range(first, min(len(at), first + MOST))
    there = [float(known.values[one]) for one in rows if known.values[one] == known.values[one]]
    low, high = (min(there), max(there)) if there else (0.0, 1.0)
    span = (high - low) or 1.0
    length = (at[rows[-1]] - at[rows[0]]).total_seconds() or 1.0
    found = []
    for one in rows:
        value = None if known.values[one] != known.values[one] else float(known.values[one])
        found.append(
            Beside(
                at[one],
                value,
                int(known.quality[one]),
                str(Quality(int(known.quality[one])).label),
                aware(known.known_from[one]),
                finding.start <= at[one] <= finding.end,
                round(10 + 580 * (at[one] - at[rows[0]]).total_seconds() / length, 1),
                None if value is None else round(150 - 140 * (value - low) / span, 1),
            )
        )
    return found
