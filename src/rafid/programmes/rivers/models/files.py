"""Files that brought values: how they were read, what was refused, and whether they were undone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history

from ..seeing import of_staff
from .base import Row, stays


@keep_history()
class FileMapping(Row):
    """How files of one kind and origin are read: which of their stations and columns is which series, in which zone and unit.
    Remembered by the shape of the file, so that the next one of its kind needs no question."""

    kind = models.CharField(_("Kind of file"), max_length=20)
    shape = models.CharField(max_length=64, help_text="hash of the file's stations and columns")
    name = models.CharField(_("Name"), max_length=120, blank=True)
    stations = models.JSONField(_("Stations"), default=dict, help_text='{"code in the file": "station code"}')
    columns = models.JSONField(_("Columns"), default=dict, help_text='{"column": {"variable", "unit", "series"}}')
    zone = models.CharField(_("Time zone"), max_length=40, blank=True)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    sensitivity = models.SmallIntegerField(default=2)

    class Meta:
        verbose_name = _("mapping of files")
        verbose_name_plural = _("mappings of files")
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "shape"], name="file_mapping_once")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_staff(user, place=None)


class FileState(models.TextChoices):
    READ = "read", pgettext_lazy("a file is", "Read, not taken in yet")
    APPLIED = "applied", pgettext_lazy("a file is", "Taken in")
    UNDONE = "undone", pgettext_lazy("a file is", "Undone")


@keep_history()
class ValueFile(Row):
    """One file of values. ``refused`` names each row that was not taken, with its reason."""

    name = models.CharField(_("Name"), max_length=255)
    kind = models.CharField(_("Kind"), max_length=20)
    sha256 = models.CharField(max_length=64)
    mapping = models.ForeignKey(FileMapping, models.PROTECT, null=True, blank=True, related_name="files")
    state = models.CharField(_("State"), max_length=8, choices=FileState.choices, default=FileState.READ)
    accepted = models.PositiveIntegerField(_("Accepted"), default=0)
    replaced = models.PositiveIntegerField(_("Replaced"), default=0)
    same = models.PositiveIntegerField(_("As before"), default=0)
    refused = models.JSONField(_("Refused"), default=list, blank=True)
    questions = models.JSONField(_("Questions"), default=list, blank=True)
    known_from = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    sensitivity = models.SmallIntegerField(default=2)

    class Meta:
        verbose_name = _("file of values")
        verbose_name_plural = _("files of values")
        ordering = ["-known_at"]
        triggers = [stays("file_stays", "sha256", "kind", "owner_id")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_staff(user, place=None)
