"""Messages to the person: the list, and marking as read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST


def _mine(request: HttpRequest) -> Any:
    return request.user.messages  # type: ignore[union-attr]


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    rows = Paginator(_mine(request).order_by("-made_at", "-id"), 50)
    return render(request, "shell/notifications.html", {"page": rows.get_page(request.GET.get("page"))})


@login_required
@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks one as read and, where ``open`` was pressed, goes to what it is about."""
    message = get_object_or_404(_mine(request), pk=pk)
    if message.read_at is None:
        message.read_at = timezone.now()
        message.save(update_fields=["read_at"])
    if "open" in request.POST and url_has_allowed_host_and_scheme(message.link, {request.get_host()}):
        return redirect(message.link)
    return redirect("notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    _mine(request).filter(read_at=None).update(read_at=timezone.now())
    return redirect("notifications")
