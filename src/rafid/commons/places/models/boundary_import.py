"""An import of borders: what was sent, what was found in it, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import uuid7


class BoundaryState(models.TextChoices):
    CHECKED = "checked", _("Checked, waits for a decision")
    APPLIED = "applied", _("In force")
    CANCELLED = "cancelled", _("Put aside")


class BoundaryImport(models.Model):
    """``by`` is an account's id: people live above places, so it is no foreign key here. ``stored`` is the file below
    the media folder while the import waits; empty afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=200, blank=True)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BoundaryState.choices, default=BoundaryState.CHECKED)
    by = models.UUIDField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
