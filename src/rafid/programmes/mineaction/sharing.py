"""How two authorities' changes to hazards come together: what belongs together, what must hold, what is shown meanwhile.

All functions get fields as they travel (geometry as WKT, places and organisations by their reference) and answer the same at
every node; whose ground is whose is data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from django.utils.translation import gettext_noop

from rafid.methods.exchange import Change, Rules

from .hazards.plane import to_plane
from .models import CLOSED, OPEN, TOLERANCE_M2, WORKED_ON, AuthorityArea
from .models.numbers import short

HAZARD, TASK = "mineaction.hazard", "mineaction.task"
Fields = dict[str, Any]

OPENNESS = (
    "reopened",
    "confirmed",
    "suspected",
    "reported",
    "worked_on",
    "rework",
    "suspended",
    "completed",
    "checked",
)
"""From the most open state on; what is not here (closed, cancelled, discarded) comes last."""
EVIDENCE = gettext_noop("A confirmed area has direct evidence")
NOTHING_LEFT = gettext_noop("A closed area has no hazardous ground left")
IN_ORDER = gettext_noop("An area is confirmed after its discovery")


def rules() -> Rules:
    return Rules(
        together={HAZARD: (("state", "classification", "confirmed_on"), ("ground", "remaining_m2"))},
        checks={
            HAZARD: ((EVIDENCE, confirmed_has_evidence), (NOTHING_LEFT, closed_has_nothing_left), (IN_ORDER, in_order))
        },
        cautious={
            "state": most_open,
            "classification": lambda values: "CHA" if "CHA" in values else values[0],
            "confirmed_on": _first,
            "remaining_m2": _largest,
        },
        ground={HAZARD: ground_of},
    )


def task_rules() -> Rules:
    return Rules(together={TASK: (("state", "organisation"), ("valid_from", "valid_to"))})


def most_open(values: Sequence[Any]) -> Any:
    return min(values, key=lambda state: OPENNESS.index(state) if state in OPENNESS else len(OPENNESS))


def _first(values: Sequence[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def _largest(values: Sequence[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def confirmed_has_evidence(fields: Fields) -> bool:
    return fields.get("classification") != "CHA" or any(one.get("direct") for one in fields.get("proofs") or ())


def closed_has_nothing_left(fields: Fields) -> bool:
    return fields.get("state") != "closed" or (fields.get("remaining_m2") or 0) <= TOLERANCE_M2


def in_order(fields: Fields) -> bool:
    return not fields.get("confirmed_on") or str(fields["confirmed_on"]) >= str(fields.get("suspected_on") or "")


def ground_of(fields: Fields) -> Any:
    """In the equal-area plane; None for what is no hazardous ground (not drawn, only reported, discarded)."""
    if not fields.get("ground") or fields.get("state") not in (*OPEN, *WORKED_ON, *CLOSED):
        return None
    return to_plane([shapely.from_wkt(fields["ground"])])[0]


def closes(change: Change, before: Fields, after: Fields) -> bool:
    """The change takes ground that was hazardous out of what is left. What was closed when it was first recorded is history."""
    state = before.get("state")
    return bool(state) and state not in CLOSED and after.get("state") in CLOSED


class LiveAreas:
    """``Areas`` as the table says now: a change of it counts for the next bundle, not from the next start on."""

    source = "AuthorityArea"

    @property
    def authorities(self) -> Mapping[str, Sequence[str]]:
        return self._by(shared=False)

    @property
    def shared(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for node, places in self._by(shared=True).items():
            for place in places:
                found.setdefault(place, []).append(node)
        return {place: tuple(nodes) for place, nodes in found.items() if len(nodes) > 1}

    @staticmethod
    def _by(*, shared: bool) -> dict[str, list[str]]:
        rows = AuthorityArea.objects.filter(shared=shared, valid_to=None).select_related("owner", "place")
        found: dict[str, list[str]] = {}
        for row in rows.order_by("owner__ref", "place__ref"):
            found.setdefault(short(row.owner), []).append(row.place.ref)
        return found


def areas() -> LiveAreas:
    return LiveAreas()
