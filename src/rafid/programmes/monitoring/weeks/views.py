"""A week: days by teams, what is to be done first, the visits that wait, and where they are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models.visits import NOT_SEEN
from ..seeing import may_anywhere
from .access import owner_asked, third_party
from .days import DAY, week_days, week_of
from .queries import features, next_day, visits_between, week
from .routing import DETOUR, KMH


def days_or_404(code: str) -> list[date]:
    days = week_days(code)
    if days is None:
        raise Http404
    return days


@third_party
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("day", "")
    try:
        on = date.fromisoformat(asked)
    except ValueError:
        on = timezone.localdate()
    return redirect("monitoring-week", week_of(on))


@third_party
@require_safe
def page(request: HttpRequest, week_code: str) -> HttpResponse:
    days = days_or_404(week_code)
    owner = owner_asked(request)
    context: dict[str, Any] = {
        "tab": "week",
        "code": week_code,
        "days": days,
        "first": days[0],
        "last": days[-1],
        "today": timezone.localdate(),
        "before": week_of(days[0] - timedelta(days=7)),
        "after": week_of(days[0] + timedelta(days=7)),
        "current": week_of(timezone.localdate()),
        "owner": owner,
        "may_schedule": may_anywhere(request.user, "schedule"),
        "detour": DETOUR,
        "kmh": KMH,
    }
    if owner is not None:
        context["week"] = found = week(request.user, owner, days)
        if not found.teams:
            context["next_on"] = on = next_day(request.user, owner, days[-1])
            context["next_week"] = week_of(on) if on else ""
    return render(request, "monitoring/weeks/week.html", context)


@third_party
@require_safe
def places(request: HttpRequest, week_code: str) -> HttpResponse:
    """The visits of the week about where they are, for the map."""
    days = days_or_404(week_code)
    owner = owner_asked(request)
    rows = visits_between(request.user, owner, days[0], days[-1] + DAY).exclude(state__in=NOT_SEEN)
    answer = JsonResponse(features(list(rows)), content_type="application/geo+json")
    answer["Cache-Control"] = "private, no-cache"
    return answer
