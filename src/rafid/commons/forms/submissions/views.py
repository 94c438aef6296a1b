"""One submission: read, decide, talk, correct, delete; its files and its map."""

from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rafid.commons import writing
from rafid.commons.api import Problem
from rafid.commons.filters import small_number

from ..addressing import InstanceId, form_seen
from ..filters import asked, seen_of
from ..keeping import trash
from ..models import Finding, Submission, SubmissionState
from ..posted import posted_from
from ..questions import language_of
from ..refusals import Refused
from ..works import works_of
from . import findings, list_views, office, review
from .detail import Seen, seen_submission, without_positions
from .edit_form import fields_of, given_of, rows_of
from .finding_words import duration
from .listing import neighbours, submitter_of
from .reading import Reader, change_label
from .reading_log import note_reading
from .served import attachment_response, thumbnail

MOST_VISITS = 20
_WRITTEN = InstanceId()
VERBS = {
    "approved": lambda: _("Approve"),
    "has_issues": lambda: _("Send back"),
    "rejected": lambda: _("Reject"),
}


def _seen(request: HttpRequest, form_id: str, instance_id: str) -> Seen:
    return seen_submission(request.user, form_seen(request.user, form_id), instance_id)


def address(form_id: str, instance_id: str, query: str = "") -> str:
    url = reverse("submission", args=[form_id, instance_id])
    return f"{url}?{query}" if query else url


@login_required
@require_GET
def submission(request: HttpRequest, form_id: str, instance_id: str) -> HttpResponse:
    seen = _seen(request, form_id, instance_id)
    note_reading(request, seen)
    return _page(request, form_id, seen)


def _page(request: HttpRequest, form_id: str, seen: Seen, *, error: str = "", status: int = 200) -> HttpResponse:
    row, form = seen.submission, seen.form
    language = request.GET.get("labels", "")
    language = language if language in seen.definition.languages else ""
    reader = Reader(seen, language or None)
    whole = reader.whole()
    query = _list_query(request)
    before, after = _around(request, seen, query)
    reviews = review.may_review(request.user, row, form)
    choices, barred = review.choices_for(row, request.user) if reviews else ([], "")
    visits = _visits(seen)
    return render(
        request,
        "forms/submission.html",
        {
            "form": form,
            "form_id": form_id,
            "seen": seen,
            "row": row,
            "title": title_of(seen),
            "place": row.place if seen.sees_role("place") else None,
            "interviewer": seen.book.role_words(form, "interviewer", row.interviewer)
            if seen.sees_role("interviewer")
            else "",
            "submitter": submitter_of(row) if seen.whole else "",
            "sections": whole.parts,
            "unanswered": sum(one.empty for one in whole.answers()),
            "all": bool(request.GET.get("all")),
            "general": reader.general(),
            "audit": reader.audit,
            "active": duration(reader.audit.active_seconds) if reader.audit else "",
            "lasted": _lasted(row),
            "languages": _languages(seen, language),
            "list_query": query.urlencode(),
            "before": before and address(form_id, before, query.urlencode()),
            "after": after and address(form_id, after, query.urlencode()),
            "may_review": reviews,
            "may_comment": seen.works,
            "may_delete": trash.may_delete(request.user, row, form),
            "choices": [(state, VERBS[state]()) for state in choices],
            "barred": barred,
            "approvals": review.approvals_of(row) if seen.works else [],
            "differences": _differences(request, seen, language or None),
            "visits": visits,
            "drawn": seen.sees_role("location") and row.location is not None,
            "bounds": _bounds(_located(seen, visits)),
            "files": [(one, seen.gives(one)) for one in seen.attachments],
            "comments": [(one, change_label(seen, one.field) if one.field else "") for one in seen.comments],
            "history": history_of(seen),
            "error": error,
            "posted": request.POST,
        },
        status=status,
    )


def title_of(seen: Seen) -> str:
    site = seen.submission.site
    return (
        seen.book.role_words(seen.form, "site", site)
        if site and seen.sees_role("site")
        else seen.submission.instance_id
    )


def history_of(seen: Seen) -> list[dict[str, Any]]:
    """Who did what, when, newest first: versions as they came, decisions as they were taken."""
    told: list[dict[str, Any]] = []
    for one in seen.versions:
        first = one.number == 1
        way = one.get_way_display()
        told.append(
            {
                "at": one.received_at,
                "by": submitter_of(one) if seen.whole else "",
                "what": _("Received") + f" · {way}"
                if first
                else _("Version %(number)s") % {"number": one.number} + f" · {way}",
                "reason": one.reason if seen.works else "",
                "compare": (one.number - 1, one.number) if seen.works and not first else None,
            }
        )
    for event in seen.events:
        new = SubmissionState(event.new).label
        if event.approves and event.new != SubmissionState.APPROVED:
            what = _("Approved by a first person")
        else:
            what = _("Decided: %(state)s.") % {"state": new}
        told.append({"at": event.at, "by": str(event.by or ""), "what": what, "reason": event.reason, "compare": None})
    return sorted(told, key=lambda one: one["at"], reverse=True)


def _list_query(request: HttpRequest) -> QueryDict:
    """The filters of the list from which the reader came; they stay in the address for previous and next."""
    query = request.GET.copy()
    for name in ("lang", "labels", "all", "from", "to", "cursor", "view", "show"):
        query.pop(name, None)
    return query


def _around(request: HttpRequest, seen: Seen, query: QueryDict) -> tuple[str | None, str | None]:
    try:
        return neighbours(asked(query, seen.form, request.user), seen.submission)
    except Problem:
        return None, None


def _languages(seen: Seen, chosen: str) -> list[tuple[str, bool]]:
    languages = seen.definition.languages
    now = chosen or language_of(languages) or (languages[0] if languages else "")
    return [(one, one == now) for one in languages] if len(languages) > 1 else []


def _lasted(row: Submission) -> str:
    if row.started_at is None or row.ended_at is None or row.ended_at < row.started_at:
        return ""
    return duration((row.ended_at - row.started_at).total_seconds())


def _visits(seen: Seen) -> list[Submission]:
    """Other visits of the same site, newest first, as far as this reader sees them."""
    row = seen.submission
    rows = seen_of(seen.user, seen.form).exclude(pk=row.pk)
    if row.entity_id:
        rows = rows.filter(entity=row.entity_id)
    elif row.site and seen.sees_role("site"):
        rows = rows.filter(site=row.site)
    else:
        return []
    rows = works_of(seen.user, seen.form).annotate(seen.masks.annotate(rows))
    if not seen.masks.sees_role("site"):
        # That they are of this site would tell what is masked in them.
        rows = rows.filter(plain=True)
    return list(rows.order_by("-received_at", "-pk")[:MOST_VISITS])


def _located(seen: Seen, visits: list[Submission]) -> list[Submission]:
    """This visit and those others whose place this reader sees: he may see all of one, and less of another."""
    return [
        row
        for row in [seen.submission, *visits]
        if row.location is not None and seen.masks.sees_role("location", row.plain)  # type: ignore[attr-defined]
    ]


def _bounds(rows: list[Submission]) -> str:
    points = [row.location for row in rows if row.location is not None]
    if not points:
        return ""
    west, east = min(one.x for one in points), max(one.x for one in points)
    south, north = min(one.y for one in points), max(one.y for one in points)
    aside = max(0.02, (east - west) / 5, (north - south) / 5)
    return f"{west - aside:.5f},{south - aside:.5f},{east + aside:.5f},{north + aside:.5f}"


def _differences(request: HttpRequest, seen: Seen, language: str | None) -> dict[str, Any] | None:
    """Between the versions that the address names, else between the last two."""
    if len(seen.versions) < 2:
        return None
    numbers = [one.number for one in seen.versions]
    first = small_number(request.GET.get("from", "")) or numbers[-2]
    second = small_number(request.GET.get("to", "")) or numbers[-1]
    changes = seen.changes(first, second)
    if changes is None:
        return None
    # When each was filled in, and on which device, nobody has changed.
    told = [one for one in changes if not _by_itself(seen, one.path)]
    return {
        "first": first,
        "second": second,
        "changes": [{"label": change_label(seen, one.path, language), "change": one} for one in told],
    }


def _by_itself(seen: Seen, path: str) -> bool:
    shape = seen.definition.shape_at(without_positions(path))
    field = shape.field if shape is not None else None
    return field is not None and bool(field.preload) and not field.control


def _back(request: HttpRequest, form_id: str, seen: Seen) -> str:
    query = QueryDict(request.POST.get("query", "")[:2000])
    return address(form_id, seen.submission.instance_id, query.urlencode())


@login_required
@posted_from("submission", "form_id", "instance_id")
def decide(request: HttpRequest, form_id: str, instance_id: str) -> HttpResponse:
    seen = _seen(request, form_id, instance_id)
    if not review.may_review(request.user, seen.submission, seen.form):
        raise PermissionDenied
    try:
        (outcome,) = review.decide(
            seen.form,
            [seen.submission.pk],
            request.POST.get("state", ""),
            by=request.user,
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return _page(request, form_id, seen, error=str(refused), status=refused.status)
    if outcome.approvals and outcome.state != SubmissionState.APPROVED:
        messages.info(request, _("Your approval is kept; a second person has still to approve."))
    else:
        messages.success(request, _("Decided: %(state)s.") % {"state": SubmissionState(outcome.state).label})
    return redirect(_back(request, form_id, seen))


@login_required
@posted_from("submission", "form_id", "instance_id")
def comment(request: HttpRequest, form_id: str, instance_id: str) -> HttpResponse:
    seen = _seen(request, form_id, instance_id)
    if not seen.works:
        raise PermissionDenied
    try:
        findings.add_comment(
            seen.form,
            seen.submission,
            request.POST.get("text", "").replace("\x00", ""),
            by=request.user,
            field=request.POST.get("field", "").replace("\x00", ""),
        )
    except Refused as refused:
        return _page(request, form_id, seen, error=str(refused), status=refused.status)
    return redirect(_back(request, form_id, seen) + "#talk")


@login_required
@posted_from("submission", "form_id", "instance_id")
def settle(request: HttpRequest, form_id: str, instance_id: str, pk: Any) -> HttpResponse:
    seen = _seen(request, form_id, instance_id)
    found: Finding | None = next((one for one in seen.findings if one.pk == pk), None)
    if found is None:
        raise Http404
    if not review.may_review(request.user, seen.submission, seen.form):
        raise PermissionDenied
    try:
        comment = request.POST.get("comment", "").replace("\x00", "")
        findings.settle(seen.form, found, request.POST.get("state", ""), by=request.user, comment=comment)
    except Refused as refused:
        return _page(request, form_id, seen, error=str(refused), status=refused.status)
    messages.success(request, _("Done."))
    return redirect(_back(request, form_id, seen) + f"#finding-{pk}")


@login_required
def edit(request: HttpRequest, form_id: str, instance_id: str) -> HttpResponse:
    """Simple answers as a form; what is changed becomes a new version with its reason."""
    seen = _seen(request, form_id, instance_id)
    if not review.may_review(request.user, seen.submission, seen.form) or seen.submission.sealed:
        raise PermissionDenied
    fields = fields_of(seen)
    error, reason = "", ""
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\x00", "")
        changes = given_of(fields, request.POST)
        try:
            if request.POST.get("current") != str(seen.submission.current_id):
                raise Refused(
                    409, "stale", _("Somebody changed these answers since you opened them. Look at them again.")
                )
            added, removed = rows_of(fields, changes, request.POST)
            if not changes and not removed:
                raise Refused(422, "nothing", _("Nothing was changed."))
            office.changed(
                seen.form, seen.submission, changes, by=request.user, reason=reason, added=added, removed=removed
            )
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, _("The answers are corrected; the review begins anew."))
            return redirect(_back(request, form_id, seen))
    return render(
        request,
        "forms/submission_edit.html",
        {
            "form": seen.form,
            "form_id": form_id,
            "row": seen.submission,
            "fields": fields,
            "error": error,
            "reason": reason,
            "list_query": _list_query(request).urlencode(),
        },
        status=422 if error else 200,
    )


@login_required
def delete(request: HttpRequest, form_id: str, instance_id: str) -> HttpResponse:
    seen = _seen(request, form_id, instance_id)
    if not trash.may_delete(request.user, seen.submission, seen.form):
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            trash.delete(seen.form, [seen.submission.pk], by=request.user, why=request.POST.get("why", ""))
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, _("The submission is in the trash. For thirty days it can be brought back."))
            return redirect("submissions", form_id)
    return render(
        request,
        "forms/submission_delete.html",
        {
            "form": seen.form,
            "form_id": form_id,
            "row": seen.submission,
            "error": error,
            "why": request.POST.get("why", ""),
        },
        status=422 if error else 200,
    )


@login_required
@require_GET
def file(request: HttpRequest, form_id: str, instance_id: str, name: str) -> Any:
    seen = _seen(request, form_id, instance_id)
    response = attachment_response(request, seen, name)
    note_reading(request, seen)
    return response


@login_required
@require_GET
def small(request: HttpRequest, form_id: str, instance_id: str, name: str) -> HttpResponse:
    found = _seen(request, form_id, instance_id).attachment(name)
    if found is None:
        raise Http404
    response = HttpResponse(thumbnail(found), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_GET
def places(request: HttpRequest, form_id: str, instance_id: str) -> JsonResponse:
    """This visit and the others of its site, for the map of the page."""
    seen = _seen(request, form_id, instance_id)
    rows: list[Any] = _located(seen, _visits(seen)) if seen.sees_role("location") else []
    features = []
    for row in rows:
        name = _("This visit") if row.pk == seen.submission.pk else writing.moment(row.received_at)
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row.location.x, row.location.y]},
                "properties": {
                    "ref": _WRITTEN.to_url(row.instance_id), "name_ar": name, "name_ckb": name, "name_en": name,
                },
            }
        )  # fmt: skip
    if seen.sees_role("location"):
        features += _photos(seen)
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _photos(seen: Seen) -> list[dict[str, Any]]:
    """Where photographs say that they were taken."""
    told = []
    for one in seen.attachments if seen.whole else ():
        point = one.location
        if point is not None and math.isfinite(point.x) and math.isfinite(point.y):
            name = _("Photo %(name)s") % {"name": one.name}
            told.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [point.x, point.y]},
                    "properties": {"ref": "", "name_ar": name, "name_ckb": name, "name_en": name},
                }
            )
    return told


_LIST = "forms/<str:form_id>/"
_ONE = "forms/<str:form_id>/submissions/<instance:instance_id>/"
urls: list[URLPattern] = [
    path(f"{_LIST}submissions/", list_views.submissions, name="submissions"),
    path(f"{_LIST}submissions.geojson", list_views.points, name="submissions-points"),
    path(f"{_LIST}review/", list_views.decide, name="submissions-review"),
    path(f"{_LIST}views/", list_views.save_view, name="submissions-view"),
    path(f"{_LIST}trash/", list_views.trash_page, name="submissions-trash"),
    path(_ONE, submission, name="submission"),
    path(f"{_ONE}review/", decide, name="submission-review"),
    path(f"{_ONE}comments/", comment, name="submission-comment"),
    path(f"{_ONE}findings/<uuid:pk>/", settle, name="submission-finding"),
    path(f"{_ONE}edit/", edit, name="submission-edit"),
    path(f"{_ONE}delete/", delete, name="submission-delete"),
    path(f"{_ONE}places.geojson", places, name="submission-places"),
    path(f"{_ONE}files/<path:name>", file, name="submission-file"),
    path(f"{_ONE}thumbnails/<path:name>", small, name="submission-thumbnail"),
]
