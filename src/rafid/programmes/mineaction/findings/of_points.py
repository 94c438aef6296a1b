"""Checks of where something happened: an accident or a find on ground that was closed is an alarm at once."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Trim

from ..models import Activity, Hazard, HazardState, HazardStep, Release

SHUT = (HazardState.CLOSED, HazardState.CANCELLED)


def on_closed_ground(rows: Any, *, day: str = "on") -> Any:
    """A hazard there was closed or cancelled before that day and none is open, or the ground was released before it. What was
    found while the ground was worked on is no alarm."""
    there = Hazard.objects.filter(ground__covers=OuterRef("point"))
    ended = HazardStep.objects.filter(hazard=OuterRef("pk"), new__in=SHUT).order_by("-number").values("on")[:1]
    shut = there.filter(state__in=SHUT).annotate(ended=Coalesce(Subquery(ended), F("on")))
    shut = shut.filter(ended__lt=OuterRef(day)).order_by("-ended", "-ref")
    opened = there.exclude(state__in=(*SHUT, HazardState.DISCARDED, HazardState.REPORTED))
    released = Release.objects.filter(ground__covers=OuterRef("point"), on__lt=OuterRef(day), replaced_by=None)
    again = opened.filter(
        Q(reopened_on__gt=Subquery(_released_on(day))) | Q(suspected_on__gt=Subquery(_released_on(day)))
    )
    rows = rows.filter(deleted_at=None).exclude(point=None)
    rows = rows.annotate(
        is_shut=Exists(shut), is_open=Exists(opened), is_released=Exists(released), is_again=Exists(again),
        other=Subquery(shut.values("ref")[:1]), released_by=Subquery(released.order_by("-on").values("ref")[:1]),
    )  # fmt: skip
    rows = rows.annotate(
        there=Trim(Concat(Coalesce("other", Value("")), Value(" "), Coalesce("released_by", Value(""))))
    )
    return rows.filter(Q(is_shut=True, is_open=False) | Q(is_released=True, is_again=False))


def _released_on(day: str) -> Any:
    """The day on which ground at the point of the row outside was released last. Two levels out: a hazard lies between."""
    return (
        Release.objects.filter(
            ground__covers=OuterRef(OuterRef("point")), on__lt=OuterRef(OuterRef(day)), replaced_by=None
        )
        .order_by("-on")
        .values("on")[:1]
    )


def find_outside_work(rows: Any) -> Any:
    """Found outside the ground on which its activity worked, or outside its hazard where no worked ground is drawn."""
    rows = rows.filter(deleted_at=None).exclude(point=None).select_related("activity", "hazard")
    worked = Q(activity__worked__isnull=False)
    outside = ~Exists(Hazard.objects.filter(pk=OuterRef("hazard"), ground__dwithin=(OuterRef("point"), 0.0003)))
    not_worked = ~Exists(Activity.objects.filter(pk=OuterRef("activity"), worked__dwithin=(OuterRef("point"), 0.0003)))
    return rows.filter((worked & not_worked) | (~worked & Q(hazard__ground__isnull=False) & outside))
