"""What became of findings in the demonstration: shown to the partner, answered by him, closed by others; some wait too long."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.gis.geos import Point

from rafid.commons import blobs
from rafid.commons.people.models import Account
from rafid.commons.records.search import index_rows
from rafid.methods.fieldwork import photo_facts

from .demo_people import partner_of
from .demo_pictures import SCENES, Taken, picture
from .findings.evidence import distance
from .findings.raising import link_repeats
from .models import CorrectiveAction, Evidence, NonConformity, Visit

if TYPE_CHECKING:
    from .demo_visits import Trip

OVERDUE, OF_ALL = 22, 310
_ANSWERS = (
    ("صُحح الوضع ودُرّب الفريق", "فريق جديد لم يُدرَّب على الإجراء"),
    ("کەموکوڕییەکە چارەسەر کرا و لیستی ڕۆژانە نوێ کرایەوە", "کەسێک نەبوو بەرپرسی تۆمارەکە بێت"),
    ("استُبدلت المعدات وفُحصت كلها", "لم تصل قطع الغيار في وقتها"),
    ("The team leader now checks it each morning; the log shows it.", "The morning briefing left it out."),
)
_STEPS = {
    "sent_back": "الصورة لا تُظهر ما صُحح؛ أرسلوا صورة أقرب",
    "disputed": "كان العمل متوقفاً في ذلك اليوم، ولا ينطبق البند",
}
LEFT = ("open", "answered", "sent_back", "open", "disputed", "answered")
"""Where those that wait stand, one after the other."""


def load(trips: Sequence[Trip], today: date, zone: Any) -> None:
    """Visits older than two weeks are released. Of the newest findings every third is overdue; all others are closed."""
    quality = Account.objects.get(login="monitoring.quality")
    _release(trips, today, zone, quality)
    by_visit = {trip.visit.pk: trip for trip in trips}
    rows = list(
        NonConformity.objects.filter(visit__in=by_visit)
        .exclude(released_at=None)
        .select_related("visit__site", "contract__partner")
        .order_by("opened_on", "visit__ref", "key")
    )
    unseen = NonConformity.objects.filter(visit__in=by_visit, released_at=None)
    late = round(OVERDUE * (len(rows) + unseen.count()) / OF_ALL) - unseen.filter(due_on__lt=today).count()
    count = max(2, late)
    waiting = {row.pk: LEFT[at % len(LEFT)] for at, row in enumerate(rows[-3 * count :: 3])}
    answered = [row for row in rows if waiting.get(row.pk) != "open"]
    for number, row in enumerate(answered):
        if waiting.get(row.pk) == "disputed":
            row.state, row.step_reason = "disputed", _STEPS["disputed"]
            continue
        row.state, row.answer = "answered", _ANSWERS[number % len(_ANSWERS)][0]
        row.answered_by = partner_of(row.contract.partner.ref)
        row.answered_at = datetime.combine(row.due_on, time(11), zone)
    NonConformity.objects.bulk_update(
        answered, ["state", "answer", "answered_by", "answered_at", "step_reason"], batch_size=200
    )
    answered = [row for row in answered if row.state == "answered"]
    CorrectiveAction.objects.bulk_create(
        CorrectiveAction(
            nonconformity=row, root_cause=_ANSWERS[number % len(_ANSWERS)][1], what=row.answer, who="مدير العمليات",
            by=row.due_on, made_by=row.answered_by,
        )
        for number, row in enumerate(answered)
    )  # fmt: skip
    _evidence(answered, by_visit, {pk for pk, state in waiting.items() if state == "answered"})
    for row in answered:
        row.state = waiting.get(row.pk, "closed")
        if row.state == "closed":
            row.closed_by, row.closed_at = quality, row.answered_at + timedelta(days=3)
        elif row.state == "sent_back":
            row.step_reason = _STEPS["sent_back"]
    NonConformity.objects.bulk_update(
        [row for row in answered if row.state != "answered"], ["state", "closed_by", "closed_at", "step_reason"],
        batch_size=200,
    )  # fmt: skip
    link_repeats(
        NonConformity.objects.filter(repeat_of=None, visit__in=by_visit)
        .select_related("visit__contract", "item__checklist")
        .order_by("opened_on", "ref")
    )
    index_rows(NonConformity, NonConformity.objects.filter(visit__in=by_visit))


def _release(trips: Sequence[Trip], today: date, zone: Any, quality: Account) -> None:
    until = today - timedelta(days=14)
    visits, found = [], []
    at_of = {
        trip.visit.pk: min(trip.start + timedelta(days=20), datetime.combine(today - timedelta(days=1), time(9), zone))
        for trip in trips
        if trip.fate != "sealed" and trip.start.date() < until
    }
    for visit in Visit.objects.filter(pk__in=at_of):
        visit.released_to_partner_at, visit.released_by = at_of[visit.pk], quality
        visits.append(visit)
    for row in NonConformity.objects.filter(visit__in=at_of).select_related("visit"):
        row.released_at = at_of[row.visit_id]
        if row.severity == "critical":
            # Told within the hour, and shown at once.
            row.released_at = row.notified_at = row.visit.arrived + timedelta(hours=7, minutes=20)
        found.append(row)
    Visit.objects.bulk_update(visits, ["released_to_partner_at", "released_by"], batch_size=200)
    NonConformity.objects.bulk_update(found, ["released_at", "notified_at"], batch_size=200)


def _evidence(rows: Sequence[NonConformity], trips: dict[Any, Trip], still_judged: set[Any]) -> None:
    """A picture of each correction, taken at the site; the first that is still looked at was sent for another one before."""
    data = [_picture(row, trips[row.visit_id], number) for number, row in enumerate(rows)]
    odd = next((at for at, row in enumerate(rows) if row.pk in still_judged and at > 2), None)
    if odd is not None:
        data[odd] = data[odd - 3]
    made = []
    for number, (row, kept, bytes_of) in enumerate(zip(rows, blobs.keep_all(data), data, strict=True)):
        facts = photo_facts(bytes_of)
        assert facts.latitude is not None
        assert facts.longitude is not None
        assert facts.perceptual_hash is not None
        assert row.answered_at is not None
        point = Point(facts.longitude, facts.latitude, srid=4326)
        made.append(
            Evidence(
                nonconformity=row, sha256=kept.sha256, file_name=f"evidence-{number + 1}.jpg", size=kept.size,
                by=row.answered_by, made_by=row.answered_by, taken_at=row.answered_at - timedelta(hours=2), point=point,
                distance_m=distance(row, point) if number == odd else 20.0 + 7 * (number % 9), camera=facts.camera,
                perceptual_hash=f"{facts.perceptual_hash:016x}", similar=[kept.sha256] if number == odd else [],
            )
        )  # fmt: skip
    Evidence.objects.bulk_create(made)


def _picture(row: NonConformity, trip: Trip, number: int) -> bytes:
    chance = random.Random(f"evidence {number}")  # noqa: S311 - made up, no secret
    point = trip.ground.site.exact.point
    assert row.answered_at is not None
    at = row.answered_at - timedelta(hours=2)
    taken = Taken(at, point.y + chance.uniform(-0.0004, 0.0004), point.x + chance.uniform(-0.0004, 0.0004))
    return picture(1_000_000 + number, SCENES[trip.code], f"{at:%Y-%m-%d}  {row.ref}", taken)
