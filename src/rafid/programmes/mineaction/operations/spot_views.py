"""Spot tasks: the call, the page, the steps, what was found and how it was disposed of."""

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
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..models import OrdnanceFind, SpotTask
from ..picture.asked import Asked
from ..picture.frame import frame
from ..picture.views import bounds
from ..seeing import may_anywhere, may_do, may_here
from ..stepped import forms_of, opened
from ..stepped import step as taken
from . import spots
from .forms import CallForm, DisposalForm, FindForm


def seen(user: Any, ref: str) -> SpotTask:
    found: SpotTask = by_ref(SpotTask.objects.visible_to(user).select_related("organisation", "place", "owner"), ref)
    return found


def may_enter(user: Any, row: SpotTask) -> bool:
    """What was found is entered by operations, or by the operator to whom the spot task was given."""
    return may_do(user, "task", row, side="authority") or may_do(user, "check", row, side="operator")


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen(request.user, ref))


def _page(
    request: HttpRequest,
    row: SpotTask,
    *,
    bound: Any = None,
    find: FindForm | None = None,
    disposal: Any = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    user = request.user
    forms = forms_of(user, row, spots.STEPS, bound)
    enters = may_enter(user, row) and row.state not in ("done", "nothing")
    items = OrdnanceFind.objects.visible_to(user).filter(spot_task=row).order_by("on", "ref")
    context = {
        "row": row,
        "record": row,
        "forms": forms,
        "opened": opened(forms, bound),
        "error": error,
        "step_url": "mineaction-spot-step",
        "items": [
            (
                one,
                disposal
                if disposal is not None and disposal.find == one.pk
                else _disposal(one)
                if enters and one.disposal == "waiting"
                else None,
            )
            for one in items
        ],
        "find": find or FindForm() if enters else None,
        "find_open": find is not None,
        "tasks": row.tasks.filter(deleted_at=None).order_by("-valid_from")
        if may_do(user, "task", row, side="authority")
        else [],
        "bounds": bounds([row.point], row.place),
        "may_task": may_do(user, "task", row, side="authority") and row.state in ("verified", "tasked"),
        "frame": frame(Asked(timezone.localdate()), row.place, SpotTask.objects.filter(pk=row.pk)),
    }
    response = render(request, "mineaction/operations/spot.html", context, status=status)
    response["ETag"] = record_etag(row)
    return response


def _disposal(one: OrdnanceFind, data: Any = None) -> DisposalForm:
    form = DisposalForm(one, data)
    form.find = one.pk  # type: ignore[attr-defined]
    return form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "task"):
        raise PermissionDenied
    form = CallForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.given
        if not may_here(request.user, "task", owner=given["authority"].pk, place=given["place"], side="authority"):
            raise PermissionDenied
        try:
            row = spots.call(by=request.user, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The call is entered as %(ref)s.") % {"ref": row.ref})
            return redirect("mineaction-spot", row.ref)
    context = {
        "form": form,
        "title": _("New call"),
        "back": reverse("mineaction-spots"),
        "save": _("Save"),
        "trail": [(reverse("mineaction-spots"), _("Spot tasks"))],
    }
    return render(request, "mineaction/entry.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def step(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    return taken(
        request,
        seen(request.user, ref),
        code,
        spots.STEPS,
        _page,
        to="mineaction-spot",
        again=lambda: seen(request.user, ref),
    )


@login_required
@require_POST
def find(request: HttpRequest, ref: str) -> HttpResponse:
    row = seen(request.user, ref)
    if not may_enter(request.user, row):
        raise PermissionDenied
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, row, find=form, status=422)
    try:
        made = spots.found(row, by=request.user, **form.given)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, find=form, status=422)
    messages.success(request, _("%(ref)s is entered.") % {"ref": made.ref})
    return redirect("mineaction-spot", row.ref)


@login_required
@require_POST
def dispose(request: HttpRequest, ref: str, item: str) -> HttpResponse:
    row = seen(request.user, ref)
    if not may_enter(request.user, row):
        raise PermissionDenied
    one = by_ref(OrdnanceFind.objects.visible_to(request.user).filter(spot_task=row), item)
    form = _disposal(one, request.POST)
    if not form.is_valid():
        return _page(request, row, disposal=form, status=422)
    try:
        spots.dispose(one, by=request.user, version=version_read(form.cleaned_data["version"]), **form.given)
    except Stale:
        error = _("Somebody changed this since you read it. Look at it again before you decide.")
        return _page(request, row, error=error, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, disposal=form, status=422)
    messages.success(request, _("%(ref)s is disposed of.") % {"ref": one.ref})
    return redirect("mineaction-spot", row.ref)
