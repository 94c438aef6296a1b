"""The page of a hazard, its shapes, and the steps of its state."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.api import record_etag
from rafid.commons.filters import Filters
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..hazards import consent, states
from ..models import Blocked, Device, Evidence, Hazard, HazardState
from ..models.hazards import CLOSED
from ..operations.hazard_actions import hazard_actions, led_by
from ..refusals import told
from ..seeing import may_do
from . import hazard_page
from .asked import asked_on_page
from .balances import balance_of, stated, sum_stated
from .frame import frame
from .step_form import ACTIONS, StepForm, step_name
from .views import bounds


def seen(user: Any, ref: str) -> Hazard:
    rows = Hazard.objects.visible_to(user).select_related("place", "organisation", "owner", "report", "sheet")
    found: Hazard = by_ref(rows, ref)
    return found


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    hazard, filters = seen(request.user, ref), Filters(request.GET)
    asked = asked_on_page(filters)
    balanced = balance_of(request.user, hazard, asked)
    releases = stated(request.user, hazard, balanced)
    sheet = hazard_page.sheet_of(request.user, hazard)
    links = hazard_page.links(request.user, hazard)
    framed = frame(asked, hazard.place, Hazard.objects.filter(pk=hazard.pk))
    leads = hazard_actions(request.user, hazard)
    context = {
        "hazard": hazard,
        "asked": asked,
        "filter_notes": filters.notes,
        "frame": framed,
        "balanced": balanced,
        "by_kind": hazard_page.by_kind(balanced) if balanced else [],
        "releases": releases,
        "stated": sum_stated(releases),
        "sheet": sheet,
        "drawn": hazard_page.drawing(hazard, balanced, sheet, releases),
        "shapes_url": f"{reverse('mineaction-hazard-shapes', args=[hazard.ref])}?{framed.query}",
        "bounds": _bounds(hazard),
        "evidence": hazard.evidence.order_by("-direct", "on"),
        "devices": [Device(one).label for one in hazard.device_categories],
        "blocked": [Blocked(one).label for one in hazard.blocked],
        "links": links,
        "workers": hazard_page.who_works(links),
        "steps": hazard.steps.select_related("made_by", "second_by", "report", "task", "handover").order_by("-number"),
        "not_agreed": set(consent.not_agreed(hazard.steps.all()).values_list("pk", flat=True)),
        "waits": consent.waits(hazard),
        "possible": [one for one in possible(request.user, hazard) if one["new"] not in led_by(leads, hazard)],
        "leads": leads,
        "cases": hazard_page.open_cases(request.user, hazard),
    }
    response = render(request, "mineaction/picture/hazard.html", context)
    response["ETag"] = record_etag(hazard)
    return response


def _bounds(hazard: Hazard) -> str:
    if hazard.ground is None:
        return bounds([hazard.point], hazard.place)
    west, south, east, north = hazard.ground.extent
    air = max(east - west, north - south, 0.001) * 0.25
    return f"{west - air:.6f},{south - air:.6f},{east + air:.6f},{north + air:.6f}"


@login_required
@require_safe
def shapes(request: HttpRequest, ref: str) -> HttpResponse:
    hazard = seen(request.user, ref)
    balanced = balance_of(request.user, hazard, asked_on_page(Filters(request.GET)))
    releases = stated(request.user, hazard, balanced)
    return hazard_page.shapes(hazard, balanced, hazard_page.sheet_of(request.user, hazard), releases)


def possible(user: Any, hazard: Hazard) -> list[dict[str, Any]]:
    """The steps that this person may take from where the hazard stands; nothing that closes it while another was asked."""
    waiting = consent.awaited(hazard)
    return [
        {"new": str(one), "name": step_name(one)}
        for one in states.possible(hazard)
        if not (waiting and one in CLOSED) and may_do(user, ACTIONS[one], hazard, side="authority")
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, ref: str, new: str) -> HttpResponse:
    hazard = seen(request.user, ref)
    if new not in HazardState.values or new not in ACTIONS:
        raise Http404
    if not may_do(request.user, ACTIONS[new], hazard, side="authority"):
        raise PermissionDenied
    if new not in states.possible(hazard):
        return _asked(request, hazard, new, None, status=409)
    form = StepForm(hazard, new, request.user, request.POST or None)
    if request.method != "POST":
        return _asked(request, hazard, new, form)
    if not form.is_valid():
        return _asked(request, hazard, new, form, status=422)
    try:
        _take(hazard, form, request.user)
    except Stale:
        again = seen(request.user, ref)
        form.add_error(None, _("Somebody changed this hazard since you read it. Look at it again before you decide."))
        return _asked(request, again, new, form if new in states.possible(again) else None, status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _asked(request, seen(request.user, ref), new, form, status=422)
    messages.success(
        request, _("%(ref)s is now: %(state)s.") % {"ref": hazard.ref, "state": hazard.get_state_display()}
    )
    if hazard.state != form.state:
        messages.warning(request, consent.waits(hazard))
    return redirect("mineaction-hazard", hazard.ref)


def _take(hazard: Hazard, form: StepForm, user: Any) -> None:
    given = form.values
    version = version_read(form.cleaned_data["version"])
    with transaction.atomic(), told(Evidence):
        if form.cleaned_data.get("evidence_type"):
            Evidence.objects.create(
                hazard=hazard, direct=True, type=form.cleaned_data["evidence_type"], on=given["on"],
                text=form.cleaned_data["evidence_text"], made_by=user,
            )  # fmt: skip
        if form.new == "cancelled":
            states.cancel(hazard, given.pop("criteria"), by=user, version=version, **given)
        else:
            states.take(hazard, form.new, by=user, version=version, **given)


def _asked(request: HttpRequest, hazard: Hazard, new: str, form: StepForm | None, *, status: int = 200) -> HttpResponse:
    context = {"hazard": hazard, "form": form, "title": step_name(new), "now": hazard.get_state_display()}
    return render(request, "mineaction/picture/step.html", context, status=status)
