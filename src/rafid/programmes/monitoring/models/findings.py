"""What visits found: observations, non-conformities, what the partner does about them, and the evidence of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.records import models as records
from rafid.commons.records.models import evidence_triggers, nonconformity_triggers
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, PARTNERS, of_side, of_third_party
from .base import Register, Row
from .checklists import ChecklistItem
from .contracts import Contract
from .visits import Visit, of_visit


class ObservationKind(models.TextChoices):
    NEUTRAL = "neutral", _("Observation")
    GOOD = "good_practice", _("Good practice")


class Observation(Row):
    """Something that was seen and is neither wrong nor to be answered."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="observations")
    kind = models.CharField(_("Kind"), max_length=14, choices=ObservationKind.choices, default=ObservationKind.NEUTRAL)
    text = models.TextField(_("What was seen"))

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [models.CheckConstraint(condition=Q(kind__in=ObservationKind.values), name="observation_kind")]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_visit(user)


@keep_history()
class NonConformity(records.NonConformity, Register):
    """A non-conformity of a visit. ``released_at``: since when partner and donor see it; a critical one before its visit."""

    REF_PREFIX = "NC"

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="nonconformities", verbose_name=_("Visit"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="nonconformities", verbose_name=_("Contract"), editable=False
    )
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, null=True, blank=True, related_name="nonconformities", verbose_name=_("Item")
    )
    key = models.CharField(
        max_length=120, blank=True, editable=False, help_text="row of the submission that it is from"
    )
    notified_at = models.DateTimeField(null=True, blank=True, editable=False)
    released_at = models.DateTimeField(_("Released to the partner"), null=True, blank=True, editable=False)

    class Meta(records.NonConformity.Meta, Register.Meta):
        verbose_name = _("non-conformity")
        verbose_name_plural = _("non-conformities")
        constraints = [
            *records.NonConformity.Meta.constraints,
            models.UniqueConstraint(fields=["visit", "key"], condition=~Q(key=""), name="nonconformity_once"),
        ]
        indexes = [
            models.Index(fields=["contract", "state", "due_on"], name="nonconformity_of_contract"),
            models.Index(fields=["item_code"], name="nonconformity_item"),
        ]
        triggers = [
            *record_triggers(),
            *nonconformity_triggers(
                evidence="rafid_monitoring_evidence",
                about="SELECT c.partner_id FROM rafid_monitoring_contract c WHERE c.id = NEW.contract_id",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("monitoring-finding", args=[self.ref])

    @classmethod
    def visibility(cls, user: Any) -> Q:
        sides = of_side(user, PARTNERS, "contract__partner", place="place")
        sides |= of_side(user, DONORS, "contract__donor", place="place")
        return of_third_party(user) | sides & Q(released_at__isnull=False)


def of_nonconformity(user: Any, path: str = "nonconformity") -> Q:
    """Rows of a finding are seen by those who see it."""
    place = f"{path}__place"
    sides = of_side(user, PARTNERS, f"{path}__contract__partner", place=place)
    sides |= of_side(user, DONORS, f"{path}__contract__donor", place=place)
    released = Q(**{f"{path}__released_at__isnull": False})
    return of_third_party(user, owner=f"{path}__owner", place=place) | sides & released


@keep_history()
class CorrectiveAction(Row):
    """What is to be done about a finding, by whom and until when, and why it came to it."""

    nonconformity = models.ForeignKey(NonConformity, models.PROTECT, related_name="actions")
    root_cause = models.TextField(_("Root cause"))
    what = models.TextField(_("What is done"))
    who = models.CharField(_("By whom"), max_length=200)
    by = models.DateField(_("Until"))

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_nonconformity(user)


@keep_history()
class Evidence(records.Evidence, Row):
    """A file that shows how a finding was corrected."""

    nonconformity = models.ForeignKey(NonConformity, models.PROTECT, related_name="evidence")

    class Meta(records.Evidence.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            *records.Evidence.Meta.constraints,
            models.UniqueConstraint(fields=["nonconformity", "sha256"], name="evidence_once"),
        ]
        triggers = evidence_triggers()

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_nonconformity(user)
