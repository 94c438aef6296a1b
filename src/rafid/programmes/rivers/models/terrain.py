"""Grids of the ground, and the floods that were drawn on them or seen from above."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..units import measured
from .base import Register, Row, known, not_less, stays
from .network import Reach
from .stations import Station


@keep_history()
class ElevationModel(Register):
    """A grid of heights that a user supplied, kept as the file that it came as. ``ground`` is its frame; cells in m at its
    middle."""

    REF_PREFIX = "DEM"

    name = models.CharField(_("Name"), max_length=160)
    source_text = models.CharField(_("Source"), max_length=300)
    licence = models.CharField(_("Licence"), max_length=160)
    vertical_datum = models.CharField(_("Vertical datum"), max_length=80)
    as_of = models.DateField(_("As of"), null=True, blank=True)
    crs = models.CharField(_("Coordinate system"), max_length=160, editable=False)
    ground = models.PolygonField(_("Frame"), srid=4326, editable=False)
    rows = models.PositiveIntegerField(_("Rows"), editable=False)
    columns = models.PositiveIntegerField(_("Columns"), editable=False)
    cell_x_m = models.FloatField(_("Cell east to west, m"), editable=False)
    cell_y_m = models.FloatField(_("Cell north to south, m"), editable=False)
    lowest_m = models.FloatField(_("Lowest, m"), editable=False)
    highest_m = models.FloatField(_("Highest, m"), editable=False)
    missing = models.FloatField(_("Share without a height"), default=0, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    class Meta(Register.Meta):
        verbose_name = _("elevation model")
        verbose_name_plural = _("elevation models")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    cell_x_m__gt=0, cell_y_m__gt=0, missing__gte=0, missing__lt=1, highest_m__gte=F("lowest_m")
                ),
                name="elevation_model_is_a_grid",
            )
        ]
        triggers = [*record_triggers(), stays("elevation_model_stays", "sha256", "crs", "rows", "columns")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/rivers/terrain/{self.ref}/"


class FloodOrigin(models.TextChoices):
    COMPUTED = "computed", pgettext_lazy("a flood map is", "Computed")
    OBSERVED = "observed", pgettext_lazy("a flood map is", "Seen from above")


@keep_history()
class FloodMap(Register):
    """Where water stands and how deep: computed from a stage and the height above the drainage, or seen by a satellite.

    ``stage_m`` counts as the station's readings do; ``bed_stage_m`` is the reading at which the water stands at the height
    that the grid has for the river. ``asked`` says where the stage is from. ``depths`` is the hash of the grid of depths, a
    GeoTIFF; ``sha256`` that of all that the map says. An observed one may be ``compared`` with a computed one.
    """

    REF_PREFIX = "FM"

    name = models.CharField(_("Name"), max_length=200, blank=True)
    origin = models.CharField(_("Origin"), max_length=8, choices=FloodOrigin.choices, default=FloodOrigin.COMPUTED)
    elevation = models.ForeignKey(
        ElevationModel, models.PROTECT, null=True, blank=True, related_name="floods", verbose_name=_("Elevation model")
    )
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="floods", verbose_name=_("Station")
    )
    reach = models.ForeignKey(
        Reach, models.PROTECT, null=True, blank=True, related_name="floods", verbose_name=_("River reach")
    )
    stage_m = models.FloatField(_("Stage, m"), null=True, blank=True)
    bed_stage_m = models.FloatField(_("Stage of the grid's river, m"), null=True, blank=True)
    drainage_km2 = models.FloatField(_("A river drains at least, km²"), null=True, blank=True)
    corridor_km = models.FloatField(_("River within this distance of the reach, km"), null=True, blank=True)
    asked = models.JSONField(default=dict, blank=True)
    valid_at = models.DateTimeField(_("For the moment"), null=True, blank=True)
    data_known_at = models.DateTimeField(_("From what was known at"))
    source_text = models.CharField(_("Source"), max_length=300, blank=True)
    ground = models.MultiPolygonField(_("Flooded"), srid=4326)
    area_km2 = models.FloatField(_("Flooded, km²"))
    depths = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    compared = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="comparisons", verbose_name=_("Compared with")
    )
    scores = models.JSONField(_("Scores"), default=dict, blank=True)

    class Meta(Register.Meta):
        verbose_name = _("flood map")
        verbose_name_plural = _("flood maps")
        ordering = ["-known_at"]
        constraints = [
            known("flood_map_origin_known", "origin", FloodOrigin),
            not_less("flood_map_measures", "area_km2", "drainage_km2", "corridor_km"),
            models.CheckConstraint(
                condition=Q(origin="observed") | Q(elevation__isnull=False, stage_m__gt=F("bed_stage_m")),
                name="flood_map_rests_on_a_stage",
                violation_error_message=_("The stage lies above that of the grid's river. Correct one of the two."),
            ),
        ]
        triggers = [
            *record_triggers(),
            stays(
                "flood_map_stays",
                "origin", "elevation_id", "station_id", "stage_m", "bed_stage_m", "data_known_at", "depths", "sha256",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name, or else where and at which stage, in the reader's language."""
        where = self.station.name if self.station else self.reach.code if self.reach else ""
        stage = "" if self.stage_m is None else measured(self.stage_m, "m", 2)
        return self.name or " · ".join(one for one in (where, stage) if one) or self.ref

    def get_absolute_url(self) -> str:
        return f"/rivers/floods/maps/{self.ref}/"


@keep_history()
class FloodPart(Row):
    """Where a flood map has water of one class of depth. What other programmes read of it stands beside the shape."""

    flood = models.ForeignKey(FloodMap, models.PROTECT, related_name="parts")
    map_ref = models.CharField(_("Flood map"), max_length=40)
    station_code = models.CharField(_("Station"), max_length=40, blank=True)
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(_("Origin"), max_length=8, choices=FloodOrigin.choices)
    stage_m = models.FloatField(_("Stage, m"), null=True, blank=True)
    on = models.DateField(_("For the day"), null=True, blank=True)
    depth_from_m = models.FloatField(_("Depth from, m"))
    depth_to_m = models.FloatField(_("Depth to, m"), null=True, blank=True)
    area_km2 = models.FloatField(_("Area, km²"))
    made_up = models.BooleanField(_("Demonstration"), default=False)
    ground = models.MultiPolygonField(srid=4326)

    class Meta:
        verbose_name = _("part of a flood map")
        verbose_name_plural = _("parts of flood maps")
        ordering = ["flood", "depth_from_m"]
        constraints = [
            models.UniqueConstraint(fields=["flood", "depth_from_m"], name="flood_part_once"),
            models.CheckConstraint(condition=Q(area_km2__gt=0), name="flood_part_has_ground"),
        ]
        triggers = [
            stays(
                "flood_part_stays", "flood_id", "map_ref", "depth_from_m", "depth_to_m", "area_km2", "stage_m", "ground"
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(flood__in=FloodMap.objects.visible_to(user).values("pk"))
