"""The end of work on a hazard: completion, and handover to those who use the land. And the names in it, behind a door."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.models import Sensitivity
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_persons, of_work
from .base import Register, Row, kept_at, known, not_after_today, not_before_discovery, refuse, valid_shape

_LAST_DAY = """
SELECT max(d.day) INTO last FROM rafid_mineaction_dailyprogress d JOIN rafid_mineaction_activity a ON a.id = d.activity_id
WHERE a.deleted_at IS NULL AND (a.task_id = NEW.task_id OR EXISTS (
    SELECT 1 FROM rafid_mineaction_activity_hazards ah WHERE ah.activity_id = a.id AND ah.hazard_id = NEW.hazard_id));
"""


class Ending(Register):
    """What completion and handover share: of a hazard or a task, which ground, to which depth, with which papers."""

    hazard = models.ForeignKey(
        "Hazard", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("Hazard")
    )
    task = models.ForeignKey(
        "Task", models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("Task")
    )
    state = models.CharField(_("State"), max_length=12, default="accepted", editable=False)
    ground = models.MultiPolygonField(_("Ground"), srid=4326, null=True, blank=True, editable=False)
    depth_m = models.FloatField(_("Depth, m"), null=True, blank=True)
    documents = ArrayField(
        models.CharField(max_length=64), default=list, blank=True, editable=False, help_text="SHA-256 in the store"
    )

    class Meta(Register.Meta):
        abstract = True


@keep_history()
class Completion(Ending):
    """The operator says that the work is done; ``remaining_m2`` is what the ledger said that day."""

    REF_PREFIX = "CO"
    LETTERS = "CO"

    remaining_m2 = models.FloatField(_("Remaining, m²"), null=True, blank=True, editable=False)
    reason = models.TextField(_("Why ground is left"), blank=True)
    text = models.TextField(_("What was done"), blank=True)

    class Meta(Ending.Meta):
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            models.CheckConstraint(
                condition=Q(hazard__isnull=False) | Q(task__isnull=False),
                name="completion_of_something",
                violation_error_message=_("Say which hazard or task it ends."),
            ),
            valid_shape("completion_ground_valid"),
            models.CheckConstraint(
                condition=Q(depth_m=None) | Q(depth_m__gt=0),
                name="completion_depth",
                violation_error_message=_("A depth is more than 0 metres, or is left empty."),
            ),
        ]
        triggers = [*record_triggers(), not_after_today("on"), not_before_discovery()]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


@keep_history()
class Handover(Ending):
    """The land is given back. It is never before the last day of work; who signed stands in :class:`SealedPerson`."""

    REF_PREFIX = "HO"
    LETTERS = "HO"

    completion = models.ForeignKey(
        Completion, models.PROTECT, null=True, blank=True, related_name="handovers", verbose_name=_("Completion")
    )
    men = models.PositiveIntegerField(_("Representatives of the community: men"), null=True, blank=True)
    women = models.PositiveIntegerField(_("Representatives of the community: women"), null=True, blank=True)
    residual_risk = models.TextField(_("Residual risk"), blank=True)

    class Meta(Ending.Meta):
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.CheckConstraint(
                condition=Q(hazard__isnull=False) | Q(task__isnull=False),
                name="handover_of_something",
                violation_error_message=_("Say which hazard or task it ends."),
            ),
            valid_shape("handover_ground_valid"),
            models.CheckConstraint(
                condition=Q(depth_m=None) | Q(depth_m__gt=0),
                name="handover_depth",
                violation_error_message=_("A depth is more than 0 metres, or is left empty."),
            ),
        ]
        triggers = [
            *record_triggers(),
            not_after_today("on"),
            not_before_discovery(),
            pgtrigger.Trigger(
                name="handover_after_work",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("on", "hazard_id", "task_id", "completion_id"),
                declare=[("last", "date")],
                func=pgtrigger.Func(
                    f"""
                    {_LAST_DAY}
                    IF NEW."on" < last THEN
                        {refuse("handover_after_work")}
                    END IF;
                    IF NEW."on" < (SELECT c."on" FROM rafid_mineaction_completion c WHERE c.id = NEW.completion_id) THEN
                        {refuse("handover_after_completion")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


class PersonRole(models.TextChoices):
    REPORTER = "reporter", pgettext_lazy("a person", "Who reported it")
    AUTHORITY = "authority", pgettext_lazy("a person", "For the authority")
    OPERATOR = "operator", pgettext_lazy("a person", "For the operator")
    COMMUNITY = "community", pgettext_lazy("a person", "For the community")
    OWNER = "owner", pgettext_lazy("a person", "Owner of the land")


@keep_history()
class SealedPerson(Row):
    """A name in a spot task or a handover, enciphered; ``reading.names`` opens it, with a reason, and writes that down."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    place = models.ForeignKey("rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+")
    spot_task = models.ForeignKey("SpotTask", models.PROTECT, null=True, blank=True, related_name="persons")
    handover = models.ForeignKey(Handover, models.PROTECT, null=True, blank=True, related_name="persons")
    role = models.CharField(max_length=10, choices=PersonRole.choices)
    sealed = models.TextField(help_text="enciphered JSON: name, telephone, function")
    sensitivity = kept_at(Sensitivity.RESTRICTED)

    class Meta:
        verbose_name = _("name behind a door")
        verbose_name_plural = _("names behind a door")
        constraints = [
            known("sealed_person_role", "role", PersonRole),
            models.CheckConstraint(
                condition=Q(spot_task__isnull=False, handover=None) | Q(spot_task=None, handover__isnull=False),
                name="sealed_person_of_one",
            ),
            models.CheckConstraint(condition=Q(sealed__startswith="fernet:"), name="sealed_person_enciphered"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_persons(user)
