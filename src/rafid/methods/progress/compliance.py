"""The score of a visit: by the book or not. A critical failure is never averaged away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SEVERITIES: Final = ("critical", "major", "minor")
RESULTS: Final = ("no", "yes", "na")

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({"critical": 5, "major": 3, "minor": 1})
"""A convention of contracts, no standard: kept with the score."""

NEAR = 1e-12
"""A score of exactly the mark passes, however its sums were rounded."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``severity`` critical, major or minor; ``result`` yes, no or na."""

    item: str
    severity: str
    result: str


@dataclass(frozen=True)
class Compliance:
    """``score`` and ``unweighted`` are None where nothing counts; ``verdict`` is pass, fail or not assessed;
    ``by_severity`` maps each severity to (yes, counted)."""

    score: float | None
    unweighted: float | None
    verdict: str
    failed_critical: tuple[str, ...]
    counted: int
    not_applicable: int
    by_severity: dict[str, tuple[int, int]]


def compliance(
    answers: Iterable[Answer], *, weights: Mapping[str, float] | None = None, pass_mark: float = 0.8
) -> Compliance:
    """score = Σ w·yes / Σ w over the answers that are not "na"; fail when any critical item is "no" or the score is below the
    mark; "not assessed", never a pass, when nothing counts.

    ``weights``: severity → weight, else 5, 3, 1. ``compliance_columns`` is the same for many visits at once. Raises
    ``ValueError`` for a severity without a weight, another result, a negative weight, and a mark outside 0..1.

    >>> found = compliance([Answer("a", "critical", "yes"), Answer("b", "major", "no"), Answer("c", "minor", "na")])
    >>> found.score, found.verdict, found.not_applicable
    (0.625, 'fail', 1)
    """
    weight, mark = checked_weights(weights), checked_mark(pass_mark)
    yes, counted = dict.fromkeys(weight, 0), dict.fromkeys(weight, 0)
    failed: list[str] = []
    skipped = 0
    for answer in answers:
        if answer.severity not in weight:
            raise ValueError(
                f"item {answer.item!r} has severity {answer.severity!r}, which has no weight; use one of {', '.join(weight)}"
            )
        if answer.result not in RESULTS:
            raise ValueError(f"item {answer.item!r} has result {answer.result!r}; use yes, no or na")
        if answer.result == "na":
            skipped += 1
            continue
        counted[answer.severity] += 1
        if answer.result == "yes":
            yes[answer.severity] += 1
        elif answer.severity == "critical":
            failed.append(answer.item)
    whole = math.fsum(weight[severity] * count for severity, count in counted.items())
    number = sum(counted.values())
    score = math.fsum(weight[severity] * count for severity, count in yes.items()) / whole if whole > 0 else None
    return Compliance(
        score,
        sum(yes.values()) / number if number else None,
        _verdict(score, bool(failed), mark),
        tuple(failed),
        number,
        skipped,
        {severity: (yes[severity], counted[severity]) for severity in weight},
    )


def _verdict(score: float | None, critical: bool, mark: float) -> str:
    if critical:
        return "fail"
    if score is None:
        return "not assessed"
    return "pass" if score >= mark - NEAR else "fail"


def checked_weights(weights: Mapping[str, float] | None) -> Mapping[str, float]:
    found = WEIGHTS if weights is None else weights
    for severity, weight in found.items():
        if not 0 <= weight < math.inf:
            raise ValueError(f"the weight of {severity} is {weight}; give 0 or more")
    return found


def checked_mark(mark: float) -> float:
    if not 0 <= mark <= 1:
        raise ValueError(f"the pass mark is {mark}; give a share between 0 and 1, such as 0.8")
    return float(mark)
