"""From costs and rules to scores, reasons and an order."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rafid.methods.toponyms.toponym import Match, Toponym

RULES: Final = {"code": 1.0, "exact": 1.0, "folded": 0.98, "article": 0.96, "kind": 0.94, "order": 0.92}
"""Scores of the names that are the same by a rule; all that is only alike stays below."""

OTHER_KIND: Final = 0.8  # the same name of another kind of place: a district asked for, a village found
ONE_KIND_SHARE: Final = 0.97  # of the score where only one of the names says a kind
OTHER_KIND_SHARE: Final = 0.85
PART: Final = 0.88  # of the score of a part of the text: below a sound match with the whole
LEAST: Final = 0.05  # below this two names have nothing to say to each other
LEAST_INSIDE: Final = 0.003  # inside an area that was named one of few places is meant

_BEST_ALIGNED: Final = 0.93
# Between the scripts 90 % of the right pairs of a gazetteer have an excess cost between -0.6 and 0.4 for each sign.
_EASE: Final = 0.6
_HALFWAY: Final = 1.75
# Within one script equal names cost nothing.
_HALFWAY_SAME: Final = 0.5
# A name that fits outside the area must stay below every sound match inside and above a poor one.
_OUTSIDE: Final = 0.5
_OUTSIDE_LEAST: Final = 0.85
_FAR_SHARE: Final = 0.1  # of the score that distance can take
_HALF_KM: Final = 20.0

Found = Mapping[int, tuple[float, str]]
"""Row of a place → its score and reason."""


def aligned_scores(
    excess: NDArray[np.floating],
    lengths: NDArray[np.floating],
    same_script: NDArray[np.bool_],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Scores of alignments, all arrays (queries, k): by the excess cost for each of the `lengths` signs.

    The curves were set so that, on pairs that had no part in the counts, about as many of the first matches are right as
    their score says.
    """
    each = excess / np.maximum(lengths, 3.0)
    other = (np.maximum(each + _EASE, 0.0) / _HALFWAY) ** 4
    same = (np.maximum(each, 0.0) / _HALFWAY_SAME) ** 2
    unlike = np.where(same_script, same, other)
    return np.asarray(np.round(_BEST_ALIGNED * shares / (1 + unlike), 4), dtype=np.float64)


def rank(
    found: Found,
    places: Sequence[Toponym],
    *,
    inside: Container[int] | None,
    near: tuple[float, float] | None,
    limit: int,
) -> list[Match]:
    """The best `limit` of the found places, those inside the area first, ties in the order of the index."""
    ranked: list[tuple[float, int, str]] = []
    for row, (score, reason) in found.items():
        if inside is not None and row not in inside:
            if score < _OUTSIDE_LEAST:
                continue
            score, reason = round(score * _OUTSIDE, 4), "outside"
        ranked.append((-score, row, reason))
    ranked.sort()
    if near is not None:
        return _by_distance(ranked, places, near, limit)
    return [Match(places[row].id, -score, reason) for score, row, reason in ranked[:limit]]


def _by_distance(
    ranked: list[tuple[float, int, str]], places: Sequence[Toponym], near: tuple[float, float], limit: int
) -> list[Match]:
    equals: dict[float, int] = {}
    for score, _, _ in ranked:
        equals[score] = equals.get(score, 0) + 1
    weighed = []
    for score, row, reason in ranked:
        lon, lat = places[row].lon, places[row].lat
        far = 0.5 * _FAR_SHARE
        if lon is not None and lat is not None:
            distance = kilometres(near, (lon, lat))
            far = _FAR_SHARE * distance / (distance + _HALF_KM)
        weighed.append((score * (1 - far), row, reason, score))
    weighed.sort()
    matches: list[Match] = []
    decided: set[float] = set()
    for weight, row, reason, score in weighed[:limit]:
        if equals[score] > 1 and score not in decided and reason != "outside" and places[row].lon is not None:
            reason = "near"
        decided.add(score)
        matches.append(Match(places[row].id, round(-weight, 4), reason))
    return matches


def kilometres(left: tuple[float, float], right: tuple[float, float]) -> float:
    """Great-circle distance of two points (longitude, latitude in degrees) on a sphere of 6371 km."""
    (lon1, lat1), (lon2, lat2) = (map(math.radians, point) for point in (left, right))
    a = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(a)))


def check_point(near: tuple[float, float] | None) -> None:
    """Raises ValueError for a point that is none."""
    if near is not None and not (
        len(near) == 2 and all(math.isfinite(x) for x in near) and abs(near[0]) <= 180 and abs(near[1]) <= 90
    ):
        raise ValueError(f"{near!r} is no point: give longitude and latitude in degrees.")
