"""What stays of submissions that were erased, and who agreed to that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.identity import uuid7


class Ground(models.TextChoices):
    RETENTION = "retention", _("Retention")
    TRASH = "trash", pgettext_lazy("ground of an erasure", "Trash")
    LAW = "law", pgettext_lazy("ground of an erasure", "Law")


class Tombstone(models.Model):
    """One erased submission. Its versions keep identity, hashes and dates; ``files`` are the hashes of what was attached."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.OneToOneField("rafid_forms.Submission", models.PROTECT, related_name="tombstone")
    form = models.ForeignKey("rafid_forms.Form", models.PROTECT, related_name="tombstones")
    ground = models.CharField(max_length=9, choices=Ground.choices)
    reason = models.TextField()
    files = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ground__in=Ground.values), name="tombstone_ground_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="tombstone_with_a_reason"),
        ]


class RetentionConsent(models.Model):
    """Somebody saw what would go after ``days`` days and agreed; it counts while the form's days are still these."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.OneToOneField("rafid_forms.Form", models.CASCADE, related_name="retention_consent")
    days = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(help_text="so many submissions the dry run named")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
