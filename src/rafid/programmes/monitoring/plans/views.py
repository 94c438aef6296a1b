"""Plans: the list with what is to be done next, and one plan by its state."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.records.queries import by_ref

from ..models import Contract, MonitoringPlan, PlanState, Stratum
from ..seeing import OFFICE, held, may_anywhere
from . import design_views, life_views, site_views
from .queries import PROGRAM, plans_seen, repeatable
from .rights import knows_sample, may_add_visits, may_plan
from .shown import dots, frame_rows, outcome, sha256, since_last, statement, strata_rows, visit_rows
from .steps import Course, courses, next_step

PAGE = 50


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    filters = Filters(request.GET)
    state = filters.one_of("state", _("State"), PlanState.values, "")
    rows = plans_seen(request.user).order_by("-period", "ref")
    if state:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    office = bool(held(request.user, OFFICE))
    known = {plan.pk for plan in page if knows_sample(request.user, plan)}
    of_plan = courses([plan for plan in page if plan.pk in known])
    made = set(Stratum.objects.visible_to(request.user).filter(plan__in=list(page)).values_list("plan", flat=True))
    lines = []
    for plan in page:
        course = of_plan.get(plan.pk, Course())
        step = next_step(plan, course, strata=plan.pk in made) if may_plan(request.user, plan) else ""
        lines.append({"plan": plan, "known": plan.pk in known, "course": course, "step": step})
    context = {
        "lines": lines, "page": page, "states": PlanState.choices, "state": state, "filter_notes": filters.notes,
        "office": office, "may_plan": may_anywhere(request.user, "plan"),
    }  # fmt: skip
    return render(request, "monitoring/plans/list.html", context)


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    plan = by_ref(plans_seen(request.user), ref)
    known = knows_sample(request.user, plan)
    visits = visit_rows(plan, request.user)
    before, changes = since_last(plan) if known and not plan.opened else (None, None)
    rows = frame_rows(plan, request.user, changes) if known else []
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    course = outcome(visits)
    strata = strata_rows(plan, request.user)
    mine = may_plan(request.user, plan)
    context = {
        "plan": plan,
        "known": known,
        "contracts": Contract.objects.visible_to(request.user).filter(plans=plan).select_related("partner"),
        "strata": strata,
        "size": sum(one["stratum"].size for one in strata),
        "statement": statement(plan, request.user),
        "rows": shown,
        "page": shown,
        "in_frame": len([row for row in rows if row.stratum]),
        "left_out": len([row for row in rows if not row.stratum]),
        "unsized": len([row for row in rows if not row.size]),
        "placed": dots(rows),
        "before": before
        if before and MonitoringPlan.objects.visible_to(request.user).filter(pk=before.pk).exists()
        else None,
        "changes": changes,
        "visits": visits,
        "outcome": course,
        "may_plan": mine,
        "may_add": may_add_visits(request.user, plan),
        "step": _step(plan, course, bool(strata)) if mine else "",
        **(_repeat(plan, request.user) if plan.opened else {}),
        **(design_views.forms_of(plan, request.user) if mine and plan.state == PlanState.DRAFT else {}),
    }
    return render(request, "monitoring/plans/plan.html", context)


def _step(plan: MonitoringPlan, course: dict[str, Any], strata: bool) -> str:
    return next_step(plan, Course(course["drawn"], course["seen"], course["unseen"], course["waiting"]), strata=strata)


def _repeat(plan: MonitoringPlan, user: Any) -> dict[str, Any]:
    """Files and lines by which anybody draws the same sites without this platform."""
    return {
        "program": PROGRAM.decode(),
        "program_hash": sha256(PROGRAM),
        "file_hash": sha256(repeatable(plan, user)),
    }


@login_required
@require_safe
def points(request: HttpRequest, ref: str) -> HttpResponse:
    """The frame's sites at their coarse places, for those who see the register of sites."""
    plan = by_ref(plans_seen(request.user), ref)
    rows = frame_rows(plan, request.user, None) if knows_sample(request.user, plan) else []
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.site.point.x, row.site.point.y]},
            "properties": {
                "ref": row.site.ref, "name_ar": row.site.name_ar, "name_ckb": row.site.name_ckb, "name_en": row.site.name_en,
                "stratum": row.stratum,
            },
        }
        for row in rows
        if row.site and row.site.point
    ]  # fmt: skip
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "private, no-cache"
    return response


urls = [
    path("plans/", listing, name="monitoring-plans"),
    path("plans/new/", design_views.new, name="monitoring-plan-new"),
    path("plans/<str:ref>/", page, name="monitoring-plan"),
    path("plans/<str:ref>/frame.geojson", points, name="monitoring-plan-points"),
    path("plans/<str:ref>/split/", design_views.split_frame, name="monitoring-plan-split"),
    path("plans/<str:ref>/stratum/", design_views.stratum, name="monitoring-plan-stratum"),
    path("plans/<str:ref>/remove/", design_views.remove, name="monitoring-plan-remove"),
    path("plans/<str:ref>/anew/", design_views.anew, name="monitoring-plan-anew"),
    path("plans/<str:ref>/size/", design_views.size, name="monitoring-plan-size"),
    path("plans/<str:ref>/register/", life_views.registration, name="monitoring-plan-register"),
    path("plans/<str:ref>/draw/", life_views.drawing, name="monitoring-plan-draw"),
    path("plans/<str:ref>/visit/", life_views.extra_visit, name="monitoring-plan-visit"),
    path("plans/<str:ref>/reveal/", life_views.revealing, name="monitoring-plan-reveal"),
    path("plans/<str:ref>/close/", life_views.closing, name="monitoring-plan-close"),
    path("plans/<str:ref>/draw.json", life_views.draw_file, name="monitoring-plan-file"),
    path("plans/<str:ref>/repeat_draw.py", life_views.program_file, name="monitoring-plan-program"),
    *site_views.urls,
]
