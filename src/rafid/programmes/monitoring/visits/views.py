"""The page of a visit: answers beside pictures and map, how the score came about, and what may be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons import blobs
from rafid.commons.forms.submissions.review import may_review
from rafid.commons.history import because
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref
from rafid.methods.fieldwork import strip_photo

from ..findings.forms import ObservationForm
from ..findings.raising import failed
from ..models import NonConformity, NotSeenReason, Observation, RuleOverride, Visit, VisitState
from ..models.visits import OPEN
from ..reading import exact_places
from ..seeing import THIRD_PARTY, held, may_here
from .arrived import not_taken, take_again
from .not_made import not_made, schedules, states_for
from .odd import explain, explanations, may_explain, odd_of, photos_by_item
from .queries import answers_of, earlier_of, history_of, photos_of, standing_of, visited_on, visits_seen
from .release import may_release, release
from .scores import parts_of

MARKS = {"yes": "good", "no": "bad", "na": "info"}


def _visit(request: HttpRequest, ref: str) -> Any:
    return by_ref(visits_seen(request.user), ref)


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _shown(request, _visit(request, ref))


def _shown(request: HttpRequest, visit: Any, error: str = "", status: int = 200) -> HttpResponse:
    user = request.user
    standing = standing_of(visit, user)
    photos = {one.name: one for one in photos_of(visit, user)}
    by_item = photos_by_item(visit)
    rows: list[dict[str, Any]] = [
        {
            "answer": one,
            "mark": MARKS[one.result],
            "photos": [photos.pop(name) for name in by_item.get(one.item.code, []) if name in photos],
        }
        for one in answers_of(standing, user)
    ]
    submission = visit.submission
    own = bool(held(user, THIRD_PARTY))
    context = {
        "visit": visit,
        "own_side": own,
        "visited_on": visited_on(visit),
        "standing": standing,
        "parts": parts_of(standing) if standing else [],
        "points": sum(one.points for one in parts_of(standing)) if standing else 0,
        "most": sum(one.most for one in parts_of(standing)) if standing else 0,
        "history": history_of(visit, user),
        "rows": rows,
        "failed": [row["answer"] for row in rows if row["answer"].item.code in visit.failed_critical],
        "more_photos": list(photos.values()),
        "findings": NonConformity.objects.visible_to(user)
        .filter(visit=visit)
        .select_related("item")
        .order_by("opened_on"),
        "observations": Observation.objects.visible_to(user).filter(visit=visit),
        "observation": ObservationForm(),
        "may_note": visit.state == VisitState.DONE and _notes(user, visit),
        "unspoken": len(failed(visit)) if may_here(user, "judge", owner=visit.owner_id, place=visit.place) else 0,
        "overrides": RuleOverride.objects.visible_to(user).filter(visit=visit).select_related("monitor"),
        "earlier": earlier_of(visit, user),
        "odd": odd_of(visit, user) if own else [],
        "said": explanations(visit) if own else [],
        "may_explain": may_explain(user, visit),
        "may_release": may_release(user, visit),
        "may_correct": bool(own and submission and may_review(user, submission, submission.form)),
        "may_plan": bool(visit.state in OPEN and schedules(user, visit)),
        "ends": [(one, VisitState(one).label) for one in states_for(user, visit)],
        "reasons": NotSeenReason.choices,
        "posted": request.POST,
        "not_taken": not_taken(visit, user) if own else [],
        "bounds": _bounds(visit),
        "error": error,
    }
    return render(request, "monitoring/visits/visit.html", context, status=status)


def _notes(user: Any, visit: Visit) -> bool:
    return any(may_here(user, action, owner=visit.owner_id, place=visit.place) for action in ("judge", "visit"))


def _bounds(visit: Visit) -> str:
    """So wide that the borders of the governorate come into sight: a point alone says nothing of where it is."""
    point = visit.site.point
    return f"{point.x - 1.1},{point.y - 0.8},{point.x + 1.1},{point.y + 0.8}" if point is not None else ""


@login_required
@require_safe
def places(request: HttpRequest, ref: str) -> HttpResponse:
    """The site and the pictures, for the map: exactly for those who read exact places, else about where it lies."""
    visit = _visit(request, ref)
    exact = exact_places(request, [visit.site], purpose="map of a visit").get(visit.site_id)
    point = exact.point if exact is not None else visit.site.point
    found = [_feature(point, visit.ref, _("Site"))] if point is not None else []
    if exact is not None:
        found += [
            _feature(one.point, one.name, _("Photo")) for one in photos_of(visit, request.user) if one.point is not None
        ]
        if visit.submission is not None and visit.submission.location is not None:
            found.append(_feature(visit.submission.location, visit.ref, _("Position of the monitor")))
    answer = JsonResponse({"type": "FeatureCollection", "features": found}, content_type="application/geo+json")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _feature(point: Any, ref: str, name: str) -> dict[str, Any]:
    where = {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]}
    return {"type": "Feature", "geometry": where, "properties": {"ref": ref, "name": name}}


@login_required
@require_safe
def photo(request: HttpRequest, ref: str, sha256: str) -> HttpResponse:
    """A picture of the visit without what stands beside it: where, when and by which camera is told elsewhere, to whom may
    know it."""
    visit = _visit(request, ref)
    if not any(one.sha256 == sha256 for one in photos_of(visit, request.user)):
        raise Http404
    try:
        data = strip_photo(blobs.read(sha256))
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    answer = HttpResponse(data, content_type=blobs.sniffed(data[:64]))
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = f'"{sha256}-stripped"'
    return answer


# --- acts -------------------------------------------------------------------------------------------------------------


def _acted(request: HttpRequest, ref: str, act: Any, said: str) -> HttpResponse:
    visit = _visit(request, ref)
    try:
        act(visit)
    except Stale:
        return _shown(request, visit, _("Somebody changed this visit since you opened it. Look at it again."), 409)
    except Refused as refused:
        return _shown(request, _visit(request, ref), str(refused), 422)
    messages.success(request, said)
    return redirect("monitoring-visit", visit.ref)


@login_required
@require_POST
def release_it(request: HttpRequest, ref: str) -> HttpResponse:
    version = version_read(request.POST.get("version", ""))
    return _acted(
        request, ref, lambda visit: release(visit, by=request.user, version=version), _("Released to the partner.")
    )


@login_required
@require_POST
def end_it(request: HttpRequest, ref: str) -> HttpResponse:
    given = request.POST
    return _acted(
        request,
        ref,
        lambda visit: not_made(
            visit, given.get("state", ""), reason=given.get("reason", ""), text=given.get("text", ""), by=request.user,
            version=version_read(given.get("version", "")),
        ),
        _("Written down. The visit stays in the sample, with its reason."),
    )  # fmt: skip


@login_required
@require_POST
def explain_it(request: HttpRequest, ref: str) -> HttpResponse:
    text = request.POST.get("text", "")
    answer = _acted(
        request, ref, lambda visit: explain(visit, text, by=request.user), _("Your explanation stands at the visit.")
    )
    return redirect("monitoring-my") if request.POST.get("back") == "my" and answer.status_code == 302 else answer


@login_required
@require_POST
def take_it_again(request: HttpRequest, ref: str) -> HttpResponse:
    with because("taken again"):
        return _acted(
            request,
            ref,
            lambda visit: take_again(visit, request.POST.get("submission", ""), by=request.user),
            _("The submission is looked at again within a minute."),
        )
