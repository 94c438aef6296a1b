"""Findings: what to look at first, who looks, what was decided and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.names import pick
from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may_on, who_may

from ..checks import check_record, visible_findings
from ..judged import judged as judged_models
from ..judged import judged_of, named
from ..models import Comment, Finding, FindingState, Severity, model_of
from ..registers import register_of_model, registers, value_text


@login_required
def finding_list(request: HttpRequest) -> HttpResponse:
    rows = visible_findings(request.user).select_related("assigned_to")
    asked = request.GET
    state = asked.get("state", FindingState.OPEN)
    if state in FindingState.values:
        rows = rows.filter(state=state)
    if asked.get("severity", "") in {"1", "2", "3"}:
        rows = rows.filter(severity=int(asked["severity"]))
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"].replace("\x00", ""))
    if asked.get("check"):
        rows = rows.filter(check_code=asked["check"].replace("\x00", ""))
    if asked.get("mine"):
        rows = rows.filter(assigned_to=request.user)
    page = Paginator(rows.order_by("-severity", "-found_at", "pk"), 50).get_page(asked.get("page"))
    query = asked.copy()
    query.pop("page", None)
    return render(
        request,
        "records/findings.html",
        {
            "page": page,
            "rows": rows_of(page),
            "states": FindingState.choices,
            "severities": Severity.choices,
            "kinds": [
                *((register.kind, register.title) for register in registers()),
                *((other.kind, other.title) for other in judged_models()),
            ],
            "state": state,
            "asked": asked,
            "query": query.urlencode(),
        },
    )


def rows_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Each with its record's address, and with its name where it has no reference that people know."""
    findings = list(findings)
    things: dict[UUID, Any] = {}
    for one in judged_models():
        things |= named(one.kind, [each.record_id for each in findings if each.kind == one.kind])
    return [
        {
            "finding": one,
            "message": pick(one.message),
            "url": things[one.record_id].get_absolute_url() if one.record_id in things else url_of(one),
            "name": things[one.record_id].title if one.record_id in things else "",
        }
        for one in findings
    ]


def url_of(finding: Finding) -> str:
    if judged_of(finding.kind):
        found = named(finding.kind, [finding.record_id]).get(finding.record_id)
        return found.get_absolute_url() if found else reverse("findings")
    programme, code = finding.kind.split(".")
    return reverse("record", args=[programme, code, finding.record_ref or str(finding.record_id)])


@login_required
def finding_page(request: HttpRequest, pk: Any) -> HttpResponse:
    finding = visible_findings(request.user).filter(pk=pk).first()
    if finding is None:
        raise Http404
    other = judged_of(finding.kind)
    record: Any = (
        other.model.objects.titled().get(pk=finding.record_id)
        if other
        else model_of(finding.kind).everything.get(pk=finding.record_id)
    )
    programme = record.programme_name()
    may_decide = may_on(request.user, "check", record) or may_on(request.user, "change", record)
    people = list(who_may("check", programme, record.owner_id, record.place_id).order_by("full_name", "login"))
    error = ""
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        error = decide(request, finding, record, people)
        if not error:
            return redirect("finding", finding.pk)
    return render(
        request,
        "records/finding.html",
        {
            "finding": finding,
            "message": pick(finding.message),
            "record": record,
            "name": record.title if other else str(record),
            "ref": "" if other else record.ref,
            "url": url_of(finding),
            "comments": finding.comments.select_related("by").order_by("at"),
            "people": people,
            "field": judged(finding, record),
            "may_decide": may_decide,
            "error": error,
            "text": request.POST.get("text", ""),
        },
        status=422 if error else 200,
    )


def judged(finding: Finding, record: Any) -> dict[str, str] | None:
    """The field that the finding points at, as it stands now."""
    register = register_of_model(type(record))
    if not finding.field or register is None:
        return None
    return {"label": register.label(finding.field), "value": value_text(record, finding.field)}


def decide(request: HttpRequest, finding: Finding, record: Any, people: list[Account]) -> str:
    """Does what was asked; the sentence of what is missing, or an empty one."""
    action, text = request.POST.get("action", ""), request.POST.get("text", "").strip()
    user: Any = request.user
    with transaction.atomic(), because(text):
        finding = Finding.objects.select_for_update().get(pk=finding.pk)
        if action == "assign":
            who = next((one for one in people if str(one.pk) == request.POST.get("to")), None)
            finding.assigned_to = who
            finding.save(update_fields=["assigned_to"])
        elif action == "comment":
            if not text:
                return _("Write a comment first.")
            Comment.objects.create(finding=finding, text=text, by=user)
        elif action in (FindingState.EXPLAINED, FindingState.CONFIRMED, FindingState.OPEN):
            if action == FindingState.EXPLAINED and not text:
                return _("Say why this finding is excused.")
            finding.state = FindingState(action)
            finding.reason = text
            finding.settled_at = None if action == FindingState.OPEN else timezone.now()
            finding.settled_by = None if action == FindingState.OPEN else user
            finding.save()
        elif action == "recheck":
            check_record(record)
        else:
            return _("Choose what to do.")
    messages.success(request, _("Done."))
    return ""
