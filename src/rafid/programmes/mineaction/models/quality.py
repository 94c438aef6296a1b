"""Quality assurance and control: inspections, samples that were planned before, non-conformities."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records import models as records
from rafid.commons.records.models import evidence_triggers, nonconformity_triggers
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_work
from .base import Register, Row, known, not_after_today, not_less, stays


class QaType(models.TextChoices):
    DESK = "desk", pgettext_lazy("an inspection is of", "Documents")
    FIELD = "field", pgettext_lazy("an inspection is of", "Work in the field")
    SAMPLING = "sampling", pgettext_lazy("an inspection is of", "Cleared ground by samples")
    PREPARATION = "preparation", pgettext_lazy("an inspection is of", "Preparation")


class QaState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("a visit is", "Planned")
    DONE = "done", pgettext_lazy("a visit is", "Done")


class QaResult(models.TextChoices):
    PASS = "pass", pgettext_lazy("a verdict", "Pass")
    REWORK = "rework", pgettext_lazy("a verdict", "Rework")
    FAIL = "fail", pgettext_lazy("a verdict", "Fail")


@keep_history()
class QaVisit(Register):
    """An inspection of an operator's work. ``checklist`` names its version, ``answers`` {code: yes | no | na}."""

    REF_PREFIX = "QA"
    LETTERS = "QA"

    state = models.CharField(
        _("State"), max_length=12, choices=QaState.choices, default=QaState.PLANNED, editable=False
    )
    type = models.CharField(_("Kind"), max_length=12, choices=QaType.choices, default=QaType.FIELD)
    hazard = models.ForeignKey("Hazard", models.PROTECT, null=True, blank=True, related_name="qa_visits")
    task = models.ForeignKey("Task", models.PROTECT, null=True, blank=True, related_name="qa_visits")
    activity = models.ForeignKey("Activity", models.PROTECT, null=True, blank=True, related_name="qa_visits")
    inspector = models.ForeignKey(
        "rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Inspector")
    )
    checklist = models.CharField(_("Checklist"), max_length=80, blank=True, help_text="code and version, code:number")
    answers = models.JSONField(default=dict, blank=True, editable=False)
    result = models.CharField(_("Result"), max_length=6, choices=QaResult.choices, blank=True)
    comment = models.TextField(_("Comment"), blank=True)

    class Meta(Register.Meta):
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            known("qa_visit_type_known", "type", QaType),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(result=""),
                name="qa_visit_done_has_result",
                violation_error_message=_("An inspection that was made has a result."),
            ),
        ]
        triggers = record_triggers()

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


@keep_history()
class QcSample(Row):
    """A sample of cleared ground: its plan is stored before the inspection, its outcome after it."""

    visit = models.ForeignKey(QaVisit, models.PROTECT, related_name="samples")
    plan = models.JSONField(_("Plan"), help_text="as methods/sampling made it: lot, size, acceptance number")
    seed = models.CharField(max_length=80)
    planned_at = models.DateTimeField(_("Planned"))
    ground = models.MultiPolygonField(srid=4326, null=True, blank=True)
    area_m2 = models.FloatField(_("Inspected, m²"), null=True, blank=True)
    depth_m = models.FloatField(_("Depth, m"), null=True, blank=True)
    found = models.PositiveIntegerField(_("Items found"), null=True, blank=True)
    result = models.CharField(_("Result"), max_length=6, choices=QaResult.choices, blank=True)
    inspected_on = models.DateField(_("Inspected on"), null=True, blank=True)

    class Meta:
        verbose_name = _("sample of cleared ground")
        verbose_name_plural = _("samples of cleared ground")
        constraints = [not_less("qc_sample_measures", "area_m2", "depth_m")]
        triggers = [
            not_after_today("inspected_on"),
            stays("sample_stays", "visit_id", "plan", "seed", "planned_at"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user, "visit")


@keep_history()
class NonConformity(records.NonConformity, Register):
    """Something in an operator's work (``organisation``) that was not as it should be. ``on`` is the day on which it opened."""

    REF_PREFIX = "NC"
    LETTERS = "NC"

    visit = models.ForeignKey(QaVisit, models.PROTECT, null=True, blank=True, related_name="nonconformities")
    hazard = models.ForeignKey("Hazard", models.PROTECT, null=True, blank=True, related_name="nonconformities")
    task = models.ForeignKey("Task", models.PROTECT, null=True, blank=True, related_name="nonconformities")
    on = models.DateField(_("Date of information"), editable=False)
    action = models.TextField(_("Corrective action"), blank=True)

    class Meta(records.NonConformity.Meta, Register.Meta):
        verbose_name = _("non-conformity")
        verbose_name_plural = _("non-conformities")
        constraints = [
            *records.NonConformity.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=False),
                name="mineaction_nc_about_somebody",
                violation_error_message=_("Say whose work it is about."),
            ),
        ]
        indexes = [models.Index(fields=["hazard", "state"], name="mineaction_nc_of_hazard")]
        triggers = [
            *record_triggers(),
            not_after_today("on", "opened_on"),
            *nonconformity_triggers(evidence="rafid_mineaction_qualityevidence", about="NEW.organisation_id"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.on = self.on or self.opened_on
        super().save(*args, **kwargs)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


@keep_history()
class QualityEvidence(records.Evidence, Row):
    """A file that shows how a non-conformity was corrected."""

    nonconformity = models.ForeignKey(NonConformity, models.PROTECT, related_name="evidence")

    class Meta(records.Evidence.Meta):
        verbose_name = _("evidence of a correction")
        verbose_name_plural = _("evidence of corrections")
        constraints = [
            *records.Evidence.Meta.constraints,
            models.UniqueConstraint(fields=["nonconformity", "sha256"], name="quality_evidence_once"),
        ]
        triggers = evidence_triggers()

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user, "nonconformity")
