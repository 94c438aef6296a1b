"""The sheet of a district: its ledger, each hazard with its ground, and what was found, in one state."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.db.models import Q

from rafid.commons.places.models import PlaceVersion

from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..hazards.plane import to_degrees
from ..picture import ledgers
from ..picture.inputs import inputs_for
from ..picture.standing import standings
from .asking import Ask
from .facts import by_category, finds_of, names, of_ledger, whole

FINE = 1e-6
"""Degrees to which grounds are kept: about a decimetre."""
OUTLINE = 0.001


def gather(ask: Ask) -> dict[str, Any]:
    inputs = inputs_for(ask.user, ask.place)
    ledger = ledgers.ledger_at(inputs, ask.after)
    rows = standings(inputs, ledger, ask.after)
    hazards, _releases = ledger_inputs.for_state(
        inputs.hazards, inputs.releases, on=ask.after.on, known=ask.after.until
    )
    grounds = dict(
        zip((record_of(one.id) for one in hazards), to_degrees([one.ground for one in hazards]), strict=True)
    )
    found = finds_of(ask)
    return {
        "ledger": of_ledger(ledger),
        "hazards": [
            {
                "ref": one.hazard.ref, "type": one.hazard.type, "classification": one.classification, "group": one.group,
                "state": one.state, "on": one.hazard.on.isoformat(), "operator": names(one.hazard.organisation),
                "place": names(one.hazard.place), "area": whole(one.area), "remaining": whole(one.remaining),
                "ground": kept(grounds[str(one.hazard.pk)]),
            }
            for one in sorted(rows, key=lambda one: one.hazard.ref)
        ],
        "found": by_category(found), "destroyed": by_category(found.filter(Q(destroyed_on__lte=ask.after.on))),
        "outline": outline(ask),
    }  # fmt: skip


def kept(ground: Any) -> Any:
    """GeoJSON without the points that only the plane needed."""
    return json.loads(shapely.to_geojson(shapely.set_precision(shapely.simplify(ground, FINE / 2), FINE)))


def outline(ask: Ask) -> Any:
    """The borders of the place on that day, as the map draws them; None where nobody imported them."""
    borders = PlaceVersion.objects.filter(place=ask.place, valid__contains=ask.after.on).exclude(geometry=None).first()
    if borders is None:
        return None
    return kept(shapely.simplify(shapely.from_wkb(bytes(borders.geometry.wkb)), OUTLINE))
