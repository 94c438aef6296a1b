"""Field books as they were written: one sheet a polygon, its points as typed, and what was derived from them."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_work
from .base import Register, Row, known, not_after_today, refuse, valid_shape
from .hazard_proofs import TAKING
from .travelling import points_on_sheet, sheet_travels


class North(models.TextChoices):
    GRID = "grid", pgettext_lazy("which north", "Grid north")
    TRUE = "true", pgettext_lazy("which north", "True north")
    MAGNETIC = "magnetic", pgettext_lazy("which north", "Magnetic north")
    UNKNOWN = "unknown", pgettext_lazy("which north", "Not known")


class BearingUnit(models.TextChoices):
    DEGREES = "degrees", pgettext_lazy("unit of bearings", "Degrees")
    MILS = "mils", pgettext_lazy("unit of bearings", "Mils (6400)")
    GON = "gon", pgettext_lazy("unit of bearings", "Gon (400)")


class DistanceUnit(models.TextChoices):
    METRES = "m", pgettext_lazy("unit of distances", "Metres")
    FEET = "ft", pgettext_lazy("unit of distances", "Feet")
    YARDS = "yd", pgettext_lazy("unit of distances", "Yards")


class Taped(models.TextChoices):
    GROUND = "ground", pgettext_lazy("distances are", "Taped on the ground")
    GRID = "grid", pgettext_lazy("distances are", "On the grid")


@keep_history(exclude=("book",))
class SurveySheet(Register):
    """One polygon as it was written. ``on`` is the day of observation. What is derived is never typed; an accepted sheet is
    never edited: a correction is a new sheet with ``replaces``."""

    REF_PREFIX = "SH"
    LETTERS = "S"

    state = models.CharField(
        _("State"), max_length=12, choices=[("draft", _("Draft")), ("accepted", _("Accepted"))], default="draft",
        editable=False,
    )  # fmt: skip
    crs_code = models.CharField(_("Coordinate system"), max_length=20, default="EPSG:32638")
    datum = models.CharField(_("Datum"), max_length=40, blank=True)
    north = models.CharField(_("North"), max_length=8, choices=North.choices, default=North.UNKNOWN)
    instrument = models.CharField(_("Instrument"), max_length=120, blank=True)
    bearing_unit = models.CharField(
        _("Unit of bearings"), max_length=8, choices=BearingUnit.choices, default=BearingUnit.DEGREES
    )
    distance_unit = models.CharField(
        _("Unit of distances"), max_length=2, choices=DistanceUnit.choices, default=DistanceUnit.METRES
    )
    taped = models.CharField(_("Distances"), max_length=6, choices=Taped.choices, default=Taped.GROUND)
    declination_given = models.FloatField(_("Declination as written, degrees"), null=True, blank=True)
    observer = models.CharField(_("Observer"), max_length=120, blank=True)
    closes = models.BooleanField(_("The last leg returns to the start"), default=False)
    scan = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 in the store")
    scan_name = models.CharField(max_length=200, blank=True, editable=False)
    hazard = models.ForeignKey("Hazard", models.PROTECT, null=True, blank=True, related_name="sheets")
    release = models.ForeignKey("Release", models.PROTECT, null=True, blank=True, related_name="sheets")
    report = models.ForeignKey("FieldReport", models.PROTECT, null=True, blank=True, related_name="sheets")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    readings = models.JSONField(
        default=dict, blank=True, editable=False, help_text="readings that a person applied, with what stood before"
    )
    accepted_at = models.DateTimeField(_("Accepted"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    points = models.JSONField(default=list, blank=True, editable=False, help_text="[[east, north], …] of the grid")
    ground = models.MultiPolygonField(srid=4326, null=True, blank=True, editable=False)
    plane_area = models.FloatField(_("Plane area, m²"), null=True, editable=False)
    ellipsoidal_area = models.FloatField(_("Area, m²"), null=True, editable=False)
    declination = models.FloatField(_("Declination, degrees"), null=True, editable=False)
    convergence = models.FloatField(_("Convergence, degrees"), null=True, editable=False)
    scale = models.FloatField(_("Scale"), null=True, editable=False)
    misclosure_m = models.FloatField(_("Closing error, m"), null=True, editable=False)
    ratio = models.FloatField(_("Closing error, one in"), null=True, editable=False)
    adjusted = models.BooleanField(_("Adjusted"), default=False, editable=False)
    method_version = models.CharField(max_length=40, blank=True, editable=False)
    book = models.JSONField(
        _("Points as typed"),
        default=list,
        blank=True,
        editable=False,
        help_text="as they go to other nodes; triggers keep it",
    )

    class Meta(Register.Meta):
        verbose_name = _("survey sheet")
        verbose_name_plural = _("survey sheets")
        constraints = [
            known("sheet_north_known", "north", North),
            known("sheet_bearing_unit_known", "bearing_unit", BearingUnit),
            known("sheet_distance_unit_known", "distance_unit", DistanceUnit),
            known("sheet_taped_known", "taped", Taped),
            valid_shape("sheet_ground_valid"),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(accepted_at__isnull=False, ground__isnull=False) & ~Q(north="unknown"),
                name="sheet_accepted_is_drawn",
                violation_error_message=_("A sheet is accepted when it is drawn and its north is known."),
            ),
        ]
        triggers = [
            *record_triggers(derived=("book",)),
            not_after_today("on"),
            *sheet_travels(),
            pgtrigger.Trigger(
                name="points_go_with_sheet",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="old_rows"),
                # Points have no history of their own: an import that is undone takes its sheets back, and they go along.
                func=pgtrigger.Func(
                    "DELETE FROM rafid_mineaction_surveypoint p USING old_rows s WHERE p.sheet_id = s.id; RETURN NULL;"
                ),
            ),
            pgtrigger.Trigger(
                name="sheet_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'accepted'"),
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' THEN
                        {refuse("sheet_stays")}
                    END IF;
                    IF to_jsonb(NEW) - ARRAY['version', 'hazard_id', 'release_id', 'book', 'deleted_at', 'deleted_why']
                       IS DISTINCT FROM
                       to_jsonb(OLD) - ARRAY['version', 'hazard_id', 'release_id', 'book', 'deleted_at', 'deleted_why']
                    THEN
                        {refuse("sheet_stays")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


class Mark(models.TextChoices):
    LANDMARK = "LM", _("Landmark")
    BENCHMARK = "BM", _("Benchmark")
    START = "SP", _("Starting point")
    TURNING = "TP", _("Turning point")
    INTERMEDIATE = "IP", _("Intermediate point")


class Entry(models.TextChoices):
    RELATIVE = "relative", pgettext_lazy("a point is entered", "By bearing and distance")
    ABSOLUTE = "absolute", pgettext_lazy("a point is entered", "By coordinates")


class FixedBy(models.TextChoices):
    GPS = "GPS", "GPS"
    DGPS = "DGPS", "DGPS"
    MAP = "map", pgettext_lazy("a point is fixed by", "Map")
    TAPE = "tape", pgettext_lazy("a point is fixed by", "Tape and compass")


class SurveyPoint(Row):
    """A point of a sheet as typed: by bearing and distance from another, or by coordinates; texts, so that nothing is lost."""

    sheet = models.ForeignKey(SurveySheet, models.CASCADE, related_name="marks")
    mark = models.CharField(_("Kind"), max_length=2, choices=Mark.choices)
    label = models.CharField(_("Label"), max_length=12)
    order = models.PositiveIntegerField()
    origin = models.CharField(
        _("Measured from"), max_length=12, blank=True, help_text="label of another point; empty: before"
    )
    entry = models.CharField(_("Entered"), max_length=8, choices=Entry.choices, default=Entry.RELATIVE)
    bearing = models.CharField(_("Bearing"), max_length=40, blank=True)
    distance = models.CharField(_("Distance"), max_length=40, blank=True)
    x_entered = models.CharField(_("East or longitude, as typed"), max_length=60, blank=True)
    y_entered = models.CharField(_("North or latitude, as typed"), max_length=60, blank=True)
    fixed_by = models.CharField(_("Fixed by"), max_length=4, choices=FixedBy.choices, blank=True)
    accuracy_m = models.FloatField(_("Accuracy, m"), null=True, blank=True)
    point = models.PointField(srid=4326, null=True, blank=True, editable=False, help_text="derived")

    class Meta:
        verbose_name = _("point of a sheet")
        verbose_name_plural = _("points of sheets")
        ordering = ("sheet", "order")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "order"], name="survey_point_order"),
            models.UniqueConstraint(
                fields=["sheet", "label"],
                name="survey_point_label",
                violation_error_message=_("Two points of the sheet have the same label. Give each its own."),
            ),
        ]
        triggers = [
            *points_on_sheet(),
            pgtrigger.Trigger(
                name="point_of_accepted_sheet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_mineaction_surveysheet s
                        WHERE s.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END AND s.state = 'accepted'
                    ) AND NOT ({TAKING}) THEN
                        {refuse("sheet_stays")}
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user, "sheet")
