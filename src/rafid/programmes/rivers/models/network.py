"""The river network: basins, nodes, reaches, and what is led away."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named

from ..codes import NodeKind
from ..seeing import EVERYTHING
from .base import Row, Sourced, TsTzRange, in_order, known, not_less, refuse


class Public(Row):
    """A fact of the country: everybody sees it."""

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING


@keep_history()
class Basin(Named, Public, Sourced):
    """A catchment. ``parent`` is the basin that it drains into."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    ground = models.MultiPolygonField(srid=4326, null=True, blank=True)
    area_km2 = models.FloatField(_("Area, km²"), null=True, blank=True)

    class Meta:
        verbose_name = _("basin")
        verbose_name_plural = _("basins")
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="basin_not_its_own_child"),
            not_less("basin_area_not_less", "area_km2"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="basin_in_a_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                condition=pgtrigger.Condition("NEW.parent_id IS NOT NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        WITH RECURSIVE above(id, parent) AS (
                            SELECT b.id, b.parent_id FROM rafid_rivers_basin b WHERE b.id = NEW.parent_id
                            UNION
                            SELECT b.id, b.parent_id FROM rafid_rivers_basin b JOIN above a ON b.id = a.parent
                        ) SELECT 1 FROM above WHERE id = NEW.id
                    ) THEN {refuse("basin_in_a_circle")} END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return self.code


@keep_history()
class RiverNode(Named, Public, Sourced):
    """A place on a river where something is measured, joined, stored or led away."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    kind = models.CharField(_("Kind"), max_length=12, choices=NodeKind.choices)
    point = models.PointField(srid=4326)
    river = models.CharField(_("River"), max_length=60, blank=True, help_text="code of the river, such as tigris")
    chainage_km = models.FloatField(_("Chainage, km"), null=True, blank=True)
    basin = models.ForeignKey(Basin, models.PROTECT, null=True, blank=True, related_name="nodes")
    foreign = models.BooleanField(_("Abroad"), default=False)
    drawn_x = models.FloatField(null=True, blank=True, help_text="place on the schematic, if a person moved it")
    drawn_y = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("river node")
        verbose_name_plural = _("river nodes")
        constraints = [known("river_node_kind_known", "kind", NodeKind)]

    def __str__(self) -> str:
        return self.code


@keep_history()
class Reach(Public, Sourced):
    """The main way from one node to the next. Muskingum's ``k_s`` (s) and ``x`` are estimated from data or from its form;
    ``loss`` is the share of the outflow that does not arrive."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    upstream = models.ForeignKey(RiverNode, models.PROTECT, related_name="leaving")
    downstream = models.ForeignKey(RiverNode, models.PROTECT, related_name="arriving")
    line = models.LineStringField(srid=4326, null=True, blank=True)
    length_km = models.FloatField(_("Length, km"), null=True, blank=True)
    slope = models.FloatField(_("Slope"), null=True, blank=True)
    width_m = models.FloatField(_("Width, m"), null=True, blank=True)
    roughness = models.FloatField(_("Roughness (Manning's n)"), null=True, blank=True)
    k_s = models.FloatField(_("Travel time k, s"), default=0)
    x = models.FloatField(_("Weight x"), default=0)
    subreaches = models.PositiveSmallIntegerField(default=1)
    loss = models.FloatField(_("Share lost"), default=0)
    estimated_from = models.DateField(_("Estimated from data since"), null=True, blank=True)
    estimated_to = models.DateField(_("Estimated from data until"), null=True, blank=True)
    correlation = models.FloatField(_("Correlation at the travel time"), null=True, blank=True)
    valid_from = models.DateTimeField(_("Valid from"))
    valid_to = models.DateTimeField(_("Valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("reach")
        verbose_name_plural = _("reaches")
        constraints = [
            models.CheckConstraint(
                condition=~Q(upstream=F("downstream")),
                name="reach_leads_on",
                violation_error_message=_("A reach leads from one node to another one."),
            ),
            in_order("reach_valid_in_order", "valid_from", "valid_to"),
            not_less("reach_measures", "length_km", "slope", "width_m", "roughness", "k_s", "loss"),
            models.CheckConstraint(
                condition=Q(x__gte=0, x__lte=0.5) & Q(loss__lt=1) & Q(subreaches__gte=1),
                name="reach_routes",
                violation_error_message=_(
                    "x lies from 0 to 0.5, the loss below 1, and there is at least one subreach."
                ),
            ),
            ExclusionConstraint(
                name="reach_one_main",
                expressions=[
                    ("upstream", RangeOperators.EQUAL),
                    (TsTzRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Another main reach leaves this node at that time. End the other one first, or enter a diversion."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code


@keep_history()
class Diversion(Public, Sourced):
    """What a barrage leads away: of what arrives, all beyond ``capacity_downstream`` or a ``fraction``, at most ``maximum``."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    at = models.ForeignKey(RiverNode, models.PROTECT, related_name="diversions")
    to = models.ForeignKey(RiverNode, models.PROTECT, related_name="diverted")
    order = models.PositiveSmallIntegerField(_("Order"), default=1)
    capacity_downstream = models.FloatField(_("Capacity downstream, m³/s"), null=True, blank=True)
    maximum = models.FloatField(_("Largest diversion, m³/s"), null=True, blank=True)
    fraction = models.FloatField(_("Share of what arrives"), default=0)
    rule = models.TextField(_("Rule"), blank=True)
    valid_from = models.DateTimeField(_("Valid from"))
    valid_to = models.DateTimeField(_("Valid to"), null=True, blank=True)

    class Meta:
        ordering = ["at", "order"]
        verbose_name = _("diversion")
        verbose_name_plural = _("diversions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(at=F("to")),
                name="diversion_leads_away",
                violation_error_message=_("A diversion leads to another node than the one where it begins."),
            ),
            in_order("diversion_valid_in_order", "valid_from", "valid_to"),
            not_less("diversion_measures", "capacity_downstream", "maximum"),
            models.CheckConstraint(condition=Q(fraction__gte=0, fraction__lte=1), name="diversion_share"),
        ]

    def __str__(self) -> str:
        return self.code
