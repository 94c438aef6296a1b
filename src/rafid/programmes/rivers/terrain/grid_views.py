"""The page of a file that is a grid: what it says of each basin, which ensemble it is, and its recording as one. Of a picture
it is asked first what it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rafid.commons.people.visibility import may_at
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Task

from ..arriving.opening import KINDS
from ..arriving.views import GRIDS, seen
from ..codes import VARIABLES
from ..models import FileState, ValueFile
from ..seeing import PROGRAMME
from .basin_grids import Taken, read_for_basins
from .forms import GridForm, SentFlood, SentHeights
from .pictures import FLOOD, HEIGHTS, became, become, names, only_one, why_not
from .record_grid import AT_ONCE, PICTURE, SNOW, TASK, queue_grid, record_grid


def grid_page(
    request: HttpRequest, row: ValueFile, *, error: str = "", status: int = 200, form: Any = None, what: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "kind": KINDS.get(row.kind, row.kind),
        "error": error,
        "refused": row.refused,
    }
    if row.state == FileState.READ:
        try:
            taken = read_for_basins(row.sha256, request.user)
        except Refused as refusal:
            context["error"] = error or str(refusal)
        else:
            context |= {
                "taken": taken,
                "rows": [(one, VARIABLES[one.variable].name) for one in taken.rows],
                "form": form or _form(row, taken),
                "refused": [*taken.refused, *({"row": "–", "reason": note} for note in taken.notes)],
                "picture": row.kind == PICTURE,
                "task": Task.objects.filter(
                    name=TASK, link=f"/rivers/import/{row.pk}/", state__in=("waiting", "running")
                ).first(),
            }
            if row.kind == PICTURE:
                context |= _asking(request, row, form, what)
    else:
        context["became"] = _seen_of(request, row)
    context["may_undo"] = row.state == FileState.APPLIED and may_at(
        request.user, "import", PROGRAMME, row.owner_id, None
    )
    return render(request, "rivers/terrain/grid.html", context, status=status)


def _asking(request: HttpRequest, row: ValueFile, form: Any, what: str) -> dict[str, Any]:
    """What a picture may be, and the form of what it is said to be or cannot but be."""
    against = why_not(row.sha256)
    only = only_one(against)
    chosen = what or request.GET.get("what", "") or only
    if against.get(chosen, "–"):
        chosen = ""
    words = names()
    part: dict[str, Any] = {
        "whats": [(code, words[code], why) for code, why in against.items()],
        "what": chosen,
        "what_name": words.get(chosen, ""),
        "only": only,
        "as_values": chosen in SNOW,
    }
    if form is None and chosen:
        if chosen in SNOW:
            form = GridForm(kind=PICTURE, foretold=False, initial={"variable": chosen})
        else:
            form = _said_of(chosen, request)
        part["form"] = form
    return part


def _said_of(what: str, request: HttpRequest, data: Any = None) -> SentFlood | SentHeights:
    return SentFlood(data, user=request.user) if what == FLOOD else SentHeights(data)


def _seen_of(request: HttpRequest, row: ValueFile) -> Any:
    """What the file became, for who sees that."""
    made = became(row)
    return made and type(made).objects.visible_to(request.user).filter(pk=made.pk).first()


def _form(row: ValueFile, taken: Taken, data: Any = None) -> GridForm:
    flow = any(one.variable == "discharge" for one in taken.rows)
    return GridForm(data, kind=row.kind, foretold=taken.foretold, initial={"product": "glofas" if flow else None})


@login_required
@require_POST
def record(request: HttpRequest, pk: Any) -> HttpResponse:
    row = seen(request.user, pk)
    if row.kind not in GRIDS:
        raise Http404
    if not may_at(request.user, "import", PROGRAMME, row.owner_id, None):
        raise PermissionDenied
    try:
        taken = read_for_basins(row.sha256, request.user)
    except Refused as refusal:
        return grid_page(request, row, error=str(refusal), status=422)
    form, what = _form(row, taken, request.POST), request.POST.get("variable", "")
    if not form.is_valid():
        return grid_page(request, row, form=form, what=what, status=422)
    values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    if taken.count > AT_ONCE:
        return redirect("task", queue_grid(row, by=request.user, **values).pk)
    try:
        row = record_grid(row, by=request.user, **values)
    except Refused as refusal:
        return grid_page(request, row, error=str(refusal), form=form, what=what, status=422)
    messages.success(
        request,
        _("%(accepted)s values are recorded, %(same)s stood already.") % {"accepted": row.accepted, "same": row.same},
    )
    return redirect("rivers-file", row.pk)


@login_required
@require_POST
def keep(request: HttpRequest, pk: Any) -> HttpResponse:
    """A picture becomes a flood that was seen, or a grid of heights."""
    row = seen(request.user, pk)
    what = request.POST.get("what", "")
    if row.kind != PICTURE:
        raise Http404
    if not may_at(request.user, "import", PROGRAMME, row.owner_id, None):
        raise PermissionDenied
    if row.state != FileState.READ:
        return grid_page(
            request, row, error=_("This file was taken in already. Undo it first, or send the new one."), status=422
        )
    if what not in (FLOOD, HEIGHTS):
        return grid_page(
            request,
            row,
            error=_("Say what the picture is: a flood that was seen, or heights of the ground."),
            status=422,
        )
    form = _said_of(what, request, request.POST)
    if not form.is_valid():
        return grid_page(request, row, form=form, what=what, status=422)
    try:
        made = become(row, what=what, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        return grid_page(request, row, error=str(refusal), form=form, what=what, status=422)
    messages.success(
        request, _("The flood that was seen is kept.") if what == FLOOD else _("The grid of heights is kept.")
    )
    return redirect(made.get_absolute_url())
