"""Pages on which a plan is designed: begin it, put its sites into strata, choose sizes while the statement follows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rafid.commons.filters import small_number
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..models import MonitoringPlan, PlanState
from ..seeing import may_anywhere
from . import sizes
from .curves import curve_picture
from .designing import add_stratum, begin, grouped, keep_sizes, left_out, pool, remove_stratum, split, take_anew
from .forms import PlanForm, SettingsForm, SplitForm, StratumForm, quarters
from .queries import plans_seen
from .rights import contracts_to_plan, may_plan


def own_plan(request: HttpRequest, ref: str) -> MonitoringPlan:
    """Out of scope is 404; seen and not one's own to change is 403."""
    plan: MonitoringPlan = by_ref(plans_seen(request.user), ref)
    if not may_plan(request.user, plan):
        raise PermissionDenied(_("Your roles do not let you design this plan."))
    return plan


def draft(request: HttpRequest, ref: str) -> MonitoringPlan:
    plan = own_plan(request, ref)
    if plan.state != PlanState.DRAFT:
        raise PermissionDenied(_("The plan is registered: its frame, strata and sizes stay as they are."))
    return plan


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "plan"):
        raise Http404
    contracts = contracts_to_plan(request.user)
    form = PlanForm(request.POST or None, contracts=contracts)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            plan = begin(by=request.user, **{**values, "contracts": list(values["contracts"])})
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The plan is begun. Now put its sites into strata."))
            return redirect("monitoring-plan", plan.ref)
    context = {"form": form, "contracts": contracts.exists(), "quarters": quarters(timezone.localdate())}
    return render(request, "monitoring/plans/new.html", context, status=422 if form.errors else 200)


def forms_of(plan: MonitoringPlan, user: Any) -> dict[str, Any]:
    """For the page of a draft."""
    there = pool(plan)
    first = {"total": max(1, round(len(there) / 5)), "by": "partner"}
    return {"split": SplitForm(initial=first), "stratum_form": _stratum_form(plan), "there": len(there)}


def _stratum_form(plan: MonitoringPlan, data: Any = None) -> StratumForm:
    rest = left_out(plan)
    return StratumForm(
        data, partners=sorted(grouped(rest, "partner")), governorates=sorted(grouped(rest, "governorate"))
    )


def _told(form: Any) -> str:
    """What a form on a page of several says, as one sentence for the top."""
    said = [
        f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]
    return " ".join(said)


@login_required
@require_POST
def split_frame(request: HttpRequest, ref: str) -> HttpResponse:
    plan = draft(request, ref)
    form = SplitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _told(form))
        return redirect("monitoring-plan", plan.ref)
    return _done(request, plan, lambda: split(plan, user=request.user, **form.cleaned_data), _("The strata are made."))


@login_required
@require_POST
def stratum(request: HttpRequest, ref: str) -> HttpResponse:
    plan = draft(request, ref)
    form = _stratum_form(plan, request.POST)
    if not form.is_valid():
        messages.error(request, _told(form))
        return redirect("monitoring-plan", plan.ref)
    sites = left_out(plan)
    for by, name in form.chosen.items():
        sites = grouped(sites, by).get(name, [])
    values = form.cleaned_data

    def act() -> None:
        add_stratum(
            plan, name=values["name"], size=values["size"], method=values["method"], sites=sites, user=request.user
        )

    return _done(request, plan, act, _("The stratum is added."))


@login_required
@require_POST
def remove(request: HttpRequest, ref: str) -> HttpResponse:
    plan = draft(request, ref)
    gone = _stratum(plan, request.POST.get("stratum", ""))
    if gone is None:
        raise Http404
    return _done(
        request, plan, lambda: remove_stratum(plan, gone, user=request.user),
        _("The stratum is taken away; its sites are left out of the frame now."),
    )  # fmt: skip


@login_required
@require_POST
def anew(request: HttpRequest, ref: str) -> HttpResponse:
    plan = draft(request, ref)
    return _done(
        request,
        plan,
        lambda: take_anew(plan, user=request.user),
        _("The frame is as the register of sites stands today."),
    )


def _done(request: HttpRequest, plan: MonitoringPlan, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("monitoring-plan", plan.ref)


def _stratum(plan: MonitoringPlan, name: str) -> Any:
    return next((one for one in sizes.strata_of(plan) if one.name == name), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def size(request: HttpRequest, ref: str) -> HttpResponse:
    """The slider. GET with numbers shows what they could show (the whole page, or its statement for the script that asks
    while the slider moves); POST keeps them."""
    plan = draft(request, ref)
    asked = request.POST or request.GET
    strata = sizes.strata_of(plan)
    one = next((row for row in strata if row.name == asked.get("of")), None)
    chosen = [one] if one else strata
    if not chosen:
        messages.info(request, _("Put the sites into strata first."))
        return redirect("monitoring-plan", plan.ref)
    first = one or strata[0]
    form = _settings(plan, first, asked)
    most, least = sum(row.sites for row in chosen), len(chosen)
    total = small_number(asked.get("size", "")) or sum(row.size for row in chosen)
    total = min(max(total, least), most)
    if request.method == "POST" and form.is_valid():
        try:
            keep_sizes(
                plan, dict(zip([row.pk for row in chosen], sizes.spread(chosen, total), strict=True)),
                method=form.cleaned_data["method"], settings=form.settings,
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The size is kept."))
            return redirect("monitoring-plan", plan.ref)
    context = {
        "plan": plan, "strata": strata, "of": one, "form": form, "least": least, "most": most, "total": total,
        "other": small_number(asked.get("other", "")), **_columns(request, plan, chosen, form, total, asked),
    }  # fmt: skip
    part = request.headers.get("HX-Request") == "true"
    template = "monitoring/plans/statement.html" if part else "monitoring/plans/size.html"
    response = render(request, template, context, status=422 if form.errors and request.method == "POST" else 200)
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "private, no-store"
    return response


def _settings(plan: MonitoringPlan, stratum: Any, asked: Any) -> SettingsForm:
    given = "method" in asked
    form = SettingsForm(asked if given else None, aim=plan.aim, stratum=stratum)
    if given:
        return form
    return SettingsForm({name: form.get_initial_for_field(field, name) for name, field in form.fields.items()},
                        aim=plan.aim, stratum=stratum)  # fmt: skip


def _columns(
    request: HttpRequest, plan: MonitoringPlan, chosen: list[Any], form: SettingsForm, total: int, asked: Any
) -> dict[str, Any]:
    if not form.is_valid():
        return {"columns": []}
    other = small_number(asked.get("other", ""))
    least, most = len(chosen), sum(row.sites for row in chosen)
    totals = [total]
    if other:
        totals.append(min(max(other, least), most))
    values, settings = form.cleaned_data, form.settings
    missed = sizes.missed_before(plan, request.user)
    columns = [
        sizes.column(
            chosen, one, plan.aim, a_week=values["a_week"], missed=missed, method=values["method"], settings=settings
        )
        for one in totals
    ]
    first = chosen[0]
    tolerable = settings.get("tolerable") or first.tolerable or 0.1
    return {
        "columns": columns,
        "one": len(chosen) == 1,
        "suggested": sizes.suggested(first, plan.aim, settings) if len(chosen) == 1 else None,
        "curve": curve_picture(sizes.curve(first.sites, tolerable), [column.total for column in columns], first.sites)
        if len(chosen) == 1
        else None,
        "tolerable": 100 * tolerable,
    }
