"""Reports and sheets that were made: their figures as they were, with the state that they come from."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..seeing import AUTHORITY, NOTHING, OPERATORS, held, of_authority, of_operator
from .base import Row, in_order, kept_as_is, known


class ProductKind(models.TextChoices):
    TREATY = "treaty", _("Treaty tables, by governorate")
    DISTRICT = "district", _("District sheet")
    TASK = "task", _("Task dossier")
    OPERATOR = "operator", _("Monthly page of an operator")


class Product(Row):
    """Frozen figures of one report or sheet. ``owner`` or ``organisation``: the authority or operator whose sight they were
    made with, whose people read it; with neither, only who made it. ``on`` and ``known``: the state; with them the same figures
    come again. ``before_on`` and ``before_known``: the state of the report before. Files are printed from ``figures`` alone."""

    kind = models.CharField(_("Kind"), max_length=8, choices=ProductKind.choices)
    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("rafid_people.Organisation", models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(
        "rafid_places.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Place")
    )
    task = models.ForeignKey(
        "Task", models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("Task")
    )
    subject = models.ForeignKey(
        "rafid_people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Operator")
    )
    on = models.DateField(_("As of"))
    known = models.DateTimeField(_("As known on"))
    before_on = models.DateField(null=True, blank=True)
    before_known = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, help_text="of the figures' canonical JSON")

    class Meta:
        verbose_name = _("report or sheet")
        verbose_name_plural = _("reports and sheets")
        ordering = ("-known_at",)
        constraints = [
            known("product_kind_known", "kind", ProductKind),
            in_order("product_states_in_order", "before_on", "on"),
            models.CheckConstraint(
                condition=Q(before_known=None) | Q(before_known__lte=F("known")),
                name="product_known_in_order",
                violation_error_message=_("The earlier state cannot know more than the later one. Change its date."),
            ),
            models.CheckConstraint(
                condition=(~Q(kind="district") | Q(place__isnull=False))
                & (~Q(kind="task") | Q(task__isnull=False))
                & (~Q(kind="operator") | Q(subject__isnull=False))
                & (~Q(kind__in=("treaty", "operator")) | Q(before_on__isnull=False)),
                name="product_says_of_what",
                violation_error_message=_("Say what it is about: a place, a task, or an operator and a month."),
            ),
        ]
        triggers = [kept_as_is("product_stays")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.on}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        rule = of_authority(user) & Q(organisation=None) & Q(owner__isnull=False)
        rule |= of_operator(user) & Q(organisation__isnull=False)
        if getattr(user, "is_authenticated", False) and held(user, AUTHORITY | OPERATORS):
            rule |= Q(owner=None, organisation=None, made_by=user)
        return rule if user is not None else NOTHING
