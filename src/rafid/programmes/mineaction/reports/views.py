"""The inbox of reports, one report beside what it changes, and the steps that people take with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons import blobs
from rafid.commons.api import record_etag
from rafid.commons.filters import Filters
from rafid.commons.forms.submissions.served import SANDBOX
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind
from rafid.commons.places.country import country
from rafid.commons.places.finding import links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..carrying.compare import waiting as waiting_imports
from ..findings.telling import tell_alarms
from ..models import FieldReport, RejectedFor, ReportState, ReportType
from ..picture.asked import Asked
from ..picture.frame import frame
from ..seeing import may_anywhere
from . import decide, gates, queries, shown
from .content import FIELDS
from .reconcile import as_existing, as_new, candidates
from .since import since

PAGE = 50


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    user: Any = request.user
    decides = any(may_anywhere(user, one) for one in ("check", "approve"))
    filters = Filters(request.GET)
    show, rows = queries.inbox(user, filters, found.place, "mine" if decides else "open")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "show": show,
        "shows": queries.SHOWS,
        "counts": queries.counts(user),
        "page": page,
        "rows": [{"report": one, "age": queries.age(one)} for one in page],
        "types": ReportType.choices,
        "operators": queries.operators(user),
        "asked": request.GET,
        "filter_notes": filters.notes,
        "found": found,
        "candidates": links(request, found),
        "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "enters": may_anywhere(user, "enter"),
        "imports": waiting_imports(user),
    }
    return render(request, "mineaction/reports/inbox.html", context, status=404 if found.said else 200)


def seen(user: Any, ref: str) -> FieldReport:
    rows = FieldReport.objects.visible_to(user).select_related(
        "place", "organisation", "owner", "checked_by", "endorsed_by", "decided_by", "made_by"
    )
    found: FieldReport = by_ref(rows, ref)
    return found


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen(request.user, ref))


def _page(request: HttpRequest, report: FieldReport, *, error: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    found = shown.beside(report, user)
    framed = frame(Asked(timezone.localdate()), report.place, FieldReport.objects.filter(pk=report.pk))
    reconciles = gates.may_reconcile(user, report) and report.type in FIELDS
    context = {
        "report": report,
        "found": found,
        "measured": shown.measured(found),
        "odd_shapes": shown.odd_shapes(report),
        "drawn": shown.drawing(found),
        "shapes_url": reverse("mineaction-report-shapes", args=[report.ref]),
        "bounds": shown.bounds(found),
        "frame": framed,
        "acts": gates.possible(user, report),
        "waits": _waits(report),
        "corrects": gates.may_correct(user, report),
        "reconciles": reconciles,
        "candidates": _candidates(user, report) if reconciles else [],
        "speaks_of": shown.speaks_of(report),
        "versions": FieldReport.objects.visible_to(user)
        .filter(owner=report.owner, organisation=report.organisation, reference=report.reference)
        .order_by("-number"),
        "sheets": report.sheets.all(),
        "findings": _findings(user, report),
        "steps": since(report, 0),
        "made": _made(user, report),
        "error": error,
    }
    response = render(request, "mineaction/reports/report.html", context, status=status)
    response["ETag"] = record_etag(report)
    return response


def _candidates(user: Any, report: FieldReport) -> list[dict[str, Any]]:
    words = {
        "identifier": _("the same number in another system"), "number": _("an earlier version of this report"),
        "ground": _("shares ground"), "near": _("lies near"), "named": _("has this name there"),
    }  # fmt: skip
    some = candidates(report)
    model = FIELDS[report.type][0]
    own = set(
        model.objects.visible_to(user).filter(pk__in=[one.record.pk for one in some]).values_list("pk", flat=True)
    )
    return [
        {"record": one.record, "why": words[one.why], "code": one.why, "amount": one.amount,
         "percent": one.amount is not None and 100 * one.amount, "chosen": one.record.pk == report.target}
        for one in some if one.record.pk in own
    ]  # fmt: skip


def _findings(user: Any, report: FieldReport) -> Any:
    from ..findings.queries import of_record

    return of_record(user, report)


def _made(user: Any, report: FieldReport) -> list[Any]:
    """The records that it made or changed, each by its own rule of who sees it."""
    from rafid.commons.records.models import model_of

    found = []
    for kind, pk in report.applied:
        found += model_of(kind).objects.visible_to(user).filter(pk=pk)
    return found


def _waits(report: FieldReport) -> str:
    """For whom it waits, in words."""
    if decide.waits_for_check_here(report):
        return _("It was approved in another system. It waits for a second person of the authority to compare it.")
    return {
        ReportState.RECEIVED: _("It waits for the operator's check."),
        ReportState.OPERATOR_CHECKED: _("It waits for the operator's manager."),
        ReportState.OPERATOR_APPROVED: _("It waits for the authority."),
        ReportState.APPROVED: _("It is accepted: what it says stands in the records."),
        ReportState.REJECTED: _("It is rejected: the operator corrects it and sends its next version."),
        ReportState.SUPERSEDED: _("A newer version took its place, or it was withdrawn."),
    }[ReportState(report.state)]


@login_required
@require_safe
def shapes(request: HttpRequest, ref: str) -> HttpResponse:
    return shown.shapes(shown.beside(seen(request.user, ref), request.user))


@login_required
@require_safe
def document(request: HttpRequest, ref: str) -> HttpResponse | FileResponse:
    """The file as it was received: always as a download, never shown in the page."""
    report = seen(request.user, ref)
    if not report.document:
        raise Http404
    try:
        file = blobs.path_of(report.document).open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    note_access(request, AccessKind.READ, report, purpose=_("document of a report"))
    name = report.document_name or f"{report.ref}.bin"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


@login_required
@require_POST
def reconcile(request: HttpRequest, ref: str) -> HttpResponse:
    """A new record, or which one of those that are there."""
    report = seen(request.user, ref)
    if not gates.may_reconcile(request.user, report) or report.type not in FIELDS:
        raise PermissionDenied
    version, said = version_read(request.POST.get("version", "")), request.POST.get("record", "").strip()
    try:
        if said == "new":
            report = as_new(report, version=version)
        else:
            said = request.POST.get("other", "").strip() if said in ("", "other") else said
            record = _named(request.user, report, said)
            report = as_existing(report, record, version=version)
    except Stale as stale:
        return conflict(request, stale.current, _("Reconcile"))
    except Refused as refusal:
        return _page(request, report, error=str(refusal), status=422)
    messages.success(request, _("It is kept what the report speaks of."))
    return redirect("mineaction-report", report.ref)


def _named(user: Any, report: FieldReport, ref: str) -> Any:
    rows = FIELDS[report.type][0].objects.visible_to(user)
    try:
        if not ref:
            raise Http404
        return by_ref(rows, ref)
    except Http404:
        raise Refused(
            _("Nobody here knows “%(ref)s”. Choose a record of the list, or write its number.") % {"ref": ref[:60]}
        ) from None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, ref: str, act: str) -> HttpResponse:
    """A gate, a rejection, the way back. Two persons at once: the second one reads what the first one did."""
    report, chosen = seen(request.user, ref), gates.ACTS.get(act)
    if chosen is None:
        raise Http404
    possible = chosen in gates.possible(request.user, report)
    if request.method != "POST":
        if not possible:
            return _asked(request, report, chosen, status=409)
        return _asked(request, report, chosen)
    version = version_read(request.POST.get("version", ""))
    if version and version != report.version:
        return conflict(request, report, chosen.name)
    if not possible:
        raise PermissionDenied
    reason, code = request.POST.get("reason", "").strip()[:2000], request.POST.get("reason_code", "")
    try:
        _take(chosen, report, request.user, reason, code, version)
    except Stale as stale:
        return conflict(request, stale.current, chosen.name)
    except Refused as refusal:
        again = seen(request.user, ref)
        if chosen.why:
            return _asked(request, again, chosen, error=str(refusal), reason=reason, code=code, status=422)
        return _page(request, again, error=str(refusal), status=422)
    if chosen is gates.ACCEPT:
        tell_alarms()
    done = seen(request.user, ref)
    messages.success(request, _("%(report)s: %(state)s.") % {"report": done, "state": done.get_state_display()})
    return redirect("mineaction-report", report.ref)


def _take(act: gates.Act, report: FieldReport, user: Any, reason: str, code: str, version: int) -> None:
    if act is gates.REJECT:
        decide.reject(report, by=user, reason=reason, code=code, version=version)
        return
    if act.why:
        verb = {gates.TAKE_AGAIN: decide.take_again, gates.WITHDRAW: decide.withdraw_report}
        verb[act](report, by=user, reason=reason, version=version)
        return
    {
        gates.CHECK: decide.check,
        gates.COMPARE: decide.check,
        gates.ENDORSE: decide.endorse,
        gates.ACCEPT: decide.accept,
    }[act](report, by=user, version=version)


def _asked(
    request: HttpRequest,
    report: FieldReport,
    act: gates.Act,
    *,
    error: str = "",
    reason: str = "",
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    possible = act in gates.possible(request.user, report)
    context = {
        "report": report, "act": act, "error": error, "reason": reason, "possible": possible, "waits": _waits(report),
        "code": code, "codes": RejectedFor.choices if act is gates.REJECT else (),
    }  # fmt: skip
    return render(request, "mineaction/reports/act.html", context, status=status)


def conflict(request: HttpRequest, report: Any, title: Any) -> HttpResponse:
    """Somebody else was faster: what he did, and what is still possible."""
    read = version_read(request.POST.get("version", ""))
    current = seen(request.user, report.ref)
    context = {
        "report": current, "title": title, "since": since(current, read), "waits": _waits(current),
        "acts": gates.possible(request.user, current),
    }  # fmt: skip
    response = render(request, "mineaction/reports/conflict.html", context, status=409)
    response["ETag"] = record_etag(current)
    return response
