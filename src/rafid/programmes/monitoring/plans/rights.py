"""Who may do what with a plan; the verbs do not ask."""

from __future__ import annotations

from typing import Any

from ..models import Contract, MonitoringPlan
from ..seeing import OFFICE, may_here, of_third_party


def may_plan(user: Any, plan: MonitoringPlan) -> bool:
    """Design, register, draw, reveal, close."""
    return may_here(user, "plan", owner=plan.owner_id, place=plan.place)


def may_add_visits(user: Any, plan: MonitoringPlan) -> bool:
    return may_here(user, "schedule", owner=plan.owner_id, place=plan.place)


def knows_sample(user: Any, plan: MonitoringPlan) -> bool:
    """The office knows what is drawn from the draw on; a plan's sides when it is revealed."""
    return plan.opened or MonitoringPlan.objects.filter(of_third_party(user, roles=OFFICE), pk=plan.pk).exists()


def contracts_to_plan(user: Any) -> Any:
    """Contracts that a plan of this person may sample."""
    seen = Contract.objects.visible_to(user).exclude(state__in=("draft", "ended")).select_related("partner", "place")
    mine = [one.pk for one in seen if may_here(user, "plan", owner=one.owner_id, place=one.place)]
    return seen.filter(pk__in=mine).order_by("partner__ref", "ref")
