"""Pages of findings about values: the list, its file, one finding with the values around it."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import Filters
from rafid.commons.names import pick
from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may, who_may
from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.workbook import as_xlsx
from rafid.commons.records.change import Refused, version_read
from rafid.commons.records.change import Stale as StaleRecord
from rafid.commons.records.models import Severity
from rafid.commons.spreadsheets import disarmed

from ..codes import VARIABLES
from ..models import SeriesFinding, SeriesFindingState
from ..seeing import PROGRAMME
from ..status.drawing import BOUNDS, COLOURS
from ..values.numbers import read_number
from ..values.reading import versions_of
from ..values.times import Untimely, read_time
from . import deciding, queries
from .drawing import KINDS, drawn
from .names import check_name
from .queries import made_up

PAGE = 50
MOST = 20_000
"""Rows of a file."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    filters = Filters(request.GET)
    chosen, rows = _asked(request, filters)
    error, status = "", 200
    if request.method == "POST":
        error = _many(request)
        if not error:
            return redirect(f"{request.path}?{request.GET.urlencode()}")
        status = 422
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    spots = queries.by_station(rows)
    context = {
        "page": page,
        "rows": [_shown(one, queries.may_decide(request.user, one)) for one in page],
        "decides": may(request.user, "check", PROGRAMME),
        "people": list(queries.checkers()),
        "chosen": chosen,
        "states": SeriesFindingState.choices,
        "severities": Severity.choices,
        "checks": [(one, check_name(one)) for one in queries.CHECKS],
        "variables": [(one.code, one.name) for one in VARIABLES.values()],
        "filter_notes": filters.notes,
        "query": query.urlencode(),
        "error": error,
        "reason": request.POST.get("reason", "") if error else "",
        "legend": [(KINDS[one], one.label) for one in reversed(Severity)],
        "drawn": drawn(spots) if spots else "",
        "bounds": ",".join(f"{one:g}" for one in BOUNDS),
    }
    return render(request, "rivers/checking/list.html", context, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _many(request: HttpRequest) -> str:
    """What was chosen for the findings that were ticked; a sentence where it cannot be done."""
    ids = [one for one in request.POST.getlist("ids") if _uuid(one)][:PAGE]
    ticked = [one for one in queries.findings(request.user).filter(pk__in=ids) if queries.may_decide(request.user, one)]
    if not ticked:
        return _("Tick the findings that you decide.")
    action, to = request.POST.get("action", ""), None
    if action == "assign" and request.POST.get("to"):
        to = queries.checkers().filter(pk=_uuid(request.POST["to"])).first()
        if to is None or any(to not in _checking(one) for one in ticked):
            return _("This person does not check all of these series. Choose another one, or fewer findings.")
    try:
        made = deciding.decide_many(
            ticked, action, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""), to=to
        )
    except Refused as wrong:
        return str(wrong)
    said = ngettext("%(count)s finding is decided.", "%(count)s findings are decided.", made.done)
    messages.success(request, said % {"count": made.done})
    if made.left:
        said = ngettext(
            "%(count)s finding stays as it was: its state does not lead there.",
            "%(count)s findings stay as they were: their state does not lead there.",
            made.left,
        )
        messages.warning(request, said % {"count": made.left})
    return ""


def _checking(finding: SeriesFinding) -> Any:
    return who_may("check", PROGRAMME, finding.series.owner_id, finding.series.place_id)


@login_required
@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """The stations of the findings that fit, for the map."""
    _chosen, rows = _asked(request, Filters(request.GET))
    query = request.GET.copy()
    query.pop("page", None)
    features = []
    for one in queries.by_station(rows):
        query["station"] = one.station.code
        kind = KINDS[one.worst]
        told = ngettext("%(count)s finding", "%(count)s findings", one.count) % {"count": one.count}
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.station.point.x, one.station.point.y]},
                "properties": {
                    "what": "station", "code": one.station.code, "name": one.station.name, "class": kind,
                    "colour": COLOURS[kind], "text": f"{told} · {Severity(one.worst).label}",
                    "url": f"{reverse('rivers-findings')}?{query.urlencode()}",
                },
            }
        )  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _asked(request: HttpRequest, filters: Filters) -> Any:
    if not may(request.user, "check", PROGRAMME) and not may(request.user, "correct", PROGRAMME):
        raise PermissionDenied
    return queries.asked(request.user, filters)


def _shown(one: SeriesFinding, decides: bool = False) -> dict[str, Any]:
    return {"finding": one, "message": pick(one.message), "check": check_name(one.check_code), "decides": decides}


HEAD = (
    "station", "variable", "rule", "severity", "from", "to", "value", "compared with", "unit", "state", "assigned to",
    "reason", "message", "note",
)  # fmt: skip


@login_required
@require_safe
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as CSV or as a workbook."""
    _chosen, rows = _asked(request, Filters(request.GET))
    lines = [
        (
            one.series.station.code, one.series.variable, one.check_code, one.severity, one.start.isoformat(),
            one.end.isoformat(), one.value, one.against, one.series.unit, one.state, str(one.assigned_to or ""), one.reason,
            pick(one.message), "DEMONSTRATION" if made_up(one) else "",
        )
        for one in rows[:MOST]
    ]  # fmt: skip
    if kind == "xlsx":
        grid = Grid(_("Findings about values"), [Column(one) for one in HEAD], lines)
        about = [(_("As known at"), timezone.localtime().isoformat(timespec="seconds"))]
        if any(line[-1] for line in lines):
            about.insert(0, ("DEMONSTRATION", _("DEMONSTRATION: invented records")))
        answer = HttpResponse(as_xlsx(get_language() or "ar", [grid], about), content_type=XLSX)
    else:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(["" if cell is None else disarmed(cell) for cell in line] for line in lines)
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="findings.{kind}"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: Any) -> HttpResponse:
    finding = queries.findings(request.user).filter(pk=pk).first()
    if finding is None or not queries.seen(request.user, finding):
        raise Http404
    decides, corrects = queries.may_decide(request.user, finding), queries.may_correct(request.user, finding)
    people = list(_checking(finding).order_by("full_name", "login"))
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
    asked = request.POST.get("at", "").partition("~")[0]
    at = next((one.time for one in beside if error and one.time.isoformat() == asked), finding.start)
    context = {
        **_shown(finding),
        "beside": beside,
        "line": " ".join(f"{one.x},{one.y}" for one in beside if one.y is not None),
        "doubtful": [one for one in beside if one.doubtful and one.y is not None],
        "versions": _versions(finding, at) if decides or corrects else [],
        "at": at,
        "times": [one for one in beside if finding.start <= one.time <= finding.end],
        "decides": decides,
        "corrects": corrects,
        "people": people,
        "error": error,
        "typed": request.POST if error else {},
        "base": next((one.known_from for one in beside if one.time == at), None),
    }
    return render(request, "rivers/checking/finding.html", context, status=status)


def _at(finding: SeriesFinding, text: str) -> tuple[datetime, datetime | None]:
    """The time of the value that is corrected, one of the finding's, and since when the person's value was known."""
    time, _mark, known = text.partition("~")
    if not time:
        return finding.start, None
    found = read_time(time)
    if not finding.start <= found <= finding.end:
        raise Refused(_("This time is not one of the finding. Open the page again."))
    return found, read_time(known) if known else None


def _versions(finding: SeriesFinding, at: datetime) -> list[dict[str, Any]]:
    """What was known of the value, with who entered it."""
    rows = versions_of(finding.series, at)
    names = {
        one.pk: str(one) for one in Account.objects.filter(pk__in={row["made_by"] for row in rows if row["made_by"]})
    }
    return [{**row, "by": names.get(row["made_by"], "")} for row in rows]


def _act(request: HttpRequest, finding: SeriesFinding, action: str, people: list[Any]) -> None:
    user, text = request.user, request.POST.get("reason", "").replace("\x00", "")
    version = version_read(request.POST.get("version", ""))
    if action == "assign":
        to = next((one for one in people if str(one.pk) == request.POST.get("to")), None)
        deciding.assign(finding, to=to, version=version)
    elif action == "correct":
        typed = request.POST.get("value", "").strip()
        value = None if request.POST.get("missing") == "1" else read_number(typed)
        at, base = _at(finding, request.POST.get("at", ""))
        said = request.POST.get("base", "")
        base = base or (read_time(said) if said else None)
        deciding.correct(finding.series, at, value, by=user, reason=text, base=base)
    elif action == "undo":
        at, _base = _at(finding, request.POST.get("at", ""))
        deciding.undo(finding.series, at, by=user, reason=text or _("correction undone"))
    else:
        deciding.decide(finding, action, by=user, reason=text, version=version)
