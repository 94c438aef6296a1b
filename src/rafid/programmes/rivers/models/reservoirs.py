"""Reservoirs: what sources say of them, their tables, their rules, and who wants their water."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.triggers import record_triggers

from ..codes import Sector
from .base import Register, Row, Sourced, known, not_less, refuse
from .network import Basin, Public, RiverNode


@keep_history()
class Reservoir(Named, Register):
    """A dam or lake that stores water. Its level, storage and flows are series of ``station``."""

    REF_PREFIX = "RV"

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    node = models.OneToOneField(RiverNode, models.PROTECT, related_name="reservoir")
    station = models.ForeignKey(
        "Station", models.PROTECT, null=True, blank=True, related_name="reservoirs", verbose_name=_("Station")
    )
    country = models.CharField(_("Country"), max_length=2, default="IQ", help_text="ISO 3166 code")

    class Meta(Register.Meta):
        verbose_name = _("reservoir")
        verbose_name_plural = _("reservoirs")
        triggers = record_triggers()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.ref = self.ref or f"RV-{self.code}"[:40]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/rivers/reservoirs/{self.code}/"


class OfReservoir(Row):
    """Seen by those who see the reservoir."""

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(reservoir__in=Reservoir.objects.visible_to(user).values("pk"))


class FactName(models.TextChoices):
    FULL = "full_supply_level", _("Full supply level")
    DEAD = "dead_level", _("Dead level")
    FLOOD = "flood_level", _("Flood level")
    CAPACITY = "capacity", _("Capacity")
    LIVE = "live_capacity", _("Live capacity")
    SPILLWAY = "spillway", _("Spillway")
    TURBINES = "turbines", _("Turbines")
    YEAR = "year", _("Year of completion")


FACT_UNITS = {
    "full_supply_level": "m", "dead_level": "m", "flood_level": "m", "capacity": "Mm³", "live_capacity": "Mm³",
    "spillway": "m³/s", "turbines": "m³/s", "year": "",
}  # fmt: skip


@keep_history()
class ReservoirFact(Sourced, OfReservoir):
    """What one source says. Where sources disagree there are several, and one is preferred with a reason."""

    reservoir = models.ForeignKey(Reservoir, models.PROTECT, related_name="facts")
    name = models.CharField(_("Fact"), max_length=20, choices=FactName.choices)
    value = models.FloatField(_("Value"))
    unit = models.CharField(_("Unit"), max_length=8, blank=True)
    preferred = models.BooleanField(_("Preferred"), default=False)
    reason = models.CharField(_("Why it is preferred"), max_length=300, blank=True)
    checked = models.BooleanField(_("Checked against its source"), default=False)

    class Meta:
        verbose_name = _("fact of a reservoir")
        verbose_name_plural = _("facts of reservoirs")
        constraints = [
            models.UniqueConstraint(
                fields=["reservoir", "name"],
                condition=Q(preferred=True),
                name="fact_one_preferred",
                violation_error_message=_("Another source is preferred for this fact already. Change that one first."),
            ),
            models.CheckConstraint(
                condition=Q(preferred=False) | ~Q(reason=""),
                name="fact_preferred_with_a_reason",
                violation_error_message=_("Say why this source is preferred."),
            ),
        ]


@keep_history()
class StorageTable(OfReservoir, Sourced):
    """Level, volume and area, as surveyed. ``rows`` are [level m, volume Mm³, area km²] and rise."""

    reservoir = models.ForeignKey(Reservoir, models.PROTECT, related_name="tables")
    number = models.PositiveIntegerField(_("Version"))
    rows = models.JSONField(_("Rows"))
    surveyed_on = models.DateField(_("Surveyed on"), null=True, blank=True)
    valid_from = models.DateTimeField(_("Valid from"))

    class Meta:
        verbose_name = _("storage table")
        verbose_name_plural = _("storage tables")
        constraints = [
            models.UniqueConstraint(fields=["reservoir", "number"], name="storage_table_number_once"),
            models.UniqueConstraint(fields=["reservoir", "valid_from"], name="storage_table_one_at_a_time"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="table_must_rise",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("rows"),
                func=pgtrigger.Func(
                    f"""
                    IF jsonb_typeof(NEW.rows) <> 'array' OR jsonb_array_length(NEW.rows) < 2 OR EXISTS (
                        SELECT 1 FROM (
                            SELECT (r->>0)::float8 AS level, (r->>1)::float8 AS volume, (r->>2)::float8 AS area,
                                   lag((r->>0)::float8) OVER w AS level0, lag((r->>1)::float8) OVER w AS volume0,
                                   lag((r->>2)::float8) OVER w AS area0
                            FROM jsonb_array_elements(NEW.rows) WITH ORDINALITY AS t(r, at) WINDOW w AS (ORDER BY at)
                        ) q
                        WHERE level IS NULL OR volume IS NULL OR area IS NULL OR volume < 0 OR area < 0
                           OR level <= level0 OR volume <= volume0 OR area < area0
                    ) THEN {refuse("table_must_rise")} END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]


@keep_history()
class RuleCurve(OfReservoir, Sourced):
    """What the level should be on a day of the year, and what may be released."""

    reservoir = models.ForeignKey(Reservoir, models.PROTECT, related_name="rule_curves")
    plan = models.CharField(_("Season plan"), max_length=40, blank=True, help_text="code; empty for the standing rule")
    day_of_year = models.PositiveSmallIntegerField(_("Day of the year"))
    minimum = models.FloatField(_("Lowest level, m"))
    target = models.FloatField(_("Target level, m"))
    maximum = models.FloatField(_("Highest level, m"))
    release_min = models.FloatField(_("Smallest release, m³/s"), default=0)
    release_max = models.FloatField(_("Largest release, m³/s"), null=True, blank=True)

    class Meta:
        ordering = ["reservoir", "plan", "day_of_year"]
        verbose_name = _("rule curve")
        verbose_name_plural = _("rule curves")
        constraints = [
            models.UniqueConstraint(fields=["reservoir", "plan", "day_of_year"], name="rule_curve_day_once"),
            models.CheckConstraint(
                condition=Q(minimum__lte=F("target")) & Q(target__lte=F("maximum")),
                name="rule_curve_in_order",
                violation_error_message=_(
                    "The lowest level lies below the target, and the target below the highest level."
                ),
            ),
            models.CheckConstraint(condition=Q(day_of_year__gte=1, day_of_year__lte=366), name="rule_curve_day"),
            models.CheckConstraint(
                condition=Q(release_min__gte=0) & (Q(release_max=None) | Q(release_max__gte=F("release_min"))),
                name="rule_curve_release",
                violation_error_message=_("The largest release is not less than the smallest."),
            ),
        ]


@keep_history()
class Demand(Public, Sourced):
    """Water that a sector wants in a month. A smaller ``priority`` is served first."""

    area = models.SlugField(_("Area"), max_length=40, help_text="code of the area or node that is supplied")
    node = models.ForeignKey(RiverNode, models.PROTECT, null=True, blank=True, related_name="demands")
    basin = models.ForeignKey(Basin, models.PROTECT, null=True, blank=True, related_name="demands")
    sector = models.CharField(_("Sector"), max_length=12, choices=Sector.choices)
    month = models.PositiveSmallIntegerField(_("Month"))
    mm3 = models.FloatField(_("Demand, Mm³"))
    priority = models.PositiveSmallIntegerField(_("Priority"), default=1)
    scenario = models.SlugField(_("Scenario"), max_length=40, default="usual")

    class Meta:
        ordering = ["area", "priority", "month"]
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [
            models.UniqueConstraint(fields=["scenario", "area", "sector", "month"], name="demand_once"),
            not_less("demand_not_less", "mm3"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="demand_month"),
            known("demand_sector_known", "sector", Sector),
        ]
