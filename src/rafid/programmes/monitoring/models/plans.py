"""Plans: which sites are to be visited, and how they were chosen, so that anybody can choose them again."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.models import RecordQuerySet
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, NOTHING, OFFICE, PARTNERS, among, of_third_party
from .base import Register, Row, kept_as_is, refuse
from .contracts import Contract
from .sites import Site


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REGISTERED = "registered", pgettext_lazy("a plan is", "Registered")
    RUNNING = "running", pgettext_lazy("a plan is", "Running")
    REVEALED = "revealed", pgettext_lazy("a plan is", "Revealed")
    CLOSED = "closed", pgettext_lazy("a plan is", "Closed")


OPENED = (PlanState.REVEALED, PlanState.CLOSED)


class Aim(models.TextChoices):
    PROPORTION = "proportion", _("Estimate a share")
    ACCEPTANCE = "acceptance", _("Accept or reject a lot")
    LQAS = "lqas", _("Classify by LQAS")
    TOTAL = "total", _("Estimate a total")


@keep_history()
class MonitoringPlan(Register):
    """The sample of a period. From registration on nothing of it changes but its state.

    The seed lies enciphered in :class:`SealedSeed` until it is revealed; its hash is public from registration on.
    ``partners`` and ``donors`` are those of its contracts, kept by triggers.
    """

    REF_PREFIX = "P"

    period = models.CharField(_("Period"), max_length=10)
    title = models.CharField(_("Title"), max_length=200, blank=True)
    contracts = models.ManyToManyField(Contract, through="PlanContract", related_name="plans")
    state = models.CharField(_("State"), max_length=12, choices=PlanState.choices, default=PlanState.DRAFT)
    aim = models.CharField(_("Aim"), max_length=12, choices=Aim.choices, default=Aim.PROPORTION)
    seed = models.CharField(_("Seed"), max_length=200, null=True, blank=True, editable=False)
    seed_hash = models.CharField(_("Hash of the seed"), max_length=64, blank=True, editable=False)
    frame_hash = models.CharField(_("Hash of the frame"), max_length=64, blank=True, editable=False)
    registered_at = models.DateTimeField(_("Registered"), null=True, editable=False)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    revealed_at = models.DateTimeField(_("Revealed"), null=True, editable=False)
    revealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    statement = models.JSONField(_("What it can show"), default=dict, editable=False)
    partners = ArrayField(models.UUIDField(), default=list, editable=False)
    donors = ArrayField(models.UUIDField(), default=list, editable=False)

    class Meta(Register.Meta):
        verbose_name = _("monitoring plan")
        verbose_name_plural = _("monitoring plans")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(condition=Q(aim__in=Aim.values), name="plan_aim_known"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(
                    seed_hash__regex=r"^[0-9a-f]{64}$",
                    frame_hash__regex=r"^[0-9a-f]{64}$",
                    registered_at__isnull=False,
                ),
                name="plan_registered_whole",
                violation_error_message=_("A registered plan has the hashes of its seed and frame, and its day."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPENED, seed__isnull=False) | ~Q(state__in=OPENED) & Q(seed=None),
                name="plan_seed_with_reveal",
                violation_error_message=_("The seed is written when the plan is revealed, not before."),
            ),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="plan_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' THEN
                        {refuse("plan_stays")}
                    END IF;
                    IF (NEW.period, NEW.aim, NEW.seed_hash, NEW.frame_hash, NEW.registered_at, NEW.registered_by_id,
                        NEW.statement, NEW.owner_id, NEW.ref, NEW.partners, NEW.donors)
                       IS DISTINCT FROM
                       (OLD.period, OLD.aim, OLD.seed_hash, OLD.frame_hash, OLD.registered_at, OLD.registered_by_id,
                        OLD.statement, OLD.owner_id, OLD.ref, OLD.partners, OLD.donors)
                       OR NEW.deleted_at IS NOT NULL OR (OLD.seed IS NOT NULL AND NEW.seed IS DISTINCT FROM OLD.seed) THEN
                        {refuse("plan_stays")}
                    END IF;
                    IF array_position(ARRAY['draft', 'registered', 'running', 'revealed', 'closed'], NEW.state::text)
                       < array_position(ARRAY['draft', 'registered', 'running', 'revealed', 'closed'], OLD.state::text) THEN
                        {refuse("plan_goes_forward")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="plan_seed_fits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.seed IS NOT NULL"),
                func=pgtrigger.Func(
                    f"""
                    IF encode(sha256(convert_to(NEW.seed, 'UTF8')), 'hex') <> NEW.seed_hash THEN
                        {refuse("plan_seed_fits")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="plan_registers_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.state = 'registered'"),
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'UPDATE' AND OLD.state <> 'draft' THEN
                        RETURN NEW;
                    END IF;
                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_stratum s WHERE s.plan_id = NEW.id) OR EXISTS (
                        SELECT 1 FROM rafid_monitoring_stratum s WHERE s.plan_id = NEW.id AND s.size >
                            (SELECT count(*) FROM rafid_monitoring_framerow f WHERE f.stratum_id = s.id)
                    ) THEN
                        {refuse("plan_sample_in_frame")}
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM rafid_monitoring_stratum s JOIN rafid_monitoring_framerow f ON f.stratum_id = s.id
                        WHERE s.plan_id = NEW.id AND s.method = 'by_size' AND f.size IS NULL
                    ) THEN
                        {refuse("plan_sizes_known")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.title or self.period}"

    @property
    def opened(self) -> bool:
        """May everybody who sees the plan see what was drawn?"""
        return self.state in OPENED

    @classmethod
    def visibility(cls, user: Any) -> Q:
        """The office sees all; partners and donors of its contracts see that it is registered, and by which hash. Monitors
        know their visits, not the plan that these come from."""
        sides = among(user, PARTNERS, "partners") | among(user, DONORS, "donors")
        return of_third_party(user, roles=OFFICE) | sides & ~Q(state="draft")


def below_plan(user: Any, path: str) -> Q:
    """Rows of a plan that say which sites it speaks of: for the office, and for its sides once it is revealed."""
    sides = among(user, PARTNERS, f"{path}__partners") | among(user, DONORS, f"{path}__donors")
    opened = Q(**{f"{path}__state__in": OPENED})
    return of_third_party(user, owner=f"{path}__owner", place=f"{path}__place", roles=OFFICE) | sides & opened


def frozen_with_plan(name: str, *, plan: str = "plan_id") -> pgtrigger.Trigger:
    """Neither added, changed nor deleted once the plan is registered."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=pgtrigger.Func(
            f"""
            PERFORM 1 FROM rafid_monitoring_monitoringplan p WHERE p.id IN (OLD.{plan}, NEW.{plan}) FOR SHARE;
            IF EXISTS (
                SELECT 1 FROM rafid_monitoring_monitoringplan p WHERE p.state <> 'draft' AND p.id IN (OLD.{plan}, NEW.{plan})
            ) THEN
                {refuse("plan_stays")}
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            """
        ),
    )


class PlanContract(Row):
    """A contract whose sites the plan samples."""

    plan = models.ForeignKey(MonitoringPlan, models.CASCADE, related_name="of_contracts")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "contract"], name="plan_contract_once")]
        triggers = [
            frozen_with_plan("plan_contract_frozen"),
            pgtrigger.Trigger(
                name="plan_contract_sides",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    """
                    UPDATE rafid_monitoring_monitoringplan p SET
                        partners = coalesce((SELECT array_agg(DISTINCT c.partner_id) FROM rafid_monitoring_contract c
                            JOIN {meta.db_table} k ON k.contract_id = c.id WHERE k.plan_id = p.id), '{{}}'),
                        donors = coalesce((SELECT array_agg(DISTINCT c.donor_id) FROM rafid_monitoring_contract c
                            JOIN {meta.db_table} k ON k.contract_id = c.id WHERE k.plan_id = p.id), '{{}}')
                    WHERE p.id IN (OLD.plan_id, NEW.plan_id);
                    RETURN NULL;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        sides = among(user, PARTNERS, "plan__partners") | among(user, DONORS, "plan__donors")
        return of_third_party(user, owner="plan__owner", place="plan__place", roles=OFFICE) | (
            sides & ~Q(plan__state="draft")
        )


class SealedSeed(models.Model):
    """The seed of a registered plan, enciphered. No page, file or answer reads it: only the verb that reveals it."""

    plan = models.OneToOneField(MonitoringPlan, models.PROTECT, primary_key=True, related_name="sealed_seed")
    sealed = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        triggers = [kept_as_is("seed_stays")]

    def __str__(self) -> str:
        return str(self.plan_id)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return NOTHING


class StratumMethod(models.TextChoices):
    EQUAL = "equal", _("Each site with the same chance")
    BY_SIZE = "by_size", _("By size")


class Stratum(Row):
    """A part of the frame from which ``size`` sites are drawn."""

    plan = models.ForeignKey(MonitoringPlan, models.CASCADE, related_name="strata")
    name = models.CharField(_("Name"), max_length=120)
    size = models.PositiveIntegerField(_("Sites to draw"))
    method = models.CharField(_("Method"), max_length=8, choices=StratumMethod.choices, default=StratumMethod.EQUAL)
    weight = models.FloatField(_("Weight"), default=1)
    aql = models.FloatField(_("Acceptable quality level, %"), null=True, blank=True)
    level = models.CharField(_("Inspection level"), max_length=3, blank=True, default="II")
    confidence = models.FloatField(_("Confidence"), null=True, blank=True)
    tolerable = models.FloatField(_("Tolerable share"), null=True, blank=True)
    low = models.FloatField(_("Share of good sites of a lot that must not pass"), null=True, blank=True)
    high = models.FloatField(_("Share of good sites of a lot that must pass"), null=True, blank=True)
    alpha = models.FloatField(_("Chance that a good lot is called bad"), null=True, blank=True)
    beta = models.FloatField(_("Chance that a bad lot is called good"), null=True, blank=True)

    class Meta:
        verbose_name = _("stratum")
        verbose_name_plural = _("strata")
        ordering = ("plan", "name")
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="stratum_once"),
            models.CheckConstraint(
                condition=Q(size__gte=1),
                name="stratum_size",
                violation_error_message=_("At least one site is drawn from each stratum."),
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="stratum_weight"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(name__contains="|"), name="stratum_name"),
            models.CheckConstraint(condition=Q(method__in=StratumMethod.values), name="stratum_method"),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gt=0, confidence__lt=1), name="stratum_confidence"
            ),
            models.CheckConstraint(
                condition=Q(low=None, high=None) | Q(low__gte=0, low__lt=F("high"), high__lte=1),
                name="stratum_low_below_high",
                violation_error_message=_("The share of a lot that must not pass lies below that of one that must."),
            ),
            models.CheckConstraint(
                condition=(Q(alpha=None) | Q(alpha__gt=0, alpha__lt=1)) & (Q(beta=None) | Q(beta__gt=0, beta__lt=1)),
                name="stratum_errors_are_chances",
            ),
        ]
        triggers = [frozen_with_plan("stratum_frozen")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return below_plan(user, "plan")


class FrameRow(Row):
    """A site that could be drawn. ``code`` is the text by which it is drawn: its reference when the frame was made."""

    plan = models.ForeignKey(MonitoringPlan, models.CASCADE, related_name="frame")
    stratum = models.ForeignKey(Stratum, models.CASCADE, related_name="frame")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    code = models.CharField(_("Site"), max_length=40)
    size = models.DecimalField(_("Size"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("row of the frame")
        verbose_name_plural = _("frame")
        ordering = ("plan", "stratum", "code")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "site"],
                name="frame_row_once",
                violation_error_message=_("A site is in the frame once. Take it out of one stratum."),
            ),
            models.UniqueConstraint(fields=["plan", "code"], name="frame_code_once"),
            models.CheckConstraint(
                condition=Q(size=None) | Q(size__gt=0),
                name="frame_row_size",
                violation_error_message=_("A size is more than 0. Correct the site, or leave it out of the frame."),
            ),
        ]
        triggers = [frozen_with_plan("frame_row_frozen")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return below_plan(user, "plan")


class DrawnSite(Row):
    """A site that the seed chose; it stays chosen, whatever becomes of the visit. ``place_in_draw`` counts from 1."""

    plan = models.ForeignKey(MonitoringPlan, models.PROTECT, related_name="drawn")
    stratum = models.ForeignKey(Stratum, models.PROTECT, related_name="drawn")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    place_in_draw = models.PositiveIntegerField(_("Order"))
    certain = models.BooleanField(_("Certain"), default=False, help_text="so large that it is drawn for certain")

    class Meta:
        verbose_name = _("drawn site")
        verbose_name_plural = _("drawn sites")
        ordering = ("plan", "stratum", "place_in_draw")
        constraints = [
            models.UniqueConstraint(fields=["plan", "site"], name="drawn_site_once"),
            models.UniqueConstraint(fields=["stratum", "place_in_draw"], name="drawn_site_order"),
            models.CheckConstraint(condition=Q(place_in_draw__gte=1), name="drawn_site_from_one"),
        ]
        triggers = [
            kept_as_is("drawn_stays"),
            pgtrigger.Trigger(
                name="drawn_from_frame",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=pgtrigger.Func(
                    f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM rafid_monitoring_framerow f JOIN rafid_monitoring_stratum s ON s.id = f.stratum_id
                        JOIN rafid_monitoring_monitoringplan p ON p.id = f.plan_id
                        WHERE f.plan_id = NEW.plan_id AND f.stratum_id = NEW.stratum_id AND f.site_id = NEW.site_id
                        AND p.state IN ('registered', 'running') AND NEW.place_in_draw <= s.size
                    ) THEN
                        {refuse("drawn_from_frame")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return below_plan(user, "plan")
