"""Hazards of the demonstration: suspected, confirmed, worked on and closed ground, with its evidence and written steps."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pgtrigger

from rafid.commons.people.models import Organisation
from rafid.commons.records.models import Source

from .demo_world import DMA, World, Yard, at, chance_of, known, polygon, stored, uid
from .models import Evidence, Hazard, HazardStep
from .models.numbers import mint_many

COUNT = 640
COMMON = {"IQ-DMA": 50, "IQ-IKMAA": 50}
"""Hazards that both nodes have held since before the demonstration begins; with fixed dates, so that both hold the same."""
COMMON_FROM = date(2022, 1, 10)
FIRST_OWN = {"IQ-DMA": 3, "IQ-IKMAA": 5}
"""The first cell of a yard that is no common hazard's."""
MIX = (
    ("suspected", 22), ("confirmed", 25), ("worked_on", 14), ("closed", 16), ("cancelled", 6), ("completed", 4),
    ("reported", 3),
    ("suspended", 3), ("checked", 2), ("rework", 1), ("discarded", 1),
)  # fmt: skip
TYPES = (("minefield", 40), ("battle_area", 24), ("ied_area", 18), ("cluster", 10), ("storage", 4), ("other", 4))
DEVICES = {
    "minefield": ("ap_mine", "av_mine"), "battle_area": ("other_uxo", "axo"), "ied_area": ("victim_ied", "command_ied"),
    "cluster": ("submunition",), "storage": ("axo", "small_arms"), "other": ("unknown",),
}  # fmt: skip
WAYS: dict[str, tuple[str, ...]] = {
    "reported": (),
    "discarded": ("reported", "discarded"),
    "suspected": ("reported", "suspected"),
    "confirmed": ("reported", "suspected", "confirmed"),
    "cancelled": ("reported", "suspected", "cancelled"),
    "worked_on": ("suspected", "confirmed", "worked_on"),
    "suspended": ("suspected", "confirmed", "worked_on", "suspended"),
    "completed": ("suspected", "confirmed", "worked_on", "completed"),
    "rework": ("suspected", "confirmed", "worked_on", "completed", "rework"),
    "checked": ("suspected", "confirmed", "worked_on", "completed", "checked"),
    "closed": ("suspected", "confirmed", "worked_on", "completed", "checked", "closed"),
}
"""Through which states a hazard came to stand where it stands."""
REASONS = {
    "discarded": "لا دليل على التلوث بعد الزيارة.",
    "cancelled": "استُعملت الأرض للزراعة ثلاث سنوات من دون حادث.",
    "suspended": "توقف العمل بسبب الأمطار.",
    "rework": "لم تُعلَّم حدود الأرض المنظفة.",
}
NAMES = (
    "تل الرماد", "وادي الطرفة", "گردی زەرد", "بئر السدرة", "دۆڵی بادام", "أرض الحلفاء", "کانی سپی", "جنوب الساقية",
    "مزرعة النخلة",
    "تەپۆڵکەی سوور", "شرق المبزل", "حوض الملح", "دەشتی هەنار", "طريق الصبخة", "قرب المخفر القديم",
)  # fmt: skip
NTS = ("تصريح الأهالي", "قسەی خەڵکی گوند", "Statement of the mukhtar")
CLEARED = ("worked_on", "suspended", "completed", "rework", "checked", "closed")


@dataclass
class Plot:
    """A hazard on its way into the tables: the row, its ground as a shape, and the days of its life by state."""

    row: Hazard
    ground: Any
    days: dict[str, date]
    book: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def state(self) -> str:
        return str(self.row.state)


def own_plots(world: World) -> list[Plot]:
    """Those of this installation's authority, beside the common ones."""
    yards = world.own_yards
    count = world.some(COUNT - sum(COMMON.values())) if world.authority.ref == DMA else world.some(200)
    plots, first = [], FIRST_OWN[world.authority.ref]
    for number in range(count):
        yard, turn = yards[number % len(yards)], number // len(yards)
        chance = chance_of(f"hazard {world.authority.ref} {number}")
        state = spread(MIX, number * 37 % 100)
        past = chance.randrange(120, 2200) if state in CLEARED else chance.randrange(20, 1900)
        plots.append(
            make(world, yard, first + turn, f"own {world.authority.ref} {number}", state, world.day(past), chance)
        )
    return plots


def spread(mix: Sequence[tuple[str, int]], place: int) -> str:
    """The one at this hundredth."""
    total = 0
    for name, share in mix:
        total += share
        if place < total:
            return name
    return mix[-1][0]


def make(
    world: World, yard: Yard, slot: int, name: str, state: str, since: date, chance: random.Random, *,
    owner: Organisation | None = None, ref: str = "", until: date | None = None,
) -> Plot:  # fmt: skip
    """One hazard, discovered on ``since``; the days of its states lie between that day and ``until`` (else today)."""
    owner = owner or world.authority
    lon, lat = yard.cell(slot)
    kind = spread(TYPES, chance.randrange(100))
    ground = polygon(lon, lat, chance.uniform(70, 230), chance)
    days = _days(state, since, until or world.day(1), chance)
    confirmed = days.get("confirmed") if state not in ("suspected", "cancelled", "discarded", "reported") else None
    last = max(days.values())
    people = [chance.randrange(4, 90) for _ in range(4)]
    operator = world.clearing[chance.randrange(len(world.clearing))] if world.clearing else None
    row = Hazard(
        id=uid(f"hazard {name}", since), ref=ref, owner=owner, organisation=operator, place=yard.place, type=kind,
        classification="CHA" if confirmed else "SHA", confirmed_on=confirmed, state=state, on=last, suspected_on=since,
        ground=stored(ground), device_categories=list(DEVICES[kind]), depth_expected_m=chance.choice((0.1, 0.2, 0.2,
        0.3, 0.5)),
        blocked=chance.sample(("land", "road", "water", "housing", "power", "school"), chance.randrange(1, 3)),
        land_dispute=chance.choice(("no", "no", "unknown", "yes")), owner_known=chance.choice(("yes", "yes", "unknown")),
        men=people[0], women=people[1], boys=people[2], girls=people[3], with_disability=sum(people) // 40,
        slope=chance.choice(("مستوٍ", "منحدر قليلاً", "")), vegetation=chance.choice(("أعشاب", "شجيرات", "")),
        soil=chance.choice(("طينية", "رملية", "صخرية")), name_local=NAMES[chance.randrange(len(NAMES))],
        comment="عرض توضيحي · نیشاندان · DEMONSTRATION", source=Source.DEMONSTRATION,
        known_at=known(since, chance.randrange(2, 25), world.today),
    )  # fmt: skip
    plot = Plot(row, ground, days)
    plot.evidence = _evidence(plot, name, chance)
    return plot


def _days(state: str, since: date, until: date, chance: random.Random) -> dict[str, date]:
    """When it came into each of its states; in order, the first on the day of its discovery."""
    way = WAYS[state] or (state,)
    span = max((until - since).days, 0)
    steps = sorted(chance.random() for _ in range(len(way) - 1))
    return dict(zip(way, [since, *(since + timedelta(days=round(span * step)) for step in steps)], strict=True))


def _evidence(plot: Plot, name: str, chance: random.Random) -> list[Evidence]:
    row, found = plot.row, []
    kinds = [("testimony", False)]
    if row.classification == "CHA":
        kinds.append((chance.choice(("seen", "detonation", "record")), True))
    elif chance.random() < 0.4:
        kinds.append((chance.choice(("unused", "military", "animals")), False))
    for number, (kind, direct) in enumerate(kinds):
        on = row.confirmed_on if direct and row.confirmed_on else row.suspected_on
        found.append(
            Evidence(
                id=uid(f"evidence {name} {number}", on), hazard=row, direct=direct, type=kind, on=on, known_at=at(on, 10),
                source=NTS[chance.randrange(len(NTS))],
            )
        )  # fmt: skip
    return found


def save(plots: Iterable[Plot]) -> None:
    """The rows with their evidence; numbers by authority and year."""
    listed = list(plots)
    by_year: dict[tuple[Any, int], list[Plot]] = defaultdict(list)
    for plot in listed:
        if not plot.row.ref:
            by_year[plot.row.owner_id, plot.row.suspected_on.year].append(plot)
    for (_owner, year), some in sorted(by_year.items(), key=lambda item: (str(item[0][0]), item[0][1])):
        for plot, ref in zip(some, mint_many(Hazard, some[0].row.owner, year, len(some)), strict=True):
            plot.row.ref = ref
    Hazard.objects.bulk_create([plot.row for plot in listed], batch_size=500)
    Evidence.objects.bulk_create([one for plot in listed for one in plot.evidence], batch_size=1000)


def write_steps(world: World, plots: Iterable[Plot], tasks: dict[Any, Any]) -> None:
    """How each hazard came to stand where it stands. The guards are asked by the verbs; here the past is told."""
    by, second = world.people["operations"], world.people["im_officer"]
    rows = []
    for plot in plots:
        way = list(plot.days.items())
        for number, ((old, _day), (new, on)) in enumerate(pairwise(way), start=1):
            task = tasks.get(plot.row.pk) if new == "worked_on" else None
            rows.append(
                HazardStep(
                    id=uid(f"step {plot.row.pk} {number}", on), hazard=plot.row, number=number, old=old, new=new, on=on,
                    reason=REASONS.get(new, ""), made_by=by, second_by=second if new == "cancelled" else None, task=task,
                    remaining_m2=0 if new in ("completed", "closed") else None, known_at=at(on, 11),
                )
            )  # fmt: skip
    with pgtrigger.ignore("rafid_mineaction.HazardStep:step_guards"):
        HazardStep.objects.bulk_create(rows, batch_size=1000)
