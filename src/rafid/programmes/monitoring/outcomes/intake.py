"""Answers of people, judged before they are kept: by phone or by file, the same rules and the same sentences.

Who was asked is known by a pseudonym. Without consent nothing is kept. Before and after must be of the same person: what is
said of a pseudonym (sex, age group, disability) may not change between the rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop, override

from rafid.commons.names import in_three
from rafid.commons.programme import LANGUAGES

from ..contracts.ledger import Doubt, Wrong
from ..models import Design, OutcomeAnswer, OutcomeStudy, Respondent, Sex, StudyKind, StudyRound

NO_CONSENT = gettext_noop(
    "%(person)s did not consent. Nothing is kept of somebody who did not: take the row out, or write yes where "
    "consent was given."
)
OTHERS = gettext_noop(
    "%(person)s was %(old)s in the round “%(round)s” and is %(new)s now: before and after are of different people. Correct "
    "the pseudonym, or whichever of the two is wrong."
)
TWICE = gettext_noop(
    "%(person)s answered “%(question)s” in this round already, on %(day)s. Take the second answer out, or give the other "
    "person another pseudonym."
)
ORDER = gettext_noop(
    "%(person)s answered after (%(after)s) earlier than before (%(before)s). Correct the day or the round of one of the two."
)
FUTURE = gettext_noop("%(day)s has not come yet. Write the day on which %(person)s was asked.")
NOT_YES_NO = gettext_noop(
    "The answer of %(person)s to “%(question)s” is %(given)s. Write 1 where it is right (or yes), and 0 where it is not."
)
CROSS = gettext_noop(
    "%(person)s was asked in the round “%(round)s” already, and this study asks other people each time. Use another "
    "pseudonym, or make the study one of the same people twice."
)
OF_LAND = gettext_noop("The study %(study)s is about land. Send its rows as uses of land.")
ALONE = gettext_noop("%(person)s has no answers before. The answer is kept and shown apart from the pairs.")

ATTRIBUTES = ("sex", "age_group", "disability")
YES_NO = {True: gettext_noop("with a disability"), False: gettext_noop("without a disability")}


@dataclass(frozen=True)
class Sheet:
    """What one person answered in one round. ``sex``, ``age_group`` and ``disability`` are empty (None) where not said."""

    study: OutcomeStudy
    person: str
    round: str
    on: date
    consent: bool
    answers: Mapping[str, float | None]
    sex: str = ""
    age_group: str = ""
    disability: bool | None = None
    place: UUID | None = None
    row: int | None = None
    column: str = "answer"


@dataclass
class Intake:
    """Holds who is in some studies and what each answered; ``of`` reads it, ``take`` judges, ``write`` keeps.

    ``submission``: its own earlier answers do not stand in its way, for a correction replaces them.
    """

    people: dict[tuple[UUID, str], Respondent] = field(default_factory=dict)
    answers: dict[tuple[UUID, str, str, str], tuple[date, float | None]] = field(default_factory=dict)
    days: dict[tuple[UUID, str], dict[str, date]] = field(default_factory=dict)
    fresh_people: list[Respondent] = field(default_factory=list)
    changed_people: dict[UUID, Respondent] = field(default_factory=dict)
    fresh: list[OutcomeAnswer] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    taken: list[Sheet] = field(default_factory=list)
    same: int = 0
    submission: Any = None

    @classmethod
    def of(cls, studies: Iterable[OutcomeStudy], submission: Any = None) -> Intake:
        found = cls(submission=submission)
        of = [one.pk for one in studies]
        for person in Respondent.objects.filter(study__in=of):
            found.people[person.study_id, person.pseudonym] = person
        rows = OutcomeAnswer.objects.filter(respondent__study__in=of)
        if submission is not None:
            rows = rows.exclude(submission=submission)
        for study, person, turn, question, on, value in rows.values_list(
            "respondent__study", "respondent__pseudonym", "round", "question", "on", "value"
        ):
            found.answers[study, person, turn, question] = (on, value)
            found.days.setdefault((study, person), {})[turn] = on
        return found

    def take(self, sheet: Sheet) -> None:
        """Raises ``Wrong``, which names row and column, for what cannot be kept."""
        self._judge(sheet)
        key = (sheet.study.pk, sheet.person)
        person = self._person(sheet)
        for question, value in sheet.answers.items():
            there = self.answers.get((*key, sheet.round, question))
            if there is not None:
                if there == (sheet.on, value):
                    self.same += 1
                    continue
                raise Wrong(
                    TWICE, column="person", row=sheet.row, person=sheet.person, question=question,
                    day=there[0].isoformat(),
                )  # fmt: skip
            if value is not None and value not in (0, 1):
                raise Wrong(
                    NOT_YES_NO, column=sheet.column, row=sheet.row, person=sheet.person, question=question, given=f"{value:g}"
                )  # fmt: skip
            self.answers[(*key, sheet.round, question)] = (sheet.on, value)
            self.fresh.append(
                OutcomeAnswer(
                    respondent=person, round=sheet.round, question=question, value=value, on=sheet.on,
                    submission=self.submission,
                )
            )  # fmt: skip
        self.days.setdefault(key, {})[sheet.round] = sheet.on
        self.taken.append(sheet)

    def _judge(self, sheet: Sheet) -> None:
        said = {"row": sheet.row, "person": sheet.person}
        if sheet.study.kind_of_study == StudyKind.LAND:
            raise Wrong(OF_LAND, column="study", row=sheet.row, study=sheet.study.ref)
        if not sheet.consent:
            raise Wrong(NO_CONSENT, column="consent", **said)
        if sheet.on > timezone.localdate():
            raise Wrong(FUTURE, column="on", day=sheet.on.isoformat(), **said)
        days = self.days.get((sheet.study.pk, sheet.person), {})
        if sheet.study.design == Design.CROSS:
            other = next((turn for turn in days if turn != sheet.round), None)
            if other is not None:
                raise Wrong(CROSS, column="person", round=_round(other), **said)
        before = sheet.on if sheet.round == StudyRound.BEFORE else days.get(StudyRound.BEFORE)
        after = [day for turn, day in {**days, sheet.round: sheet.on}.items() if turn != StudyRound.BEFORE]
        if before is not None and after and min(after) < before:
            raise Wrong(ORDER, column="on", before=before.isoformat(), after=min(after).isoformat(), **said)

    def _person(self, sheet: Sheet) -> Respondent:
        key = (sheet.study.pk, sheet.person)
        person = self.people.get(key)
        given = {name: getattr(sheet, name) for name in ATTRIBUTES}
        if person is None:
            person = Respondent(study=sheet.study, pseudonym=sheet.person, consent=True, place_id=sheet.place, **given)
            self.people[key] = person
            self.fresh_people.append(person)
            return person
        for name, value in given.items():
            old = getattr(person, name)
            if value in ("", None) or value == old:
                continue
            if old in ("", None):
                setattr(person, name, value)
                if person not in self.fresh_people:
                    self.changed_people[person.pk] = person
            elif any(turn != sheet.round for turn in self.days.get(key, {})):
                raise Wrong(
                    OTHERS, column=name, row=sheet.row, person=sheet.person, old=_said(name, old), new=_said(name, value),
                    round=_round(next(turn for turn in self.days[key] if turn != sheet.round)),
                )  # fmt: skip
            else:  # the same round corrected: nothing else speaks for the old one
                setattr(person, name, value)
                self.changed_people[person.pk] = person
        return person

    def settle(self) -> None:
        """What can be said only when all rows are known."""
        for sheet in self.taken:
            if sheet.study.design != Design.PAIRED or sheet.round == StudyRound.BEFORE:
                continue
            if StudyRound.BEFORE not in self.days[sheet.study.pk, sheet.person]:
                wrong = Wrong(ALONE, column="person", row=sheet.row, person=sheet.person)
                self.doubts.append(Doubt(sheet.row, "person", wrong.text))

    def write(self, *, by: Any = None) -> None:
        for row in (*self.fresh_people, *self.fresh):
            row.made_by = by
        Respondent.objects.bulk_create(self.fresh_people)
        Respondent.objects.bulk_update(self.changed_people.values(), ATTRIBUTES)
        OutcomeAnswer.objects.bulk_create(self.fresh)


def _round(code: str) -> dict[str, str]:
    return _three(StudyRound(code).label)


def _said(name: str, value: Any) -> Any:
    if name == "disability":
        return in_three(YES_NO[bool(value)])
    return _three(Sex(value).label) if name == "sex" and value in Sex.values else str(value)


def _three(label: Any) -> dict[str, str]:
    """A lazy word in all three languages."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = str(label)
    return said
