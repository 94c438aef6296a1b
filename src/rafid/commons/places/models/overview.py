"""Borders prepared for small scales."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GistIndex

from .place import PlaceVersion


class BorderOverview(models.Model):
    """A version's borders for the zooms of one band, simplified together with those in force beside them in ``valid``.

    Derived: ``rafid.commons.places.overviews.refresh`` makes them anew whenever versions change.
    """

    version = models.ForeignKey(PlaceVersion, models.CASCADE, related_name="overviews")
    band = models.SmallIntegerField()
    valid = DateRangeField()
    web = models.MultiPolygonField(srid=3857, spatial_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "band", "valid"], name="border_overview_once")]
        indexes = [GistIndex(fields=["web"], name="border_overview_web")]
