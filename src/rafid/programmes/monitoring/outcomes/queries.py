"""Studies as pages, files, the API and warnings read them. All of it starts from ``visible_to``, or from a study that did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.methods.progress import Trend, trend

from ..models import Design, LandUse, OutcomeAnswer, OutcomeStudy, StudyKind, StudyRound
from ..seeing import of_third_party
from .figures import OVERALL, Change, Person, change, counted_in_all
from .land import Land, land
from .questions import Question, known

FLATTERED_DAYS = 14
"""A second round within so many days of the first is a session's own test."""


def studies_seen(user: Any) -> QuerySet[OutcomeStudy]:
    return OutcomeStudy.objects.visible_to(user).select_related(
        "contract__partner", "contract__donor", "place", "instrument", "owner"
    )


def of_office(user: Any, studies: Iterable[OutcomeStudy]) -> set[UUID]:
    """Those of them whose rows this person may read, as the third party does; others read sums."""
    rule = of_third_party(user)
    return set(OutcomeStudy.objects.filter(rule, pk__in=[one.pk for one in studies]).values_list("pk", flat=True))


@dataclass
class Asked:
    """A study with what its people answered. Nobody is named in it."""

    study: OutcomeStudy
    people: list[Person]
    days: Mapping[str, list[date]]
    versions: int
    between: list[int]
    """Days from before to after, of each who answered both."""

    @property
    def paired(self) -> bool:
        return bool(self.study.design != Design.CROSS)

    @cached_property
    def questions(self) -> list[str]:
        return sorted({code for person in self.people for turn in person.answers.values() for code in turn})

    @cached_property
    def texts(self) -> dict[str, Question]:
        return known(self.study.kind_of_study)

    @cached_property
    def topics(self) -> dict[str, str]:
        return {code: self.texts[code].topic if code in self.texts else "" for code in self.questions}

    @cached_property
    def counted(self) -> list[str]:
        return counted_in_all(self.questions, self.topics)

    @property
    def rounds(self) -> list[str]:
        return [one for one in StudyRound.values if one in self.days]

    @property
    def second(self) -> str:
        """The round that is held against the first where nobody asks for another."""
        return next((one for one in self.rounds if one != StudyRound.BEFORE), StudyRound.AFTER)

    def title(self, question: str) -> str:
        if question == OVERALL:
            return (
                _("At least 80 % of the questions on knowledge") if self.knows else _("At least 80 % of the questions")
            )
        return pick(self.texts[question].texts) if question in self.texts else question

    @property
    def knows(self) -> bool:
        return "knowledge" in self.topics.values()

    def change(self, question: str = OVERALL, then: str = "") -> Change:
        return change(self.people, question, StudyRound.BEFORE, then or self.second, self.counted, paired=self.paired)

    def caveats(self, then: str = "") -> list[str]:
        """What a reader must know before believing a number."""
        then = then or self.second
        found, whole = [pick(self.study.caveats)] if self.study.caveats else [], self.change(OVERALL, then)
        if then == StudyRound.AFTER and self.between and median(self.between) <= FLATTERED_DAYS:
            found.append(
                _("Asked right after the session, people say what they just heard. The gain is flattered; what stays is told "
                  "by the questions on behaviour and by the round after 6 months.")
            )  # fmt: skip
        if whole.pairs and whole.small:
            found.append(
                _("Only %(count)s people answered in both rounds. The interval is wide; do not read more into it.")
                % {"count": whole.n}
            )
        if self.paired and (whole.only_first or whole.only_then):
            found.append(
                _("%(first)s people answered only before and %(then)s only afterwards. They are not in the pairs and are shown "
                  "apart; those who could not be found again may differ.")
                % {"first": whole.only_first, "then": whole.only_then}
            )  # fmt: skip
        if not self.paired:
            found.append(_("Other people were asked each time. A difference may also come from who was asked."))
        if self.versions > 1:
            found.append(
                _("The answers come from %(count)s versions of the form. Compare their questions before the numbers.")
                % {"count": self.versions}
            )
        if len(self.questions) > 1:
            found.append(
                _("With %(count)s questions, about one interval in twenty misses the truth by chance.")
                % {"count": len(self.questions)}
            )
        return found


def asked(studies: Iterable[OutcomeStudy]) -> dict[UUID, Asked]:
    """Studies of people with all answers, in two statements."""
    every = {one.pk: one for one in studies if one.kind_of_study != StudyKind.LAND}
    people: dict[UUID, dict[UUID, Person]] = {pk: {} for pk in every}
    days: dict[UUID, dict[str, list[date]]] = {pk: {} for pk in every}
    when: dict[UUID, dict[UUID, dict[str, date]]] = {pk: defaultdict(dict) for pk in every}
    rows = OutcomeAnswer.objects.filter(respondent__study__in=list(every)).order_by("respondent", "on")
    for study, who, sex, age, disability, partner, turn, question, value, on in rows.values_list(
        "respondent__study", "respondent", "respondent__sex", "respondent__age_group", "respondent__disability",
        "respondent__site__partner__ref", "round", "question", "value", "on",
    ):  # fmt: skip
        of = every[study].contract.partner.ref
        person = people[study].setdefault(who, Person(sex, age, disability, partner or of))
        if value is not None:
            person.answers.setdefault(turn, {})[question] = value
        days[study].setdefault(turn, []).append(on)
        when[study][who].setdefault(turn, on)
    versions = dict(
        rows.order_by()
        .exclude(submission=None)
        .values_list("respondent__study")
        .annotate(Count("submission__current__form_version", distinct=True))
    )
    return {
        pk: Asked(
            study, list(people[pk].values()), days[pk], versions.get(pk, 0),
            [(turns["after"] - turns["before"]).days for turns in when[pk].values() if {"before", "after"} <= turns.keys()],
        )
        for pk, study in every.items()
    }  # fmt: skip


@dataclass(frozen=True)
class ByPartner:
    """All studies of one kind of one partner: pooled, and their course over quarters."""

    partner: Any
    kind: str
    studies: int
    change: Change
    quarters: Mapping[str, float]
    trend: Trend | None
    told: str
    """Why there is no trend, else empty."""

    @property
    def kind_name(self) -> str:
        return str(StudyKind(self.kind).label)


def by_partner(found: Iterable[Asked]) -> list[ByPartner]:
    """Pairs of all studies of one kind and partner put together; other people's rounds stay with their study."""
    groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for one in found:
        if one.paired and one.people:
            groups[one.study.contract.partner.ref, one.study.kind_of_study].append(one)
    result = []
    for (_ref, kind), some in sorted(groups.items()):
        people = [_marked(one, person) for one in some for person in one.people]
        whole = change(people, "whole", StudyRound.BEFORE, StudyRound.AFTER, ())
        quarters = _quarters(some)
        course, told = _course(quarters)
        result.append(ByPartner(some[0].study.contract.partner, kind, len(some), whole, quarters, course, told))
    return result


def _marked(one: Asked, person: Person) -> Person:
    """What the person's study counts in all, as one question: instruments may differ between studies."""
    from .figures import answered

    rounds = {StudyRound.BEFORE: StudyRound.BEFORE, StudyRound.AFTER: one.second}
    said = {to: answered(person, turn, OVERALL, one.counted) for to, turn in rounds.items()}
    answers = {turn: {"whole": float(value)} for turn, value in said.items() if value is not None}
    return Person(person.sex, person.age_group, person.disability, person.partner, answers)


def _quarters(some: Sequence[Asked]) -> dict[str, float]:
    """The gain by the quarter in which the first round began; of several studies their mean by people."""
    sums: dict[str, list[float]] = {}
    for one in some:
        first = one.days.get(StudyRound.BEFORE)
        pairs = one.change().pairs
        if not first or pairs is None:
            continue
        code = f"{min(first).year}Q{(min(first).month + 2) // 3}"
        total = sums.setdefault(code, [0.0, 0.0])
        total[0] += pairs.difference * pairs.n
        total[1] += pairs.n
    return {code: total[0] / total[1] for code, total in sorted(sums.items())}


def _course(quarters: Mapping[str, float]) -> tuple[Trend | None, str]:
    if len(quarters) < 2:
        return None, ""
    values = [quarters.get(code, nan) for code in _steps(quarters)]
    try:
        return trend(values), ""
    except ValueError:
        return None, _(
            "%(count)s quarters make no trend. Wait until there are 4, or compare the studies one by one."
        ) % {"count": len(quarters)}


def _steps(quarters: Mapping[str, float]) -> list[str]:
    """All quarters from the first to the last, those without a study among them."""
    first, last = min(quarters), max(quarters)
    start, end = (4 * int(code[:4]) + int(code[5]) - 1 for code in (first, last))
    return [f"{number // 4}Q{number % 4 + 1}" for number in range(start, end + 1)]


def land_seen(user: Any, studies: Iterable[OutcomeStudy] | None = None) -> QuerySet[LandUse]:
    rows = LandUse.objects.visible_to(user).select_related("study__contract__partner", "place")
    return rows if studies is None else rows.filter(study__in=[one.pk for one in studies])


def land_of(rows: Iterable[LandUse]) -> dict[str, Land | None]:
    """By round. A census of grounds has no interval: all were looked at."""
    every = list(rows)
    census = of_census(every)
    return {turn: land([one for one in every if one.round == turn], census=census) for turn in ("6", "12")}


def of_census(rows: Sequence[LandUse]) -> bool:
    return bool(rows) and all(one.study.design == Design.CENSUS for one in rows)
