"""“My visits”, with or without a line: the page, and the worker that keeps it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from rafid.commons.forms.fill import scripts

from .my_week import monitor_of, received_of, sent_of, week_of
from .offline import worker_source


@login_required
@require_safe
@ensure_csrf_cookie
def my(request: HttpRequest) -> HttpResponse:
    monitor = monitor_of(request.user)
    today = timezone.localdate()
    context = {
        "monitor": monitor,
        "today": today,
        "days": week_of(request, monitor, today) if monitor else [],
        "sent": sent_of(request.user, monitor, today) if monitor else [],
        "received": received_of(request.user, monitor, today) if monitor else [],
        "keeping": scripts.address("keep_named.js"),
        "now": timezone.now(),
    }
    answer = render(request, "monitoring/visits/my.html", context)
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(worker_source(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer
