"""Who visited whom how often, in a row and without notice; what was declared, and which rules were not applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from rafid.commons.people.models import Organisation

from ..models import Declaration, Monitor, Relation, RuleOverride, Visit, VisitType
from .checking import FIELD_TYPES
from .rotation import MOST_IN_A_ROW, UNANNOUNCED, longest_runs

MADE = ("done", "denied")
"""Visits on which somebody went."""


@dataclass
class Meeting:
    """One monitor and one partner: visits led, their share of the partner's visits, the longest run to one of its teams."""

    led: int = 0
    seconded: int = 0
    share: float = 0.0
    run: int = 0
    declared: bool = False

    @property
    def too_long(self) -> bool:
        return self.run > MOST_IN_A_ROW


@dataclass
class PartnerColumn:
    partner: Organisation
    visits: int = 0
    without_notice: int = 0
    monitors: set[Any] = field(default_factory=set)

    @property
    def share(self) -> float | None:
        return self.without_notice / self.visits if self.visits else None

    @property
    def too_few(self) -> bool:
        return self.share is not None and self.share < UNANNOUNCED


@dataclass
class Matrix:
    partners: list[PartnerColumn]
    rows: list[tuple[Monitor, list[Meeting | None], int]]
    visits: int
    without_notice: int

    @property
    def share(self) -> float | None:
        return self.without_notice / self.visits if self.visits else None


def made(user: Any, owner: Any, first: date, until: date) -> QuerySet[Visit]:
    rows = Visit.objects.visible_to(user).filter(owner=owner, state__in=MADE, lead__isnull=False, type__in=FIELD_TYPES)
    return rows.filter(planned_on__gte=first, planned_on__lt=until)


def matrix(user: Any, owner: Any, first: date, until: date) -> Matrix:
    """Of the visits that were made or denied from ``first`` to before ``until``."""
    columns: dict[Any, PartnerColumn] = {}
    meetings: dict[tuple[Any, Any], Meeting] = {}
    teams: dict[tuple[Any, str], list[Any]] = {}
    rows = made(user, owner, first, until).order_by("planned_on", "window", "pk")
    values = rows.values_list("contract__partner", "team", "lead", "second", "type")
    for partner, team, lead, second, kind in values:
        column = columns.setdefault(partner, PartnerColumn(Organisation(pk=partner)))
        column.visits += 1
        column.without_notice += kind == VisitType.UNANNOUNCED
        column.monitors.add(lead)
        meetings.setdefault((lead, partner), Meeting()).led += 1
        if second:
            meetings.setdefault((second, partner), Meeting()).seconded += 1
        teams.setdefault((partner, team), []).append(lead)
    for (partner, _team), leads in teams.items():
        for lead, run in longest_runs(leads).items():
            meetings[lead, partner].run = max(meetings[lead, partner].run, run)
    for (_monitor, partner), meeting in meetings.items():
        meeting.share = meeting.led / columns[partner].visits
    _declared(meetings, columns, owner, first, until)
    named = Organisation.objects.in_bulk(list(columns))
    for pk, column in columns.items():
        column.partner = named[pk]
    ordered = sorted(columns.values(), key=lambda one: one.partner.name)
    monitors = Monitor.objects.visible_to(user).filter(owner=owner)
    there = Q(left_on=None) | Q(left_on__gte=first)
    monitors = monitors.filter(there | Q(pk__in={monitor for monitor, _partner in meetings})).order_by("code")
    table = []
    for monitor in monitors:
        cells = [meetings.get((monitor.pk, one.partner.pk)) for one in ordered]
        table.append((monitor, cells, sum(one.led for one in cells if one)))
    return Matrix(ordered, table, sum(one.visits for one in ordered), sum(one.without_notice for one in ordered))


def _declared(meetings: dict[tuple[Any, Any], Meeting], columns: Any, owner: Any, first: date, until: date) -> None:
    rows = Declaration.objects.exclude(relation=Relation.NONE).filter(monitor__owner=owner, since__lt=until)
    rows = rows.filter(Q(until=None) | Q(until__gte=first), partner__in=list(columns))
    for monitor, partner in rows.values_list("monitor", "partner"):
        meetings.setdefault((monitor, partner), Meeting()).declared = True


def declarations(user: Any, owner: Any) -> QuerySet[Declaration]:
    rows = Declaration.objects.visible_to(user).filter(monitor__owner=owner).select_related("monitor", "partner")
    return rows.order_by("monitor__code", "-since")


def overrides(user: Any, owner: Any, first: date, until: date) -> QuerySet[RuleOverride]:
    rows = RuleOverride.objects.visible_to(user).filter(visit__owner=owner)
    rows = rows.filter(visit__planned_on__gte=first, visit__planned_on__lt=until)
    return rows.select_related("visit__contract__partner", "monitor", "made_by").order_by("-known_at")


def without_declaration(rows: Sequence[tuple[Monitor, Any, int]]) -> list[Monitor]:
    """Monitors who never declared anything, not even that there is nothing."""
    known = set(Declaration.objects.filter(monitor__in=[row[0] for row in rows]).values_list("monitor", flat=True))
    return [monitor for monitor, _cells, _led in rows if monitor.pk not in known]
