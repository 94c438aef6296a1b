"""How each hazard stood in a state: its class, where it was in its life, its area and what was left of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import pgettext

from rafid.methods.landrelease import Ledger

from ..hazards.consent import waited_at
from ..hazards.ledger_inputs import record_of
from ..models import Classification, Hazard, HazardState, HazardStep
from ..models.hazards import CLOSED, group
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


@dataclass(frozen=True)
class Stood:
    """The same without the record: enough for counts and a map of thousands."""

    pk: UUID
    ref: str
    point: Any
    owner: UUID
    classification: str
    state: str
    area: float
    remaining: float

    @property
    def group(self) -> str:
        return group(self.state)


def stood(inputs: Inputs, found: Ledger, asked: Asked) -> list[Stood]:
    """One for each hazard of the ledger, most left first."""
    rows = by_hazard(found)
    # The ledger kept the versions in force: the last of them says whether it was confirmed by then.
    confirmed: dict[UUID, bool] = {}
    alive = {row.id for row in found.rows}
    for version in inputs.hazards:
        if version.id in alive:
            sure = version.confirmed is not None and version.confirmed <= asked.on
            confirmed[UUID(record_of(version.id))] = sure
    there = {
        pk: rest
        for pk, *rest in Hazard.everything.filter(pk__in=list(rows)).values_list(
            "pk", "ref", "point", "owner_id", "state"
        )
    }
    states = states_at({pk: state for pk, (_ref, _point, _owner, state) in there.items()}, asked)
    made = [
        Stood(
            pk, ref, point, owner, "CHA" if confirmed[pk] else "SHA", states[pk], rows[pk].area, rows[pk].remaining
        )
        for pk, (ref, point, owner, _state) in there.items()
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-one.remaining, one.ref))


def with_records(some: Sequence[Stood]) -> list[Standing]:
    """These with their records, in their order."""
    there = Hazard.everything.filter(pk__in=[one.pk for one in some]).select_related("place", "organisation", "owner")
    records = {row.pk: row for row in there}
    return [
        Standing(records[one.pk], one.classification, one.state, one.area, one.remaining)
        for one in some
        if one.pk in records
    ]


def standings(inputs: Inputs, found: Ledger, asked: Asked) -> list[Standing]:
    """All of them with their records: for tables and files."""
    return with_records(stood(inputs, found, asked))


def states_at(now: dict[UUID, str], asked: Asked) -> dict[UUID, str]:
    """By hazard, its state then: that from which the first step that came later went, or today's where there is none. Where
    consent was awaited then, it was not closed yet, although its step was known."""
    later = Q(on__gt=asked.on)
    if asked.until is not None:
        later |= Q(known_at__gt=asked.until)
    steps: Any = HazardStep.objects.filter(later).order_by("hazard", "number").distinct("hazard")
    found = dict(now)
    found.update((hazard, old) for hazard, old in steps.values_list("hazard", "old") if hazard in now)
    if asked.until is not None:
        before = waited_at(asked.until, asked.on)
        found.update((hazard, old) for hazard, old in before.items() if found.get(hazard) in CLOSED)
    return found


def not_in_ledger(user: Any, place: Any = None) -> Any:
    """Hazards that are visible but in no ledger: only reported, or not drawn yet."""
    from rafid.commons.people.visibility import places_within

    rows = Hazard.objects.visible_to(user).exclude(state="discarded")
    rows = rows.filter(state="reported") | rows.filter(ground=None)
    return rows.filter(place__in=places_within(place.pk)) if place is not None else rows


def ids(standing: Collection[Standing]) -> list[UUID]:
    return [one.hazard.pk for one in standing]
