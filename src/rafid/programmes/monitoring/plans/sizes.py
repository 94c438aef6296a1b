"""Before anything is registered: what a sample of this size could show, in words and numbers, and what it costs in visits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language

from rafid.methods.sampling import acceptance_probability, allocate, lqas_plan, sample_size, single_plan

from ..models import Aim, MonitoringPlan, Stratum, StratumMethod, Visit
from ..models.plans import OPENED
from ..models.visits import NOT_SEEN, OPEN
from .designing import OF_AIM, does_not_fit, settings_of, too_many
from .statement import facts_of, in_words, lqas_settings

VISITS_A_WEEK = 12
"""Four teams, three visits each."""
POINTS = 60


@dataclass(frozen=True)
class Said:
    """One stratum at one size. ``problem``: why nothing can be said; then ``facts`` is empty."""

    stratum: Stratum
    sites: int
    size: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Column:
    """All chosen strata at one number of visits, and what these cost."""

    total: int
    said: tuple[Said, ...]
    weeks: int
    unseen: int | None
    problem: str = ""


def strata_of(plan: MonitoringPlan) -> list[Stratum]:
    return list(plan.strata.annotate(sites=Count("frame")).order_by("name"))


def say(stratum: Any, size: int, aim: str, *, method: str = "", settings: Mapping[str, Any] | None = None) -> Said:
    sites, wanted = stratum.sites, {**settings_of(stratum), **(settings or {})}
    if not 1 <= size <= sites:
        return Said(stratum, sites, size, problem=too_many(size, sites, stratum.name))
    try:
        facts = facts_of(stratum.name, sites, size, aim, wanted)
    except ValueError:
        return Said(stratum, sites, size, problem=does_not_fit(stratum.name))
    words = in_words(facts, by_size=(method or stratum.method) == StratumMethod.BY_SIZE)
    return Said(stratum, sites, size, facts, words.get(get_language() or "ar") or words["en"])


def column(
    strata: Sequence[Any],
    total: int,
    aim: str,
    *,
    a_week: int = VISITS_A_WEEK,
    missed: float | None = None,
    method: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Column:
    """``total`` visits spread over the strata in proportion to their numbers of sites. ``missed``: the share of drawn visits
    that could not be made before."""
    sizes = spread(strata, total)
    said = tuple(say(one, size, aim, method=method, settings=settings) for one, size in zip(strata, sizes, strict=True))
    unseen = None if missed is None else round(total * missed)
    return Column(total, said, math.ceil(total / max(a_week, 1)), unseen)


def spread(strata: Sequence[Any], total: int) -> list[int]:
    sites = [one.sites for one in strata]
    total = min(max(total, len(sites)), sum(sites))
    return [int(size) for size in allocate(sites, total)] if sites else []


def suggested(stratum: Any, aim: str, settings: Mapping[str, Any]) -> int | None:
    """What the rule of the aim asks for; None where it asks for nothing that can be had."""
    sites = stratum.sites
    try:
        if aim == Aim.ACCEPTANCE:
            return single_plan(max(sites, 2), aql=settings.get("aql") or 4.0, level=settings.get("level") or "II").size
        if aim == Aim.LQAS:
            low, high, alpha, beta = lqas_settings(settings)
            return lqas_plan(low=low, high=high, alpha=alpha, beta=beta, lot=sites).size
        return sample_size(margin=0.1, confidence=settings.get("confidence") or 0.95, population=sites)
    except ValueError:
        return None


def missed_before(plan: MonitoringPlan, user: Any) -> float | None:
    """The share of drawn visits of opened plans that could not be made; None where there were none."""
    drawn = (
        Visit.objects.visible_to(user)
        .filter(owner=plan.owner_id, drawn__isnull=False, plan__state__in=OPENED)
        .exclude(state__in=OPEN)
    )
    all_of_them = drawn.count()
    return drawn.filter(state__in=NOT_SEEN).count() / all_of_them if all_of_them else None


def curve(sites: int, tolerable: float) -> list[tuple[int, float]]:
    """By size: the chance that at least one bad site is drawn when the share ``tolerable`` of all is bad."""
    bad = max(1, math.ceil(tolerable * sites - 1e-9))
    sizes = sorted({max(1, round(sites * at / POINTS)) for at in range(1, POINTS + 1)})
    return [(size, 1 - float(acceptance_probability(size, 0, defects=bad, lot=sites))) for size in sizes]


__all__ = ["OF_AIM", "Column", "Said", "column", "curve", "missed_before", "say", "spread", "strata_of", "suggested"]
