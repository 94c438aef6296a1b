"""Ground that was released, by which criteria, and the ordnance that was found."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.names import Named
from rafid.commons.records.models import Sensitivity
from rafid.commons.records.triggers import record_triggers

from ..seeing import EVERYTHING, MANAGERS, of_authority, of_work
from .base import (
    Register,
    Row,
    kept_as_is,
    kept_at,
    known,
    not_after_today,
    not_before_discovery,
    not_less,
    stays,
    valid_shape,
)
from .listed import Device, ReleaseMethod, devices, listed


class ReleaseCriteria(Row, Named):
    """The authority's checklist of "all reasonable effort", by kind of release: ``items`` [{code, text: {ar, ckb, en}}].
    Versioned data: a change is the next ``number``."""

    owner = models.ForeignKey("rafid_people.Organisation", models.PROTECT, related_name="+")
    code = models.CharField(_("Code"), max_length=40)
    number = models.PositiveIntegerField(_("Version"), default=1)
    type = models.CharField(_("Kind of release"), max_length=10)
    items = models.JSONField(_("Items"), default=list)
    source = models.CharField(_("Source"), max_length=300)
    valid_from = models.DateField(_("Valid from"))

    class Meta:
        verbose_name = _("criteria of release")
        verbose_name_plural = _("criteria of release")
        ordering = ("code", "-number")
        constraints = [models.UniqueConstraint(fields=["owner", "code", "number"], name="release_criteria_once")]
        triggers = [kept_as_is("criteria_stay")]

    def __str__(self) -> str:
        return f"{self.name or self.code} · {self.number}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING


class ReleaseType(models.TextChoices):
    CANCELLED = "cancelled", pgettext_lazy("released ground is", "Cancelled")
    REDUCED = "reduced", pgettext_lazy("released ground is", "Reduced")
    CLEARED = "cleared", pgettext_lazy("released ground is", "Cleared")


def method_name(text: str) -> str:
    """How ground was released, as a report wrote it: a usual way in the reader's language, another as it was written."""
    known = ReleaseMethod.named(text)
    return str(known.label) if known else text


@keep_history()
class Release(Register):
    """Released ground: how, to which depth, by whom, when. It is public. ``hazard`` names what a cancelled or reduced piece is
    taken from; a cleared one acts on every hazard there. Ground, kind and date stay: a correction ``replaces`` it."""

    REF_PREFIX = "RL"
    LETTERS = "R"

    sensitivity = kept_at(Sensitivity.PUBLIC)
    type = models.CharField(_("Kind"), max_length=10, choices=ReleaseType.choices)
    state = models.CharField(_("State"), max_length=12, default="accepted", editable=False)
    ground = models.MultiPolygonField(_("Ground"), srid=4326, editable=False)
    activity = models.ForeignKey(
        "Activity", models.PROTECT, null=True, blank=True, related_name="releases", verbose_name=_("Activity")
    )
    hazard = models.ForeignKey(
        "Hazard", models.PROTECT, null=True, blank=True, related_name="releases", verbose_name=_("Hazard")
    )
    depth_m = models.FloatField(_("Depth, m"), null=True, blank=True)
    method = models.CharField(_("Method"), max_length=120, blank=True)
    assets = models.CharField(_("Assets"), max_length=200, blank=True)
    not_covered = models.TextField(_("What was not covered"), blank=True)
    criteria = models.ForeignKey(ReleaseCriteria, models.PROTECT, null=True, blank=True, related_name="+")
    criteria_met = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    reported_m2 = models.FloatField(
        _("Area as reported, m²"), null=True, blank=True, help_text=_("As stated; the computed one stands beside it")
    )
    cost_usd = models.DecimalField(_("Cost, USD"), max_digits=14, decimal_places=2, null=True, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="releases"
    )

    class Meta(Register.Meta):
        verbose_name = _("released ground")
        verbose_name_plural = _("released ground")
        constraints = [
            known("release_type_known", "type", ReleaseType),
            valid_shape("release_ground_valid"),
            models.CheckConstraint(
                condition=~Q(type="cleared") | Q(depth_m__isnull=False),
                name="release_cleared_has_depth",
                violation_error_message=_("Cleared ground says to which depth, in metres, more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(depth_m=None) | Q(depth_m__gt=0),
                name="release_depth_positive",
                violation_error_message=_("Cleared ground says to which depth, in metres, more than 0."),
            ),
            not_less("release_measures", "reported_m2", "cost_usd"),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(deleted_at=None),
                name="release_replaced_once",
                violation_error_message=_("Another release replaces this one already. Replace that one."),
            ),
        ]
        indexes = [models.Index(fields=["owner", "on"], name="release_of_authority")]
        triggers = [
            *record_triggers(),
            not_after_today("on"),
            not_before_discovery(),
            stays("release_steps", "ground", "type", "on", "hazard_id", "replaces_id"),
            pgtrigger.Trigger(
                name="release_ledger_stale",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("deleted_at"),
                func=pgtrigger.Func(
                    """
                    UPDATE rafid_mineaction_ledgerrow l SET stale = true FROM rafid_mineaction_hazard h
                    WHERE h.id = l.hazard_id AND NOT l.stale AND (
                        ST_Intersects(h.ground, NEW.ground) OR ST_Intersects(
                            h.ground, (SELECT r.ground FROM {meta.db_table} r WHERE r.id = NEW.replaces_id)
                        )
                    );
                    RETURN NULL;
                    """
                ),
            ),
        ]

    def get_method_display(self) -> str:
        """As it is written; a usual way of release in the language of who reads."""
        return method_name(self.method)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return EVERYTHING


class Condition(models.TextChoices):
    FUZED = "fuzed", pgettext_lazy("an item is", "Fuzed")
    UNFUZED = "unfuzed", pgettext_lazy("an item is", "Not fuzed")
    DAMAGED = "damaged", pgettext_lazy("an item is", "Damaged")
    UNKNOWN = "unknown", pgettext_lazy("an item is", "Not known")


class Disposal(models.TextChoices):
    IN_PLACE = "in_place", _("Destroyed where it lay")
    MOVED = "moved", _("Moved and destroyed")
    HANDED_OVER = "handed_over", _("Handed over")
    WAITING = "waiting", _("Not disposed of yet")


@keep_history()
class OrdnanceFind(Register):
    """Ordnance that was found. Set ``sensitivity`` to restricted where the place itself must not be known."""

    REF_PREFIX = "F"
    LETTERS = "F"

    sensitivity = models.SmallIntegerField(
        _("Sensitivity"),
        choices=[one for one in Sensitivity.choices if one[0]],
        default=Sensitivity.PARTNER,
    )
    state = models.CharField(_("State"), max_length=12, default="accepted", editable=False)
    category = models.CharField(_("Category"), max_length=12, choices=devices)
    model = models.CharField(_("Model"), max_length=80, blank=True)
    quantity = models.IntegerField(_("Quantity"), default=1)
    condition = models.CharField(_("Condition"), max_length=8, choices=Condition.choices, default=Condition.UNKNOWN)
    depth_m = models.FloatField(_("Depth, m"), null=True, blank=True)
    point = models.PointField(_("Position"), srid=4326, null=True, blank=True)
    disposal = models.CharField(_("Disposal"), max_length=12, choices=Disposal.choices, default=Disposal.WAITING)
    destroyed_on = models.DateField(_("Destroyed on"), null=True, blank=True)
    activity = models.ForeignKey(
        "Activity", models.PROTECT, null=True, blank=True, related_name="finds", verbose_name=_("Activity")
    )
    hazard = models.ForeignKey(
        "Hazard", models.PROTECT, null=True, blank=True, related_name="finds", verbose_name=_("Hazard")
    )
    spot_task = models.ForeignKey(
        "SpotTask", models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("Spot task")
    )
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="finds"
    )

    class Meta(Register.Meta):
        verbose_name = _("ordnance found")
        verbose_name_plural = _("ordnance found")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="find_quantity_positive",
                violation_error_message=_("A quantity is more than 0. Leave out what was not found."),
            ),
            not_less("find_depth", "depth_m"),
            models.CheckConstraint(
                condition=Q(destroyed_on=None) | Q(destroyed_on__gte=models.F("on")),
                name="find_destroyed_after",
                violation_error_message=_("It was destroyed before it was found. Correct one of the two days."),
            ),
            models.CheckConstraint(condition=Q(sensitivity__gte=1), name="find_not_public"),
        ]
        triggers = [*record_triggers(), not_after_today("on", "destroyed_on"), listed("category", Device)]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user) & Q(sensitivity__lte=1) | of_authority(user, roles=MANAGERS)
