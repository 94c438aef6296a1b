"""All that the progress of contracts hangs on, read set-wise: a few statements, however many contracts and visits.

Two sides read it. The office uses every visit; partner, donor and field monitors what is released, and plans that are revealed:
from their figures nobody learns what a sealed plan drew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from rafid.commons.indicators.periods import is_period, span

from .as_known import sources

OFFICE, RELEASED = "office", "released"
SIDES = (OFFICE, RELEASED)


@dataclass(frozen=True)
class LineIn:
    id: UUID
    code: str
    names: Mapping[str, str]
    unit: str
    kind: str
    weight: float
    target: float


@dataclass(frozen=True)
class Framed:
    """A site in the frame of a plan, and what became of it if it was drawn."""

    plan: UUID
    first: date
    last: date
    stratum: str
    by_size: bool
    certain: bool
    state: str
    why: str
    visit: UUID | None
    planned_on: date | None


@dataclass
class Inputs:
    """Of one contract. Months by value, each the newest version that was known: ``planned`` and ``reported`` by line,
    ``spent``; ``at_sites`` line → (site, month) → value; ``verified`` the same → (value, plan); ``framed`` by site.
    ``tallies`` of drawn visits that were assessed: (month of the visit, team, governorate, topic, passed, assessed)."""

    contract: UUID
    budget: float
    start: date
    end: date
    lines: list[LineIn] = field(default_factory=list)
    planned: dict[UUID, dict[date, float]] = field(default_factory=lambda: defaultdict(dict))
    reported: dict[UUID, dict[date, float]] = field(default_factory=lambda: defaultdict(dict))
    spent: dict[date, float] = field(default_factory=dict)
    at_sites: dict[UUID, dict[tuple[UUID, date], float]] = field(default_factory=lambda: defaultdict(dict))
    verified: dict[UUID, dict[tuple[UUID, date], tuple[float, UUID]]] = field(default_factory=lambda: defaultdict(dict))
    framed: dict[UUID, list[Framed]] = field(default_factory=lambda: defaultdict(list))
    tallies: list[tuple[date, str, str, str, int, int]] = field(default_factory=list)


_CONTRACTS = 'SELECT c.id, c.budget, c.start, c."end" FROM {contracts} c WHERE c.id = ANY(%(ids)s)'
_PLANNED = (
    "SELECT l.contract_id, m.line_id, m.month, m.value FROM {months} m "
    "JOIN rafid_monitoring_workplanline l ON l.id = m.line_id WHERE l.contract_id = ANY(%(ids)s)"
)
_KNOWN = "(%(known)s::timestamptz IS NULL OR {0}.known_at <= %(known)s)"
_REPORTED = f"""
SELECT DISTINCT ON (r.line_id, r.month) l.contract_id, r.line_id, r.month, r.value
FROM rafid_monitoring_reportedprogress r JOIN rafid_monitoring_workplanline l ON l.id = r.line_id
WHERE l.contract_id = ANY(%(ids)s) AND {_KNOWN.format("r")} ORDER BY r.line_id, r.month, r.number DESC
"""
_SPENT = f"""
SELECT DISTINCT ON (r.contract_id, r.month) r.contract_id, r.month, r.amount
FROM rafid_monitoring_spending r
WHERE r.contract_id = ANY(%(ids)s) AND {_KNOWN.format("r")} ORDER BY r.contract_id, r.month, r.number DESC
"""
_AT_SITES = f"""
SELECT DISTINCT ON (r.site_id, r.line_id, r.month) l.contract_id, r.line_id, r.site_id, r.month, r.value
FROM rafid_monitoring_reportedatsite r JOIN rafid_monitoring_workplanline l ON l.id = r.line_id
WHERE l.contract_id = ANY(%(ids)s) AND {_KNOWN.format("r")} ORDER BY r.site_id, r.line_id, r.month, r.number DESC
"""
_USED = """
(%(office)s OR p.state IN ('revealed', 'closed') AND v.released_to_partner_at IS NOT NULL
    AND (%(known)s::timestamptz IS NULL OR v.released_to_partner_at <= %(known)s))
"""
"""Which drawn visits a side may use."""
_STANDS = """
(CASE WHEN %(known)s::timestamptz IS NULL THEN a.superseded_at IS NULL
      ELSE a.known_at <= %(known)s AND (a.superseded_at IS NULL OR a.superseded_at > %(known)s) END)
"""
_VERIFIED = f"""
SELECT DISTINCT ON (f.line_id, f.site_id, f.month) l.contract_id, f.line_id, f.site_id, f.month, f.value, v.plan_id
FROM rafid_monitoring_verifiedatsite f
JOIN rafid_monitoring_workplanline l ON l.id = f.line_id
JOIN rafid_monitoring_assessment a ON a.id = f.assessment_id
JOIN {{visits}} v ON v.id = a.visit_id
JOIN {{plans}} p ON p.id = v.plan_id
WHERE l.contract_id = ANY(%(ids)s) AND v.drawn_id IS NOT NULL AND v.state = 'done' AND {_USED} AND {_STANDS}
ORDER BY f.line_id, f.site_id, f.month, v.arrived DESC NULLS LAST
"""
_FRAMED = """
SELECT k.contract_id, f.site_id, p.id, p.period, s.name, s.method = 'by_size', coalesce(d.certain, false),
    CASE WHEN v.id IS NULL THEN '' WHEN %(office)s OR v.released_to_partner_at IS NOT NULL THEN v.state ELSE 'open' END,
    CASE WHEN %(office)s OR v.released_to_partner_at IS NOT NULL THEN coalesce(v.not_seen_reason, '') ELSE '' END,
    v.id, v.planned_on
FROM rafid_monitoring_framerow f
JOIN rafid_monitoring_stratum s ON s.id = f.stratum_id
JOIN {plans} p ON p.id = f.plan_id AND p.deleted_at IS NULL
JOIN rafid_monitoring_site k ON k.id = f.site_id
LEFT JOIN rafid_monitoring_drawnsite d ON d.plan_id = f.plan_id AND d.site_id = f.site_id
LEFT JOIN {visits} v ON v.drawn_id = d.id
WHERE k.contract_id = ANY(%(ids)s) AND p.state <> 'draft' AND (%(office)s OR p.state IN ('revealed', 'closed'))
"""
_TALLIES = f"""
SELECT v.contract_id, date_trunc('month', coalesce(v.planned_on, v.arrived::date))::date, v.team, coalesce(g.ref, ''), t.topic,
    count(*) FILTER (WHERE a.verdict = 'pass'), count(*)
FROM {{visits}} v
JOIN {{plans}} p ON p.id = v.plan_id
JOIN rafid_monitoring_assessment a ON a.visit_id = v.id
JOIN rafid_monitoring_checklist t ON t.id = a.checklist_id
LEFT JOIN rafid_places_place here ON here.id = v.place_id
LEFT JOIN rafid_places_place g ON g.id = ANY(here.lineage) AND g.level = 1
WHERE v.contract_id = ANY(%(ids)s) AND v.drawn_id IS NOT NULL AND v.state = 'done' AND a.verdict IN ('pass', 'fail')
    AND {_USED} AND {_STANDS}
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""


def read(contracts: Iterable[Any], side: str, *, known_at: datetime | None = None) -> dict[UUID, Inputs]:
    """Inputs by contract, as this node knew them at ``known_at`` (now where it is None).

    What changes is read from its history then: terms, workplan, plan by month, visits and plans as they stood.
    """
    found = {one.pk: Inputs(one.pk, float(one.budget), one.start, one.end) for one in contracts}
    if not found:
        return found
    params, of = {"ids": list(found), "office": side == OFFICE, "known": known_at}, sources(known_at)
    if known_at is not None:
        for contract, budget, start, end in _rows(_CONTRACTS.format(**of), params):
            found[contract] = Inputs(contract, float(budget), start, end)
    for contract, line in _lines(params, of):
        found[contract].lines.append(line)
    for contract, line_id, month, value in _rows(_PLANNED.format(**of), params):
        found[contract].planned[line_id][month] = value
    for contract, line_id, month, value in _rows(_REPORTED, params):
        found[contract].reported[line_id][month] = value
    for contract, month, amount in _rows(_SPENT, params):
        found[contract].spent[month] = float(amount)
    for contract, line_id, site, month, value in _rows(_AT_SITES, params):
        found[contract].at_sites[line_id][site, month] = value
    for contract, line_id, site, month, value, plan in _rows(_VERIFIED.format(**of), params):
        found[contract].verified[line_id][site, month] = (value, plan)
    for contract, site, plan, period, *rest in _rows(_FRAMED.format(**of), params):
        if contract in found and is_period(period):
            days = span(period)
            found[contract].framed[site].append(Framed(plan, days.start, days.end, *rest))
    for contract, *tally in _rows(_TALLIES.format(**of), params):
        found[contract].tallies.append(tuple(tally))
    return found


def _lines(params: Mapping[str, Any], of: Mapping[str, str]) -> Iterable[tuple[UUID, LineIn]]:
    for contract, line_id, code, ar, ckb, en, unit, kind, weight, target in _rows(
        "SELECT contract_id, id, code, name_ar, name_ckb, name_en, unit, kind, weight, target "
        f"FROM {of['lines']} l WHERE contract_id = ANY(%(ids)s) ORDER BY contract_id, code",
        params,
    ):
        yield contract, LineIn(line_id, code, {"ar": ar, "ckb": ckb, "en": en}, unit, kind, weight, target)


def _rows(statement: str, params: Mapping[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
