"""What a report says of who visited whom: rotation, declarations, unannounced visits, and rules that were not applied."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..models import Declaration, Monitor, RuleOverride
from .known import as_known

MOST_IN_A_ROW = 2
"""Visits in a row of one lead to one team that the rules allow."""
LEAST_UNANNOUNCED = 0.2


def independence_of(
    contracts: Mapping[Any, Any], visits: Mapping[Any, Sequence[Any]], first: date, last: date, known: datetime
) -> dict[Any, dict[str, Any]]:
    """By contract. Monitors stand by their codes: a report names nobody. ``visits`` are those that were made and released."""
    codes = dict(Monitor.everything.values_list("pk", "code"))
    declared = [
        row for row in as_known(Declaration, known) if row.since <= last and (row.until is None or row.until >= first)
    ]
    overrides: dict[Any, list[Any]] = defaultdict(list)
    of_contract = {one.pgh_obj_id: (pk, one) for pk, rows in visits.items() for one in rows}
    for row in RuleOverride.objects.filter(visit__in=list(of_contract), known_at__lte=known).order_by("known_at", "pk"):
        pk, visit = of_contract[row.visit_id]
        overrides[pk].append(
            {"visit": visit.ref, "rule": row.rule, "monitor": codes.get(row.monitor_id, ""), "reason": row.reason}
        )
    found = {}
    for pk, contract in contracts.items():
        rows = sorted(
            visits.get(pk, ()), key=lambda one: (one.arrived or datetime.max.replace(tzinfo=known.tzinfo), one.ref)
        )
        leads = Counter(codes[one.lead_id] for one in rows if one.lead_id)
        found[pk] = {
            "visits": len(rows),
            "unannounced": sum(one.type == "unannounced" for one in rows),
            "leads": [{"monitor": code, "visits": count} for code, count in sorted(leads.items())],
            "rows": _in_a_row(rows, codes),
            "pairs": len({frozenset((one.lead_id, one.second_id)) for one in rows if one.lead_id and one.second_id}),
            "declared": [
                {
                    "monitor": codes.get(one.monitor_id, ""), "relation": one.relation, "open": one.until is None,
                    "led": leads.get(codes.get(one.monitor_id, ""), 0),
                }
                for one in sorted(declared, key=lambda one: (codes.get(one.monitor_id, ""), one.since))
                if one.partner_id == contract.partner_id and one.relation != "none"
            ],
            "monitors_declared": len(
                {one.monitor_id for one in declared if one.partner_id == contract.partner_id}
                & {one.lead_id for one in rows}
            ),
            "overrides": overrides.get(pk, []),
        }  # fmt: skip
    return found


def _in_a_row(rows: Sequence[Any], codes: Mapping[Any, str]) -> list[dict[str, Any]]:
    """Each team's longest run of visits by one lead."""
    found: dict[str, tuple[str, int]] = {}
    running: dict[str, tuple[str, int]] = {}
    for one in rows:
        lead, team = codes.get(one.lead_id, ""), one.team
        before, count = running.get(team, ("", 0))
        running[team] = (lead, count + 1 if lead == before else 1)
        if running[team][1] > found.get(team, ("", 0))[1]:
            found[team] = running[team]
    return [
        {"team": team, "monitor": lead, "in_a_row": count, "breach": count > MOST_IN_A_ROW}
        for team, (lead, count) in sorted(found.items())
    ]
