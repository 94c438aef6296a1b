"""Findings as a list and as a board by state, the ledger, and the files of the same rows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.places.finding import find_place, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.records.models import NonConformityState

from ..contracts.files import answer
from ..seeing import may_anywhere
from . import finding_views, visit_views
from .ledger import BY, ledger
from .ledger import HEADS as LEDGER_HEADS
from .ledger import exported as ledger_lines
from .queries import HEADS, Shown, asked, choices, counts, exported, unspoken

PAGE = 50
COLUMN = 12
"""Cards of one column of the board; the rest is in the list."""
FILTERS = ("state", "contract", "partner", "team", "item", "severity", "show", "place")


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    today = timezone.localdate()
    shown = asked(request.user, request.GET, place=found.place, today=today)
    board = request.GET.get("view") == "board"
    page = Paginator(shown.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        **_filters(request, found, shown),
        "board": board,
        "page": page,
        "rows": [] if board else [Shown(row, today) for row in page],
        "columns": _columns(shown.rows, shown.chosen["state"], today) if board else [],
        "counts": counts(request.user, today),
        "unspoken": unspoken(request.user) if may_anywhere(request.user, "judge") else [],
        "answers": may_anywhere(request.user, "answer"),
        "reviews": may_anywhere(request.user, "close"),
    }
    return render(request, "monitoring/findings/list.html", context, status=404 if found.said else 200)


def _filters(request: HttpRequest, found: Any, shown: Any) -> dict[str, Any]:
    query = request.GET.copy()
    for name in ("find", "page", "view", "lang", "by"):
        query.pop(name, None)
    return {
        "found": found,
        "candidates": [(one, f"?place={one.ref}") for one in found.candidates],
        "filter_notes": shown.notes,
        "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE).order_by("ref"),
        "offered": choices(request.user),
        "chosen": shown.chosen,
        "narrowed": shown.narrowed,
        "query": query.urlencode(),
    }


def _columns(rows: Any, state: str, today: Any) -> list[dict[str, Any]]:
    """One column for each state that the filter lets through."""
    known = {code: str(name) for code, name in NonConformityState.choices}
    settled = ("closed", "withdrawn")
    wanted = [code for code in known if state == "all" or code == state or (state == "waiting" and code not in settled)]
    columns = []
    for code in wanted:
        some = rows.filter(state=code)
        columns.append(
            {
                "code": code, "name": known[code], "count": some.count(),
                "cards": [Shown(row, today) for row in some[:COLUMN]],
            }
        )  # fmt: skip
    return columns


@login_required
@require_safe
def ledger_page(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    shown, by, today = _of_ledger(request, found.place)
    context = {
        **_filters(request, found, shown),
        "by": by,
        "ways": [(code, name) for code, (name, _of) in BY.items()],
        "lines": ledger(shown.rows, by, today),
    }
    return render(request, "monitoring/findings/ledger.html", context, status=404 if found.said else 200)


def _of_ledger(request: HttpRequest, place: Any) -> tuple[Any, str, Any]:
    """A ledger speaks of all findings, also of closed ones, unless the address says otherwise."""
    today = timezone.localdate()
    query = {"state": "all", **{name: value for name, value in request.GET.items() if value}}
    by = request.GET.get("by", "")
    return asked(request.user, query, place=place, today=today), by if by in BY else "item", today


@login_required
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    found = find_place(request.GET.get("place", ""))
    if found.said:
        raise Http404
    today = timezone.localdate()
    shown = asked(request.user, request.GET, place=found.place, today=today)
    rows = exported(shown.rows, today)
    return answer(kind, f"monitoring-findings-{today}", HEADS, rows, title=_("Non-conformities"))


@login_required
@require_safe
def ledger_export(request: HttpRequest, kind: str) -> HttpResponse:
    found = find_place(request.GET.get("place", ""))
    if found.said:
        raise Http404
    shown, by, today = _of_ledger(request, found.place)
    rows = ledger_lines(ledger(shown.rows, by, today))
    return answer(kind, f"monitoring-ledger-{by}-{today}", LEDGER_HEADS, rows, title=_("Ledger of findings"))


urls = [
    path("findings/", listing, name="monitoring-findings"),
    path("findings.csv", export, {"kind": "csv"}, name="monitoring-findings-csv"),
    path("findings.xlsx", export, {"kind": "xlsx"}, name="monitoring-findings-xlsx"),
    path("findings/ledger/", ledger_page, name="monitoring-ledger"),
    path("findings/ledger.csv", ledger_export, {"kind": "csv"}, name="monitoring-ledger-csv"),
    path("findings/ledger.xlsx", ledger_export, {"kind": "xlsx"}, name="monitoring-ledger-xlsx"),
    path("findings/of-visit/<str:visit>/", visit_views.page, name="monitoring-visit-findings"),
    path("findings/<str:ref>/", finding_views.page, name="monitoring-finding"),
    path("findings/<str:ref>/evidence/", finding_views.add_evidence, name="monitoring-finding-evidence"),
    path("findings/<str:ref>/stop-work/", finding_views.stop_work, name="monitoring-finding-stop"),
    path("findings/<str:ref>/files/<str:sha256>", finding_views.file, name="monitoring-finding-file"),
    path("findings/<str:ref>/pictures/<str:sha256>", finding_views.picture, name="monitoring-finding-picture"),
    path("findings/<str:ref>/steps/<str:step>/", finding_views.step, name="monitoring-finding-step"),
]
"""``findings/ledger/`` and ``of-visit`` come before the reference: no reference looks like them."""
