"""The balance of one hazard in a state, and each release's stated area beside the computed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rafid.methods import landrelease

from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..models import Hazard, Release
from .asked import Asked
from .inputs import Inputs, inputs_for
from .shapes import measured

TOLERATED = 0.02
"""So far may a stated area lie from the computed one."""


@dataclass(frozen=True)
class Balanced:
    """``ground`` is the newest ground in force; ``acting`` the ids of the releases that count for it."""

    ground: Any
    balance: landrelease.Balance
    acting: frozenset[str]
    since: Any
    inputs: Inputs


def balance_of(user: Any, hazard: Hazard, asked: Asked) -> Balanced | None:
    """None where the hazard is in no ledger in that state."""
    inputs = inputs_for(user, hazards=[hazard.pk])
    hazards, releases = ledger_inputs.for_state(inputs.hazards, inputs.releases, on=asked.on, known=asked.until)
    if not hazards:
        return None
    newest = max(hazards, key=lambda one: int(one.id.partition(":")[2]))
    acting = [
        one for one in releases if one.on >= newest.on and (one.kind == "cleared" or one.hazard in (None, newest.id))
    ]
    found = landrelease.balance(newest.ground, acting)
    return Balanced(newest.ground, found, frozenset(record_of(one.id) for one in acting), newest.on, inputs)


@dataclass(frozen=True)
class Stated:
    """A release, what it says it released, what its shape comes to, and whether it counts for this hazard."""

    release: Any
    stated: float | None
    computed: float
    counts: bool

    @property
    def off(self) -> float | None:
        """By how much the stated area is off, as a share of the computed one."""
        if self.stated is None or not self.computed:
            return None
        return self.stated / self.computed - 1

    @property
    def is_odd(self) -> bool:
        return self.off is not None and abs(self.off) > TOLERATED


def stated(user: Any, hazard: Hazard, balanced: Balanced | None) -> list[Stated]:
    """Of the releases given for the hazard, and others that act on it; replaced ones too, which count no more."""
    acting = balanced.acting if balanced else frozenset()
    rows = Release.objects.visible_to(user)
    rows = measured(rows.filter(pk__in=acting) | rows.filter(hazard=hazard))
    rows = rows.select_related("organisation", "activity", "report", "replaces", "criteria").order_by("on", "ref")
    return [Stated(row, row.reported_m2, row.measured_m2.sq_m, str(row.pk) in acting) for row in rows]


def sum_stated(rows: Sequence[Stated]) -> float | None:
    """What the stated areas come to by plain adding, of those that count; None where none states any."""
    known = [one.stated for one in rows if one.counts and one.stated is not None]
    return sum(known) if known else None
