"""Pages of quality: what waits, the lists, an inspection with its samples and result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.api import record_etag
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..hazards.consent import asked_about
from ..listing import export, page
from ..models import Hazard, NonConformity, QaVisit, QcSample
from ..operations.choosing import acted_for
from ..operations.ground import drawn
from ..operations.orders import described
from ..operations.views import inside
from ..picture.asked import Asked
from ..picture.frame import frame
from ..seeing import may_anywhere, may_do, may_here
from . import findings, sampling, visits
from .checklists import newest, of
from .forms import FindingForm, OutcomeForm, ResultForm, SampleForm, VisitForm, topic
from .lists import LISTS, late

SHOWN = 10


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    inside(request.user)
    user = request.user
    rows = NonConformity.objects.visible_to(user).select_related("organisation")
    hazards = Hazard.objects.visible_to(user).select_related("place")
    planned = QaVisit.objects.visible_to(user).filter(state="planned").select_related("organisation")
    piles = [
        (
            "late",
            _("Non-conformities past their day"),
            late(rows),
            "mineaction-nonconformity",
            "/mineaction/nonconformities/?state=waiting",
            True,
        ),
        (
            "critical",
            _("Critical, not yet settled"),
            rows.filter(severity="critical").exclude(state__in=("closed", "withdrawn")).order_by("due_on"),
            "mineaction-nonconformity",
            "/mineaction/nonconformities/?state=waiting&severity=critical",
            True,
        ),
        (
            "review",
            _("Answered: to be reviewed"),
            rows.filter(state__in=("answered", "under_review", "disputed")).order_by("due_on"),
            "mineaction-nonconformity",
            "/mineaction/nonconformities/?state=answered",
            False,
        ),
        (
            "planned",
            _("Planned inspections"),
            planned.order_by("on"),
            "mineaction-inspection",
            "/mineaction/inspections/?state=planned",
            False,
        ),
        (
            "completed",
            _("Completed: to be checked"),
            hazards.filter(state="completed").order_by("ref"),
            "mineaction-hazard",
            "/records/mineaction/hazard/?state=completed",
            False,
        ),
        (
            "checked",
            _("Checked: to be handed over"),
            hazards.filter(state="checked").exclude(pk__in=asked_about()).order_by("ref"),
            "mineaction-hazard",
            "/records/mineaction/hazard/?state=checked",
            False,
        ),
        (
            "rework",
            _("Sent back to be worked on again"),
            hazards.filter(state="rework").order_by("ref"),
            "mineaction-hazard",
            "/records/mineaction/hazard/?state=rework",
            False,
        ),
    ]
    made = [
        {
            "code": code,
            "title": title,
            "count": found.count(),
            "lines": list(found[:SHOWN]),
            "route": route,
            "more": more,
            "bad": bad,
        }
        for code, title, found, route, more, bad in piles
    ]
    context = {
        "piles": [one for one in made if one["count"]],
        "frame": frame(Asked(timezone.localdate()), None, hazards),
        "may_inspect": may_anywhere(user, "inspect"),
    }
    return render(request, "mineaction/quality/board.html", context)


@login_required
@require_safe
def listed(request: HttpRequest, code: str) -> HttpResponse:
    inside(request.user)
    actions = []
    if code == "inspections" and may_anywhere(request.user, "inspect"):
        actions = [(reverse("mineaction-inspection-new"), _("Plan an inspection"))]
    return page(request, LISTS[code], actions=actions)


@login_required
@require_safe
def file(request: HttpRequest, code: str, kind: str) -> Any:
    inside(request.user)
    return export(request, LISTS[code], kind)


def seen(user: Any, ref: str) -> QaVisit:
    rows = QaVisit.objects.visible_to(user).select_related(
        "hazard", "task", "organisation", "owner", "place", "inspector"
    )
    found: QaVisit = by_ref(rows, ref)
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "inspect"):
        raise PermissionDenied
    initial = {"hazards": request.GET.get("hazard", "")[:80]}
    if request.GET.get("type") == "sampling":
        initial |= {
            "type": "sampling",
            "checklist": next((one.key for one in newest() if one.code == "completion"), ""),
        }
    form = VisitForm(request.user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.given
        held = given["hazard"] or given.get("task")
        owner = held.owner if held is not None else acted_for(request.user, "inspect").first()
        place = held.place if held is not None else None
        if owner is None or not may_here(request.user, "inspect", owner=owner.pk, place=place, side="authority"):
            raise PermissionDenied
        try:
            row = visits.plan(owner=owner, by=request.user, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The inspection %(ref)s is planned.") % {"ref": row.ref})
            return redirect("mineaction-inspection", row.ref)
    context = {
        "form": form, "title": _("Plan an inspection"), "back": reverse("mineaction-inspections"), "save": _("Plan it"),
        "trail": [(reverse("mineaction-quality"), _("Quality"))], "help": "mineaction-quality",
    }  # fmt: skip
    return render(request, "mineaction/entry.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def inspection(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen(request.user, ref))


def _page(request: HttpRequest, visit: QaVisit, *, status: int = 200, error: str = "", **bound: Any) -> HttpResponse:
    user, listed = request.user, of(visit.checklist)
    inspects = may_do(user, "inspect", visit, side="authority")
    open_now = inspects and visit.state == "planned"
    samples = list(QcSample.objects.visible_to(user).filter(visit=visit).order_by("planned_at"))
    drawable = visit.hazard is not None and visit.hazard.ground is not None
    context = {
        "visit": visit,
        "error": error,
        "topic": topic(visit.checklist) if visit.checklist else "",
        "answers": _answers(visit, listed),
        "samples": [
            (
                one,
                bound.get("outcome")
                if bound.get("sample") == one.pk
                else OutcomeForm(one)
                if open_now and not one.result
                else None,
            )
            for one in samples
        ],
        "map": drawn(_shapes(visit, samples)) if drawable else "",
        "sample_form": (bound.get("plan") or SampleForm()) if open_now and drawable else None,
        "result_form": (bound.get("result") or ResultForm(visit, listed)) if open_now else None,
        "finding_form": (bound.get("finding") or FindingForm()) if inspects else None,
        "opened": next(iter(bound), ""),
        "findings": NonConformity.objects.visible_to(user).filter(visit=visit).order_by("ref"),
        "frame": frame(Asked(timezone.localdate()), visit.place, QaVisit.objects.filter(pk=visit.pk)),
    }
    response = render(request, "mineaction/quality/inspection.html", context, status=status)
    response["ETag"] = record_etag(visit)
    return response


def _shapes(visit: QaVisit, samples: list[QcSample]) -> list[dict[str, Any]]:
    """The hazard, and over it the cells that were drawn."""
    import json

    found = described([visit.hazard])
    for one in samples:
        if one.ground is not None:
            found.append(
                {
                    "ref": "",
                    "classification": "SHA",
                    "group": "closed",
                    "ground": json.loads(one.ground.geojson),
                    "points": [],
                }
            )
    return found


def _answers(visit: QaVisit, listed: Any) -> list[dict[str, Any]]:
    words = {"yes": _("Yes"), "no": _("No"), "na": _("Does not apply")}
    if not visit.answers:
        return []
    names = {item.code: item for item in listed.items} if listed else {}
    return [
        {"text": names[code].text if code in names else code, "source": names[code].source if code in names else "",
         "word": words.get(value, value), "bad": value == "no"}
        for code, value in visit.answers.items()
    ]  # fmt: skip


def _mine(request: HttpRequest, ref: str) -> QaVisit:
    visit = seen(request.user, ref)
    if not may_do(request.user, "inspect", visit, side="authority"):
        raise PermissionDenied
    return visit


@login_required
@require_POST
def sample(request: HttpRequest, ref: str) -> HttpResponse:
    visit = _mine(request, ref)
    form = SampleForm(request.POST)
    if not form.is_valid():
        return _page(request, visit, status=422, plan=form)
    try:
        made = sampling.plan(visit, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, visit, status=422, plan=form)
    messages.success(
        request,
        _("%(size)s cells are drawn of %(lot)s. The plan stays as it is.")
        % {"size": made.plan["size"], "lot": made.plan["lot"]},
    )
    return redirect("mineaction-inspection", visit.ref)


@login_required
@require_POST
def outcome(request: HttpRequest, ref: str, pk: Any) -> HttpResponse:
    visit = _mine(request, ref)
    row = visit.samples.filter(pk=pk).first()
    if row is None:
        raise Http404
    form = OutcomeForm(row, request.POST)
    if not form.is_valid():
        return _page(request, visit, status=422, sample=row.pk, outcome=form)
    try:
        sampling.record(row, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, visit, status=422, sample=row.pk, outcome=form)
    return redirect("mineaction-inspection", visit.ref)


@login_required
@require_POST
def result(request: HttpRequest, ref: str) -> HttpResponse:
    visit = _mine(request, ref)
    form = ResultForm(visit, of(visit.checklist), request.POST)
    if not form.is_valid():
        return _page(request, visit, status=422, result=form)
    given = form.cleaned_data
    try:
        row = visits.conclude(
            visit, by=request.user, version=version_read(given["version"]), result=given["result"], answers=form.answers,
            comment=given["comment"], on=given["on"], checked=bool(given.get("checked")),
        )  # fmt: skip
    except Stale:
        return _page(
            request,
            seen(request.user, ref),
            status=409,
            error=_("Somebody changed this since you read it. Look at it again before you decide."),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, visit, status=422, result=form)
    messages.success(
        request,
        _("The inspection %(ref)s is closed: %(result)s.") % {"ref": row.ref, "result": row.get_result_display()},
    )
    return redirect("mineaction-inspection", visit.ref)


@login_required
@require_POST
def finding(request: HttpRequest, ref: str) -> HttpResponse:
    visit = _mine(request, ref)
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _page(request, visit, status=422, finding=form)
    given = form.given
    try:
        row = findings.open_finding(
            owner=visit.owner,
            organisation=visit.organisation,
            place=visit.place,
            visit=visit,
            hazard=visit.hazard,
            task=visit.task,
            by=request.user,
            **given,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, visit, status=422, finding=form)
    messages.success(request, _("The non-conformity %(ref)s is open.") % {"ref": row.ref})
    return redirect("mineaction-nonconformity", row.ref)
