"""The ledger of a person's hazards in a state, and the steps between two states.

It is computed from the records, and kept as long as nothing that it was made of is written (``hazards.kept``). That is
quick enough, because only faces of grounds that really meet are built (8,000 hazards with 8,000 releases take about a second,
a district some milliseconds), and right for any two dates; the stored rows (``hazards.ledger_store``) know the present only.
A change looks at the neighbourhood of what changed, nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rafid.methods import landrelease

from ..hazards import ledger_inputs
from ..hazards.kept import Kept
from ..hazards.ledger_inputs import record_of
from ..models import Hazard, Release
from .asked import Asked
from .inputs import Inputs

FIELDS = (
    "recorded", "ground", "counted_twice", "cleared", "reduced", "cancelled", "remaining", "remaining_confirmed",
    "remaining_suspected", "still_claimed", "released_twice", "outside",
)  # fmt: skip


KEPT: Kept[landrelease.Ledger] = Kept(100_000)


def ledger_at(inputs: Inputs, asked: Asked) -> landrelease.Ledger:
    def computed() -> landrelease.Ledger:
        hazards, releases = ledger_inputs.for_state(inputs.hazards, inputs.releases, on=asked.on, known=asked.until)
        return landrelease.ledger(hazards, releases, on=asked.on, known=asked.until)

    if inputs.key is None:
        return computed()
    return KEPT.made((inputs.key, asked.on, asked.until), computed, lambda found: len(found.rows) + 1)


def state_of(inputs: Inputs, asked: Asked) -> datetime:
    """The moment that a figure names. It lies before whatever is being written elsewhere just now, but not before what the
    figure holds already."""
    moment = asked.state
    records: list[landrelease.Hazard | landrelease.Release] = [*inputs.hazards, *inputs.releases]
    known = [one.known for one in records if isinstance(one.known, datetime)]
    held = [one for one in known if asked.until is None or one <= asked.until]
    return max([moment, *held])


def by_hazard(found: landrelease.Ledger) -> dict[UUID, landrelease.LedgerRow]:
    """Its row for each hazard; of one that became hazardous again, that of the later ground, of which more is left."""
    rows: dict[UUID, landrelease.LedgerRow] = {}
    for row in found.rows:
        key = UUID(record_of(row.id))
        if key not in rows or rows[key].remaining <= row.remaining:
            rows[key] = row
    return rows


@dataclass(frozen=True)
class Step:
    """``cause`` as ``landrelease.Step`` has it; ``kind``: hazard or release; ``change`` of the remaining area, m²."""

    cause: str
    kind: str
    record: UUID
    change: float

    @property
    def withdrawn(self) -> bool:
        return self.cause.endswith("withdrawn")


def steps_between(inputs: Inputs, before: Asked, after: Asked) -> tuple[Step, ...]:
    """They add up to the difference of the two remaining areas. A record's versions that come in one go are one step."""
    found = landrelease.explain_change(
        *ledger_inputs.for_change(inputs.hazards, inputs.releases),
        before={"on": before.on, "known": before.until},
        after={"on": after.on, "known": after.until},
    )
    added: dict[tuple[str, str], float] = defaultdict(float)
    for one in found:
        added[one.cause, record_of(one.item)] += one.change
    return tuple(Step(cause, cause.split()[0], UUID(record), change) for (cause, record), change in added.items())


def records_of(steps: Iterable[Step], user: Any) -> dict[UUID, Any]:
    """The hazards and releases of steps as they are now, also those that were deleted since."""
    steps = list(steps)
    found: dict[UUID, Any] = {}
    for model, kind in ((Hazard, "hazard"), (Release, "release")):
        ids = [step.record for step in steps if step.kind == kind]
        rows = model.everything.visible_to(user).filter(pk__in=ids).select_related("place", "report", "organisation")
        found.update({row.pk: row for row in rows})
    return found
