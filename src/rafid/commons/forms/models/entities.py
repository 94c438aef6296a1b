"""Entities: things that are visited again, with every version and where it came from.

In OpenRosa's words an :class:`EntityList` is a dataset.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7


class EntitySource(models.TextChoices):
    OWN = "own", _("Made by forms")
    SITES = "sites", _("Sites of a register")
    PLACES = "places", _("Places")


@keep_history()
class EntityList(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=64, unique=True)
    programme = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    properties = ArrayField(models.CharField(max_length=64), default=list)
    source = models.CharField(max_length=6, choices=EntitySource.choices, default=EntitySource.OWN)
    needs_approval = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Conflict(models.TextChoices):
    NONE = "none", pgettext_lazy("a conflict is", "None")
    SOFT = "soft", pgettext_lazy("a conflict is", "Soft")
    HARD = "hard", pgettext_lazy("a conflict is", "Hard")


class Entity(models.Model):
    """``label`` and ``data`` are those of the newest version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list = models.ForeignKey(EntityList, models.PROTECT, related_name="entities")
    uuid = models.UUIDField()
    label = models.CharField(max_length=500)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    conflict = models.CharField(max_length=4, choices=Conflict.choices, default=Conflict.NONE)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "uuid"], name="entity_once")]

    def __str__(self) -> str:
        return self.label


class EntityVersion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entity = models.ForeignKey(Entity, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=500)
    data = models.JSONField(default=dict)
    changed = ArrayField(models.CharField(max_length=64), default=list, help_text="properties that this update named")
    base_version = models.PositiveIntegerField(null=True)
    branch_id = models.UUIDField(null=True)
    trunk_version = models.PositiveIntegerField(null=True)
    source_submission = models.ForeignKey(
        "rafid_forms.SubmissionVersion", models.SET_NULL, null=True, related_name="entity_versions"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    conflict = models.CharField(max_length=4, choices=Conflict.choices, default=Conflict.NONE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "number"], name="entity_version_once")]


class HeldUpdate(models.Model):
    """An update that waits for the one before it on its phone's branch."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list = models.ForeignKey(EntityList, models.CASCADE, related_name="held")
    uuid = models.UUIDField()
    submission_version = models.OneToOneField(
        "rafid_forms.SubmissionVersion", models.CASCADE, related_name="held_update"
    )
    branch_id = models.UUIDField(null=True)
    base_version = models.PositiveIntegerField()
    until = models.DateTimeField()
