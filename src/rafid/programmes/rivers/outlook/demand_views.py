"""The page of demands: who wants how much water where, month by month, and its scenarios."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.records.change import Refused

from ..codes import Sector
from ..floods.saying import month_names
from ..models import Demand
from ..values.numbers import read_number
from .demanding import copy_scenario, keep_demand
from .views import planned

MONTHS = range(1, 13)


@login_required
@require_safe
def demands(request: HttpRequest) -> HttpResponse:
    nodes = _nodes(request)
    return render(request, "rivers/outlook/demands.html", _context(request, nodes))


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    nodes, given = _nodes(request), {name: value.replace("\x00", "").strip() for name, value in request.POST.items()}
    node = nodes.get(given.get("node", ""))
    if node is None:
        raise Http404
    try:
        months = {at: _read(given.get(f"m{at}", ""), at) for at in MONTHS}
        count = keep_demand(
            node, months, area=given.get("area", ""), sector=given.get("sector", ""),
            scenario=given.get("scenario") or "usual", source_text=given.get("source", ""),
            priority=_priority(given.get("priority", "")),
        )  # fmt: skip
    except Refused as error:
        context = _context(request, nodes) | {"error": str(error), "typed": given, "cells": _cells(given)}
        return render(request, "rivers/outlook/demands.html", context, status=422)
    messages.success(request, _("Kept: %(count)s months.") % {"count": count})
    return redirect("rivers-demands")


@login_required
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    nodes, given = _nodes(request), {name: value.replace("\x00", "").strip() for name, value in request.POST.items()}
    try:
        try:
            percent = read_number(given.get("percent", ""))
        except ValueError as error:
            raise Refused(str(error)) from None
        copy_scenario(
            list(nodes.values()), scenario=given.get("from", "usual"), name=given.get("name", ""), percent=percent
        )
    except Refused as error:
        context = _context(request, nodes) | {"copy_error": str(error), "copied": given}
        return render(request, "rivers/outlook/demands.html", context, status=422)
    messages.success(request, _("The scenario is there. Correct its lines, then compute an outlook with it."))
    return redirect("rivers-demands")


def _nodes(request: HttpRequest) -> dict[str, Any]:
    """Places for which this person may make outlooks, by code."""
    found = {one.node.code: one.node for one in planned(request.user)}
    if not found:
        raise PermissionDenied(_("Only those who make outlooks enter demands."))
    return found


def _read(text: str, month: int) -> float | None:
    if not text:
        return None
    try:
        return read_number(text)
    except ValueError as error:
        raise Refused(f"{month_names()[month]}: {error}") from None


def _priority(text: str) -> int:
    try:
        return int(read_number(text))
    except ValueError as error:
        raise Refused(str(error)) from None


def _cells(given: dict[str, str]) -> list[dict[str, Any]]:
    return [{"name": f"m{at}", "label": month_names()[at], "value": given.get(f"m{at}", "")} for at in MONTHS]


def _context(request: HttpRequest, nodes: dict[str, Any]) -> dict[str, Any]:
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    rows = Demand.objects.filter(node__in=list(nodes.values())).select_related("node")
    for row in rows.order_by("scenario", "node__code", "priority", "area", "sector", "month"):
        key = (row.scenario, row.area, row.sector)
        line = lines.setdefault(key, {"row": row, "months": dict.fromkeys(MONTHS), "total": 0.0})
        line["months"][row.month] = row.mm3
        line["total"] += row.mm3
    chosen = next((one for one in lines.values() if str(one["row"].pk) == request.GET.get("line", "")), None)
    typed: dict[str, str] = {}
    if chosen is not None:
        row = chosen["row"]
        typed = {
            "node": row.node.code, "area": row.area, "sector": row.sector, "scenario": row.scenario,
            "priority": str(row.priority), "source": row.source_text,
        } | {f"m{at}": f"{value:g}" for at, value in chosen["months"].items() if value is not None}  # fmt: skip
    return {
        "lines": [one | {"values": list(one["months"].values())} for one in lines.values()],
        "nodes": sorted(nodes.values(), key=lambda one: one.name), "sectors": Sector.choices,
        "months": [month_names()[at] for at in MONTHS], "typed": typed, "cells": _cells(typed),
        "scenarios": sorted({one["row"].scenario for one in lines.values()}),
    }  # fmt: skip
