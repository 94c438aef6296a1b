"""Field reports as they came in, their way to acceptance, and the identifiers of other systems."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_authority, of_work
from .base import Register, Row, known, not_after_today, refuse, steps_only


class ReportType(models.TextChoices):
    """What a report speaks of, and so which records it makes or changes when it is accepted."""

    HAZARD = "hazard", pgettext_lazy("a report of", "Hazard")
    SURVEY = "survey", pgettext_lazy("a report of", "Survey of a hazard")
    RELEASE = "release", pgettext_lazy("a report of", "Released ground")
    PROGRESS = "progress", pgettext_lazy("a report of", "Daily progress")
    FIND = "find", pgettext_lazy("a report of", "Ordnance found")
    SPOT = "spot", pgettext_lazy("a report of", "Spot task")
    ACCIDENT = "accident", pgettext_lazy("a report of", "Accident")
    EORE = "eore", pgettext_lazy("a report of", "Risk education")
    COMPLETION = "completion", pgettext_lazy("a report of", "Completion")
    OTHER = "other", pgettext_lazy("a report of", "Something else")


class ReportState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("a report is", "Received")
    OPERATOR_CHECKED = "operator_checked", pgettext_lazy("a report is", "Checked by the operator")
    OPERATOR_APPROVED = "operator_approved", pgettext_lazy("a report is", "Approved by the operator")
    APPROVED = "approved", pgettext_lazy("a report is", "Accepted")
    REJECTED = "rejected", pgettext_lazy("a report is", "Rejected")
    SUPERSEDED = "superseded", pgettext_lazy("a report is", "Replaced by a newer version")


class RejectedFor(models.TextChoices):
    """Why a report was rejected, as far as it is one of the usual reasons: read in everybody's own language."""

    FORM = "form", pgettext_lazy("a report was rejected", "The form was rejected in its review")
    MISSING = "missing", pgettext_lazy("a report was rejected", "Something is missing")
    SHAPE = "shape", pgettext_lazy("a report was rejected", "The shape or a position is wrong")
    DATE = "date", pgettext_lazy("a report was rejected", "A date is wrong")
    FIGURE = "figure", pgettext_lazy("a report was rejected", "Figures do not add up")
    AGAIN = "again", pgettext_lazy("a report was rejected", "It was reported before")


STEPS: dict[str, tuple[str, ...]] = {
    "received": ("operator_checked", "rejected", "superseded"),
    "operator_checked": ("operator_approved", "rejected", "superseded"),
    "operator_approved": ("approved", "rejected", "superseded"),
    "approved": ("superseded",),
    "rejected": ("received",),
    "superseded": ("received",),
}
"""Three gates: the operator's check, the operator's manager, the authority. A rejected report comes back as its next version,
or, when it was right after all, is taken again as it is; so is one that a newer version took the place of."""


def said_why(code: str, text: str) -> str:
    return ". ".join(filter(None, (str(RejectedFor(code).label) if code else "", text)))


class Reconciled(models.TextChoices):
    NEW = "new", pgettext_lazy("the report speaks of", "A new record")
    EXISTING = "existing", pgettext_lazy("the report speaks of", "A record that is there")


@keep_history()
class FieldReport(Register):
    """What an operator reported, as received. ``reference`` is the operator's own number of it; ``number`` its version.

    The same reference with the same content is the same version, with other content the next one. ``on`` is the date of
    information, ``known_at`` when it was received, ``accepted_at`` when it entered the records.
    """

    REF_PREFIX = "FR"
    LETTERS = "FR"

    reference = models.CharField(_("Report number"), max_length=80)
    number = models.PositiveIntegerField(_("Version"), default=1)
    type = models.CharField(_("Kind"), max_length=10, choices=ReportType.choices)
    state = models.CharField(
        _("State"), max_length=20, choices=ReportState.choices, default=ReportState.RECEIVED, editable=False
    )
    content = models.JSONField(_("As received"), editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    document = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of the file in the store")
    document_name = models.CharField(max_length=200, blank=True, editable=False)
    reconciled = models.CharField(_("Speaks of"), max_length=8, choices=Reconciled.choices, blank=True, editable=False)
    target = models.UUIDField(null=True, blank=True, editable=False, help_text="id of the record that it is about")
    target_kind = models.CharField(max_length=40, blank=True, editable=False, help_text="programme.model of it")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    checked_at = models.DateTimeField(_("Checked"), null=True, blank=True, editable=False)
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    endorsed_at = models.DateTimeField(_("Approved by the operator"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    accepted_at = models.DateTimeField(_("Accepted"), null=True, blank=True, editable=False)
    reason_code = models.CharField(
        _("What is wrong"), max_length=8, choices=RejectedFor.choices, blank=True, editable=False
    )
    reason = models.TextField(_("Reason"), blank=True, editable=False)
    applied = models.JSONField(
        default=list, blank=True, editable=False, help_text="[[kind, id], …] that it made or changed"
    )

    class Meta(Register.Meta):
        verbose_name = _("field report")
        verbose_name_plural = _("field reports")
        constraints = [
            known("report_type_known", "type", ReportType),
            known("report_state_known", "state", ReportState),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) & ~Q(reference=""),
                name="report_says_who_and_which",
                violation_error_message=_("A report has an operator and the operator's number of it."),
            ),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="report_content_hash"),
            models.UniqueConstraint(
                fields=["owner", "organisation", "reference", "number"], name="report_version_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "organisation", "reference", "content_hash"],
                name="report_content_once",
                violation_error_message=_("This report is here already, with the same content."),
            ),
            models.UniqueConstraint(
                fields=["owner", "organisation", "reference"],
                condition=Q(state="approved"),
                name="report_one_accepted",
                violation_error_message=_(
                    "Another version of this report is accepted. Supersede it by accepting this one on its page, or reject"
                    " this one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reason="") | ~Q(reason_code=""),
                name="report_rejected_why",
                violation_error_message=_("Say why the report is rejected, so that the operator can correct it."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False, checked_by__isnull=False, accepted_at__isnull=False)
                & ~Q(decided_by=F("checked_by")),
                name="report_accepted_by_another",
                violation_error_message=_("A report is accepted by another person than the one who checked it."),
            ),
            models.CheckConstraint(
                condition=Q(endorsed_by=None)
                | (Q(checked_by=None) | ~Q(checked_by=F("endorsed_by")))
                & (~Q(state="approved") | Q(decided_by=None) | ~Q(decided_by=F("endorsed_by"))),
                name="report_three_persons",
                violation_error_message=_("Three different persons check, approve and accept a report."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(deleted_at=None),
                name="report_accepted_not_deleted",
                violation_error_message=_("An accepted report is withdrawn with a reason, not deleted."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(reconciled=""),
                name="report_accepted_reconciled",
                violation_error_message=_(
                    "Say first whether the report speaks of a new record or of one that is there."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(reconciled="existing") | Q(target__isnull=False) & ~Q(target_kind=""),
                name="report_existing_names_it",
                violation_error_message=_("Choose the record that the report speaks of."),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-known_at"], name="report_to_decide"),
            models.Index(fields=["target"], name="report_of_target"),
        ]
        triggers = [
            *record_triggers(),
            not_after_today("on"),
            steps_only("report_steps", STEPS),
            pgtrigger.Trigger(
                name="report_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    f"""
                    IF TG_OP = 'DELETE' THEN
                        -- An import is undone as one; the history keeps what it brought.
                        IF OLD.source = 'import' AND OLD.state IN ('received', 'operator_approved')
                           AND OLD.checked_by_id IS NULL AND OLD.applied = '[]' THEN
                            RETURN OLD;
                        END IF;
                        {refuse("report_stays")}
                    END IF;
                    IF (NEW.reference, NEW.number, NEW.type, NEW."on", NEW.owner_id, NEW.organisation_id, NEW.content,
                        NEW.content_hash, NEW.document)
                       IS DISTINCT FROM
                       (OLD.reference, OLD.number, OLD.type, OLD."on", OLD.owner_id, OLD.organisation_id, OLD.content,
                        OLD.content_hash, OLD.document) THEN
                        {refuse("report_stays")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @property
    def why(self) -> str:
        """The reason in the reader's language, with what somebody added in his own words."""
        return said_why(self.reason_code, self.reason)

    def __str__(self) -> str:
        return f"{self.reference} · {self.number}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


@keep_history()
class ExternalId(Row):
    """What another system calls a record: so that an import comes twice without doubles."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    system = models.CharField(_("System"), max_length=40)
    key = models.CharField(_("Identifier there"), max_length=120)
    kind = models.CharField(max_length=40, help_text="programme.model of the record")
    record = models.UUIDField(help_text="its id")

    class Meta:
        verbose_name = _("identifier elsewhere")
        verbose_name_plural = _("identifiers elsewhere")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "key"],
                name="external_once",
                violation_error_message=_(
                    "This identifier of that system belongs to another record already. Look the record up by it."
                ),
            ),
            models.CheckConstraint(condition=~Q(system="") & ~Q(key=""), name="external_says_which"),
        ]
        indexes = [models.Index(fields=["record"], name="external_of_record")]

    def __str__(self) -> str:
        return f"{self.system}: {self.key}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_authority(user, place=None)
