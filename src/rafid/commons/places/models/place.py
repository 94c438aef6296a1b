"""Places: what is never deleted (``Place``) and what changes about it (``PlaceVersion``)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.lineage import Tree, lineage_index, lineage_triggers
from rafid.commons.names import Named
from rafid.methods.text import fold


class Level(models.IntegerChoices):
    COUNTRY = 0, _("Country")
    GOVERNORATE = 1, _("Governorate")
    DISTRICT = 2, _("District")
    SUBDISTRICT = 3, _("Sub-district")
    SETTLEMENT = 4, _("Settlement")


@keep_history(exclude=("lineage", "search"))
class Place(Tree, Named):
    """An administrative area or a settlement, for ever: borders and parents of a day are its versions.

    ``division`` tells two ways of cutting the same country apart (OCHA's 101 districts of 2019, the census's 181).
    ``ref`` is the P-code where there is one, else the ISO code, else a prefixed code of its source.
    ``parent`` and the names are today's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=40, unique=True)
    division = models.CharField(max_length=20, default="ocha2019")
    level = models.SmallIntegerField(choices=Level.choices)
    pcode = models.CharField(max_length=20, null=True, blank=True)
    iso_3166_2 = models.CharField(max_length=10, blank=True)
    hasc = models.CharField(max_length=10, blank=True)
    code = models.CharField(max_length=20, blank=True, help_text="code of its own source, such as COSIT's")
    other_names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    point = models.PointField(srid=4326, null=True, blank=True)
    area_m2 = models.FloatField(null=True, blank=True)
    region = models.CharField(max_length=10, blank=True)
    source = models.TextField(blank=True)
    as_of = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    search = models.TextField(editable=False, default="", help_text="all its names and codes, folded")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pcode"], name="place_pcode_unique"),
            models.CheckConstraint(condition=models.Q(level__gte=0, level__lte=4), name="place_level"),
            models.CheckConstraint(condition=~models.Q(name_ar="", name_ckb="", name_en=""), name="place_has_a_name"),
        ]
        indexes = [
            lineage_index("place_lineage"),
            models.Index(fields=["division", "level", "ref"], name="place_division_level"),
        ]
        triggers = lineage_triggers()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place", args=[self.ref])

    def save(self, **kwargs: Any) -> None:
        self.search = search_text(self)
        super().save(**kwargs)

    @property
    def where(self) -> str:
        """Its level and what it lies in, which tell places of one name apart: District · Thi Qar."""
        above = self.parent.name if self.parent and self.level > Level.GOVERNORATE else ""
        return " · ".join(filter(None, (str(self.get_level_display()), above)))

    @property
    def label(self) -> str:
        """Its name with :attr:`where`, for a field in which it was chosen; the country needs none."""
        return self.name if self.level == Level.COUNTRY else f"{self.name} · {self.where}"

    @property
    def codes(self) -> list[str]:
        """What it is called in tables: its reference, P-code, ISO, HASC and its source's own code."""
        return list(dict.fromkeys(filter(None, (self.ref, self.pcode, self.iso_3166_2, self.hasc, self.code))))


def search_text(place: Place) -> str:
    """What a search box looks in. Bulk paths set it themselves: they do not call ``save``."""
    words = (place.name_ar, place.name_ckb, place.name_en, *place.other_names, *place.codes)
    return " | ".join(dict.fromkeys(filter(None, map(fold, words))))


@keep_history()
class PlaceVersion(Named):
    """Borders, parent and names of a place while they were valid: a figure of 2023 is drawn on those of 2023."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    geometry = models.MultiPolygonField(srid=4326, null=True, blank=True)
    web = models.GeneratedField(
        expression=Transform("geometry", 3857),
        output_field=models.MultiPolygonField(srid=3857, null=True),
        db_persist=True,
    )
    generalised = models.BooleanField(default=False, help_text="a rough outline that stands until borders are imported")
    area_m2 = models.FloatField(null=True, blank=True)
    valid = DateRangeField(help_text="from its first day to the day after its last")
    source = models.TextField(blank=True)
    as_of = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="place_version_one_at_a_time",
                expressions=[("place", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            )
        ]
        indexes = [GistIndex(fields=["web"], name="place_version_web")]

    def holds(self, on: date) -> bool:
        """Is it in force on that day?"""
        lower, upper = self.valid.lower, self.valid.upper
        return (lower is None or lower <= on) and (upper is None or on < upper)


class PlaceLink(models.Model):
    """How an area of one division lies to one of another: A same name, B once a part, C doubtful, X none known."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="links")
    other = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="linked_from")
    confidence = models.CharField(max_length=1, choices=[(c, c) for c in "ABCX"])
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "other"], name="place_link_once"),
            models.CheckConstraint(
                condition=models.Q(confidence="X", other=None) | models.Q(confidence__in="ABC", other__isnull=False),
                name="place_link_x_is_none",
            ),
        ]
