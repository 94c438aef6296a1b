"""Quality of the demonstration: inspections by checklist, samples planned beforehand, non-conformities and how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rafid.commons import blobs
from rafid.commons.names import pick
from rafid.commons.records.models import Source

from .demo_hazards import Plot
from .demo_work import number
from .demo_world import World, at, chance_of, known, uid
from .models import Criterion, NonConformity, QaVisit, QcSample, QualityEvidence, StrategyTarget, Task, WeightSet
from .quality import checklists
from .quality.checklists import Checklist, Item

VISITS = 60
MADE_UP = "عرض توضيحي · نیشاندان · Demonstration"
LIST_OF = {"mechanical": "mechanical:1", "dogs": "dogs:1"}
"""By the activity of the task that is looked at; of all others work on the site is inspected."""
WORST = {"fail": "critical", "rework": "major"}


def inspect(world: World, plots: Sequence[Plot], tasks: dict[Any, Task]) -> None:
    """Visits to work in the field and to cleared ground; every third finds something."""
    busy = [plot for plot in plots if plot.row.pk in tasks]
    if not busy:
        return
    visits, samples, findings = [], [], []
    inspector = world.people.get("quality")
    for turn in range(world.some(VISITS)):
        plot = busy[turn * 3 % len(busy)]
        chance = chance_of(f"visit {world.authority.ref} {turn}")
        begun = plot.days["worked_on"]
        on = begun + timedelta(days=chance.randrange(0, (world.today - begun).days + 1))
        planned = turn % 12 == 11
        if planned or turn % 2:  # what is planned, and what is not settled yet, is of the last weeks
            on = max(begun, world.day(chance.randrange(0, 3 if planned else 40)))
        result = (
            ""
            if planned
            else "rework"
            if plot.state == "rework"
            else chance.choice(("pass", "pass", "pass", "rework", "fail"))
        )
        sampling = plot.state in ("completed", "checked", "closed")
        checklist = checklists.checklists()[LIST_OF.get(tasks[plot.row.pk].activity, "clearance_site:1")]
        failed = _failed(checklist, result, noted=turn % 7 == 2)
        answers = {item.code: "no" if item is failed else "yes" for item in checklist.items}
        visit = QaVisit(
            id=uid(f"visit {world.authority.ref} {turn}", on), owner=plot.row.owner,
            organisation=plot.row.organisation, place=plot.row.place,
            on=on, type="sampling" if sampling else "field", hazard=plot.row, task=tasks[plot.row.pk], inspector=inspector,
            checklist=checklist.key, answers={} if planned else answers,
            state="planned" if planned else "done", result=result, source=Source.DEMONSTRATION,
            known_at=known(on, 1, world.today),
        )  # fmt: skip
        visits.append(visit)
        if sampling:
            size = chance.choice((13, 20, 32))
            samples.append(
                QcSample(
                    id=uid(f"sample {world.authority.ref} {turn}", on), visit=visit,
                    plan={"lot": 400, "size": size, "accept": 0, "side_m": 1.0},
                    seed=f"{world.today.year}-{turn}", planned_at=at(on - timedelta(days=3)),
                    ground=None if planned else plot.row.ground,
                    area_m2=None if planned else float(size), depth_m=0.2,
                    found=None if planned else int(result == "fail"), result=result,
                    inspected_on=None if planned else on,
                )
            )  # fmt: skip
        if failed is not None and not planned:
            findings.append(_finding(world, plot, visit, turn, failed))
    number(visits)
    number(findings)
    QaVisit.objects.bulk_create(visits)
    QcSample.objects.bulk_create(samples)
    _settle(world, findings)


def _settle(world: World, findings: Sequence[NonConformity]) -> None:
    """Answered, with a file that shows the correction, and then closed by other eyes."""
    closing = {row.pk: row.closed_at for row in findings if row.closed_at}
    for row in findings:
        row.closed_by, row.closed_at = None, None
    NonConformity.objects.bulk_create(findings)
    if not closing:
        return
    paper = blobs.keep("DEMONSTRATION · عرض توضيحي · نیشاندان\n".encode())
    QualityEvidence.objects.bulk_create(
        QualityEvidence(nonconformity_id=pk, sha256=paper.sha256, file_name="demonstration.txt", size=paper.size)
        for pk in closing
    )
    for moment in sorted(set(closing.values())):
        some = [pk for pk, when in closing.items() if when == moment]
        NonConformity.objects.filter(pk__in=some).update(
            state="closed", closed_by=world.people["quality"], closed_at=moment
        )


def _failed(checklist: Checklist, result: str, *, noted: bool) -> Item | None:
    """The item that was not kept: as grave as the result says; a visit that passed may have noted something small."""
    severity = WORST.get(result, "minor" if noted else "")
    return next((item for item in checklist.items if item.severity == severity), None)


def _finding(world: World, plot: Plot, visit: QaVisit, turn: int, item: Item) -> NonConformity:
    severity = item.severity
    settled = plot.state in ("checked", "closed") or turn % 2 == 0
    answered = at(min(visit.on + timedelta(days=6), world.today))
    operator = world.people.get("operator_manager")
    values: dict[str, Any] = {"state": "open"}
    if settled and operator and world.people.get("quality"):
        values = {
            "state": "answered", "answer": "صُحّح الأمر وأُعيد التدريب.", "answered_by": operator, "answered_at": answered,
            "closed_at": answered + timedelta(days=2),
        }  # fmt: skip
    return NonConformity(
        id=uid(f"finding {world.authority.ref} {turn}", visit.on), owner=visit.owner, organisation=visit.organisation,
        place=visit.place,
        visit=visit, hazard=plot.row, task=visit.task, severity=severity, item_code=item.code,
        text=f"{pick(dict(item.names), 'ar')} ({item.source})",
        on=visit.on, opened_on=visit.on, due_on=visit.on + timedelta(days=7 if severity == "critical" else 21),
        source=Source.DEMONSTRATION,
        known_at=known(visit.on, 1, world.today), **values,
    )  # fmt: skip


def plan(world: World) -> WeightSet:
    """What the authority ranks hazards by, and what its strategy aims at."""
    first = world.today.replace(month=1, day=1)
    listed = (
        ("beneficiaries", "beneficiaries", "المستفيدون", "سوودمەندان", "People who gain", 0.4),
        ("accidents", "accidents", "الحوادث القريبة", "ڕووداوی نزیک", "Accidents nearby", 0.35),
        ("blocked", "blocked", "ما تعيقه", "ئەوەی ڕێی لێدەگرێت", "What it blocks", 0.25),
    )
    for code, field, ar, ckb, en, _weight in listed:
        Criterion.objects.get_or_create(
            owner=world.authority, code=code,
            defaults={"field": field, "name_ar": ar, "name_ckb": ckb, "name_en": en, "source": MADE_UP},
        )  # fmt: skip
    weights, _made = WeightSet.objects.get_or_create(
        owner=world.authority, number=1,
        defaults={"weights": {row[0]: row[5] for row in listed}, "valid_from": first, "reason": MADE_UP},
    )  # fmt: skip
    for year in (world.today.year - 1, world.today.year):
        for code, value, ar, ckb, en in (
            ("cleared_m2", 900_000, "أرض مطهَّرة", "زەویی پاککراوە", "Ground cleared"),
            ("eore_people", 60_000, "أشخاص شملتهم التوعية", "کەسانی هۆشیارکراوە", "People reached by risk education"),
        ):
            StrategyTarget.objects.get_or_create(
                owner=world.authority, place=None, period=str(year), indicator=code,
                defaults={"value": value, "unit": "m²" if code.endswith("m2") else "", "name_ar": ar, "name_ckb": ckb,
                "name_en": en,
                          "source": MADE_UP},
            )  # fmt: skip
    return weights
