"""The month's paper as PDF, made by a task: maps and tables take longer than a request may.

A paper that is there serves everybody at once: it shows what everybody sees. It hangs on the grid, the month and the language;
what stations say of the month may still be corrected, so it is kept for an hour and then made anew.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.tasks import Failure, start

from ..measuring.rows import NOBODY
from ..models import DroughtGrid
from .grids import current, last_month
from .monthly import month_of
from .monthly_paper import document, figures_of

WORK = "rafid.programmes.rivers.droughts.printing:print_by_task"
_HOUR = 3600
WAIT = 5
"""Seconds after which it is asked for again."""
GAVE_UP = timedelta(minutes=2)
"""After a failure nobody starts it again for so long."""


def month_asked(text: str | None) -> tuple[DroughtGrid, str]:
    """The public grid and the month of it that is meant, its last without one. Raises ``ValueError`` where there is none."""
    grid = next(iter(current(NOBODY)), None)
    if grid is None:
        raise ValueError("no grid of months is public")
    if not text:
        return grid, last_month(grid).strftime("%Y-%m")
    month = month_of(text)
    if not 0 <= int((month - np.datetime64(grid.first_month, "M")).astype(int)) < grid.months:
        raise ValueError(f"the grid has no {text}")
    return grid, str(month)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "printed-rivers"


def path_of(grid: DroughtGrid, month: str, language: str) -> Path:
    digest = hashlib.sha256(f"{grid.pk} {grid.sha256} {month} {language}".encode()).hexdigest()
    return _folder() / f"{digest[:40]}.pdf"


def kept(grid: DroughtGrid, month: str, language: str) -> bytes | None:
    path = path_of(grid, month, language)
    try:
        return path.read_bytes() if path.stat().st_mtime > time.time() - _HOUR else None
    except FileNotFoundError:
        return None


def make(grid: DroughtGrid, month: str, language: str) -> bytes:
    """Whole when it is there: it is written beside and then put in its place. Raises ``ValidationError``."""
    data: bytes = as_pdf(document(figures_of(month), language))[0]
    path = path_of(grid, month, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep()
    part = path.with_suffix(f".{id(data)}.part")
    part.write_bytes(data)
    part.replace(path)
    return data


def _sweep() -> None:
    for path in _folder().iterdir():
        try:
            if path.stat().st_mtime < time.time() - _HOUR:
                path.unlink()
        except FileNotFoundError:
            continue


def begin(month: str, language: str, *, by: Any) -> Task:
    """The task that prints it, one for all who wait; one that has just failed, instead of a second that fails, too."""
    name = f"rivers-drought-pdf-{language} {month}"
    last = Task.objects.filter(name=name).order_by("-made_at").first()
    if last is not None and last.state in (TaskState.WAITING, TaskState.RUNNING):
        return last
    if last is not None and last.state == TaskState.FAILED and last.made_at > timezone.now() - GAVE_UP:
        return last
    return start(
        name, WORK, {"month": month, "language": language},
        about=in_three(gettext_noop("Drought of %(month)s on paper"), month=month),
        link=f"{reverse('rivers-drought-paper')}?month={month}&lang={language}", by=by,
    )  # fmt: skip


def print_by_task(progress: Any, *, month: str, language: str) -> None:
    progress.at(0, 1)
    try:
        grid, month = month_asked(month)
        if kept(grid, month, language) is None:
            make(grid, month, language)
    except (ValueError, ValidationError) as error:
        raise Failure(
            in_three(gettext_noop("The grid has no %(month)s. Choose another month."), month=month)
        ) from error
    progress.at(1, 1)
