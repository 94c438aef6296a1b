"""Six plans of the demonstration with their visits: drawn by their seeds, filled in by phones, and what was found answered.

Five plans are revealed, the sixth is sealed with its visits still to come. Visits come as submissions of eleven checklists
(see demo_checklists). What is planted to be found: two sites that do not exist, a monitor who goes to one team again and again,
one visit by somebody who had declared a relation, second visits to compare with, pictures that were sent before.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rafid.commons.forms import demo as forms
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import country
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_rows

from . import demo_checklists, demo_contracts, demo_findings
from .demo_contracts import GHOSTS, Ground, months
from .models import Monitor, MonitoringPlan, NonConformity, RuleOverride, Site, Visit
from .plans.frame import Part, build_frame
from .plans.registering import add_visit, close, draw_sites, register, reveal

OWNER = "DEMO-TPM-1"
AIMS = ("total", "acceptance", "total", "lqas", "total", "proportion")
"""Of the first line's sites those with the aim of a total draw most, by size; the others look at the other lines."""
DRAWN, OF_FIRST, LAST, EXTRA = 16, 11, 40, 8
DENIED, OFF, SETTLED = 31, 9, 590
"""Visits to which entry was refused, and that were not possible or are postponed, of so many; those after them were made."""
REFUSING = "DEMO-IP-5"
LOYAL, LOYAL_TO = "M03", ("C-DEMO-1", "1A")
"""The monitor who leads all visits to one team."""
DECLARED, DECLARED_ABOUT, STILL_DECLARED = "M09", "DEMO-IP-2", 3
"""Who had declared a relation, about whom, and the plan in which he led a visit there all the same."""
_SINCE_NOW = (("M02", "DEMO-IP-1"), ("M05", "DEMO-IP-4"))
_ROTATION = "لم يكن لدى المراقبين الآخرين تصريح أمني لهذا القضاء في ذلك الأسبوع"
_DECLARATION = "مرض المراقب المكلف صباح الزيارة؛ رافقه مسؤول الجودة وراجع الإجابات"
_AGAIN = "زيارة ثانية للمقارنة"
_COMPLAINT = "بلاغ من الأهالي"


@dataclass
class Trip:
    """A visit as it went: ``number`` counts those that were not sealed, ``quarter`` the plans. ``again``: the trip that this
    one repeats to compare."""

    number: int
    quarter: int
    visit: Visit
    ground: Ground
    monitor: Monitor
    start: datetime
    fate: str = "done"
    again: Trip | None = None

    @property
    def code(self) -> str:
        return self.ground.line.code.partition(".")[2]


def load(today: date, zone: Any, share: float) -> list[str]:
    owner = Organisation.objects.filter(ref=OWNER).first()
    manager = Account.objects.filter(login="monitoring.manager").first()
    if owner is None or manager is None or MonitoringPlan.objects.exists():
        return []
    times, starts = months(today), quarters(today)
    ground = demo_contracts.load(owner, today, zone, share)
    index_rows(Site, [one.site for one in ground])
    monitors = _monitors(owner, times[0])
    whole = share >= 1
    lists = demo_checklists.load(owner, manager, times, zone, whole)
    phones = {one.code: demo_checklists.phone(owner, one, lists) for one in monitors}
    trips, plans = _plans(owner, manager, ground, monitors, starts, today, zone, share)
    _ghosts(trips, times)
    accepted = forms.deliver(demo_checklists.parcels(trips, phones, times, whole))
    demo_checklists.back_checks(trips, accepted, lists, whole, manager)
    while handle_arrivals():
        pass
    for form in lists.values():
        forms.set_back(form.pk)
    demo_findings.load(trips, today, zone)
    for number, plan in enumerate(plans[:-1]):
        end = datetime.combine(min(starts[number + 1] + timedelta(days=10), today), time(9), zone)
        reveal(plan, by=manager, at=end)
        if number < 3:
            close(plan, by=manager)
    made = Visit.objects.filter(source=Source.DEMONSTRATION)
    return [
        f"{len(demo_contracts.CONTRACTS)} contracts, {len(ground)} sites, {len(plans)} plans, {made.count()} visits "
        f"({made.filter(state='done').count()} done, {made.filter(state='denied').count()} denied), "
        f"{NonConformity.objects.count()} non-conformities"
    ]


def quarters(today: date) -> list[date]:
    """The first days of the last five quarters and of this one, the oldest first."""
    day, found = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), []
    for _plan in AIMS:
        found.append(day)
        day = (day - timedelta(days=80)).replace(day=1)
    return found[::-1]


def _monitors(owner: Organisation, joined: date) -> list[Monitor]:
    account = Account.objects.filter(login="monitoring.monitor").first()
    found = []
    for row in country().table("demo_monitors.csv"):
        found.append(
            Monitor.objects.create(
                ref=f"M-DEMO-{row['code']}", owner=owner, code=row["code"], name_ar=row["name_ar"], name_ckb=row["name_ckb"],
                name_en=row["name_en"], languages=["ar", "ckb"], skills=["imas-eod-1"], joined_on=joined,
                account=account if row["code"] == "M01" else None, source=Source.DEMONSTRATION,
            )
        )  # fmt: skip
    index_rows(Monitor, found)
    return found


def _plans(
    owner: Organisation,
    manager: Account,
    ground: Sequence[Ground],
    monitors: Sequence[Monitor],
    starts: Sequence[date],
    today: date,
    zone: Any,
    share: float,
) -> tuple[list[Trip], list[MonitoringPlan]]:
    of_site = {one.site.pk: one for one in ground}
    contracts = list({one.site.contract_id: one.site.contract for one in ground}.values())
    trips: list[Trip] = []
    plans = []
    fates: Counter[str] = Counter()
    for quarter, aim in enumerate(AIMS):
        sealed, first = quarter == len(AIMS) - 1, starts[quarter]
        wanted = LAST / len(contracts) if sealed else DRAWN
        sizes = [max(1, int(wanted * share * (at + 1)) - int(wanted * share * at)) for at in range(len(contracts))]
        plan = MonitoringPlan.objects.create(
            ref=f"P-DEMO-{quarter + 1}", owner=owner, period=f"{first.year}Q{(first.month + 2) // 3}", aim=aim,
            title=f"P{quarter + 1}", source=Source.DEMONSTRATION,
        )  # fmt: skip
        parts = [
            part
            for contract, size in zip(contracts, sizes, strict=True)
            for part in _parts(contract.ref, [one for one in ground if one.site.contract_id == contract.pk], size, aim)
        ]
        build_frame(plan, contracts, parts, by=manager)
        seed = hashlib.sha256(f"demonstration {quarter}".encode()).hexdigest()
        begins = today - timedelta(days=6) if sealed else first - timedelta(days=5)
        plan = register(plan, by=manager, seed=seed, at=datetime.combine(begins, time(9), zone))
        visits = draw_sites(plan, by=manager)
        plans.append(plan)
        begins = today + timedelta(days=3) if sealed else first
        schedule = _Schedule(monitors, quarter, begins, zone, sealed, manager, fates)
        for visit in visits:
            trips.append(schedule.of(visit, of_site[visit.site_id], len(trips)))
        if not sealed:
            drawn = trips[-len(visits) :]
            trips += _beside(plan, manager, schedule, ground, drawn, len(trips), max(1, round(EXTRA * share)))
    return trips, plans


def _parts(ref: str, ground: Sequence[Ground], size: int, aim: str) -> list[Part]:
    """Strata of one unit of measure where sites are drawn by size: those of the first line."""
    settings = {"acceptance": {"aql": 4.0}, "lqas": {"tolerable": 0.2}}.get(aim, {})
    line = ground[0].line
    first = tuple(one.site for one in ground if one.line == line)
    others = tuple(one.site for one in ground if one.line != line)
    if aim != "total":
        return [Part(f"{ref} 2+", min(size, len(others)), others, "equal", settings)]
    most = min(len(first), max(1, round(size * OF_FIRST / DRAWN)))
    found = [Part(f"{ref} {line.code}", most, first, "by_size")]
    return found + ([Part(f"{ref} 2+", size - most, others)] if size > most else [])


def _beside(
    plan: MonitoringPlan, by: Account, schedule: _Schedule, ground: Sequence[Ground], drawn: Sequence[Trip], known: int,
    count: int,
) -> list[Trip]:  # fmt: skip
    """Visits for a risk or a complaint, and one that repeats an early one of the plan."""
    chance = random.Random(schedule.quarter)  # noqa: S311 - made up, no secret
    taken = {trip.visit.site_id for trip in drawn}
    others = [one for one in ground if one.site.pk not in taken]
    found = []
    for at, one in enumerate(chance.sample(others, min(len(others), count))):
        again = None
        if at == (0 if schedule.quarter == 1 else 1):
            early = [trip for trip in drawn if trip.fate == "done" and trip.visit.team != LOYAL_TO[1]]
            again = min(early, key=lambda trip: (trip.start, trip.number))
            one = again.ground
        why = "extra" if again else ("extra", "risk", "complaint")[at % 3]
        text = _AGAIN if again else _COMPLAINT
        visit = add_visit(one.site, by=by, reason=why, text=text, plan=plan, source=plan.source)
        found.append(schedule.of(visit, one, known + at, again))
    return found


class _Schedule:
    """Days and monitors of one plan's visits: each monitor has one every sixth day."""

    def __init__(
        self, monitors: Sequence[Monitor], quarter: int, first: date, zone: Any, sealed: bool, manager: Account,
        fates: Counter[str],
    ) -> None:  # fmt: skip
        self.fates = fates
        self.quarter, self.first, self.zone, self.sealed, self.manager = quarter, first, zone, sealed, manager
        self.monitors = {one.code: one for one in monitors}
        self.others = [one for one in monitors if one.code != LOYAL]
        self.busy: dict[str, int] = defaultdict(int)
        self.at = self.loyal = 0
        self.declared = quarter == STILL_DECLARED

    def of(self, visit: Visit, ground: Ground, number: int, again: Trip | None = None) -> Trip:
        monitor, rule = self._lead(ground, again)
        day = self.first + timedelta(days=(3 if self.sealed else 6) * self.busy[monitor.code] + 2)
        self.busy[monitor.code] += 1
        if again is not None:
            day = again.start.date() + timedelta(days=7)
        day += timedelta(days={4: 2, 5: 1}.get(day.weekday(), 0))
        hour = time(13 if again else 9, 10 * (self.at % 6))
        start = datetime.combine(day, hour, self.zone)
        visit.lead, visit.planned_on = monitor, day
        visit.window = DateTimeTZRange(start, start + timedelta(hours=2))
        visit.type = "unannounced" if self.at % 4 == 1 else "announced"
        visit.source, visit.state = Source.DEMONSTRATION, "planned" if self.sealed else "confirmed"
        fate = self._fate(ground, number) if not self.sealed and not again and rule != "declaration" else "done"
        if self.sealed:
            fate = "sealed"
        if fate == "off":
            visit.state = "postponed" if number % 2 else "impossible"
            visit.not_seen_reason, visit.not_seen_text = "weather", "سيول على الطريق"
        if rule:
            why = _ROTATION if rule == "rotation" else _DECLARATION
            RuleOverride.objects.create(visit=visit, rule=rule, monitor=monitor, reason=why, made_by=self.manager)
        visit.save()
        self.at += 1
        return Trip(number, self.quarter, visit, ground, monitor, start, fate, again)

    def _fate(self, ground: Ground, number: int) -> str:
        """Entry is refused, and visits fall out, evenly over all plans; at sites of a first line at one partner's alone."""
        if ground.line.code.startswith("1.") and ground.site.partner.ref != REFUSING:
            return "done"
        settled = min(number + 1, SETTLED)
        for fate, count in (("denied", DENIED), ("off", OFF)):
            if self.fates[fate] < count * settled // SETTLED:
                self.fates[fate] += 1
                return fate
        return "done"

    def _lead(self, ground: Ground, again: Trip | None) -> tuple[Monitor, str]:
        """Who leads, and the rule that is set aside for it."""
        partner = ground.site.contract.partner.ref
        if (ground.site.contract.ref, ground.site.team) == LOYAL_TO and again is None and not self.sealed:
            self.loyal += 1
            # From the third in a row on, counted over all plans.
            return self.monitors[LOYAL], "rotation" if self.loyal > 2 or self.quarter else ""
        if self.declared and partner == DECLARED_ABOUT:
            self.declared = False
            return self.monitors[DECLARED], "declaration"
        for step in range(len(self.others)):
            monitor = self.others[(self.at + step) % len(self.others)]
            if monitor.code == DECLARED and partner == DECLARED_ABOUT:
                continue
            if self.sealed and (monitor.code, partner) in _SINCE_NOW:
                continue
            if again is None or monitor.code != again.monitor.code:
                return monitor, ""
        raise AssertionError("nobody is left to lead")


def _ghosts(trips: Sequence[Trip], times: Sequence[date]) -> None:
    """Two sites of the first line of one partner, which were reported and drawn by size, are not there at all."""
    seen: dict[Any, Ground] = {}
    begun: dict[Any, bool] = {}
    for trip in trips:
        one = trip.ground
        if one.site.partner.ref != GHOSTS or not one.line.code.startswith("1.") or trip.visit.drawn_id is None:
            continue
        newest = max((at for at in range(len(times)) if times[at] <= trip.start.date()), default=-1)
        if trip.fate == "done" and newest >= one.begins + 1:
            begun[one.site.pk] = True
            seen[one.site.pk] = one
    large = sorted((one for one in seen.values() if begun[one.site.pk]), key=lambda one: (-one.pace, one.site.ref))
    # Neither the largest, which are always visited, nor the least.
    for one in large[1:3] if len(large) > 2 else large[:2]:
        one.ghost = True
