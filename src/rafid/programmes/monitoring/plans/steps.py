"""What is to be done with a plan next: the first thing that its page and the list say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ..models import MonitoringPlan, PlanState, Visit
from ..models.visits import NOT_SEEN, OPEN


@dataclass(frozen=True)
class Course:
    """The drawn visits of a plan by how far they are."""

    drawn: int = 0
    seen: int = 0
    unseen: int = 0
    waiting: int = 0
    added: int = 0


def courses(plans: Any) -> dict[Any, Course]:
    """By plan. For the office only: nobody else may count what is sealed."""
    of_sample = Q(drawn__isnull=False)
    rows = (
        Visit.objects.filter(plan__in=[one.pk for one in plans])
        .values("plan")
        .annotate(
            drawn_=Count("pk", filter=of_sample),
            seen=Count("pk", filter=of_sample & Q(state="done")),
            unseen=Count("pk", filter=of_sample & Q(state__in=NOT_SEEN)),
            waiting=Count("pk", filter=of_sample & Q(state__in=OPEN)),
            added=Count("pk", filter=~of_sample),
        )
    )
    return {
        row["plan"]: Course(row["drawn_"], row["seen"], row["unseen"], row["waiting"], row["added"]) for row in rows
    }


def next_step(plan: MonitoringPlan, course: Course, *, strata: int) -> str:
    if plan.state == PlanState.DRAFT:
        return _("Choose the size, then register") if strata else _("Put the sites into strata")
    if plan.state == PlanState.REGISTERED:
        return _("Draw the sites")
    if plan.state == PlanState.RUNNING:
        return _("Make the visits") if course.waiting else _("Reveal the seed")
    if plan.state == PlanState.REVEALED:
        return _("Close it when all is reported")
    return ""
