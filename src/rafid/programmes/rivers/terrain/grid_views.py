"""The page of a file that is a grid: what it says of each basin, which ensemble it is, and its recording as one."""

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
from .forms import GridForm
from .record_grid import AT_ONCE, PICTURE, TASK, queue_grid, record_grid


def grid_page(
    request: HttpRequest, row: ValueFile, *, error: str = "", status: int = 200, form: GridForm | None = None
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
    context["may_undo"] = row.state == FileState.APPLIED and may_at(
        request.user, "import", PROGRAMME, row.owner_id, None
    )
    return render(request, "rivers/terrain/grid.html", context, status=status)


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
    form = _form(row, taken, request.POST)
    if not form.is_valid():
        return grid_page(request, row, form=form, status=422)
    values = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
    if taken.count > AT_ONCE:
        return redirect("task", queue_grid(row, by=request.user, **values).pk)
    try:
        row = record_grid(row, by=request.user, **values)
    except Refused as refusal:
        return grid_page(request, row, error=str(refusal), form=form, status=422)
    messages.success(
        request,
        _("%(accepted)s values are recorded, %(same)s stood already.") % {"accepted": row.accepted, "same": row.same},
    )
    return redirect("rivers-file", row.pk)
