"""Checklists of the demonstration, and what phones send of each visit: answers, quantities, findings and pictures."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from rafid.commons import blobs
from rafid.commons.forms import demo as forms
from rafid.commons.forms.accept import Accepted
from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.design.upload import Given, new_draft, new_form
from rafid.commons.forms.models import BackCheck, Form
from rafid.commons.forms.sender import Sender, of_phone
from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.country import country

from .checklists.sheets import TOPICS, Item, form_id, items_of, sheet, title
from .demo_contracts import IMPROVING
from .demo_pictures import SCENES, Taken, picture
from .models import Monitor

if TYPE_CHECKING:
    from .demo_visits import Trip

_NAMES = UUID("7d4f2b1c-6c3e-4f0a-8b55-0f2b7a9d3e21")
NONCONFORMITIES, DONE = 310, 560
PICTURES, REUSED, REUSER = 1500, 6, "M05"
"""Pictures of all visits; of these, such as their monitor had sent before from another site."""
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
_GOOD = (
    "يراجع قائد الفريق السجل مع كل عضو كل صباح",
    "نەخشەی شوێنەکە بە زمانی گوندەکە هەڵواسراوە",
    "The visitors' book notes each briefing and its time",
)
_GHOST = "لا أثر في الموقع لما ورد في التقرير، والأهالي لا يعرفون عنه شيئاً"


def topics_of(code: str, whole: bool) -> tuple[str, ...]:
    """A part of the demonstration has a checklist for each kind of line; the whole has all."""
    return TOPICS_OF[code] if whole else TOPICS_OF[code][:1]


def load(owner: Organisation, by: Account, times: Sequence[date], zone: Any, whole: bool) -> dict[str, Form]:
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


def phone(owner: Organisation, monitor: Monitor, lists: Mapping[str, Form]) -> Sender:
    return of_phone(forms.phone(f"{monitor.code}-C", owner, lists.values()))


def sheets(whole: bool) -> Iterator[tuple[bytes, str]]:
    """All forms that :func:`load` brings, as files."""
    rows = country().table("checklists.csv")
    for topic in sorted({topic for code in TOPICS_OF for topic in topics_of(code, whole)}):
        for version in (1, 2, 3) if whole else (1,):
            yield sheet(topic, version, items_of(topic, version, rows)), f"{form_id(topic)}.md"


@dataclass(frozen=True)
class Shot:
    """A picture before it is drawn."""

    name: str
    seed: int
    scene: str
    plate: str
    taken: Taken | None
    quality: int = 58

    @property
    def data(self) -> bytes:
        return picture(self.seed, self.scene, self.plate, self.taken, self.quality)


def topic_of(trip: Trip, whole: bool) -> str:
    topics = topics_of(trip.code, whole)
    return topics[(trip.again or trip).number % len(topics)]


def parcels(
    trips: Sequence[Trip], phones: Mapping[str, Sender], times: Sequence[date], whole: bool
) -> list[forms.Parcel]:
    rows = country().table("checklists.csv")
    done = [trip for trip in trips if trip.fate in ("done", "denied")]
    made = sum(trip.fate == "done" for trip in done)
    cases_in_all, pictures_in_all = NONCONFORMITIES * made // DONE, PICTURES * made // DONE
    found: list[tuple[Trip, bytes, list[Shot]]] = []
    known: dict[int, dict[str, Any]] = {}
    seen = wrong = drawn = 0
    album = _Album(REUSED if whole else 1)
    for trip in done:
        topic = topic_of(trip, whole)
        version = 1 + sum(trip.start.date() >= times[at] for at in (6, 12)) if whole else 1
        items, shots = items_of(topic, version, rows), []
        if trip.fate == "denied":
            answers = _about(trip)
        else:
            seen += 1
            cases = max(seen * cases_in_all // made - wrong, 0)
            if trip.again is not None:
                answers, cases = _answered_again(trip, known[trip.again.number]), 0
            else:
                answers = _answers(
                    trip, items, max(cases, int(trip.ground.ghost and wrong < cases_in_all)), wrong, times
                )
            wrong += len(answers["nc"])
            shots = album.of(trip, topic, answers, items, seen * pictures_in_all // made - drawn)
            drawn += len(shots)
            known[trip.number] = answers
        xml = forms.submission_xml(form_id(topic), str(version), instance_id(trip), answers)
        found.append((trip, xml, shots))
    kept = iter(blobs.keep_all(shot.data for _trip, _xml, shots in found for shot in shots))
    made_of = [
        forms.Parcel(
            xml, phones[trip.monitor.code], trip.start + timedelta(hours=7), [(shot.name, next(kept)) for shot in shots]
        )
        for trip, xml, shots in found
    ]
    return sorted(made_of, key=lambda parcel: parcel.received_at)


def instance_id(trip: Trip) -> str:
    return f"uuid:{uuid5(_NAMES, str(trip.number))}"


def _about(trip: Trip) -> dict[str, Any]:
    chance = random.Random(f"way {trip.number}")  # noqa: S311 - made up, no secret
    point = trip.ground.site.exact.point
    denied = trip.fate == "denied"
    return {
        "start": trip.start.isoformat(timespec="milliseconds"),
        "end": (trip.start + timedelta(minutes=chance.randrange(35, 100))).isoformat(timespec="milliseconds"),
        "about": {
            "visit": trip.visit.ref, "monitor": trip.monitor.code, "site": trip.ground.site.ref,
            "spot": f"{point.y + chance.uniform(-0.0004, 0.0004):.6f} {point.x + chance.uniform(-0.0004, 0.0004):.6f} 0 6",
            "access": "denied" if denied else "partial" if trip.number % 14 == 3 else "full",
            "why_denied": "منع الحارس الدخول" if denied else "",
        },
    }  # fmt: skip


def _answers(trip: Trip, items: Sequence[Item], cases: int, wrong: int, times: Sequence[date]) -> dict[str, Any]:
    chance = random.Random(f"visit {trip.number}")  # noqa: S311 - made up, no secret
    partner = trip.ground.site.partner
    good = 0.72 + 0.05 * trip.quarter if partner and partner.ref == IMPROVING else 0.95
    if trip.ground.ghost:
        good = 0.3
    results = {one.code: "yes" if one.severity == "critical" or chance.random() < good else "no" for one in items}
    if trip.number % 11 == 2:
        results[items[-1].code] = "na"
    nc = []
    for number in range(wrong, wrong + cases):
        severity = "critical" if number % 22 == 5 else "major" if number % 4 == 0 or trip.ground.ghost else "minor"
        item = chance.choice([one for one in items if one.severity == severity])
        results[item.code] = "no"
        nc.append(
            {
                "item": item.code,
                "severity": severity,
                "text": _GHOST if trip.ground.ghost else chance.choice(_WHAT),
                "stop_work": "yes" if severity == "critical" else "",
                "photo": "",
            }
        )
    newest = max((at for at in range(len(times)) if times[at] <= trip.start.date()), default=None)
    # A count or a measurement of the monitor's own: as often a little more as a little less.
    value = "" if newest is None else round(trip.ground.true(newest) * chance.uniform(0.985, 1.015), 1)
    remarks = _GHOST if trip.ground.ghost else ""
    return {
        **_about(trip), "items": results, "measured": {"value": value}, "found": len(nc), "nc": nc, "pictures": [],
        "overview": "", "good_practice": _GOOD[trip.number // 12 % len(_GOOD)] if trip.number % 12 == 5 else "",
        "remarks": remarks,
    }  # fmt: skip


def _answered_again(trip: Trip, first: Mapping[str, Any]) -> dict[str, Any]:
    """A second visit: most is as it was, one answer in ten is another."""
    chance = random.Random(f"again {trip.number}")  # noqa: S311 - made up, no secret
    made = copy.deepcopy(dict(first))
    results = made["items"]
    for code in results:
        if results[code] == "no" and not code.endswith("_photo") and chance.random() < 0.5:
            results[code] = "yes"
    for code in [code for code in results if code.endswith("_photo")]:
        del results[code]
    made.update(_about(trip), found=0, nc=[], pictures=[], overview="", good_practice="")
    return made


class _Album:
    """Which pictures a visit brings along; some of one monitor's were taken at an earlier visit."""

    def __init__(self, reused: int) -> None:
        self.left = reused
        self.earlier: dict[tuple[str, str], Shot] = {}

    def of(self, trip: Trip, topic: str, answers: dict[str, Any], items: Sequence[Item], count: int) -> list[Shot]:
        """Writes their names into ``answers``: one of the site, one of each finding, then of items that failed, then more."""
        shots = [self._shot(trip, 1)]
        reused = self.earlier.get((trip.monitor.code, topic)) or self.earlier.get(("", topic))
        if trip.monitor.code == REUSER and trip.quarter >= 2 and self.left and reused and not trip.again:
            self.left -= 1
            # Sent on by somebody, saved again on the way: neither time nor place is left in it.
            shots[0] = Shot(shots[0].name, reused.seed, reused.scene, reused.plate, None, 46)
        else:
            self.earlier[trip.monitor.code, topic] = self.earlier["", topic] = shots[0]
        answers["overview"] = shots[0].name
        for case in answers["nc"][: max(0, count - 1)]:
            shots.append(self._shot(trip, len(shots) + 1))
            case["photo"] = shots[-1].name
        for item in items:
            if item.evidence and answers["items"][item.code] == "no" and len(shots) < count:
                shots.append(self._shot(trip, len(shots) + 1))
                answers["items"][f"{item.code}_photo"] = shots[-1].name
        while len(shots) < count:
            shots.append(self._shot(trip, len(shots) + 1))
            answers["pictures"].append({"photo": shots[-1].name})
        return shots

    def _shot(self, trip: Trip, number: int) -> Shot:
        chance = random.Random(f"picture {trip.number} {number}")  # noqa: S311 - made up, no secret
        point = trip.ground.site.exact.point
        taken = Taken(
            trip.start + timedelta(minutes=4 + 7 * number), point.y + chance.uniform(-0.0006, 0.0006),
            point.x + chance.uniform(-0.0006, 0.0006),
        )  # fmt: skip
        plate = f"{trip.start:%Y-%m-%d}  {trip.visit.ref}"
        return Shot(f"{trip.visit.ref}-{number}.jpg", 20 * trip.number + number, SCENES[trip.code], plate, taken)


def back_checks(
    trips: Sequence[Trip], accepted: Sequence[Accepted], lists: Mapping[str, Form], whole: bool, by: Account
) -> None:
    known = {one.instance_id: one.submission for one in accepted}
    rows = country().table("checklists.csv")
    for trip in trips:
        if trip.again is None:
            continue
        topic = topic_of(trip, whole)
        items = {f"items-{one.code}": 2 for one in items_of(topic, 1, rows)}
        BackCheck.objects.create(
            form=lists[topic], original_id=known[instance_id(trip.again)], repeated_id=known[instance_id(trip)],
            basis="risk" if trip.number % 2 else "random", items={**items, "measured-value": 3}, drawn_by=by,
            due_on=trip.start.date(),
        )  # fmt: skip
