"""Quarterly reports: figures frozen with the state that they come from, the partners' comments, and errata beside the final."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, OFFICE, PARTNERS, among, of_side, of_third_party
from .base import Register, Row, kept_as_is, refuse
from .contracts import Contract


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    COMMENTS = "comments", _("With the partners")
    FINAL = "final", pgettext_lazy("a report is", "Final")


@keep_history(exclude=("frozen",))
class Report(Register):
    """What is reported of a quarter and of some contracts, in one language. A final one does not change.

    ``frozen`` are its figures, ``known`` the state of the records that they are computed from, so that they can be computed
    again. ``partners`` and ``donors`` are those of its contracts, kept by triggers.
    """

    REF_PREFIX = "R"

    period = models.CharField(_("Period"), max_length=10)
    language = models.CharField(
        _("Language"), max_length=3, choices=[("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")]
    )
    contracts = models.ManyToManyField(Contract, through="ReportContract", related_name="reports")
    state = models.CharField(_("State"), max_length=12, choices=ReportState.choices, default=ReportState.DRAFT)
    frozen = models.JSONField(default=dict, editable=False)
    known = models.DateTimeField(_("As known on"), null=True, blank=True, editable=False)
    sections = models.JSONField(default=dict, blank=True)
    comments_until = models.DateField(_("Comments until"), null=True, blank=True)
    final_at = models.DateTimeField(_("Final since"), null=True, blank=True, editable=False)
    final_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    partners = ArrayField(models.UUIDField(), default=list, editable=False)
    donors = ArrayField(models.UUIDField(), default=list, editable=False)

    class Meta(Register.Meta):
        verbose_name = _("quarterly report")
        verbose_name_plural = _("quarterly reports")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(known__isnull=False),
                name="report_frozen_first",
                violation_error_message=_("Freeze the figures before the report is sent on."),
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(final_at__isnull=False, final_by__isnull=False), name="report_final_by"
            ),
            models.CheckConstraint(
                condition=~Q(state="comments") | Q(comments_until__isnull=False), name="report_comments_end"
            ),
        ]
        triggers = [
            *record_triggers(),
            pgtrigger.Trigger(
                name="report_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'final'"),
                func=pgtrigger.Func(refuse("report_stays")),
            ),
            pgtrigger.Trigger(
                name="report_steps",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=pgtrigger.Func(
                    f"""
                    IF NEW.state = 'final' AND (TG_OP = 'INSERT' OR OLD.state = 'draft') THEN
                        {refuse("report_steps")}
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.state = 'comments' AND NEW.state <> 'draft'
                       AND (NEW.frozen, NEW.known, NEW.period, NEW.owner_id)
                           IS DISTINCT FROM (OLD.frozen, OLD.known, OLD.period, OLD.owner_id) THEN
                        {refuse("report_figures_stay")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.period}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        """Partners read it while they may comment, and donors when it is final."""
        partners = among(user, PARTNERS, "partners") & Q(state__in=("comments", "final"))
        donors = among(user, DONORS, "donors") & Q(state="final")
        return of_third_party(user, roles=OFFICE) | partners | donors


def of_report(user: Any, path: str = "report") -> Q:
    partners = among(user, PARTNERS, f"{path}__partners") & Q(**{f"{path}__state__in": ("comments", "final")})
    donors = among(user, DONORS, f"{path}__donors") & Q(**{f"{path}__state": "final"})
    third = of_third_party(user, owner=f"{path}__owner", place=f"{path}__place", roles=OFFICE)
    return third | partners | donors


class ReportContract(Row):
    report = models.ForeignKey(Report, models.CASCADE, related_name="of_contracts")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "contract"], name="report_contract_once")]
        triggers = [
            pgtrigger.Trigger(
                name="report_contract_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (SELECT 1 FROM rafid_monitoring_report r
                               WHERE r.state <> 'draft' AND r.id IN (OLD.report_id, NEW.report_id)) THEN
                        {refuse("report_figures_stay")}
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="report_contract_sides",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    """
                    UPDATE rafid_monitoring_report r SET
                        partners = coalesce((SELECT array_agg(DISTINCT c.partner_id) FROM rafid_monitoring_contract c
                            JOIN {meta.db_table} k ON k.contract_id = c.id WHERE k.report_id = r.id), '{{}}'),
                        donors = coalesce((SELECT array_agg(DISTINCT c.donor_id) FROM rafid_monitoring_contract c
                            JOIN {meta.db_table} k ON k.contract_id = c.id WHERE k.report_id = r.id), '{{}}')
                    WHERE r.id IN (OLD.report_id, NEW.report_id);
                    RETURN NULL;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_report(user)


class ReportFile(Row):
    """The report as a file in the store: its pages for print, or for an officer to edit."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=[("pdf", "PDF"), ("docx", "DOCX")])
    language = models.CharField(max_length=3, choices=[("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")])
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "format", "language"], name="report_file_once")]
        triggers = [kept_as_is("report_file_stays")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_report(user)


class ReportComment(Row):
    """What a partner says about the report before it is final; it is printed with it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="comments")
    partner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    section = models.CharField(_("Section"), max_length=40, blank=True)
    text = models.TextField(_("Comment"))

    class Meta:
        verbose_name = _("partner's comment")
        verbose_name_plural = _("partners' comments")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="report_comment_says_something")]
        triggers = [
            kept_as_is("comment_stays"),
            pgtrigger.Trigger(
                name="comment_in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=pgtrigger.Func(
                    f"""
                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_report r
                                   WHERE r.id = NEW.report_id AND r.state = 'comments') THEN
                        {refuse("comment_in_time")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        """A partner's words are its own until the report is final, when all read them."""
        final = of_report(user) & Q(report__state="final")
        third = of_third_party(user, owner="report__owner", place="report__place", roles=OFFICE)
        return third | of_side(user, PARTNERS, "partner") | final


class Erratum(Row):
    """A correction beside a final report."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="errata")
    text_ar = models.TextField(_("Text in Arabic"), blank=True)
    text_ckb = models.TextField(_("Text in Kurdish"), blank=True)
    text_en = models.TextField(_("Text in English"), blank=True)

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text_ar="", text_ckb="", text_en=""), name="monitoring_erratum_says_something"
            )
        ]
        triggers = [
            kept_as_is("erratum_stays"),
            pgtrigger.Trigger(
                name="erratum_of_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=pgtrigger.Func(
                    f"""
                    IF NOT EXISTS (SELECT 1 FROM rafid_monitoring_report r
                                   WHERE r.id = NEW.report_id AND r.state = 'final') THEN
                        {refuse("erratum_of_final")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_report(user)
