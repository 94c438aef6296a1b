"""Pages of quality: interviewers and organisations with their findings."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rafid.commons.writing import number

from ..addressing import InstanceId, form_seen
from ..models import Finding, FindingState, Form
from ..questions import Book, book_of, plain, said
from ..refusals import Refused
from ..submissions.finding_words import KINDS, duration, kind_name, sentence_of
from ..submissions.findings import settle
from .charts import whisker
from .measured import Line, Quality, as_plain, may_look, quality_of, rows_of_reviewer

PAGE = 25


def form_to_look_at(request: HttpRequest, pk: UUID) -> Form:
    """Raises Http404 for a form that is not seen, PermissionDenied for one that is seen and not reviewed."""
    form = form_seen(request.user, str(pk))
    if not may_look(request.user, form):
        raise PermissionDenied(_("Quality is for those who review the submissions of this form or make it."))
    return form


def list_url(form: Form, **filters: Any) -> str:
    """The submissions' list with filters; those that are empty are left out."""
    query = urlencode({name: value for name, value in filters.items() if value not in ("", None)})
    return f"{form.get_absolute_url()}submissions/{'?' + query if query else ''}"


def visit_url(form: Form, instance_id: str) -> str:
    return f"{form.get_absolute_url()}submissions/{InstanceId().to_url(instance_id)}/"


# --- interviewers and organisations -----------------------------------------------------------------------------------


@login_required
@require_GET
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_to_look_at(request, pk)
    quality, book = quality_of(form, request.user, request), book_of(form)
    top = max((line.high for line in (*quality.interviewers, *quality.organisations)), default=0.0)
    return render(
        request,
        "forms/quality.html",
        {
            "form": form,
            "tab": "interviewers",
            "quality": quality,
            "rate_of_all": 100 * quality.overall,
            "kinds": [(kind, kind_name(kind)) for kind in quality.kinds],
            "tables": [
                (
                    _("Interviewers"),
                    "interviewers",
                    [_shown(form, book, quality, one, top) for one in quality.interviewers],
                ),
                (
                    _("Organisations"),
                    "organisations",
                    [_shown(form, book, quality, one, top) for one in quality.organisations],
                ),
            ],
            "asked": request.GET,
            "filtered": bool(quality.query),
            "filter_notes": quality.notices,
            "ranked_at": max((one.copying.made_at for one in quality.interviewers if one.copying), default=None),
        },
    )


def _shown(form: Form, book: Book, quality: Quality, line: Line, top: float) -> dict[str, Any]:
    filters = {**quality.query, "organisation": line.owner.ref}
    if line.interviewer is not None:
        filters["interviewer"] = line.interviewer
    said = _("%(rate)s %%, between %(low)s and %(high)s; all: %(all)s %%") % {
        "rate": number(100 * line.rate, 1),
        "low": number(100 * line.low, 1),
        "high": number(100 * line.high, 1),
        "all": number(100 * quality.overall, 1),
    }
    # An interviewer without a name cannot be asked for in the list.
    linked = line.interviewer != ""
    return {
        "line": line,
        "name": line.owner.name if line.interviewer is None else book.role_words(form, "interviewer", line.interviewer),
        "url": list_url(form, **filters) if linked else "",
        "findings_url": f"{reverse('form-quality-findings', args=[form.pk])}?{urlencode(filters)}" if linked else "",
        "chart": whisker(line.rate, line.low, line.high, quality.overall, top, said),
        "rate": 100 * line.rate,
        "duration": duration(line.median_seconds) if line.median_seconds is not None else "",
        "cells": [
            {"count": line.kinds.get(kind, 0), "url": list_url(form, **{**filters, "finding": kind}) if linked else ""}
            for kind in quality.kinds
        ],
        "back": 100 * line.back_checks[2] if line.back_checks and line.back_checks[0] else None,
    }


@login_required
@require_GET
def table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The interviewers' table as CSV, by the filters of the page."""
    form = form_to_look_at(request, pk)
    quality = quality_of(form, request.user, request)
    out = io.StringIO()
    lines = [as_plain(line) for line in quality.interviewers]
    names = [name for name in lines[0] if name != "findings"] if lines else ["organisation", "interviewer"]
    writer = csv.DictWriter(out, [*names, *quality.kinds], extrasaction="ignore")
    writer.writeheader()
    for line in lines:
        writer.writerow(
            {**line, "interviewer": _plain(line["interviewer"]), **dict.fromkeys(quality.kinds, 0), **line["findings"]}
        )
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{form.xform_id}-quality.csv") or ""
    return response


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# --- findings ---------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def findings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is open, the worst first, to be explained or confirmed one after the other."""
    from ..filters import asked

    form = form_to_look_at(request, pk)
    chosen = asked(request, form, request.user)
    rows = rows_of_reviewer(form, request.user)
    if chosen.filtered:
        rows = rows.filter(pk__in=chosen.queryset.values("pk"))
    told = Finding.objects.filter(
        submission__in=rows.order_by().values("pk"), submission_version=F("submission__current")
    )
    states = dict(FindingState.choices)
    state = request.GET.get("settled", FindingState.OPEN)
    told = told.filter(state=state if state in states else FindingState.OPEN)
    wanted = [kind for kind in chosen.query.get("finding", "").split(",") if kind in KINDS]
    if wanted:
        told = told.filter(kind__in=wanted)
    told = told.select_related("submission", "by").order_by("-severity", "kind", "-submission__received_at", "pk")
    found = Paginator(told, PAGE).get_page(request.GET.get("page"))
    others = {str(one.evidence.get("instance_id") or "") for one in found} - {""}
    seen = set(
        rows_of_reviewer(form, request.user).filter(instance_id__in=others).values_list("instance_id", flat=True)
    )
    book = book_of(form)
    return render(
        request,
        "forms/quality_findings.html",
        {
            "form": form,
            "tab": "findings",
            "page": found,
            "rows": [
                {
                    "finding": one,
                    "kind": kind_name(one.kind),
                    "sentence": sentence_of(one),
                    "question": _asked_in(book, one.field),
                    "site": book.role_words(form, "site", one.submission.site),
                    "interviewer": book.role_words(form, "interviewer", one.submission.interviewer),
                    "url": visit_url(form, one.submission.instance_id),
                    "other": visit_url(form, other) if (other := one.evidence.get("instance_id")) in seen else "",
                }
                for one in found
            ],
            "kinds": sorted(((kind, str(name)) for kind, name in KINDS.items()), key=lambda one: one[1]),
            "asked": request.GET,
            "states": FindingState.choices,
            "state": state if state in states else FindingState.OPEN,
            "kind": wanted[0] if wanted else "",
            "filter_notes": chosen.notices,
            "here": request.get_full_path(),
        },
    )


def _asked_in(book: Book, path: str) -> str:
    field = book.field(path) if path else None
    return plain(said(field.label)) or field.name if field is not None else ""


@login_required
@require_POST
def settle_finding(request: HttpRequest, pk: UUID, finding: UUID) -> HttpResponse:
    form = form_to_look_at(request, pk)
    rows = rows_of_reviewer(form, request.user)
    one = get_object_or_404(Finding, pk=finding, submission__in=rows.values("pk"))
    try:
        settle(form, one, request.POST.get("state", ""), by=request.user, comment=request.POST.get("comment", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted: %(finding)s.") % {"finding": kind_name(one.kind)})
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("form-quality-findings", args=[form.pk])
    return redirect(back)


urls = [
    path("forms/<uuid:pk>/quality/", page, name="form-quality"),
    path("forms/<uuid:pk>/quality/table.csv", table, name="form-quality-table"),
    path("forms/<uuid:pk>/quality/findings/", findings, name="form-quality-findings"),
    path("forms/<uuid:pk>/quality/findings/<uuid:finding>/", settle_finding, name="form-quality-finding"),
]
