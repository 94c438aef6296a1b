"""Which hazards and releases a person's ledger is made of.

Hazards are those that he sees exactly, of the place asked. Releases are public, but a ledger takes those of his own side and,
of any other, what lies on these hazards: cut to them, so that a neighbour's work is not told as released outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Exists, OuterRef, Q

from rafid.commons.people.visibility import places_within
from rafid.methods import landrelease

from ..hazards import ledger_inputs
from ..models import HazardGround, Release
from ..seeing import of_work


@dataclass(frozen=True)
class Inputs:
    """Every version of the hazards and releases, in the plane, with their two dates."""

    hazards: list[landrelease.Hazard]
    releases: list[landrelease.Release]


def inputs_for(user: Any, place: Any = None, hazards: Sequence[UUID] | None = None) -> Inputs:
    """``hazards``: only these ids, of those that are visible, with what was released for them and on them."""
    versions = HazardGround.objects.visible_to(user)
    own = of_work(user)
    if place is not None:
        versions = versions.filter(hazard__place__in=places_within(place.pk))
        own &= Q(place__in=places_within(place.pk))
    if hazards is not None:
        versions = versions.filter(hazard__in=list(hazards))
        own = Q(hazard__in=list(hazards))
    # A row can be reached by two ways (as one's own and by a task), but counts once.
    versions = HazardGround.objects.filter(pk__in=versions.values("pk"))
    there = ledger_inputs.hazards(versions)
    own_ids = set(Release.everything.filter(own).values_list("pk", flat=True))
    meets = Exists(versions.filter(ground__intersects=OuterRef("ground")))
    others = set(Release.everything.exclude(pk__in=own_ids).filter(meets).values_list("pk", flat=True))
    own_ids |= _corrections(own_ids) - others
    others |= _corrections(others) - own_ids
    taken = ledger_inputs.releases(Release.everything.filter(pk__in=own_ids))
    if others:
        taken += _cut(ledger_inputs.releases(Release.everything.filter(pk__in=others)), there)
    return Inputs(there, taken)


def _corrections(ids: set[UUID]) -> set[UUID]:
    """What replaces one of these, or one of those: a correction may lie elsewhere than what it corrects."""
    found: set[UUID] = set()
    new = ids
    while new:
        later = Release.everything.filter(replaces__in=new).exclude(pk__in=ids | found)
        new = set(later.values_list("pk", flat=True))
        found |= new
    return found


def _cut(releases: Sequence[landrelease.Release], hazards: Sequence[landrelease.Hazard]) -> list[landrelease.Release]:
    whole = shapely.union_all([hazard.ground for hazard in hazards]) if hazards else shapely.MultiPolygon()
    shapely.prepare(whole)
    found = []
    for release in releases:
        ground = landrelease.polygonal_part(shapely.intersection(release.ground, whole))
        if not ground.is_empty:
            found.append(replace(release, ground=ground))
        else:
            # It still takes the place of what it replaces.
            found.append(replace(release, on=ledger_inputs.NEVER))
    return found
