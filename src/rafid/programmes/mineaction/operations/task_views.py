"""A task: its page, its draft, its steps, its orders on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.api import record_etag
from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref

from ..models import Activity, Completion, Handover, Hazard, NonConformity, OrdnanceFind, QaVisit, Task
from ..picture.asked import Asked
from ..picture.frame import frame
from ..seeing import may_anywhere, may_do, may_here
from ..stepped import forms_of, opened
from ..stepped import step as taken
from . import accreditations, orders, tasks
from .choosing import acted_for
from .forms import TaskForm
from .ground import drawn


def seen(user: Any, ref: str) -> Task:
    rows = Task.objects.visible_to(user).select_related("organisation", "place", "owner", "spot_task", "made_by")
    found: Task = by_ref(rows, ref)
    return found


@login_required
@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen(request.user, ref))


def _page(request: HttpRequest, task: Task, *, bound: Any = None, error: str = "", status: int = 200) -> HttpResponse:
    user = request.user
    forms = forms_of(user, task, tasks.STEPS, bound)
    hazards = list(Hazard.objects.visible_to(user).filter(tasks=task).select_related("place").order_by("ref"))
    today = timezone.localdate()
    context = {
        "task": task,
        "record": task,
        "forms": forms,
        "opened": opened(forms, bound),
        "error": error,
        "step_url": "mineaction-task-step",
        "hazards": orders.in_words(orders.described(hazards)),
        "map": drawn(orders.described(hazards)),
        "orders": [(one, orders.status(one)) for one in task.orders.order_by("-number")],
        "languages": [("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")],
        "accreditation": task.organisation
        and accreditations.valid(
            task.organisation, task.activity, max(task.valid_from, today) if task.state != "draft" else task.valid_from
        ),
        "others": list(accreditations.of_activity(task.organisation, task.activity)[:3]) if task.organisation else [],
        "links": (links := _links(user, task)),
        "linked": any(links.values()),
        "late": bool(
            task.valid_to and task.valid_to < today and task.state in ("issued", "accepted", "started", "suspended")
        ),
        "reports": _reports(user, task),
        "may_change": task.state == "draft" and may_do(user, "task", task, side="authority"),
        "may_reissue": task.state in ("issued", "accepted", "suspended")
        and may_do(user, "task", task, side="authority"),
        "frame": frame(Asked(today), task.place, Task.objects.filter(pk=task.pk)),
    }
    response = render(request, "mineaction/operations/task.html", context, status=status)
    response["ETag"] = record_etag(task)
    return response


def _reports(user: Any, task: Task) -> list[tuple[str, str]]:
    """(address, word) of what may be reported of a task that was begun."""
    if task.state not in ("started", "suspended", "finished") or not may_do(user, "enter", task):
        return []
    words = {
        "progress": _("Report the days"), "release": _("Report released ground"), "find": _("Report ordnance found"),
        "completion": _("Report the completion"),
    }  # fmt: skip
    return [(f"{reverse('mineaction-report-new', args=[kind])}?task={task.ref}", word) for kind, word in words.items()]


def _links(user: Any, task: Task) -> dict[str, Any]:
    def of(model: Any, **by: Any) -> list[Any]:
        return list(model.objects.visible_to(user).filter(**by).order_by("-on")[:20])

    return {
        "activities": of(Activity, task=task),
        "finds": of(OrdnanceFind, activity__task=task),
        "inspections": of(QaVisit, task=task),
        "nonconformities": of(NonConformity, task=task),
        "completions": of(Completion, task=task),
        "handovers": of(Handover, task=task),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may_anywhere(request.user, "task"):
        raise PermissionDenied
    initial = {"hazards": request.GET.get("hazard", "")[:400], "spot_task": request.GET.get("spot", "")[:40]}
    if initial["spot_task"]:
        from ..models import SpotTask

        spot = SpotTask.objects.visible_to(request.user).filter(ref=initial["spot_task"]).first()
        initial |= {"spot_task": spot.pk if spot else "", "activity": "eod"}
    form = TaskForm(request.user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.given.items() if name != "hazards"}
        owner = getattr(form, "owner", None) or acted_for(request.user, "task").first()
        place = tasks.where(form.cleaned_data["hazards"], given.get("spot_task"))
        if not isinstance(owner, Organisation) or not may_here(
            request.user, "task", owner=owner.pk, place=place, side="authority"
        ):
            raise PermissionDenied
        try:
            task = tasks.draft(by=request.user, owner=owner, hazards=form.cleaned_data["hazards"], **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The task %(ref)s is drafted. Its operator sees it once it is issued.") % {"ref": task.ref}
            )
            return redirect("mineaction-task", task.ref)
    return _asked(request, form, _("New task"), reverse("mineaction-tasks"), _("Draft the task"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, ref: str) -> HttpResponse:
    task = seen(request.user, ref)
    if not may_do(request.user, "task", task, side="authority"):
        raise PermissionDenied
    form = TaskForm(request.user, request.POST or None, task=task)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.given.items() if name != "hazards"}
        try:
            tasks.change(
                task, by=request.user, version=version_read(form.cleaned_data["version"]),
                hazards=form.cleaned_data["hazards"], **given,
            )  # fmt: skip
        except Stale:
            form.add_error(None, _("Somebody changed this since you read it. Look at it again before you decide."))
            return _asked(request, form, task.ref, reverse("mineaction-task", args=[ref]), _("Save"), status=409)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("mineaction-task", task.ref)
    return _asked(request, form, task.ref, reverse("mineaction-task", args=[ref]), _("Save"))


def _asked(request: HttpRequest, form: Any, title: str, back: str, save: str, *, status: int = 0) -> HttpResponse:
    context = {
        "form": form, "title": title, "back": back, "save": save, "trail": [(reverse("mineaction-tasks"), _("Tasks"))],
        "lead": _("What an operator is told to do, where, and until when."),
    }  # fmt: skip
    return render(request, "mineaction/entry.html", context, status=status or (422 if form.errors else 200))


@login_required
@require_POST
def step(request: HttpRequest, ref: str, code: str) -> HttpResponse:
    return taken(
        request, seen(request.user, ref), code, tasks.STEPS, _page, to="mineaction-task",
        again=lambda: seen(request.user, ref),
    )  # fmt: skip


@login_required
@require_POST
def order(request: HttpRequest, ref: str) -> HttpResponse:
    """The next order of a task that is issued already: the ground or what is known of it has changed."""
    task = seen(request.user, ref)
    if not may_do(request.user, "task", task, side="authority"):
        raise PermissionDenied
    try:
        orders.reissue(task, by=request.user, language=get_language() or "ar")
    except Refused as refusal:
        return _page(request, task, error=str(refusal), status=409)
    messages.success(
        request, _("The next order of %(ref)s is issued. The one before is superseded.") % {"ref": task.ref}
    )
    return redirect("mineaction-task", task.ref)


@login_required
@require_safe
def paper(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """An order as PDF, in the language of the page or in ``?in=``."""
    task = seen(request.user, ref)
    row = task.orders.filter(number=number).first() if number < 1_000_000 else None
    if row is None:
        raise Http404
    language = request.GET.get("in") or get_language() or "ar"
    if language not in orders.LANGUAGES:
        raise Http404
    response = HttpResponse(orders.printed(row, language), content_type="application/pdf")
    name = f"{task.ref}-{number}-{language}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Cache-Control"] = "private, no-cache"
    return response
