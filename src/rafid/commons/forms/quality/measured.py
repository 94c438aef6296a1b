"""Quality of field work by interviewer and by organisation, of the submissions that a reader reviews.

Numbers are made by the database; rates of few cases are drawn towards the rate of all (``shrunken_rates``). What comes out is
an order in which to look, not a judgement.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, F, FloatField, Max, Q, QuerySet

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may
from rafid.methods.fieldwork import shrunken_rates

from ..filters import asked
from ..models import CopyingRank, Finding, FindingState, Form, Submission
from ..seeing import unmasked
from .back_check_results import Rates, rates_of

WORST_COUNTED = 2
"""A visit counts as one with findings from this severity on; notes are for reading."""
LOOKERS = ("review", "design")
_NARROW = 1e-9


class Median(Aggregate):
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass
class Line:
    """``interviewer`` is None for an organisation. ``rate`` is shrunken, ``low`` to ``high`` the 95 % around it."""

    owner: Organisation
    interviewer: str | None
    interviews: int
    flagged: int
    rate: float = 0.0
    low: float = 0.0
    high: float = 0.0
    kinds: dict[str, int] = field(default_factory=dict)
    median_seconds: float | None = None
    median_site_m: float | None = None
    fastest_kmh: float | None = None
    copying: CopyingRank | None = None
    back_checks: tuple[int, int, float] | None = None

    @property
    def key(self) -> tuple[UUID, str | None]:
        return self.owner.pk, self.interviewer

    @property
    def at_once(self) -> bool:
        """Two visits that lie apart without time between."""
        return self.fastest_kmh is not None and math.isinf(self.fastest_kmh)


@dataclass(frozen=True)
class Quality:
    """``kinds``: those that occur, the commonest first. ``prior_weight`` is None where the groups do not differ."""

    interviews: int
    flagged: int
    overall: float
    prior_weight: float | None
    kinds: list[str]
    interviewers: list[Line]
    organisations: list[Line]
    notices: tuple[str, ...]
    query: Mapping[str, str]


def may_look(user: Any, form: Form) -> bool:
    return any(may(user, action, form.programme) for action in LOOKERS)


def rows_of_reviewer(form: Form, user: Any) -> QuerySet[Submission]:
    """Submissions of which this person sees every answer: those that he reviews."""
    return Submission.objects.filter(unmasked(user, form), form=form)


def quality_of(form: Form, user: Any, query: Any, *, strict: bool = False) -> Quality:
    """By the filters of the submissions' list. Raises Problem 422 as :func:`asked` does."""
    chosen = asked(query, form, user, strict=strict)
    rows = rows_of_reviewer(form, user).filter(sealed=False)
    if chosen.filtered:
        rows = rows.filter(pk__in=chosen.queryset.values("pk"))
    owners = {one.pk: one for one in Organisation.objects.filter(pk__in=rows.order_by().values("owner"))}
    found = rates_of(form, user, rows)
    people = _lines(rows, owners, ("owner", "interviewer"), found)
    houses = _lines(rows, owners, ("owner",), found)
    ranks = {
        (one.owner_id, one.interviewer): one for one in CopyingRank.objects.filter(form=form, owner__in=list(owners))
    }
    for line in people:
        line.copying = ranks.get((line.owner.pk, line.interviewer or ""))
    overall, weight = _rated(people)
    _rated(houses)
    counted: dict[str, int] = defaultdict(int)
    for line in people:
        for kind, count in line.kinds.items():
            counted[kind] += count
    return Quality(
        sum(line.interviews for line in people),
        sum(line.flagged for line in people),
        overall,
        weight,
        sorted(counted, key=lambda kind: (-counted[kind], kind)),
        sorted(people, key=_worst_first),
        sorted(houses, key=_worst_first),
        chosen.notices,
        {name: value for name, value in chosen.query.items() if name != "order"},
    )


def _worst_first(line: Line) -> tuple[Any, ...]:
    return -line.rate, -line.interviews, line.interviewer or "", line.owner.ref


def _lines(
    rows: QuerySet[Submission], owners: Mapping[UUID, Organisation], by: tuple[str, ...], found: Rates
) -> list[Line]:
    counts = (
        rows.order_by()
        .values(*by)
        .annotate(
            interviews=Count("pk"),
            flagged=Count("pk", filter=Q(worst__gte=WORST_COUNTED)),
            seconds=Median("visit_facts__active_seconds"),
            site_m=Median("visit_facts__site_m"),
            kmh=Max("visit_facts__speed_kmh"),
        )
    )
    lines = {
        (row["owner"], row.get("interviewer")): Line(
            owners[row["owner"]],
            row.get("interviewer"),
            row["interviews"],
            row["flagged"],
            median_seconds=row["seconds"],
            median_site_m=row["site_m"],
            fastest_kmh=row["kmh"],
        )
        for row in counts
    }
    told = Finding.objects.filter(
        submission__in=rows.order_by().values("pk"), submission_version=F("submission__current")
    )
    told = told.exclude(state=FindingState.EXPLAINED).order_by()
    groups = [f"submission__{name}" for name in by]
    for row in told.values(*groups, "kind").annotate(n=Count("submission", distinct=True)):
        line = lines.get((row["submission__owner"], row.get("submission__interviewer")))
        if line is not None:
            line.kinds[row["kind"]] = row["n"]
    rates = found.by_interviewer if "interviewer" in by else found.by_owner
    for key, line in lines.items():
        line.back_checks = rates.get(key if "interviewer" in by else key[0])  # type: ignore[call-overload]
    return list(lines.values())


def _rated(lines: Iterable[Line]) -> tuple[float, float | None]:
    """Sets the shrunken rates with their intervals; gives the rate of all, and how many cases that weighs."""
    from scipy.special import betaincinv

    held = list(lines)
    if not held:
        return 0.0, None
    shrunken = shrunken_rates([line.flagged for line in held], [line.interviews for line in held])
    overall, weight = float(shrunken.overall), float(shrunken.prior_weight)
    for line, rate in zip(held, shrunken.rates, strict=True):
        line.rate = line.low = line.high = float(rate)
        if math.isfinite(weight):
            hits = max(line.flagged + overall * weight, _NARROW)
            misses = max(line.interviews - line.flagged + (1 - overall) * weight, _NARROW)
            line.low, line.high = (float(betaincinv(hits, misses, share)) for share in (0.025, 0.975))
    return overall, weight if math.isfinite(weight) else None


def as_plain(line: Line) -> dict[str, Any]:
    """A line as files and programs have it."""
    copying, back = line.copying, line.back_checks
    return {
        "organisation": line.owner.ref,
        "interviewer": line.interviewer or "",
        "interviews": line.interviews,
        "with_findings": line.flagged,
        "findings": line.kinds,
        "shrunken_rate": line.rate,
        "rate_low": line.low,
        "rate_high": line.high,
        "copying_score": copying.score if copying else None,
        "copying_expected": copying.expected if copying else None,
        "copying_excess": copying.excess if copying else None,
        "copying_p_value": copying.p_value if copying else None,
        "back_checked": back[0] if back else 0,
        "back_check_rate": back[2] if back and back[0] else None,
        "median_seconds": line.median_seconds,
        "median_site_m": line.median_site_m,
        "fastest_kmh": line.fastest_kmh if line.fastest_kmh is None or math.isfinite(line.fastest_kmh) else None,
        "at_once": line.at_once,
    }
