"""The findings of one visit: failed items become non-conformities here; what is neither good nor bad is noted, too."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..models import Visit
from ..seeing import may_here
from . import raising
from .forms import ObservationForm, OtherForm
from .queries import seen


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, visit: str) -> HttpResponse:
    row = by_ref(Visit.objects.visible_to(request.user).select_related("site", "contract__partner", "place"), visit)
    judges = may_here(request.user, "judge", owner=row.owner_id, place=row.place)
    notes = judges or may_here(request.user, "visit", owner=row.owner_id, place=row.place)
    if request.method != "POST":
        return _page(request, row, judges, notes)
    what = request.POST.get("what", "")
    if not (judges or (notes and what == "observation")):
        raise PermissionDenied
    return _posted(request, row, what, judges, notes)


def _posted(request: HttpRequest, row: Visit, what: str, judges: bool, notes: bool) -> HttpResponse:
    other = OtherForm(request.POST if what == "other" else None)
    observation = ObservationForm(request.POST if what == "observation" else None)
    error = ""
    try:
        if what == "items":
            codes = request.POST.getlist("item")
            if not codes:
                raise Refused(_("Choose an item."))
            texts = {code: request.POST.get(f"text-{code}", "")[:5000] for code in codes}
            made = raising.raise_items(row, codes, by=request.user, texts=texts)
            messages.success(request, _("Findings opened: %(count)s.") % {"count": len(made)})
            return redirect("monitoring-visit-findings", row.ref)
        if what == "other" and other.is_valid():
            said = other.cleaned_data
            raising.raise_other(row, severity=said["severity"], text=said["text"], due=said["due"], by=request.user)
            messages.success(request, _("Findings opened: %(count)s.") % {"count": 1})
            return redirect("monitoring-visit-findings", row.ref)
        if what == "observation" and observation.is_valid():
            said = observation.cleaned_data
            raising.observe(row, kind=said["kind"], text=said["text"], by=request.user)
            messages.success(request, _("Noted."))
            back = "monitoring-visit" if request.POST.get("back") == "visit" else "monitoring-visit-findings"
            return redirect(back, row.ref)
    except Refused as refusal:
        error = str(refusal)
    return _page(request, row, judges, notes, other=other, observation=observation, error=error, status=422)


def _page(
    request: HttpRequest,
    row: Visit,
    judges: bool,
    notes: bool,
    *,
    other: Any = None,
    observation: Any = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "visit": row,
        "failed": [
            {"answer": one, "due": raising.due_on(row.contract, one.severity, raising.opened_of(row))}
            for one in raising.failed(row)
        ]
        if judges
        else [],
        "findings": seen(request.user).filter(visit=row).order_by("opened_on", "ref"),
        "observations": row.observations.visible_to(request.user).order_by("known_at"),
        "judges": judges,
        "notes": notes,
        "other": other or OtherForm(),
        "observation": observation or ObservationForm(),
        "error": error,
    }
    return render(request, "monitoring/findings/visit.html", context, status=status)
