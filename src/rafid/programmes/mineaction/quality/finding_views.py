"""A non-conformity: its page, steps, evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons import blobs
from rafid.commons.api import record_etag
from rafid.commons.records.change import Refused
from rafid.commons.records.models.nonconformities import SETTLED
from rafid.commons.records.queries import by_ref

from ..models import NonConformity
from ..picture.asked import Asked
from ..picture.frame import frame
from ..stepped import forms_of, opened
from ..stepped import step as taken
from ..stepping import NotYours
from . import findings
from .checklists import in_words

SANDBOX = "default-src 'none'; sandbox"


def seen(user: Any, ref: str) -> NonConformity:
    rows = NonConformity.objects.visible_to(user).select_related(
        "hazard", "task", "visit", "organisation", "owner", "place", "answered_by", "closed_by"
    )
    found: NonConformity = by_ref(rows, ref)
    return found


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen(request.user, ref))


def _page(
    request: HttpRequest, row: NonConformity, *, bound: Any = None, error: str = "", status: int = 200
) -> HttpResponse:
    user = request.user
    forms = [
        one
        for one in forms_of(user, row, findings.STEPS, bound)
        if not (one.step.code == "close" and row.answered_by_id == user.pk)
    ]
    evidence = list(row.evidence.select_related("by").order_by("known_at", "pk"))
    today = timezone.localdate()
    context = {
        "row": row, "said": in_words(row), "record": row, "forms": forms, "opened": opened(forms, bound), "error": error,
        "step_url": "mineaction-nonconformity-step", "evidence": evidence,
        "days_late": (today - row.due_on).days if row.state not in SETTLED and row.due_on < today else 0,
        "may_add": row.state not in SETTLED and findings.may_add(user, row),
        "barred": _barred(user, row, evidence),
        "frame": frame(Asked(today), row.place, NonConformity.objects.filter(pk=row.pk)),
    }  # fmt: skip
    response = render(request, "mineaction/quality/nonconformity.html", context, status=status)
    response["ETag"] = record_etag(row)
    return response


def _barred(user: Any, row: NonConformity, evidence: list[Any]) -> str:
    if row.state not in findings.STEPS["close"].starts or not findings.STEPS["close"].allowed(user, row):
        return ""
    if row.answered_by_id == user.pk:
        return _("You answered this finding yourself: somebody else closes it.")
    return "" if evidence else _("There is no evidence yet: a finding is closed with evidence.")


@login_required
@require_POST
def step(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    return taken(
        request, seen(request.user, ref), code, findings.STEPS, _page, to="mineaction-nonconformity",
        again=lambda: seen(request.user, ref),
    )  # fmt: skip


@login_required
@require_POST
def evidence(request: HttpRequest, ref: str) -> HttpResponse:
    row = seen(request.user, ref)
    if not findings.may_add(request.user, row):
        raise PermissionDenied
    try:
        made = findings.add_evidence(
            row, request.FILES.getlist("files"), by=request.user, text=request.POST.get("text", "")[:2000]
        )
    except Refused as refusal:
        return _page(request, row, error=str(refusal), status=422)
    except NotYours:
        raise PermissionDenied from None
    messages.success(request, _("Files added: %(count)s.") % {"count": len(made)})
    return redirect("mineaction-nonconformity", row.ref)


@login_required
@require_safe
def file(request: HttpRequest, ref: str, sha256: str) -> Any:
    row = seen(request.user, ref)
    found = row.evidence.filter(sha256=sha256).first()
    if found is None:
        raise Http404
    response = StreamingHttpResponse(blobs.chunks_of(found.sha256), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-cache"
    return response
