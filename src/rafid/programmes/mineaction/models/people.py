"""Accidents, and the people whom they hurt. Persons are restricted always: no search, no export, no tile, no bundle, no log."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.models import Sensitivity
from rafid.commons.records.triggers import record_triggers

from ..seeing import EVERYTHING, of_persons, of_work
from .base import Derived, Register, Row, kept_as_is, kept_at, known, not_after_today, steps_only
from .codes import ThreeWay
from .listed import Device, Service, devices, listed, services


class AccidentType(models.TextChoices):
    CIVILIAN = "civilian", pgettext_lazy("an accident is", "Of civilians")
    DEMINING = "demining", pgettext_lazy("an accident is", "During demining")
    STORAGE = "storage", pgettext_lazy("an accident is", "During storage")


@keep_history()
class Accident(Register):
    """An explosion that hurt, or could have. ``inside_hazard`` is computed when it is saved: the hazard around its point.
    Nobody's name stands here; ``investigation`` speaks of causes."""

    REF_PREFIX = "AX"
    LETTERS = "AX"

    type = models.CharField(_("Kind"), max_length=8, choices=AccidentType.choices, default=AccidentType.CIVILIAN)
    state = models.CharField(_("State"), max_length=12, default="accepted", editable=False)
    point = models.PointField(_("Position"), srid=4326, null=True, blank=True)
    device_category = models.CharField(_("Device"), max_length=12, choices=devices, default="unknown")
    killed = models.PositiveIntegerField(_("Killed"), default=0)
    injured = models.PositiveIntegerField(_("Injured"), default=0)
    inside_hazard = models.ForeignKey(
        "Hazard",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="accidents",
        verbose_name=_("Inside"),
    )
    investigation = models.TextField(_("Investigation"), blank=True)
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="accidents"
    )

    class Meta(Register.Meta):
        verbose_name = _("accident")
        verbose_name_plural = _("accidents")
        constraints = [known("accident_type_known", "type", AccidentType)]
        triggers = [
            *record_triggers(),
            not_after_today("on"),
            listed("device_category", Device),
            pgtrigger.Trigger(
                name="accident_inside",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("point"),
                func=pgtrigger.Func(
                    """
                    NEW.inside_hazard_id := (
                        SELECT h.id FROM rafid_mineaction_hazard h WHERE h.deleted_at IS NULL AND h.state <> 'discarded'
                        AND ST_Covers(h.ground, NEW.point) ORDER BY h.state IN ('closed', 'cancelled'), h.suspected_on, h.id
                        LIMIT 1
                    );
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="accident_cell",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("point", "type", "device_category", "on", "deleted_at"),
                func=pgtrigger.Func(
                    """
                    DELETE FROM rafid_mineaction_accidentcell WHERE accident_id = NEW.id;
                    IF NEW.deleted_at IS NULL THEN
                        INSERT INTO rafid_mineaction_accidentcell (accident_id, owner_id, type, device_category, "on", cell)
                        VALUES (NEW.id, NEW.owner_id, NEW.type, NEW.device_category, NEW."on", ST_SnapToGrid(NEW.point, 0.05));
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


class AccidentCell(Derived):
    """What everybody sees of an accident: a point of a grid of about 5 km. Written by a trigger."""

    accident = models.OneToOneField(Accident, models.CASCADE, primary_key=True, related_name="public_cell")
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    type = models.CharField(max_length=8, choices=AccidentType.choices)
    device_category = models.CharField(max_length=12, choices=devices)
    on = models.DateField()
    cell = models.PointField(srid=4326, null=True)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING


class Sex(models.TextChoices):
    FEMALE = "female", pgettext_lazy("a person is", "Female")
    MALE = "male", pgettext_lazy("a person is", "Male")
    UNKNOWN = "unknown", pgettext_lazy("a person is", "Not known")


class Harm(models.TextChoices):
    KILLED = "killed", pgettext_lazy("a person was", "Killed")
    INJURED = "injured", pgettext_lazy("a person was", "Injured")


class Personal(Register):
    """Of a person: restricted, with a random number, in no search, outside every register page."""

    NUMBERED = False
    sensitivity = kept_at(Sensitivity.RESTRICTED)

    class Meta(Register.Meta):
        abstract = True

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_persons(user)


@keep_history()
class Victim(Personal):
    """Somebody who was killed or injured. The name stands enciphered in :class:`VictimName`; ``age_given`` says what was told:
    the birth date, or the age on the day of the accident."""

    REF_PREFIX = "VI"

    state = models.CharField(_("State"), max_length=12, default="open", editable=False)
    accident = models.ForeignKey(
        Accident, models.PROTECT, null=True, blank=True, related_name="victims", verbose_name=_("Accident")
    )
    sex = models.CharField(_("Sex"), max_length=7, choices=Sex.choices, default=Sex.UNKNOWN)
    born_on = models.DateField(_("Birth date"), null=True, blank=True)
    age = models.PositiveSmallIntegerField(_("Age"), null=True, blank=True)
    age_given = models.CharField(
        _("What was given"), max_length=5, blank=True,
        choices=[("birth", _("Birth date")), ("age", _("Age"))],
    )  # fmt: skip
    residence = models.ForeignKey(
        "rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Residence")
    )
    harm = models.CharField(_("Harm"), max_length=7, choices=Harm.choices)
    injuries = models.JSONField(_("Injuries"), default=list, blank=True)
    doing = models.CharField(_("Activity at the time"), max_length=120, blank=True)
    tampered = models.CharField(
        _("Touched the device"), max_length=7, choices=ThreeWay.choices, default=ThreeWay.UNKNOWN
    )
    knew_danger = models.CharField(
        _("Knew of the danger"), max_length=7, choices=ThreeWay.choices, default=ThreeWay.UNKNOWN
    )
    had_eore = models.CharField(
        _("Had risk education before"), max_length=7, choices=ThreeWay.choices, default=ThreeWay.UNKNOWN
    )

    class Meta(Personal.Meta):
        verbose_name = _("victim")
        verbose_name_plural = _("victims")
        constraints = [
            known("victim_sex_known", "sex", Sex),
            known("victim_harm_known", "harm", Harm),
            models.CheckConstraint(condition=Q(sensitivity=2), name="victim_restricted"),
            models.CheckConstraint(
                condition=Q(age=None) | Q(age__lte=120),
                name="victim_age",
                violation_error_message=_("An age lies between 0 and 120 years."),
            ),
        ]
        triggers = [*record_triggers(), not_after_today("on", "born_on")]


class VictimName(Row):
    """The name of a victim in up to four parts, enciphered. ``reading.victim_names`` opens it, with a reason."""

    victim = models.OneToOneField(Victim, models.CASCADE, related_name="name_row")
    sealed = models.TextField(help_text="enciphered JSON: [given, father's, grandfather's, family]")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(sealed__startswith="fernet:"), name="victim_name_enciphered")]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_persons(user, owner="victim__owner", place="victim__place")


@keep_history()
class Need(Row):
    """What a victim needs."""

    victim = models.ForeignKey(Victim, models.PROTECT, related_name="needs")
    service = models.CharField(_("Service"), max_length=14, choices=services)
    on = models.DateField(_("Assessed on"))
    met_on = models.DateField(_("Met on"), null=True, blank=True)
    text = models.TextField(_("Details"), blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        triggers = [not_after_today("on", "met_on"), listed("service", Service)]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_persons(user, owner="victim__owner", place="victim__place")


class ReferralState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a referral is", "Open")
    ACCEPTED = "accepted", pgettext_lazy("a referral is", "Accepted")
    IN_PROGRESS = "in_progress", pgettext_lazy("a referral is", "In progress")
    DONE = "done", pgettext_lazy("a referral is", "Done")
    REFUSED = "refused", pgettext_lazy("a referral is", "Refused")
    LOST = "lost", pgettext_lazy("a referral is", "Lost from sight")


REFERRAL_STEPS: dict[str, tuple[str, ...]] = {
    "open": ("accepted", "refused", "lost"),
    "accepted": ("in_progress", "refused", "lost"),
    "in_progress": ("done", "refused", "lost"),
    "done": (),
    "refused": (),
    "lost": ("open",),
}


@keep_history()
class Referral(Personal):
    """A victim is sent to a service, with consent: its date and what it covers."""

    REF_PREFIX = "RF"

    state = models.CharField(
        _("State"), max_length=12, choices=ReferralState.choices, default=ReferralState.OPEN, editable=False
    )
    victim = models.ForeignKey(Victim, models.PROTECT, related_name="referrals")
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="referrals")
    service = models.CharField(_("Service"), max_length=14, choices=services)
    to = models.CharField(_("Referred to"), max_length=200)
    consent_on = models.DateField(_("Consent given on"), null=True, blank=True)
    consent_scope = models.TextField(_("What the consent covers"), blank=True)
    withdrawn_on = models.DateField(_("Consent withdrawn on"), null=True, blank=True)
    ended_on = models.DateField(_("Ended on"), null=True, blank=True)
    text = models.TextField(_("Details"), blank=True)

    class Meta(Personal.Meta):
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            known("referral_state_known", "state", ReferralState),
            models.CheckConstraint(condition=Q(sensitivity=2), name="referral_restricted"),
            models.CheckConstraint(
                condition=Q(consent_on__isnull=False, consent_on__lte=models.F("on")) & ~Q(consent_scope=""),
                name="referral_needs_consent",
                violation_error_message=_(
                    "A referral goes out with the person's consent. Enter its date and what it covers."
                ),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None)
                | Q(withdrawn_on__gte=models.F("consent_on"), state__in=("done", "refused", "lost")),
                name="referral_withdrawn_ends",
                violation_error_message=_(
                    "The consent was withdrawn: this referral has ended. Ask for consent again and make a new one."
                ),
            ),
        ]
        triggers = [
            *record_triggers(),
            not_after_today("on", "consent_on", "withdrawn_on", "ended_on"),
            steps_only("referral_steps", REFERRAL_STEPS),
            listed("service", Service),
        ]


class ErasureGround(models.TextChoices):
    REQUEST = "request", pgettext_lazy("ground of an erasure", "The person asked for it")
    LAW = "law", pgettext_lazy("ground of an erasure", "Law")
    RETENTION = "retention", pgettext_lazy("ground of an erasure", "Retention")


class ErasedVictim(Row):
    """What stays of a victim whose personal values were erased: number, keyed hashes, dates, ground and reason."""

    victim = models.OneToOneField(Victim, models.PROTECT, related_name="erased")
    ground = models.CharField(_("Ground"), max_length=9, choices=ErasureGround.choices)
    reason = models.TextField(_("Reason"))
    hashes = models.JSONField(default=dict, help_text="keyed SHA-256 of what was erased, by what it was")
    rows = models.JSONField(default=dict, help_text="how many rows of what were erased")

    class Meta:
        constraints = [
            known("erased_ground_known", "ground", ErasureGround),
            models.CheckConstraint(condition=~Q(reason=""), name="erased_with_a_reason"),
        ]
        triggers = [kept_as_is("tombstone_stays")]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_persons(user, owner="victim__owner", place="victim__place")


class ErasedPerson(Row):
    """What stays of a caller or signatory whose name was erased: a keyed hash of it, date, ground and reason."""

    person = models.OneToOneField("SealedPerson", models.PROTECT, related_name="erased")
    ground = models.CharField(_("Ground"), max_length=9, choices=ErasureGround.choices)
    reason = models.TextField(_("Reason"))
    sha256 = models.CharField(max_length=64, help_text="keyed SHA-256 of what was erased")

    class Meta:
        constraints = [
            known("erased_person_ground_known", "ground", ErasureGround),
            models.CheckConstraint(condition=~Q(reason=""), name="erased_person_with_a_reason"),
        ]
        triggers = [kept_as_is("tombstone_stays")]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_persons(user, owner="person__owner", place="person__place")
