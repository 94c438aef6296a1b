"""What was sent: submissions with every version as received, its rows, files and findings.

No pghistory here: versions are the history of the answers, review events that of the decisions, and both are immutable.
"""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.identity import uuid7
from rafid.commons.records.models import Severity


class SubmissionState(models.TextChoices):
    RECEIVED = "received", _("Received")
    HAS_ISSUES = "has_issues", _("Has issues")
    EDITED = "edited", _("Edited")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", pgettext_lazy("a submission is", "Rejected")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: Any) -> Self:
        """The rows that this person may see; every page, API, tile, feed and export starts here."""
        from rafid.commons.forms.seeing import submissions_seen

        return self.filter(submissions_seen(user))


class PresentSubmissions(models.Manager.from_queryset(SubmissionQuerySet)):  # type: ignore[misc]
    """Neither in the trash nor of a draft's test."""

    def get_queryset(self) -> SubmissionQuerySet:
        return super().get_queryset().filter(deleted_at=None, draft=None)


def _senders() -> models.Q:
    """Exactly one; what was erased has none."""
    one = models.Q(purged_at__isnull=False, account=None, app_user=None, link=None)
    names = ("account", "app_user", "link")
    for name in names:
        others = {f"{other}__isnull": True for other in names if other != name}
        one |= models.Q(**{f"{name}__isnull": False}, **others)
    return one


def _of_few(table: str, *names: str) -> list[models.Index]:
    """For keys that most rows leave empty: those rows are not written into the index, and each receipt is cheaper.

    Keys with ``db_index=False`` that are not here lead another index of their table, or nobody looks up by them.
    """
    return [
        models.Index(fields=[name], condition=models.Q(**{f"{name}__isnull": False}), name=f"{table}_{name}"[:30])
        for name in names
    ]


class Submission(models.Model):
    """``changed_at`` moves with each version, decision and finding. ``handled_at``: when what follows arrival was done.

    ``site``: what the form's site question says. ``sealed``: encrypted, nobody here can read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey("rafid_forms.Form", models.PROTECT, related_name="submissions", db_index=False)
    draft = models.ForeignKey(
        "rafid_forms.FormVersion", models.CASCADE, null=True, related_name="tests", db_index=False
    )
    instance_id = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.RECEIVED)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    app_user = models.ForeignKey("rafid_forms.AppUser", models.PROTECT, null=True, related_name="submissions")
    link = models.ForeignKey(
        "rafid_forms.PublicLink", models.PROTECT, null=True, related_name="submissions", db_index=False
    )
    device_id = models.CharField(max_length=255, blank=True)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, related_name="+")
    location = models.PointField(srid=4326, null=True, spatial_index=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    current = models.ForeignKey("rafid_forms.SubmissionVersion", models.PROTECT, related_name="+")
    edits = models.PositiveIntegerField(default=0)
    attachments_present = models.PositiveIntegerField(default=0)
    attachments_expected = models.PositiveIntegerField(default=0)
    findings_open = models.PositiveIntegerField(default=0)
    worst = models.PositiveSmallIntegerField(default=0)
    interviewer = models.CharField(max_length=255, blank=True)
    site = models.CharField(max_length=255, blank=True)
    entity = models.ForeignKey(
        "rafid_forms.Entity", models.SET_NULL, null=True, related_name="submissions", db_index=False
    )
    sealed = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    deleted_why = models.TextField(blank=True)
    purged_at = models.DateTimeField(null=True)

    objects = PresentSubmissions()
    everything = models.Manager.from_queryset(SubmissionQuerySet)()

    class Meta:
        base_manager_name = "everything"
        constraints = [
            models.UniqueConstraint(
                fields=["form", "draft", "instance_id"], name="submission_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(state__in=SubmissionState.values), name="submission_state_known"),
            models.CheckConstraint(condition=_senders(), name="submission_one_sender"),
            models.CheckConstraint(condition=models.Q(worst__lte=3), name="submission_worst_0_to_3"),
        ]
        indexes = [
            models.Index(
                fields=["form", "received_at", "id"],
                condition=models.Q(draft=None, deleted_at=None),
                name="submission_newest",
            ),
            models.Index(
                # All in one direction: read from its end, the newest of the worst come first.
                fields=["form", "worst", "received_at", "id"],
                condition=models.Q(draft=None, deleted_at=None),
                name="submission_worst_first",
            ),
            models.Index(
                fields=["form", "state"], condition=models.Q(draft=None, deleted_at=None), name="submission_in_state"
            ),
            models.Index(fields=["form", "site"], condition=~models.Q(site=""), name="submission_of_site"),
            models.Index(fields=["form", "changed_at", "id"], name="submission_changed"),
            models.Index(fields=["id"], condition=models.Q(handled_at=None), name="submission_unhandled"),
            *_of_few("submission", "draft", "account", "link", "entity", "deleted_by"),
        ]

    def __str__(self) -> str:
        return self.instance_id

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.form_id, self.instance_id])


class Way(models.TextChoices):
    PHONE = "phone", pgettext_lazy("a submission came by", "Phone")
    BROWSER = "browser", pgettext_lazy("a submission came by", "Browser")
    OFFICE = "office", _("Edited in the office")
    IMPORT = "import", pgettext_lazy("a submission came by", "Import")


class SubmissionVersion(models.Model):
    """The bytes as received. ``chain`` = SHA-256(``previous_hash`` ‖ ``sha256`` ‖ ``instance_id``), one chain a form.

    After a purge by retention ``xml`` is empty and all else stays: the tombstone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="versions", db_index=False)
    form = models.ForeignKey("rafid_forms.Form", models.PROTECT, related_name="+", db_index=False)
    draft = models.ForeignKey("rafid_forms.FormVersion", models.CASCADE, null=True, related_name="+", db_index=False)
    number = models.PositiveIntegerField(default=1)
    instance_id = models.CharField(max_length=255)
    form_version = models.ForeignKey("rafid_forms.FormVersion", models.PROTECT, related_name="+")
    xml = models.BinaryField(null=True)
    sha256 = models.BinaryField(max_length=32)
    chain_number = models.BigIntegerField(null=True)
    previous_hash = models.BinaryField(max_length=32, null=True)
    chain = models.BinaryField(max_length=32, null=True)
    received_at = models.DateTimeField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    app_user = models.ForeignKey("rafid_forms.AppUser", models.PROTECT, null=True, related_name="+", db_index=False)
    link = models.ForeignKey("rafid_forms.PublicLink", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True)
    way = models.CharField(max_length=8, choices=Way.choices)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "draft", "instance_id"], name="submission_version_id_once", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["submission", "number"], name="submission_version_number_once"),
            models.UniqueConstraint(fields=["form", "chain_number"], name="submission_version_chain_once"),
            models.CheckConstraint(condition=_senders(), name="submission_version_one_sender"),
        ]
        indexes = _of_few("submission_version", "draft", "account", "link")
        triggers = [
            pgtrigger.Trigger(
                name="received_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.draft_id IS NULL"),
                func=pgtrigger.Func(
                    """
                    IF coalesce(current_setting('rafid.purge', true), '') <> 'on' OR TG_OP = 'DELETE' THEN
                        RAISE EXCEPTION 'what was received does not change' USING ERRCODE = '23514';
                    END IF;
                    IF NEW.sha256 <> OLD.sha256 OR NEW.chain <> OLD.chain OR NEW.instance_id <> OLD.instance_id THEN
                        RAISE EXCEPTION 'a purge keeps hashes' USING ERRCODE = '23514';
                    END IF;
                    RETURN NEW;
                    """
                ),
            )
        ]


class Row(models.Model):
    """Answers of one version, by the form's slots (see ``schema.py``); made again from the XML by one command.

    ``table`` 0 is the main one, else the repeat's number in the form's schema; ``parent`` is the KEY of the row above.
    """

    pk = models.CompositePrimaryKey("submission_version", "table", "ordinal")
    submission_version = models.ForeignKey(SubmissionVersion, models.CASCADE, related_name="rows", db_index=False)
    table = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField()
    parent = models.TextField(null=True)
    key = models.TextField()
    values = ArrayField(models.TextField(null=True))


class Attachment(models.Model):
    """A file of a submission. ``sha256`` empty while awaited; ``replaced_by``: same name, other bytes came later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="attachments", db_index=False)
    name = models.CharField(max_length=255, db_collation="C")
    sha256 = models.CharField(max_length=64, null=True)
    size = models.BigIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    arrived_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    examined_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    location = models.PointField(srid=4326, null=True, spatial_index=False)
    camera_hash = models.CharField(max_length=64, blank=True)
    perceptual_hash = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "name", "sha256"], name="attachment_bytes_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["sha256"], name="attachment_blob"),
            models.Index(
                fields=["perceptual_hash"], condition=models.Q(perceptual_hash__isnull=False), name="attachment_looks"
            ),
            *_of_few("attachment", "replaced_by"),
        ]


class FindingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a finding is", "Open")
    EXPLAINED = "explained", _("Explained")
    CONFIRMED = "confirmed", _("Confirmed")


class Finding(models.Model):
    """What a check says about one version: ``path`` with a position in every repeat, ``field`` without.

    Its own table beside the registers' findings: it is by version and path, carries evidence, and comes by thousands.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="findings", db_index=False)
    submission_version = models.ForeignKey(SubmissionVersion, models.CASCADE, related_name="findings", db_index=False)
    kind = models.CharField(max_length=40)
    path = models.TextField(blank=True)
    field = models.TextField(blank=True)
    severity = models.SmallIntegerField(choices=Severity.choices)
    value = models.TextField(null=True)
    expected = models.TextField(null=True)
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=FindingState.choices, default=FindingState.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission_version", "kind", "path"], name="form_finding_once"),
            models.CheckConstraint(
                condition=~models.Q(state="explained", comment=""), name="form_finding_explained_with_a_comment"
            ),
            models.CheckConstraint(condition=models.Q(severity__in=[1, 2, 3]), name="form_finding_severity"),
        ]
        indexes = [
            models.Index(fields=["submission", "state"], name="form_finding_of"),
            *_of_few("form_finding", "by"),
        ]
