"""Imports: a run, its staged rows, and the mappings that are remembered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.people.visibility import organisations_within, scopes
from rafid.commons.programme import PLATFORM, RESTRICTED


class RunState(models.TextChoices):
    RECEIVED = "received", _("Received")
    STAGING = "staging", _("Being read")
    STAGED = "staged", _("Ready to look at")
    APPLYING = "applying", _("Being recorded")
    APPLIED = "applied", _("Recorded")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: Any) -> RunQuerySet:
        """One's own runs, and those that a role which imports reaches (its organisation holds the run's owner) and whose
        rows a role reads: the file is handed out as it came.

        A run is of no one place, so a grant for a place does not open it.
        """
        from ..imports.targets import targets

        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        imported, read = Q(pk__in=[]), Q(pk__in=[])
        for scope in scopes(user):
            if scope.place:
                continue
            one = Q(pk__isnull=False)
            if scope.programme != PLATFORM:
                one &= Q(target__startswith=f"{scope.programme}.")
            if scope.organisation:
                one &= Q(owner__in=organisations_within(scope.organisation))
            if "import" in scope.may:
                imported |= one
            if scope.reads < RESTRICTED:  # what nobody declares any more may hold anything
                one &= Q(target__in=[code for code, target in targets().items() if target.sensitivity <= scope.reads])
            read |= one
        return self.filter(Q(made_by=user.pk) | imported & read)


@keep_history(exclude=("progress", "questions", "matches"))
class ImportRun(models.Model):
    """One file on its way: received, read into staged rows, looked at, recorded, perhaps undone, as one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.CharField(max_length=80, help_text="programme.import")
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    file_path = models.CharField(max_length=300, help_text="below the media folder, by hash")
    file_size = models.BigIntegerField()
    sheet = models.CharField(max_length=100, blank=True)
    options = models.JSONField(default=dict, blank=True, help_text="source, as of, reading of the file, fixed values")
    mapping = models.JSONField(default=dict, blank=True, help_text="column code → position in the file")
    header = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True, help_text="what was understood about the file")
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RECEIVED)
    task = models.ForeignKey("rafid_records.Task", models.SET_NULL, null=True, related_name="+")
    progress = models.JSONField(default=dict, blank=True, help_text='{"done": rows, "of": rows or null}')
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    outlook = models.JSONField(null=True, blank=True, help_text='{"new": rows, "replacing": rows, "same": rows}')
    questions = models.JSONField(default=list, blank=True, help_text="doubtful places and their candidates")
    matches = models.JSONField(default=list, blank=True, help_text="places that were recognised, and why")
    decisions = models.JSONField(default=list, blank=True, help_text="[column, text, parent, place or null]")
    only_good = models.BooleanField(default=False)
    written = models.JSONField(null=True, blank=True, help_text='{model: {"inserted", "updated", "same"}}')
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_why = models.TextField(blank=True, default="")
    error = models.JSONField(null=True, blank=True, help_text='{"ar": …, "ckb": …, "en": …}')

    objects = models.Manager.from_queryset(RunQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="import_run_newest")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])


class ImportRow(models.Model):
    """A staged row. ``raw`` is how it came, kept for rows with problems and for the first ones: the others stand in the
    file. ``values`` is what was understood, ``problems`` ({column: [{code, params}]}) what keeps it from being recorded,
    ``warnings`` what the officer should know.
    """

    pk = models.CompositePrimaryKey("run", "number")
    # Without a constraint: only the importer writes here, and the check would be a third of the time of staging.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="staged", db_index=False, db_constraint=False)
    number = models.PositiveIntegerField(help_text="the sheet's own row number")
    raw = models.JSONField(null=True)
    values = models.JSONField(default=dict)
    problems = models.JSONField(null=True)
    warnings = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "number"], condition=Q(problems__isnull=False), name="import_row_bad"),
        ]


class RememberedMapping(models.Model):
    """The mapping that was last confirmed for a file with these headers."""

    target = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, help_text="of the folded header cells")
    mapping = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "fingerprint"], name="remembered_mapping_once")]
