"""Pages of files that arrive: send one, see what becomes of it, record it as one, undo it as one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_at
from rafid.commons.records.change import Refused
from rafid.commons.records.imports.uploads import Limited, too_large
from rafid.commons.records.tabular.errors import size

from ..codes import VARIABLES
from ..models import FileState, ValueFile
from ..seeing import PROGRAMME
from . import files
from .matching import Pair, open_to
from .opening import KINDS
from .readers import DOUBTS

PAGE = 25
GRIDS = ("grid", "geotiff")
SAMPLE = 12
ZONES = ("Asia/Baghdad", "UTC", "Europe/Istanbul", "Asia/Damascus", "Asia/Tehran")


def owners(user: Any) -> list[Organisation]:
    """The organisations for which this person imports; the own one first. 403 without any."""
    if not may(user, "import", PROGRAMME):
        raise PermissionDenied
    found = [one for one in Organisation.objects.filter(active=True) if may_at(user, "import", PROGRAMME, one.pk, None)]
    found.sort(key=lambda one: (one.pk != user.organisation_id, one.kind != "ministry", one.ref))
    if not found:
        raise PermissionDenied
    return found


@login_required
@csrf_exempt
def send(request: HttpRequest) -> HttpResponse:
    """The upload handler is set before anything reads the body, and that is before the token in it is looked at."""
    if request.method == "POST":
        request.upload_handlers = [Limited(request)]
    return _send(request)


@csrf_protect
def _send(request: HttpRequest) -> HttpResponse:
    givers = owners(request.user)
    refusal, status, asks = "", 200, False
    if request.method == "POST":
        file = request.FILES.get("file")
        owner = next((one for one in givers if str(one.pk) == request.POST.get("owner")), givers[0])
        status = 422
        if too_large(request):
            refusal, status = _("This file is larger than %(limit)s. Split it.") % {"limit": _limit()}, 413
        elif file is None:
            refusal = _("Choose the file first.")
        else:
            try:
                row = files.receive(
                    file.chunks(), name=file.name or "", owner=owner, by=request.user, zone=request.POST.get("zone", "")
                )
            except files.NotTaken as reason:
                refusal, asks, status = str(reason), reason.zone, 415 if reason.found else 422
            else:
                return redirect("rivers-file", row.pk)
    page = Paginator(ValueFile.objects.visible_to(request.user).select_related("owner"), PAGE).get_page(
        request.GET.get("page")
    )
    for one in page:
        one.kind_name = KINDS.get(one.kind, one.kind)
    context = {
        "owners": givers,
        "refusal": refusal,
        "asks": asks,
        "zones": ZONES,
        "page": page,
        "limit": settings.RAFID_UPLOAD_LIMIT,
        "limit_text": _limit(),
        "kinds": ", ".join(KINDS.values()),
    }
    return render(request, "rivers/arriving/send.html", context, status=status)


def _limit() -> str:
    return size(settings.RAFID_UPLOAD_LIMIT)


def seen(user: Any, pk: Any) -> ValueFile:
    owners(user)
    row: ValueFile | None = ValueFile.objects.visible_to(user).select_related("owner", "mapping").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@login_required
@require_safe
def page(request: HttpRequest, pk: Any) -> HttpResponse:
    return _page(request, seen(request.user, pk))


def _page(request: HttpRequest, row: ValueFile, *, error: str = "", status: int = 200) -> HttpResponse:
    if row.kind in GRIDS:
        from ..terrain.grid_views import grid_page

        return grid_page(request, row, error=error, status=status)
    context: dict[str, Any] = {
        "row": row,
        "kind": KINDS.get(row.kind, row.kind),
        "error": error,
        "refused": row.refused,
    }
    if row.state == FileState.READ:
        try:
            looked = files.look(row, request.user)
        except files.NotTaken as reason:
            context["error"] = error or str(reason)
        else:
            context |= {
                "pairs": [_shown(one) for one in looked.pairs],
                "series": open_to(request.user),
                "sample": [_sampled(one) for one in looked.found.rows[:SAMPLE]],
                "count": len(looked.found.rows),
                "refused": [{"row": one.row, "reason": one.text(_)} for one in looked.found.refused[: files.SHOWN]],
                "many": len(looked.found.refused),
            }
    context["may_undo"] = row.state == FileState.APPLIED and may_at(
        request.user, "import", PROGRAMME, row.owner_id, None
    )
    return render(request, "rivers/arriving/file.html", context, status=status)


def _shown(pair: Pair) -> dict[str, Any]:
    variable = VARIABLES.get(pair.variable)
    return {"pair": pair, "variable": variable.name if variable else pair.variable}


def _sampled(one: Any) -> dict[str, Any]:
    variable = VARIABLES.get(one.variable)
    return {
        "row": one,
        "variable": variable.name if variable else one.variable,
        "doubt": _(DOUBTS[one.doubt]) if one.doubt else "",
    }


@login_required
@require_POST
def apply(request: HttpRequest, pk: Any) -> HttpResponse:
    row = seen(request.user, pk)
    if not may_at(request.user, "import", PROGRAMME, row.owner_id, None):
        raise PermissionDenied
    known = {str(one.pk): one for one in open_to(request.user)}
    try:
        pairs = files.look(row, request.user).pairs
    except files.NotTaken as reason:
        return _page(request, row, error=str(reason), status=422)
    chosen = {
        pair.key: known[request.POST[f"series-{number}"]]
        for number, pair in enumerate(pairs)
        if request.POST.get(f"series-{number}") in known
    }
    try:
        row = files.apply(
            row, chosen=chosen, by=request.user, reason=request.POST.get("reason", "").replace("\x00", "").strip()
        )
    except (Refused, files.NotTaken) as reason:
        return _page(request, row, error=str(reason), status=422)
    messages.success(
        request,
        _("%(accepted)s values are recorded, %(same)s stood already.") % {"accepted": row.accepted, "same": row.same},
    )
    return redirect("rivers-file", row.pk)


@login_required
@require_POST
def undo(request: HttpRequest, pk: Any) -> HttpResponse:
    row = seen(request.user, pk)
    if not may_at(request.user, "import", PROGRAMME, row.owner_id, None):
        raise PermissionDenied
    try:
        row = files.undo(row, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    except Refused as reason:
        return _page(request, row, error=str(reason), status=422)
    messages.success(
        request,
        _("What it became is withdrawn; it stays readable.")
        if any("became" in one for one in row.questions)
        else _("The file is undone: what stood before stands again."),
    )
    return redirect("rivers-file", row.pk)
