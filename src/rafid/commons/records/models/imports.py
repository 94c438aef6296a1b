"""Imports: a run, its staged rows, and the mappings that are remembered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7


class RunState(models.TextChoices):
    RECEIVED = "received", _("Received")
    STAGING = "staging", _("Being read")
    STAGED = "staged", _("Ready to look at")
    APPLYING = "applying", _("Being recorded")
    APPLIED = "applied", _("Recorded")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


@keep_history(exclude=("progress",))
class ImportRun(models.Model):
    """One file on its way: received, read into staged rows, looked at, recorded, perhaps undone, as one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.CharField(max_length=80, help_text="programme.import")
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    file_path = models.CharField(max_length=300, help_text="below the media folder, by hash")
    file_size = models.BigIntegerField()
    sheet = models.CharField(max_length=100, blank=True)
    options = models.JSONField(default=dict, blank=True, help_text="source, as of, owner and fixed values of columns")
    mapping = models.JSONField(default=dict, blank=True, help_text="column code → position in the file")
    header = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True, help_text="what was understood about the file")
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RECEIVED)
    progress = models.JSONField(default=dict, blank=True, help_text='{"done": rows, "of": rows or null}')
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    only_good = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True, help_text='{"ar": …, "ckb": …, "en": …}')


class ImportRow(models.Model):
    """A staged row: ``raw`` as it came, ``values`` as understood, ``problems`` per column."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="staged", db_index=False)
    number = models.PositiveIntegerField(help_text="the sheet's own row number")
    raw = models.JSONField()
    values = models.JSONField(null=True)
    problems = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]


class RememberedMapping(models.Model):
    """The mapping that was last confirmed for a file with these headers."""

    target = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, help_text="of the folded header cells")
    mapping = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "fingerprint"], name="remembered_mapping_once")]
