"""Contracts: the list, one with lines and months, one line down to its sites and visits, every version of its numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons import blobs
from rafid.commons.filters import Filters
from rafid.commons.records.queries import by_ref

from ..models import Contract, ContractState, EarlyWarning, Visit
from . import months
from .board import board_rows, of_reported
from .keeping import course
from .lines import LineRow, line_rows, sites_of
from .queries import contracts_seen, newest_month, progress_for, sides
from .rating import RULE
from .rights import may_change, may_report
from .versions import document_name, versions


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    filters = Filters(request.GET)
    state = filters.one_of("state", _("State"), ContractState.values, "")
    rows = contracts_seen(request.user).order_by("donor__ref", "partner__ref", "ref")
    if state:
        rows = rows.filter(state=state)
    context = {"rows": rows, "states": ContractState.choices, "state": state, "filter_notes": filters.notes}
    return render(request, "monitoring/contracts/list.html", context)


def _months(request: HttpRequest, contract: Contract) -> tuple[Any, Filters, list[Any]]:
    filters = Filters(request.GET)
    newest = newest_month(request.user, contracts_seen(request.user).filter(pk=contract.pk))
    offered = [one for one in months.between(contract.start, contract.end) if one <= max(newest, months.last_ended())]
    offered = offered or [months.first_of(contract.start)]
    usual = newest if newest in offered else offered[-1]
    month = filters.one_of("month", _("Month"), {months.code(one): one for one in offered}, usual, months.code(usual))
    return month, filters, offered


def _known(filters: Filters, query: Any) -> datetime | None:
    """The end of the day that the address names: as it was known then."""
    text = query.get("known_at", "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        filters.wrong("known_at", _("As known on"))
        return None
    zone = timezone.get_current_timezone()
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=zone)


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    contract = by_ref(contracts_seen(request.user).prefetch_related("places"), ref)
    month, filters, offered = _months(request, contract)
    against = filters.one_of("against", _("Compared with"), {months.code(one): one for one in offered}, None)
    known = _known(filters, request.GET)
    row = board_rows(request.user, [contract], month)[0]
    before: dict[str, Any] | None = None
    if known is not None or against is not None:
        before = progress_for(request.user, [contract], against or month, known_at=known)[contract.pk]
    every = months.between(contract.start, contract.end)
    over = [one for one in every if one <= month]
    side = sides(request.user, [contract])[contract.pk]
    context = {
        "contract": contract,
        "row": row,
        "figures": row.figures,
        "lines": line_rows(row.figures, before),
        "compared": before is not None,
        "course": [_point(contract, one) for one in course(contract, over[-18:], side).values()],
        "grid": _grid(contract, every),
        "rule": RULE,
        "filter_notes": filters.notes,
        "offered": [(months.code(one), one) for one in offered],
        "month": months.code(month),
        "against": months.code(against) if against else "",
        "known_at": request.GET.get("known_at", "") if known else "",
        "may_change": may_change(request.user, contract),
        "may_report": may_report(request.user, contract),
        "visits": Visit.objects.visible_to(request.user).filter(contract=contract).exists(),
        "warnings": EarlyWarning.objects.visible_to(request.user)
        .filter(contract=contract)
        .exclude(state="over")
        .count(),
        "query": request.GET.urlencode(),
    }
    return render(request, "monitoring/contracts/contract.html", context)


def _point(contract: Contract, figures: Any) -> dict[str, Any]:
    budget = float(contract.budget) or 1.0
    reported, verified = figures["earned"]["reported"], figures["earned"]["verified"]
    return {
        "month": figures["month"],
        "planned": reported["planned"] / budget if reported else None,
        "reported": reported["earned"] / budget if reported else None,
        "verified": of_reported(figures),
        "spi": reported["spi"] if reported else None,
        "spi_verified": verified["spi"] if verified else None,
        "cpi": reported["cpi"] if reported else None,
        "spent": figures["spent"],
    }


def _grid(contract: Contract, every: list[Any]) -> dict[str, Any]:
    """Lines × months: planned, and what was reported, in its newest version."""
    from .inputs import OFFICE, read

    inputs = read([contract], OFFICE)[contract.pk]
    return {
        "months": [months.code(one) for one in every],
        "lines": [
            {
                "line": line,
                "cells": [
                    {
                        "month": months.code(one),
                        "planned": inputs.planned.get(line.id, {}).get(one),
                        "reported": inputs.reported.get(line.id, {}).get(one),
                    }
                    for one in every
                ],
            }
            for line in inputs.lines
        ],
        "spent": [inputs.spent.get(one) for one in every],
    }


@login_required
@require_safe
def line(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    contract = by_ref(contracts_seen(request.user), ref)
    row = contract.lines.visible_to(request.user).filter(code=code.replace("\x00", "")).first()
    if row is None:
        raise Http404
    month, filters, offered = _months(request, contract)
    figures = progress_for(request.user, [contract], month)[contract.pk]
    shown: LineRow = next(one for one in line_rows(figures) if one.values["id"] == str(row.pk))
    context = {
        "contract": contract,
        "line": row,
        "shown": shown,
        "sites": sites_of(request.user, contract, row, month),
        "versions": versions(request.user, contract, line=row),
        "offered": [(months.code(one), one) for one in offered],
        "month": months.code(month),
        "filter_notes": filters.notes,
        "may_change": may_change(request.user, contract),
        "may_report": may_report(request.user, contract),
    }
    return render(request, "monitoring/contracts/line.html", context)


@login_required
@require_safe
def numbers(request: HttpRequest, ref: str) -> HttpResponse:
    """Every version of every number of the contract, newest first."""
    contract = by_ref(contracts_seen(request.user), ref)
    context = {"contract": contract, "versions": versions(request.user, contract)}
    return render(request, "monitoring/contracts/numbers.html", context)


@login_required
@require_safe
def document(request: HttpRequest, ref: str, sha256: str) -> HttpResponse:
    """The paper from which a number comes, for those who see the number."""
    contract = by_ref(contracts_seen(request.user), ref)
    named = document_name(request.user, contract, sha256)
    if named is None:
        raise Http404
    try:
        file = blobs.path_of(sha256).open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, named or sha256)
    response["Cache-Control"] = "private, no-cache"
    return response
