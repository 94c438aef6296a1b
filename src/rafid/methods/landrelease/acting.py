"""Which release acts on which hazard, face by face."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rafid.methods.landrelease.faces import Faces, Ints
from rafid.methods.landrelease.records import KINDS, Hazard, Release, days

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Acting:
    """``face`` and ``hazard`` (k,): the places where a face lies in a hazard, ordered by face. ``place`` and ``release`` (p,):
    the release acts at that place (an index of the former). ``release_face`` and ``release_of`` (m,): the faces of the
    releases, whether they act or not."""

    face: Ints
    hazard: Ints
    place: Ints
    release: Ints
    release_face: Ints
    release_of: Ints


def acting(found: Faces, hazards: Sequence[Hazard], releases: Sequence[Release]) -> Acting:
    """Faces of the grounds of hazards and, after them, releases.

    A release acts on a hazard where its date is not before the hazard's (ground suspected again later is contaminated
    again); ``cleared`` on every hazard, ``reduced`` and ``cancelled`` on the one it names, or on every one when it names none.
    """
    of_hazard = found.member < len(hazards)
    face, hazard = found.face[of_hazard], found.member[of_hazard]
    release_face, release_of = found.face[~of_hazard], found.member[~of_hazard] - len(hazards)
    per_face = np.bincount(release_face, minlength=found.count)
    begins = np.r_[0, np.cumsum(per_face)]
    times = per_face[face]
    place = np.repeat(np.arange(len(face)), times)
    within = np.arange(len(place)) - np.repeat(np.cumsum(times) - times, times)
    release = release_of[begins[face[place]] + within]

    hazard_day = np.array(days(hazards), np.int64)
    release_day = np.array(days(releases), np.int64)
    number = {record.id: at for at, record in enumerate(hazards)}
    everywhere = np.array([r.kind == "cleared" or r.hazard is None for r in releases], bool)
    named = np.array([-1 if r.hazard is None else number.get(r.hazard, -1) for r in releases], np.int64)
    acts = (release_day[release] >= hazard_day[hazard[place]]) & (
        everywhere[release] | (named[release] == hazard[place])
    )
    return Acting(face, hazard, place[acts], release[acts], release_face, release_of)


def ranks(priority: Sequence[str]) -> dict[str, int]:
    """Raises ``ValueError`` for a priority that does not hold each kind once."""
    if isinstance(priority, str) or not isinstance(priority, Iterable) or sorted(map(str, priority)) != sorted(KINDS):
        raise ValueError(f"the priority is {priority!r}; order each of {', '.join(KINDS)} once")
    return {kind: at for at, kind in enumerate(priority)}
