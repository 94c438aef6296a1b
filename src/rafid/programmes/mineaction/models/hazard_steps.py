"""The written steps of a hazard's state, and what each of them asks."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..seeing import of_hazard
from .base import Row, not_after_today, not_before_discovery, refuse
from .hazards import STEPS, TOLERANCE_M2, Hazard, HazardState

_STEPS = " OR ".join(
    f"(NEW.old = '{old}' AND NEW.new IN ({', '.join(repr(one) for one in new)}))" for old, new in STEPS.items() if new
)


class HazardStep(Row):
    """One change of a hazard's state: when, by whom, why. It is written first; the state follows it in the same transaction."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    old = models.CharField(_("From"), max_length=12, choices=HazardState.choices)
    new = models.CharField(_("To"), max_length=12, choices=HazardState.choices)
    on = models.DateField(_("Date"))
    reason = models.TextField(_("Reason"), blank=True)
    second_by = models.ForeignKey(
        "rafid_people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Second person")
    )
    report = models.ForeignKey("FieldReport", models.PROTECT, null=True, blank=True, related_name="+")
    task = models.ForeignKey("Task", models.PROTECT, null=True, blank=True, related_name="+")
    handover = models.ForeignKey("Handover", models.PROTECT, null=True, blank=True, related_name="+")
    criteria = models.ForeignKey("ReleaseCriteria", models.PROTECT, null=True, blank=True, related_name="+")
    find = models.ForeignKey("OrdnanceFind", models.PROTECT, null=True, blank=True, related_name="+")
    accident = models.ForeignKey("Accident", models.PROTECT, null=True, blank=True, related_name="+")
    remaining_m2 = models.FloatField(_("Remaining, m²"), null=True, blank=True)
    depth_m = models.FloatField(_("Depth, m"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a hazard")
        verbose_name_plural = _("steps of hazards")
        ordering = ("hazard", "number")
        constraints = [
            models.UniqueConstraint(fields=["hazard", "number"], name="hazard_step_once"),
            models.CheckConstraint(
                condition=~Q(new__in=("discarded", "suspended", "rework", "reopened", "cancelled")) | ~Q(reason=""),
                name="hazard_step_says_why",
                violation_error_message=_("Say why."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="step_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(refuse("step_stays")),
            ),
            not_after_today("on"),
            not_before_discovery(),
            pgtrigger.Trigger(
                name="step_guards",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("here", "rafid_mineaction_hazard%ROWTYPE"), ("remaining", "double precision")],
                func=pgtrigger.Func(
                    f"""
                    SELECT * INTO here FROM rafid_mineaction_hazard h WHERE h.id = NEW.hazard_id FOR UPDATE;
                    IF here.state <> NEW.old OR NOT ({_STEPS}) THEN
                        {refuse("hazard_steps")}
                    END IF;
                    IF NEW.new = 'suspected' AND here.classification = 'CHA' AND NOT EXISTS (
                        SELECT 1 FROM rafid_mineaction_fieldreport r WHERE r.id = NEW.report_id AND r.state = 'approved'
                        AND r.type IN ('hazard', 'survey')
                    ) THEN
                        {refuse("hazard_back_needs_survey")}
                    END IF;
                    IF NEW.new = 'worked_on' AND NOT EXISTS (
                        SELECT 1 FROM rafid_mineaction_task t JOIN rafid_mineaction_task_hazards th ON th.task_id = t.id
                        WHERE t.id = NEW.task_id AND th.hazard_id = NEW.hazard_id AND t.deleted_at IS NULL
                        AND t.state IN ('accepted', 'started', 'suspended') AND t.valid_from <= NEW."on"
                    ) THEN
                        {refuse("hazard_work_needs_task")}
                    END IF;
                    IF NEW.new IN ('completed', 'closed') THEN
                        IF here.ground IS NULL THEN
                            {refuse("hazard_needs_ground")}
                        END IF;
                        SELECT l.remaining_m2 INTO remaining FROM rafid_mineaction_ledgerrow l
                        WHERE l.hazard_id = NEW.hazard_id AND NOT l.stale;
                        NEW.remaining_m2 := coalesce(remaining, ST_Area(here.ground::geography));
                        IF NEW.remaining_m2 > {TOLERANCE_M2} AND NEW.reason = '' THEN
                            {refuse("hazard_ground_left")}
                        END IF;
                    END IF;
                    IF NEW.new = 'completed' AND NOT coalesce(NEW.depth_m > 0, false) AND NOT EXISTS (
                        SELECT 1 FROM rafid_mineaction_release r WHERE r.hazard_id = NEW.hazard_id AND r.deleted_at IS NULL
                    ) THEN
                        {refuse("hazard_needs_depth")}
                    END IF;
                    IF NEW.new IN ('checked', 'closed') AND EXISTS (
                        SELECT 1 FROM rafid_mineaction_nonconformity n WHERE n.hazard_id = NEW.hazard_id
                        AND n.severity = 'critical' AND n.state NOT IN ('closed', 'withdrawn') AND n.deleted_at IS NULL
                    ) THEN
                        {refuse("hazard_critical_open")}
                    END IF;
                    IF NEW.new = 'closed' AND NOT EXISTS (
                        SELECT 1 FROM rafid_mineaction_handover v WHERE v.id = NEW.handover_id AND v.deleted_at IS NULL
                        AND (v.hazard_id = NEW.hazard_id OR EXISTS (
                            SELECT 1 FROM rafid_mineaction_task_hazards th
                            WHERE th.task_id = v.task_id AND th.hazard_id = NEW.hazard_id))
                        AND v."on" <= NEW."on" AND v."on" >= coalesce((
                            SELECT max(s."on") FROM rafid_mineaction_hazardstep s
                            WHERE s.hazard_id = NEW.hazard_id AND s.new = 'completed'), '-infinity'::date)
                    ) THEN
                        {refuse("hazard_needs_handover")}
                    END IF;
                    IF NEW.new = 'cancelled' AND (NEW.criteria_id IS NULL OR NEW.second_by_id IS NULL OR NEW.made_by_id IS NULL
                        OR NEW.second_by_id = NEW.made_by_id) THEN
                        {refuse("hazard_cancel_by_two")}
                    END IF;
                    RETURN NEW;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_hazard(user)
