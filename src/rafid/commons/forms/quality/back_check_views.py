"""Pages of back-checks and of visits against the plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rafid.commons.filters import echoed, small_number
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may

from ..addressing import submission_seen
from ..models import Form
from ..questions import answer_words, book_of
from .back_check_results import rates_of
from .back_checks import NotDrawn, draw_back_checks, link_by_hand, of_reader
from .measured import rows_of_reviewer
from .views import form_to_look_at, list_url, visit_url
from .visit_plans import DONE, LARGEST, LATE, OPEN, OVERDUE, PlanRefused, compare, import_plan, reviews_all

PAGE = 50
ITEM_TYPES = {
    1: gettext_lazy("should not change"),
    2: gettext_lazy("hard to ask"),
    3: gettext_lazy("unstable"),
}
PLAN_STATES = {
    DONE: gettext_lazy("Visited in time"),
    LATE: gettext_lazy("Visited late"),
    OVERDUE: gettext_lazy("Overdue"),
    OPEN: gettext_lazy("Still to come"),
}


def form_to_draw_from(request: HttpRequest, pk: UUID) -> Form:
    form = form_to_look_at(request, pk)
    if not may(request.user, "review", form.programme):
        raise PermissionDenied(_("Back-checks and plans are for those who review the submissions of this form."))
    return form


@login_required
@require_GET
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_to_look_at(request, pk)
    rates = rates_of(form, request.user)
    book = book_of(form)
    titles = {column.name: book.title(column) for column in book.main}
    fields = {column.name: book.field(column.path) for column in book.main if column.name in rates.types}
    checks = of_reader(form, request.user)
    made = checks.filter(repeated__isnull=False).count()
    shown = Paginator(checks.order_by("repeated", "due_on", "pk"), PAGE).get_page(request.GET.get("page"))
    again = {one.repeated_id for one in shown} - {None}
    reviewed = set(rows_of_reviewer(form, request.user).filter(pk__in=again).values_list("pk", flat=True))
    owners = {one.pk: one.name for one in Organisation.objects.filter(pk__in=rates.by_owner)}
    today = timezone.localdate()
    return render(
        request,
        "forms/back_checks.html",
        {
            "form": form,
            "tab": "back-checks",
            "rates": rates,
            "share": _percent(rates.whole),
            "drawn": checks.count(),
            "made": made,
            "overdue": checks.filter(repeated=None, due_on__lt=today).count(),
            "page": shown,
            "rows": [
                {
                    "check": one,
                    "site": book.role_words(form, "site", one.original.site),
                    "interviewer": book.role_words(form, "interviewer", one.original.interviewer),
                    "url": visit_url(form, one.original.instance_id),
                    "again": visit_url(form, one.repeated.instance_id) if one.repeated_id in reviewed else "",
                    "overdue": one.repeated is None and one.due_on is not None and one.due_on < today,
                }
                for one in shown
            ],
            "by_type": [(kind, ITEM_TYPES[kind], rate, _percent(rate)) for kind, rate in sorted(rates.by_type.items())],
            "by_item": [
                (titles.get(name, name), rates.types[name], rate, _percent(rate))
                for name, rate in sorted(rates.by_item.items(), key=lambda one: -_percent_or(one[1]))
            ],
            "by_interviewer": [
                {
                    "name": book.role_words(form, "interviewer", name),
                    "owner": owners.get(owner, ""),
                    "rate": rate,
                    "share": _percent(rate),
                    "url": list_url(form, interviewer=name),
                }
                for (owner, name), rate in sorted(rates.by_interviewer.items(), key=lambda one: -_percent_or(one[1]))
            ],
            "mismatches": [
                {
                    "item": titles.get(one.item, one.item),
                    "kind": ITEM_TYPES[one.kind],
                    "first": answer_words(fields.get(one.item), one.first),
                    "second": answer_words(fields.get(one.item), one.second),
                    "site": book.role_words(form, "site", one.check.original.site),
                    "interviewer": book.role_words(form, "interviewer", one.check.original.interviewer),
                    "url": visit_url(form, one.check.original.instance_id),
                    "again": visit_url(form, one.check.repeated.instance_id),
                }
                for one in rates.mismatches[:200]
            ],
            "may_draw": may(request.user, "review", form.programme),
        },
    )


def _percent(rate: tuple[int, int, float]) -> float | None:
    return 100 * rate[2] if rate[0] else None


def _percent_or(rate: tuple[int, int, float]) -> float:
    return rate[2] if rate[0] else -1.0


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a draw: how many, by what, until when, and which questions are asked again."""
    form = form_to_draw_from(request, pk)
    book = book_of(form)
    columns = [one for one in book.main if _may_ask_again(book, one)]
    before = of_reader(form, request.user).order_by("-drawn_at").first()
    given: dict[str, Any] = {
        "by_risk": "5", "at_random": "5", "seed": "", "since": "",
        "due_on": (timezone.localdate() + timedelta(days=14)).isoformat(),
    }  # fmt: skip
    items = dict(before.items) if before else {}
    problem = ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        items = {
            one.name: int(kind)
            for one in columns
            if (kind := request.POST.get(f"item-{one.name}", "")) in ("1", "2", "3")
        }
        try:
            made = draw_back_checks(form, request.user, items=items, **_read(given))
        except NotDrawn as refusal:
            problem = str(refusal)
        else:
            count = made.back_checks.count()
            messages.success(
                request,
                _("%(count)s visits were drawn, with the seed %(seed)s.") % {"count": count, "seed": made.seed},
            )
            return redirect("form-back-checks", form.pk)
    return render(
        request,
        "forms/back_check_draw.html",
        {
            "form": form,
            "tab": "back-checks",
            "given": given,
            "problem": problem,
            "columns": [{"name": one.name, "title": book.title(one), "type": items.get(one.name)} for one in columns],
            "types": ITEM_TYPES.items(),
        },
        status=422 if problem else 200,
    )


def _may_ask_again(book: Any, column: Any) -> bool:
    """Questions that a person answers, other than positions, files and notes."""
    field = book.field(column.path)
    plain = field is not None and field.control and not field.calculate and not field.preload
    return bool(plain) and field.type in ("string", "int", "decimal", "select_one", "select_multiple", "date", "time")


def _read(given: dict[str, str]) -> dict[str, Any]:
    """Raises ``NotDrawn``, naming the field."""
    counts = {name: small_number(given[name] or "0") for name in ("by_risk", "at_random")}
    if None in counts.values():
        raise NotDrawn(_("Write how many visits are drawn as a whole number."))
    seed = small_number(given["seed"]) if given["seed"] else None
    if given["seed"] and seed is None:
        raise NotDrawn(_("The seed is a whole number of at most nine digits, or left empty."))
    due, since = _day(given["due_on"]), _day(given["since"])
    if due is None:
        raise NotDrawn(_("Write the day until which they are due as 2026-09-30."))
    if given["since"] and since is None:
        raise NotDrawn(_("Write the day since which visits are drawn as 2026-09-30, or leave it empty."))
    return {**counts, "seed": seed, "due_on": due, "since": since}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@login_required
@require_POST
def link(request: HttpRequest, pk: UUID, check: UUID) -> HttpResponse:
    """The submission that repeats a drawn visit, by its instanceID."""
    form = form_to_draw_from(request, pk)
    one = get_object_or_404(of_reader(form, request.user), pk=check)
    named = request.POST.get("instance_id", "").strip()
    try:
        repeated = submission_seen(request.user, form, named or "-", rows_of_reviewer(form, request.user))
        link_by_hand(one, repeated)
    except Http404:
        messages.error(request, _("There is no submission “%(name)s” in this form.") % {"name": echoed(named)})
    except NotDrawn as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The back-check is linked."))
    return redirect("form-back-checks", form.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = form_to_look_at(request, pk)
    problems: list[str] = []
    may_plan = may(request.user, "review", form.programme) and reviews_all(request.user, form)
    if request.method == "POST":
        if not may_plan:
            raise PermissionDenied(_("A plan is uploaded by somebody who reviews the whole form."))
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise PlanRefused([_("Choose a file.")])
            data = upload.read(LARGEST + 1)
            count = import_plan(form, data, replace=request.POST.get("replace") == "on")
        except PlanRefused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("Planned visits that are new: %(count)s.") % {"count": count})
            return redirect("form-plan", form.pk)
    compared = compare(form, request.user)
    book = book_of(form)
    state = request.GET.get("state", "")
    rows = [one for one in compared.planned if state not in PLAN_STATES or one.state == state]
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "forms/plan.html",
        {
            "form": form,
            "tab": "plan",
            "problems": problems,
            "page": shown,
            "rows": [
                {
                    "planned": one,
                    "site": book.role_words(form, "site", one.plan.site),
                    "state": PLAN_STATES[one.state],
                    "url": visit_url(form, one.visit.instance_id) if one.visit else "",
                }
                for one in shown
            ],
            "counts": [(code, name, compared.count(code)) for code, name in PLAN_STATES.items()],
            "state": state if state in PLAN_STATES else "",
            "total": len(compared.planned),
            "unplanned": [{"visit": one, "url": visit_url(form, one.instance_id)} for one in compared.unplanned[:100]],
            "unplanned_total": len(compared.unplanned),
            "may_plan": may_plan,
        },
        status=422 if problems else 200,
    )


urls = [
    path("forms/<uuid:pk>/quality/back-checks/", listing, name="form-back-checks"),
    path("forms/<uuid:pk>/quality/back-checks/draw/", draw, name="form-back-check-draw"),
    path("forms/<uuid:pk>/quality/back-checks/<uuid:check>/", link, name="form-back-check"),
    path("forms/<uuid:pk>/quality/plan/", plan, name="form-plan"),
]
