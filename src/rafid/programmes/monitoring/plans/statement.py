"""What a plan could and could not show, in words, in three languages, before the first visit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.methods.sampling import lqas_plan, plan_statement, single_plan

from ..models import Aim, Stratum, StratumMethod

MISSED = gettext_noop(
    "%(name)s: if %(bad)s of the %(population)s sites were bad, the chance that none of the %(drawn)s drawn is bad is "
    "%(none_bad)s %%; a result of %(good)s good of %(drawn)s would mean between %(low)s and %(high)s %% of the %(population)s."
)
NONE_FOUND = gettext_noop("If nothing bad is found, up to %(most_bad)s of the %(population)s sites may still be bad.")
FLOOR = gettext_noop("If every visit finds what was reported, at least %(floor)s %% of what was reported is there.")
ACCEPTED = gettext_noop(
    "The lot is accepted with up to %(accept)s bad of %(drawn)s; with %(bad)s bad of %(population)s it would still be accepted "
    "with a chance of %(accepted)s %%."
)
CALLED_GOOD = gettext_noop(
    "The lot is called good from %(decision)s good of %(drawn)s on; with %(bad)s bad of %(population)s it would "
    "still be called good with a chance of %(accepted)s %%."
)


def facts_of(name: str, population: int, size: int, aim: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The numbers of one stratum. ``settings`` as a stratum has them; raises ``ValueError`` for what cannot be."""
    confidence = settings.get("confidence") or 0.95
    tolerable = settings.get("tolerable") or 0.1
    accept = decision = None
    if aim == Aim.ACCEPTANCE:
        accept = single_plan(
            max(population, 2), aql=settings.get("aql") or 4.0, level=settings.get("level") or "II"
        ).accept
    elif aim == Aim.LQAS:
        least = lqas_plan(low=1 - 2 * tolerable, high=1 - tolerable / 2, lot=population)
        decision = min(math.ceil(least.decision * size / least.size), size)
    found = plan_statement(
        population, size, tolerable=tolerable, confidence=confidence, accept=accept, decision=decision
    )
    return {
        "name": name, "population": population, "drawn": size, "bad": found.bad, "none_bad": _percent(found.none_bad),
        "good": found.good, "low": _percent(found.low), "high": _percent(found.high), "most_bad": found.most_bad,
        "floor": _percent(found.floor), "accepted": None if found.accepted is None else _percent(found.accepted),
        "accept": accept, "decision": decision, "power": found.power,
    }  # fmt: skip


def in_words(facts: dict[str, Any], *, by_size: bool = False) -> dict[str, str]:
    """One stratum's numbers as a paragraph in each language."""
    said = [MISSED, NONE_FOUND]
    if by_size:
        said.append(FLOOR)
    if facts["accept"] is not None:
        said.append(ACCEPTED)
    if facts["decision"] is not None:
        said.append(CALLED_GOOD)
    parts = [in_three(one, **facts) for one in said]
    return {language: " ".join(part[language] for part in parts) for language in ("en", "ar", "ckb")}


def statement_of(strata: Iterable[tuple[Stratum, int]], aim: str) -> dict[str, str]:
    """``strata``: each with the number of its sites."""
    paragraphs = []
    for stratum, population in strata:
        settings = {name: getattr(stratum, name) for name in ("aql", "level", "confidence", "tolerable")}
        facts = facts_of(stratum.name, population, stratum.size, aim, settings)
        paragraphs.append(in_words(facts, by_size=stratum.method == StratumMethod.BY_SIZE))
    return {language: "\n".join(one[language] for one in paragraphs) for language in ("en", "ar", "ckb")}


def _percent(share: float) -> str:
    """Whole percent; below one and above 99 with a decimal, so that a chance does not read as none or as certain."""
    percent = 100 * share
    return f"{percent:.0f}" if 1 <= percent <= 99 or percent in (0, 100) else f"{percent:.1f}"
