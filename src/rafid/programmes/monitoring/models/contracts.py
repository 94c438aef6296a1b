"""What was promised for which money: contracts, their workplans by line and month, and every version of what was reported."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_contract
from .base import Register, Row, kept_as_is, month_first, refuse

ADDS_UP = 1e-6
"""How far from 1 the sum of the weights may lie, for thirds written with six decimals."""


class ContractState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", pgettext_lazy("a contract is", "Active")
    SUSPENDED = "suspended", pgettext_lazy("a contract is", "Suspended")
    ENDED = "ended", pgettext_lazy("a contract is", "Ended")


def weights_by_severity() -> dict[str, int]:
    return {"critical": 5, "major": 3, "minor": 1}


def days_by_severity() -> dict[str, int]:
    return {"critical": 1, "major": 7, "minor": 30}


@keep_history()
class Contract(Register):
    """A donor's contract with a partner; ``owner`` is the third party that monitors it.

    ``weights``, ``pass_mark``, ``deadlines`` (days) and ``thresholds`` of warnings are conventions of the contract.
    """

    REF_PREFIX = "C"

    donor = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+", verbose_name=_("Donor"))
    partner = models.ForeignKey(
        "rafid_people.Organisation", models.PROTECT, related_name="+", verbose_name=_("Partner")
    )
    title = models.CharField(_("Title"), max_length=300)
    start = models.DateField(_("Start date"))
    end = models.DateField(_("End date"))
    currency = models.CharField(_("Currency"), max_length=3, default="USD")
    budget = models.DecimalField(_("Budget"), max_digits=14, decimal_places=2)
    places = models.ManyToManyField("rafid_places.Place", blank=True, related_name="+", verbose_name=_("Places"))
    state = models.CharField(_("State"), max_length=12, choices=ContractState.choices, default=ContractState.DRAFT)
    weights = models.JSONField(_("Weights by severity"), default=weights_by_severity)
    pass_mark = models.FloatField(_("Pass mark"), default=0.8)
    deadlines = models.JSONField(_("Days to correct, by severity"), default=days_by_severity)
    thresholds = models.JSONField(_("Thresholds of warnings"), default=dict, blank=True)

    class Meta(Register.Meta):
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="contract_ends_after_start",
                violation_error_message=_("The contract ends before it begins. Correct one of the two days."),
            ),
            models.CheckConstraint(
                condition=Q(budget__gte=0),
                name="contract_budget_not_negative",
                violation_error_message=_("A budget is 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="contract_currency",
                violation_error_message=_("A currency is three capital letters, such as USD or IQD."),
            ),
            models.CheckConstraint(condition=Q(pass_mark__gt=0, pass_mark__lte=1), name="contract_pass_mark"),
            models.CheckConstraint(condition=Q(state__in=ContractState.values), name="contract_state_known"),
            models.CheckConstraint(
                condition=~Q(donor=F("partner")) & ~Q(owner=F("partner")),
                name="contract_sides_differ",
                violation_error_message=_("The partner is neither the donor nor the one who monitors."),
            ),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="contract_steps",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
                func=pgtrigger.Func(
                    f"""
                    IF NEW.state = 'draft' OR OLD.state = 'ended' OR (OLD.state = 'draft' AND NEW.state <> 'active') THEN
                        {refuse("contract_steps")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="contract_weights",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (SELECT 1 FROM {{meta.db_table}} c WHERE c.id = NEW.id AND c.state <> 'draft') AND abs(1 - (
                        SELECT coalesce(sum(l.weight), 0) FROM rafid_monitoring_workplanline l WHERE l.contract_id = NEW.id
                    )) > {ADDS_UP} THEN
                        {refuse("contract_weights_add_up")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.title}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_contract(user, "")


class LineKind(models.TextChoices):
    CLEARANCE = "clearance", _("Clearance")
    SURVEY = "survey", _("Survey")
    EORE = "eore_sessions", _("Risk education sessions")
    PEOPLE = "people_reached", _("People reached")
    SPOT = "spot_tasks", _("Spot tasks")
    VICTIMS = "victims_assisted", _("Victims assisted")
    TRAINING = "training", _("Training")
    OTHER = "other", _("Other")


@keep_history()
class WorkplanLine(Row, Named):
    """One promise of a contract: so much of a unit until its end."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="lines")
    code = models.CharField(_("Code"), max_length=40)
    unit = models.CharField(_("Unit"), max_length=40)
    kind = models.CharField(_("Kind"), max_length=20, choices=LineKind.choices, default=LineKind.OTHER)
    weight = models.FloatField(_("Weight"))
    target = models.FloatField(pgettext_lazy("an aim", "Target"))
    baseline = models.FloatField(_("Baseline"), default=0)
    means_of_verification = models.TextField(_("Means of verification"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("workplan line")
        verbose_name_plural = _("workplan lines")
        ordering = ("contract", "code")
        constraints = [
            models.UniqueConstraint(fields=["contract", "code"], name="workplan_line_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=1),
                name="workplan_line_weight",
                violation_error_message=_("A weight lies between 0 and 1; those of a contract add up to 1."),
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0),
                name="workplan_line_target",
                violation_error_message=_("A target is more than 0. Leave out a line that promises nothing."),
            ),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="workplan_line_kind"),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="workplan_weights",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("weight", "contract_id"),
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_monitoring_contract c
                        WHERE c.state <> 'draft' AND c.id IN (OLD.contract_id, NEW.contract_id)
                        AND abs(1 - (
                            SELECT coalesce(sum(l.weight), 0) FROM {{meta.db_table}} l WHERE l.contract_id = c.id
                        )) > {ADDS_UP}
                    ) THEN
                        {refuse("contract_weights_add_up")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_contract(user, "contract")


_INSIDE = """
IF NOT EXISTS (
    SELECT 1 FROM {lines} c WHERE NEW.month >= date_trunc('month', c.start)::date AND NEW.month <= c."end"
) THEN
    {refused}
END IF;
RETURN NEW;
"""
_OF_LINE = (
    "(SELECT c.* FROM rafid_monitoring_contract c JOIN rafid_monitoring_workplanline l ON l.contract_id = c.id "
    "WHERE l.id = NEW.line_id)"
)
_OF_CONTRACT = "(SELECT c.* FROM rafid_monitoring_contract c WHERE c.id = NEW.contract_id)"


def month_of_contract(name: str, contract: str = _OF_LINE) -> pgtrigger.Trigger:
    """A month lies in the time of its contract."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("month"),
        func=pgtrigger.Func(_INSIDE.format(lines=contract, refused=refuse("month_of_contract"))),
    )


@keep_history()
class PlannedMonth(Row):
    """What a line is to have reached by the end of a month, all in all; it never falls."""

    line = models.ForeignKey(WorkplanLine, models.PROTECT, related_name="planned")
    month = models.DateField(_("Month"))
    value = models.FloatField(_("Planned until then"))

    class Meta:
        verbose_name = _("planned month")
        verbose_name_plural = _("planned months")
        ordering = ("line", "month")
        constraints = [
            models.UniqueConstraint(fields=["line", "month"], name="planned_month_once"),
            month_first("planned_month_first"),
            models.CheckConstraint(condition=Q(value__gte=0), name="planned_month_not_negative"),
        ]
        triggers = [
            month_of_contract("planned_month_inside"),
            pgtrigger.Trigger(
                name="planned_never_falls",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM {{meta.db_table}} m JOIN {{meta.db_table}} o ON o.line_id = m.line_id
                        WHERE m.id = NEW.id
                        AND (o.month < m.month AND o.value > m.value OR o.month > m.month AND o.value < m.value)
                    ) THEN
                        {refuse("planned_never_falls")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_contract(user, "line__contract")


class Reported(Row):
    """A number as it was received, with its paper. A correction is the next ``number`` of the same month."""

    number = models.PositiveIntegerField(_("Version"), default=1)
    month = models.DateField(_("Month"))
    received_at = models.DateTimeField(_("Received"))
    document = models.CharField(_("Document"), max_length=64, blank=True, help_text="SHA-256 in the store")
    document_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("Reason"), max_length=500, blank=True)

    class Meta:
        abstract = True


@keep_history()
class ReportedProgress(Reported):
    """What the partner says that a line reached by the end of a month, all in all. Never overwritten."""

    line = models.ForeignKey(WorkplanLine, models.PROTECT, related_name="reported")
    value = models.FloatField(_("Reported"))

    class Meta:
        verbose_name = _("reported progress")
        verbose_name_plural = _("reported progress")
        ordering = ("line", "month", "number")
        constraints = [
            models.UniqueConstraint(fields=["line", "month", "number"], name="reported_progress_once"),
            month_first("reported_progress_first"),
            models.CheckConstraint(condition=Q(value__gte=0), name="reported_progress_not_negative"),
        ]
        triggers = [month_of_contract("reported_progress_inside"), kept_as_is("reported_stays")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_contract(user, "line__contract")


@keep_history()
class Spending(Reported):
    """What was spent by the end of a month, all in all. Never overwritten."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="spending")
    amount = models.DecimalField(_("Spent"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spending")
        ordering = ("contract", "month", "number")
        constraints = [
            models.UniqueConstraint(fields=["contract", "month", "number"], name="spending_once"),
            month_first("spending_first"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="spending_not_negative"),
        ]
        triggers = [month_of_contract("spending_inside", _OF_CONTRACT), kept_as_is("reported_stays")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_contract(user, "contract")
