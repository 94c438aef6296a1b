"""What a page can say about a task whose worker says nothing: nobody took it up, or the one who did went silent."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Task, TaskState
from .tasks import SILENCE

PATIENCE = 30
"""Seconds after which work that nobody takes up is told: a worker asks for work every few seconds."""


def running(task: Task | None) -> bool:
    return task is not None and task.state in (TaskState.WAITING, TaskState.RUNNING)


def silence(task: Task | None) -> str:
    """A sentence with a remedy, or "" while all is well."""
    if task is None:
        return ""
    now = timezone.now()
    if task.state == TaskState.RUNNING and task.beat_at and (now - task.beat_at).total_seconds() > SILENCE:
        return _("The one who did this work has gone silent. It is taken up again within two minutes.")
    if task.state == TaskState.WAITING and (now - task.made_at).total_seconds() > PATIENCE:
        return _(
            "Nobody has taken this work up yet: the worker is busy, or does not run. Nothing is lost. If this stays so, "
            "ask the operator to start a worker."
        )
    return ""


def percent(task: Task | None) -> int | None:
    """How far it is, where the end is known."""
    return min(100, round(100 * task.done / task.of)) if task is not None and task.of else None
