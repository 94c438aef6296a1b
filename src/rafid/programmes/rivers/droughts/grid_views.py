"""``/rivers/drought/grids/``: the grids that are kept, and a new one from a file."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from rafid.commons.records.change import Refused
from rafid.commons.records.imports.uploads import Limited, too_large
from rafid.commons.records.models import Sensitivity
from rafid.commons.records.tabular.errors import size

from ..arriving.readers.reading import FileError
from ..arriving.views import owners
from ..models import DroughtGrid
from .grids import last_month
from .keep_grid import keep_grid

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@login_required
@csrf_exempt
def listing(request: HttpRequest) -> HttpResponse:
    """The upload handler is set before anything reads the body."""
    if request.method == "POST":
        request.upload_handlers = [Limited(request)]
    return _listing(request)


@csrf_protect
def _listing(request: HttpRequest) -> HttpResponse:
    givers = owners(request.user)
    error, status = "", 200
    if request.method == "POST":
        try:
            grid = _taken(request, givers)
        except FileError as reason:
            error, status = reason.text(_), 415 if reason.wrong_kind else 422
        except Refused as reason:
            error, status = str(reason), 413 if too_large(request) else 422
        else:
            messages.success(
                request, _("%(name)s is kept: %(months)s months.") % {"name": grid.name, "months": grid.months}
            )
            return redirect("rivers-drought")
    rows = DroughtGrid.objects.visible_to(request.user).select_related("owner", "replaces")
    context: dict[str, Any] = {
        "rows": [(one, last_month(one)) for one in rows],
        "owners": givers,
        "levels": Sensitivity.choices,
        "error": error,
        "typed": request.POST,
    }
    return render(request, "rivers/droughts/grids.html", context, status=status)


def _taken(request: HttpRequest, givers: list[Any]) -> DroughtGrid:
    if too_large(request):
        raise Refused(_("This file is larger than %(limit)s. Split it.") % {"limit": size(settings.RAFID_UPLOAD_LIMIT)})
    file = request.FILES.get("file")
    if file is None:
        raise Refused(_("Choose the file first."))
    code = request.POST.get("code", "").strip()
    if not CODE.fullmatch(code):
        raise Refused(_("The code has small letters a to z, digits and dashes only, 40 at most."))
    source = request.POST.get("source", "").strip()
    if not source:
        raise Refused(_("Say where the grid comes from."))
    named = {language: request.POST.get(f"name_{language}", "").strip()[:300] for language in ("ar", "ckb", "en")}
    level = request.POST.get("sensitivity", "0")
    owner = next((one for one in givers if str(one.pk) == request.POST.get("owner")), givers[0])
    before = (
        DroughtGrid.objects.visible_to(request.user).filter(code=request.POST.get("replaces", ""), owner=owner).first()
    )
    with tempfile.TemporaryDirectory(dir=settings.MEDIA_ROOT) as folder:
        path = Path(folder) / "grid.nc"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return keep_grid(
            path,
            code=code,
            names=named if any(named.values()) else {"en": code},
            source=source,
            owner=owner,
            by=request.user,
            sensitivity=int(level) if level in ("0", "1", "2") else 2,
            file_name=Path(file.name or "").name,
            replaces=before,
        )
