"""What is told: warnings, bulletins, outlooks."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..codes import ThresholdClass
from ..seeing import issued_or_staff
from .base import Register, in_order, known, refuse, stays, steps_only
from .network import Basin, RiverNode
from .stations import Station
from .thresholds import Threshold


class WarningState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("a warning is", "Draft")
    ISSUED = "issued", pgettext_lazy("a warning is", "Issued")
    UPDATED = "updated", pgettext_lazy("a warning is", "Updated")
    CANCELLED = "cancelled", pgettext_lazy("a warning is", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("a warning is", "Expired")
    DISCARDED = "discarded", pgettext_lazy("a warning is", "Discarded")


WARNING_STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("issued", "cancelled", "discarded"),
    "issued": ("updated", "cancelled", "expired"),
    "updated": (),
    "cancelled": (),
    "expired": (),
    "discarded": ("draft",),
}
"""What was never issued is discarded, and taken up again."""
SIGNED_TWICE = ("severe", "extreme")


@keep_history()
class FloodWarning(Register):
    """A warning to the public. An update is a new warning whose ``updates`` names the one that it takes the place of."""

    REF_PREFIX = "WN"

    state = models.CharField(
        _("State"), max_length=10, choices=WarningState.choices, default=WarningState.DRAFT, editable=False
    )
    station = models.ForeignKey(Station, models.PROTECT, related_name="warnings", verbose_name=_("Station"))
    thresholds = models.ManyToManyField(Threshold, blank=True, related_name="warnings")
    level = models.CharField(_("Level"), max_length=8, choices=ThresholdClass.choices)
    area = models.MultiPolygonField(srid=4326, null=True, blank=True)
    area_names = models.JSONField(_("Area"), default=dict)
    onset = models.DateTimeField(_("Expected from"))
    expires = models.DateTimeField(_("Expires"))
    headline = models.JSONField(_("Headline"), default=dict)
    text = models.JSONField(_("Text"), default=dict)
    instruction = models.JSONField(_("What to do"), default=dict)
    forecast = models.ForeignKey("Forecast", models.PROTECT, null=True, blank=True, related_name="warnings")
    probability = models.FloatField(_("Probability"), null=True, blank=True)
    updates = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="updated_by")
    drafted_by = models.ForeignKey("rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    issued_by = models.ForeignKey("rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(_("Issued"), null=True, blank=True)
    second_signature = models.ForeignKey(
        "rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("Signed"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(_("Why it ended"), blank=True)
    override_reason = models.TextField(_("Why it is issued all the same"), blank=True)
    doubts = models.JSONField(
        _("What spoke against its cause"), default=list, blank=True, help_text="[{code, …}] when it was issued"
    )
    alert = models.UUIDField(null=True, blank=True, editable=False, help_text="the alert of the CAP feed")

    class Meta(Register.Meta):
        verbose_name = _("flood warning")
        verbose_name_plural = _("flood warnings")
        ordering = ["-onset"]
        constraints = [
            in_order("flood_warning_expires_after_onset", "onset", "expires"),
            known("flood_warning_level_known", "level", ThresholdClass),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state__in=("cancelled", "discarded"), issued_at=None)
                | Q(issued_by__isnull=False, issued_at__isnull=False),
                name="flood_warning_issued_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(level__in=SIGNED_TWICE)
                | Q(issued_at=None)
                | (Q(second_signature__isnull=False) & ~Q(second_signature=F("issued_by"))),
                name="warning_needs_second",
                violation_error_message=_(
                    "A severe warning needs the signature of a second person. Ask somebody else to sign."
                ),
            ),
            models.CheckConstraint(
                condition=Q(probability=None) | Q(probability__gte=0, probability__lte=1),
                name="flood_warning_probability",
            ),
        ]
        triggers = [
            *record_triggers(),
            steps_only("warning_steps", WARNING_STEPS),
            stays(
                "warning_stays",
                "station_id", "level", "onset", "expires", "headline", "text", "instruction", "issued_by_id", "issued_at",
                "override_reason", "doubts",
                when="OLD.issued_at IS NOT NULL",
            ),
        ]  # fmt: skip

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return issued_or_staff(user, ("issued", "updated", "expired")) | Q(
            state="cancelled", issued_at__isnull=False, sensitivity=0
        )

    def get_absolute_url(self) -> str:
        return f"/rivers/warnings/{self.ref}/"


class BulletinKind(models.TextChoices):
    DAILY = "daily", pgettext_lazy("a bulletin is", "Daily bulletin")
    FLOOD = "flood", pgettext_lazy("a bulletin is", "Flood bulletin")
    MONTHLY_STATUS = "monthly_status", pgettext_lazy("a bulletin is", "Monthly status")
    SEASON = "season", pgettext_lazy("a bulletin is", "Seasonal outlook")


class BulletinState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("a bulletin is", "Draft")
    PUBLISHED = "published", pgettext_lazy("a bulletin is", "Published")
    CORRECTED = "corrected", pgettext_lazy("a bulletin is", "Corrected by another one")
    DISCARDED = "discarded", pgettext_lazy("a bulletin is", "Discarded")


BULLETIN_STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("published", "discarded"),
    "published": ("corrected",),
    "corrected": (),
    "discarded": ("draft",),
}


@keep_history()
class Bulletin(Register):
    """What was told of a period, computed from what was known at ``data_known_at``. ``content`` is its figures as canonical
    JSON and ``sha256`` their hash: computing it again from that state of knowledge gives the same bytes."""

    REF_PREFIX = "BU"

    state = models.CharField(
        _("State"), max_length=10, choices=BulletinState.choices, default=BulletinState.DRAFT, editable=False
    )
    bulletin_kind = models.CharField(_("Kind"), max_length=14, choices=BulletinKind.choices)
    period = models.CharField(_("Period"), max_length=20, help_text="2026-09-30, 2026-09, 2026-10/2027-04")
    data_known_at = models.DateTimeField(_("From what was known at"))
    content = models.JSONField(_("Figures"), default=dict)
    used = models.JSONField(default=list, help_text="series whose values it names, with the first and last time")
    sha256 = models.CharField(max_length=64, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)
    published_by = models.ForeignKey("rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.JSONField(_("What it says beside the figures"), default=dict, blank=True)
    files = models.JSONField(default=list, blank=True, help_text="[{language, format, sha256}]")

    class Meta(Register.Meta):
        verbose_name = _("river bulletin")
        verbose_name_plural = _("river bulletins")
        ordering = ["-data_known_at"]
        constraints = [
            known("river_bulletin_kind_known", "bulletin_kind", BulletinKind),
            models.UniqueConstraint(
                fields=["bulletin_kind", "period"],
                condition=Q(state="published"),
                name="river_bulletin_once",
                violation_error_message=_(
                    "A bulletin of this kind and period is published. Publish a correction that names it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="discarded", published_at=None)
                | (Q(published_at__isnull=False) & ~Q(sha256="")),
                name="river_bulletin_published_whole",
            ),
        ]
        triggers = [
            *record_triggers(),
            steps_only("bulletin_stays", BULLETIN_STEPS),
            stays(
                "bulletin_stays_whole",
                "bulletin_kind", "period", "data_known_at", "content", "sha256", "published_at",
                when="OLD.state <> 'draft'",
            ),
        ]  # fmt: skip

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return issued_or_staff(user, ("published", "corrected"))

    def get_absolute_url(self) -> str:
        return f"/rivers/bulletins/{self.ref}/"


class OutlookMethod(models.TextChoices):
    ESP = "esp", pgettext_lazy("an outlook is by", "Past years' weather from today's state")
    ANALOGUE = "analogue", pgettext_lazy("an outlook is by", "Similar years")
    EXTERNAL = "external", pgettext_lazy("an outlook is by", "Another centre's seasonal ensemble")


@keep_history()
class Outlook(Register):
    """How much water a season may bring: one volume for each trace (Mm³), by month and in all, with its skill."""

    REF_PREFIX = "OL"

    season = models.CharField(_("Season"), max_length=20, help_text="first and last month: 2026-10/2027-04")
    node = models.ForeignKey(RiverNode, models.PROTECT, null=True, blank=True, related_name="outlooks")
    basin = models.ForeignKey(Basin, models.PROTECT, null=True, blank=True, related_name="outlooks")
    model = models.ForeignKey("RiverModel", models.PROTECT, null=True, blank=True, related_name="outlooks")
    method = models.CharField(_("Method"), max_length=8, choices=OutlookMethod.choices, default=OutlookMethod.ESP)
    data_known_at = models.DateTimeField(_("From what was known at"))
    issued_at = models.DateTimeField(_("Issued"))
    years = ArrayField(models.IntegerField(), default=list)
    months = models.JSONField(_("Months"), default=list)
    volumes = models.JSONField(_("Volumes, Mm³"), help_text="[[month volumes] for each trace]")
    climatology = models.JSONField(_("Past volumes, Mm³"), default=list)
    skill = models.JSONField(_("Skill"), default=dict)
    scenario = models.SlugField(_("Demand scenario"), max_length=40, default="usual")
    supply = models.JSONField(_("Supply against demand"), default=dict, blank=True)
    seed = models.BigIntegerField(default=0)

    class Meta(Register.Meta):
        verbose_name = _("seasonal outlook")
        verbose_name_plural = _("seasonal outlooks")
        ordering = ["-issued_at"]
        constraints = [
            known("outlook_method_known", "method", OutlookMethod),
            models.CheckConstraint(
                condition=Q(node__isnull=False) | Q(basin__isnull=False),
                name="outlook_of_somewhere",
                violation_error_message=_("Say of which node or basin the outlook is."),
            ),
            models.UniqueConstraint(
                fields=["node", "season", "method", "scenario", "data_known_at"], name="outlook_once"
            ),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="outlook_traces",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=pgtrigger.Func(
                    f"IF jsonb_array_length(NEW.volumes) < 5 THEN {refuse('outlook_traces')} END IF; RETURN NEW;"
                ),
            ),
            stays("outlook_stays", "season", "node_id", "method", "data_known_at", "volumes", "years", "seed"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return issued_or_staff(user, ("published",))
