"""The page of a background task: how far it is, and how it ended."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.programme import PLATFORM

from .. import watching
from ..models import Task


@login_required
def task_page(request: HttpRequest, pk: Any) -> HttpResponse:
    task = Task.objects.filter(pk=pk).first()
    if task is None or (task.by_id != request.user.pk and not may(request.user, "operate", PLATFORM)):
        raise Http404
    running = watching.running(task)
    response = render(
        request,
        "records/task_part.html" if getattr(request, "htmx", False) else "records/task.html",
        {
            "task": task,
            "about": pick(task.about) or task.name,
            "percent": watching.percent(task),
            "running": running,
            "silent": watching.silence(task),
            "error": pick(task.error) if task.error else "",
        },
    )
    if getattr(request, "htmx", False) and not running:
        response["HX-Refresh"] = "true"
    return response
