"""Work on the ground: surveys, clearance, disposal, and what each day brought."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_work
from .base import Register, Row, in_order, known, not_after_today, not_less, refuse, valid_shape
from .codes import ActivityKind


class ActivityState(models.TextChoices):
    UNDER_WAY = "under_way", pgettext_lazy("work is", "Under way")
    SUSPENDED = "suspended", pgettext_lazy("work is", "Suspended")
    FINISHED = "finished", pgettext_lazy("work is", "Finished")


@keep_history()
class Activity(Register):
    """A piece of work of one operator, from its first day to its last. ``end`` is empty while it goes on."""

    REF_PREFIX = "A"
    LETTERS = "A"

    type = models.CharField(_("Kind"), max_length=14, choices=ActivityKind.choices)
    state = models.CharField(
        _("State"), max_length=12, choices=ActivityState.choices, default=ActivityState.UNDER_WAY, editable=False
    )
    task = models.ForeignKey(
        "Task", models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("Task")
    )
    team = models.CharField(_("Team"), max_length=60, blank=True)
    start = models.DateField(_("Start date"))
    end = models.DateField(_("End date"), null=True, blank=True)
    hazards = models.ManyToManyField("Hazard", blank=True, related_name="activities", verbose_name=_("Hazards"))
    worked = models.MultiPolygonField(_("Worked ground"), srid=4326, null=True, blank=True, editable=False)
    comment = models.TextField(_("Comment"), blank=True)
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="activities"
    )

    class Meta(Register.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            known("activity_type_known", "type", ActivityKind),
            known("activity_state_known", "state", ActivityState),
            in_order("activity_ends_after_start", "start", "end"),
            valid_shape("activity_worked_valid", "worked"),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(end__isnull=False),
                name="activity_finished_has_end",
                violation_error_message=_("Finished work has a last day. Enter it."),
            ),
        ]
        triggers = [*record_triggers(), not_after_today("on", "start", "end")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


class Stop(models.TextChoices):
    WEATHER = "weather", pgettext_lazy("work stopped for", "Weather")
    SECURITY = "security", pgettext_lazy("work stopped for", "Security")
    ACCIDENT = "accident", pgettext_lazy("work stopped for", "Accident")
    OTHER = "other", pgettext_lazy("work stopped for", "Another reason")


@keep_history()
class DailyProgress(Row):
    """What an activity did on one day. ``by_method`` and ``by_asset``: {code: m²}. A correction changes the row, with its
    ``number`` one higher; the earlier one stays in the history."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="days")
    day = models.DateField(_("Day"))
    number = models.PositiveIntegerField(_("Version"), default=1)
    area_m2 = models.FloatField(_("Area, m²"), default=0)
    by_method = models.JSONField(_("By method"), default=dict, blank=True)
    by_asset = models.JSONField(_("By asset"), default=dict, blank=True)
    deminers = models.PositiveIntegerField(_("Deminers"), null=True, blank=True)
    hours = models.FloatField(_("Hours of work"), null=True, blank=True)
    stops = ArrayField(
        models.CharField(max_length=8, choices=Stop.choices), verbose_name=_("Stopped for"), default=list, blank=True
    )
    stop_hours = models.FloatField(_("Hours lost"), null=True, blank=True)
    items_found = models.PositiveIntegerField(_("Items found"), default=0)
    comment = models.TextField(_("Comment"), blank=True)
    report = models.ForeignKey("FieldReport", models.PROTECT, null=True, blank=True, related_name="days")

    class Meta:
        verbose_name = _("day of work")
        verbose_name_plural = _("days of work")
        ordering = ("activity", "day")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "day"],
                name="progress_day_once",
                violation_error_message=_("This day of the activity is entered already. Correct it there."),
            ),
            not_less("progress_measures", "area_m2", "hours", "stop_hours"),
        ]
        triggers = [
            not_after_today("day"),
            pgtrigger.Trigger(
                name="day_outside_activity",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("day", "activity_id"),
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_mineaction_activity a WHERE a.id = NEW.activity_id
                        AND (NEW.day < a.start OR NEW.day > a."end")
                    ) THEN
                        {refuse("day_outside_activity")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user, "activity")
