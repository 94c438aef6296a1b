"""Entities: things that are visited again, with every version and where it came from.

In OpenRosa's words an :class:`EntityList` is a dataset.
"""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.identity import uuid7
from rafid.commons.programme import PARTNER
from rafid.commons.records.models import Sensitivity


class EntitySource(models.TextChoices):
    OWN = "own", _("Made by forms")
    SITES = "sites", _("Sites of a register")
    PLACES = "places", _("Places")


class EntityListQuerySet(models.QuerySet["EntityList"]):
    def visible_to(self, user: Any) -> Self:
        from rafid.commons.forms.entities.seen import lists_seen

        return self.filter(lists_seen(user))


@keep_history()
class EntityList(models.Model):
    """``written_by``: property → [[form's id, path of its question], …], from the published versions; whoever may not see
    that answer does not see the property. ``view``: of what else the list is a view (``under``: a place, ``register``)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=64, unique=True)
    programme = models.CharField(max_length=40)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    properties = ArrayField(models.CharField(max_length=64), default=list)
    source = models.CharField(max_length=6, choices=EntitySource.choices, default=EntitySource.OWN)
    needs_approval = models.BooleanField(default=False)
    sensitivity = models.SmallIntegerField(choices=Sensitivity.choices, default=PARTNER)
    written_by = models.JSONField(default=dict, blank=True)
    view = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(EntityListQuerySet)()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("entity-list", args=[self.name])


class Conflict(models.TextChoices):
    NONE = "none", pgettext_lazy("a conflict is", "None")
    SOFT = "soft", pgettext_lazy("a conflict is", "Soft")
    HARD = "hard", pgettext_lazy("a conflict is", "Hard")


class EntityQuerySet(models.QuerySet["Entity"]):
    def visible_to(self, user: Any) -> Self:
        from rafid.commons.forms.entities.seen import entities_seen

        return self.filter(entities_seen(user))


class PresentEntities(models.Manager.from_queryset(EntityQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> EntityQuerySet:
        return super().get_queryset().filter(deleted_at=None)


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

    objects = PresentEntities()
    everything = models.Manager.from_queryset(EntityQuerySet)()

    class Meta:
        base_manager_name = "everything"
        constraints = [models.UniqueConstraint(fields=["list", "uuid"], name="entity_once")]
        indexes = [models.Index(fields=["list", "-changed_at"], name="entity_newest")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("entity", args=[self.list.name, self.uuid])


class EntityVersion(models.Model):
    """``base_version``, ``branch_id``, ``trunk_version`` as the phone sent them; ``against``: the version here that they
    mean. ``conflicting``: properties that others had changed since. Without ``source_submission`` a person made it."""

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
    against = models.PositiveIntegerField(null=True)
    conflicting = ArrayField(models.CharField(max_length=64), default=list)
    reason = models.TextField(blank=True)
    resolves = models.BooleanField(default=False, help_text="a person looked at the conflicts before it and decided")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "number"], name="entity_version_once")]
        triggers = [pgtrigger.Protect(name="entity_version_stays", operation=pgtrigger.Delete)]


class HeldUpdate(models.Model):
    """An update that waits for the one before it, at most until ``until``: on its phone's branch, or for the thing's making."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list = models.ForeignKey(EntityList, models.CASCADE, related_name="held")
    uuid = models.UUIDField()
    submission_version = models.ForeignKey("rafid_forms.SubmissionVersion", models.CASCADE, related_name="held_updates")
    branch_id = models.UUIDField(null=True)
    base_version = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission_version", "list", "uuid"], name="held_update_once"),
        ]
