"""Accreditations of operators: application, page, steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.api import record_etag
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..models import Accreditation, Task
from ..picture.asked import Asked
from ..picture.frame import frame
from ..seeing import may_anywhere, may_here
from ..stepped import forms_of, opened
from ..stepped import step as taken
from . import accreditations
from .forms import AccreditationForm


def seen(user: Any, ref: str) -> Accreditation:
    found: Accreditation = by_ref(Accreditation.objects.visible_to(user).select_related("organisation", "owner"), ref)
    return found


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen(request.user, ref))


def _page(
    request: HttpRequest, row: Accreditation, *, bound: Any = None, error: str = "", status: int = 200
) -> HttpResponse:
    forms = forms_of(request.user, row, accreditations.STEPS, bound)
    today = timezone.localdate()
    tasks = Task.objects.visible_to(request.user).filter(organisation=row.organisation, activity=row.activity)
    same = Accreditation.objects.visible_to(request.user).filter(organisation=row.organisation).exclude(pk=row.pk)
    context = {
        "row": row, "record": row, "forms": forms, "opened": opened(forms, bound), "error": error,
        "step_url": "mineaction-accreditation-step",
        "valid": row.state == "granted" and row.valid_from <= today <= row.valid_to,
        "days_left": (row.valid_to - today).days,
        "tasks": tasks.exclude(state__in=("closed", "cancelled")).order_by("-valid_from")[:20],
        "same": same.order_by("-valid_to")[:20],
        "frame": frame(Asked(today), None, Accreditation.objects.filter(pk=row.pk)),
    }  # fmt: skip
    response = render(request, "mineaction/operations/accreditation.html", context, status=status)
    response["ETag"] = record_etag(row)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "accredit"):
        raise PermissionDenied
    form = AccreditationForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.given
        if not may_here(request.user, "accredit", owner=given["authority"].pk, side="authority"):
            raise PermissionDenied
        try:
            row = accreditations.apply(by=request.user, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The application %(ref)s is entered.") % {"ref": row.ref})
            return redirect("mineaction-accreditation", row.ref)
    context = {
        "form": form, "title": _("New application"), "back": reverse("mineaction-accreditations"), "save": _("Save"),
        "trail": [(reverse("mineaction-accreditations"), _("Accreditations"))],
        "lead": _("An operator applies to be allowed an activity: organisational first, then operational."),
    }  # fmt: skip
    return render(request, "mineaction/entry.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def step(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    return taken(
        request, seen(request.user, ref), code, accreditations.STEPS, _page, to="mineaction-accreditation",
        again=lambda: seen(request.user, ref),
    )  # fmt: skip
