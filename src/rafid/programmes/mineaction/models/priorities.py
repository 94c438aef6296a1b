"""Which hazard first: the authority's own criteria and weights, ranks with their range; and the strategy's targets."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.names import Named

from ..seeing import EVERYTHING, of_authority
from .base import Row, known, stays


class Better(models.TextChoices):
    MORE = "more", pgettext_lazy("is more urgent with", "More of it")
    LESS = "less", pgettext_lazy("is more urgent with", "Less of it")


@keep_history()
class Criterion(Row, Named):
    """Something by which an authority ranks hazards. ``field`` names the fact, ``scale`` how its values become 0 to 1."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    code = models.CharField(_("Code"), max_length=40)
    field = models.CharField(max_length=60)
    better = models.CharField(_("More urgent with"), max_length=4, choices=Better.choices, default=Better.MORE)
    scale = models.JSONField(_("Scale"), default=dict, blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("criterion of priority")
        verbose_name_plural = _("criteria of priority")
        constraints = [
            models.UniqueConstraint(fields=["owner", "code"], name="priority_criterion_once"),
            known("priority_criterion_better", "better", Better),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_authority(user, place=None)


@keep_history()
class WeightSet(Row):
    """One version of the weights: {criterion code: weight}. Ranks name the version they were computed with."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("Version"), default=1)
    weights = models.JSONField(_("Weights"))
    valid_from = models.DateField(_("Valid from"))
    reason = models.TextField(_("Reason"), blank=True)
    seed = models.PositiveIntegerField(
        default=20260930, help_text="of the 500 weightings that give the range of a rank"
    )

    class Meta:
        verbose_name = _("set of weights")
        verbose_name_plural = _("sets of weights")
        ordering = ("owner", "-number")
        constraints = [models.UniqueConstraint(fields=["owner", "number"], name="weight_set_once")]
        triggers = [stays("weights_stay", "owner_id", "number", "weights", "seed")]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_authority(user, place=None)


class HazardPriority(Row):
    """A hazard's rank under one set of weights, and how far it moves when the weights move by a fifth."""

    hazard = models.ForeignKey("Hazard", models.CASCADE, related_name="priorities")
    weight_set = models.ForeignKey(WeightSet, models.PROTECT, related_name="ranks")
    values = models.JSONField(_("Values"), help_text="{criterion code: raw value}")
    score = models.FloatField(_("Score"))
    rank = models.PositiveIntegerField(_("Rank"))
    rank_low = models.PositiveIntegerField(_("Best rank"))
    rank_high = models.PositiveIntegerField(_("Worst rank"))
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rank of a hazard")
        verbose_name_plural = _("ranks of hazards")
        ordering = ("weight_set", "rank")
        constraints = [
            models.UniqueConstraint(fields=["hazard", "weight_set"], name="hazard_priority_once"),
            models.CheckConstraint(
                condition=Q(rank_low__lte=F("rank"), rank_high__gte=F("rank")), name="hazard_priority_range"
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_authority(user, owner="hazard__owner", place="hazard__place")


@keep_history()
class StrategyTarget(Row, Named):
    """An aim of the authority's strategy for a period. It is public."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(_("Period"), max_length=8)
    indicator = models.CharField(_("Indicator"), max_length=80)
    value = models.FloatField(pgettext_lazy("an aim", "Target"))
    unit = models.CharField(_("Unit"), max_length=40, blank=True)
    source = models.CharField(_("Source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("target of the strategy")
        verbose_name_plural = _("targets of the strategy")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "place", "period", "indicator"], name="strategy_target_once", nulls_distinct=False
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING
