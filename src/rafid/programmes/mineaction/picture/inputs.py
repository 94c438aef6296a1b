"""Which hazards and releases a person's ledger is made of.

Hazards are those that he sees exactly, of the place asked. Releases are public, but a ledger takes those of his own side and,
of any other, what lies on these hazards: cut to them, so that a neighbour's work is not told as released outside.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Exists, OuterRef, Q

from rafid.commons.people.visibility import places_within
from rafid.methods import landrelease

from ..hazards import ledger_inputs
from ..hazards.kept import Kept, fingerprint
from ..models import HazardGround, Release
from ..seeing import of_work


@dataclass(frozen=True)
class Inputs:
    """Every version of the hazards and releases, in the plane, with their two dates. ``key`` names them and their versions;
    None: nothing that is computed of them is kept."""

    hazards: list[landrelease.Hazard]
    releases: list[landrelease.Release]
    key: Hashable = None


KEPT: Kept[Inputs] = Kept(100_000)


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
    if hazards is not None:
        return _made(versions, own)
    key = _key(versions, own)
    found = KEPT.get(key)
    if found is None:
        found = replace(_made(versions, own), key=key)
        if _key(versions, own) == key:  # nobody wrote meanwhile
            KEPT.put(key, found, len(found.hazards) + len(found.releases))
    return found


def _key(versions: Any, own: Q) -> Hashable:
    """Which rows it is made of: of the releases all, since those of others matter where they lie on these hazards."""
    mine = Release.everything.filter(own)
    return fingerprint(versions), fingerprint(mine), fingerprint(Release.everything.all())


def _made(versions: Any, own: Q) -> Inputs:
    there = ledger_inputs.hazards(versions)
    mine = Release.everything.filter(own).order_by().values("pk")
    meets = Exists(versions.filter(ground__intersects=OuterRef("ground")))
    own_ids = set(mine.values_list("pk", flat=True))
    others = set(Release.everything.exclude(pk__in=mine).filter(meets).values_list("pk", flat=True))
    own_later = _corrections(own_ids) - others
    others |= _corrections(others) - own_ids - own_later
    taken = ledger_inputs.releases(Release.everything.filter(Q(pk__in=mine) | Q(pk__in=own_later)))
    if others:
        taken += _cut(ledger_inputs.releases(Release.everything.filter(pk__in=others)), there)
    return Inputs(there, taken)


def _corrections(ids: set[UUID]) -> set[UUID]:
    """What replaces one of these, or one of those: a correction may lie elsewhere than what it corrects."""
    pairs = list(Release.everything.exclude(replaces=None).order_by().values_list("pk", "replaces_id")) if ids else []
    found: set[UUID] = set()
    new = ids
    while new:
        new = {pk for pk, before in pairs if before in new} - ids - found
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
