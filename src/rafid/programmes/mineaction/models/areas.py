"""Where which authority is responsible. Data with its source: the program decides nothing about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history

from ..seeing import EVERYTHING
from .base import Row, in_order


@keep_history()
class AuthorityArea(Row):
    """A place of an authority's area. ``shared``: ground there closes only with the consent of every authority that has it."""

    owner = models.ForeignKey(
        "rafid_people.Organisation", models.PROTECT, related_name="+", verbose_name=_("Authority")
    )
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, related_name="+", verbose_name=_("Place"))
    shared = models.BooleanField(_("Shared"), default=False)
    source = models.CharField(_("Source"), max_length=300)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("area of an authority")
        verbose_name_plural = _("areas of authorities")
        constraints = [
            models.UniqueConstraint(fields=["owner", "place", "valid_from"], name="authority_area_once"),
            in_order("authority_area_in_order", "valid_from", "valid_to"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} · {self.place}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING
