"""Which curve makes flow of a stage at which time; a curve as it is stored, and as it is computed with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Max, Q
from numpy.typing import NDArray

from ..models import Rating, RatingShift, Series
from ..models.ratings import RatingState
from ..seeing import of_staff
from ..values.reading import Known, moments

if TYPE_CHECKING:
    from rafid.methods.hydrology import RatingCurve

# The methods of hydrology stand on numba and scipy: they are loaded where something is computed, not with the addresses.
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Valid:
    """A curve and its shifts, from ``start`` up to, but without, ``end`` (NaT: for ever)."""

    number: int
    curve: RatingCurve
    start: np.datetime64
    end: np.datetime64
    shifts: tuple[tuple[np.datetime64, np.datetime64, float], ...] = ()


@dataclass(frozen=True)
class Flows:
    """By stage: flow (NaN where there is none), its quality (9 where there is none), and the version that made it (0: none)."""

    discharge: NDArray[np.float64]
    quality: NDArray[np.int64]
    version: NDArray[np.int64]


def stored(curve: RatingCurve) -> dict[str, Any]:
    return asdict(curve)


def curve_of(rating: Rating) -> RatingCurve:
    """The curve that a rating stores. Raises ``ValueError`` where it is none."""
    from rafid.methods.hydrology import RatingCurve, RatingSegment

    held = dict(rating.curve)
    segments = tuple(RatingSegment(**one) for one in held.pop("segments"))
    covariance = tuple(tuple(row) for row in held.pop("covariance", None) or ())
    return RatingCurve(segments=segments, covariance=covariance, **held)


def valid(ratings: Iterable[Rating]) -> list[Valid]:
    rows = list(ratings)
    shifts: dict[Any, list[RatingShift]] = {}
    for shift in RatingShift.objects.filter(rating__in=rows):
        shifts.setdefault(shift.rating_id, []).append(shift)
    return [
        Valid(
            one.number,
            curve_of(one),
            _moment(one.valid_from),
            _moment(one.valid_to),
            tuple((_moment(s.valid_from), _moment(s.valid_to), s.shift_m) for s in shifts.get(one.pk, ())),
        )
        for one in rows
    ]


def published(station: Any) -> list[Valid]:
    """The curves of a station that are published now."""
    return valid(Rating.objects.filter(station=station, state=RatingState.PUBLISHED).order_by("valid_from"))


def flows(stage: Known, curves: Sequence[Valid]) -> Flows:
    """Each stage by the curve that is valid at its time. A stage that failed or is missing has no flow."""
    from rafid.methods.hydrology import rate

    found = Flows(np.full(len(stage), np.nan), np.full(len(stage), 9), np.zeros(len(stage), np.int64))
    for one in curves:
        within = inside(stage.times, one.start, one.end)
        if not within.any():
            continue
        moved = np.zeros(int(within.sum()))
        for start, end, height in one.shifts:
            moved[inside(stage.times[within], start, end)] += height
        rated = rate(stage.good[within], curve=one.curve, shift=moved)
        found.discharge[within] = np.round(rated.discharge, 6)
        found.quality[within] = rated.quality
        found.version[within] = one.number
    return found


def inside(times: Times, start: np.datetime64, end: np.datetime64) -> NDArray[np.bool_]:
    within: NDArray[np.bool_] = times >= start
    return within if np.isnat(end) else within & (times < end)


def _moment(time: Any) -> np.datetime64:
    return np.datetime64("NaT", "us") if time is None else moments([time])[0]


def flow_series(station: Any) -> list[Series]:
    """The series of flow that rest on a stage of this station."""
    return list(
        Series.objects.filter(
            station=station, variable="discharge", origin="derived", derived_from__variable="stage"
        ).select_related("derived_from", "station")
    )


def next_number(station: Any) -> int:
    return (Rating.objects.filter(station=station).aggregate(last=Max("number"))["last"] or 0) + 1


def seen(user: Any) -> Any:
    """Ratings of stations that a person sees; drafts for those alone who work there."""
    staff = of_staff(user, owner="station__owner", place="station__place", sensitivity="station__sensitivity")
    return Rating.objects.visible_to(user).filter(~Q(state=RatingState.DRAFT) | staff)
