"""When and how visits are possible: security clearance, routes of a day, days and hours of work, feeds of calendars."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.names import Named

from ..seeing import MANAGERS, MONITORS, NOTHING, OFFICE, THIRD_PARTY, held, of_third_party
from .base import Row
from .people import Monitor
from .visits import Visit


@keep_history()
class ClearanceArea(Row):
    """A place that asks for a security clearance, while ``asked`` lasts."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, related_name="+", verbose_name=_("Place"))
    asked = DateRangeField(_("Days"))
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("place that asks for clearance")
        verbose_name_plural = _("places that ask for clearance")

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user)


class ClearanceState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("a clearance is", "Asked for")
    GRANTED = "granted", pgettext_lazy("a clearance is", "Granted")
    REFUSED = "refused", pgettext_lazy("a clearance is", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("a clearance is", "Withdrawn")


@keep_history()
class SecurityClearance(Row):
    """Leave to go to a place or along a route, for a time. Managers and monitors read it; each reading is logged."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    route = models.CharField(_("Route"), max_length=300, blank=True)
    valid = DateTimeRangeField(_("Valid"))
    by = models.CharField(_("Given by"), max_length=200, blank=True)
    number = models.CharField(_("Number"), max_length=80, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=ClearanceState.choices, default=ClearanceState.ASKED)

    class Meta:
        verbose_name = _("security clearance")
        verbose_name_plural = _("security clearances")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ClearanceState.values), name="clearance_state"),
            models.CheckConstraint(
                condition=Q(place__isnull=False) | ~Q(route=""),
                name="clearance_for_something",
                violation_error_message=_("Say for which place or route the clearance is."),
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | ~Q(by=""),
                name="clearance_granted_by",
                violation_error_message=_("Say who granted the clearance."),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user, roles=MANAGERS | MONITORS)


@keep_history()
class Route(Row):
    """A team's way through a day."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    day = models.DateField(_("Day"))
    lead = models.ForeignKey(Monitor, models.PROTECT, related_name="routes")
    second = models.ForeignKey(Monitor, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.FloatField(_("Minutes on the road"), default=0)
    straight = models.BooleanField(default=False, help_text="estimated: straight line × 1.3")

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        constraints = [
            models.UniqueConstraint(fields=["day", "lead"], name="route_once"),
            models.CheckConstraint(condition=Q(minutes__gte=0), name="route_minutes"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        own = Q(lead__account=user.pk) | Q(second__account=user.pk)
        return (
            of_third_party(user, place=None, roles=OFFICE)
            | of_third_party(user, owner="owner", place=None, roles=MONITORS) & own
        )


class RouteStop(models.Model):
    """A visit of a route, in its order, with the minutes to it from the one before."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="stops")
    visit = models.OneToOneField(Visit, models.PROTECT, related_name="stop")
    place_in_route = models.PositiveIntegerField()
    minutes = models.FloatField(default=0)

    class Meta:
        ordering = ("route", "place_in_route")
        constraints = [models.UniqueConstraint(fields=["route", "place_in_route"], name="route_stop_order")]

    def __str__(self) -> str:
        return f"{self.route_id} {self.place_in_route}"


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    WORKING = "working", _("Working day")
    HEAT = "heat", _("Hours of heat")
    RAMADAN = "ramadan", _("Hours of Ramadan")


@keep_history()
class CalendarDay(Row, Named):
    """Days that differ from the usual: holidays, days worked all the same, and hours in heat and Ramadan."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("Kind"), max_length=8, choices=DayKind.choices)
    days = DateRangeField(_("Days"))
    opens = models.TimeField(_("From"), null=True, blank=True)
    closes = models.TimeField(_("To"), null=True, blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="calendar_day_kind"),
            models.CheckConstraint(
                condition=~Q(kind__in=("heat", "ramadan")) | Q(opens__isnull=False, closes__gt=F("opens")),
                name="calendar_day_hours",
                violation_error_message=_("Hours begin before they end."),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return ~NOTHING if held(user, THIRD_PARTY) else NOTHING


class CalendarFeed(Row):
    """A calendar that a phone or desk subscribes to by a secret address; it names no places."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(account=user.pk)
