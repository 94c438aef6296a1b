"""Two tables that can be imported: answers of people in studies, and what became of released ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from rafid.commons.people.models import Organisation
from rafid.commons.programme import Column, Import
from rafid.commons.records.imports import Refused
from rafid.commons.records.imports.copying import Written

from ..contracts.ledger import Wrong
from ..models import LandUse, OutcomeAnswer, OutcomeStudy
from .intake import Intake, Sheet
from .land_intake import Ground, LandIntake

UNKNOWN_STUDY = gettext_noop(
    "There is no study “%(given)s” that you may fill in. Write its reference, as it stands on its page."
)


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


def apply_answers(batch: Any) -> None:
    studies = _studies(batch)
    intake = Intake.of(studies.values())
    try:
        for number, values in batch.rows:
            answer = values.get("answer")
            intake.take(
                Sheet(
                    _study(studies, number, values), str(values["person"]).strip(), values["round"], values["on"],
                    values["consent"] is True, {str(values["question"]).strip(): float(answer) if answer is not None else None},
                    values.get("sex") or "", str(values.get("age_group") or "").strip(), values.get("disability"),
                    values.get("place"), number,
                )
            )  # fmt: skip
        intake.settle()
    except Wrong as wrong:
        raise Refused(wrong.row, "refused", {"text": wrong.text}, wrong.column) from wrong
    for one in intake.doubts:
        batch.doubt(one.row, one.column, one.text)
    intake.write(by=batch.run.made_by)
    batch.written[OutcomeAnswer._meta.label_lower] = Written(len(intake.fresh), 0, intake.same)


def apply_land(batch: Any) -> None:
    studies = _studies(batch)
    intake = LandIntake.of(studies.values())
    try:
        for number, values in batch.rows:
            intake.take(
                Ground(
                    _study(studies, number, values), str(values["ground"]).strip(), values["round"], values["on"],
                    float(values["area_m2"]), values["intended"], values["actual"], float(values["used_m2"]),
                    values.get("users") or "", values.get("dispute") is True, int(values.get("beneficiaries") or 0),
                    values.get("released_on"), values.get("place"), values.get("reason") or "", number,
                )
            )  # fmt: skip
    except Wrong as wrong:
        raise Refused(wrong.row, "refused", {"text": wrong.text}, wrong.column) from wrong
    for one in intake.doubts:
        batch.doubt(one.row, one.column, one.text)
    intake.write(by=batch.run.made_by)
    batch.written[LandUse._meta.label_lower] = Written(len(intake.fresh), len(intake.changed), intake.same)


def _studies(batch: Any) -> dict[str, OutcomeStudy]:
    """Those of the organisation for which the file is sent; those that whoever sent it sees, where a person did."""
    owner = batch.run.owner_id
    rows = OutcomeStudy.objects.visible_to(batch.run.made_by) if batch.run.made_by else OutcomeStudy.objects.all()
    if owner:
        rows = rows.filter(Q(owner=owner) | Q(owner__in=Organisation.objects.filter(lineage__contains=[owner])))
    return {one.ref: one for one in rows}


def _study(studies: Mapping[str, OutcomeStudy], number: int, values: Mapping[str, Any]) -> OutcomeStudy:
    given = str(values["study"]).strip()
    if given not in studies:
        raise Wrong(UNKNOWN_STUDY, column="study", row=number, given=given[:80])
    return studies[given]


ROUNDS = {
    "before": ("Before", "قبل", "پێش"),
    "after": ("After", "بعد", "پاش"),
    "6": ("After 6 months", "6 months", "بعد 6 أشهر", "دوای 6 مانگ"),
    "12": ("After 12 months", "12 months", "بعد 12 شهراً", "دوای 12 مانگ"),
}
USES = {
    "farming": ("Farming", "زراعة", "کشتوکاڵ"),
    "grazing": ("Grazing", "رعي", "لەوەڕاندن"),
    "housing": ("Housing", "سكن", "نیشتەجێبوون"),
    "infrastructure": ("Infrastructure", "بنى تحتية", "ژێرخان"),
    "other": ("Other", "غير ذلك", "هیتر"),
    "unused": ("Not used", "غير مستعملة", "بەکارنەهاتوو"),
}
_STUDY = Column("study", three("الدراسة", "لێکۆڵینەوە", "Study"), required=True)
_ON = Column("on", three("اليوم", "ڕۆژ", "Day"), kind="date", required=True, synonyms=("date",))
_PLACE = (
    Column("governorate", three("المحافظة", "پارێزگا", "Governorate"), kind="place", levels=(1,)),
    Column("place", three("القضاء", "قەزا", "District"), kind="place", parent="governorate", levels=(2,)),
)
_LATER = {code: ROUNDS[code] for code in ("6", "12")}
_AREA = three("المساحة المسلَّمة، م²", "ڕووبەری ڕادەستکراو، م²", "Released, m²")
_INTENDED = three("الاستعمال المقصود", "بەکارهێنانی مەبەست", "Intended use")
_ACTUAL = three("الاستعمال الفعلي", "بەکارهێنانی ڕاستەقینە", "Actual use")
_PEOPLE = three("المستفيدون المباشرون", "سوودمەندانی ڕاستەوخۆ", "Direct beneficiaries")

ANSWERS = Import(
    "outcome-answers",
    names=three("إجابات الدراسات", "وەڵامەکانی لێکۆڵینەوەکان", "Answers of studies"),
    about=three(
        "صف لكل إجابة شخص عن سؤال في جولة: 1 صحيح أو نعم، 0 خلاف ذلك. لا أسماء: الرمز المستعار نفسه قبل وبعد.",
        "ڕیزێک بۆ هەر وەڵامێکی کەسێک بۆ پرسیارێک لە خولێکدا: 1 ڕاست یان بەڵێ، 0 پێچەوانەکەی. "
        "ناو مەنووسە: هەمان ناوی خوازراو پێش و پاش.",
        "A row for each answer of a person to a question in a round: 1 is right or yes, 0 is not. No names: the same pseudonym "
        "before and after.",
    ),
    columns=(
        _STUDY,
        Column("person", three("الرمز المستعار", "ناوی خوازراو", "Pseudonym"), required=True, synonyms=("respondent",)),
        Column("round", three("الجولة", "خول", "Round"), kind="choice", choices=ROUNDS, required=True),
        _ON,
        Column("consent", three("الموافقة", "ڕەزامەندی", "Consent"), kind="boolean", required=True),
        Column("question", three("السؤال", "پرسیار", "Question"), required=True),
        Column("answer", three("الإجابة", "وەڵام", "Answer"), kind="number"),
        Column(
            "sex", three("الجنس", "ڕەگەز", "Sex"), kind="choice",
            choices={"female": ("Female", "F", "أنثى", "مێ"), "male": ("Male", "M", "ذكر", "نێر")},
        ),
        Column("age_group", three("الفئة العمرية", "گرووپی تەمەن", "Age group")),
        Column("disability", three("الإعاقة", "کەمئەندامی", "Disability"), kind="boolean"),
        *_PLACE,
    ),
    apply=apply_answers,
    unique=("study", "person", "round", "question"),
)  # fmt: skip

LAND = Import(
    "land-use",
    names=three("استعمال الأراضي المسلَّمة", "بەکارهێنانی زەوییە ڕادەستکراوەکان", "Use of released land"),
    about=three(
        "صف لكل أرض بعد 6 أشهر وبعد 12 شهراً من تسليمها.",
        "ڕیزێک بۆ هەر زەوییەک دوای 6 مانگ و دوای 12 مانگ لە ڕادەستکردنی.",
        "A row for each ground 6 and 12 months after it was released.",
    ),
    columns=(
        _STUDY,
        Column("ground", three("الأرض المسلَّمة", "زەویی ڕادەستکراو", "Released ground"), required=True, synonyms=("id",)),
        Column("round", three("الجولة", "خول", "Round"), kind="choice", choices=_LATER, required=True),
        _ON,
        Column("released_on", three("يوم التسليم", "ڕۆژی ڕادەستکردن", "Released on"), kind="date"),
        *_PLACE,
        Column("area_m2", _AREA, kind="number", required=True),
        Column("intended", _INTENDED, kind="choice", choices=USES, required=True),
        Column("actual", _ACTUAL, kind="choice", choices=USES, required=True),
        Column("used_m2", three("المستعمل، م²", "بەکارهاتوو، م²", "Used, m²"), kind="number", required=True),
        Column("users", three("من يستعملها", "کێ بەکاری دەهێنێت", "Who uses it")),
        Column("dispute", three("نزاع", "ناکۆکی", "Dispute"), kind="boolean"),
        Column("beneficiaries", _PEOPLE, kind="integer", minimum=0),
        Column("reason", three("سبب التصحيح", "هۆی ڕاستکردنەوە", "Reason")),
    ),
    apply=apply_land,
    unique=("study", "ground", "round"),
)  # fmt: skip

IMPORTS = (ANSWERS, LAND)
