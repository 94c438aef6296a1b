"""``/rivers/drought/``: an index of all stations and of the grid for one month, the droughts that go on, and their files."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.people.visibility import may
from rafid.commons.records.models import TaskState

from ..models import DroughtGrid
from ..seeing import PROGRAMME
from ..values.times import Untimely, read_time
from . import grid_map, printing
from .classes import CODES, names
from .grid_index import NotComputed, can
from .grid_picture import borders, picture
from .grids import GridMonth, current, grid_month, last_month, months
from .monthly_paper import is_made_up
from .queries import SCALES, Picture, drought
from .shares import bounds_of


def _asked(request: HttpRequest) -> tuple[Picture, str]:
    index = request.GET.get("index", "spi")
    index = index if index in ("spi", "ssi", "spei") else "spi"
    scale = scale_of(request)
    try:
        known_at = read_time(request.GET["known_at"], zone="UTC") if request.GET.get("known_at") else None
        month = request.GET.get("month") or None
        return drought(request.user, index=index, scale=scale, month=month, known_at=known_at), ""
    except Untimely as wrong:
        problem = str(wrong)
    except ValueError:
        problem = _("Write the month as 2026-03.")
    return drought(request.user, index=index, scale=scale), problem


def scale_of(request: HttpRequest) -> int:
    text = request.GET.get("scale", "3")
    return int(text) if text in {str(one) for one in range(1, 49)} else 3


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found, problem = _asked(request)
    words = names()
    why = {
        "empty": _("no values"),
        "gap": _("days are missing"),
        "short": _("too few years, or a dry season"),
    }
    rows = [{"row": one, "class_name": words.get(one.status, ""), "why": why.get(one.why, "")} for one in found.rows]
    counts: dict[str, int] = {}
    for one in found.rows:
        if one.status:
            counts[one.status] = counts.get(one.status, 0) + 1
    context: dict[str, Any] = {
        "found": found,
        "rows": rows,
        "problem": problem,
        "scales": SCALES if found.scale in SCALES else sorted({*SCALES, found.scale}),
        "indices": [("spi", _("Rain")), ("ssi", _("Flow")), ("spei", _("Rain less evapotranspiration"))],
        "counts": [(words[code], counts.get(code, 0)) for code in words],
        "may_import": request.user.is_authenticated and may(request.user, "import", PROGRAMME),
        "codes": CODES,
        "legend": [(words[code], code) for code in CODES],
        **_on_grid(request, found),
    }
    return render(request, "rivers/droughts/page.html", context, status=422 if problem else 200)


def _on_grid(request: HttpRequest, found: Picture) -> dict[str, Any]:
    """The grid's part of the page: its month, or in words why there is none."""
    grids = current(request.user)
    grid = next((one for one in grids if one.code == request.GET.get("grid")), grids[0] if grids else None)
    if grid is None or found.index == "ssi":
        return {"grid": None, "grids": grids}
    part: dict[str, Any] = {"grid": grid, "grids": grids, "last": last_month(grid).strftime("%Y-%m")}
    if not can(grid, found.index):
        return {**part, "grid_why": _("This grid holds neither evapotranspiration nor temperature: it has no SPEI.")}
    try:
        month = grid_month(grid, index=found.index, scale=found.scale, month=found.month)
    except NotComputed:
        return {**part, "grid_why": _("This grid is large: its index is computed by the command rivers grid-index.")}
    except ValueError:
        return {**part, "grid_why": _("The grid does not hold this month.")}
    shares = [
        {"share": one, "name": _named(one.area), "parts": [_percent(one.part(code)) for code in CODES],
         "dry": _percent(one.dry_part), "covered": 100 * one.covered}
        for one in month.shares
    ]  # fmt: skip
    width = 1100
    part |= _beside(grid, month.month)
    return {
        **part,
        "month": month,
        "bounds": ",".join(f"{one:.4f}" for one in bounds_of(grid)),
        "shares": shares,
        "picture": {"width": width, "height": _height(month, width)},
    }


def _beside(grid: DroughtGrid, month: str) -> dict[str, str]:
    """The months before and after, where the grid holds them."""
    all_of_it = months(grid)  # the last first
    at = all_of_it.index(month)
    return {
        "before": all_of_it[at + 1] if at + 1 < len(all_of_it) else "",
        "after": all_of_it[at - 1] if at else "",
        "first": all_of_it[-1],
    }


def _height(month: GridMonth, width: int) -> int:
    import math

    west, south, east, north = bounds_of(month.grid)
    return round((north - south) * width / ((east - west) * math.cos(math.radians((south + north) / 2))))


def _named(area: Any) -> str:
    from rafid.commons.names import pick

    return pick(area.names) or area.code


def _percent(part: float | None) -> float | None:
    return None if part is None else 100 * part


def asked_month(request: HttpRequest) -> GridMonth:
    """The grid's month of the address; not found where there is none."""
    grids = current(request.user)
    wanted = request.GET.get("grid")
    grid: DroughtGrid | None = next((one for one in grids if not wanted or one.code == wanted), None)
    if grid is None:
        raise Http404
    try:
        return grid_month(
            grid, index=request.GET.get("index", "spi"), scale=scale_of(request), month=request.GET.get("month") or None
        )
    except (ValueError, NotComputed) as error:
        raise Http404 from error


@require_safe
def image(request: HttpRequest) -> HttpResponse:
    """The map as a PNG."""
    month = asked_month(request)
    png = picture(month.classes, bounds_of(month.grid), borders(), demonstration=month.grid.made_up)
    answer = HttpResponse(png, content_type="image/png")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """What the live map draws: cells, and governorates."""
    month = asked_month(request)
    answer = JsonResponse(grid_map.told(month), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    answer["Cache-Control"] = "private, max-age=300"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The month on paper, in the language of the page; a page that waits for it while it is being made."""
    language = (get_language() or "ar")[:3].split("-")[0]
    try:
        grid, month = printing.month_asked(request.GET.get("month"))
    except ValueError as error:
        raise Http404 from error
    body = printing.kept(grid, month, language)
    if body is None:
        return _not_yet(request, month, language)
    made_up = "DEMONSTRATION-" if is_made_up(grid) else ""
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{made_up}rivers-drought-{month}-{language}.pdf")
    answer["Content-Language"] = language
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _not_yet(request: HttpRequest, month: str, language: str) -> HttpResponse:
    user: Any = request.user
    task = printing.begin(month, language, by=user if user.is_authenticated else None)
    failed = task.state == TaskState.FAILED
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse(
            {
                "status": 202,
                "title": _("The paper could not be made") if failed else _("The paper is being made"),
                "detail": _("Ask again at the same address in some seconds."),
                "state": task.state,
            },
            status=202,
            headers={"Retry-After": str(printing.WAIT)},
            json_dumps_params={"ensure_ascii": False},
        )
    answer = render(
        request, "rivers/droughts/waiting.html", {"month": month, "task": task, "failed": failed}, status=202
    )
    if not failed:
        answer["Refresh"] = str(printing.WAIT)
    answer["Retry-After"] = str(printing.WAIT)
    return answer


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    found, _problem = _asked(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{found.index}-{found.scale}-{found.month}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow(
        ["station", "month", f"{found.index}-{found.scale}", "class", "drought_since", "months", "severity"]
    )
    for one in found.rows:
        value = "" if one.value is None else round(one.value, 4)
        event = [one.since, one.months, round(one.severity, 4)] if one.months else ["", "", ""]
        writer.writerow([one.station.code, found.month, value, one.status, *event])
    return answer
