"""The forms and tables by which answers of studies come."""

from __future__ import annotations

from rafid.commons.programme import Form

from .importing import IMPORTS, three

_ANSWERS = "rafid.programmes.monitoring.outcomes.arriving:on_state"

FORMS = (
    Form(
        "eore_knowledge",
        "eore_knowledge.md",
        on_state=_ANSWERS,
        names=three(
            "المعرفة بالمخاطر قبل الجلسة وبعدها",
            "زانینی مەترسی پێش و پاشی دانیشتن",
            "Knowledge of risks before and after",
        ),
    ),
    Form(
        "beneficiary_survey",
        "beneficiary_survey.md",
        on_state=_ANSWERS,
        names=three("ما تغير لدى المستفيدين", "ئەوەی لای سوودمەندان گۆڕا", "What changed for beneficiaries"),
    ),
    Form(
        "perception_survey",
        "perception_survey.md",
        on_state=_ANSWERS,
        names=three("ما يراه الأهالي", "ئەوەی خەڵک دەیبینن", "What people think"),
    ),
    Form(
        "land_use_followup",
        "land_use_followup.md",
        on_state="rafid.programmes.monitoring.outcomes.arriving:on_land",
        names=three("استعمال الأرض المسلَّمة", "بەکارهێنانی زەویی ڕادەستکراو", "Use of released land"),
    ),
)

__all__ = ["FORMS", "IMPORTS"]
