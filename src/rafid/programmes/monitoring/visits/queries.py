"""Visits as others read them: the same facts for pages and the API. All of it starts from ``visible_to``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from rafid.commons.forms.models import Attachment
from rafid.commons.forms.photos import PICTURES
from rafid.methods.fieldwork import distances_m

from ..models import Answer, Assessment, Declaration, ExactPlace, Visit
from .pictures import open_names, seen_whole


def visits_seen(user: Any) -> QuerySet[Visit]:
    """With ``conflict``: had its lead an open declaration about the partner on that day?"""
    day = OuterRef("planned_on")
    open_then = Declaration.objects.filter(
        ~Q(relation="none"), Q(until=None) | Q(until__gte=day), monitor=OuterRef("lead"),
        partner=OuterRef("contract__partner"), since__lte=day,
    )  # fmt: skip
    return (
        Visit.objects.visible_to(user)
        .select_related("site", "contract__partner", "plan", "lead", "second", "checklist", "place", "submission")
        .annotate(conflict=Exists(open_then))
    )


def visited_on(visit: Visit) -> date | None:
    """The country's day on which somebody arrived."""
    return timezone.localdate(visit.arrived) if visit.arrived else None


def summary(visit: Visit) -> dict[str, Any]:
    return {
        "id": str(visit.pk), "site": visit.site.ref, "plan": str(visit.plan_id) if visit.plan_id else None,
        "type": visit.type, "state": visit.state, "access": visit.access or None, "planned_on": visit.planned_on,
        "visited_on": visited_on(visit), "score": visit.score, "verdict": visit.verdict or None,
        "failed_critical": list(visit.failed_critical),
    }  # fmt: skip


def whole(visit: Any, user: Any) -> dict[str, Any]:
    standing = standing_of(visit, user)
    return {
        **summary(visit),
        "monitor": str(visit.lead) if visit.lead else None,
        "conflict_declared": visit.conflict,
        "weights": dict(standing.weights) if standing else dict(visit.contract.weights),
        "answers": [
            {"item": one.item.code, "severity": one.severity, "result": one.result}
            for one in answers_of(standing, user)
        ],
        "photos": [
            {"sha256": one.sha256, "taken_at": one.taken_at, "distance_m": one.distance_m}
            for one in photos_of(visit, user)
        ],
    }


def standing_of(visit: Visit, user: Any) -> Assessment | None:
    """The assessment that counts today."""
    return Assessment.objects.visible_to(user).filter(visit=visit, superseded_at=None).first()


def history_of(visit: Visit, user: Any) -> list[Assessment]:
    """Every score that was ever computed, newest first."""
    return list(Assessment.objects.visible_to(user).filter(visit=visit).order_by("-number"))


def answers_of(assessment: Assessment | None, user: Any) -> list[Answer]:
    if assessment is None:
        return []
    rows = Answer.objects.visible_to(user).filter(assessment=assessment).select_related("item")
    return list(rows.order_by("item__place_in_list"))


@dataclass(frozen=True)
class Photo:
    """``distance_m`` from the site; None where either is not known. ``point`` is for those who read exact places."""

    name: str
    sha256: str
    taken_at: datetime | None
    received_at: datetime | None
    point: Point | None
    distance_m: float | None


def photos_of(visit: Visit, user: Any = None) -> list[Photo]:
    """The pictures that came with a visit, as far as this person may look at them; all of them where nobody is named. Where
    they were taken is another question."""
    if visit.submission is None:
        return []
    rows = list(
        Attachment.objects.filter(
            submission=visit.submission_id, sha256__isnull=False, replaced_by=None, media_type__in=PICTURES
        ).order_by("name")
    )
    if user is not None and not seen_whole(visit.submission, user):
        names = open_names([visit.submission.pk], user).get(visit.submission.pk, set())
        rows = [one for one in rows if one.name in names]
    place = exact_point(visit)
    found = []
    for one in rows:
        metres = None
        if place is not None and one.location is not None:
            metres = round(float(distances_m(one.location.y, one.location.x, place.y, place.x)), 1)
        found.append(Photo(one.name, one.sha256 or "", one.taken_at, one.arrived_at, one.location, metres))
    return found


def exact_point(visit: Visit) -> Point | None:
    """For measuring from, never for showing: whoever shows it asks ``reading.exact_places``."""
    found: Point | None = ExactPlace.objects.filter(site=visit.site_id).values_list("point", flat=True).first()
    return found


def newest_first(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    return rows.order_by(F("planned_on").desc(nulls_last=True), "-pk")


def earlier_of(visit: Visit, user: Any, most: int = 5) -> list[Visit]:
    """What was seen at the same site before."""
    rows = Visit.objects.visible_to(user).filter(site=visit.site_id, arrived__isnull=False).exclude(pk=visit.pk)
    return list(rows.order_by("-arrived")[:most])
