"""Reports as lists: what waits for me, what is under way, what is decided."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rafid.commons.filters import Filters
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import places_within

from ..models import FieldReport, ReportState, ReportType
from .gates import OPEN, waiting_for

SHOWS = {
    "mine": _("Waiting for me"),
    "open": _("Under way"),
    "rejected": _("Rejected reports"),
    "decided": _("Accepted reports"),
    "all": _("All reports"),
}


def of_show(user: Any, show: str) -> Any:
    rows = FieldReport.objects.visible_to(user)
    if show == "mine":
        return waiting_for(user)
    if show == "open":
        return rows.filter(state__in=OPEN).order_by("known_at", "pk")
    if show == "rejected":
        return rows.filter(state=ReportState.REJECTED).order_by("-known_at", "-pk")
    if show == "decided":
        return rows.filter(state=ReportState.APPROVED).order_by("-accepted_at", "-pk")
    return rows.order_by("-known_at", "-pk")


def inbox(user: Any, filters: Filters, place: Any, usual: str) -> tuple[str, Any]:
    """Which list the address asks for, and its rows."""
    show = filters.one_of("show", _("List"), SHOWS.keys(), usual, SHOWS[usual])
    rows = of_show(user, show)
    if kind := filters.one_of("type", _("Kind"), ReportType.values, ""):
        rows = rows.filter(type=kind)
    if operator := filters.query.get("operator", ""):
        if operator in operators(user).values_list("ref", flat=True):
            rows = rows.filter(organisation__ref=operator)
        else:
            filters.wrong("operator", _("Operator"))
    if words := " ".join(filters.query.get("q", "").replace("\x00", "").split()):
        rows = rows.filter(Q(reference__icontains=words) | Q(ref__iexact=words))
    if place is not None:
        rows = rows.filter(place__in=places_within(place.pk))
    return show, rows.select_related("organisation", "place", "owner", "checked_by", "endorsed_by")


def operators(user: Any) -> Any:
    """Operators of which the person sees a report."""
    seen = FieldReport.objects.visible_to(user).values("organisation")
    return Organisation.objects.filter(pk__in=seen).order_by("ref")


def counts(user: Any) -> dict[str, int]:
    return {show: of_show(user, show).count() for show in ("mine", "open", "rejected")}


def age(report: FieldReport) -> int:
    """Days since it came in."""
    return int((timezone.now() - report.known_at).days)
