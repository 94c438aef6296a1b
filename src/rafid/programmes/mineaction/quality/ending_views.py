"""Completion and handover: their forms, pages and certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.api import record_etag
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..hazards import consent
from ..models import Completion, Handover, Hazard, HazardState, Release
from ..models.hazards import TOLERANCE_M2
from ..operations.ground import drawn
from ..operations.orders import LANGUAGES
from ..picture.asked import Asked
from ..picture.frame import frame
from ..picture.hazard_views import seen as hazard_seen
from ..seeing import may_do
from . import endings
from .forms import CompletionForm, HandoverForm

MODELS: dict[str, Any] = {"completion": Completion, "handover": Handover}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, ref: str) -> HttpResponse:
    hazard = hazard_seen(request.user, ref)
    if not may_do(request.user, "task", hazard, side="authority"):
        raise PermissionDenied
    form = CompletionForm(hazard, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.given
        stated = given.pop("stated_m2")
        try:
            row = endings.complete(hazard, by=request.user, version=version_read(form.cleaned_data["version"]), **given)
        except Stale:
            form.add_error(
                None, _("Somebody changed this hazard since you read it. Look at it again before you decide.")
            )
            status = 409
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if (
                stated is not None
                and row.remaining_m2 is not None
                and abs(stated - row.remaining_m2) > max(TOLERANCE_M2, 0.02 * stated)
            ):
                messages.warning(
                    request,
                    _("The report says %(stated)s m² remain, the ledger %(computed)s m². The ledger's figure is kept.")
                    % {"stated": f"{stated:,.0f}", "computed": f"{row.remaining_m2:,.0f}"},
                )
            messages.success(request, _("The completion %(ref)s is entered.") % {"ref": row.ref})
            return redirect("mineaction-completion", row.ref)
    return _asked(request, hazard, form, _("Completion"), _("Keep the completion"), status, releases=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, ref: str) -> HttpResponse:
    hazard = hazard_seen(request.user, ref)
    if not may_do(request.user, "close", hazard, side="authority"):
        raise PermissionDenied
    form = HandoverForm(hazard, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = endings.hand_over(
                hazard,
                by=request.user,
                version=version_read(form.cleaned_data["version"]),
                signatories=form.signatories,
                **form.ending,
            )
        except Stale:
            form.add_error(
                None, _("Somebody changed this hazard since you read it. Look at it again before you decide.")
            )
            status = 409
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if hazard.state == HazardState.CLOSED:
                messages.success(
                    request, _("The handover %(ref)s is entered, and the hazard is closed.") % {"ref": row.ref}
                )
            else:  # its page says what is awaited
                messages.success(request, _("The handover %(ref)s is entered.") % {"ref": row.ref})
            return redirect("mineaction-handover", row.ref)
    return _asked(request, hazard, form, _("Handover"), _("Hand the ground over"), status)


def _asked(
    request: HttpRequest, hazard: Hazard, form: Any, title: str, act: str, status: int, *, releases: bool = False
) -> HttpResponse:
    context = {
        "form": form, "title": title, "act": act, "hazard": hazard, "remaining": endings.remaining(hazard),
        "tolerance": TOLERANCE_M2,
        "releases": Release.objects.filter(hazard=hazard).order_by("on") if releases else [],
        "state": hazard.get_state_display(),
    }  # fmt: skip
    return render(
        request,
        "mineaction/quality/ending_form.html",
        context,
        status=status if status != 200 else 422 if form.errors else 200,
    )


def _seen(user: Any, of: str, ref: str) -> Any:
    rows = MODELS[of].objects.visible_to(user).select_related("hazard", "task", "organisation", "owner", "place")
    return by_ref(rows, ref)


@login_required
@require_safe
def page(request: HttpRequest, of: str, ref: str) -> HttpResponse:
    row = _seen(request.user, of, ref)
    found = endings.content_of(row)
    reopen = (
        row.hazard is not None
        and row.hazard.state == "closed"
        and may_do(request.user, "approve", row.hazard, side="authority")
    )
    context = {
        "row": row,
        "of": of,
        "title": capfirst(str(row._meta.verbose_name)),
        "left": endings.left_of(found[1]) if found else None,
        "paper": found is not None,
        "sha256": found[0] if found else "",
        "map": drawn(found[1]["hazards"]) if found else "",
        "languages": [("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")],
        "status": endings.status(row),
        "waits": consent.of_handover(row) if of == "handover" else "",
        "reopen": reopen,
        "names": row.persons.count() if of == "handover" else 0,
        "hand_over": of == "completion"
        and row.hazard is not None
        and row.hazard.state == "checked"
        and not consent.awaited(row.hazard)
        and may_do(request.user, "close", row.hazard, side="authority"),
        "frame": frame(Asked(timezone.localdate()), row.place, MODELS[of].objects.filter(pk=row.pk)),
    }
    response = render(request, "mineaction/quality/ending.html", context)
    response["ETag"] = record_etag(row)
    return response


@login_required
@require_safe
def certificate(request: HttpRequest, of: str, ref: str) -> HttpResponse:
    row = _seen(request.user, of, ref)
    language = request.GET.get("in") or get_language() or "ar"
    if language not in LANGUAGES:
        raise Http404
    data = endings.printed(row, language)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{row.ref}-{language}.pdf") or "inline"
    response["Cache-Control"] = "private, no-cache"
    return response
