"""Values, each with two times: when it was so, and since when it is known. A table that is its own history."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.models import RecordQuerySet, Severity

from ..codes import FlowQuality, Quality
from ..seeing import of_series
from .base import Row, kept_as_is
from .stations import Series


class Value(models.Model):
    """One value of a series at ``time``, as known from ``known_from`` on. *As known at T*: for each time the row with the
    largest ``known_from`` that is not after T.

    The table is partitioned by the year of ``time`` (migration 0002); rows are added and neither changed nor deleted.
    ``value`` is empty where it is missing. ``origin_ref`` says what wrote it: ``sheet:…``, ``import:…``, ``rating:…``,
    ``model:…``, ``api``, ``person``.
    """

    pk = models.CompositePrimaryKey("series_id", "time", "known_from")
    series = models.ForeignKey(Series, models.PROTECT, related_name="values", db_index=False)
    time = models.DateTimeField()
    known_from = models.DateTimeField()
    value = models.FloatField(null=True, blank=True)
    quality = models.SmallIntegerField(choices=Quality.choices, default=Quality.NOT_JUDGED)
    flow_quality = models.SmallIntegerField(choices=FlowQuality.choices, null=True, blank=True)
    origin_ref = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        # Django would make one plain table; the migration makes the partitioned one with the same columns.
        managed = False
        db_table = "rafid_rivers_value"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        """Those who see the series. An embargo is held by ``queries.values``, through which every reading goes."""
        return of_series(user)


class SeriesFindingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a finding is", "Open")
    EXPLAINED = "explained", pgettext_lazy("a finding is", "Explained")
    CONFIRMED = "confirmed", pgettext_lazy("a finding is", "Confirmed")
    CORRECTED = "corrected", pgettext_lazy("a finding is", "Corrected")
    RESOLVED = "resolved", pgettext_lazy("a finding is", "Resolved")


@keep_history()
class SeriesFinding(Row):
    """What a check says of the values of a series from ``start`` to ``end``, and what people did about it. ``known_at`` is
    when it was found."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="findings")
    check_code = models.CharField(max_length=40)
    severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.CHECK)
    start = models.DateTimeField()
    end = models.DateTimeField()
    value = models.FloatField(null=True, blank=True)
    against = models.FloatField(_("Compared with"), null=True, blank=True)
    message = models.JSONField(help_text='{"ar": …, "ckb": …, "en": …}')
    state = models.CharField(max_length=10, choices=SeriesFindingState.choices, default=SeriesFindingState.OPEN)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("finding about values")
        verbose_name_plural = _("findings about values")
        constraints = [
            models.UniqueConstraint(fields=["series", "check_code", "start"], name="series_finding_once"),
            models.CheckConstraint(
                condition=~Q(state="explained", reason=""), name="series_finding_explained_with_a_reason"
            ),
            models.CheckConstraint(condition=Q(end__gte=models.F("start")), name="series_finding_in_order"),
        ]
        indexes = [models.Index(fields=["state", "-severity", "-start"], name="series_finding_open_first")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_series(user)


@keep_history()
class DailySheet(Row):
    """What a reader sent from a phone, as it was typed. ``id`` comes from the phone, so that sending twice is one sheet."""

    on = models.DateField(_("Day"))
    rows = models.JSONField(help_text="[{series, time, typed, confirmed}]")
    taken_at = models.DateTimeField(_("Typed at"), null=True, blank=True)
    answered = models.JSONField(default=dict, help_text="what became of each row")

    class Meta:
        verbose_name = _("daily sheet")
        verbose_name_plural = _("daily sheets")
        triggers = [kept_as_is("sheet_stays")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(made_by=user.pk) if getattr(user, "pk", None) else Q(pk__in=[])
