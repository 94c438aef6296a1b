"""Gridded months of rain and evapotranspiration, and the drought indices computed of them, each a file in the store."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named

from ..seeing import of_staff
from .base import Row, Sourced


@keep_history()
class DroughtGrid(Named, Sourced, Row):
    """Monthly sums on a regular grid of longitudes and latitudes. ``kept`` is the file's content as an array (variables, rows
    from north to south, columns from west to east, months) of float64, so that a block of rows is read without the rest."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    file_name = models.CharField(_("File"), max_length=255)
    sha256 = models.CharField(max_length=64, help_text="of the file as it came")
    kept = models.CharField(max_length=64, help_text="hash of the array")
    variables = ArrayField(models.CharField(max_length=24), help_text="as they lie in the array")
    pet_from = models.CharField(
        max_length=12, blank=True, help_text="pet, or temperature where it was computed from that"
    )
    west = models.FloatField(help_text="longitude of the first column's middle")
    north = models.FloatField(help_text="latitude of the first row's middle")
    cell_x = models.FloatField(_("Width of a cell, degrees"))
    cell_y = models.FloatField(_("Height of a cell, degrees"))
    columns = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    first_month = models.DateField(_("First month"))
    months = models.PositiveIntegerField(_("Months"))
    made_up = models.BooleanField(_("Demonstration"), default=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("Replaces")
    )
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    sensitivity = models.SmallIntegerField(_("Sensitivity"), default=0)

    class Meta:
        verbose_name = _("grid of months")
        verbose_name_plural = _("grids of months")
        ordering = ["-known_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cell_x__gt=0, cell_y__gt=0, columns__gt=0, rows__gt=0, months__gt=0),
                name="drought_grid_has_cells",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="drought_grid_replaces_another"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(sensitivity=0) | of_staff(user, place=None)

    def __str__(self) -> str:
        return self.name or self.code


class GridIndex(models.Model):
    """One index at one scale of a whole grid: an array (months, rows, columns) of float32, NaN where there is none. It follows
    from the grid and can be computed again."""

    grid = models.ForeignKey(DroughtGrid, models.CASCADE, related_name="indices")
    index = models.CharField(max_length=4)
    scale = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grid", "index", "scale"], name="grid_index_once")]
