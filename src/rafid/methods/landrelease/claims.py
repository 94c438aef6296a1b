"""Two authorities' pictures of one country: where they agree, where they differ, and what only one of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rafid.methods.landrelease.faces import faces
from rafid.methods.landrelease.grounds import checked


@dataclass(frozen=True)
class Claim:
    """An authority holds that this ground has this status (a word: open, worked on, closed)."""

    id: str
    ground: Any
    status: str


@dataclass(frozen=True)
class Comparison:
    """Areas in m², and ``grounds``: the shape of each of the first four by its name. total = their sum."""

    agreed: float
    disputed: float
    only_a: float
    only_b: float
    total: float
    grounds: dict[str, BaseGeometry]


def compare_claims(a: Sequence[Claim], b: Sequence[Claim]) -> Comparison:
    """Claims of authorities A and B in one equal-area plane. Disputed: both claim it, with a different status anywhere; agreed:
    both, and only with the same.

    Raises ``ValueError`` that names the claim for a ground that is empty or crosses itself.

    >>> from shapely import box
    >>> found = compare_claims([Claim("A-1", box(0, 0, 100, 100), "open")], [Claim("B-1", box(50, 0, 120, 100), "closed")])
    >>> found.disputed, found.only_a, found.only_b
    (5000.0, 5000.0, 2000.0)
    """
    claims = [*a, *b]
    grounds = checked([claim.ground for claim in claims], lambda at: f"claim {claims[at].id}")
    found = faces(grounds, shapes=True)
    assert found.shapes is not None
    number = {status: at for at, status in enumerate(dict.fromkeys(claim.status for claim in claims))}
    held = np.zeros((2, len(number), found.count), bool)
    status = np.array([number[claim.status] for claim in claims], np.int64)
    held[(found.member >= len(a)).astype(int), status[found.member], found.face] = True
    has_a, has_b = held[0].any(0), held[1].any(0)
    both = has_a & has_b
    statuses = held.any(0).sum(0)
    chosen = {
        "agreed": both & (statuses == 1),
        "disputed": both & (statuses > 1),
        "only_a": has_a & ~has_b,
        "only_b": has_b & ~has_a,
    }
    areas = {name: float(found.areas[mask].sum()) for name, mask in chosen.items()}
    shapes = {name: shapely.union_all(found.shapes[mask]) for name, mask in chosen.items()}
    return Comparison(**areas, total=sum(areas.values()), grounds=shapes)
