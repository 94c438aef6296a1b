"""A dataset: what it holds, whose it is, under which licence, how often it comes and how it is protected."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.names import Named, pick
from rafid.commons.programme import PARTNER
from rafid.commons.records.models import Sensitivity

from .base import SeenQuerySet


class DatasetState(models.TextChoices):
    """Withdrawn keeps a page that says why."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Origin(models.TextChoices):
    """Where the rows of the next version come from."""

    DECLARED = "declared", _("Declared by its programme")
    FIGURES = "figures", _("Figures of indicators")
    TABLE = "table", _("Uploaded table")


class Points(models.TextChoices):
    EXACT = "exact", _("Exact")
    GRID = "grid", _("On a grid")
    DISPLACED = "displaced", _("Displaced")
    DISTRICT = "district", _("District only")


class MayLeave(models.TextChoices):
    NOBODY = "nobody", _("Nobody")
    PARTNERS = "partners", _("Partners")
    PUBLIC = "public", _("Everybody")


@keep_history()
class Dataset(Named):
    """``code`` is its address, the same for ever. ``origin`` and ``source`` say where its rows come from: nothing more for a
    declared one; ``{"indicators": […], "by": […], "levels": […], "periods": …}`` for figures;
    ``{"sha256", "name"}`` for a table.

    The policy: cells below ``k`` are withheld; ``least_share`` of reporters must be there; ``points`` with ``grid_m``,
    ``inner_m`` and ``outer_m`` in metres; ``may_leave`` is whom a version may reach at most.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=80, unique=True)
    programme = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    state = models.CharField(max_length=9, choices=DatasetState.choices, default=DatasetState.DRAFT)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.DECLARED)
    source = models.JSONField(default=dict, blank=True)
    description = models.JSONField(default=dict, blank=True)
    method = models.JSONField(default=dict, blank=True)
    caveats = models.JSONField(default=dict, blank=True)
    theme = models.CharField(max_length=40, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=80, blank=True)
    attribution = models.JSONField(default=dict, blank=True)
    every = models.CharField(max_length=20, default="as needed")
    k = models.PositiveSmallIntegerField(default=5)
    least_share = models.FloatField(default=0.0)
    points = models.CharField(max_length=9, choices=Points.choices, default=Points.EXACT)
    grid_m = models.PositiveIntegerField(null=True, blank=True)
    inner_m = models.PositiveIntegerField(null=True, blank=True)
    outer_m = models.PositiveIntegerField(null=True, blank=True)
    may_leave = models.CharField(max_length=8, choices=MayLeave.choices, default=MayLeave.PUBLIC)
    withdrawn_why = models.JSONField(default=dict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    demonstration = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(SeenQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[a-z0-9][a-z0-9_-]{0,79}$"), name="dataset_code"),
            models.CheckConstraint(condition=models.Q(state__in=DatasetState.values), name="dataset_state_known"),
            models.CheckConstraint(condition=models.Q(k__gte=2), name="dataset_k_of_two"),
            models.CheckConstraint(
                condition=models.Q(least_share__gte=0, least_share__lte=1), name="dataset_least_share"
            ),
            models.CheckConstraint(
                condition=~models.Q(points="grid") | models.Q(grid_m__gt=0), name="dataset_grid_has_metres"
            ),
            models.CheckConstraint(
                condition=~models.Q(points="displaced")
                | models.Q(inner_m__isnull=False, outer_m__gt=models.F("inner_m")),
                name="dataset_ring_has_metres",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="dataset_version_rises",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(),
                func=pgtrigger.Func("NEW.version := OLD.version + 1; RETURN NEW;"),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.code

    def programme_name(self) -> str:
        return self.programme

    @property
    def place_id(self) -> None:
        """A product lies nowhere; whoever works on it holds a role for no single place."""
        return None

    def get_absolute_url(self) -> str:
        return reverse("dataset", args=[self.code])

    def said(self, name: str) -> str:
        """One of its texts in the reader's language."""
        texts: Any = getattr(self, name)
        return pick(texts)


class DatasetField(models.Model):
    """A column; see ``programme.Field`` for what its parts mean."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="fields")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    names = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=12, default="text")
    unit = models.CharField(max_length=40, blank=True)
    choices = models.JSONField(null=True, blank=True)
    hxl = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=10, default="none")
    sums = models.JSONField(default=list, blank=True)
    of = models.JSONField(default=list, blank=True)
    measure = models.CharField(max_length=80, blank=True)
    hierarchy = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "name"], name="dataset_field_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["none", "identifier", "quasi", "sensitive", "geometry"]),
                name="dataset_field_role",
            ),
        ]

    def __str__(self) -> str:
        return self.name
