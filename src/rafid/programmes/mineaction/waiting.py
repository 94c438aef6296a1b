"""What waits for somebody of mine action, on the first page: reports at his gate, tasks, ground to check and to hand over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.waiting import Line, Panel

from .hazards.consent import asked_about
from .models import Hazard, SurveySheet, Task
from .reports.gates import waiting_for
from .seeing import AUTHORITY, OPERATORS, held, may_anywhere

SHOWN = 5


def panels(request: Any) -> Iterator[Panel]:
    """Those with something in them, and only of acts that are this person's."""
    user = request.user
    if any(may_anywhere(user, one) for one in ("check", "approve")):
        yield from _reports(user)
    if may_anywhere(user, "enter"):
        yield from _books(user)
    if held(user, OPERATORS, "enter"):
        title = _("Tasks to accept or to start")
        yield from _tasks(user, title, ("issued", "accepted"), "issued")
    if held(user, AUTHORITY, "task"):
        yield from _tasks(user, _("Finished tasks to close"), ("finished",), "finished")
    if held(user, AUTHORITY, "inspect"):
        yield from _hazards(user, _("Completed ground to check"), "completed")
    if held(user, AUTHORITY, "close"):
        yield from _hazards(user, _("Checked ground to hand over"), "checked")


def _reports(user: Any) -> Iterator[Panel]:
    rows = waiting_for(user).select_related("organisation", "place")
    lines = [
        Line(
            f"{one.reference} · {one.get_type_display()}", reverse("mineaction-report", args=[one.ref]),
            f"{one.organisation.name} · {writing.day(one.on)}", ("state", one.get_state_display(), one.state),
        )
        for one in rows[:SHOWN]
    ]  # fmt: skip
    yield from _some(Panel(_("Field reports that wait for you"), rows.count(), reverse("mineaction-reports"), lines))


def _books(user: Any) -> Iterator[Panel]:
    """One's own that were kept and not submitted."""
    rows = (
        SurveySheet.objects.visible_to(user).filter(state="draft", report=None, made_by=user.pk).order_by("-known_at")
    )
    lines = [
        Line(
            one.ref, reverse("mineaction-sheet", args=[one.ref]),
            " · ".join(filter(None, (one.place and one.place.name, writing.day(one.on)))),
        )
        for one in rows.select_related("place")[:SHOWN]
    ]  # fmt: skip
    address = f"{reverse('mineaction-sheets')}?state=draft"
    yield from _some(Panel(_("Your field books to submit"), rows.count(), address, lines))


def _tasks(user: Any, title: str, states: tuple[str, ...], shown: str) -> Iterator[Panel]:
    rows = Task.objects.visible_to(user).filter(state__in=states).select_related("place").order_by("valid_from", "pk")
    lines = [
        Line(
            f"{one.ref} · {one.get_activity_display()}", reverse("mineaction-task", args=[one.ref]),
            writing.day(one.valid_from), ("state", one.get_state_display(), one.state),
        )
        for one in rows[:SHOWN]
    ]  # fmt: skip
    yield from _some(Panel(title, rows.count(), f"{reverse('mineaction-tasks')}?state={shown}", lines))


def _hazards(user: Any, title: str, state: str) -> Iterator[Panel]:
    rows = Hazard.objects.visible_to(user).filter(state=state).exclude(pk__in=asked_about())
    rows = rows.select_related("place").order_by("ref")
    lines = [
        Line(one.ref, reverse("mineaction-hazard", args=[one.ref]), one.place.name if one.place else "")
        for one in rows[:SHOWN]
    ]
    yield from _some(Panel(title, rows.count(), reverse("mineaction-quality"), lines))


def _some(panel: Panel) -> Iterator[Panel]:
    if panel.count:
        yield panel
