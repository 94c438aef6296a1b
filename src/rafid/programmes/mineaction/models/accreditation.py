"""Who is allowed to do what: accreditations of operators, by activity and phase."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_work
from .base import Register, in_order, known, not_after_today, steps_only
from .codes import ActivityKind


class Phase(models.TextChoices):
    ORGANISATIONAL = "organisational", _("Organisational")
    OPERATIONAL = "operational", _("Operational")


class AccreditationState(models.TextChoices):
    APPLIED = "applied", pgettext_lazy("an accreditation is", "Applied for")
    DESK = "desk", pgettext_lazy("an accreditation is", "In desk review")
    FIELD = "field", pgettext_lazy("an accreditation is", "In field review")
    GRANTED = "granted", pgettext_lazy("an accreditation is", "Granted")
    REFUSED = "refused", pgettext_lazy("an accreditation is", "Refused")
    SUSPENDED = "suspended", pgettext_lazy("an accreditation is", "Suspended")
    WITHDRAWN = "withdrawn", pgettext_lazy("an accreditation is", "Withdrawn")


ACCREDITATION_STEPS: dict[str, tuple[str, ...]] = {
    "applied": ("desk", "refused", "withdrawn"),
    "desk": ("field", "granted", "refused", "withdrawn"),
    "field": ("granted", "refused", "withdrawn"),
    "granted": ("suspended", "withdrawn"),
    "refused": (),
    "suspended": ("granted", "withdrawn"),
    "withdrawn": (),
}


class DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


@keep_history()
class Accreditation(Register):
    """That an operator (``organisation``) may do an activity, from a day to a day, both included."""

    REF_PREFIX = "AC"
    LETTERS = "AC"

    state = models.CharField(
        _("State"),
        max_length=12,
        choices=AccreditationState.choices,
        default=AccreditationState.APPLIED,
        editable=False,
    )
    activity = models.CharField(_("Activity"), max_length=14, choices=ActivityKind.choices)
    phase = models.CharField(_("Phase"), max_length=14, choices=Phase.choices, default=Phase.OPERATIONAL)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"))
    conditions = models.TextField(_("Conditions"), blank=True)
    step_reason = models.TextField(_("Reason"), blank=True, editable=False)
    decided_on = models.DateField(_("Decided on"), null=True, blank=True, editable=False)

    class Meta(Register.Meta):
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        constraints = [
            known("accreditation_state_known", "state", AccreditationState),
            known("accreditation_activity_known", "activity", ActivityKind),
            known("accreditation_phase_known", "phase", Phase),
            in_order("accreditation_in_order", "valid_from", "valid_to"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False),
                name="accreditation_of_somebody",
                violation_error_message=_("Say which operator is accredited."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "suspended", "withdrawn")) | ~Q(step_reason=""),
                name="accreditation_refused_why",
                violation_error_message=_("Say why."),
            ),
            ExclusionConstraint(
                name="accreditation_overlaps",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("activity", RangeOperators.EQUAL),
                    ("phase", RangeOperators.EQUAL),
                    (DateRange(F("valid_from"), F("valid_to"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state__in=("refused", "withdrawn")) & Q(deleted_at=None),
                violation_error_message=_(
                    "The operator has another accreditation for this activity and phase at that time. Change the dates, or"
                    " end the other."
                ),
            ),
        ]
        triggers = [
            *record_triggers(), not_after_today("on", "decided_on"), steps_only("accreditation_steps", ACCREDITATION_STEPS),
        ]  # fmt: skip

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)
