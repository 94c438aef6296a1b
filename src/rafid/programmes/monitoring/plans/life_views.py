"""Pages of a plan's life: registered, drawn, visited, revealed, closed; and the files that repeat its draw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.records.change import Refused, Stale
from rafid.commons.records.queries import by_ref

from ..models import MonitoringPlan, PlanState, Site
from .design_views import own_plan
from .forms import DrawForm, VersionForm, VisitForm, soon
from .queries import PROGRAM, plans_seen, repeatable
from .registering import add_visit, close, draw_sites, register, reveal
from .rights import may_add_visits
from .shown import strata_rows
from .statement import statement_of

METHODS = ["GET", "HEAD", "POST"]


def _page(plan: MonitoringPlan) -> str:
    return reverse("monitoring-plan", args=[plan.ref])


def _asked(
    request: HttpRequest, plan: MonitoringPlan, form: Any, act: Any, said: str, words: dict[str, Any]
) -> HttpResponse:
    """Shows what will happen; after a yes does it, or says on the same page why not."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Stale:
            messages.error(request, _("Somebody changed the plan meanwhile. Look at it again, then decide."))
            return redirect(_page(plan))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect(_page(plan))
    context = {"plan": plan, "form": form, "back": _page(plan), **words}
    return render(request, "monitoring/plans/confirm.html", context, status=422 if form.errors else 200)


def _in_state(request: HttpRequest, plan: MonitoringPlan, state: str) -> HttpResponse | None:
    """Back to the plan where the step is not its next one, as after somebody else took it."""
    if plan.state == state:
        return None
    messages.info(request, _("This step is not the plan's next one."))
    return redirect(_page(plan))


@login_required
@require_http_methods(METHODS)
def registration(request: HttpRequest, ref: str) -> HttpResponse:
    plan = own_plan(request, ref)
    if elsewhere := _in_state(request, plan, PlanState.DRAFT):
        return elsewhere
    strata = strata_rows(plan, request.user)
    if not strata:
        messages.error(request, _("A plan without strata draws nothing. Put the sites into strata first."))
        return redirect(_page(plan))
    sites, drawn = sum(one["sites"] for one in strata), sum(one["stratum"].size for one in strata)
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    frozen = [
        ngettext("The frame: %s site, with its size and stratum.", "The frame: %s sites, with their sizes and "
            "strata.", sites) % sites,
        _("The sample: %(drawn)s visits in %(strata)s strata, with their methods and "
            "settings.") % {"drawn": drawn, "strata": len(strata)},
        _("The seed: this platform makes it from 256 random bits, keeps it enciphered, and publishes its hash. Nobody "
            "reads it before it is revealed, you neither."),
        _("What the sample can show, in three languages, as it stands below."),
    ]  # fmt: skip
    try:
        said = statement_of([(one["stratum"], one["sites"]) for one in strata], plan.aim)
    except ValueError:
        said = {}
    words = {
        "title": _("Register the plan"), "question": _("From now on nothing of this can be "
            "changed:"), "consequences": frozen,
        "action": _("Register and seal the seed"), "said": said.get(request.LANGUAGE_CODE, said.get("en", "")).split("\n"),
    }  # fmt: skip

    def act(values: dict[str, Any]) -> None:
        register(plan, by=request.user, version=values["version"])

    return _asked(
        request, plan, form, act, _("The plan is registered and its seed is sealed. Now draw its sites."), words
    )


@login_required
@require_http_methods(METHODS)
def drawing(request: HttpRequest, ref: str) -> HttpResponse:
    plan = own_plan(request, ref)
    if elsewhere := _in_state(request, plan, PlanState.REGISTERED):
        return elsewhere
    form = DrawForm(request.POST or None, initial={"version": plan.version, "due": soon()})
    words = {
        "title": _("Draw the sites"),
        "question": _("The sealed seed chooses the sites once, and a visit is planned for each of them."),
        "consequences": [
            _("What is drawn stays drawn: a site that is hard to reach is not replaced by another one."),
            _("The partner learns nothing of the sample before the seed is revealed."),
        ],
        "action": _("Draw the sites"),
    }
    return _asked(
        request, plan, form, lambda values: draw_sites(plan, by=request.user, due=values["due"]),
        _("The sites are drawn, and a visit is planned for each."), words,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def revealing(request: HttpRequest, ref: str) -> HttpResponse:
    plan = own_plan(request, ref)
    if elsewhere := _in_state(request, plan, PlanState.RUNNING):
        return elsewhere
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    words = {
        "title": _("Reveal the seed"),
        "question": _("Partners and donors of these contracts then see the seed, the frame and what was drawn, and "
            "anybody can repeat the draw."),
        "consequences": [_("It cannot be sealed again."), _("Not before the last drawn visit: whoever knows the seed "
            "knows the sample.")],
        "action": _("Reveal the seed"),
    }  # fmt: skip
    return _asked(
        request, plan, form, lambda values: reveal(plan, by=request.user, version=values["version"]),
        _("The seed is revealed. Hand out the lines by which anybody repeats the draw."), words,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def closing(request: HttpRequest, ref: str) -> HttpResponse:
    plan = own_plan(request, ref)
    if elsewhere := _in_state(request, plan, PlanState.REVEALED):
        return elsewhere
    form = VersionForm(request.POST or None, initial={"version": plan.version})
    words = {
        "title": _("Close the plan"), "question": _("Nothing is to come to it any more. It stays readable as it "
            "is."), "consequences": [],
        "action": _("Close the plan"),
    }  # fmt: skip
    return _asked(
        request, plan, form, lambda values: close(plan, by=request.user, version=values["version"]),
        _("The plan is closed."), words,
    )  # fmt: skip


@login_required
@require_http_methods(METHODS)
def extra_visit(request: HttpRequest, ref: str) -> HttpResponse:
    """Beside the sample: it is marked, and enters no estimate of what was drawn."""
    plan: MonitoringPlan = by_ref(plans_seen(request.user), ref)
    if not may_add_visits(request.user, plan):
        raise PermissionDenied(_("Your roles do not let you plan visits of this plan."))
    if plan.state in (PlanState.DRAFT, PlanState.CLOSED):
        messages.info(request, _("Visits are added while a plan runs."))
        return redirect(_page(plan))
    sites = Site.objects.visible_to(request.user).filter(contract__plans=plan).order_by("ref")
    form = VisitForm(request.POST or None, sites=sites)

    def act(values: dict[str, Any]) -> None:
        add_visit(
            values["site"], by=request.user, reason=values["reason"], text=values["text"], plan=plan, type=values["type"],
            planned_on=values["planned_on"],
        )  # fmt: skip

    words = {
        "title": _("Add a visit beside the sample"),
        "question": _("For a risk, a complaint, or simply extra. It is marked as such and kept out of the estimates "
            "of the drawn."),
        "consequences": [], "action": _("Add the visit"),
    }  # fmt: skip
    return _asked(request, plan, form, act, _("The visit is added, beside the sample."), words)


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_safe
def draw_file(request: HttpRequest, ref: str) -> HttpResponse:
    plan = by_ref(plans_seen(request.user), ref)
    if not plan.opened:
        raise Http404
    return _file(repeatable(plan, request.user), "application/json", f"{plan.ref}.json")


@login_required
@require_safe
def program_file(request: HttpRequest, ref: str) -> HttpResponse:
    if not by_ref(plans_seen(request.user), ref).opened:
        raise Http404
    return _file(PROGRAM, "text/x-python; charset=utf-8", "repeat_draw.py")
