"""Reports typed by hand, and the correction of one by its next version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons import blobs
from rafid.commons.records.change import Refused

from ..models import FieldReport, ReportType
from ..seeing import may_anywhere, may_here
from . import gates
from .content import FIELDS
from .entry import KINDS, EntryForm, known_of
from .receive import Received, receive
from .views import seen


@login_required
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "enter"):
        raise PermissionDenied
    kinds = [{"code": code.value, "name": code.label, "about": about} for code, about in KINDS.items()]
    return render(request, "mineaction/reports/choose.html", {"kinds": kinds})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, type: str) -> HttpResponse:
    if type not in FIELDS or type not in KINDS:
        raise Http404
    if not may_anywhere(request.user, "enter"):
        raise PermissionDenied
    known = known_of(type, request.user, request.GET.get("task", ""), request.GET.get("hazard", ""))
    form = EntryForm(type, request.user, request.POST or None, request.FILES or None, known=known)
    if request.method == "POST" and form.is_valid():
        given, user = form.cleaned_data, request.user
        owner, operator = given["authority"], given["operator"]
        if not may_here(user, "enter", owner=owner.pk, operator=operator.pk, place=given["place"]):
            form.add_error("place", _("You may not enter reports for this authority, operator and place."))
        else:
            answer = _receive(request, form, owner, operator, given["reference"])
            if answer is not None:
                return answer
    return _shown(request, form, ReportType(type).label)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, ref: str) -> HttpResponse:
    report = seen(request.user, ref)
    if report.type not in FIELDS:
        raise Http404
    if not gates.may_correct(request.user, report):
        raise PermissionDenied
    form = EntryForm(report.type, request.user, request.POST or None, request.FILES or None, report=report)
    if request.method == "POST" and form.is_valid():
        answer = _receive(request, form, report.owner, report.organisation, report.reference)
        if answer is not None:
            return answer
    return _shown(request, form, _("Correct the report"), report)


def _receive(request: HttpRequest, form: EntryForm, owner: Any, operator: Any, reference: str) -> HttpResponse | None:
    given, file = form.cleaned_data, form.cleaned_data.get("document")
    document, name = ("", "")
    if form.report is not None and not file:
        document, name = form.report.document, form.report.document_name
    try:
        if file:
            document, name = blobs.receive(file.chunks()).sha256, file.name[:200]
        received = receive(
            authority=owner, operator=operator, reference=reference, type=form.type, on=given["on"],
            content=form.content(), place=given["place"], by=request.user, document=document, document_name=name,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, said(received))
    return redirect("mineaction-report", received.report.ref)


def said(received: Received) -> str:
    report = received.report
    return {
        "new": _("The report %(report)s is received. It waits for the check of the operator."),
        "version": _("The report is received as version %(number)s. It waits for the check of the operator."),
        "again": _("This report was here already, with the same content. Nothing was written."),
    }[received.what] % {"report": report.reference, "number": report.number}


def _shown(request: HttpRequest, form: EntryForm, title: Any, report: FieldReport | None = None) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "title": title, "report": report, "type": form.type}
    return render(request, "mineaction/reports/new.html", context, status=status)
