"""Pages of operations that are lists: the board, tasks, accreditations, spot tasks, ordnance, daily progress."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..listing import Listing, dots, export, page, read
from ..models import Task
from ..picture.asked import Asked
from ..picture.frame import frame
from ..picture.scope import sees_exactly
from ..seeing import AUTHORITY, held, may_anywhere
from . import lists
from .board import piles
from .rates import rates

LISTS: dict[str, Listing] = {
    "tasks": lists.TASKS,
    "accreditations": lists.ACCREDITATIONS,
    "spots": lists.SPOTS,
    "ordnance": lists.ORDNANCE,
    "progress": lists.PROGRESS,
}


def inside(user: Any) -> None:
    """Work is seen by authorities and operators; for others these pages are not there."""
    if not sees_exactly(user):
        raise Http404


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    inside(request.user)
    today = timezone.localdate()
    context = {
        "piles": piles(request.user, today),
        "today": today,
        "frame": frame(Asked(today), None, Task.objects.visible_to(request.user)),
        "may_task": may_anywhere(request.user, "task"),
        "may_accredit": may_anywhere(request.user, "accredit"),
        "sees_ranks": held(request.user, AUTHORITY),
    }
    return render(request, "mineaction/operations/board.html", context)


def _actions(request: HttpRequest, code: str) -> list[tuple[str, str]]:
    of = {
        "tasks": ("task", "mineaction-task-new", _("New task")),
        "accreditations": ("accredit", "mineaction-accreditation-new", _("New application")),
        "spots": ("task", "mineaction-spot-new", _("New call")),
    }
    if code not in of:
        return []
    action, route, word = of[code]
    return [(reverse(route), word)] if may_anywhere(request.user, action) else []


@login_required
@require_safe
def listed(request: HttpRequest, code: str) -> HttpResponse:
    inside(request.user)
    more: dict[str, Any] = {"actions": _actions(request, code)}
    if code == "progress":
        shown = read(request, lists.PROGRESS)
        if isinstance(shown, HttpResponse):
            return shown
        more["rates"] = rates(shown.rows)
    return page(request, LISTS[code], **more)


@login_required
@require_safe
def file(request: HttpRequest, code: str, kind: str) -> Any:
    inside(request.user)
    return export(request, LISTS[code], kind)


@login_required
@require_safe
def shapes(request: HttpRequest, code: str) -> HttpResponse:
    """The dots of a list's map."""
    inside(request.user)
    return dots(request, LISTS[code])
