"""How fast somebody would have had to travel from one visit to the next of the same day."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from rafid.methods.fieldwork import distances_m, travel_speeds_kmh

from .batch import Batch, Found, Visit, visits_of


@dataclass(frozen=True, slots=True)
class Journey:
    """From the visit before to this one. ``kmh`` is infinite where there was no time between."""

    before: Visit
    metres: float
    seconds: float
    kmh: float


def run(batch: Batch) -> Iterable[Found]:
    limit = batch.limits["travel_speed_kmh"]
    for pk, (visit, journey) in batch.once(journeys).items():
        if journey.kmh > limit:
            at_once = math.isinf(journey.kmh)
            yield Found(
                "too_fast_travel",
                pk,
                visit.version,
                value=None if at_once else str(round(journey.kmh, 1)),
                expected=str(round(limit)),
                evidence={
                    "instance_id": journey.before.instance_id,
                    "metres": round(journey.metres, 1),
                    "seconds": round(journey.seconds),
                    "kmh": None if at_once else round(journey.kmh, 1),
                    "limit": limit,
                },
            )


def journeys(batch: Batch) -> dict[UUID, tuple[Visit, Journey]]:
    """Of each visit that has one before it on its day; also of those that follow a visit of the batch."""
    days: dict[tuple[UUID, str, date], list[Visit]] = defaultdict(list)
    for visit in batch.visits.values() if not batch.part else _same_days(batch):
        if visit.interviewer and visit.begun and visit.latitude is not None:
            days[visit.owner, visit.interviewer, timezone.localdate(visit.begun)].append(visit)
    found: dict[UUID, tuple[Visit, Journey]] = {}
    for visits in days.values():
        if len(visits) < 2:
            continue
        visits.sort(key=lambda one: (one.begun, one.id))
        latitude, longitude = [one.latitude for one in visits], [one.longitude for one in visits]
        start = [one.begun.timestamp() for one in visits]  # type: ignore[union-attr]
        end = [(one.ended_at or one.begun).timestamp() for one in visits]  # type: ignore[union-attr]
        speeds = travel_speeds_kmh(latitude, longitude, start, end)
        metres = distances_m(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])
        for at, visit in enumerate(visits[1:]):
            journey = Journey(visits[at], float(metres[at]), start[at + 1] - end[at], float(speeds[at]))
            found[visit.id] = (visit, journey)
    return found


def _same_days(batch: Batch) -> list[Visit]:
    """The visits of the batch's interviewers around the batch's days."""
    own = [visit for visit in batch.visits.values() if visit.interviewer and visit.begun]
    if not own:
        return []
    begun = [visit.begun for visit in own if visit.begun]
    return visits_of(
        batch.form.pk,
        None,
        "AND s.interviewer = ANY(%s) AND coalesce(s.started_at, s.ended_at)"
        " BETWEEN %s::timestamptz - interval '1 day' AND %s::timestamptz + interval '1 day'",
        [list({visit.interviewer for visit in own}), min(begun), max(begun)],
    )
