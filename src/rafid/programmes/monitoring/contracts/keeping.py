"""Progress as it is kept: computed once, read until something that it hangs on changes; then that contract's alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ..models import KeptProgress
from .figures import figures
from .inputs import SIDES, read

FORMULA = "5"
"""Of how figures are computed: another one computes all anew."""

_FINGERPRINTS = """
WITH seen AS (
    SELECT c.id, 'contract' AS what, c.version::text AS mark FROM rafid_monitoring_contract c WHERE c.id = ANY(%(ids)s)
    UNION ALL
    SELECT contract_id, 'lines', string_agg(id || ':' || version, ',' ORDER BY id) FROM rafid_monitoring_workplanline
    WHERE contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT l.contract_id, 'planned', md5(string_agg(m.line_id::text || m.month || m.value, ',' ORDER BY m.line_id, m.month))
    FROM rafid_monitoring_plannedmonth m JOIN rafid_monitoring_workplanline l ON l.id = m.line_id
    WHERE l.contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT l.contract_id, 'reported', count(*)::text
    FROM rafid_monitoring_reportedprogress r JOIN rafid_monitoring_workplanline l ON l.id = r.line_id
    WHERE l.contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT contract_id, 'spent', count(*)::text FROM rafid_monitoring_spending WHERE contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT l.contract_id, 'sites', count(*)::text
    FROM rafid_monitoring_reportedatsite r JOIN rafid_monitoring_workplanline l ON l.id = r.line_id
    WHERE l.contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT contract_id, 'visits', count(*) || ':' || sum(version) FROM rafid_monitoring_visit
    WHERE contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT l.contract_id, 'verified', count(*)::text
    FROM rafid_monitoring_verifiedatsite f JOIN rafid_monitoring_workplanline l ON l.id = f.line_id
    WHERE l.contract_id = ANY(%(ids)s) GROUP BY 1
    UNION ALL
    SELECT k.contract_id, 'plans', string_agg(p.id || p.state, ',' ORDER BY p.id)
    FROM rafid_monitoring_plancontract k JOIN rafid_monitoring_monitoringplan p ON p.id = k.plan_id
    WHERE k.contract_id = ANY(%(ids)s) GROUP BY 1
)
SELECT id, encode(sha256(convert_to(%(formula)s || string_agg(what || '=' || mark, ';' ORDER BY what), 'UTF8')), 'hex')
FROM seen GROUP BY id
"""
"""What is written once is told by its number of rows, what changes by its versions: no change leaves these as they were. An
assessment changes the score or the version of its visit, so that assessments need not be counted."""


def fingerprints(contracts: Sequence[UUID]) -> dict[UUID, str]:
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINTS, {"ids": list(contracts), "formula": FORMULA})
        return dict(cursor.fetchall())


def progress(
    contracts: Iterable[Any], month: date, side: str, *, known_at: datetime | None = None
) -> dict[UUID, dict[str, Any]]:
    """Figures until ``month`` by contract. Only what no longer holds is computed; with ``known_at`` all of it, and not kept."""
    assert side in SIDES, side
    every = {one.pk: one for one in contracts}
    if known_at is not None:
        return {pk: figures(one, month) for pk, one in read(every.values(), side, known_at=known_at).items()}
    found, stale, marks = _kept(every, [month], side)
    result = {pk: rows for (pk, _month), rows in found.items()}
    if stale:
        for pk, one in read([every[pk] for pk, _month in stale], side).items():
            result[pk] = figures(one, month)
            _keep(pk, side, month, marks[pk], result[pk])
    return result


def course(contract: Any, months: Sequence[date], side: str) -> dict[date, dict[str, Any]]:
    """Figures of one contract until each of ``months``."""
    found, stale, marks = _kept({contract.pk: contract}, months, side)
    result = {month: rows for (_pk, month), rows in found.items()}
    if stale:
        inputs = read([contract], side)[contract.pk]
        for _pk, month in stale:
            result[month] = figures(inputs, month)
            _keep(contract.pk, side, month, marks[contract.pk], result[month])
    return {month: result[month] for month in months}


def _kept(
    contracts: dict[UUID, Any], months: Sequence[date], side: str
) -> tuple[dict[tuple[UUID, date], dict[str, Any]], list[tuple[UUID, date]], dict[UUID, str]]:
    """What still holds, what does not, and today's fingerprints, taken before anything is read: who changes something
    meanwhile makes the kept figures stale, never wrong for good."""
    marks = fingerprints(list(contracts)) if contracts else {}
    rows = KeptProgress.objects.filter(contract__in=list(contracts), month__in=list(months), side=side)
    found = {(row.contract_id, row.month): row.figures for row in rows if row.inputs == marks.get(row.contract_id)}
    stale = [(pk, month) for pk in contracts for month in months if (pk, month) not in found]
    return found, stale, marks


def _keep(contract: UUID, side: str, month: date, inputs: str, found: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rafid_monitoring_keptprogress (contract_id, side, month, inputs, figures, computed_at) "
            "VALUES (%s, %s, %s, %s, %s, now()) ON CONFLICT (contract_id, side, month) "
            "DO UPDATE SET inputs = EXCLUDED.inputs, figures = EXCLUDED.figures, computed_at = EXCLUDED.computed_at",
            [contract, side, month, inputs, json.dumps(found)],
        )
