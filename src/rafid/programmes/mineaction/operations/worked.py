"""Whose work a hazard is: that of its newest task, else of whoever reported it."""

from __future__ import annotations

from typing import Any

from ..models import Hazard


def task_of(hazard: Hazard) -> Any:
    return (
        hazard.tasks.filter(deleted_at=None).exclude(state__in=("draft", "cancelled")).order_by("-valid_from").first()
    )


def worker_of(hazard: Hazard) -> Any:
    task = task_of(hazard)
    return task.organisation if task is not None and task.organisation is not None else hazard.organisation
