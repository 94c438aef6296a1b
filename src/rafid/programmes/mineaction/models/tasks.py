"""What operators are told to do: spot tasks, tasks, and the orders that go out on paper."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import keep_history
from rafid.commons.records.triggers import record_triggers

from ..seeing import TASK_HIDDEN, of_authority, of_operator, of_work
from .base import Register, Row, in_order, known, not_after_today, refuse, stays, steps_only
from .codes import ActivityKind, Priority
from .listed import Device, devices, listed
from .travelling import hazards_on_task, task_travels


class SpotState(models.TextChoices):
    REPORTED = "reported", pgettext_lazy("a spot task is", "Reported")
    VERIFIED = "verified", pgettext_lazy("a spot task is", "Verified")
    TASKED = "tasked", pgettext_lazy("a spot task is", "Tasked")
    DONE = "done", pgettext_lazy("a spot task is", "Done")
    NOTHING_FOUND = "nothing", pgettext_lazy("a spot task is", "Nothing found")
    TO_ARMY = "to_army", pgettext_lazy("a spot task is", "Handed to the army")


SPOT_STEPS: dict[str, tuple[str, ...]] = {
    "reported": ("verified", "nothing", "to_army"),
    "verified": ("tasked", "nothing", "to_army"),
    "tasked": ("done", "nothing", "to_army"),
    "done": (),
    "nothing": ("reported",),
    "to_army": ("done",),
}


@keep_history()
class SpotTask(Register):
    """A call about something found, to its disposal. Who called stands in :class:`SealedPerson`. ``organisation`` is whom
    it was given to; ``on`` the day of the last news, ``reported_on`` of the call."""

    REF_PREFIX = "ST"
    LETTERS = "ST"

    state = models.CharField(
        _("State"), max_length=12, choices=SpotState.choices, default=SpotState.REPORTED, editable=False
    )
    reported_on = models.DateField(_("Reported on"))
    point = models.PointField(_("Position"), srid=4326, null=True, blank=True)
    what = models.TextField(_("What was reported"))
    device_category = models.CharField(_("Device"), max_length=12, choices=devices, default="unknown")
    priority = models.CharField(_("Priority"), max_length=6, choices=Priority.choices, default=Priority.MEDIUM)
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    outcome = models.TextField(_("Outcome"), blank=True)
    report = models.ForeignKey(
        "FieldReport", models.PROTECT, null=True, blank=True, editable=False, related_name="spots"
    )

    class Meta(Register.Meta):
        verbose_name = _("spot task")
        verbose_name_plural = _("spot tasks")
        constraints = [
            known("spot_task_state_known", "state", SpotState),
            in_order("spot_task_done_after_call", "reported_on", "done_on"),
            models.CheckConstraint(
                condition=~Q(state="tasked") | Q(organisation__isnull=False),
                name="spot_task_tasked_to_somebody",
                violation_error_message=_("Say which operator the spot task is given to."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "nothing")) | Q(done_on__isnull=False),
                name="spot_task_done_says_when",
                violation_error_message=_("Say on which day it was done."),
            ),
        ]
        triggers = [
            *record_triggers(),
            not_after_today("on", "reported_on", "done_on"),
            steps_only("spot_task_steps", SPOT_STEPS),
            listed("device_category", Device),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_work(user)


class TaskState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", pgettext_lazy("a task is", "Issued")
    ACCEPTED = "accepted", pgettext_lazy("a task is", "Accepted")
    STARTED = "started", pgettext_lazy("a task is", "Started")
    SUSPENDED = "suspended", pgettext_lazy("a task is", "Suspended")
    FINISHED = "finished", pgettext_lazy("a task is", "Finished")
    CLOSED = "closed", pgettext_lazy("a task is", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("a task is", "Cancelled")


TASK_STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("issued", "cancelled"),
    "issued": ("accepted", "cancelled"),
    "accepted": ("started", "cancelled"),
    "started": ("suspended", "finished"),
    "suspended": ("started", "cancelled"),
    "finished": ("closed", "started"),
    "closed": (),
    "cancelled": (),
}


@keep_history(exclude=("grounds",))
class Task(Register):
    """Work that an authority gives to an operator (``organisation``) on named hazards, from ``valid_from`` on. From its issue
    on it needs the operator's granted operational accreditation for ``activity`` on that day."""

    REF_PREFIX = "T"
    LETTERS = "T"

    state = models.CharField(
        _("State"), max_length=12, choices=TaskState.choices, default=TaskState.DRAFT, editable=False
    )
    activity = models.CharField(_("Activity"), max_length=14, choices=ActivityKind.choices)
    hazards = models.ManyToManyField("Hazard", blank=True, related_name="tasks", verbose_name=_("Hazards"))
    spot_task = models.ForeignKey(SpotTask, models.PROTECT, null=True, blank=True, related_name="tasks")
    purpose = models.TextField(_("Purpose"), blank=True)
    priority = models.CharField(_("Priority"), max_length=6, choices=Priority.choices, default=Priority.MEDIUM)
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    step_reason = models.TextField(_("Reason"), blank=True, editable=False)
    grounds = models.JSONField(
        _("Hazards"),
        default=list,
        blank=True,
        editable=False,
        help_text="ids of hazards, as they go to other nodes; triggers keep it",
    )

    class Meta(Register.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            known("task_state_known", "state", TaskState),
            known("task_activity_known", "activity", ActivityKind),
            in_order("task_valid_in_order", "valid_from", "valid_to"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(organisation__isnull=False),
                name="task_given_to_somebody",
                violation_error_message=_("Say which operator the task is given to."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("suspended", "cancelled")) | ~Q(step_reason=""),
                name="task_stopped_why",
                violation_error_message=_("Say why."),
            ),
        ]
        triggers = [
            *record_triggers(derived=("grounds",)),
            not_after_today("on"),
            *task_travels(),
            steps_only("task_steps", TASK_STEPS),
            pgtrigger.Trigger(
                name="task_needs_accreditation",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "organisation_id", "activity", "valid_from"),
                timing=pgtrigger.Deferred,
                func=pgtrigger.Func(
                    f"""
                    IF EXISTS (
                        SELECT 1 FROM {{meta.db_table}} t WHERE t.id = NEW.id AND t.state IN ('issued', 'accepted', 'started')
                        AND NOT EXISTS (
                            SELECT 1 FROM rafid_mineaction_accreditation a WHERE a.organisation_id = t.organisation_id
                            AND a.activity = t.activity AND a.phase = 'operational' AND a.state = 'granted'
                            AND a.deleted_at IS NULL AND t.valid_from BETWEEN a.valid_from AND a.valid_to
                        )
                    ) THEN
                        {refuse("task_needs_accreditation")}
                    END IF;
                    RETURN NULL;
                    """
                ),
            ),
        ]

    @classmethod
    def visibility(cls, user: Any) -> Q:
        return of_authority(user) | of_operator(user) & ~Q(state__in=TASK_HIDDEN)


class TaskHazard(Task.hazards.through):  # type: ignore[name-defined,misc]
    """The link of a task to a hazard, for the triggers on its table."""

    class Meta:
        proxy = True
        triggers = hazards_on_task()


@keep_history()
class TaskOrder(Row):
    """The paper that went out: its number, its file, its content as issued. The next order of a task has the next number."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="orders")
    number = models.PositiveIntegerField(_("Number"), default=1)
    issued_on = models.DateField(_("Issued on"))
    valid_from = models.DateField(_("Valid from"))
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)
    language = models.CharField(max_length=3, default="ar")
    content = models.JSONField(default=dict, help_text="turning points and all that the paper says")
    sha256 = models.CharField(max_length=64, blank=True, help_text="the file in the store")

    class Meta:
        verbose_name = _("task order")
        verbose_name_plural = _("task orders")
        ordering = ("task", "number")
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="task_order_once"),
            in_order("task_order_in_order", "valid_from", "valid_to"),
        ]
        triggers = [not_after_today("issued_on"), stays("order_stays", "task_id", "number", "issued_on", "content")]

    def __str__(self) -> str:
        return f"{self.task.ref}/{self.number}"

    @classmethod
    def visibility(cls, user: Any) -> Q:
        operator = of_operator(user, "task__organisation") & ~Q(task__state__in=TASK_HIDDEN)
        return of_authority(user, owner="task__owner", place="task__place") | operator
