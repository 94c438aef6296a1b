"""Those who visit, for whom they worked before, what they declared, and when they are away."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.triggers import record_triggers

from ..seeing import DIRECTORS, MANAGERS, QUALITY, of_third_party
from .base import Register, Row


def own_or_office(user: Any, path: str = "") -> Q:
    """A monitor's papers: one's own, and for managers, quality officers and the director."""
    to = f"{path}__" if path else ""
    office = of_third_party(user, owner=f"{to}owner", place=f"{to}place", roles=MANAGERS | QUALITY | DIRECTORS)
    if getattr(user, "is_authenticated", False) and user.is_active:
        office |= Q(**{f"{to}account": user.pk})
    return office


@keep_history()
class Monitor(Register, Named):
    """Somebody who visits. ``code`` is how forms and phones name the person; ``account`` signs in."""

    REF_PREFIX = "M"

    code = models.CharField(_("Code"), max_length=20, unique=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="monitor",
        verbose_name=_("Account"),
    )
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("Languages"))
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("Skills"))
    joined_on = models.DateField(_("Joined"), null=True, blank=True)
    left_on = models.DateField(_("Left"), null=True, blank=True)

    class Meta(Register.Meta):
        verbose_name = _("monitor")
        verbose_name_plural = _("monitors")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
                name="monitor_left_after_joining",
            )
        ]
        triggers = record_triggers()

    def __str__(self) -> str:
        return self.name or self.code

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return own_or_office(user)


@keep_history()
class Employment(Row):
    """For whom a monitor worked in the last five years."""

    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="employers")
    organisation = models.ForeignKey(
        "rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    employer = models.CharField(_("Employer"), max_length=200, blank=True)
    began_on = models.DateField(_("From"))
    ended_on = models.DateField(_("To"), null=True, blank=True)

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        ordering = ("monitor", "-began_on")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(employer=""), name="employment_says_where"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")), name="employment_in_order"
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return own_or_office(user, "monitor")


class Relation(models.TextChoices):
    NONE = "none", _("No relation")
    PAST = "past_employment", _("Past employment")
    FAMILY = "family", _("Family")
    FINANCIAL = "financial", _("Financial interest")
    OTHER = "other", _("Other")


@keep_history()
class Declaration(Row):
    """What a monitor declares about a partner. Open while it has no end: no lead with an open relation."""

    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="declarations")
    partner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    relation = models.CharField(_("Relation"), max_length=16, choices=Relation.choices)
    text = models.TextField(_("Details"), blank=True)
    since = models.DateField(_("Since"))
    until = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        ordering = ("monitor", "partner", "-since")
        constraints = [
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="declaration_relation"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="declaration_in_order"),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return own_or_office(user, "monitor")


@keep_history()
class Leave(Row):
    """Days on which a monitor goes nowhere."""

    monitor = models.ForeignKey(Monitor, models.PROTECT, related_name="leave")
    days = DateRangeField(_("Days"), help_text="from its first day to the day after its last")
    reason = models.CharField(_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            ExclusionConstraint(
                name="leave_once",
                expressions=[("monitor", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                violation_error_message=_("Two leaves of one monitor overlap. Join them."),
            )
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return own_or_office(user, "monitor")
