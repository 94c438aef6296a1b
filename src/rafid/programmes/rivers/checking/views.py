"""Pages of findings about values: the list, its file, one finding with the values around it."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import Filters
from rafid.commons.names import pick
from rafid.commons.people.visibility import may, who_may
from rafid.commons.records.change import Refused, version_read
from rafid.commons.records.change import Stale as StaleRecord
from rafid.commons.records.models import Severity
from rafid.commons.spreadsheets import disarmed

from ..models import SeriesFinding, SeriesFindingState
from ..seeing import PROGRAMME
from ..values.reading import versions_of
from ..values.times import Untimely, read_number, read_time
from . import deciding, queries
from .names import check_name

PAGE = 50
MOST = 20_000
"""Rows of a file."""


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    filters = Filters(request.GET)
    chosen, rows = _asked(request, filters)
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_shown(one) for one in page if queries.seen(request.user, one)],
        "chosen": chosen,
        "states": SeriesFindingState.choices,
        "severities": Severity.choices,
        "checks": [(one, check_name(one)) for one in queries.CHECKS],
        "filter_notes": filters.notes,
        "query": query.urlencode(),
    }
    return render(request, "rivers/checking/list.html", context)


def _asked(request: HttpRequest, filters: Filters) -> Any:
    if not may(request.user, "check", PROGRAMME) and not may(request.user, "correct", PROGRAMME):
        raise PermissionDenied
    return queries.asked(request.user, filters)


def _shown(one: SeriesFinding) -> dict[str, Any]:
    return {"finding": one, "message": pick(one.message), "check": check_name(one.check_code)}


@login_required
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    _chosen, rows = _asked(request, Filters(request.GET))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "station",
            "variable",
            "rule",
            "severity",
            "from",
            "to",
            "value",
            "compared with",
            "state",
            "assigned to",
            "reason",
            "message",
        ]
    )
    for one in rows[:MOST]:
        if queries.seen(request.user, one):
            writer.writerow(
                disarmed(cell)
                for cell in (
                    one.series.station.code, one.series.variable, one.check_code, one.severity, one.start.isoformat(),
                    one.end.isoformat(), "" if one.value is None else one.value, "" if one.against is None else one.against,
                    one.state, str(one.assigned_to or ""), one.reason, pick(one.message),
                )
            )  # fmt: skip
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="findings.csv"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: Any) -> HttpResponse:
    finding = queries.findings(request.user).filter(pk=pk).first()
    if finding is None or not queries.seen(request.user, finding):
        raise Http404
    decides, corrects = queries.may_decide(request.user, finding), queries.may_correct(request.user, finding)
    people = list(
        who_may("check", PROGRAMME, finding.series.owner_id, finding.series.place_id).order_by("full_name", "login")
    )
    error, status = "", 200
    if request.method == "POST":
        action = request.POST.get("action", "")
        if not (corrects if action in ("correct", "undo") else decides):
            raise PermissionDenied
        try:
            _act(request, finding, action, people)
        except StaleRecord:
            error, status = _("Somebody changed this since you read it. Look at it again before you decide."), 409
        except (Refused, Untimely, ValueError) as reason:
            error, status = str(reason), 422
        else:
            messages.success(request, _("Done."))
            return redirect("rivers-finding", finding.pk)
        finding.refresh_from_db()
    beside = queries.around(request.user, finding)
    context = {
        **_shown(finding),
        "beside": beside,
        "line": " ".join(f"{one.x},{one.y}" for one in beside if one.y is not None),
        "doubtful": [one for one in beside if one.doubtful and one.y is not None],
        "versions": versions_of(finding.series, finding.start) if decides or corrects else [],
        "decides": decides,
        "corrects": corrects,
        "people": people,
        "error": error,
        "typed": request.POST if error else {},
        "base": next((one.known_from for one in beside if one.time == finding.start), None),
    }
    return render(request, "rivers/checking/finding.html", context, status=status)


def _act(request: HttpRequest, finding: SeriesFinding, action: str, people: list[Any]) -> None:
    user, text = request.user, request.POST.get("reason", "")
    version = version_read(request.POST.get("version", ""))
    if action == "assign":
        to = next((one for one in people if str(one.pk) == request.POST.get("to")), None)
        deciding.assign(finding, to=to, version=version)
    elif action == "correct":
        typed = request.POST.get("value", "").strip()
        value = None if request.POST.get("missing") == "1" else read_number(typed)
        base = request.POST.get("base") or None
        deciding.correct(
            finding.series, finding.start, value, by=user, reason=text, base=read_time(base) if base else None
        )
    elif action == "undo":
        deciding.undo(finding.series, finding.start, by=user, reason=text or _("correction undone"))
    else:
        deciding.decide(finding, action, by=user, reason=text, version=version)
