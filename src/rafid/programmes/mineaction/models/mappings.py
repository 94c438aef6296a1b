"""Mapping files of this node: what a path of another system's file becomes here. Each edit is a version of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..seeing import of_authority
from .base import Row, kept_as_is


class ImportMapping(Row):
    """One version of a mapping, as TOML. The country pack's files are version 0 and stand beside these; the highest number of
    a code is in use. Written once: an import names the version that it was read by."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    code = models.SlugField(_("Code"), max_length=40)
    number = models.PositiveIntegerField(_("Version"), default=1)
    text = models.TextField(_("Mapping file"))
    reason = models.CharField(_("What changed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mapping file")
        verbose_name_plural = _("mapping files")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code", "number"],
                name="mapping_version_once",
                violation_error_message=_("Somebody saved this mapping meanwhile. Open it again and look at it."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1) & ~Q(text=""), name="mapping_has_text"),
        ]
        triggers = [kept_as_is("mapping_stays")]

    def __str__(self) -> str:
        return f"{self.code} · {self.number}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_authority(user, place=None)
