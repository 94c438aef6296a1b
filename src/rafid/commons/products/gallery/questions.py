"""Readers ask or object without an account; the owner answers in public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from rafid.commons.forms.phones.guesses import count_guess
from rafid.commons.names import in_three
from rafid.commons.people.notify import notify
from rafid.commons.people.visibility import may_on

from ..models import Dataset, Question, Recipe
from ..models.trust import QuestionState
from ..release.decide import COMPOSE, PUBLISH, STEWARD

LONGEST, SHORTEST = 5000, 5
RULE = (5, timedelta(minutes=10))
"""So many questions from one network in that time."""


class TooMany(Exception):
    """``seconds`` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def ask(about: Dataset | Recipe, *, text: str, by: str, objects_to: bool, network: str) -> Question:
    """Kept for the owner; public only with its answer. Raises ``ValidationError``, ``TooMany``."""
    text = "".join(sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign.isprintable()).strip()
    if len(text) < SHORTEST:
        raise ValidationError({"text": _("Write your question.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("At most %s signs.") % LONGEST})
    wait = count_guess(network, of="question", rule=RULE)
    if wait:
        raise TooMany(wait)
    which: dict[str, Any] = {"recipe": about} if isinstance(about, Recipe) else {"dataset": about}
    asked = Question.objects.create(
        **which, text=text, objects_to=objects_to, asked_by="".join(c for c in by if c.isprintable())[:120].strip(),
        language=(get_language() or "ar")[:3],
    )  # fmt: skip
    if about.made_by is not None and about.made_by.is_active:
        notify(
            about.made_by,
            in_three(gettext_noop("A reader asks about %(title)s."), title=about.names),
            link="/reach/questions/",
        )
    return asked


def answer(question: Question, by: Any, *, text: str, hide: bool = False) -> Question:
    """In public with its answer; what must not be read by others (a person's name, an insult) is hidden instead."""
    if not answers(by, question):
        raise ValidationError(_("Your role does not allow this here."))
    text = text.strip()
    if not hide and not text:
        raise ValidationError({"answer": _("Write the answer.")})
    if len(text) > LONGEST:
        raise ValidationError({"answer": _("At most %s signs.") % LONGEST})
    question.state = QuestionState.HIDDEN if hide else QuestionState.ANSWERED
    question.answer, question.answer_language = text, (get_language() or "ar")[:3]
    question.answered_by, question.answered_at = by, timezone.now()
    question.save()
    return question


def answers(user: Any, question: Question) -> bool:
    about = question.recipe or question.dataset
    return any(may_on(user, action, about) for action in (COMPOSE, STEWARD, PUBLISH))


def questions_of(about: Dataset | Recipe) -> QuerySet[Question]:
    return about.questions.filter(state=QuestionState.ANSWERED).order_by("-answered_at")


def waiting_for(user: Any) -> list[Question]:
    """What this person may answer, the oldest first; then what was answered."""
    found = Question.objects.select_related("recipe__owner", "dataset__owner", "answered_by").order_by("asked_at")
    rows = [one for one in found.filter(state=QuestionState.WAITING)[:300] if answers(user, one)]
    done = [
        one for one in found.exclude(state=QuestionState.WAITING).order_by("-answered_at")[:100] if answers(user, one)
    ]
    return rows + done
