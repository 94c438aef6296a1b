"""The shapes that the live map draws: hazards and releases of a state, exactly or on the public grid."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from rafid.commons.people.visibility import places_within
from rafid.commons.writing import day, number

from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..models import Classification, HazardCell, HazardGround, Release
from .asked import Asked
from .inputs import Inputs
from .ledgers import ledger_at
from .shapes import collection, feature, with_shape
from .standing import group_name, standings


def exact(inputs: Inputs, asked: Asked) -> HttpResponse:
    """Each hazard with the ground that it had then, and the releases in force."""
    found = ledger_at(inputs, asked)
    versions = [row.id.split(":") for row in found.rows]
    newest = dict(sorted(versions, key=lambda one: int(one[1])))
    grounds = with_shape(HazardGround.objects.filter(hazard__in=newest), "ground")
    shapes = {(str(row.hazard_id), str(row.number)): row.shape for row in grounds}
    features = []
    for one in standings(inputs, found, asked):
        pk = str(one.hazard.pk)
        said = {
            "what": "hazard", "ref": one.hazard.ref, "class": one.classification, "group": one.group,
            "url": reverse("mineaction-hazard", args=[one.hazard.ref]), "name": one.hazard.ref,
            "text": f"{one.class_name} · {one.state_name} · {number(one.remaining, 0)} / {number(one.area, 0)} m²",
            "point": list(one.hazard.point.coords) if one.hazard.point else None,
        }  # fmt: skip
        features.append(feature(shapes.get((pk, newest[pk])), json.dumps(said, ensure_ascii=False), pk))
    _hazards, releases = ledger_inputs.for_state(inputs.hazards, inputs.releases, on=asked.on, known=asked.until)
    return collection(features + _releases({record_of(one.id) for one in releases}))


def public(user: Any, place: Any) -> HttpResponse:
    cells = HazardCell.objects.visible_to(user).exclude(cell=None)
    released = Release.objects.visible_to(user).exclude(replaced_by__deleted_at=None, replaced_by__isnull=False)
    if place is not None:
        cells = cells.filter(place__in=places_within(place.pk))
        released = released.filter(place__in=places_within(place.pk))
    features = []
    for row in with_shape(cells, "cell"):
        said = {
            "what": "cell", "ref": row.ref, "class": row.classification, "group": row.group, "name": row.ref,
            "text": f"{Classification(row.classification).label} · {group_name(row.group)}",
        }  # fmt: skip
        features.append(feature(row.shape, json.dumps(said, ensure_ascii=False)))
    return collection(features + _releases(set(released.values_list("pk", flat=True))))


def _releases(ids: set[Any]) -> list[str]:
    rows = with_shape(Release.everything.filter(pk__in=ids).select_related("organisation"), "ground")
    made = []
    for row in rows:
        depth = f" · {number(row.depth_m)} m" if row.depth_m else ""
        said = {
            "what": "release", "ref": row.ref, "kind": row.type, "name": row.ref,
            "url": reverse("record", args=["mineaction", "release", row.ref]),
            "text": f"{row.get_type_display()} · {day(row.on)}{depth}",
        }  # fmt: skip
        made.append(feature(row.shape, json.dumps(said, ensure_ascii=False)))
    return made
