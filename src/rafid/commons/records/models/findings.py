"""Findings: what a check says about a record, and what people did about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7


class Severity(models.IntegerChoices):
    NOTE = 1, _("Note")
    CHECK = 2, _("To check")
    SERIOUS = 3, _("Serious")


class FindingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a finding is", "Open")
    RESOLVED = "resolved", _("Resolved")
    EXPLAINED = "explained", _("Explained")
    CONFIRMED = "confirmed", _("Confirmed")


@keep_history()
class Finding(models.Model):
    """``check_code`` broke on the record ``kind``/``record_id``. Resolved: the check passes now; explained: excused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=80)
    record_id = models.UUIDField()
    record_ref = models.CharField(max_length=40, blank=True)
    check_code = models.CharField(max_length=80)
    severity = models.SmallIntegerField(choices=Severity.choices)
    field = models.CharField(max_length=80, blank=True)
    message = models.JSONField(help_text='{"ar": …, "ckb": …, "en": …}')
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id", "check_code"], name="finding_once"),
            models.CheckConstraint(
                condition=~models.Q(state="explained", reason=""), name="finding_explained_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "-severity", "-found_at"], name="finding_open_first")]


class Comment(models.Model):
    finding = models.ForeignKey(Finding, models.CASCADE, related_name="comments")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
