"""What a plan could and could not show, in words, in three languages, before the first visit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.methods.sampling import acceptance_probability, lqas_plan, plan_statement, single_plan

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

CALLED_WRONG = gettext_noop(
    "A lot with %(high_share)s %% good would be called bad with a chance of %(alpha)s %%, one with %(low_share)s %% good would "
    "be called good with a chance of %(beta)s %%."
)
TOLERABLE = 0.1
NEAR = 1e-9
OF_STRATA = ("aql", "level", "confidence", "tolerable", "low", "high", "alpha", "beta")


def lqas_settings(settings: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """(low, high, alpha, beta): as chosen, else twice the tolerable share of bad sites must not pass, half of it must."""
    tolerable = settings.get("tolerable") or TOLERABLE
    low, high = settings.get("low"), settings.get("high")
    return (
        1 - 2 * tolerable if low is None else low,
        1 - tolerable / 2 if high is None else high,
        settings.get("alpha") or 0.1,
        settings.get("beta") or 0.1,
    )


@dataclass(frozen=True)
class Called:
    """From how many good of the drawn on a lot is called good, and how often that is wrong."""

    decision: int
    alpha: float
    beta: float


def called(population: int, size: int, *, low: float, high: float, beta: float) -> Called:
    """The most bad sites among ``size`` drawn that keep the chance of a bad lot to pass below ``beta``; none bad where even
    that is more likely. Raises ``ValueError`` for what cannot be."""
    few = population - math.floor(low * population + NEAR)
    many = population - math.ceil(high * population - NEAR)
    accept = -1
    while accept + 1 < size and _passes(population, size, accept + 1, few) <= beta * (1 + NEAR):
        accept += 1
    accept = max(accept, 0)
    return Called(size - accept, 1 - _passes(population, size, accept, many), _passes(population, size, accept, few))


def _passes(population: int, size: int, accept: int, bad: int) -> float:
    return float(acceptance_probability(size, accept, defects=bad, lot=population))


def facts_of(name: str, population: int, size: int, aim: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The numbers of one stratum. ``settings`` as a stratum has them; raises ``ValueError`` for what cannot be."""
    confidence = settings.get("confidence") or 0.95
    tolerable = settings.get("tolerable") or TOLERABLE
    accept = decision = None
    wrong: dict[str, str] = {}
    if aim == Aim.ACCEPTANCE:
        accept = single_plan(
            max(population, 2), aql=settings.get("aql") or 4.0, level=settings.get("level") or "II"
        ).accept
    elif aim == Aim.LQAS:
        low, high, alpha, beta = lqas_settings(settings)
        lqas_plan(low=low, high=high, alpha=alpha, beta=beta, lot=population)  # no sample may tell the two apart
        rule = called(population, size, low=low, high=high, beta=beta)
        decision = rule.decision
        wrong = {
            "low_share": _percent(low), "high_share": _percent(high), "alpha": _percent(rule.alpha),
            "beta": _percent(rule.beta),
        }  # fmt: skip
    found = plan_statement(
        population, size, tolerable=tolerable, confidence=confidence, accept=accept, decision=decision
    )
    return {
        "name": name, "population": population, "drawn": size, "bad": found.bad, "none_bad": _percent(found.none_bad),
        "good": found.good, "low": _percent(found.low), "high": _percent(found.high), "most_bad": found.most_bad,
        "floor": _percent(found.floor), "accepted": None if found.accepted is None else _percent(found.accepted),
        "accept": accept, "decision": decision, "power": found.power, **wrong,
    }  # fmt: skip


def in_words(facts: dict[str, Any], *, by_size: bool = False) -> dict[str, str]:
    """One stratum's numbers as a paragraph in each language."""
    said = [MISSED, NONE_FOUND]
    if by_size:
        said.append(FLOOR)
    if facts["accept"] is not None:
        said.append(ACCEPTED)
    if facts["decision"] is not None:
        said += [CALLED_GOOD, CALLED_WRONG]
    parts = [in_three(one, **facts) for one in said]
    return {language: " ".join(part[language] for part in parts) for language in ("en", "ar", "ckb")}


def statement_of(strata: Iterable[tuple[Stratum, int]], aim: str) -> dict[str, str]:
    """``strata``: each with the number of its sites."""
    paragraphs = []
    for stratum, population in strata:
        settings = {name: getattr(stratum, name) for name in OF_STRATA}
        facts = facts_of(stratum.name, population, stratum.size, aim, settings)
        paragraphs.append(in_words(facts, by_size=stratum.method == StratumMethod.BY_SIZE))
    return {language: "\n".join(one[language] for one in paragraphs) for language in ("en", "ar", "ckb")}


def _percent(share: float) -> str:
    """Whole percent; below one and above 99 with a decimal, so that a chance does not read as none or as certain."""
    percent = 100 * share
    return f"{percent:.0f}" if 1 <= percent <= 99 or percent in (0, 100) else f"{percent:.1f}"
