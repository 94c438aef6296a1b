"""Checks of dates, counts and sums: what cannot be so, and what is odd beside the others."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lower

from rafid.methods.fieldwork import outliers

from ..models import (
    Accreditation,
    DailyProgress,
    EoreSession,
    Evidence,
    FieldReport,
    HazardState,
    HazardStep,
    ReportState,
    ReportType,
)
from ..models.hazards import TOLERANCE_M2
from .broken import Broken, said

ACCURACY_M = 10.0
"""A hand-held receiver under open sky is better than this."""
FEWEST = 8
"""Days of an operator from which on its median means something."""
COPIED = 3
"""So many sessions at one place with the same counts in different months are copied, unless they are small."""
SMALL_AUDIENCE = 12
PEOPLE = ("men", "women", "boys", "girls")


def suspected_with_direct(rows: Any) -> Any:
    """A suspected area with direct evidence ought to be confirmed."""
    direct = Evidence.objects.filter(hazard=OuterRef("pk"), direct=True)
    return rows.filter(Exists(direct), deleted_at=None, classification="SHA", state__in=("suspected", "reopened"))


def confirmed_without(rows: Any) -> Any:
    direct = Evidence.objects.filter(hazard=OuterRef("pk"), direct=True)
    return rows.filter(~Exists(direct), deleted_at=None, classification="CHA")


def dates_of_hazard(rows: Any) -> Any:
    """Information before the discovery, evidence or a step that lies before what it follows."""
    steps = HazardStep.objects.filter(hazard=OuterRef("pk"))
    earlier = steps.filter(
        Exists(
            HazardStep.objects.filter(hazard=OuterRef("hazard"), number__lt=OuterRef("number"), on__gt=OuterRef("on"))
        )
    )
    before = steps.filter(on__lt=OuterRef("suspected_on"))
    return rows.filter(Q(on__lt=F("suspected_on")) | Exists(earlier) | Exists(before), deleted_at=None)


def closed_with_ground_left(rows: Any) -> Broken:
    shut = rows.filter(deleted_at=None, state=HazardState.CLOSED, ledger__remaining_m2__gt=TOLERANCE_M2)
    return Broken(said(one, left_m2=one.ledger.remaining_m2) for one in shut.select_related("ledger"))


def more_disabled_than_people(rows: Any) -> Any:
    total = sum((Coalesce(F(name), 0) for name in PEOPLE[1:]), Coalesce(F("men"), 0))
    return rows.filter(deleted_at=None).annotate(people=total).filter(with_disability__gt=F("people"))


def odd_rate(rows: Any) -> Broken:
    """Square metres per deminer and day, beside the operator's own days of the same kind of work (MAD)."""
    own = {one.pk: one for one in rows.filter(deleted_at=None)}
    if not own:
        return Broken()
    kinds = {(one.organisation_id, one.type) for one in own.values()}
    days = DailyProgress.objects.filter(
        activity__organisation__in={one[0] for one in kinds}, activity__type__in={one[1] for one in kinds},
        activity__deleted_at=None, area_m2__gt=0, deminers__gt=0,
    ).values_list("activity", "activity__organisation", "activity__type", "day", "area_m2", "deminers")  # fmt: skip
    by_kind: dict[tuple[Any, str], list[tuple[Any, date, float]]] = defaultdict(list)
    for activity, organisation, type, day, area, deminers in days.iterator():
        by_kind[organisation, type].append((activity, day, area / deminers))
    found: dict[Any, Any] = {}
    for kind, some in by_kind.items():
        if kind not in kinds or len(some) < FEWEST:
            continue
        rates = np.array([one[2] for one in some])
        middle = float(np.median(rates))
        for at in np.flatnonzero(outliers(rates)):
            activity, day, rate = some[at]
            # Half or double the usual is weather and slope; beyond that somebody should look.
            if activity in own and activity not in found and not middle / 2.5 < rate < middle * 2.5:
                found[activity] = said(own[activity], day_of=day, rate=float(rate), usual=middle)
    return Broken(found.values())


def two_places(rows: Any) -> Broken:
    """One team on one day in two pieces of work that lie apart."""
    own = {one.pk: one for one in rows.filter(deleted_at=None).exclude(team="")}
    if not own:
        return Broken()
    teams = {one.team.lower() for one in own.values()}
    days = DailyProgress.objects.alias(team=Lower("activity__team")).filter(
        activity__organisation__in={one.organisation_id for one in own.values()}, team__in=teams,
        activity__deleted_at=None, area_m2__gt=0,
    ).values_list("activity", "activity__ref", "activity__organisation", "activity__team", "day")  # fmt: skip
    at: dict[tuple[Any, ...], set[tuple[Any, str]]] = defaultdict(set)
    for activity, ref, organisation, team, day in days.iterator():
        at[organisation, team.lower(), day].add((activity, ref))
    found: dict[Any, Any] = {}
    for (_organisation, _team, day), some in sorted(at.items(), key=lambda one: one[0][2]):
        for activity, _ref in some if len(some) > 1 else ():
            if activity in own and activity not in found:
                other = next(ref for pk, ref in sorted(some, key=lambda one: one[1]) if pk != activity)
                found[activity] = said(own[activity], other=other, day_of=day)
    return Broken(found.values())


def parts_of_day(rows: Any) -> Broken:
    """What the methods or the assets of a day add up to, beside the day's own area."""
    own = {one.pk: one for one in rows.filter(deleted_at=None)}
    days = DailyProgress.objects.filter(activity__in=list(own)).exclude(by_method={}, by_asset={})
    found: dict[Any, Any] = {}
    for day in days.order_by("day").iterator():
        for parts in (day.by_method, day.by_asset):
            numbers = [one for one in (parts or {}).values() if isinstance(one, int | float)]
            total = float(sum(numbers))
            if numbers and abs(total - day.area_m2) > max(1.0, 0.01 * day.area_m2) and day.activity_id not in found:
                found[day.activity_id] = said(own[day.activity_id], day_of=day.day, total=total, stated=day.area_m2)
    return Broken(found.values())


def coarse_position(rows: Any) -> Broken:
    """A mark whose position is known less well than ``ACCURACY_M``."""
    coarse = rows.filter(deleted_at=None, marks__accuracy_m__gt=ACCURACY_M).distinct()
    found = Broken()
    for sheet in coarse:
        mark = sheet.marks.order_by("-accuracy_m").exclude(accuracy_m=None).first()
        found.append(said(sheet, mark=mark.label, accuracy=mark.accuracy_m))
    return found


def copied_counts(rows: Any) -> Broken:
    """The same four numbers at the same place, month after month."""
    own = {one.pk: one for one in rows.filter(deleted_at=None)}
    if not own:
        return Broken()
    keys = {_key(one) for one in own.values()}
    around = EoreSession.objects.filter(
        organisation__in={one.organisation_id for one in own.values()}, place__in={one.place_id for one in own.values()}
    )
    months: dict[Any, set[tuple[int, int]]] = defaultdict(set)
    for one in around.only("organisation", "place", "on", *PEOPLE).iterator():
        if (key := _key(one)) in keys:
            months[key].add((one.on.year, one.on.month))
    return Broken(
        said(one, months=len(months[_key(one)]), counts=" · ".join(str(getattr(one, name)) for name in PEOPLE))
        for one in own.values()
        if one.audience >= SMALL_AUDIENCE and len(months[_key(one)]) >= COPIED
    )


def _key(one: EoreSession) -> tuple[Any, ...]:
    return (one.organisation_id, one.place_id, *(getattr(one, name) for name in PEOPLE))


def nobody_came(rows: Any) -> Any:
    return rows.filter(deleted_at=None, men=0, women=0, boys=0, girls=0).exclude(method__in=("media", "digital"))


def left_without_reason(rows: Any) -> Broken:
    """A completion that leaves ground and does not say why."""
    some = rows.filter(deleted_at=None, remaining_m2__gt=TOLERANCE_M2, reason="")
    return Broken(said(one, left_m2=one.remaining_m2) for one in some)


_ON_ITS_WAY = (ReportState.RECEIVED, ReportState.OPERATOR_CHECKED, ReportState.OPERATOR_APPROVED, ReportState.APPROVED)


def reference_reused(rows: Any) -> Broken:
    """One number of an operator for a report of another kind, or for another record."""
    found = Broken()
    for one in rows.filter(deleted_at=None, state__in=_ON_ITS_WAY, number__gt=1):
        earlier = FieldReport.objects.filter(
            owner=one.owner_id, organisation=one.organisation_id, reference=one.reference, number__lt=one.number
        ).order_by("-number")
        other = earlier.exclude(type=one.type).first() or (
            earlier.exclude(target=None).exclude(target=one.target).first() if one.target else None
        )
        if other is not None:
            found.append(said(one, other=str(other)))
    return found


_DAYS = ("suspected_on", "confirmed_on", "start", "end", "destroyed_on", "reported_on")


def dates_of_report(rows: Any) -> Broken:
    """A date in the report that lies after its date of information, or an end before a start."""
    found = Broken()
    for one in rows.filter(deleted_at=None, state__in=_ON_ITS_WAY):
        said_days = {name: _day(one.content.get(name)) for name in _DAYS}
        late = [day for name, day in said_days.items() if day and day > one.on and name != "end"]
        start, end = said_days["start"], said_days["end"]
        if late or (start and end and end < start):
            found.append(said(one, day_of=late[0] if late else end))
    return found


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


_CLEARANCE = ("manual", "mechanical", "dogs", "bac", "road", "eod", "ts")


def without_accreditation(rows: Any) -> Any:
    """Clearance reported by an operator that was not accredited for it that day. An authority's own teams need none."""
    granted = Accreditation.objects.filter(
        organisation=OuterRef("organisation"), state="granted", phase="operational", valid_from__lte=OuterRef("on"),
        valid_to__gte=OuterRef("on"),
    )  # fmt: skip
    of_kind = granted.filter(activity=OuterRef("kind_said"))
    cleared = Q(type=ReportType.RELEASE, content__type="cleared") & ~Exists(granted)
    worked = Q(type=ReportType.PROGRESS, content__type__in=_CLEARANCE) & ~Exists(of_kind)
    rows = rows.filter(deleted_at=None, state__in=_ON_ITS_WAY).exclude(organisation=F("owner"))
    return rows.annotate(kind_said=KeyTextTransform("type", "content")).filter(cleared | worked)


def sums_of_report(rows: Any) -> Broken:
    """A stated total beside the parts of the same report."""
    found = Broken()
    for one in rows.filter(deleted_at=None, state__in=_ON_ITS_WAY, content__has_key="total"):
        total = one.content["total"]
        parts = [one.content.get(name) for name in PEOPLE]
        if not isinstance(total, int | float) or not any(isinstance(part, int | float) for part in parts):
            continue
        added = sum(part for part in parts if isinstance(part, int | float))
        if added != total:
            found.append(said(one, total=float(added), stated=float(total)))
    return found


def shape_of_report(rows: Any) -> Broken:
    """The shape of a report that waits, judged as it was received: before anybody accepts it."""
    from ..reports.shown import odd_shapes

    some = rows.filter(deleted_at=None, state__in=_ON_ITS_WAY[:3], content__has_any_keys=["ground", "worked"])
    return Broken(
        one for one in some.exclude(type=ReportType.OTHER) if any(o["severity"] == "high" for o in odd_shapes(one))
    )
