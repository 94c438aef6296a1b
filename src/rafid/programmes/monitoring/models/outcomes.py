"""What changed for people: studies before and after, and what became of released land."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.models import RecordQuerySet
from rafid.commons.records.triggers import record_triggers

from ..seeing import DONORS, MANAGERS, of_side, of_third_party
from .base import Register, Row
from .contracts import Contract
from .plans import MonitoringPlan
from .sites import Site


class StudyKind(models.TextChoices):
    EORE = "eore_knowledge", _("Knowledge of risks")
    LAND = "land_use", _("Use of land")
    BENEFICIARY = "beneficiary", _("Beneficiaries")
    PERCEPTION = "perception", _("Perception")


class Design(models.TextChoices):
    PAIRED = "paired", _("The same people twice")
    CROSS = "cross_section", _("Other people each time")
    CENSUS = "census", pgettext_lazy("a design of studies", "Everybody")


class StudyRound(models.TextChoices):
    BEFORE = "before", pgettext_lazy("a round of a study", "Before")
    AFTER = "after", pgettext_lazy("a round of a study", "After")
    SIX = "6", _("After 6 months")
    TWELVE = "12", _("After 12 months")


@keep_history()
class OutcomeStudy(Register, Named):
    """A study of what changed. Donors see it once it is released; rows of people never."""

    REF_PREFIX = "O"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="studies", verbose_name=_("Contract"))
    plan = models.ForeignKey(
        MonitoringPlan, models.PROTECT, null=True, blank=True, related_name="studies", verbose_name=_("Plan")
    )
    kind_of_study = models.CharField(_("Kind"), max_length=16, choices=StudyKind.choices)
    design = models.CharField(_("Design"), max_length=14, choices=Design.choices)
    instrument = models.ForeignKey(
        "rafid_forms.FormVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Form")
    )
    caveats = models.JSONField(_("Caveats"), default=dict, blank=True, help_text='{"ar": …, "ckb": …, "en": …}')
    released_at = models.DateTimeField(_("Released"), null=True, blank=True, editable=False)

    class Meta(Register.Meta):
        verbose_name = _("outcome study")
        verbose_name_plural = _("outcome studies")
        constraints = [
            models.CheckConstraint(condition=Q(kind_of_study__in=StudyKind.values), name="study_kind"),
            models.CheckConstraint(condition=Q(design__in=Design.values), name="study_design"),
        ]
        triggers = record_triggers()

    @classmethod
    def visibility(cls, user: Any) -> Q:
        donors = of_side(user, DONORS, "contract__donor", place="place")
        return of_third_party(user) | donors & Q(released_at__isnull=False)


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class Respondent(Row):
    """Somebody who was asked, known by a pseudonym only."""

    study = models.ForeignKey(OutcomeStudy, models.PROTECT, related_name="respondents")
    pseudonym = models.CharField(_("Pseudonym"), max_length=40)
    sex = models.CharField(_("Sex"), max_length=6, choices=Sex.choices, blank=True)
    age_group = models.CharField(_("Age group"), max_length=10, blank=True)
    disability = models.BooleanField(_("Disability"), null=True, blank=True)
    consent = models.BooleanField(_("Consent"))
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("respondent")
        verbose_name_plural = _("respondents")
        constraints = [
            models.UniqueConstraint(
                fields=["study", "pseudonym"],
                name="respondent_once",
                violation_error_message=_("This respondent is in the study already. Use another pseudonym."),
            ),
            models.CheckConstraint(
                condition=Q(consent=True),
                name="respondent_consented",
                violation_error_message=_("Without consent nothing is kept of a respondent."),
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user, owner="study__owner", place="study__place")


class RespondentKey(models.Model):
    """Who stands behind a pseudonym, enciphered. Managers read it; each reading is logged. Erased after the last round."""

    respondent = models.OneToOneField(Respondent, models.CASCADE, primary_key=True, related_name="key")
    sealed = models.TextField()
    erase_on = models.DateField(null=True, blank=True)

    objects = models.Manager.from_queryset(RecordQuerySet)()

    def __str__(self) -> str:
        return str(self.respondent_id)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user, owner="respondent__study__owner", place="respondent__study__place", roles=MANAGERS)


class OutcomeAnswer(Row):
    """What a respondent answered to one question in one round; ``value`` is 1 or 0 where it can be right or wrong."""

    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="answers")
    round = models.CharField(_("Round"), max_length=6, choices=StudyRound.choices)
    question = models.CharField(_("Question"), max_length=80)
    value = models.FloatField(_("Answer"), null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)
    on = models.DateField(_("Day"))
    submission = models.ForeignKey("rafid_forms.Submission", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("answer of a respondent")
        verbose_name_plural = _("answers of respondents")
        constraints = [
            models.UniqueConstraint(
                fields=["respondent", "round", "question"],
                name="outcome_answer_once",
                violation_error_message=_("This respondent answered in this round already."),
            ),
            models.CheckConstraint(condition=Q(round__in=StudyRound.values), name="outcome_answer_round"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_third_party(user, owner="respondent__study__owner", place="respondent__study__place")


class LandState(models.TextChoices):
    FARMING = "farming", _("Farming")
    GRAZING = "grazing", _("Grazing")
    HOUSING = "housing", _("Housing")
    INFRASTRUCTURE = "infrastructure", _("Infrastructure")
    OTHER = "other", _("Other")
    UNUSED = "unused", _("Not used")


@keep_history()
class LandUse(Row):
    """What became of released ground after 6 and 12 months. ``dataset_row`` is its id in the dataset of released land."""

    study = models.ForeignKey(OutcomeStudy, models.PROTECT, related_name="land_uses")
    dataset_row = models.CharField(_("Released ground"), max_length=120)
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    round = models.CharField(
        _("Round"), max_length=6, choices=[one for one in StudyRound.choices if one[0] in ("6", "12")]
    )
    released_on = models.DateField(_("Released on"), null=True, blank=True)
    on = models.DateField(_("Day"))
    area_m2 = models.FloatField(_("Released, m²"))
    intended = models.CharField(_("Intended use"), max_length=16, choices=LandState.choices)
    actual = models.CharField(_("Actual use"), max_length=16, choices=LandState.choices)
    used_m2 = models.FloatField(_("Used, m²"))
    users = models.CharField(_("Who uses it"), max_length=200, blank=True)
    dispute = models.BooleanField(_("Dispute"), default=False)
    beneficiaries = models.PositiveIntegerField(_("Direct beneficiaries"), default=0)
    submission = models.ForeignKey("rafid_forms.Submission", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("use of land")
        verbose_name_plural = _("uses of land")
        constraints = [
            models.UniqueConstraint(fields=["study", "dataset_row", "round"], name="land_use_once"),
            models.CheckConstraint(condition=Q(round__in=("6", "12")), name="land_use_round"),
            models.CheckConstraint(
                condition=Q(used_m2__gte=0, area_m2__gt=0, used_m2__lte=models.F("area_m2")),
                name="land_use_area",
                violation_error_message=_("The used area lies between 0 and the released area."),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        donors = of_side(user, DONORS, "study__contract__donor", place="study__place")
        return of_third_party(user, owner="study__owner", place="study__place") | donors & Q(
            study__released_at__isnull=False
        )


__all__ = [
    "Design",
    "LandState",
    "LandUse",
    "OutcomeAnswer",
    "OutcomeStudy",
    "Respondent",
    "RespondentKey",
    "Sex",
    "StudyKind",
    "StudyRound",
]
