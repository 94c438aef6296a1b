"""An import of borders or settlements: what was sent, what was found in it, and what became of it."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.identity import uuid7


class ImportKind(models.TextChoices):
    BORDERS = "borders", _("Borders")
    SETTLEMENTS = "settlements", _("Settlements")


class ImportState(models.TextChoices):
    READING = "reading", _("Being read")
    REFUSED = "refused", _("Cannot be read")
    CHECKED = "checked", _("Checked, waits for a decision")
    APPLYING = "applying", _("Being put in force")
    APPLIED = "applied", _("In force")
    CANCELLED = "cancelled", _("Put aside")


OPEN = (ImportState.REFUSED, ImportState.CHECKED)
"""Where somebody may still decide: read it otherwise, put it in force, put it aside."""
BUSY = (ImportState.READING, ImportState.APPLYING)


class PlaceImport(models.Model):
    """``by``, ``decided_by`` and ``task`` are ids: people and tasks live above places, so they are no foreign keys here.

    ``stored`` is the file below the media folder while the import waits; empty afterwards. ``words`` is the report in
    three languages, ``report`` the same for machines, whose names are in ``language``: that of the one who sent the file.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=ImportKind.choices, default=ImportKind.BORDERS)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=3, default="ar")
    options = models.JSONField(default=dict)
    columns = models.JSONField(default=list, help_text="fields of the file, each with a few of its values")
    report = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    drawing = models.TextField(blank=True)
    problem = models.JSONField(null=True, help_text="why it cannot go on, in three languages")
    done = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKED)
    task = models.UUIDField(null=True)
    by = models.UUIDField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.UUIDField(null=True)
    why = models.CharField(max_length=500, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place-import", args=[self.pk])
