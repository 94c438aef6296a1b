"""Findings about mine action that a person sees, with their place and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from rafid.commons.filters import Filters
from rafid.commons.names import pick
from rafid.commons.people.visibility import places_within
from rafid.commons.records.checks import visible_findings
from rafid.commons.records.models import Finding, FindingState, model_of
from rafid.commons.records.registers import registers

from ..seeing import PROGRAMME, may_do
from .declared import ALARMS, CHECKS, REMEDIES

KIND = f"{PROGRAMME}."


def findings(user: Any) -> Any:
    """Alarms first, then by severity."""
    rows = visible_findings(user).filter(kind__startswith=KIND).select_related("assigned_to")
    alarm = Case(When(check_code__in=ALARMS, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(rank=alarm).order_by("rank", "-severity", "-found_at", "pk")


def of_record(user: Any, record: Any) -> list[Any]:
    """What is open about one record; ``said`` is its sentence."""
    rows = list(findings(user).filter(kind=record.kind(), record_id=record.pk, state=FindingState.OPEN))
    for one in rows:
        one.said = pick(one.message)
    return rows


def own_registers() -> list[Any]:
    return [one for one in registers() if one.programme.name == PROGRAMME]


def asked(user: Any, filters: Filters, place: Any) -> tuple[dict[str, str], Any]:
    """What the address chose, and the findings of it."""
    states = dict(FindingState.choices)
    chosen = {
        "state": filters.one_of("state", "", [*states, "any"], FindingState.OPEN, states[FindingState.OPEN]),
        "severity": filters.one_of("severity", "", ("1", "2", "3"), ""),
        "check": filters.one_of("check", "", [one.code for one in CHECKS], ""),
        "mine": "1" if filters.query.get("mine") else "",
    }
    rows = findings(user)
    if chosen["state"] != "any":
        rows = rows.filter(state=chosen["state"])
    if chosen["severity"]:
        rows = rows.filter(severity=int(chosen["severity"]))
    if chosen["check"]:
        rows = rows.filter(check_code=chosen["check"])
    if chosen["mine"]:
        rows = rows.filter(assigned_to=user)
    if place is not None:
        rule = Q(pk=None)
        for one in own_registers():
            there = one.model.objects.visible_to(user).filter(place__in=places_within(place.pk))
            rule |= Q(kind=one.kind, record_id__in=there.values("pk"))
        rows = rows.filter(rule)
    return chosen, rows


def shown(rows: Iterable[Finding]) -> list[dict[str, Any]]:
    """Each with its record (read register by register), its sentence, its remedy."""
    rows = list(rows)
    wanted = defaultdict(list)
    for one in rows:
        wanted[one.kind].append(one.record_id)
    records = {}
    for kind, ids in wanted.items():
        for record in model_of(kind).everything.filter(pk__in=ids).select_related("place"):
            records[record.pk] = record
    return [
        {
            "finding": one,
            "message": " ".join(pick(one.message).split()),
            "record": records.get(one.record_id),
            "remedy": REMEDIES.get(one.check_code, ""),
            "alarm": one.check_code in ALARMS,
        }
        for one in rows
    ]


def point_of(record: Any) -> Any:
    """Where it is: its own point, or one on its ground; of an activity, that of its hazards."""
    point = getattr(record, "point", None)
    if point is not None:
        return point
    for name in ("ground", "worked"):
        ground = getattr(record, name, None)
        if ground is not None:
            return ground.point_on_surface
    hazard = getattr(record, "hazard", None)
    return hazard.point if hazard is not None else None


def may_decide(user: Any, record: Any) -> bool:
    """The authority's officers decide; the operator answers by a comment."""
    return may_do(user, "check", record, side="authority")


def may_comment(user: Any, record: Any) -> bool:
    return may_do(user, "check", record)
