"""What a hazard's page leads on to: a task for it, an inspection of it, its completion, its handover."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ..hazards.consent import awaited
from ..hazards.states import possible
from ..models import Hazard, HazardState
from ..seeing import may_do


def hazard_actions(user: Any, hazard: Hazard) -> list[tuple[str, str]]:
    """(address, word), of what this person may do with the hazard as it stands."""

    def may(action: str) -> bool:
        return may_do(user, action, hazard, side="authority")

    found = []
    steps = possible(hazard)
    if HazardState.COMPLETED in steps and may("task"):
        found.append((reverse("mineaction-complete", args=[hazard.ref]), _("Enter the completion")))
    if HazardState.CLOSED in steps and may("close") and not awaited(hazard):
        found.append((reverse("mineaction-hand-over", args=[hazard.ref]), _("Hand over")))
    if hazard.state == HazardState.COMPLETED and may("inspect"):
        address = f"{reverse('mineaction-inspection-new')}?hazard={hazard.ref}&type=sampling"
        found.append((address, _("Plan an inspection by samples")))
    elif hazard.state not in (HazardState.CANCELLED, HazardState.DISCARDED) and may("inspect"):
        found.append((f"{reverse('mineaction-inspection-new')}?hazard={hazard.ref}", _("Plan an inspection")))
    if HazardState.WORKED_ON in steps and may("task"):
        found.insert(0, (f"{reverse('mineaction-task-new')}?hazard={hazard.ref}", _("Give a task")))
    if hazard.group in ("open", "worked_on") and may_do(user, "enter", hazard):
        address = f"{reverse('mineaction-report-new', args=['release'])}?hazard={hazard.ref}"
        found.append((address, _("Report released ground")))
    return found


def led_by(leads: list[tuple[str, str]], hazard: Hazard) -> set[str]:
    """The steps that a page of its own takes, with what the step needs."""
    own = {HazardState.COMPLETED: "mineaction-complete", HazardState.CLOSED: "mineaction-hand-over"}
    addresses = {address for address, _word in leads}
    return {str(step) for step, name in own.items() if reverse(name, args=[hazard.ref]) in addresses}
