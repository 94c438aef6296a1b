"""Scores of many visits at once, by columns: checking what stands, and the next score where a contract's weights changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.methods.progress import compliance_columns

from ..models import Answer, Assessment, Contract, Visit
from ..refusals import told
from ..seeing import may_here

SEVERITIES = ("critical", "major", "minor")

_COLUMNS = """
SELECT coalesce(array_agg(k ORDER BY k), '{}'), coalesce(array_agg(s ORDER BY k), '{}'), coalesce(array_agg(r ORDER BY k), '{}')
FROM (
    SELECT array_position(%s::uuid[], a.assessment_id) - 1 AS k,
           CASE a.severity WHEN 'critical' THEN 0 WHEN 'major' THEN 1 ELSE 2 END AS s,
           CASE a.result WHEN 'no' THEN 0 WHEN 'yes' THEN 1 ELSE 2 END AS r
    FROM rafid_monitoring_answer a WHERE a.assessment_id = ANY(%s)
) found
"""


@dataclass(frozen=True)
class Score:
    """``score`` and ``unweighted`` are None where nothing counts."""

    score: float | None
    unweighted: float | None
    verdict: str
    counted: int
    not_applicable: int


def scores_of(
    assessments: Sequence[Assessment], *, weights: dict[str, float] | None = None, pass_mark: float | None = None
) -> dict[UUID, Score]:
    """The scores of these assessments from their answers; by the weights and the mark that each was computed with, else by
    those given. One pass over columns for all that share weights and mark."""
    groups: dict[tuple[Any, ...], list[Assessment]] = {}
    for one in assessments:
        used, mark = weights or one.weights, one.pass_mark if pass_mark is None else pass_mark
        groups.setdefault((*(float(used[name]) for name in SEVERITIES), float(mark)), []).append(one)
    found: dict[UUID, Score] = {}
    for (critical, major, minor, mark), some in groups.items():
        found |= _scored([one.pk for one in some], dict(zip(SEVERITIES, (critical, major, minor), strict=True)), mark)
    return found


def _scored(ids: list[UUID], weights: dict[str, float], mark: float) -> dict[UUID, Score]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [ids, ids])
        which, severity, result = (np.asarray(one, dtype=np.int64) for one in cursor.fetchone())
    found = dict.fromkeys(ids, Score(None, None, "not assessed", 0, 0))
    if not which.size:
        return found
    columns = compliance_columns(which, severity, result, weights=weights, pass_mark=mark)
    for at, number in enumerate(columns.visit.tolist()):
        found[ids[number]] = Score(
            _known(columns.score[at]), _known(columns.unweighted[at]), str(columns.verdict[at]),
            int(columns.counted[at]), int(columns.not_applicable[at]),
        )  # fmt: skip
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def standing(visits: Iterable[UUID]) -> list[Assessment]:
    return list(
        Assessment.objects.filter(visit__in=list(visits), superseded_at=None).select_related("visit", "checklist")
    )


def differing(assessments: Sequence[Assessment]) -> list[tuple[Assessment, Score]]:
    """Those whose stored score is not what their own answers give: none, unless somebody wrote into the database."""
    again = scores_of(assessments)
    return [(one, again[one.pk]) for one in assessments if not _same(one, again[one.pk])]


def _same(one: Assessment, score: Score) -> bool:
    if (one.score is None) != (score.score is None) or one.verdict != score.verdict:
        return False
    return one.score is None or score.score is None or abs(one.score - score.score) <= 1e-12


def rescore(contract: Contract, *, by: Any, why: str) -> int:
    """The contract's weights or mark changed: each visit whose score changes by it gets the next one. Tells how many.

    Raises ``Refused``. The old scores stay, with the weights by which they were computed.
    """
    why = " ".join(why.replace("\x00", "").split())
    if not may_rescore(by, contract):
        raise Refused(_("Your roles do not include changing this contract."))
    if not why:
        raise Refused(_("Say why the scores are computed again; it stands beside the new ones."))
    with told(Assessment), because("scores computed again"):
        visits = Visit.objects.select_for_update(of=("self",)).filter(contract=contract).order_by("pk")
        changed = again(contract, standing(visits.values_list("pk", flat=True)))
        for one in changed:
            _next(one.old, one.score, contract, one.mark, why)
    return len(changed)


def may_rescore(user: Any, contract: Contract) -> bool:
    return may_here(user, "change", owner=contract.owner_id, place=contract.place)


@dataclass(frozen=True)
class Again:
    """What stands, and what it is by the contract as it is now. ``mark``: the checklist's own where it has one."""

    old: Assessment
    score: Score
    mark: float


def again(contract: Contract, rows: Sequence[Assessment]) -> list[Again]:
    """Those of ``rows`` that other weights or another mark than the contract's have made."""
    marks = {one.pk: one.checklist.pass_mark or contract.pass_mark for one in rows}
    fresh: dict[UUID, Score] = {}
    for mark in set(marks.values()):
        some = [one for one in rows if marks[one.pk] == mark]
        fresh |= scores_of(some, weights=contract.weights, pass_mark=mark)
    return [
        Again(one, fresh[one.pk], marks[one.pk])
        for one in rows
        if not _same(one, fresh[one.pk]) or one.weights != contract.weights or one.pass_mark != marks[one.pk]
    ]


def _next(old: Assessment, score: Score, contract: Contract, mark: float, why: str) -> Assessment:
    answers = list(old.answers.all())
    old.superseded_at = timezone.now()
    old.save(update_fields=["superseded_at"])
    made = Assessment.objects.create(
        visit=old.visit, number=old.number + 1, checklist_id=old.checklist_id,
        submission_version_id=old.submission_version_id, weights=contract.weights, pass_mark=mark, score=score.score,
        unweighted=score.unweighted, verdict=score.verdict, failed_critical=old.failed_critical, counted=score.counted,
        not_applicable=score.not_applicable, by_severity=old.by_severity, why=why[:300],
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(assessment=made, item_id=one.item_id, severity=one.severity, result=one.result, reason=one.reason)
        for one in answers
    )
    from ..models import VerifiedAtSite

    VerifiedAtSite.objects.bulk_create(
        VerifiedAtSite(assessment=made, site_id=one.site_id, line_id=one.line_id, month=one.month, value=one.value)
        for one in old.verified.all()
    )
    visit = old.visit
    visit.score, visit.verdict = score.score, score.verdict
    visit.save()
    return made


@dataclass(frozen=True)
class Part:
    """What items of one severity give to a score."""

    severity: str
    weight: float
    yes: int
    counted: int

    @property
    def points(self) -> float:
        return self.weight * self.yes

    @property
    def most(self) -> float:
        return self.weight * self.counted


def parts_of(assessment: Assessment) -> list[Part]:
    """How a score came about, the gravest items first."""
    return [
        Part(name, float(assessment.weights.get(name, 0)), *assessment.by_severity.get(name, (0, 0)))
        for name in SEVERITIES
    ]
