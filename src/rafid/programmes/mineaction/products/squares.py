"""The sheet of a district for publication: its ledger, and squares of about a kilometre instead of ground."""

from __future__ import annotations

from typing import Any

import shapely
from django.db.models import Q

from ..picture import ledgers
from ..picture.inputs import inputs_for
from ..picture.standing import standings
from .asking import Ask
from .district import kept, outline
from .facts import by_category, finds_of, names, of_ledger

GRID = 0.01
"""Degrees: the public precision of a hazard. Its square has the grid's point in its middle."""


def gather(ask: Ask) -> dict[str, Any]:
    inputs = inputs_for(ask.user, ask.place)
    ledger = ledgers.ledger_at(inputs, ask.after)
    rows = [one for one in standings(inputs, ledger, ask.after) if one.group in ("open", "worked_on")]
    found = finds_of(ask)
    return {
        "ledger": of_ledger(ledger),
        "hazards": [
            {
                "ref": one.hazard.ref, "type": one.hazard.type, "classification": one.classification, "group": one.group,
                "on": one.hazard.on.isoformat(), "place": names(one.hazard.place),
            }
            for one in sorted(rows, key=lambda one: one.hazard.ref)
        ],
        "squares": _squares(rows), "outline": outline(ask), "found": by_category(found),
        "destroyed": by_category(found.filter(Q(destroyed_on__lte=ask.after.on))),
    }  # fmt: skip


def _squares(rows: list[Any]) -> list[dict[str, Any]]:
    """Each square once, as the worst that is in it; ``ref`` is how many there are."""
    inside: dict[tuple[float, float], list[Any]] = {}
    for one in rows:
        if one.hazard.point is not None:
            x, y = (round(round(value / GRID) * GRID, 2) for value in one.hazard.point.coords)
            inside.setdefault((x, y), []).append(one)
    half = GRID / 2
    return [
        {
            "ref": str(len(own)), "ground": kept(shapely.box(x - half, y - half, x + half, y + half)),
            "classification": "CHA" if any(one.classification == "CHA" for one in own) else "SHA",
            "group": "open" if any(one.group == "open" for one in own) else "worked_on",
        }
        for (x, y), own in sorted(inside.items())
    ]  # fmt: skip
