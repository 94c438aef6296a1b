"""Findings as a person sees them, filtered; and the values around one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from rafid.commons.filters import Filters
from rafid.commons.people.models import Account, Grant
from rafid.commons.people.visibility import may_on, roles
from rafid.commons.records.models import Severity

from ..codes import VARIABLES, Quality
from ..models import SeriesFinding, SeriesFindingState, Station
from ..seeing import PROGRAMME, latest_time, of_staff
from ..values.reading import aware, seen_values
from ..values.times import Untimely, read_time
from .names import NAMES

AROUND = timedelta(days=4)
MOST = 41
"""Values that stand beside one that is doubtful."""
CHECKS = tuple(NAMES)


def findings(user: Any) -> QuerySet[SeriesFinding]:
    """Those of series that a role of the person reaches; of others what is public and under no embargo any more."""
    over = ExpressionWrapper(
        Now() - F("series__embargo_hours") * Value(timedelta(hours=1), DurationField()), output_field=DateTimeField()
    )
    staff = of_staff(user, owner="series__owner", place="series__place", sensitivity="series__sensitivity")
    rows = SeriesFinding.objects.visible_to(user).filter(staff | Q(series__sensitivity=0, end__lte=over))
    return rows.select_related("series__station", "assigned_to", "settled_by")


def asked(user: Any, filters: Filters) -> tuple[dict[str, Any], QuerySet[SeriesFinding]]:
    """What was chosen, and the findings that fit, the worst and newest first."""
    rows = findings(user)
    state = filters.one_of("state", _("State"), {*SeriesFindingState.values, "any"}, "open")
    severity = filters.one_of("severity", _("Severity"), {str(one) for one in Severity.values}, "")
    check = filters.one_of("check", _("Rule"), set(CHECKS), "")
    station, mine = filters.query.get("station", "").strip(), filters.query.get("mine") == "1"
    variable = filters.one_of("variable", _("Variable"), set(VARIABLES), "")
    since, until = (_day(filters, name, title) for name, title in (("from", _("From")), ("to", _("To"))))
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
    if variable:
        rows = rows.filter(series__variable=variable)
    if since:
        rows = rows.filter(end__gte=since)
    if until:
        rows = rows.filter(start__lt=until + timedelta(days=1))
    chosen = {
        "state": state, "severity": severity, "check": check, "station": station, "mine": mine, "variable": variable,
        "from": filters.query.get("from", ""), "to": filters.query.get("to", ""),
    }  # fmt: skip
    return chosen, rows.order_by("-severity", "-start", "pk")


def _day(filters: Filters, name: str, title: Any) -> datetime | None:
    """A day of the country's zone, from its start."""
    text = filters.query.get(name, "").strip()
    if not text:
        return None
    try:
        return read_time(text[:10], zone=settings.TIME_ZONE)
    except Untimely:
        filters.wrong(name, title)
        return None


@dataclass(frozen=True)
class Doubted:
    """A station with findings: how many, how bad the worst is."""

    station: Station
    count: int
    worst: int


def by_station(rows: QuerySet[SeriesFinding]) -> list[Doubted]:
    """The stations of the findings, the worst last, so that they are drawn above the others."""
    counts = {
        one["series__station"]: one
        for one in rows.order_by().values("series__station").annotate(count=Count("pk"), worst=Max("severity"))
    }
    stations = Station.objects.filter(pk__in=counts)
    found = [Doubted(one, counts[one.pk]["count"], counts[one.pk]["worst"]) for one in stations]
    return sorted(found, key=lambda one: (one.worst, one.count))


def made_up(finding: SeriesFinding) -> bool:
    """Is it about a series of the demonstration?"""
    return finding.series.source == "demonstration"


def seen(user: Any, finding: SeriesFinding) -> bool:
    """A finding about a value that is still under an embargo is not there yet."""
    limit = latest_time(user, finding.series)
    return limit is None or finding.end <= limit


def checkers() -> QuerySet[Account]:
    """Whom a finding can be given to: all who check values somewhere. Whether it is theirs is asked when it is given."""
    codes = [code for code, role in roles().items() if "check" in role.may and code.partition(".")[0] == PROGRAMME]
    held = Grant.objects.current().filter(role__in=codes)
    return Account.objects.filter(is_active=True, pk__in=held.values("account")).order_by("full_name", "login")


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
