"""Work of the demonstration: accreditations, tasks, activities, what each day brought, released ground, what was found."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import shapely

from rafid.commons.records.models import Source

from .demo_hazards import CLEARED, Plot
from .demo_world import World, at, chance_of, known, spot, stored, strip, uid
from .models import (
    Accreditation,
    Activity,
    DailyProgress,
    OrdnanceFind,
    Release,
    ReleaseCriteria,
    Task,
)
from .models.numbers import mint_many

ACTIVITIES, RELEASES, FINDS = 900, 700, 2600
MONTHS = 14
CLEARING = ("manual", "manual", "mechanical", "dogs", "bac")
METHODS = {"manual": "كاشف معادن", "mechanical": "آلية ثم فحص يدوي", "dogs": "كلاب كشف", "bac": "تطهير سطحي وتحت سطحي"}
TASK_OF = {
    "worked_on": "started", "suspended": "suspended", "completed": "finished", "rework": "started", "checked": "finished",
    "closed": "closed",
}  # fmt: skip
MODELS = {
    "ap_mine": ("VS-50", "PMN", "Valmara 69"), "av_mine": ("TM-46", "VS-1.6"), "submunition": ("BLU-97", "KB-1"),
    "other_uxo": ("81 mm", "122 mm", "RPG-7"), "axo": ("60 mm", "7.62 mm"), "victim_ied": ("", "Pressure plate"),
    "command_ied": ("",), "small_arms": ("7.62 mm", "12.7 mm"), "unknown": ("",),
}  # fmt: skip


def number(rows: Sequence[Any], day: str = "on") -> None:
    """References by authority and year, in the order of the rows."""
    groups: dict[tuple[Any, int], list[Any]] = defaultdict(list)
    for row in rows:
        if not row.ref:
            groups[row.owner_id, getattr(row, day).year].append(row)
    for (_owner, year), some in sorted(groups.items(), key=lambda item: (str(item[0][0]), item[0][1])):
        for row, ref in zip(some, mint_many(type(some[0]), some[0].owner, year, len(some)), strict=True):
            row.ref = ref


def accredit(world: World) -> None:
    """Every clearing operator for every activity, two years at a time; one suspended, one refused, one applied for."""
    rows = []
    kinds = ("nts", "ts", "manual", "mechanical", "dogs", "bac", "eod", "road", "eore")
    first = world.today.year - 7
    for operator in world.operators.values():
        for kind in kinds:
            for year in range(first, world.today.year + 1, 2):
                start, end = date(year, 1, 1), date(year + 1, 12, 31)
                rows.append(_accreditation(world, operator, kind, "operational", start, end, "granted"))
        start = date(world.today.year - 1, 3, 1)
        rows.append(
            _accreditation(world, operator, "manual", "organisational", start, date(start.year + 2, 2, 28), "granted")
        )
    last = list(world.operators.values())[-1]
    for kind, state, why in (
        ("stockpile", "suspended", "انتهى تأمين الفرق."),
        ("other", "refused", "لا مدرب مؤهل."),
        ("post_clearance", "field", ""),
    ):
        start = world.day(60)
        rows.append(_accreditation(world, last, kind, "operational", start, start + timedelta(days=365), state, why))
    number(rows)
    Accreditation.objects.bulk_create(rows, batch_size=500)


def _accreditation(
    world: World, operator: Any, kind: str, phase: str, start: date, end: date, state: str, why: str = ""
) -> Accreditation:
    on = min(start, world.day(1))
    return Accreditation(
        id=uid(f"accreditation {world.authority.ref} {operator.ref} {kind} {phase} {start}", on), owner=world.authority,
        organisation=operator, activity=kind, phase=phase, valid_from=start, valid_to=end, state=state,
        step_reason=why, on=on,
        decided_on=on if state in ("granted", "refused") else None, source=Source.DEMONSTRATION,
        known_at=known(on, 1, world.today),
    )  # fmt: skip


def criteria(world: World) -> dict[str, ReleaseCriteria]:
    """The authority's checklists of all reasonable effort."""
    items = {
        "cancelled": (("interviews", "قابلنا ستة أشخاص على الأقل", "لانیکەم شەش کەس چاوپێکەوتنیان لەگەڵ کرا",
        "Six people or more were asked"),
                      ("use", "تُستعمل الأرض منذ ثلاث سنوات", "سێ ساڵە زەوییەکە بەکاردێت",
                      "The land has been used for three years")),
        "reduced": (("survey", "مسح تقني شمل الأرض", "ڕووپێوی تەکنیکی زەوییەکەی گرتەوە",
        "Technical survey covered the ground"),),
        "cleared": (("depth", "طُهّرت حتى العمق المطلوب", "تا قووڵیی داواکراو پاککرایەوە",
        "Cleared to the depth asked for"),
                    ("quality", "فُحصت بالعينات", "بە نموونە پشکنرا", "Checked by samples")),
    }  # fmt: skip
    made = {}
    day = date(2021, 1, 1)
    for kind, listed in items.items():
        made[kind] = ReleaseCriteria.objects.create(
            id=uid(f"criteria {world.authority.ref} {kind}", day), owner=world.authority, code=f"release_{kind}", type=kind,
            items=[{"code": code, "text": {"ar": ar, "ckb": ckb, "en": en}} for code, ar, ckb, en in listed],
            source="Demonstration, after IMAS 07.11", valid_from=day, name_ar="معايير التحرير",
            name_ckb="پێوەرەکانی ئازادکردن",
            name_en=f"Criteria of release: {kind}",
        )  # fmt: skip
    return made


def give_tasks(world: World, plots: Sequence[Plot]) -> dict[Any, Task]:
    """A task for every hazard on which work began; a few drafts, issued and cancelled ones beside them."""
    rows, of, pairs = [], {}, []
    waiting = [plot for plot in plots if plot.state == "confirmed"][: world.some(40, 5)]
    for plot in [*(plot for plot in plots if plot.state in TASK_OF), *waiting]:
        chance = chance_of(f"task {plot.row.pk}")
        began = plot.days.get("worked_on")
        start = began or world.day(chance.randrange(1, 30))
        state = TASK_OF.get(plot.state) or chance.choice(("draft", "issued", "accepted", "cancelled"))
        kind = chance.choice(CLEARING)
        valid_to = start + timedelta(days=chance.randrange(60, 300))
        if state in ("started", "suspended"):  # most of what goes on has been prolonged; a few are late
            valid_to = max(valid_to, world.day(0) + timedelta(days=chance.randrange(-30, 240)))
        row = Task(
            id=uid(f"task {plot.row.pk}", start), owner=plot.row.owner, organisation=plot.row.organisation,
            place=plot.row.place,
            activity=kind, state=state, on=start, valid_from=start,
            valid_to=valid_to,
            purpose="تطهير الأرض لإعادتها إلى أصحابها", priority=chance.choice(("high", "medium", "medium", "low")),
            step_reason="أمطار" if state == "suspended" else "سُحبت المهمة" if state == "cancelled" else "",
            source=Source.DEMONSTRATION, known_at=known(start, 0, world.today),
        )  # fmt: skip
        rows.append(row)
        pairs.append((row, plot.row))
        if began:
            of[plot.row.pk] = row
    number(rows)
    Task.objects.bulk_create(rows, batch_size=500)
    through = Task.hazards.through
    through.objects.bulk_create([through(task=task, hazard=hazard) for task, hazard in pairs], batch_size=1000)
    return of


def work(world: World, plots: Sequence[Plot], tasks: dict[Any, Task]) -> dict[Any, Activity]:
    """An activity for each task, surveys for the rest; what each day of the last fourteen months brought."""
    rows, pairs, of, days = [], [], {}, []
    wanted = world.some(ACTIVITIES)
    busy = [plot for plot in plots if plot.row.pk in tasks]
    others = [plot for plot in plots if plot.row.pk not in tasks]
    for turn in range(wanted):
        clearing = turn < len(busy)
        plot = busy[turn] if clearing else others[turn % len(others)]
        chance = chance_of(f"activity {plot.row.pk} {turn}")
        task = tasks.get(plot.row.pk)
        if clearing and task:
            kind, start = task.activity, task.valid_from
            over = plot.days.get("completed")
            end = over if plot.state not in ("worked_on", "suspended", "rework") else None
        else:
            kind = chance.choice(("nts", "nts", "ts", "eod", "road", "post_clearance"))
            since = (world.today - plot.row.suspected_on).days
            start = world.day(chance.randrange(0, min(since, MONTHS * 30) + 1)) if since else plot.row.suspected_on
            end = min(start + timedelta(days=chance.randrange(0, 12)), world.day(0))
        row = Activity(
            id=uid(f"activity {world.authority.ref} {turn}", start), owner=plot.row.owner,
            organisation=plot.row.organisation,
            place=plot.row.place, type=kind,
            state="finished" if end else "suspended" if plot.state == "suspended" else "under_way",
            task=task if clearing else None, team=f"{'ABCDEFGH'[turn % 8]}{turn % 5 + 1}",
            on=max(end or world.day(1), start),
            start=start, end=end, source=Source.DEMONSTRATION, known_at=known(start, 2, world.today),
        )  # fmt: skip
        rows.append(row)
        pairs.append((row, plot.row))
        if clearing:
            of[plot.row.pk] = row
            days += _progress(world, plot, row, chance)
    number(rows)
    Activity.objects.bulk_create(rows, batch_size=500)
    through = Activity.hazards.through
    through.objects.bulk_create([through(activity=one, hazard=hazard) for one, hazard in pairs], batch_size=1000)
    DailyProgress.objects.bulk_create(days, batch_size=2000)
    return of


def _progress(world: World, plot: Plot, activity: Activity, chance: random.Random) -> list[DailyProgress]:
    """Working days are Sunday to Thursday, at most sixty of them, in the last fourteen months."""
    first = max(activity.start, world.day(MONTHS * 30))
    last = activity.end or world.day(1)
    found: list[DailyProgress] = []
    most = 60 if not world.small else 14
    day = max(first, last - timedelta(days=round(most * 7 / 5)))
    while day <= last:
        if day.weekday() not in (4, 5) and chance.random() > 0.06:
            stopped = chance.random() < 0.07
            area = 0 if stopped else round(chance.uniform(90, 900), 1)
            found.append(
                DailyProgress(
                    id=uid(f"day {activity.pk} {day}", day), activity=activity, day=day, area_m2=area,
                    by_method={activity.type: area}, by_asset={}, deminers=chance.randrange(6, 13),
                    hours=0 if stopped else round(chance.uniform(4, 6.5), 1),
                    stops=[chance.choice(("weather", "security"))] if stopped else [],
                    stop_hours=6 if stopped else None, items_found=0 if stopped else chance.choice((0, 0, 0, 1, 2)),
                    known_at=known(day, 1, world.today),
                )
            )  # fmt: skip
        day += timedelta(days=1)
    return found


def release(
    world: World, plots: Sequence[Plot], activities: dict[Any, Activity], rules: dict[str, ReleaseCriteria]
) -> list[Release]:
    """Ground that was cancelled, reduced and cleared. Planted: released twice, outside its hazard, four months late."""
    rows: list[Release] = []
    listed = by_need(plots)
    wanted = world.some(RELEASES)
    for turn, plot in enumerate(listed):
        if len(rows) >= wanted:
            break
        chance = chance_of(f"release {plot.row.pk}")
        rows += pieces(world, plot, activities.get(plot.row.pk), rules, chance, turn)
    cleared = [row for row in rows if row.type == "cleared" and row.on < world.day(130)]
    if cleared:  # sent in four months after the work
        cleared[-1].known_at = known(cleared[-1].on, 122, world.today)
    number(rows)
    Release.objects.bulk_create(rows, batch_size=500)
    return rows


NOTHING_LEFT = ("cancelled", "completed", "checked", "closed")


def by_need(plots: Sequence[Plot]) -> list[Plot]:
    """Whose ground is released whole first, then what is worked on, then what was reduced before anybody worked there."""
    listed = [plot for plot in plots if plot.state in (*CLEARED, "cancelled", "confirmed")]
    return sorted(listed, key=lambda plot: (plot.state not in NOTHING_LEFT, plot.state == "confirmed"))


def pieces(
    world: World,
    plot: Plot,
    activity: Activity | None,
    rules: dict[str, ReleaseCriteria],
    chance: random.Random,
    turn: int,
    *,
    until: date | None = None,
    most: int = 4,
) -> list[Release]:
    """What was released of one hazard, up to ``until``, in so many pieces at ``most``."""
    state, found = plot.state, []
    until = until or world.day(1)
    whole = state in ("completed", "checked", "closed")
    if state == "cancelled":
        return [_piece(world, plot, None, rules, "cancelled", plot.ground, plot.days["cancelled"], chance, 0)]
    if state == "confirmed":
        if turn % 3:
            return []
        share = chance.uniform(0.1, 0.4)
        on = plot.days["confirmed"] + timedelta(days=chance.randrange(1, 200))
        ground = strip(plot.ground, 0, share)
        return [_piece(world, plot, None, rules, "reduced", ground, min(on, until), chance, 0)]
    begun = plot.days["worked_on"]
    over = plot.days.get("completed") or until
    parts = min(chance.randrange(2, 5), most)
    upto = 1.0 if whole else chance.uniform(0.3, 0.8)
    edges = [upto * at_ / parts for at_ in range(parts + 1)]
    span = max((over - begun).days, 0)
    for at_ in range(parts):
        on = begun + timedelta(days=span * (at_ + 1) // parts)
        kind = "reduced" if at_ == 0 and chance.random() < 0.35 else "cleared"
        first = max(edges[at_] - (0.06 if turn % 9 == 4 and at_ else 0), 0)  # some is released twice
        ground = strip(plot.ground, first, edges[at_ + 1], beyond=12 if turn % 11 == 5 else 0)  # some lies outside
        if not ground.is_empty:
            found.append(_piece(world, plot, activity, rules, kind, ground, on, chance, at_))
    return found


def _piece(
    world: World, plot: Plot, activity: Activity | None, rules: dict[str, ReleaseCriteria], kind: str, ground: Any,
    on: date,
    chance: random.Random, part: int,
) -> Release:  # fmt: skip
    on = max(on, plot.row.suspected_on)
    method = METHODS.get(activity.type if activity else "", "")
    rule = rules.get(kind) if plot.row.owner_id == world.authority.pk else None
    degrees = shapely.area(ground)
    return Release(
        id=uid(f"release {plot.row.pk} {part}", on), owner=plot.row.owner, organisation=plot.row.organisation,
        place=plot.row.place,
        hazard=plot.row, type=kind, ground=stored(ground), on=on, activity=activity,
        depth_m=0.2 if kind == "cleared" else None,
        method=method if kind == "cleared" else "", criteria=rule,
        criteria_met=[one["code"] for one in rule.items] if rule else [],
        not_covered="ما دون العمق المذكور" if kind == "cleared" else "",
        reported_m2=round(degrees * 1.03e10 * chance.uniform(0.99, 1.01), -1),
        cost_usd=round(chance.uniform(0.4, 2.5) * degrees * 1.03e10,
        2) if kind == "cleared" and chance.random() < 0.5 else None,
        source=Source.DEMONSTRATION, known_at=known(on, chance.randrange(2, 15), world.today),
    )  # fmt: skip


def find(world: World, plots: Sequence[Plot], activities: dict[Any, Activity]) -> None:
    """What was found while clearing; what waits for disposal is the youngest."""
    busy = [plot for plot in plots if plot.row.pk in activities]
    if not busy:
        return
    rows = []
    for turn in range(world.some(FINDS)):
        plot = busy[turn % len(busy)]
        activity = activities[plot.row.pk]
        chance = chance_of(f"find {world.authority.ref} {turn}")
        last = activity.end or world.day(1)
        on = activity.start + timedelta(days=chance.randrange(0, (last - activity.start).days + 1))
        category = chance.choice([*plot.row.device_categories, "other_uxo"])
        waits = on > world.day(10)
        rows.append(
            OrdnanceFind(
                id=uid(f"find {world.authority.ref} {turn}", on), owner=plot.row.owner,
                organisation=plot.row.organisation, place=plot.row.place,
                on=on, category=category, model=chance.choice(MODELS.get(category, ("",))),
                quantity=chance.choice((1, 1, 1, 2, 3, 8)),
                condition=chance.choice(("fuzed", "unfuzed", "damaged", "unknown")),
                depth_m=round(chance.uniform(0, 0.25), 2),
                point=stored(spot(plot.ground, chance)), disposal="waiting" if waits else chance.choice(("in_place",
                "in_place", "moved")),
                destroyed_on=None if waits else min(on + timedelta(days=chance.randrange(0, 9)), world.day(0)),
                activity=activity,
                hazard=plot.row, sensitivity=2 if turn % 97 == 13 else 1, source=Source.DEMONSTRATION,
                known_at=known(on, 2, world.today),
            )
        )  # fmt: skip
    number(rows)
    OrdnanceFind.objects.bulk_create(rows, batch_size=1000)


__all__ = ["accredit", "at", "criteria", "find", "give_tasks", "number", "pieces", "release", "work"]
