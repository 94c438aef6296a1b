"""Pages of early warnings: the list, one warning with its evidence, the rules with their thresholds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.filters import Filters
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..contracts.files import answer
from ..contracts.queries import contracts_seen
from ..contracts.rights import may_change
from ..models import EarlyWarning, WarningState
from .forms import ThresholdsForm
from .queries import by_contract, days_early, links_of, numbers_of, record, warnings_seen
from .rules import RULES, limits_of
from .steps import STEPS, confirm, may_handle, set_thresholds, step

PER_PAGE = 25


def _chosen(request: HttpRequest) -> tuple[Any, dict[str, Any], Filters]:
    filters = Filters(request.GET)
    rows = warnings_seen(request.user)
    contracts = {one.ref: one for one in contracts_seen(request.user).filter(warnings__in=rows.values("pk")).distinct()}
    chosen = {
        "rule": filters.one_of("rule", _("Rule"), list(RULES), ""),
        "contract": filters.one_of("contract", _("Contract"), contracts, None),
        "state": filters.one_of("state", _("State"), [*WarningState.values, "all"], ""),
    }
    if chosen["rule"]:
        rows = rows.filter(rule=chosen["rule"])
    if chosen["contract"]:
        rows = rows.filter(contract=chosen["contract"])
    if chosen["state"] in WarningState.values:
        rows = rows.filter(state=chosen["state"])
    elif not chosen["state"]:
        rows = rows.exclude(state=WarningState.OVER)
    return by_contract(rows), {**chosen, "contracts": contracts.values()}, filters


def _shown(row: EarlyWarning) -> dict[str, Any]:
    return {
        "row": row,
        "rule": RULES.get(row.rule),
        "links": links_of(row),
        "numbers": numbers_of(row),
        "days_early": days_early(row),
    }


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    rows, chosen, filters = _chosen(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    every = list(warnings_seen(request.user))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "groups": [
            (contract, [_shown(row) for row in some]) for contract, some in groupby(page, key=lambda row: row.contract)
        ],
        "chosen": chosen,
        "rules": RULES.values(),
        "states": WarningState.choices,
        "counts": [(state, label, sum(one.state == state for one in every)) for state, label in WarningState.choices],
        "record": [one for one in record(every) if one.opened],
        "filter_notes": filters.notes,
        "query": query.urlencode(),
        "any": bool(every),
    }
    return render(request, "monitoring/warnings/list.html", context)


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    row: EarlyWarning = by_ref(warnings_seen(request.user), ref)
    today = timezone.localdate()
    context = {
        **_shown(row),
        "may_handle": may_handle(request.user, row),
        "steps": [code for code, states in STEPS.items() if row.state in states],
        "until": today + timedelta(days=30),
        "today": today,
        "limits": [(name, limits_of(row.contract)[name]) for name in RULES[row.rule].limits]
        if row.rule in RULES
        else [],
    }
    return render(request, "monitoring/warnings/warning.html", context)


def _handled(request: HttpRequest, ref: str) -> EarlyWarning:
    row: EarlyWarning = by_ref(warnings_seen(request.user), ref)
    if not may_handle(request.user, row):
        raise PermissionDenied(_("Only managers handle warnings."))
    return row


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@login_required
@require_POST
def take(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    """seen, acting, mute, unmute, confirm."""
    row = _handled(request, ref)
    if code not in (*STEPS, "confirm"):
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "")[:500]
    try:
        if code == "confirm":
            confirm(row, _day(request.POST.get("on", "")), by=request.user, reason=reason)
        else:
            step(
                row, code, by=request.user, reason=reason, until=_day(request.POST.get("until", "")),
                version=version_read(request.POST.get("version", "")),
            )  # fmt: skip
    except Stale:
        messages.error(request, _("Somebody else changed this warning meanwhile. Look at it again, then decide."))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The warning is kept as you said."))
    return redirect("monitoring-warning", row.ref)


@login_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    contracts = list(contracts_seen(request.user).order_by("ref"))
    context = {
        "rules": [{"rule": one, "limits": [(name, limits_of()[name]) for name in one.limits]} for one in RULES.values()],
        "contracts": [
            {"contract": one, "own": bool(one.thresholds), "may": may_change(request.user, one)} for one in contracts
        ],
    }  # fmt: skip
    return render(request, "monitoring/warnings/rules.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def thresholds(request: HttpRequest, ref: str) -> HttpResponse:
    contract = by_ref(contracts_seen(request.user), ref)
    if not may_change(request.user, contract):
        raise PermissionDenied(_("Your roles do not let you change the thresholds of this contract."))
    form = ThresholdsForm(request.POST or None, contract=contract)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.pop("reason")
        try:
            set_thresholds(contract, form.cleaned_data, reason=reason)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The thresholds are kept. Warnings are judged by them within ten minutes."))
            return redirect("monitoring-warning-rules")
    status = 422 if form.errors else 200
    return render(request, "monitoring/warnings/thresholds.html", {"contract": contract, "form": form}, status=status)


HEADS = (
    "ref", "rule", "contract", "subject", "about", "since", "until", "state", "muted_until", "muted_reason", "confirmed_on",
    "days_early",
)  # fmt: skip


@login_required
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    from rafid.commons.names import pick

    found, _chosen_filters, _filters = _chosen(request)
    rows = list(found)
    lines = [
        [
            row.ref, row.rule, row.contract.ref if row.contract else "", row.subject, pick(row.about), row.since, row.until,
            row.state, row.muted_until, row.muted_reason,
            row.confirmed_on, days_early(row),
        ]
        for row in rows
    ]  # fmt: skip
    return answer(kind, "warnings", HEADS, lines, title=_("Early warnings"))


urls = [
    path("warnings/", listing, name="monitoring-warnings"),
    path("warnings.csv", export, {"kind": "csv"}, name="monitoring-warnings-csv"),
    path("warnings.xlsx", export, {"kind": "xlsx"}, name="monitoring-warnings-xlsx"),
    path("warnings/rules/", rules, name="monitoring-warning-rules"),
    path("warnings/rules/<str:ref>/", thresholds, name="monitoring-thresholds"),
    path("warnings/<str:ref>/", page, name="monitoring-warning"),
    path("warnings/<str:ref>/<slug:code>/", take, name="monitoring-warning-step"),
]
