"""Indicators and their values by place × period × disaggregation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons import writing
from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.names import Named, pick
from rafid.commons.people.visibility import scopes, visible
from rafid.commons.programme import PLATFORM

from . import disaggregation

LABEL = "rafid_indicators.indicatorvalue"
"""How an agreement between organisations names figures."""


class Kind(models.TextChoices):
    COUNT = "count", _("Count")
    RATIO = "ratio", _("Ratio")
    RATE = "rate", _("Rate")
    INDEX = "index", _("Index")
    SHARE = "share", _("Share")


class IndicatorState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")
    RETIRED = "retired", _("Retired")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: Any) -> IndicatorQuerySet:
        """Definitions are public unless they say otherwise; drafts are for those who hold a role in the programme."""
        rule = models.Q(sensitivity=0) & ~models.Q(state=IndicatorState.DRAFT)
        for scope in scopes(user):
            own = models.Q() if scope.programme == PLATFORM else models.Q(programme=scope.programme)
            rule |= models.Q(sensitivity__lte=scope.reads) & own
        return self.filter(rule)

    def adopted(self) -> IndicatorQuerySet:
        return self.filter(state=IndicatorState.ADOPTED)


@keep_history()
class Indicator(Named):
    """A definition, one row a version; the newest adopted one counts. Declared by a programme or made by staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=IndicatorState.choices, default=IndicatorState.ADOPTED)
    programme = models.CharField(max_length=40)
    declared = models.BooleanField(default=True, help_text="by its programme; sync_indicators keeps it so")
    unit = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COUNT)
    numerator = models.TextField(blank=True)
    denominator = models.TextField(blank=True)
    multiplier = models.FloatField(default=1.0)
    rollup = models.CharField(max_length=20, default="sum")
    by = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    direction = models.CharField(max_length=8, default="neither")
    definition = models.JSONField(default=dict)
    method = models.JSONField(default=dict, blank=True)
    source = models.TextField(blank=True)
    sensitivity = models.SmallIntegerField(default=0)
    order = models.PositiveIntegerField(default=0, help_text="its place in the declaration")
    continues = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text="the version before it, where only the words changed: its figures go on",
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    adopted_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(IndicatorQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="indicator_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(state="adopted"), name="indicator_one_adopted_version"
            ),
            models.UniqueConstraint(fields=["code"], condition=models.Q(state="draft"), name="indicator_one_draft"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("indicator", args=[self.code])

    @property
    def definition_text(self) -> str:
        return pick(self.definition)

    @property
    def method_text(self) -> str:
        return pick(self.method)

    @property
    def counts(self) -> bool:
        """A count, not a rate: where rates are barred, it is not; on a map it wants symbols or a reason."""
        return self.kind == Kind.COUNT


class ValueQuerySet(models.QuerySet["IndicatorValue"]):
    def visible_to(self, user: Any) -> ValueQuerySet:
        """The figures that this person may see. One rule for each programme in which they hold a role.

        Without any role it is one rule without a query, so that public pages cost nothing here.
        """
        held = {scope.programme for scope in scopes(user)}
        everywhere = visible(user, programme="", label=LABEL, own=None)
        if not held - {PLATFORM}:
            return self.filter(everywhere)
        rule = everywhere & ~models.Q(indicator__programme__in=held)
        for programme in held - {PLATFORM}:
            rule |= models.Q(indicator__programme=programme) & visible(user, programme=programme, label=LABEL, own=None)
        return self.filter(rule)

    def titled(self) -> ValueQuerySet:
        return self.select_related("indicator", "place")


@keep_history()
class IndicatorValue(models.Model):
    """One figure. ``by`` is canonical text, ``age_group=00-04;sex=female`` in the order of the dimensions' codes, empty
    for the total. ``value`` has the indicator's multiplier in it; ``numerator`` and ``denominator`` have not.

    A figure that an import replaces is kept by history; ``known_at`` says when this node took it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10)
    by = models.CharField(max_length=200, default="", blank=True)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    share_present = models.FloatField(null=True)
    provisional = models.BooleanField(default=False)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    sensitivity = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=12, default="published")
    source_text = models.TextField(blank=True)
    as_of = models.CharField(max_length=40, blank=True)
    import_run = models.ForeignKey("rafid_records.ImportRun", models.PROTECT, null=True, related_name="+")
    import_row = models.PositiveIntegerField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    known_at = models.DateTimeField(db_default=Now())

    objects = models.Manager.from_queryset(ValueQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "place", "period", "by"], name="indicator_value_once"),
            models.CheckConstraint(
                condition=models.Q(numerator=None, denominator=None)
                | models.Q(numerator__isnull=False, denominator__gte=0),
                name="indicator_value_numerator_and_denominator",
            ),
            models.CheckConstraint(
                condition=models.Q(share_present=None) | models.Q(share_present__gte=0, share_present__lte=1),
                name="indicator_value_share",
            ),
        ]
        indexes = [models.Index(fields=["indicator", "period", "by", "place"], name="indicator_value_lookup")]

    def __str__(self) -> str:
        return f"{self.indicator.code} {self.place.ref} {self.period} {self.by}".rstrip()

    @property
    def ref(self) -> str:
        """Not unique: it leaves out the disaggregation."""
        return f"{self.indicator.code[:18]} {self.place.ref} {self.period}"[:40]

    @property
    def title(self) -> str:
        """``Population · Maysan · 2024 · Female`` in the reader's language."""
        parts = (self.indicator.name, self.place.name, writing.period(self.period), disaggregation.label(self.by))
        return " · ".join(part for part in parts if part)

    def programme_name(self) -> str:
        return self.indicator.programme

    def get_absolute_url(self) -> str:
        """The page of its indicator, at its place and period."""
        query = urlencode({"period": self.period, "place": self.place.ref})
        return f"{self.indicator.get_absolute_url()}?{query}"

    @classmethod
    def beside(cls, rows: models.QuerySet[IndicatorValue]) -> models.QuerySet[IndicatorValue]:
        """The figures of the same indicators and periods: what these are the sums or the parts of."""
        rule = models.Q(pk=None)
        for indicator, period in rows.order_by().values_list("indicator", "period").distinct():
            rule |= models.Q(indicator=indicator, period=period)
        return cls.objects.filter(rule)


class Aim(models.Model):
    """A value at a place and a period, said by somebody with a date: what is aimed at, or what it began with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=80, help_text="the indicator's, whichever its version")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, related_name="+")
    period = models.CharField(max_length=10)
    by = models.CharField(max_length=200, default="", blank=True)
    value = models.FloatField()
    source = models.TextField()
    on = models.DateField(help_text="when it was set")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.place_id} {self.period} {self.by}".rstrip()


@keep_history()
class Target(Aim):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "place", "period", "by"], name="target_once")]


@keep_history()
class Baseline(Aim):
    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "place", "period", "by"], name="baseline_once")]
