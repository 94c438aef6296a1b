"""Pages of independence: the rotation matrix, declarations, employers, exceptions, and what was not seen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import Filters
from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref, period_days

from ..models import Contract, Declaration, Employment, Leave, Monitor, MonitoringPlan, Visit
from ..refusals import told
from ..seeing import may_here
from . import not_seen
from .access import office, owner_asked, third_party
from .days import DAY, quarter_of
from .forms import DeclarationForm, EmploymentForm, LeaveForm, span
from .independence import declarations, matrix, overrides, without_declaration
from .rotation import MOST_IN_A_ROW, UNANNOUNCED

FIVE_YEARS = timedelta(days=5 * 366)


def _quarters(today: date) -> list[str]:
    """The last eight, the newest first."""
    found, on = [], today
    for _number in range(8):
        code, first, _until = quarter_of(on)
        found.append(code)
        on = first - DAY
    return found


def _last_visited(user: Any, owner: Organisation | None, quarters: list[str]) -> str:
    """The quarter of the last visit that was made or denied: this one has none in its first weeks."""
    rows = Visit.objects.visible_to(user).filter(owner=owner, state__in=("done", "denied"))
    last = rows.aggregate(last=Max("planned_on"))["last"]
    code = quarter_of(last)[0] if last else quarters[0]
    return code if code in quarters else quarters[0]


@office
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    owner, today = owner_asked(request), timezone.localdate()
    filters = Filters(request.GET)
    quarters = [*_quarters(today), str(today.year), str(today.year - 1)]
    period = filters.one_of("period", _("Period"), quarters, _last_visited(request.user, owner, quarters))
    days = period_days(period) or (today, today)
    context: dict[str, Any] = {
        "tab": "independence", "owner": owner, "period": period, "periods": quarters, "filter_notes": filters.notes,
        "most": MOST_IN_A_ROW, "least": UNANNOUNCED, "today": today,
    }  # fmt: skip
    if owner is not None:
        found = matrix(request.user, owner, *days)
        context |= {
            "matrix": found,
            "declarations": declarations(request.user, owner),
            "overrides": overrides(request.user, owner, *days),
            "silent": without_declaration(found.rows),
            "employers": Employment.objects.visible_to(request.user)
            .filter(monitor__owner=owner, organisation__isnull=False)
            .exclude(ended_on__lt=today - FIVE_YEARS)
            .select_related("monitor", "organisation")
            .order_by("monitor__code", "-began_on"),
        }
    return render(request, "monitoring/weeks/independence.html", context)


@office
@require_safe
def not_seen_page(request: HttpRequest) -> HttpResponse:
    owner = owner_asked(request)
    filters = Filters(request.GET)
    plans = MonitoringPlan.objects.visible_to(request.user).filter(owner=owner).exclude(state="draft")
    periods = sorted(set(plans.values_list("period", flat=True)), reverse=True)
    period = filters.one_of("period", _("Period"), periods, "")
    plan = filters.one_of("plan", _("Plan"), list(plans.values_list("ref", flat=True)), "")
    rows, beside = not_seen.lines(request.user, owner, period)
    visits = not_seen.visits(request.user, owner, period, plan)
    context = {
        "tab": "not-seen", "lines": rows, "beside": beside, "period": period, "periods": periods, "plan": plan,
        "page": Paginator(visits, 50).get_page(request.GET.get("page")), "filter_notes": filters.notes,
    }  # fmt: skip
    return render(request, "monitoring/weeks/not_seen.html", context)


@third_party
@require_http_methods(["GET", "POST"])
def monitor(request: HttpRequest, monitor: str) -> HttpResponse:
    """A monitor's employers, declarations and leave. Monitors write their own, managers those of all."""
    row: Monitor = by_ref(Monitor.objects.visible_to(request.user), monitor)
    partners = Organisation.objects.filter(pk__in=Contract.objects.filter(owner=row.owner_id).values("partner"))
    partners = partners.order_by("ref")
    may = row.account_id == request.user.pk or may_here(request.user, "schedule", owner=row.owner_id, place=row.place)
    forms: dict[str, Any] = {
        "declaration": DeclarationForm(partners=partners, prefix="declaration"),
        "employment": EmploymentForm(partners=partners, prefix="employment"),
        "leave": LeaveForm(prefix="leave"),
    }
    status = 200
    if request.method == "POST" and may:
        kind = request.POST.get("kind", "")
        more = {} if kind == "leave" else {"partners": partners}
        if kind == "until":
            return _end(request, row)
        if kind in forms:
            forms[kind] = form = type(forms[kind])(request.POST, prefix=kind, **more)
            if form.is_valid() and _kept(request, form, row):
                messages.success(request, _("It is written down."))
                return redirect("monitoring-monitor", row.ref)
        status = 422
    elif request.method == "POST":
        status = 403
    context = {
        "tab": "independence",
        "monitor": row,
        "forms": forms,
        "may": may,
        "today": timezone.localdate(),
        "declarations": Declaration.objects.visible_to(request.user).filter(monitor=row).select_related("partner"),
        "employers": Employment.objects.visible_to(request.user).filter(monitor=row).select_related("organisation"),
        "leave": [
            (one, one.days.upper - DAY)
            for one in Leave.objects.visible_to(request.user).filter(monitor=row).order_by("-days")
        ],
    }
    return render(request, "monitoring/weeks/monitor.html", context, status=status)


def _kept(request: HttpRequest, form: Any, monitor: Monitor) -> bool:
    row = form.save(commit=False)
    row.monitor, row.made_by = monitor, request.user
    if isinstance(form, LeaveForm):
        row.days = span(form)
    try:
        with (
            told(type(row)),
            because("declared by the monitor" if monitor.account_id == request.user.pk else "declared"),
        ):
            row.save()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _end(request: HttpRequest, monitor: Monitor) -> HttpResponse:
    """A declaration ends; it stays on record."""
    rows = Declaration.objects.visible_to(request.user).filter(monitor=monitor, until=None)
    row = rows.filter(pk=request.POST.get("pk") or None).first() if _is_id(request.POST.get("pk", "")) else None
    if row is not None:
        with told(Declaration), because("declaration ended"):
            row.until = max(timezone.localdate(), row.since)
            row.save()
        messages.success(request, _("The declaration ends today; it stays on record."))
    return redirect("monitoring-monitor", monitor.ref)


def _is_id(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        return False
    return True
