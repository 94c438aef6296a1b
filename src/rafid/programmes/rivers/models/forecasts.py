"""Models, what they foretold, and how good they were."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.models import RecordQuerySet, Sensitivity
from rafid.commons.records.triggers import record_triggers

from ..seeing import issued_or_staff
from .base import Register, Row, known, refuse, stays, steps_only
from .network import RiverNode


class ModelKind(models.TextChoices):
    GR4J = "gr4j", _("GR4J")
    GR4J_SNOW = "gr4j_snow", _("GR4J with snow")
    ROUTING = "routing", _("Routing from upstream")
    EXTERNAL = "external", _("Another model's results")


class ModelState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("a model is", "Draft")
    ACTIVE = "active", pgettext_lazy("a model is", "Active")
    RETIRED = "retired", pgettext_lazy("a model is", "Retired")


@keep_history()
class RiverModel(Row):
    """A model of the flow at a node. ``parameters`` are those of the method; ``forcing`` names its series by variable;
    ``error_model`` is ``methods.hydrology.ErrorModel`` as JSON."""

    node = models.ForeignKey(RiverNode, models.PROTECT, related_name="models", verbose_name=_("River node"))
    kind = models.CharField(_("Kind"), max_length=12, choices=ModelKind.choices)
    forcing = models.JSONField(_("Forcing"), default=dict, help_text='{"precipitation": series id, …}')
    observed = models.ForeignKey(
        "Series", models.PROTECT, null=True, blank=True, related_name="models", verbose_name=_("Observed flow")
    )
    area_km2 = models.FloatField(_("Area, km²"), null=True, blank=True)
    latitude = models.FloatField(_("Latitude"), null=True, blank=True)
    bands = models.JSONField(_("Elevation bands, m"), default=list, blank=True)
    reference_elevation = models.FloatField(_("Reference elevation, m"), null=True, blank=True)
    parameters = models.JSONField(_("Parameters"), default=dict)
    error_model = models.JSONField(default=dict, blank=True)
    calibrated_from = models.DateField(_("Calibrated from"), null=True, blank=True)
    calibrated_to = models.DateField(_("Calibrated to"), null=True, blank=True)
    validated_from = models.DateField(_("Validated from"), null=True, blank=True)
    validated_to = models.DateField(_("Validated to"), null=True, blank=True)
    scores = models.JSONField(_("Scores"), default=dict, blank=True)
    state = models.CharField(_("State"), max_length=8, choices=ModelState.choices, default=ModelState.DRAFT)
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=Sensitivity.PUBLIC)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("river model")
        verbose_name_plural = _("river models")
        constraints = [
            known("river_model_kind_known", "kind", ModelKind),
            models.UniqueConstraint(
                fields=["node", "kind"],
                condition=Q(state="active"),
                name="river_model_one_active",
                violation_error_message=_("Another model of this kind is active at this node. Retire it first."),
            ),
            models.CheckConstraint(
                condition=Q(kind="external", area_km2=None) | Q(area_km2__isnull=False, area_km2__gt=0),
                name="river_model_area",
                violation_error_message=_("A model of a catchment says its area. Enter it."),
            ),
            models.CheckConstraint(
                condition=Q(kind="external") | Q(latitude__isnull=False),
                name="river_model_latitude",
                violation_error_message=_("A model of a catchment says its latitude. Enter it."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="model_needs_validation",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.state = 'active'"),
                func=pgtrigger.Func(
                    f"""
                    IF NEW.validated_from IS NULL OR NEW.validated_to IS NULL OR NEW.scores = '{{{{}}}}'::jsonb
                       OR (NEW.kind <> 'external' AND NEW.calibrated_to IS NOT NULL
                           AND NEW.validated_from <= NEW.calibrated_to
                           AND NEW.validated_to >= NEW.calibrated_from) THEN
                        {refuse("model_needs_validation")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return issued_or_staff(user, ("active", "retired"))


class ForcingKind(models.TextChoices):
    OBSERVED = "observed", pgettext_lazy("weather of a forecast", "As observed (for replays)")
    BOOTSTRAP = "bootstrap", pgettext_lazy("weather of a forecast", "Drawn from past weather of the season")
    ANALOGUE = "analogue", pgettext_lazy("weather of a forecast", "From similar past years")
    ECMWF = "ecmwf", pgettext_lazy("weather of a forecast", "ECMWF ensemble")
    GLOFAS = "glofas", pgettext_lazy("weather of a forecast", "GloFAS ensemble")
    OTHER = "other", pgettext_lazy("weather of a forecast", "Another source")


class ForecastState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("a forecast is", "Queued")
    RUNNING = "running", pgettext_lazy("a forecast is", "Running")
    ISSUED = "issued", pgettext_lazy("a forecast is", "Issued")
    FAILED = "failed", pgettext_lazy("a forecast is", "Failed")
    WITHDRAWN = "withdrawn", pgettext_lazy("a forecast is", "Withdrawn")


FORECAST_STEPS: dict[str, tuple[str, ...]] = {
    "queued": ("running", "failed"),
    "running": ("issued", "failed", "queued"),
    "issued": ("withdrawn",),
    "failed": ("queued",),
    "withdrawn": (),
}


@keep_history()
class Forecast(Register):
    """A forecast of the flow at a node, issued from what was known at ``data_known_at`` and never changed. ``steps`` are its
    leads in hours. Shorter than asked for (``horizon_h``) where the weather ended: ``notes`` says so."""

    REF_PREFIX = "FC"

    state = models.CharField(
        _("State"), max_length=10, choices=ForecastState.choices, default=ForecastState.QUEUED, editable=False
    )
    model = models.ForeignKey(RiverModel, models.PROTECT, null=True, blank=True, related_name="forecasts")
    node = models.ForeignKey(RiverNode, models.PROTECT, related_name="forecasts")
    variable = models.CharField(_("Variable"), max_length=24, default="discharge")
    issued_at = models.DateTimeField(_("Issued"), null=True, blank=True)
    data_known_at = models.DateTimeField(_("From what was known at"))
    forcing = models.CharField(_("Weather"), max_length=10, choices=ForcingKind.choices, default=ForcingKind.BOOTSTRAP)
    members = models.PositiveSmallIntegerField(_("Members"), default=50)
    horizon_h = models.PositiveIntegerField(_("Horizon, hours"), default=240)
    steps = models.JSONField(_("Leads, hours"), default=list)
    seed = models.BigIntegerField(_("Seed"), default=0)
    code_version = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(_("Notes"), default=list, blank=True, help_text="[{code, …}]: what the reader must know")
    asked_by = models.ForeignKey("rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    failure = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta(Register.Meta):
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(members__gte=5),
                name="forecast_members",
                violation_error_message=_("A forecast has at least five members."),
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(issued_at__gte=F("data_known_at")),
                name="forecast_issued_after_known",
                violation_error_message=_("A forecast is issued after the moment whose knowledge it uses."),
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issued_at__isnull=False), name="forecast_issued_says_when"
            ),
            known("forecast_forcing_known", "forcing", ForcingKind),
        ]
        indexes = [models.Index(fields=["node", "-issued_at"], name="forecast_of_node")]
        triggers = [
            *record_triggers(),
            steps_only("forecast_steps", FORECAST_STEPS),
            stays(
                "forecast_stays",
                "node_id", "model_id", "issued_at", "data_known_at", "forcing", "members", "steps", "seed", "sha256",
                when="OLD.state IN ('issued', 'withdrawn')",
            ),
        ]  # fmt: skip

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return issued_or_staff(user, ("issued", "withdrawn"))


class ForecastValue(models.Model):
    """One lead of an issued forecast: all members at once, in order, as one row. A row for each member would be fifty times
    as many; nobody asks for one member without the others."""

    pk = models.CompositePrimaryKey("forecast_id", "lead_h")
    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="values", db_index=False)
    lead_h = models.PositiveIntegerField()
    members = models.JSONField()

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="forecast_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Insert,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (SELECT 1 FROM rafid_rivers_forecast f WHERE f.state IN ('issued', 'withdrawn')
                               AND f.id = (CASE WHEN TG_OP = 'INSERT' THEN NEW.forecast_id ELSE OLD.forecast_id END)) THEN
                        {refuse("forecast_stays")}
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(forecast__in=Forecast.objects.visible_to(user).values("pk"))


@keep_history()
class Verification(Row):
    """Scores of a model at one lead over a period. Fewer than 30 cases are kept as a count without figures."""

    model = models.ForeignKey(RiverModel, models.PROTECT, related_name="verifications")
    variable = models.CharField(max_length=24, default="discharge")
    lead_h = models.PositiveIntegerField(_("Lead, hours"))
    start = models.DateField(_("From"))
    end = models.DateField(_("To"))
    n = models.PositiveIntegerField(_("Cases"))
    scores = models.JSONField(_("Scores"), default=dict, blank=True)
    computed_at = models.DateTimeField(_("Computed"))

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["model", "lead_h"]
        constraints = [
            models.UniqueConstraint(fields=["model", "variable", "lead_h", "start", "end"], name="verification_once"),
            models.CheckConstraint(
                condition=Q(n__gte=30) | Q(scores={}),
                name="verification_of_thirty",
                violation_error_message=_("Scores of fewer than 30 cases are no figures. Wait for more of them."),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return Q(model__in=RiverModel.objects.visible_to(user).values("pk"))
