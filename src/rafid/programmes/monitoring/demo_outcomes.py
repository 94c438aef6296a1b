"""Outcomes of the demonstration: 900 pairs of answers on risks, a survey of what people think, 180 looks at released land.

And the warnings that all of it gives rise to. Nobody here is real, and nobody gained at one partner's sessions.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.people.models import Account
from rafid.commons.places.models import Place
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_rows

from .demo_contracts import GHOSTS, GOVERNORATES, IMPROVING
from .models import Contract, EarlyWarning, LandState, OutcomeStudy, StudyRound
from .outcomes.intake import Intake, Sheet
from .outcomes.keys import keep_keys
from .outcomes.land_intake import Ground, LandIntake
from .outcomes.questions import questions_of
from .warnings.keeping import judge_all
from .warnings.steps import confirm, step

PEOPLE, GROUNDS = 32, 93
"""32 people, of whom 30 are found again, × 5 questions × 6 studies: 900 pairs. 93 grounds, 87 of them looked at twice: 180."""
_AGES = ("0-17", "18-34", "18-34", "35-59", "35-59", "60+")
_USERS = ("عائلات عائدة", "البلدية", "خێزانە گەڕاوەکان", "جووتیارانی گوند", "مدرسة القرية")
_NAMES = {
    "eore_knowledge": ("المعرفة بالمخاطر", "زانینی مەترسی", "Knowledge of risks"),
    "perception": ("شعور الأهالي بالأمان", "هەستی سەلامەتیی خەڵک", "How safe people feel"),
    "land_use": ("استعمال الأراضي المسلَّمة", "بەکارهێنانی زەوییە ڕادەستکراوەکان", "Use of released land"),
}


def load(today: date, zone: Any, share: float) -> list[str]:
    """What is not there yet."""
    manager = Account.objects.filter(login="monitoring.manager").first()
    made_up = Contract.objects.filter(source=Source.DEMONSTRATION).exclude(state="draft")
    contracts = list(made_up.select_related("partner").order_by("start", "title", "pk"))
    if manager is None or not contracts or OutcomeStudy.objects.exists():
        return []
    chance = random.Random("outcomes")  # noqa: S311 - made up, no secret
    places = list(Place.objects.filter(level=2, parent__ref__in=GOVERNORATES).order_by("ref"))
    studies = [_study(contracts[at % len(contracts)], "eore_knowledge", "paired", at) for at in range(6)]
    count = max(6, round(PEOPLE * min(share, 1)))
    for at, study in enumerate(studies):
        _ask(study, manager, today - timedelta(days=75 * (6 - at)), count, places, chance)
    _perception(_study(contracts[0], "perception", "cross_section"), manager, today, count, places, chance)
    grounds = _land(contracts, manager, today, max(9, round(GROUNDS * min(share, 1))), places, chance)
    _release(zone, today, keep_back=studies[-1])
    with because("Demonstration"):
        keep_keys(studies[0], "P-001, شخص لا وجود له، 07000000000")
    index_rows(OutcomeStudy, list(OutcomeStudy.objects.all()))
    warned = _warn(manager, today)
    return [f"{len(studies) + 1} studies of people, {grounds} looks at released land, {warned} warnings"]


def _study(contract: Contract, kind: str, design: str, number: int = 0) -> OutcomeStudy:
    ar, ckb, en = (f"{name} {number + 1}" if kind == "eore_knowledge" else name for name in _NAMES[kind])
    with because("Demonstration"):
        made: OutcomeStudy = OutcomeStudy.objects.create(
            owner_id=contract.owner_id, place_id=contract.place_id, contract=contract, kind_of_study=kind, design=design,
            name_ar=ar, name_ckb=ckb, name_en=en, source=Source.DEMONSTRATION,
        )  # fmt: skip
    return made


def _ask(
    study: OutcomeStudy, by: Account, day: date, count: int, places: Sequence[Place], chance: random.Random
) -> None:
    """Before and right after a session; behaviour again after six months where they are over."""
    partner = study.contract.partner.ref
    gain = {IMPROVING: 0.45, GHOSTS: 0.0}.get(partner, 0.28)
    intake = Intake.of([study])
    questions = questions_of("eore_knowledge")
    for number in range(1, count + 1):
        knows = {code: chance.random() < 0.45 for code in questions}
        who: dict[str, Any] = {
            "sex": chance.choice(("female", "male")), "age_group": chance.choice(_AGES), "disability": chance.random() < 0.12,
            "place": chance.choice(places).pk if places else None,
        }  # fmt: skip
        for turn, on in ((StudyRound.BEFORE, day), (StudyRound.AFTER, day + timedelta(days=1))):
            if turn == StudyRound.AFTER and number > count - max(1, count // 12):
                continue  # some are not found again
            if turn == StudyRound.AFTER:
                knows = {code: chance.random() < (0.93 if had else gain + 0.03) for code, had in knows.items()}
            answers = {code: float(value) for code, value in knows.items()}
            intake.take(Sheet(study, f"P-{number:03}", turn, on, True, answers, **who))
    with because("Demonstration"):
        intake.write(by=by)


def _perception(
    study: OutcomeStudy, by: Account, today: date, count: int, places: Sequence[Place], chance: random.Random
) -> None:
    """Other people each time."""
    intake = Intake.of([study])
    rounds = (
        (StudyRound.BEFORE, today - timedelta(days=300), 0.4),
        (StudyRound.TWELVE, today - timedelta(days=10), 0.6),
    )
    for turn, on, odds in rounds:
        for number in range(1, count + 1):
            answers = {code: float(chance.random() < odds) for code in questions_of("perception_survey")}
            intake.take(
                Sheet(
                    study, f"{'B' if turn == StudyRound.BEFORE else 'T'}-{number:03}", turn, on, True, answers,
                    chance.choice(("female", "male")), chance.choice(_AGES), False,
                    chance.choice(places).pk if places else None,
                )
            )  # fmt: skip
    with because("Demonstration"):
        intake.write(by=by)


def _land(
    contracts: Sequence[Contract], by: Account, today: date, count: int, places: Sequence[Place], chance: random.Random
) -> int:
    """Each ground after 6 and 12 months; at one partner many lie idle, and some are due for their second visit."""
    some = [contracts[at % len(contracts)] for at in range(3)]
    looks = 0
    uses = [one for one in LandState.values if one != LandState.UNUSED]
    for at, contract in enumerate(some):
        study = _study(contract, "land_use", "census")
        intake = LandIntake.of([study])
        for number in range(1, count // 3 + 1):
            released = today - timedelta(days=380 + chance.randrange(0, 120))
            area, intended = float(chance.randrange(800, 24_000, 100)), chance.choice(uses)
            place = chance.choice(places).pk if places else None
            for turn, days in (("6", 185), ("12", 366)):
                if turn == "12" and number % 15 == 0:
                    continue
                idle = chance.random() < (0.4 if at == 1 else 0.12) * (1.5 if turn == "6" else 1)
                actual = LandState.UNUSED if idle else intended if chance.random() < 0.8 else chance.choice(uses)
                used = 0.0 if idle else round(area * chance.uniform(0.4, 1), 0)
                intake.take(
                    Ground(
                        study, f"REL-{at + 1}{number:03}", turn, released + timedelta(days=days), area, intended, actual, used,
                        "" if idle else chance.choice(_USERS), chance.random() < 0.08, 0 if idle else chance.randrange(4, 60),
                        released, place,
                    )
                )  # fmt: skip
                looks += 1
        with because("Demonstration"):
            intake.write(by=by)
    return looks


def _release(zone: Any, today: date, keep_back: OutcomeStudy) -> None:
    at = datetime.combine(today - timedelta(days=5), time(10), zone)
    with because("Demonstration"):
        OutcomeStudy.objects.exclude(pk=keep_back.pk).update(released_at=at)


def _warn(manager: Account, today: date) -> int:
    """As they would have come: two months ago, one month ago, today. Some were handled."""
    for days in (62, 31, 0):
        judge_all(today - timedelta(days=days))
    rows = list(EarlyWarning.objects.exclude(state="over").order_by("since", "rule", "subject"))
    for at, row in enumerate(rows):
        if at % 5 == 1:
            step(row, "seen", by=manager)
        elif at % 5 == 2:
            step(row, "acting", by=manager)
        elif at % 5 == 3 and (today - row.since).days > 20:
            confirm(row, today - timedelta(days=3), by=manager, reason="Demonstration")
    quiet = next((row for row in reversed(rows) if row.rule == "repeat"), None)
    if quiet is not None:
        quiet.refresh_from_db()
        if quiet.state != "over":
            later = max(today, timezone.localdate())  # loaded for a day long past, it would not be muted any more
            step(quiet, "mute", by=manager, reason="موضوع قائمة التحقق قيد المراجعة", until=later + timedelta(days=21))
    return len(rows)
