"""Six plans of the demonstration with their visits: drawn by their seeds, filled in by phones, and what was found answered.

Five plans are revealed, the sixth is sealed with its visits still to come. Visits come as submissions of eleven checklists.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from rafid.commons import blobs
from rafid.commons.forms import demo as forms
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.design.upload import Given, new_draft, new_form
from rafid.commons.forms.models import Form
from rafid.commons.forms.sender import Sender, of_phone
from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.places.country import country
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_rows

from . import demo_contracts, demo_files
from .checklists.sheets import TOPICS, Item, form_id, items_of, sheet, title
from .demo_contracts import IMPROVING, Ground, months
from .findings.raising import link_repeats
from .models import Contract, CorrectiveAction, Evidence, Monitor, MonitoringPlan, NonConformity, Site, Visit
from .plans.frame import Part, build_frame
from .plans.registering import add_visit, close, draw_sites, register, reveal

_NAMES = UUID("7d4f2b1c-6c3e-4f0a-8b55-0f2b7a9d3e21")
OWNER = "DEMO-TPM-1"
AIMS = ("proportion", "total", "acceptance", "lqas", "total", "proportion")
DRAWN, LAST, EXTRA = 16, 40, 8
_SETTLED = 590
"""Visits from this one on were all made: 31 of 600 are denied and 9 were not possible."""
NONCONFORMITIES, DONE = 310, 560
TOPICS_OF = {
    "CLR": ("clearance_site", "medical", "completion"), "MEC": ("mechanical", "completion"), "NTS": ("nts", "office"),
    "EOR": ("eore_session",), "EOD": ("eod", "stores", "dogs"), "VIC": ("victims", "office"),
}  # fmt: skip
_WHAT = (
    "شوهد خلاف المطلوب عند الزيارة",
    "لە کاتی سەردانەکەدا پێچەوانەی داواکراو بینرا",
    "مخالفة عند المدخل",
    "تۆمارەکە ناتەواوە",
)


@dataclass
class Trip:
    """A visit as it went: ``number`` counts those that were not sealed, ``quarter`` the plans."""

    number: int
    quarter: int
    visit: Visit
    ground: Ground
    monitor: Monitor
    start: datetime
    fate: str = "done"


def load(today: date, zone: Any, share: float) -> list[str]:
    owner = Organisation.objects.filter(ref=OWNER).first()
    manager = Account.objects.filter(login="monitoring.manager").first()
    if owner is None or manager is None or MonitoringPlan.objects.exists():
        return []
    for role, ref in (("partner", "DEMO-IP-1"), ("partner", "DEMO-IP-2")):
        account, partner = Account.objects.get(login=f"monitoring.{role}"), Organisation.objects.get(ref=ref)
        Grant.objects.get_or_create(account=account, role=f"monitoring.{role}", organisation=partner)
    times = months(today)
    ground = demo_contracts.load(owner, today, zone, share)
    index_rows(Site, [one.site for one in ground])
    monitors = _monitors(owner, times[0])
    whole = share >= 1
    lists = _checklists(owner, manager, times, zone, whole)
    phones = _phones(owner, monitors, lists)
    trips, plans = _plans(owner, manager, ground, monitors, times, today, zone, share)
    forms.deliver(_parcels(trips, phones, times, whole))
    while handle_arrivals():
        pass
    for form in lists.values():
        forms.set_back(form.pk)
    _found(trips, today, zone)
    for number, plan in enumerate(plans[:-1]):
        end = datetime.combine(times[number * 3] + timedelta(days=100), time(9), zone)
        reveal(plan, by=manager, at=end)
        if number < 3:
            close(plan, by=manager)
    made = Visit.objects.filter(source=Source.DEMONSTRATION)
    return [
        f"{len(demo_contracts.CONTRACTS)} contracts, {len(ground)} sites, {len(plans)} plans, {made.count()} visits "
        f"({made.filter(state='done').count()} done, {made.filter(state='denied').count()} denied), "
        f"{NonConformity.objects.count()} non-conformities"
    ]


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


def topics_of(code: str, whole: bool) -> tuple[str, ...]:
    """A part of the demonstration has a checklist for each kind of line; the whole has all."""
    return TOPICS_OF[code] if whole else TOPICS_OF[code][:1]


def _checklists(owner: Organisation, by: Account, times: Sequence[date], zone: Any, whole: bool) -> dict[str, Form]:
    """Each topic in three versions, published at the beginning, after six and after twelve months; a part has one of each."""
    rows = country().table("checklists.csv")
    found = {}
    wanted = {topic for code in TOPICS_OF for topic in topics_of(code, whole)}
    for topic in (one for one in TOPICS if one in wanted):
        form = None
        for version in (1, 2, 3) if whole else (1,):
            given = Given(f"{form_id(topic)}.md", sheet(topic, version, items_of(topic, version, rows)))
            if form is None:
                form = new_form(given, programme="monitoring", owner=owner, by=by).form
            else:
                new_draft(form, given, by=by)
            publish(form, by=by, at=datetime.combine(times[(version - 1) * 6] - timedelta(days=9), time(9), zone))
        assert form is not None
        names = title(topic)
        form.title_ar, form.title_ckb, form.title_en = names["ar"], names["ckb"], names["en"]
        form.sensitivity, form.demonstration = 2, True
        form.save()
        found[topic] = form
    return found


def _phones(owner: Organisation, monitors: Sequence[Monitor], lists: dict[str, Form]) -> dict[str, Sender]:
    return {one.code: of_phone(forms.phone(f"{one.code}-C", owner, lists.values())) for one in monitors}


def _plans(
    owner: Organisation,
    manager: Account,
    ground: Sequence[Ground],
    monitors: Sequence[Monitor],
    times: Sequence[date],
    today: date,
    zone: Any,
    share: float,
) -> tuple[list[Trip], list[MonitoringPlan]]:
    of_site = {one.site.pk: one for one in ground}
    contracts = list({one.site.contract_id: one.site.contract for one in ground}.values())
    trips: list[Trip] = []
    plans = []
    for quarter, aim in enumerate(AIMS):
        sealed, first = quarter == len(AIMS) - 1, times[quarter * 3]
        wanted = LAST / len(contracts) if sealed else DRAWN
        sizes = [max(1, int(wanted * share * (at + 1)) - int(wanted * share * at)) for at in range(len(contracts))]
        plan = MonitoringPlan.objects.create(
            ref=f"P-DEMO-{quarter + 1}", owner=owner, period=f"{first.year}Q{(first.month + 2) // 3}", aim=aim,
            title=f"P{quarter + 1}", source=Source.DEMONSTRATION,
        )  # fmt: skip
        method = "by_size" if aim == "total" else "equal"
        settings = {"aql": 4.0} if aim == "acceptance" else {"tolerable": 0.2} if aim == "lqas" else {}
        parts = [
            Part(contract.ref, size, tuple(_own(ground, contract)), method, settings)
            for contract, size in zip(contracts, sizes, strict=True)
        ]
        build_frame(plan, contracts, parts, by=manager)
        seed = hashlib.sha256(f"demonstration {quarter}".encode()).hexdigest()
        begins = today - timedelta(days=6) if sealed else first - timedelta(days=5)
        plan = register(plan, by=manager, seed=seed, at=datetime.combine(begins, time(9), zone))
        visits = draw_sites(plan, by=manager)
        if not sealed:
            chance = random.Random(quarter)  # noqa: S311 - made up, no secret
            taken = {visit.site_id for visit in visits}
            others = [one.site for one in ground if one.site.pk not in taken]
            for at, site in enumerate(chance.sample(others, min(len(others), max(1, round(EXTRA * share))))):
                why = ("extra", "risk", "complaint")[at % 3]
                visits.append(
                    add_visit(site, by=manager, reason=why, text="بلاغ من الأهالي", plan=plan, source=plan.source)
                )
        plans.append(plan)
        begins = today + timedelta(days=3) if sealed else first
        trips += _scheduled(visits, of_site, monitors, quarter, begins, len(trips), zone, sealed)
    return trips, plans


def _own(ground: Sequence[Ground], contract: Contract) -> list[Site]:
    return [one.site for one in ground if one.site.contract_id == contract.pk]


def _scheduled(
    visits: Sequence[Visit],
    of_site: dict[Any, Ground],
    monitors: Sequence[Monitor],
    quarter: int,
    first: date,
    known: int,
    zone: Any,
    sealed: bool,
) -> list[Trip]:
    """Each monitor has a visit every third day. The third goes to the first contract's team again and again."""
    busy: dict[str, int] = defaultdict(int)
    found = []
    for at, visit in enumerate(visits):
        monitor = monitors[2] if at < 6 else monitors[at % len(monitors)]
        day = first + timedelta(days=3 * busy[monitor.code] + 2)
        busy[monitor.code] += 1
        day += timedelta(days={4: 2, 5: 1}.get(day.weekday(), 0))
        start = datetime.combine(day, time(9, 10 * (at % 6)), zone)
        visit.lead, visit.planned_on = monitor, day
        visit.window = DateTimeTZRange(start, start + timedelta(hours=2))
        visit.type = "unannounced" if at % 4 == 1 else "announced"
        visit.source, visit.state = Source.DEMONSTRATION, "planned" if sealed else "confirmed"
        number = known + at
        fate = "sealed" if sealed else "done"
        if not sealed and number < _SETTLED:
            fate = "denied" if number % 19 == 7 else "off" if number % 66 == 4 else "done"
        if fate == "off":
            visit.state = "postponed" if number % 2 else "impossible"
            visit.not_seen_reason, visit.not_seen_text = "weather", "سيول على الطريق"
        visit.save()
        found.append(Trip(number, quarter, visit, of_site[visit.site_id], monitor, start, fate))
    return found


def _parcels(
    trips: Sequence[Trip], phones: dict[str, Sender], times: Sequence[date], whole: bool
) -> list[forms.Parcel]:
    rows = country().table("checklists.csv")
    found, wrong = [], 0
    done = [trip for trip in trips if trip.fate in ("done", "denied")]
    made = sum(trip.fate == "done" for trip in done)
    total = NONCONFORMITIES * made // DONE
    seen = 0
    for trip in done:
        code = trip.ground.line.code.partition(".")[2]
        topics = topics_of(code, whole)
        topic = topics[trip.number % len(topics)]
        version = 1 + sum(trip.start.date() >= times[at] for at in (6, 12)) if whole else 1
        cases = 0
        if trip.fate == "done":
            cases = (seen + 1) * total // made - seen * total // made
            seen += 1
        answers = _answers(trip, items_of(topic, version, rows), cases, wrong, times)
        wrong += cases
        xml = forms.submission_xml(form_id(topic), str(version), f"uuid:{uuid5(_NAMES, str(trip.number))}", answers)
        found.append(forms.Parcel(xml, phones[trip.monitor.code], trip.start + timedelta(hours=7)))
    return sorted(found, key=lambda parcel: parcel.received_at)


def _answers(trip: Trip, items: Sequence[Item], cases: int, wrong: int, times: Sequence[date]) -> dict[str, Any]:
    chance = random.Random(f"visit {trip.number}")  # noqa: S311 - made up, no secret
    point = trip.ground.site.exact.point
    denied = trip.fate == "denied"
    said: dict[str, Any] = {
        "start": trip.start.isoformat(timespec="milliseconds"),
        "end": (trip.start + timedelta(minutes=chance.randrange(35, 100))).isoformat(timespec="milliseconds"),
        "about": {
            "visit": trip.visit.ref, "monitor": trip.monitor.code, "site": trip.ground.site.ref,
            "spot": f"{point.y + chance.uniform(-0.0004, 0.0004):.6f} {point.x + chance.uniform(-0.0004, 0.0004):.6f} 0 6",
            "access": "denied" if denied else "partial" if trip.number % 14 == 3 else "full",
            "why_denied": "منع الحارس الدخول" if denied else "",
        },
    }  # fmt: skip
    if denied:
        return said
    partner = trip.ground.site.partner
    good = 0.8 + (0.035 * trip.quarter if partner and partner.ref == IMPROVING else 0.06)
    results = {one.code: "yes" if one.severity == "critical" or chance.random() < good else "no" for one in items}
    if trip.number % 11 == 2:
        results[items[-1].code] = "na"
    nc = []
    for number in range(wrong, wrong + cases):
        severity = "critical" if number % 22 == 5 else "major" if number % 4 == 0 else "minor"
        item = chance.choice([one for one in items if one.severity == severity])
        results[item.code] = "no"
        nc.append(
            {
                "item": item.code,
                "severity": severity,
                "text": chance.choice(_WHAT),
                "stop_work": "yes" if severity == "critical" else "",
            }
        )
    newest = max((at for at in range(len(times)) if times[at] <= trip.start.date()), default=None)
    value = "" if newest is None else round(trip.ground.true(newest) * chance.uniform(0.97, 1.0), 1)
    return {**said, "items": results, "measured": {"value": value}, "nc": nc, "overview": "", "remarks": ""}


def _found(trips: Sequence[Trip], today: date, zone: Any) -> None:
    """Visits older than a month are released; what they found is answered, shown and closed, but for some that are overdue."""
    partner, quality = (Account.objects.get(login=f"monitoring.{role}") for role in ("partner", "quality"))
    until = today - timedelta(days=35)
    for trip in trips:
        if trip.fate != "sealed" and trip.start.date() < until:
            at = trip.start + timedelta(days=20)
            Visit.objects.filter(pk=trip.visit.pk).update(released_to_partner_at=at, released_by=quality)
            NonConformity.objects.filter(visit=trip.visit).update(released_at=at)
    NonConformity.objects.filter(severity="critical").update(
        released_at=datetime.combine(today, time(0), zone), notified_at=datetime.combine(today, time(0), zone)
    )
    pictures = [blobs.keep(demo_files.picture(9000 + number)) for number in range(6)]
    rows = (
        NonConformity.objects.filter(~Q(released_at=None)).select_related("visit").order_by("opened_on", "visit__ref")
    )
    for number, row in enumerate(rows):
        if number % 14 == 3 or row.opened_on >= until:
            continue
        done = datetime.combine(row.due_on, time(11), zone)
        row.state, row.answer, row.answered_by, row.answered_at = "answered", "صُحح الوضع ودُرّب الفريق", partner, done
        row.save()
        CorrectiveAction.objects.create(
            nonconformity=row, root_cause="فريق جديد لم يُدرَّب على الإجراء", what=row.answer, who="مدير العمليات", by=row.due_on,
            made_by=partner,
        )  # fmt: skip
        picture = pictures[number % len(pictures)]
        Evidence.objects.create(
            nonconformity=row, sha256=picture.sha256, file_name=f"evidence-{number}.jpg", size=picture.size, by=partner,
            taken_at=done - timedelta(hours=2),
        )  # fmt: skip
        row.state, row.closed_by, row.closed_at = "closed", quality, done + timedelta(days=3)
        row.save()
    link_repeats(
        NonConformity.objects.filter(repeat_of=None)
        .select_related("visit__contract", "item__checklist")
        .order_by("opened_on", "ref")
    )
    index_rows(NonConformity, NonConformity.objects.all())
