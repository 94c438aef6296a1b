"""What the database keeps of a hazard by itself: its coarse public cell, the versions of its ground, its row of the ledger."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..seeing import EVERYTHING, of_hazard
from .base import Derived, not_less, refuse
from .hazards import Classification, Hazard, HazardType


class HazardCell(Derived):
    """What everybody sees of a hazard that is open or worked on: a point of a grid of about 1 km. Written by a trigger."""

    hazard = models.OneToOneField(Hazard, models.CASCADE, primary_key=True, related_name="public_cell")
    ref = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, related_name="+")
    type = models.CharField(max_length=12, choices=HazardType.choices)
    classification = models.CharField(max_length=3, choices=Classification.choices)
    group = models.CharField(max_length=9)
    on = models.DateField()
    cell = models.PointField(srid=4326, null=True)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING


class HazardGround(Derived):
    """Every version of a hazard's ground and dates, with the instant from which this node knew it. Written by a trigger.

    ``counts``: is it hazardous ground in the ledger? A version replaces the one before it, but where it is hazardous
    ``again``: then the earlier one stands beside it, with its releases, and ``since`` is the day of the reopening.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    hazard = models.ForeignKey(Hazard, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    ground = models.MultiPolygonField(srid=4326, null=True)
    since = models.DateField()
    confirmed_on = models.DateField(null=True)
    counts = models.BooleanField()
    again = models.BooleanField()
    known_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hazard", "number"], name="hazard_version_once")]
        triggers = [
            # What was computed of a version is kept under its id. A loader may set when it was known.
            pgtrigger.Trigger(
                name="hazard_version_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(
                    "id", "hazard_id", "number", "ground", "since", "confirmed_on", "counts", "again"
                ),
                func=pgtrigger.Func(refuse("hazard_version_stays")),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_hazard(user)


class LedgerRow(Derived):
    """How much of a hazard is left, as all that is known says now. ``hazards.ledger_store`` computes it."""

    hazard = models.OneToOneField(Hazard, models.CASCADE, primary_key=True, related_name="ledger")
    area_m2 = models.FloatField(_("Area, m²"))
    remaining_m2 = models.FloatField(_("Remaining, m²"))
    cleared_m2 = models.FloatField(_("Cleared, m²"), default=0)
    reduced_m2 = models.FloatField(_("Reduced, m²"), default=0)
    cancelled_m2 = models.FloatField(_("Cancelled, m²"), default=0)
    computed_at = models.DateTimeField()
    method_version = models.CharField(max_length=40)
    stale = models.BooleanField(
        default=False,
        help_text="ground, release or dates changed since (a trigger says so); until then all of it counts",
    )

    class Meta:
        verbose_name = _("row of the ledger")
        verbose_name_plural = _("rows of the ledger")
        constraints = [not_less("ledger_row_measures", "area_m2", "remaining_m2")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_hazard(user)
