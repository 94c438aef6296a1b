"""Where water is measured, and what is measured there."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.triggers import record_triggers

from ..codes import VARIABLES, Aggregation, Origin, StationKind, StationStatus, Step
from ..seeing import SERIES, STATION, visible_here
from .base import Register, known, refuse


@keep_history()
class Station(Named, Register):
    """A gauge, a dam, a rain gauge, a virtual station of a satellite. Its ``ref`` is its code."""

    REF_PREFIX = "ST"

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    node = models.ForeignKey(
        "RiverNode", models.PROTECT, null=True, blank=True, related_name="stations", verbose_name=_("River node")
    )
    station_kind = models.CharField(_("Kind"), max_length=12, choices=StationKind.choices)
    status = models.CharField(_("Status"), max_length=10, choices=StationStatus.choices, default=StationStatus.ACTIVE)
    point = models.PointField(_("Position"), srid=4326)
    river = models.CharField(_("River"), max_length=60, blank=True)
    gauge_zero_m = models.FloatField(_("Gauge zero, m"), null=True, blank=True)
    datum = models.CharField(_("Datum"), max_length=60, blank=True)
    zero_as_of = models.DateField(_("Gauge zero as of"), null=True, blank=True)
    catchment_km2 = models.FloatField(_("Catchment, km²"), null=True, blank=True)
    lowest_m = models.FloatField(_("Lowest stage ever read, m"), null=True, blank=True)
    highest_m = models.FloatField(_("Highest stage ever read, m"), null=True, blank=True)
    foreign = models.BooleanField(_("Abroad"), default=False)
    source_text = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta(Register.Meta):
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = [
            known("station_kind_known", "station_kind", StationKind),
            known("station_status_known", "status", StationStatus),
            models.CheckConstraint(
                condition=Q(gauge_zero_m=None) | ~Q(datum=""),
                name="station_zero_has_datum",
                violation_error_message=_("A gauge zero says its datum. Enter it, or leave the gauge zero empty."),
            ),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="station_outside_country",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("point", "foreign"),
                condition=pgtrigger.Condition("NOT NEW.foreign"),
                # Where no outline was loaded there is nothing to compare with.
                func=pgtrigger.Func(
                    f"""
                    IF NOT (
                        SELECT COALESCE(ST_Expand(ST_SetSRID(ST_Extent(v.geometry)::geometry, 4326), 0.05) && NEW.point, true)
                        FROM rafid_places_placeversion v JOIN rafid_places_place p ON p.id = v.place_id WHERE p.level = 1
                    ) THEN {refuse("station_outside_country")} END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return visible_here(user, STATION)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.ref = self.ref or self.code
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/rivers/stations/{self.code}/"


UNIT_OF_VARIABLE = reduce(operator.or_, (Q(variable=one.code, unit=one.unit) for one in VARIABLES.values()))


@keep_history()
class Series(Register):
    """What a station measures of one variable in one way. ``origin_name`` tells two of one origin apart: the altimeter, the
    model. ``rules`` are those of ``methods.hydrology.SeriesRules``, by their names."""

    REF_PREFIX = "SR"

    station = models.ForeignKey(Station, models.PROTECT, related_name="series", verbose_name=_("Station"))
    variable = models.CharField(
        _("Variable"), max_length=24, choices=[(one.code, one.name) for one in VARIABLES.values()]
    )
    unit = models.CharField(_("Unit"), max_length=12, blank=True)
    step = models.CharField(_("Step"), max_length=10, choices=Step.choices, default=Step.DAILY)
    aggregation = models.CharField(
        _("Aggregation"), max_length=8, choices=Aggregation.choices, default=Aggregation.INSTANT
    )
    origin = models.CharField(_("Origin"), max_length=10, choices=Origin.choices, default=Origin.OBSERVED)
    origin_name = models.CharField(_("Name of the origin"), max_length=60, blank=True)
    derived_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="derived")
    embargo_hours = models.PositiveIntegerField(_("Embargo, hours"), default=0)
    rules = models.JSONField(_("Rules"), default=dict, blank=True)
    preferred = models.BooleanField(_("Preferred where several sources tell one quantity"), default=False)
    manned = models.BooleanField(_("Read by a person every day"), default=False)

    class Meta(Register.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            known("series_step_known", "step", Step),
            known("series_origin_known", "origin", Origin),
            known("series_aggregation_known", "aggregation", Aggregation),
            models.CheckConstraint(
                condition=UNIT_OF_VARIABLE,
                name="series_unit_of_variable",
                violation_error_message=_(
                    "The unit is not that of the variable. Values are stored in the variable's unit."
                ),
            ),
            models.UniqueConstraint(
                fields=["station", "variable", "step", "aggregation", "origin", "origin_name"], name="series_once"
            ),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="derived_in_a_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("derived_from_id"),
                condition=pgtrigger.Condition("NEW.derived_from_id IS NOT NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF NEW.derived_from_id = NEW.id OR EXISTS (
                        WITH RECURSIVE above(id, source) AS (
                            SELECT s.id, s.derived_from_id FROM rafid_rivers_series s WHERE s.id = NEW.derived_from_id
                            UNION
                            SELECT s.id, s.derived_from_id FROM rafid_rivers_series s JOIN above a ON s.id = a.source
                        ) SELECT 1 FROM above WHERE id = NEW.id
                    ) THEN {refuse("derived_in_a_circle")} END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="series_not_republished",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("derived_from_id", "sensitivity"),
                condition=pgtrigger.Condition("NEW.derived_from_id IS NOT NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF NEW.sensitivity < rafid_rivers_withheld(NEW.derived_from_id) THEN {refuse("not_republished")} END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return visible_here(user, SERIES)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.ref:
            parts = (self.station.code, self.variable, self.step, self.aggregation, self.origin, self.origin_name)
            self.ref = "-".join(part for part in parts if part)[:40]
            if type(self).everything.filter(ref=self.ref).exists():
                self.ref = ""
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"{self.station.code} {self.variable}"
