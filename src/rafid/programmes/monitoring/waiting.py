"""What waits for somebody of monitoring, on the first page: visits to make, findings to answer or review, reports to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.waiting import Line, Panel

from .findings.queries import GRAVEST_FIRST, TO_REVIEW, title_of
from .findings.telling import WAITING_FOR_PARTNER
from .models import NonConformity, Report, Visit
from .models.visits import OPEN
from .seeing import may_anywhere, of_third_party
from .visits.my_week import AHEAD, monitor_of, own_visits

SHOWN = 5


def panels(request: Any) -> Iterator[Panel]:
    """Those with something in them, and only of acts that are this person's."""
    user = request.user
    if may_anywhere(user, "visit"):
        yield from _visits(user)
    if may_anywhere(user, "answer"):
        title, address = _("Findings that wait for your answer"), f"{reverse('monitoring-findings')}?show=to-answer"
        yield from _findings(user, title, WAITING_FOR_PARTNER, address)
    if may_anywhere(user, "comment"):
        yield from _reports(user)
    if may_anywhere(user, "close"):
        title, address = _("Findings that wait for your review"), f"{reverse('monitoring-findings')}?show=to-review"
        yield from _findings(user, title, TO_REVIEW, address)
    if may_anywhere(user, "release"):
        yield from _to_release(user)


def _visits(user: Any) -> Iterator[Panel]:
    monitor = monitor_of(user)
    if monitor is None:
        return
    rows = own_visits(user, monitor).filter(state__in=OPEN, planned_on__lte=timezone.localdate() + AHEAD)
    lines = [
        Line(
            str(one.site), reverse("monitoring-visit", args=[one.ref]), writing.day(one.planned_on),
            ("state", one.get_state_display(), one.state),
        )
        for one in rows.order_by("planned_on", "window", "pk")[:SHOWN]
    ]  # fmt: skip
    yield from _some(Panel(_("Your visits within seven days"), rows.count(), reverse("monitoring-my"), lines))


def _findings(user: Any, title: str, states: tuple[str, ...], address: str) -> Iterator[Panel]:
    rows = NonConformity.objects.visible_to(user).filter(state__in=states).select_related("item")
    lines = [
        Line(
            title_of(one), one.get_absolute_url(), _("due %(day)s") % {"day": writing.day(one.due_on)},
            ("state", one.get_state_display(), one.state),
        )
        for one in rows.order_by(*GRAVEST_FIRST)[:SHOWN]
    ]  # fmt: skip
    yield from _some(Panel(title, rows.count(), address, lines))


def _reports(user: Any) -> Iterator[Panel]:
    rows = Report.objects.visible_to(user).filter(state="comments").order_by("comments_until", "pk")
    lines = [
        Line(
            writing.period(one.period), reverse("monitoring-report", args=[one.ref]),
            _("comments until %(day)s") % {"day": writing.day(one.comments_until)} if one.comments_until else "",
        )
        for one in rows[:SHOWN]
    ]  # fmt: skip
    yield from _some(
        Panel(_("Reports that wait for your comments"), rows.count(), reverse("monitoring-reports"), lines)
    )


def _to_release(user: Any) -> Iterator[Panel]:
    rows = (
        Visit.objects.visible_to(user)
        .filter(of_third_party(user), state="done", released_to_partner_at=None)
        .exclude(verdict="")
        .select_related("site")
    )
    lines = [
        Line(str(one.site), reverse("monitoring-visit", args=[one.ref]), one.get_verdict_display())
        for one in rows.order_by("arrived", "pk")[:SHOWN]
    ]
    address = f"{reverse('records', args=['monitoring', 'visit'])}?state=done"
    yield from _some(Panel(_("Visits to release to the partner"), rows.count(), address, lines))


def _some(panel: Panel) -> Iterator[Panel]:
    if panel.count:
        yield panel
