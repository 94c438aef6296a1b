"""What a form's retention lets go: shown first, then erased at once or, once somebody agreed, each night."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rafid.commons.filters import small_number
from rafid.commons.people.visibility import may
from rafid.commons.programme import PLATFORM

from ..addressing import form_seen
from ..models import Form, Tombstone
from ..refusals import Refused, seen_another
from . import retention
from .trash import in_trash

MOST_STONES = 50


def may_erase(user: Any) -> bool:
    """Whoever operates the platform."""
    return may(user, "operate", PLATFORM)


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_seen(request.user, str(pk))
    if not may_erase(request.user):
        raise PermissionDenied(_("Who operates the platform decides what is erased."))
    if request.method == "POST":
        try:
            _act(request, form)
        except Refused as refused:
            return _render(request, form, error=str(refused), status=refused.status)
        return redirect("form-retention", pk=pk)
    return _render(request, form)


def _act(request: HttpRequest, form: Form) -> None:
    """``days`` and ``seen`` are what the page showed: nothing is agreed to, or erased, that nobody saw."""
    days = small_number(request.POST.get("days", "")) or 0
    seen = small_number(request.POST.get("seen", "")) or 0
    action = request.POST.get("action", "")
    if action == "withdraw":
        retention.withdraw(form)
        messages.success(request, _("Nothing is erased at night any more."))
    elif action == "agree":
        retention.agree(form, by=request.user, days=days, seen=seen)
        messages.success(request, _("From tonight on, what is older is erased each night."))
    elif action == "erase":
        now = retention.dry_run(form)
        if form.retention_days != days or now.submissions > seen:
            raise seen_another()
        gone = retention.purge_due(form, by=request.user)
        messages.success(request, _("%(count)s submissions are erased. Their files go within a day.") % {"count": gone})


def _render(request: HttpRequest, form: Form, *, error: str = "", status: int = 200) -> HttpResponse:
    stones = Tombstone.objects.filter(form=form).select_related("submission", "by").order_by("-at", "-pk")
    return render(
        request,
        "forms/retention.html",
        {
            "form": form,
            "due": retention.dry_run(form),
            "consent": retention.agreed(form),
            "trash": in_trash(form).count(),
            "stones": stones[:MOST_STONES],
            "erased": stones.count(),
            "error": error,
        },
        status=status,
    )


urls: list[URLPattern] = [path("forms/<uuid:pk>/retention/", page, name="form-retention")]
