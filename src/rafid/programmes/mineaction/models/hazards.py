"""Hazards: suspected and confirmed ground, the evidence of it, its states, and what the public sees of it."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import of_hazard, of_work, tasked
from .base import Register, Row, in_order, known, not_after_today, refuse, valid_shape
from .codes import ThreeWay
from .hazard_proofs import kept_on_hazard, taken_triggers
from .listed import Blocked, Device, blocked_things, devices, listed
from .travelling import hazard_joins_tasks


class HazardType(models.TextChoices):
    MINEFIELD = "minefield", _("Minefield")
    BATTLE_AREA = "battle_area", _("Battle area")
    IED_AREA = "ied_area", _("Area with improvised devices")
    CLUSTER = "cluster", _("Cluster strike")
    STORAGE = "storage", _("Ammunition storage")
    OTHER = "other", pgettext_lazy("a hazard is", "Other")


class Classification(models.TextChoices):
    SHA = "SHA", _("Suspected hazardous area")
    CHA = "CHA", _("Confirmed hazardous area")


class HazardState(models.TextChoices):
    REPORTED = "reported", pgettext_lazy("a hazard is", "Reported")
    SUSPECTED = "suspected", pgettext_lazy("a hazard is", "Suspected")
    CONFIRMED = "confirmed", pgettext_lazy("a hazard is", "Confirmed")
    DISCARDED = "discarded", pgettext_lazy("a hazard is", "Discarded")
    WORKED_ON = "worked_on", pgettext_lazy("a hazard is", "Worked on")
    SUSPENDED = "suspended", pgettext_lazy("work on a hazard is", "Suspended")
    COMPLETED = "completed", pgettext_lazy("a hazard is", "Completed")
    REWORK = "rework", pgettext_lazy("a hazard is", "To be worked on again")
    CHECKED = "checked", pgettext_lazy("a hazard is", "Checked")
    CLOSED = "closed", pgettext_lazy("a hazard is", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("a hazard is", "Cancelled")
    REOPENED = "reopened", pgettext_lazy("a hazard is", "Reopened")


STEPS: dict[str, tuple[str, ...]] = {
    "reported": ("suspected", "confirmed", "discarded"),
    "suspected": ("confirmed", "worked_on", "cancelled", "discarded"),
    "confirmed": ("suspected", "worked_on", "cancelled"),
    "discarded": (),
    "worked_on": ("suspended", "completed"),
    "suspended": ("worked_on",),
    "completed": ("checked", "rework"),
    "rework": ("worked_on",),
    "checked": ("closed", "rework"),
    "closed": ("reopened",),
    "cancelled": ("reopened",),
    "reopened": ("suspected", "confirmed", "worked_on", "cancelled"),
}
"""Where a hazard may go from where it stands. What else a step asks, ``HazardStep``'s triggers say."""

OPEN = ("suspected", "confirmed", "reopened")
WORKED_ON = ("worked_on", "suspended", "completed", "rework", "checked")
CLOSED = ("closed", "cancelled")
"""The three groups of maps and of the exchange; ``reported`` and ``discarded`` are in none, and not in the ledger."""
TOLERANCE_M2 = 1.0
"""So much may the computed remaining area be when a hazard is completed or closed without a reason: drawing, not ground."""


def group(state: str) -> str:
    """``open``, ``worked_on``, ``closed``, or nothing."""
    return "open" if state in OPEN else "worked_on" if state in WORKED_ON else "closed" if state in CLOSED else ""


def _in(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in states)


_STEPS_SQL = " OR ".join(f"(OLD.state = '{old}' AND NEW.state IN ({_in(new)}))" for old, new in STEPS.items() if new)


@keep_history(exclude=("proofs",))
class Hazard(Register):
    """A piece of ground that is or was hazardous. ``suspected_on`` is its discovery, from which on releases count.

    ``point`` is where it is drawn on small maps; the middle of ``ground`` where nobody set it. ``state`` changes only by a
    written :class:`HazardStep`; the remaining area is never typed, it stands in :class:`LedgerRow`.
    """

    REF_PREFIX = "HA"

    type = models.CharField(_("Kind"), max_length=12, choices=HazardType.choices, default=HazardType.MINEFIELD)
    classification = models.CharField(
        _("Classification"), max_length=3, choices=Classification.choices, default=Classification.SHA, editable=False
    )
    state = models.CharField(
        _("State"), max_length=12, choices=HazardState.choices, default=HazardState.REPORTED, editable=False
    )
    suspected_on = models.DateField(_("Discovered on"))
    confirmed_on = models.DateField(_("Confirmed on"), null=True, blank=True, editable=False)
    reopened_on = models.DateField(
        _("Hazardous again since"),
        null=True,
        blank=True,
        editable=False,
        help_text="releases before this day no longer count",
    )
    point = models.PointField(_("Position"), srid=4326, null=True, blank=True)
    ground = models.MultiPolygonField(_("Ground"), srid=4326, null=True, blank=True, editable=False)
    benchmark = models.PointField(_("Benchmark"), srid=4326, null=True, blank=True)
    landmark = models.PointField(_("Landmark"), srid=4326, null=True, blank=True)
    landmark_text = models.CharField(_("The landmark in words"), max_length=300, blank=True)
    device_categories = ArrayField(
        models.CharField(max_length=12, choices=devices), verbose_name=_("Devices"), default=list, blank=True
    )
    depth_expected_m = models.FloatField(_("Expected depth, m"), null=True, blank=True)
    blocked = ArrayField(
        models.CharField(max_length=8, choices=blocked_things),
        verbose_name=_("What it blocks"),
        default=list,
        blank=True,
    )
    land_dispute = models.CharField(_("Land dispute"), max_length=7, choices=ThreeWay.choices, default=ThreeWay.UNKNOWN)
    owner_known = models.CharField(
        _("Owner of the land known"), max_length=7, choices=ThreeWay.choices, default=ThreeWay.UNKNOWN
    )
    men = models.PositiveIntegerField(_("Beneficiaries: men"), null=True, blank=True)
    women = models.PositiveIntegerField(_("Beneficiaries: women"), null=True, blank=True)
    boys = models.PositiveIntegerField(_("Beneficiaries: boys"), null=True, blank=True)
    girls = models.PositiveIntegerField(_("Beneficiaries: girls"), null=True, blank=True)
    with_disability = models.PositiveIntegerField(_("Of them with a disability"), null=True, blank=True)
    slope = models.CharField(_("Slope"), max_length=40, blank=True)
    vegetation = models.CharField(_("Vegetation"), max_length=40, blank=True)
    soil = models.CharField(_("Soil"), max_length=40, blank=True)
    comment = models.TextField(_("Comment"), blank=True)
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="hazards"
    )
    sheet = models.ForeignKey(
        "SurveySheet", models.PROTECT, null=True, blank=True, editable=False, related_name="hazards"
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="replaced_by"
    )
    name_local = models.CharField(_("What people call it"), max_length=200, blank=True)
    remaining_m2 = models.FloatField(
        _("Remaining at its last step, m²"),
        null=True,
        blank=True,
        editable=False,
        help_text="as the ledger said then; what is left now stands in the ledger",
    )
    proofs = models.JSONField(
        _("Evidence"),
        default=list,
        blank=True,
        editable=False,
        help_text="as it goes to other nodes; a trigger keeps it",
    )

    class Meta(Register.Meta):
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        constraints = [
            known("hazard_type_known", "type", HazardType),
            known("hazard_state_known", "state", HazardState),
            valid_shape("hazard_ground_valid"),
            in_order("hazard_confirmed_after_discovery", "suspected_on", "confirmed_on"),
            in_order("hazard_reopened_after_discovery", "suspected_on", "reopened_on"),
            models.CheckConstraint(
                condition=Q(classification="SHA", confirmed_on=None)
                | Q(classification="CHA", confirmed_on__isnull=False),
                name="hazard_confirmed_says_when",
                violation_error_message=_(
                    "A confirmed hazardous area says since when; a suspected one has no such day."
                ),
            ),
            models.CheckConstraint(
                condition=(~Q(state="suspected") | Q(classification="SHA"))
                & (~Q(state="confirmed") | Q(classification="CHA")),
                name="hazard_state_fits_class",
                violation_error_message=_(
                    "A suspected hazard is classified as suspected, a confirmed one as confirmed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(depth_expected_m=None) | Q(depth_expected_m__gt=0),
                name="hazard_depth_positive",
                violation_error_message=_("A depth is more than 0 metres, or is left empty."),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state"], name="hazard_of_authority"),
            models.Index(fields=["place", "state"], name="hazard_of_place"),
        ]
        triggers = [
            *record_triggers(derived=("proofs",)),
            not_after_today("on", "suspected_on", "confirmed_on", "reopened_on"),
            *taken_triggers(),
            listed("device_categories", Device, many=True),
            listed("blocked", Blocked, many=True),
            hazard_joins_tasks(),
            pgtrigger.Trigger(
                name="hazard_point",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("ground", "point"),
                condition=pgtrigger.Condition("NEW.point IS NULL AND NEW.ground IS NOT NULL"),
                func=pgtrigger.Func("NEW.point := ST_PointOnSurface(NEW.ground); RETURN NEW;"),
            ),
            pgtrigger.Trigger(
                name="hazard_steps",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
                func=pgtrigger.Func(
                    f"""
                    IF NOT ({_STEPS_SQL}) THEN
                        {refuse("hazard_steps")}
                    END IF;
                    IF NOT EXISTS (
                        SELECT 1 FROM rafid_mineaction_hazardstep s WHERE s.hazard_id = NEW.id AND s.old = OLD.state
                        AND s.new = NEW.state
                        AND s.number = (SELECT max(l.number) FROM rafid_mineaction_hazardstep l WHERE l.hazard_id = NEW.id)
                    ) THEN
                        {refuse("hazard_step_written")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="confirmed_needs_direct_evidence",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("classification"),
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (SELECT 1 FROM {{meta.db_table}} h WHERE h.id = NEW.id AND h.classification = 'CHA')
                       AND NOT EXISTS (
                           SELECT 1 FROM rafid_mineaction_evidence e WHERE e.hazard_id = NEW.id AND e.direct
                       ) THEN
                        {refuse("confirmed_needs_direct_evidence")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="hazard_versions",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("ground", "suspected_on", "confirmed_on", "reopened_on", "state", "deleted_at"),
                declare=[
                    ("counted", "boolean"),
                    ("since", "date"),
                    ("prior", "record"),
                ],
                func=pgtrigger.Func(
                    """
                    counted := NEW.deleted_at IS NULL AND NEW.state NOT IN ('reported', 'discarded') AND NEW.ground IS NOT NULL;
                    since := coalesce(NEW.reopened_on, NEW.suspected_on);
                    SELECT * INTO prior FROM rafid_mineaction_hazardground g
                    WHERE g.hazard_id = NEW.id ORDER BY g.number DESC LIMIT 1;
                    IF prior.id IS NULL OR (prior.counts, prior.since, prior.confirmed_on, ST_AsEWKB(prior.ground))
                       IS DISTINCT FROM (counted, since, NEW.confirmed_on, ST_AsEWKB(NEW.ground)) THEN
                        INSERT INTO rafid_mineaction_hazardground
                            (id, hazard_id, number, ground, since, confirmed_on, counts, again, known_at)
                        VALUES (
                            gen_random_uuid(), NEW.id, coalesce(prior.number, 0) + 1, NEW.ground, since, NEW.confirmed_on,
                            counted, prior.id IS NOT NULL AND NEW.reopened_on IS NOT NULL AND OLD.reopened_on IS DISTINCT FROM
                            NEW.reopened_on, CASE TG_OP WHEN 'INSERT' THEN NEW.known_at ELSE statement_timestamp() END
                        );
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="hazard_ledger_stale",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("ground", "suspected_on", "reopened_on", "state", "deleted_at"),
                func=pgtrigger.Func(
                    """
                    UPDATE rafid_mineaction_ledgerrow SET stale = true WHERE hazard_id = NEW.id AND NOT stale AND
                    (ST_AsEWKB(OLD.ground), OLD.suspected_on, OLD.reopened_on, OLD.deleted_at,
                     OLD.state IN ('reported', 'discarded'))
                    IS DISTINCT FROM
                    (ST_AsEWKB(NEW.ground), NEW.suspected_on, NEW.reopened_on, NEW.deleted_at,
                     NEW.state IN ('reported', 'discarded'));
                    RETURN NULL;
                    """
                ),
            ),
            pgtrigger.Trigger(
                name="hazard_cell",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("point", "state", "classification", "type", "place_id", "on", "deleted_at", "ref"),
                func=pgtrigger.Func(
                    f"""
                    DELETE FROM rafid_mineaction_hazardcell WHERE hazard_id = NEW.id;
                    IF NEW.deleted_at IS NULL AND NEW.state IN ({_in(OPEN + WORKED_ON)}) THEN
                        INSERT INTO rafid_mineaction_hazardcell
                            (hazard_id, ref, owner_id, place_id, type, classification, "group", "on", cell)
                        VALUES (NEW.id, NEW.ref, NEW.owner_id, NEW.place_id, NEW.type, NEW.classification,
                                CASE WHEN NEW.state IN ({_in(OPEN)}) THEN 'open' ELSE 'worked_on' END, NEW."on",
                                ST_SnapToGrid(NEW.point, 0.01));
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("mineaction-hazard", args=[self.ref])

    @property
    def group(self) -> str:
        return group(self.state)

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user) | tasked(user)


class EvidenceType(models.TextChoices):
    SEEN = "seen", _("Device seen")
    ACCIDENT = "accident", _("Accident")
    DETONATION = "detonation", _("Detonation, crater or fragments")
    RECORD = "record", _("Record of the minefield")
    MARKING = "marking", _("Marking or fence")
    TESTIMONY = "testimony", _("What people say")
    ANIMALS = "animals", _("Animals were hurt")
    UNUSED = "unused", _("Land not used")
    MILITARY = "military", _("Former fighting or positions")
    OTHER = "other", pgettext_lazy("evidence is", "Other")


@keep_history()
class Evidence(Row):
    """Why ground is held for hazardous: direct (a device, a detonation, a record) or indirect (what people say or avoid)."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="evidence")
    direct = models.BooleanField(_("Direct"))
    type = models.CharField(_("Kind"), max_length=12, choices=EvidenceType.choices)
    on = models.DateField(_("Date"))
    source = models.CharField(_("Source"), max_length=200, blank=True)
    text = models.TextField(_("Details"), blank=True)
    report = models.ForeignKey("FieldReport", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("hazard", "on")
        constraints = [known("evidence_type_known", "type", EvidenceType)]
        triggers = [
            not_after_today("on"),
            kept_on_hazard(),
            pgtrigger.Trigger(
                name="last_direct_evidence",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("direct", "hazard_id"),
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM rafid_mineaction_hazard h WHERE h.id = OLD.hazard_id AND h.classification = 'CHA'
                    ) AND NOT EXISTS (SELECT 1 FROM {{meta.db_table}} e WHERE e.hazard_id = OLD.hazard_id AND e.direct) THEN
                        {refuse("confirmed_needs_direct_evidence")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_hazard(user)
