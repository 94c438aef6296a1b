"""Reads that the pages, the exports and the API of a register share: one filter, the same rows everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import organisations_within, places_within
from rafid.commons.places.models import Place
from rafid.methods.text import fold

from .models import RecordQuerySet, SearchEntry
from .registers import Register


def by_ref(rows: Any, ref: str) -> Any:
    """One row by its readable reference or its id; Http404 where the person sees none."""
    try:
        found = rows.filter(pk=UUID(ref)).first()
    except ValueError:
        found = rows.filter(ref=ref).first() if "\x00" not in ref else None
    if found is None:
        raise Http404
    return found


def period_days(period: str) -> tuple[date, date] | None:
    """First day and the day after the last of 2026, 2026Q1, 202609 or 2026W5; None for anything else."""
    try:
        if "Q" in period:
            year, quarter = int(period[:4]), int(period[5:])
            first = date(year, 3 * quarter - 2, 1)
            return first, date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
        if "W" in period:
            monday = date.fromisocalendar(int(period[:4]), int(period[5:]), 1)
            return monday, monday + timedelta(days=7)
        if len(period) == 6:
            year, month = int(period[:4]), int(period[4:])
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        if len(period) == 4:
            return date(int(period), 1, 1), date(int(period) + 1, 1, 1)
    except ValueError:
        pass
    return None


def filtered(register: Register, user: Any, asked: Mapping[str, str]) -> RecordQuerySet:
    """The rows that ``user`` may see, by ``place``, ``period``, ``organisation``, ``state`` and ``q`` of the address.

    An unknown place or organisation finds nothing, rather than everything.
    """
    rows: RecordQuerySet = register.model.objects.visible_to(user)
    if asked.get("place"):
        place = Place.objects.filter(ref=asked["place"].replace("\x00", "")).first()
        rows = rows.filter(place__in=places_within(place.pk)) if place else rows.none()
    if asked.get("organisation"):
        owner = Organisation.objects.filter(ref=asked["organisation"].replace("\x00", "")).first()
        rows = rows.filter(owner__in=organisations_within(owner.pk)) if owner else rows.none()
    if asked.get("state") in [code for code, _name in register.states]:
        rows = rows.filter(state=asked["state"])
    if asked.get("period"):
        days = period_days(asked["period"])
        field = register.declared.period or "known_at"
        rows = rows.filter(**{f"{field}__gte": days[0], f"{field}__lt": days[1]}) if days else rows.none()
    if asked.get("q"):
        text = fold(asked["q"])
        found = SearchEntry.objects.filter(kind=register.kind)
        for word in text.split():
            found = found.filter(text__contains=word)
        rows = rows.filter(Q(pk__in=found.values("record_id")) | Q(ref__iexact=asked["q"].replace("\x00", "")))
    return rows
