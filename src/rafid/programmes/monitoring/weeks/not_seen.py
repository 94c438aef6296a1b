"""What was not seen: by plan and period, with its share and its reasons. It stands beside every result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from rafid.commons.records.queries import period_days

from ..models import MonitoringPlan, NotSeenReason, Visit, VisitState
from ..models.visits import NOT_SEEN


@dataclass
class Line:
    """``plan`` is None for visits beside the sample."""

    plan: MonitoringPlan | None
    drawn: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def seen(self) -> int:
        return self.states[VisitState.DONE]

    @property
    def unseen(self) -> int:
        return sum(self.states[one] for one in NOT_SEEN)

    @property
    def waiting(self) -> int:
        return self.drawn - self.seen - self.unseen

    @property
    def share(self) -> float | None:
        """Of the visits that are over."""
        over = self.seen + self.unseen
        return self.unseen / over if over else None

    @property
    def shares(self) -> list[tuple[str, int, float]]:
        over = self.seen + self.unseen
        return [
            (str(VisitState(one).label), self.states[one], self.states[one] / over)
            for one in NOT_SEEN
            if self.states[one]
        ]

    @property
    def why(self) -> list[tuple[str, int]]:
        return [(str(NotSeenReason(code).label), count) for code, count in self.reasons.most_common()]


def lines(user: Any, owner: Any, period: str = "") -> tuple[list[Line], Line]:
    """By plan its drawn visits, and together those beside the samples; of the plans of ``period`` where it is given."""
    plans = MonitoringPlan.objects.visible_to(user).filter(owner=owner).exclude(state="draft")
    if period:
        plans = plans.filter(period=period)
    found = {plan.pk: Line(plan) for plan in plans.order_by("-period", "-ref")}
    beside = Line(None)
    rows = Visit.objects.visible_to(user).filter(owner=owner)
    days = period_days(period) if period else None
    own = Q(drawn__isnull=False, plan__in=list(found))
    others = Q(drawn=None)
    if days:
        others &= Q(planned_on__gte=days[0], planned_on__lt=days[1])
    for plan, drawn, state, reason in rows.filter(own | others).values_list(
        "plan", "drawn", "state", "not_seen_reason"
    ):
        line = found[plan] if drawn else beside
        line.drawn += 1
        line.states[state] += 1
        if state in NOT_SEEN:
            line.reasons[reason] += 1
    return list(found.values()), beside


def visits(user: Any, owner: Any, period: str = "", plan: str = "") -> Any:
    rows = Visit.objects.visible_to(user).filter(owner=owner, state__in=NOT_SEEN)
    if plan:
        rows = rows.filter(plan__ref=plan)
    elif period:
        days = period_days(period)
        within = Q(plan__period=period, drawn__isnull=False)
        rows = rows.filter(within | Q(drawn=None, planned_on__gte=days[0], planned_on__lt=days[1]) if days else within)
    return rows.select_related("site", "plan", "contract__partner", "place").order_by("-planned_on", "ref")
