"""How each hazard stood in a state: its class, where it was in its life, its area and what was left of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import pgettext

from rafid.methods.landrelease import Ledger

from ..hazards.ledger_inputs import record_of
from ..models import Classification, Hazard, HazardState, HazardStep
from ..models.hazards import group
from .asked import Asked
from .inputs import Inputs
from .ledgers import by_hazard

GROUPS = ("open", "worked_on", "closed")


def group_name(code: str) -> str:
    return {
        "open": pgettext("a group of hazards", "Open"), "worked_on": pgettext("a group of hazards", "Worked on"),
        "closed": pgettext("a group of hazards", "Closed"),
    }.get(code, "")  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """``hazard`` is the record as it is now; what was different in the asked state stands beside it."""

    hazard: Hazard
    classification: str
    state: str
    area: float
    remaining: float

    @property
    def group(self) -> str:
        return group(self.state)

    @property
    def group_name(self) -> str:
        return group_name(self.group)

    @property
    def state_name(self) -> str:
        return str(HazardState(self.state).label)

    @property
    def class_name(self) -> str:
        return str(Classification(self.classification).label)

    @property
    def share(self) -> float:
        """What is left, of its own area."""
        return self.remaining / self.area if self.area else 0.0


def standings(inputs: Inputs, found: Ledger, asked: Asked) -> list[Standing]:
    """One for each hazard of the ledger, most left first."""
    rows = by_hazard(found)
    there = Hazard.everything.filter(pk__in=rows).select_related("place", "organisation", "owner")
    # The ledger kept the versions in force: the last of them says whether it was confirmed by then.
    confirmed: dict[UUID, bool] = {}
    alive = {row.id for row in found.rows}
    for version in inputs.hazards:
        if version.id in alive:
            sure = version.confirmed is not None and version.confirmed <= asked.on
            confirmed[UUID(record_of(version.id))] = sure
    states = states_at({row.pk: row.state for row in there}, asked)
    made = [
        Standing(row, "CHA" if confirmed[row.pk] else "SHA", states[row.pk], rows[row.pk].area, rows[row.pk].remaining)
        for row in there
    ]
    return sorted(made, key=lambda one: (-one.remaining, one.hazard.ref))


def states_at(now: dict[UUID, str], asked: Asked) -> dict[UUID, str]:
    """By hazard, its state then: that to which the last step by the day had led, or that from which the next one went."""
    steps: Any = HazardStep.objects.filter(hazard__in=list(now)).order_by("hazard", "number")
    found = dict(now)
    settled: set[UUID] = set()
    for hazard, old, new, on, known in steps.values_list("hazard", "old", "new", "on", "known_at"):
        if hazard in settled:
            continue
        if on <= asked.on and (asked.until is None or known <= asked.until):
            found[hazard] = new
        else:
            found[hazard] = old
            settled.add(hazard)
    return found


def not_in_ledger(user: Any, place: Any = None) -> Any:
    """Hazards that are visible but in no ledger: only reported, or not drawn yet."""
    from rafid.commons.people.visibility import places_within

    rows = Hazard.objects.visible_to(user).exclude(state="discarded")
    rows = rows.filter(state="reported") | rows.filter(ground=None)
    return rows.filter(place__in=places_within(place.pk)) if place is not None else rows


def ids(standing: Collection[Standing]) -> list[UUID]:
    return [one.hazard.pk for one in standing]
