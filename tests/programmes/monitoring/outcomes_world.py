"""Studies with answers, and released ground, for the tests of outcomes and warnings."""

from __future__ import annotations

from datetime import date

from rafid.programmes.monitoring.models import LandUse, OutcomeAnswer, OutcomeStudy, Respondent

BEFORE, AFTER = date(2026, 2, 2), date(2026, 2, 3)


def study(field, kind="eore_knowledge", design="paired", contract=None, **values):
    contract = contract or field.contract
    return OutcomeStudy.objects.create(
        owner=field.third, contract=contract, kind_of_study=kind, design=design, name_en="Study", name_ar="دراسة",
        name_ckb="لێکۆڵینەوە", **values,
    )  # fmt: skip


def person(of, pseudonym, before=None, after=None, *, later="after", days=(BEFORE, AFTER), **values):
    """``before`` and ``after``: question → 1 or 0."""
    values = {"sex": "female", "age_group": "18-34", "disability": False, **values}
    row = Respondent.objects.create(study=of, pseudonym=pseudonym, consent=True, **values)
    OutcomeAnswer.objects.bulk_create(
        OutcomeAnswer(respondent=row, round=turn, question=question, value=value, on=day)
        for turn, said, day in (("before", before, days[0]), (later, after, days[1]))
        for question, value in (said or {}).items()
    )
    return row


def worked_example(of):
    """40 people: 15 knew, 27 know, 14 gained, 2 lost."""
    kinds = [(1, 1)] * 13 + [(1, 0)] * 2 + [(0, 1)] * 14 + [(0, 0)] * 11
    for number, (before, after) in enumerate(kinds):
        sex, age = ("female", "18-34") if number % 2 else ("male", "35-59")
        person(
            of, f"P{number:02}", {"k_find": before}, {"k_find": after}, sex=sex, age_group=age, disability=number < 3
        )


def ground(of, name, *, round="12", actual="farming", intended="farming", used=None, area=1000, **values):
    used = used if used is not None else (0 if actual == "unused" else 0.8 * area)
    return LandUse.objects.create(
        **{
            "study": of, "dataset_row": name, "round": round, "released_on": date(2025, 2, 1),
            "on": date(2026, 2, 1) if round == "12" else date(2025, 8, 1), "area_m2": area, "intended": intended,
            "actual": actual, "used_m2": used, "beneficiaries": 7, **values,
        }
    )  # fmt: skip
