"""What is due: tasks to issue, not yet accepted, late, suspended; spot tasks that wait; accreditations that end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ..models import Accreditation, SpotTask, Task
from . import accreditations

SHOWN = 8
WEEK = 7


@dataclass
class Pile:
    """A pile of the board: its rows as (address name, reference, what is said, day), and where all of them are."""

    code: str
    title: str
    route: str
    more: str
    rows: Any
    day: str
    bad: bool = False
    lines: list[Any] = field(default_factory=list)
    count: int = 0

    def filled(self) -> Pile:
        self.count = self.rows.count()
        self.lines = list(self.rows[:SHOWN])
        return self


def piles(user: Any, today: date) -> list[Pile]:
    """Those that have something in them, in the order in which they press."""
    tasks = Task.objects.visible_to(user).select_related("organisation", "place")
    spots = SpotTask.objects.visible_to(user).select_related("organisation", "place")
    granted = Accreditation.objects.visible_to(user).select_related("organisation")
    soon = today + timedelta(days=WEEK)
    made = [
        Pile(
            "late",
            _("Late: the order has run out"),
            "mineaction-task",
            "tasks/?state=open",
            late(tasks, today),
            "valid_to",
            True,
        ),
        Pile(
            "unlawful",
            _("Under way without a valid accreditation"),
            "mineaction-task",
            "tasks/?state=open",
            unaccredited(tasks, today),
            "valid_from",
            True,
        ),
        Pile(
            "issue",
            _("To issue: the draft begins within a week"),
            "mineaction-task",
            "tasks/?state=draft",
            tasks.filter(state="draft", valid_from__lte=soon).order_by("valid_from"),
            "valid_from",
        ),
        Pile(
            "accept",
            _("Issued and not accepted"),
            "mineaction-task",
            "tasks/?state=issued",
            tasks.filter(state="issued").order_by("valid_from"),
            "valid_from",
        ),
        Pile(
            "start",
            _("Accepted, and due to start"),
            "mineaction-task",
            "tasks/?state=accepted",
            tasks.filter(state="accepted", valid_from__lte=soon).order_by("valid_from"),
            "valid_from",
        ),
        Pile(
            "suspended",
            _("Suspended tasks"),
            "mineaction-task",
            "tasks/?state=suspended",
            tasks.filter(state="suspended").order_by("on"),
            "on",
        ),
        Pile(
            "finished",
            _("Finished and not closed"),
            "mineaction-task",
            "tasks/?state=finished",
            tasks.filter(state="finished").order_by("on"),
            "on",
        ),
        Pile(
            "spots",
            _("Spot tasks that wait"),
            "mineaction-spot",
            "spots/?state=open",
            spots.filter(state__in=("reported", "verified")).order_by("-priority", "reported_on"),
            "reported_on",
        ),
        Pile(
            "ending",
            _("Accreditations that end soon"),
            "mineaction-accreditation",
            "accreditations/?state=granted",
            accreditations.ending(granted, today),
            "valid_to",
        ),
        Pile(
            "applied",
            _("Accreditations to decide"),
            "mineaction-accreditation",
            "accreditations/",
            granted.filter(state__in=("applied", "desk", "field")).order_by("on"),
            "on",
        ),
    ]
    return [one for one in (pile.filled() for pile in made) if one.count]


def late(tasks: Any, today: date) -> Any:
    return tasks.filter(state__in=("issued", "accepted", "started", "suspended"), valid_to__lt=today).order_by(
        "valid_to"
    )


def unaccredited(tasks: Any, today: date) -> Any:
    """Started tasks whose operator's accreditation was suspended, withdrawn or has ended since."""
    valid = Accreditation.objects.filter(
        organisation=OuterRef("organisation"),
        activity=OuterRef("activity"),
        phase="operational",
        state="granted",
        valid_from__lte=today,
        valid_to__gte=today,
        deleted_at=None,
    )
    return tasks.filter(~Exists(valid), state="started").order_by("valid_from")
