"""The calendar of the office (holidays, hours), and a person's visits as a calendar for a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.history import because
from rafid.commons.names import pick
from rafid.commons.records.change import Refused

from ..models import CalendarDay, CalendarFeed
from ..refusals import told
from ..seeing import DONORS, PARTNERS, THIRD_PARTY, held, may_anywhere
from .access import must_schedule, owner_asked, third_party
from .country_days import expected_between, fixed_between, holidays, hours, is_weekend
from .feeds import end_feeds, feed_of, make_feed, written
from .forms import DayForm, span

SHOWN = timedelta(days=366)


@third_party
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Holidays and hours of a year to come: the country's, and those that the office entered."""
    owner, today = owner_asked(request), timezone.localdate()
    form = DayForm(request.POST or None)
    if request.method == "POST":
        must_schedule(request, owner.pk if owner else None)
        if form.is_valid() and owner is not None:
            row = form.save(commit=False)
            row.owner, row.days, row.made_by = owner, span(form), request.user
            try:
                with told(CalendarDay), because("calendar changed"):
                    row.save()
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The days are in the calendar."))
                return redirect("monitoring-calendar")
    until = today + SHOWN
    fixed = [(on, pick(one.names), one) for on, rows in sorted(fixed_between(today, until).items()) for one in rows]
    entered = CalendarDay.objects.visible_to(request.user).filter(owner=owner, days__endswith__gt=today)
    context: dict[str, Any] = {
        "tab": "calendar",
        "form": form,
        "fixed": fixed,
        "expected": [(on, pick(one.names), one) for on, one in expected_between(today, until)],
        "entered": [
            (row, row.days.upper - timedelta(days=1)) for row in entered.select_related("place").order_by("days")
        ],
        "hours": [(pick(one.names), one) for one in hours()],
        "sources": list(dict.fromkeys([one.source for one in holidays()] + [one.source for one in hours()])),
        "weekend": [today + timedelta(days=more) for more in range(7) if is_weekend(today + timedelta(days=more))],
        "may_schedule": may_anywhere(request.user, "schedule"),
    }
    return render(request, "monitoring/weeks/calendar.html", context, status=422 if request.method == "POST" else 200)


@third_party
@require_POST
def remove(request: HttpRequest, day: UUID) -> HttpResponse:
    row = get_object_or_404(CalendarDay.objects.visible_to(request.user), pk=day)
    must_schedule(request, row.owner_id, row.place)
    with because("calendar changed"):
        row.delete()
    messages.success(request, _("The days are out of the calendar; its history keeps them."))
    return redirect("monitoring-calendar")


@login_required
@require_http_methods(["GET", "POST"])
def feed(request: HttpRequest) -> HttpResponse:
    """One's own calendar: its address is shown once, when it is made."""
    if not held(request.user, THIRD_PARTY | PARTNERS | DONORS):
        raise Http404
    address = ""
    if request.method == "POST":
        if request.POST.get("do") == "end":
            end_feeds(request.user)
            messages.success(request, _("The calendar's address answers no more."))
            return redirect("monitoring-feed")
        token = make_feed(request.user)
        address = request.build_absolute_uri(reverse("monitoring-ics", args=[token]))
    context = {
        "tab": "feed",
        "address": address,
        "feed": CalendarFeed.objects.visible_to(request.user).filter(ended_at=None).first(),
        "third_party": bool(held(request.user, THIRD_PARTY)),
    }
    answer = render(request, "monitoring/weeks/feed.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """For programs, which have nothing but the secret address."""
    found = feed_of(token)
    if found is None:
        raise Http404
    text = written(found.account, request.build_absolute_uri("/").rstrip("/"))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = 'inline; filename="visits.ics"'
    return answer
