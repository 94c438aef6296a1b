"""Answers of studies that come by phone: an interview, or a look at released ground.

An arrival may be told twice, and again when an answer was corrected: then the newest version counts. What is rejected in the
review counts no longer; its text stays with the submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_noop

from rafid.commons.forms.events import NotTaken
from rafid.commons.forms.models import Submission
from rafid.commons.history import because
from rafid.commons.names import in_three

from ..contracts.ledger import Wrong
from ..models import LandUse, OutcomeAnswer, OutcomeStudy, Respondent
from ..refusals import told
from .intake import Intake, Sheet
from .land_intake import Ground, LandIntake
from .questions import questions_of

NO_STUDY = gettext_noop(
    "There is no study “%(given)s”. Correct the reference of the study; it stands on the study's page."
)
_REJECTED = "rejected"


def on_state(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    """Heard after arrival, and with each decision of the review."""
    main = rows["submissions"][0]
    if new == _REJECTED:
        with told(OutcomeAnswer), because("submission received"):
            _take_back(submission)
        return
    study = _study(main, submission)
    try:
        with told(OutcomeAnswer), because("submission received"):
            _take_back(submission)
            intake = Intake.of([study], submission)
            intake.take(_sheet(submission, main, study, place))
            intake.write(by=None)
            _instrument(study, submission)
    except Wrong as wrong:
        raise NotTaken(wrong.text, column=wrong.column) from wrong


def on_land(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    main = rows["submissions"][0]
    if new == _REJECTED:
        LandUse.objects.filter(submission=submission).delete()
        return
    study = _study(main, submission)
    try:
        with told(LandUse), because("submission received"):
            LandUse.objects.filter(submission=submission).exclude(
                study=study, dataset_row=_text(main, "about-ground"), round=main.get("about-round") or ""
            ).delete()
            intake = LandIntake.of([study], submission)
            intake.take(_ground(submission, main, study, place))
            intake.write()
            _instrument(study, submission)
    except Wrong as wrong:
        raise NotTaken(wrong.text, column=wrong.column) from wrong


def _study(main: Mapping[str, Any], submission: Submission) -> OutcomeStudy:
    """A study of those whose form it is."""
    given, owner = _text(main, "about-study"), submission.form.owner_id
    own = Q(owner=owner) | Q(owner__lineage__contains=[owner])
    study: OutcomeStudy | None = OutcomeStudy.objects.filter(own, ref=given).first()
    if study is None:
        raise NotTaken(in_three(NO_STUDY, given=given[:40]), column="study")
    return study


def _take_back(submission: Submission) -> None:
    """The answers of this submission, and those whom nothing else speaks of."""
    people = list(OutcomeAnswer.objects.filter(submission=submission).values_list("respondent", flat=True).distinct())
    OutcomeAnswer.objects.filter(submission=submission).delete()
    Respondent.objects.filter(pk__in=people, answers=None, key=None).delete()


def _sheet(submission: Submission, main: Mapping[str, Any], study: OutcomeStudy, place: Any) -> Sheet:
    questions = questions_of(submission.form.xform_id)
    answers = {
        code: float(main[f"answers-{code}"] in one.right)
        for code, one in questions.items()
        if main.get(f"answers-{code}")
    }
    disability = main.get("who-disability")
    return Sheet(
        study, _text(main, "about-person"), main.get("about-round") or "", _asked_on(submission, main),
        main.get("about-consent") == "yes", answers, main.get("who-sex") or "", main.get("who-age_group") or "",
        None if not disability else disability == "yes", place.pk if place else None,
    )  # fmt: skip


def _ground(submission: Submission, main: Mapping[str, Any], study: OutcomeStudy, place: Any) -> Ground:
    return Ground(
        study, _text(main, "about-ground"), main.get("about-round") or "", _asked_on(submission, main),
        float(main.get("about-area") or 0), main.get("use-intended") or "", main.get("use-actual") or "",
        float(main.get("use-used") or 0), _text(main, "use-users"), main.get("use-dispute") == "yes",
        int(main.get("use-beneficiaries") or 0), _day(main, "about-released"), place.pk if place else None,
    )  # fmt: skip


def _text(main: Mapping[str, Any], name: str) -> str:
    return str(main.get(name) or "").strip()


def _asked_on(submission: Submission, main: Mapping[str, Any]) -> date:
    return _day(main, "about-day") or timezone.localdate(submission.received_at)


def _day(main: Mapping[str, Any], name: str) -> date | None:
    found = main.get(name)
    return parse_date(found) if isinstance(found, str) and found else found or None


def _instrument(study: OutcomeStudy, submission: Submission) -> None:
    """The first form that brings answers is the study's; others are told on its page."""
    if study.instrument_id is None:
        study.instrument = submission.current.form_version
        study.save(update_fields=["instrument"])
