"""Explosive ordnance risk education: who heard it, where, how."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.records.models import Sensitivity
from rafid.commons.records.triggers import record_triggers

from ..seeing import EVERYTHING
from .base import Register, kept_at, not_after_today
from .listed import EoreMethod, eore_methods, listed


@keep_history()
class EoreSession(Register):
    """A session of risk education and its direct audience; adults are 18 or older. Public: it has no names."""

    REF_PREFIX = "EO"
    LETTERS = "EO"

    sensitivity = kept_at(Sensitivity.PUBLIC)
    state = models.CharField(_("State"), max_length=12, default="accepted", editable=False)
    point = models.PointField(_("Position"), srid=4326, null=True, blank=True)
    method = models.CharField(_("Method"), max_length=10, choices=eore_methods, default="direct")
    men = models.PositiveIntegerField(_("Men"), default=0)
    women = models.PositiveIntegerField(_("Women"), default=0)
    boys = models.PositiveIntegerField(_("Boys"), default=0)
    girls = models.PositiveIntegerField(_("Girls"), default=0)
    with_disability = models.PositiveIntegerField(_("Of them with a disability"), default=0)
    campaign = models.CharField(_("Campaign"), max_length=120, blank=True)
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="sessions"
    )

    class Meta(Register.Meta):
        verbose_name = _("session of risk education")
        verbose_name_plural = _("sessions of risk education")
        constraints = [
            models.CheckConstraint(
                condition=Q(with_disability__lte=F("men") + F("women") + F("boys") + F("girls")),
                name="eore_disability_within",
                violation_error_message=_("More people with a disability than people. Correct one of the numbers."),
            ),
        ]
        triggers = [*record_triggers(), not_after_today("on"), listed("method", EoreMethod)]

    @property
    def audience(self) -> int:
        return self.men + self.women + self.boys + self.girls

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING
