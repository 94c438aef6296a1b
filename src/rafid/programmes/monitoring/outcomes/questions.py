"""What studies ask: the country pack says which answers are right and what a question is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rafid.commons.places.country import country

from ..models import StudyKind

FORMS: Mapping[str, Any] = {
    "eore_knowledge": StudyKind.EORE,
    "beneficiary_survey": StudyKind.BENEFICIARY,
    "perception_survey": StudyKind.PERCEPTION,
}
"""Form → the kind of study whose answers it brings."""

LAND_FORM = "land_use_followup"

TOPICS: Mapping[str, Promise] = {
    "knowledge": _("Knowledge"),
    "behaviour": _("Behaviour"),
    "benefit": _("Benefit"),
    "perception": _("Perception"),
    "": _("Other questions"),
}


@dataclass(frozen=True)
class Question:
    """``right``: the answers that count as yes. Behaviour is never added to knowledge: it is what somebody says of himself."""

    code: str
    topic: str
    right: frozenset[str]
    texts: Mapping[str, str]


def questions_of(form: str) -> dict[str, Question]:
    return {
        row["code"]: Question(
            row["code"],
            row["topic"],
            frozenset(row["right"].split()),
            {"ar": row["text_ar"], "ckb": row["text_ckb"], "en": row["text_en"]},
        )
        for row in country().table("outcome_questions.csv")
        if row["form"] == form
    }


def form_of(kind: str) -> str:
    return next((form for form, one in FORMS.items() if one == kind), "")


def known(kind: str) -> dict[str, Question]:
    """The questions of a kind of study; a file may bring others, which are shown by their code."""
    form = form_of(kind)
    return questions_of(form) if form else {}
