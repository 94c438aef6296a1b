"""Checklists and what they made of visits: items with severity, answers, and every score that was ever computed."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.names import Named, pick
from rafid.commons.records.models import NonConformitySeverity as Severity

from ..seeing import NOTHING, PROGRAMME
from .base import Row, month_first, refuse
from .contracts import WorkplanLine
from .visits import Verdict, Visit, of_visit


class Topic(models.TextChoices):
    CLEARANCE = "clearance_site", _("Clearance site")
    MECHANICAL = "mechanical", _("Mechanical assets")
    DOGS = "dogs", _("Detection dogs")
    NTS = "nts", _("Non-technical survey")
    EORE = "eore_session", _("Risk education session")
    MEDICAL = "medical", _("Medical support")
    EOD = "eod", _("Explosive ordnance disposal")
    STORES = "stores", _("Stores")
    OFFICE = "office", _("Office")
    VICTIMS = "victims", _("Victim assistance")
    COMPLETION = "completion", _("Completed ground")
    OTHER = "other", _("Other")


def of_programme(user: Any) -> Q:
    """Known to everybody who holds a role in the programme: what is asked is no secret."""
    from rafid.commons.people.visibility import reaches, scopes

    return ~NOTHING if any(reaches(scope, PROGRAMME) for scope in scopes(user)) else NOTHING


@keep_history()
class Checklist(Row, Named):
    """What a visit asks, in the version of the published form that asks it. It does not change once a visit used it."""

    topic = models.CharField(_("Topic"), max_length=16, choices=Topic.choices)
    form_version = models.OneToOneField(
        "rafid_forms.FormVersion", models.PROTECT, null=True, blank=True, related_name="monitoring_checklist"
    )
    code = models.CharField(_("Code"), max_length=80, help_text="form id")
    number = models.CharField(_("Version"), max_length=40)
    pass_mark = models.FloatField(_("Pass mark"), null=True, blank=True, help_text="the contract's where empty")

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="checklist_once"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="checklist_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.code} {self.number}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_programme(user)


@keep_history()
class ChecklistItem(Row):
    """One thing that is looked at. ``path`` is the question of the form that asks it."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="items")
    code = models.CharField(_("Code"), max_length=80)
    text_ar = models.TextField(_("Text in Arabic"), blank=True)
    text_ckb = models.TextField(_("Text in Kurdish"), blank=True)
    text_en = models.TextField(_("Text in English"), blank=True)
    severity = models.CharField(_("Severity"), max_length=8, choices=Severity.choices)
    sop_reference = models.CharField(_("Reference of the procedure"), max_length=120, blank=True)
    evidence_required = models.BooleanField(_("Evidence needed"), default=False)
    path = models.CharField(max_length=300, blank=True)
    place_in_list = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("item of a checklist")
        verbose_name_plural = _("items of checklists")
        ordering = ("checklist", "place_in_list")
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="checklist_item_once"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="checklist_item_severity"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="checklist_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (SELECT 1 FROM rafid_monitoring_assessment a
                               WHERE a.checklist_id IN (OLD.checklist_id, NEW.checklist_id)) THEN
                        {refuse("checklist_stays")}
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return self.text or self.code

    @property
    def text(self) -> str:
        return pick({"ar": self.text_ar, "ckb": self.text_ckb, "en": self.text_en})

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_programme(user)


class Assessment(Row):
    """What the answers of a visit amount to, computed from one version of its submission. A corrected answer makes the next
    one; the old stays, with the weights and the pass mark by which it was computed."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField(_("Version"), default=1)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    submission_version = models.ForeignKey(
        "rafid_forms.SubmissionVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    weights = models.JSONField(_("Weights by severity"))
    pass_mark = models.FloatField(_("Pass mark"))
    score = models.FloatField(_("Score"), null=True)
    unweighted = models.FloatField(_("Score without weights"), null=True)
    verdict = models.CharField(_("Verdict"), max_length=12, choices=Verdict.choices)
    failed_critical = ArrayField(models.CharField(max_length=80), default=list)
    counted = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    by_severity = models.JSONField(default=dict, help_text='{"critical": [yes, counted], …}')
    why = models.CharField(_("Reason"), max_length=300, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ("visit", "number")
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="assessment_once"),
            models.UniqueConstraint(fields=["visit"], condition=Q(superseded_at=None), name="assessment_one_stands"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="assessment_verdict"),
            models.CheckConstraint(
                condition=~Q(verdict="pass") | Q(counted__gt=0, failed_critical=[]),
                name="assessment_pass_earned",
                violation_error_message=_("A critical failure is a failure at any score; nothing assessed is no pass."),
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1), name="assessment_score_share"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="assessment_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL
                       OR (to_jsonb(NEW) - 'superseded_at') <> (to_jsonb(OLD) - 'superseded_at') THEN
                        {refuse("assessment_stays")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_visit(user)


class Result(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", pgettext_lazy("answer", "No")
    NA = "na", _("Does not apply")


class Answer(Row):
    """The answer to one item, as one assessment counted it."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers")
    severity = models.CharField(_("Severity"), max_length=8, choices=Severity.choices)
    result = models.CharField(_("Answer"), max_length=3, choices=Result.choices)
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="answer_once"),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="answer_known"),
            models.CheckConstraint(
                condition=~Q(severity="critical", result="na") | ~Q(reason=""),
                name="answer_na_with_reason",
                violation_error_message=_("Say why a critical item does not apply here."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answer_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(refuse("assessment_stays")),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_visit(user, "assessment__visit")


class VerifiedAtSite(Row):
    """What a visit found of a line at its site, by one assessment: beside what the partner reported for that month."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="verified")
    site = models.ForeignKey("Site", models.PROTECT, related_name="verified")
    line = models.ForeignKey(WorkplanLine, models.PROTECT, related_name="verified")
    month = models.DateField(_("Month"))
    value = models.FloatField(_("Verified"))

    class Meta:
        verbose_name = _("verified at a site")
        verbose_name_plural = _("verified at sites")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "line", "month"], name="verified_at_site_once"),
            month_first("verified_at_site_first"),
            models.CheckConstraint(condition=Q(value__gte=0), name="verified_at_site_not_negative"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="verified_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(refuse("assessment_stays")),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_visit(user, "assessment__visit")
