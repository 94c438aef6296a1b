"""Pages of reports: the list, a new one, one with its sections, comments, files and what is to be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import Filters
from rafid.commons.products.papers.on_pages import section as section_shown
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.queries import by_ref

from ..models import Contract, Report, ReportState
from ..seeing import may_anywhere, may_here
from . import finishing, freezing, life, printing
from .content import document, share_of
from .files import answer, language_of
from .forms import CommentForm, NewReport, ThreeTexts
from .rights import may_make, of_office, reports_seen, speaks_for
from .saying.words import SECTIONS

DIFFERENCES = 200


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    filters = Filters(request.GET)
    state = filters.one_of("state", _("State"), ReportState.values, "")
    rows = reports_seen(request.user).defer("frozen", "sections").order_by("-period", "ref")
    if state:
        rows = rows.filter(state=state)
    shown = list(rows[:200])
    context = {
        "rows": [(one, _to_do(request.user, one)) for one in shown],
        "states": ReportState.choices,
        "state": state,
        "filter_notes": filters.notes,
        "may_make": may_anywhere(request.user, "report"),
    }
    return render(request, "monitoring/reports/list.html", context)


def _to_do(user: Any, report: Report) -> str:
    """What this person must do about it now; empty where nothing."""
    today = timezone.localdate()
    if report.state == ReportState.COMMENTS and report.comments_until:
        if today <= report.comments_until and speaks_for(user, report):
            return _("Read your part and comment.")
        if today > report.comments_until and may_make(user, report):
            return _("The time for comments is over. Make it final.")
    if report.state == ReportState.DRAFT and may_make(user, report):
        return _("Freeze its figures.") if report.known is None else _("Send it to the partners.")
    return ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "report"):
        raise PermissionDenied(_("Only a monitoring manager begins a report."))
    contracts = [
        one.pk
        for one in Contract.objects.visible_to(request.user).exclude(state="draft").select_related("place")
        if may_here(request.user, "report", owner=one.owner_id, place=one.place)
    ]
    form = NewReport(
        request.POST or None,
        contracts=Contract.objects.filter(pk__in=contracts).order_by("ref"),
        initial={"language": get_language(), "contracts": contracts},
    )
    if request.method == "POST" and form.is_valid():
        rows = list(form.cleaned_data["contracts"])
        try:
            owners = {one.owner for one in rows}
            if len(owners) != 1:
                raise Refused(_("The contracts are monitored by different organisations. Make a report for each."))
            report = life.begin(
                owners.pop(), form.cleaned_data["period"], rows, language=form.cleaned_data["language"], by=request.user
            )
            report = freezing.freeze(report, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The draft is there, with its figures as known now."))
            return redirect("monitoring-report", report.ref)
    return render(request, "monitoring/reports/new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, ref: str) -> HttpResponse:
    report = by_ref(reports_seen(request.user), ref)
    error: list[str] = []
    status = 200
    forms: dict[str, Any] = {}
    if request.method == "POST":
        try:
            done = _act(request, report, forms)
        except Stale:
            error, status = [_("Somebody changed this report meanwhile. Look at it again, then decide.")], 409
        except Refused as refused:
            error, status = [str(refused)], 422
        else:
            if done is not None:
                return done
            status = 422
        report = by_ref(reports_seen(request.user), ref)
    return render(request, "monitoring/reports/report.html", _context(request, report, error, forms), status=status)


def _act(request: HttpRequest, report: Report, forms: dict[str, Any]) -> HttpResponse | None:
    """Does what the button says. None: a form of ``forms`` has errors. Raises ``Stale``, ``Refused``, PermissionDenied."""
    user, version = request.user, version_read(request.POST.get("version", ""))
    action = request.POST.get("action", "")
    here = redirect("monitoring-report", report.ref)
    if action == "comment":
        partners = speaks_for(user, report)
        if not partners:
            raise PermissionDenied(_("Comments are taken from the partners of the report while it is with them."))
        form = forms["comment_form"] = CommentForm(request.POST, partners=partners)
        if not form.is_valid():
            return None
        partner = next(one for one in partners if one.ref == form.cleaned_data["partner"])
        life.comment(report, partner, form.cleaned_data["text"], section=form.cleaned_data["section"], by=user)
        messages.success(request, _("Your comment is recorded; it is printed with the report."))
        return here
    if not may_make(user, report):
        raise PermissionDenied(_("Only the monitoring manager of the third party does this."))
    steps: dict[str, tuple[Callable[[], Any], str]] = {
        "freeze": (
            lambda: freezing.freeze(report, by=user, version=version),
            _("The figures are frozen as known now."),
        ),
        "send": (
            lambda: life.send_to_partners(report, by=user, version=version),
            _("The partners can read their part and comment."),
        ),
        "back": (lambda: life.take_back(report, version=version), _("The report is a draft again.")),
    }
    if action in steps:
        verb, told = steps[action]
        verb()
        messages.success(request, told)
        return here
    if action == "finish":
        return redirect("task", finishing.begin_finishing(report, by=user).pk)
    if action in ("erratum", "section"):
        form = forms[f"{action}_form"] = ThreeTexts(request.POST, required=action == "erratum", prefix=action)
        if not form.is_valid():
            return None
        if action == "erratum":
            life.erratum(report, form.texts, by=user)
            messages.success(request, _("The erratum stands beside the report."))
            return here
        name = request.POST.get("section", "")
        life.write_section(report, name, form.texts, version=version)
        messages.success(request, _("Your text stands in this section."))
        return redirect(f"{reverse('monitoring-report', args=[report.ref])}?section={name}")
    raise Refused(_("This page does not know that button. Open it again."))


def _context(request: HttpRequest, report: Report, error: list[str], forms: dict[str, Any]) -> dict[str, Any]:
    user = request.user
    filters = Filters(request.GET)
    name = filters.one_of("section", _("Section"), list(SECTIONS), "summary")
    share = share_of(report, user)
    office, makes = of_office(user, report), may_make(user, report)
    partners = speaks_for(user, report)
    check = request.GET.get("check", "") if office and report.known else ""
    recomputed = None
    if check in ("state", "now"):
        recomputed = freezing.recompute(report, known=timezone.now() if check == "now" else None)
    return {
        "report": report,
        "error": error,
        "filter_notes": filters.notes,
        "share": share,
        "sections": [(code, title) for code, title in SECTIONS.items() if code != "comments"],
        "section": name,
        "section_title": SECTIONS[name],
        "parts": section_shown(document(report, share, get_language() or "ar", only=name), name) if share.contracts else [],
        "office": office,
        "may_make": makes,
        "to_do": _to_do(user, report),
        "speaks_for": partners,
        "comments": share.comments,
        "errata": report.errata.visible_to(user).order_by("known_at"),
        "languages": (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")),
        "files": list(report.files.order_by("language", "format")) if share.whole else [],
        "check": check,
        "recomputed": recomputed,
        "differences": recomputed.differences[:DIFFERENCES] if recomputed else (),
        "task": _running(report) if makes else None,
        **_forms(report, forms, partners, makes, name),
        "section_names": dict(SECTIONS),
        "today": timezone.localdate(),
    }  # fmt: skip


def _running(report: Report) -> Task | None:
    name = f"{finishing.NAME} {report.pk}"[:60]
    return Task.objects.filter(name=name, state__in=(TaskState.WAITING, TaskState.RUNNING)).first()


def _forms(report: Report, bad: dict[str, Any], partners: Any, makes: bool, section: str) -> dict[str, Any]:
    """Those that this person may fill in now; ``bad`` are those that came back with errors."""
    found: dict[str, Any] = {}
    if partners:
        found["comment_form"] = CommentForm(partners=partners, initial={"section": section})
    if makes and report.state == ReportState.FINAL:
        found["erratum_form"] = ThreeTexts(prefix="erratum")
    elif makes:
        own = (report.sections or {}).get(section) or {}
        initial = {f"text_{language}": text for language, text in own.items()}
        found["section_form"] = ThreeTexts(prefix="section", required=False, initial=initial)
    return {**found, **bad}


@login_required
@require_safe
def file(request: HttpRequest, ref: str, kind: str) -> Any:
    """A PDF of many pages takes longer than a person wants to wait: a task prints it, and leads back here."""
    report = by_ref(reports_seen(request.user), ref)
    asked = request.GET.get("lang")
    found = answer(report, request.user, kind, asked)
    if found is None:
        return redirect("task", printing.begin(report, kind, language_of(asked, report), by=request.user).pk)
    return found


urls: list[URLPattern] = [
    path("reports/", listing, name="monitoring-reports"),
    path("reports/new/", new, name="monitoring-report-new"),
    path("reports/<str:ref>/", page, name="monitoring-report"),
    path("reports/<str:ref>.<str:kind>", file, name="monitoring-report-file"),
]
