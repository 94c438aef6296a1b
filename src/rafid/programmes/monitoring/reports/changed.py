"""What a report says of outcomes: studies before and after, and what became of released land. Released studies alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import fsum
from typing import Any

from rafid.methods.progress import paired_change
from rafid.methods.sampling import proportion_interval

from ..models import LandUse, OutcomeAnswer, OutcomeStudy
from .known import as_known

LATER = ("after", "6", "12")


def outcomes_of(contracts: Sequence[Any], first: date, last: date, known: datetime) -> dict[Any, list[dict[str, Any]]]:
    """By contract, each study with the rounds that were asked until the end of the quarter."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for study in as_known(OutcomeStudy, known, contract__in=contracts):
        if study.released_at is None:
            continue
        answers = _answers(study.pgh_obj_id, last, known)
        block = {
            "ref": study.ref,
            "names": {"ar": study.name_ar, "ckb": study.name_ckb, "en": study.name_en},
            "kind": study.kind_of_study,
            "design": study.design,
            "caveats": study.caveats,
            "people": len({person for rows in answers.values() for person in rows}),
            "changes": _changes(answers) if study.design == "paired" else [],
            "shares": _shares(answers) if study.design != "paired" else [],
            "land": land_of(study.pgh_obj_id, last, known),
        }
        if block["changes"] or block["shares"] or block["land"]:
            found.setdefault(study.contract_id, []).append(block)
    for rows in found.values():
        rows.sort(key=lambda one: one["ref"])
    return found


def _answers(study: Any, last: date, known: datetime) -> dict[tuple[str, str], dict[Any, float]]:
    """(question, round) → respondent → 1 or 0."""
    found: dict[tuple[str, str], dict[Any, float]] = defaultdict(dict)
    rows = OutcomeAnswer.objects.filter(
        respondent__study=study, known_at__lte=known, on__lte=last, value__in=(0, 1)
    ).values_list("question", "round", "respondent", "value")
    for question, when, person, value in rows:
        found[question, when][person] = value
    return found


def _changes(answers: Mapping[tuple[str, str], Mapping[Any, float]]) -> list[dict[str, Any]]:
    """The same people before and in a later round, by question."""
    found = []
    for question in sorted({one for one, _round in answers}):
        before = answers.get((question, "before"), {})
        for later in LATER:
            after = answers.get((question, later), {})
            both = sorted(set(before) & set(after), key=str)
            if not both:
                continue
            change = paired_change([before[one] for one in both], [after[one] for one in both])
            found.append(
                {
                    "question": question, "round": later, "n": change.n, "before": change.before, "after": change.after,
                    "difference": change.difference, "low": change.low, "high": change.high, "p": change.p,
                }
            )  # fmt: skip
    return found


def _shares(answers: Mapping[tuple[str, str], Mapping[Any, float]]) -> list[dict[str, Any]]:
    found = []
    for question, when in sorted(answers):
        values = list(answers[question, when].values())
        share = proportion_interval(sum(values), len(values))
        found.append(
            {
                "question": question, "round": when, "n": len(values), "share": float(share.value),
                "low": float(share.low), "high": float(share.high),
            }
        )  # fmt: skip
    return found


def land_of(study: Any, last: date, known: datetime) -> list[dict[str, Any]]:
    """By round: how much of the released ground is used, by whom, and where it is disputed."""
    rows = LandUse.objects.filter(study=study, known_at__lte=known, on__lte=last)
    found = []
    for code in ("6", "12"):
        of = [one for one in rows if one.round == code]
        if not of:
            continue
        unused = [one for one in of if one.actual == "unused"]
        share = proportion_interval(len(of) - len(unused), len(of))
        found.append(
            {
                "round": code, "n": len(of), "area_m2": fsum(one.area_m2 for one in of),
                "used_m2": fsum(one.used_m2 for one in of), "used": len(of) - len(unused), "share": float(share.value),
                "low": float(share.low), "high": float(share.high),
                "other_use": sum(one.actual not in ("unused", one.intended) for one in of),
                "disputes": sum(one.dispute for one in of), "people": sum(one.beneficiaries for one in of),
            }
        )  # fmt: skip
    return found
