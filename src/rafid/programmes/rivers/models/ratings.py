"""Gaugings, and the curves that make flow of stage."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history

from ..seeing import of_station
from .base import Row, TsTzRange, in_order, known, refuse, stays
from .stations import Station


class GaugingMethod(models.TextChoices):
    CURRENT_METER = "current_meter", pgettext_lazy("a gauging was made by", "Current meter")
    ADCP = "adcp", pgettext_lazy("a gauging was made by", "Acoustic Doppler profiler")
    SLOPE_AREA = "slope_area", pgettext_lazy("a gauging was made by", "Slope and area")
    VOLUMETRIC = "volumetric", pgettext_lazy("a gauging was made by", "Volume and time")


@keep_history()
class Gauging(Row):
    """A discharge that was measured at a stage."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="gaugings", verbose_name=_("Station"))
    time = models.DateTimeField(_("Time"))
    stage = models.FloatField(_("Stage, m"))
    discharge = models.FloatField(_("Discharge, m³/s"))
    method = models.CharField(
        _("Method"), max_length=14, choices=GaugingMethod.choices, default=GaugingMethod.CURRENT_METER
    )
    area = models.FloatField(_("Area, m²"), null=True, blank=True)
    mean_velocity = models.FloatField(_("Mean velocity, m/s"), null=True, blank=True)
    uncertainty_pct = models.FloatField(_("Uncertainty, %"), null=True, blank=True)
    measured_by = models.CharField(_("Measured by"), max_length=120, blank=True)
    left_out = models.TextField(_("Left out of the curve because"), blank=True)

    class Meta:
        verbose_name = _("gauging")
        verbose_name_plural = _("gaugings")
        ordering = ["time"]
        constraints = [
            models.CheckConstraint(
                condition=Q(discharge__gt=0),
                name="gauging_flows",
                violation_error_message=_("The discharge of a gauging is more than 0."),
            ),
            models.UniqueConstraint(fields=["station", "time"], name="gauging_once"),
            known("gauging_method_known", "method", GaugingMethod),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="gauging_outside_station",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("stage"),
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (SELECT 1 FROM rafid_rivers_station s WHERE s.id = NEW.station_id
                               AND (NEW.stage < s.lowest_m - 2 OR NEW.stage > s.highest_m + 2)) THEN
                        {refuse("gauging_outside_station")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_station(user)


class RatingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("a rating is", "Draft")
    PUBLISHED = "published", pgettext_lazy("a rating is", "Published")
    SUPERSEDED = "superseded", pgettext_lazy("a rating is", "Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("a rating is", "Withdrawn")


@keep_history()
class Rating(Row):
    """A stage-discharge curve of a station, one of its versions. ``curve`` is ``methods.hydrology.RatingCurve`` as JSON.

    A published curve stays. Publishing another one for part of its time ends it there (``valid_to`` becomes earlier) or
    supersedes it; ``published_at`` and ``ended_at`` tell as of when, so that the curves known at any moment can be told.
    """

    station = models.ForeignKey(Station, models.PROTECT, related_name="ratings")
    number = models.PositiveIntegerField(_("Version"))
    curve = models.JSONField(_("Curve"))
    segments = models.JSONField(_("Segments"), help_text="[{lower, upper, a, h0, b}]")
    standard_error = models.FloatField(_("Standard error of ln Q"), null=True, blank=True)
    gaugings = models.ManyToManyField(Gauging, blank=True, related_name="ratings")
    valid_from = models.DateTimeField(_("Valid from"))
    valid_to = models.DateTimeField(_("Valid to"), null=True, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=RatingState.choices, default=RatingState.DRAFT)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)
    published_by = models.ForeignKey("rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("Ended by another one at"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["station", "number"]
        constraints = [
            models.UniqueConstraint(fields=["station", "number"], name="rating_number_once"),
            in_order("rating_valid_in_order", "valid_from", "valid_to"),
            known("rating_state_known", "state", RatingState),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="rating_published_says_when"
            ),
            ExclusionConstraint(
                name="rating_one_at_a_time",
                expressions=[
                    ("station", RangeOperators.EQUAL),
                    (TsTzRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="published"),
                violation_error_message=_("Another published rating of this station is valid at that time."),
            ),
        ]
        triggers = [
            stays(
                "rating_stays",
                "station_id", "number", "curve", "segments", "standard_error", "valid_from", "published_at",
                when="OLD.state <> 'draft'",
            ),
            pgtrigger.Trigger(
                name="rating_steps",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
                func=pgtrigger.Func(
                    f"""
                    IF NOT (NEW.state = OLD.state OR (OLD.state = 'published' AND NEW.state IN ('superseded', 'withdrawn')))
                       OR (NEW.valid_to IS DISTINCT FROM OLD.valid_to
                           AND (NEW.valid_to IS NULL OR NEW.valid_to > COALESCE(OLD.valid_to, 'infinity')
                                OR NEW.ended_at IS NULL)) THEN
                        {refuse("rating_steps")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]  # fmt: skip

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_station(user)


@keep_history()
class RatingShift(Row):
    """The stage is read as so much higher or lower for a time: weed, a bar, a temporary weir."""

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="shifts")
    shift_m = models.FloatField(_("Shift, m"))
    valid_from = models.DateTimeField(_("Valid from"))
    valid_to = models.DateTimeField(_("Valid to"), null=True, blank=True)
    reason = models.TextField(_("Reason"))

    class Meta:
        verbose_name = _("shift of a rating")
        verbose_name_plural = _("shifts of ratings")
        constraints = [
            in_order("shift_valid_in_order", "valid_from", "valid_to"),
            models.CheckConstraint(condition=~Q(reason=""), name="shift_has_reason"),
            ExclusionConstraint(
                name="shift_one_at_a_time",
                expressions=[
                    ("rating", RangeOperators.EQUAL),
                    (TsTzRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another shift of this rating is valid at that time."),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_station(user, "rating__station")
