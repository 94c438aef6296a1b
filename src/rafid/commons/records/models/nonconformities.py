"""Non-conformities and their evidence: one record for all programmes that look at somebody's work.

A programme makes its own table of each (so that it can point to its visits and say who sees them) and keeps what stands here:
the steps of a finding's life, and that it is closed only with evidence and by other eyes than those who answered.
"""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NonConformitySeverity(models.TextChoices):
    CRITICAL = "critical", pgettext_lazy("how grave", "Critical")
    MAJOR = "major", pgettext_lazy("how grave", "Major")
    MINOR = "minor", pgettext_lazy("how grave", "Minor")


class NonConformityState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a finding is", "Open")
    ANSWERED = "answered", pgettext_lazy("a finding is", "Answered")
    UNDER_REVIEW = "under_review", _("Evidence under review")
    SENT_BACK = "sent_back", pgettext_lazy("a finding is", "Sent back")
    DISPUTED = "disputed", pgettext_lazy("a finding is", "Disputed")
    CLOSED = "closed", pgettext_lazy("a finding is", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("a finding is", "Withdrawn")


SETTLED = (NonConformityState.CLOSED, NonConformityState.WITHDRAWN)
"""No longer waited for, and so never overdue."""

STEPS: dict[str, tuple[str, ...]] = {
    "open": ("answered", "disputed", "withdrawn"),
    "answered": ("under_review", "sent_back", "closed", "disputed", "withdrawn"),
    "under_review": ("closed", "sent_back", "withdrawn"),
    "sent_back": ("answered", "disputed", "withdrawn"),
    "disputed": ("open", "answered", "sent_back", "withdrawn"),
    "closed": ("open",),
    "withdrawn": (),
}
"""Where a finding may go from where it stands; ``closed`` → ``open`` is reopening."""

RULES = {
    "nonconformity_steps": _("From here this step is not possible. Open the page again and look at its state."),
    "nonconformity_needs_evidence": _("A finding is closed with evidence. Add a file that shows the correction."),
    "nonconformity_closed_outside": _(
        "A finding is closed by somebody of another organisation than the one that it is about."
    ),
    "evidence_stays": _("Evidence stays as it was received. Add another file instead."),
}
"""Sentences for what the triggers refuse."""


class NonConformity(models.Model):
    """Something that was not as it should be: ``item`` of a checklist, how grave, until when, and what became of it."""

    severity = models.CharField(_("Severity"), max_length=8, choices=NonConformitySeverity.choices)
    item_code = models.CharField(_("Item"), max_length=80, blank=True)
    text = models.TextField(_("What was found"))
    opened_on = models.DateField(_("Opened"))
    due_on = models.DateField(_("Due"))
    state = models.CharField(
        _("State"), max_length=12, choices=NonConformityState.choices, default=NonConformityState.OPEN, editable=False
    )
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeats")
    stop_work = models.BooleanField(_("Work was stopped"), null=True, blank=True)
    answer = models.TextField(_("Answer"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    step_reason = models.TextField(
        _("Reason"), blank=True, editable=False, help_text="of the last step: sent back, disputed, withdrawn, reopened"
    )
    reopened = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opened_on")),
                name="%(app_label)s_nc_due_after_opening",
                violation_error_message=_("The deadline lies before the opening. Choose a later day."),
            ),
            models.CheckConstraint(
                condition=Q(severity__in=NonConformitySeverity.values), name="%(app_label)s_nc_severity"
            ),
            models.CheckConstraint(condition=Q(state__in=NonConformityState.values), name="%(app_label)s_nc_state"),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_by__isnull=False, closed_at__isnull=False, answered_by__isnull=False)
                & ~Q(closed_by=F("answered_by")),
                name="%(app_label)s_nc_other_eyes",
                violation_error_message=_("A finding is closed by another person than the one who answered it."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("answered", "under_review")) | Q(answered_by__isnull=False) & ~Q(answer=""),
                name="%(app_label)s_nc_answered_by_somebody",
                violation_error_message=_("Write what was done about it."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("sent_back", "disputed", "withdrawn")) | ~Q(step_reason=""),
                name="%(app_label)s_nc_step_with_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_by__isnull=False), name="%(app_label)s_nc_withdrawn_by"
            ),
        ]


class Evidence(models.Model):
    """A file in the store, and what is known of it. A hint, not a proof: time and place of a picture can be edited."""

    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("File"), max_length=200)
    size = models.BigIntegerField(default=0)
    text = models.TextField(_("What it shows"), blank=True)
    taken_at = models.DateTimeField(_("Taken"), null=True, blank=True)
    point = models.PointField(srid=4326, null=True, blank=True)
    distance_m = models.FloatField(_("Distance to the site, m"), null=True, blank=True)
    camera = models.CharField(_("Camera"), max_length=120, blank=True)
    perceptual_hash = models.CharField(max_length=16, blank=True)
    similar = ArrayField(models.CharField(max_length=64), default=list, blank=True, help_text="hashes of like pictures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="%(app_label)s_evidence_hash"),
            models.CheckConstraint(
                condition=Q(distance_m=None) | Q(distance_m__gte=0), name="%(app_label)s_evidence_distance"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


def _refuse(rule: str) -> str:
    assert rule in RULES, rule
    return f"RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}';"


def nonconformity_triggers(*, evidence: str, about: str) -> list[Any]:
    """``evidence``: the table of evidence, whose column ``nonconformity_id`` points here. ``about``: SQL that gives the id of
    the organisation whose work it is about, from ``NEW``."""
    steps = " OR ".join(
        f"(OLD.state = '{old}' AND NEW.state NOT IN ({', '.join(repr(one) for one in new) or 'NULL'}))"
        for old, new in STEPS.items()
    ).replace("NEW.state NOT IN (NULL)", "true")
    return [
        pgtrigger.Trigger(
            name="nonconformity_1_steps",
            when=pgtrigger.Before,
            operation=pgtrigger.UpdateOf("state"),
            condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
            func=pgtrigger.Func(f"IF {steps} THEN {_refuse('nonconformity_steps')} END IF; RETURN NEW;"),
        ),
        pgtrigger.Trigger(
            name="nonconformity_2_closing",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "closed_by_id"),
            condition=pgtrigger.Condition("NEW.state = 'closed'"),
            func=pgtrigger.Func(
                f"""
                IF NOT EXISTS (SELECT 1 FROM {evidence} e WHERE e.nonconformity_id = NEW.id) THEN
                    {_refuse("nonconformity_needs_evidence")}
                END IF;
                IF EXISTS (
                    SELECT 1 FROM rafid_people_account a JOIN rafid_people_organisation o ON o.id = a.organisation_id
                    WHERE a.id = NEW.closed_by_id AND ({about}) = ANY(o.lineage)
                ) THEN
                    {_refuse("nonconformity_closed_outside")}
                END IF;
                RETURN NEW;
                """
            ),
        ),
    ]


def evidence_triggers() -> list[Any]:
    return [
        pgtrigger.Trigger(
            name="evidence_stays",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=pgtrigger.Func(
                f"""
                IF TG_OP = 'DELETE' OR NEW.sha256 <> OLD.sha256 OR NEW.nonconformity_id <> OLD.nonconformity_id
                   OR NEW.taken_at IS DISTINCT FROM OLD.taken_at OR NEW.by_id IS DISTINCT FROM OLD.by_id THEN
                    {_refuse("evidence_stays")}
                END IF;
                RETURN NEW;
                """
            ),
        )
    ]
