"""What became of released ground, judged before it is kept: by phone or by file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.history import because

from ..contracts.ledger import Doubt, Wrong
from ..models import LandState, LandUse, OutcomeStudy, StudyKind

NOT_LAND = gettext_noop("The study %(study)s is not about land. Write the reference of a study of the use of land.")
FUTURE = gettext_noop("%(day)s has not come yet. Write the day on which the ground %(ground)s was looked at.")
TOO_MUCH = gettext_noop(
    "The ground %(ground)s has %(area)s m² and %(used)s m² are said to be used. Correct one of the two: used lies between 0 "
    "and what was released."
)
NO_AREA = gettext_noop(
    "The ground %(ground)s has an area of %(area)s m². Write the area that was released, more than 0."
)
UNUSED = gettext_noop(
    "The ground %(ground)s is said not to be used, and %(used)s m² of it to be. Write 0 m², or what it is used for."
)
USED_NOTHING = gettext_noop(
    "The ground %(ground)s is said to be used, and 0 m² of it. Write how many m² are used, or “not used”."
)
EARLY = gettext_noop(
    "The ground %(ground)s was looked at on %(day)s, before it was released on %(released)s. Correct one of the two days."
)
TWICE = gettext_noop(
    "The ground %(ground)s is there for this round already, with other numbers. If this corrects it, write why under “Reason”; "
    "the old row stays in the history."
)
OFF_TIME = gettext_noop(
    "The ground %(ground)s was looked at %(days)s days after its release; a round of %(round)s months is about %(usual)s days."
)

FIELDS = (
    "place_id", "released_on", "on", "area_m2", "intended", "actual", "used_m2", "users", "dispute", "beneficiaries",
)  # fmt: skip
DAYS = {"6": 183, "12": 365}
SLACK = 75
"""Days around 6 or 12 months that are taken without a word."""


@dataclass(frozen=True)
class Ground:
    study: OutcomeStudy
    ground: str
    round: str
    on: date
    area_m2: float
    intended: str
    actual: str
    used_m2: float
    users: str = ""
    dispute: bool = False
    beneficiaries: int = 0
    released_on: date | None = None
    place_id: UUID | None = None
    reason: str = ""
    row: int | None = None


@dataclass
class LandIntake:
    there: dict[tuple[UUID, str, str], LandUse] = field(default_factory=dict)
    fresh: list[LandUse] = field(default_factory=list)
    changed: dict[UUID, tuple[LandUse, str]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    same: int = 0
    submission: Any = None

    @classmethod
    def of(cls, studies: Iterable[OutcomeStudy], submission: Any = None) -> LandIntake:
        rows = LandUse.objects.filter(study__in=[one.pk for one in studies])
        return cls({(row.study_id, row.dataset_row, row.round): row for row in rows}, submission=submission)

    def take(self, one: Ground) -> None:
        _judge(one)
        if one.released_on and abs((one.on - one.released_on).days - DAYS[one.round]) > SLACK:
            wrong = Wrong(
                OFF_TIME, row=one.row, ground=one.ground, days=(one.on - one.released_on).days, round=one.round,
                usual=DAYS[one.round],
            )  # fmt: skip
            self.doubts.append(Doubt(one.row, "on", wrong.text))
        key = (one.study.pk, one.ground, one.round)
        values = {name: getattr(one, name) for name in FIELDS}
        row = self.there.get(key)
        if row is None:
            row = LandUse(
                study=one.study, dataset_row=one.ground, round=one.round, submission=self.submission, **values
            )
            self.there[key] = row
            self.fresh.append(row)
            return
        if all(getattr(row, name) == value for name, value in values.items()):
            self.same += 1
            return
        own = self.submission is not None and row.submission_id == self.submission.pk
        if row in self.fresh or not (own or one.reason.strip()):
            raise Wrong(TWICE, column="ground", row=one.row, ground=one.ground)
        for name, value in values.items():
            setattr(row, name, value)
        self.changed[row.pk] = (row, one.reason.strip() or "submission received")

    def write(self, *, by: Any = None) -> None:
        for row in self.fresh:
            row.made_by = by
        LandUse.objects.bulk_create(self.fresh)
        for row, reason in self.changed.values():
            with because(reason):
                row.save()


def _judge(one: Ground) -> None:
    said: dict[str, Any] = {"row": one.row, "ground": one.ground}
    if one.study.kind_of_study != StudyKind.LAND:
        raise Wrong(NOT_LAND, column="study", row=one.row, study=one.study.ref)
    if one.on > timezone.localdate():
        raise Wrong(FUTURE, column="on", day=one.on.isoformat(), **said)
    if one.area_m2 <= 0:
        raise Wrong(NO_AREA, column="area_m2", area=f"{one.area_m2:g}", **said)
    if not 0 <= one.used_m2 <= one.area_m2:
        raise Wrong(TOO_MUCH, column="used_m2", area=f"{one.area_m2:g}", used=f"{one.used_m2:g}", **said)
    if one.actual == LandState.UNUSED and one.used_m2 > 0:
        raise Wrong(UNUSED, column="used_m2", used=f"{one.used_m2:g}", **said)
    if one.actual != LandState.UNUSED and one.used_m2 == 0:
        raise Wrong(USED_NOTHING, column="used_m2", **said)
    if one.released_on and one.on < one.released_on:
        raise Wrong(EARLY, column="on", day=one.on.isoformat(), released=one.released_on.isoformat(), **said)


def due(rows: Iterable[LandUse], today: date) -> list[LandUse]:
    """Grounds that were looked at after 6 months, and whose 12 months are over without a second look."""
    every = list(rows)
    done = {(row.study_id, row.dataset_row) for row in every if row.round == "12"}
    waiting = [
        row for row in every
        if row.round == "6" and (row.study_id, row.dataset_row) not in done
        and row.released_on and row.released_on + timedelta(days=DAYS["12"]) <= today
    ]  # fmt: skip
    return sorted(waiting, key=lambda row: (row.released_on, row.dataset_row))
