"""The balance of one hazard: what its reports say, and what they come to on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rafid.methods.landrelease.acting import ranks
from rafid.methods.landrelease.faces import faces
from rafid.methods.landrelease.grounds import checked
from rafid.methods.landrelease.records import KINDS, Release, distinct, name_of


@dataclass(frozen=True)
class Balance:
    """Areas in m². ``by_kind`` counts each square metre inside once, ``reported`` what the reports add up to. The grounds can
    be empty, and are drawn on the map of the hazard."""

    hazard: float
    released: float
    remaining: float
    counted_twice: float
    outside: float
    by_kind: dict[str, float]
    reported: dict[str, float]
    remaining_ground: BaseGeometry
    outside_ground: BaseGeometry
    twice_ground: BaseGeometry


def balance(hazard_ground: Any, releases: Sequence[Release], *, priority: Sequence[str] = KINDS) -> Balance:
    """The balance of a hazard's ground H and the releases Rᵢ that act on it, in one equal-area plane.

    released = |H ∩ ∪R|, remaining = |H - ∪R|, counted_twice = Σ|Rᵢ ∩ H| - released, outside = |∪R - H|.

    Raises ``ValueError`` that names the record for an unknown kind, and a ground that is empty or crosses itself.

    >>> from datetime import date
    >>> from shapely import box
    >>> day = date(2024, 3, 10)
    >>> found = balance(box(0, 0, 300, 200), [Release("R-1", "reduced", box(0, 0, 120, 150), day),
    ...                                       Release("R-2", "cleared", box(110, 0, 200, 160), day)])
    >>> found.released, found.remaining, found.counted_twice, found.by_kind["reduced"]
    (30900.0, 29100.0, 1500.0, 16500.0)
    """
    rank = ranks(priority)
    distinct(releases)
    grounds = checked(
        [hazard_ground, *(release.ground for release in releases)],
        lambda at: name_of(releases[at - 1]) if at else "the hazard",
    )
    found = faces(grounds, shapes=True)
    assert found.shapes is not None
    inside = np.zeros(found.count, bool)
    inside[found.face[found.member == 0]] = True
    of_release = found.member > 0
    times = np.bincount(found.face[of_release], minlength=found.count)
    best = np.full(found.count, len(rank))
    kinds = np.array([rank[release.kind] for release in releases], np.int64)
    np.minimum.at(best, found.face[of_release], kinds[found.member[of_release] - 1])

    def area(chosen: Any) -> float:
        return float(found.areas[chosen].sum())

    own = shapely.area(grounds[1:])
    return Balance(
        hazard=float(shapely.area(grounds[0])),
        released=area(inside & (times > 0)),
        remaining=area(inside & (times == 0)),
        counted_twice=float((found.areas * (times - 1))[inside & (times > 1)].sum()),
        outside=area(~inside),
        by_kind={kind: area(inside & (best == at)) for kind, at in rank.items()},
        reported={kind: float(own[kinds == at].sum()) for kind, at in rank.items()},
        remaining_ground=shapely.union_all(found.shapes[inside & (times == 0)]),
        outside_ground=shapely.union_all(found.shapes[~inside]),
        twice_ground=shapely.union_all(found.shapes[inside & (times > 1)]),
    )
