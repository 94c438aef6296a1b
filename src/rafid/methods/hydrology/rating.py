"""From stage to flow: the rating curve, its band, and how far a gauging lies from it. WMO-No. 1044, vol. II; ISO 18320."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from rafid.methods.hydrology.given import F64, finite, floats, number, of_kind, place, series, whole
from rafid.methods.hydrology.rating_fit import Pieces, fit_pieces

GAUGED, EXTENDED, FAR, MISSING = 0, 1, 2, 9
"""Quality of a flow: inside the gauged range, beyond it, beyond 1.5 × the largest gauged flow, no stage."""

FAR_BEYOND = 1.5
FEWEST = 5
SURE = 0.95
JOINT = 0.005


@dataclass(frozen=True)
class RatingSegment:
    """Q = a (h - h0)^b in m³/s for stages h above ``lower`` and up to ``upper`` m."""

    lower: float
    upper: float
    a: float
    h0: float
    b: float

    def discharge(self, stage: F64) -> F64:
        """m³/s, nothing below h0."""
        return self.a * np.maximum(stage - self.h0, 0.0) ** self.b  # type: ignore[no-any-return]


@dataclass(frozen=True)
class RatingCurve:
    """Segments from below, and the range of the ``gaugings`` (their number) that they rest on, in m and m³/s.

    The first and last segment go on beyond their ends. ``standard_error`` is that of ln Q: 0.05 is 5 %. ``covariance`` is that
    of ln a of the first segment, all b and all h0 (``rating_fit.Pieces``); without it the band knows the scatter alone.

    Raises ``ValueError`` for a curve that falls, or whose segments leave a gap or jump by more than 0.5 % at a break.
    """

    segments: tuple[RatingSegment, ...]
    lowest_gauged: float
    highest_gauged: float
    largest_gauged_flow: float
    standard_error: float
    gaugings: int
    covariance: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        if not self.segments:
            raise ValueError("a rating needs a segment; give one at least")
        for one in self.segments:
            if not (one.a > 0 and one.b > 0 and one.upper > one.lower):
                raise ValueError(
                    f"the segment from {one.lower:g} to {one.upper:g} m falls; give a, b and a length above 0"
                )
        for one, other in pairwise(self.segments):
            if one.upper != other.lower:
                raise ValueError(f"segments leave a gap between {one.upper:g} and {other.lower:g} m; let them meet")
            below, above = (float(each.discharge(np.asarray(one.upper))) for each in (one, other))
            if not abs(above - below) <= JOINT * below:
                raise ValueError(
                    f"the rating jumps from {below:g} to {above:g} m³/s at {one.upper:g} m; let segments meet"
                )


@dataclass(frozen=True)
class RatedFlow:
    """``discharge`` in m³/s, its 95 % band and ``quality``; numbers for a number, arrays for an array."""

    discharge: float | F64
    lower: float | F64
    upper: float | F64
    quality: int | NDArray[np.int64]


def fit_rating(stage: ArrayLike, discharge: ArrayLike, *, breaks: Sequence[float] | F64 = ()) -> RatingCurve:
    """The curve through gaugings: ``stage`` (n,) in m, ``discharge`` (n,) in m³/s.

    A new segment begins at each of ``breaks`` (m). Least squares of ln Q = ln a + b ln(h - h0), all segments at once, so that
    they meet at the breaks; h0 by one-dimensional search between 0.002 and 10 ranges of the gauged stages below the segment.
    A gauging on a break belongs to the segment below. ``standard_error`` takes two parameters per segment, and one, from the
    gaugings' number. ISO 18320; WMO-No. 1044, vol. II.

    Raises ``ValueError`` for arrays of other lengths, a value that is missing or endless, a flow of 0 or less, fewer than five
    gaugings in a segment, breaks that do not rise or lie outside the gaugings, and where the flow falls with the stage.
    """
    h, q = series(stage, "stage"), series(discharge, "discharge")
    if h.size != q.size:
        raise ValueError(f"stage has {h.size} values and discharge {q.size}; a gauging needs both")
    if np.any(q <= 0):
        raise ValueError(f"discharge is {q.min():g} m³/s at {place(q <= 0)}; leave out gaugings without flow")
    at = floats(breaks, "breaks")
    at = series(at, "breaks") if at.size else np.empty(0)
    if np.any(np.diff(at) <= 0):
        raise ValueError("breaks do not rise; give them from below, each once")
    held = np.bincount(np.searchsorted(at, h), minlength=at.size + 1)
    if np.any(held < FEWEST):
        raise ValueError(
            f"segment {int(np.argmin(held)) + 1} holds {int(held.min())} gaugings; it needs {FEWEST}: gauge, or move the break"
        )
    if np.any([np.ptp(h[np.searchsorted(at, h) == i]) == 0 for i in range(at.size + 1)]):
        raise ValueError("all gaugings of a segment have one stage; a curve needs stages that differ")
    pieces, left = fit_pieces(h, q, at)
    free = h.size - (1 + 2 * (at.size + 1))
    error = float(np.sqrt(left @ left / free))
    rows = pieces.rows(h)
    covariance = error**2 * np.linalg.pinv(rows.T @ rows)
    ends = [float(h.min()), *at.tolist(), float(h.max())]
    segments = tuple(
        RatingSegment(lower, upper, float(a), float(h0), float(b))
        for lower, upper, a, h0, b in zip(ends, ends[1:], pieces.factors(), pieces.h0, pieces.b, strict=False)
    )
    return RatingCurve(
        segments, ends[0], ends[-1], float(q.max()), error, h.size, tuple(tuple(row) for row in covariance.tolist())
    )


def rate(stage: ArrayLike, *, curve: RatingCurve, shift: ArrayLike = 0.0) -> RatedFlow:
    """The flow at ``stage`` + ``shift`` (m; any shape, shift a number or as the stage) by ``curve``.

    The 95 % band holds the scatter of gaugings and what is not known of the parameters, in ln Q by Student's t. Nearer to h0
    than h0 is sure, the upper end stays what it is there. ``quality`` 0 inside the gauged range, 1 beyond, 2 beyond 1.5 × the
    largest gauged flow, 9 and NaN where the stage is NaN. Raises ``ValueError`` for a stage that is endless and a shift that
    is no finite number.
    """
    of_kind(curve, RatingCurve, "curve", by="fit_rating")
    h = floats(stage, "stage")
    if np.isinf(h).any():
        raise ValueError(f"stage is endless at {place(np.isinf(h))}; a stage that is missing is NaN")
    moved = finite(shift, "shift")
    shape = np.broadcast_shapes(h.shape, moved.shape)
    h = np.broadcast_to(h + moved, shape).ravel()
    q = _flow(h, curve)
    spread, nearest = _spread(h, curve)
    with np.errstate(over="ignore"):
        lower = q * np.exp(-spread)
        upper = _flow(nearest, curve) * np.exp(spread)
    gauged = (h >= curve.lowest_gauged) & (h <= curve.highest_gauged)
    quality = np.where(gauged, GAUGED, np.where(q > FAR_BEYOND * curve.largest_gauged_flow, FAR, EXTENDED))
    quality = np.where(np.isnan(h), MISSING, quality)
    if not shape:
        return RatedFlow(float(q[0]), float(lower[0]), float(upper[0]), int(quality[0]))
    return RatedFlow(q.reshape(shape), lower.reshape(shape), upper.reshape(shape), quality.reshape(shape))


def gauging_deviation(stage: ArrayLike, discharge: ArrayLike, *, curve: RatingCurve) -> float | F64:
    """100 (Q/Q_rating - 1) in %, of gaugings in m and m³/s; endless where the curve has no flow. A number for a number.

    Raises ``ValueError`` for arrays of other shapes and for a value that is missing or endless.
    """
    of_kind(curve, RatingCurve, "curve", by="fit_rating")
    h, q = finite(stage, "stage"), finite(discharge, "discharge", least=0)
    if h.shape != q.shape:
        raise ValueError(f"stage has the shape {h.shape} and discharge {q.shape}; a gauging needs both")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 100 * (q / _flow(h.ravel(), curve).reshape(h.shape) - 1)
    return float(found) if not found.ndim else found


def lasting_deviations(deviation: ArrayLike, *, limit: float = 10.0, count: int = 3) -> list[tuple[int, int]]:
    """Runs, half-open, of at least ``count`` gaugings in a row that all deviate (n,), in %, by more than ``limit`` to one side.

    Such a run tells that the bed has changed; one gauging may err (WMO-No. 1044, vol. II). Raises ``ValueError``
    for a limit below 0 and a count below 1.
    """
    found = floats(deviation, "deviation")
    side = np.where(np.abs(found) > number(limit, "limit", least=0), np.sign(found), 0)
    edges = np.flatnonzero(np.diff(side, prepend=np.nan, append=np.nan) != 0)
    least = whole(count, "count")
    return [(int(a), int(b)) for a, b in pairwise(edges) if side[a] != 0 and b - a >= least]


def _flow(h: F64, curve: RatingCurve) -> F64:
    """(n,); NaN stays."""
    which = np.searchsorted([one.upper for one in curve.segments[:-1]], np.nan_to_num(h, nan=-np.inf))
    found = np.full(h.shape, np.nan)
    for i, one in enumerate(curve.segments):
        found[which == i] = one.discharge(h[which == i])
    return found


def _spread(h: F64, curve: RatingCurve) -> tuple[F64, F64]:
    """Half the width of the band in ln Q (n,), and the stage where it was taken: not nearer to h0 than h0 is sure."""
    pieces = len(curve.segments)
    free = curve.gaugings - (1 + 2 * pieces)
    t = float(special.stdtrit(free, (1 + SURE) / 2) if free > 0 else special.ndtri((1 + SURE) / 2))
    if not curve.covariance:
        return np.full(h.shape, t * curve.standard_error), h
    covariance = np.array(curve.covariance)
    first = curve.segments[0]
    unsure = max(np.sqrt(covariance[1 + pieces, 1 + pieces]), 1e-9)
    nearest = np.maximum(h, first.h0 + unsure)
    made = Pieces(
        np.array([one.upper for one in curve.segments[:-1]]),
        float(np.log(first.a)),
        np.array([one.b for one in curve.segments]),
        np.array([one.h0 for one in curve.segments]),
    )
    known = np.where(np.isnan(nearest), curve.highest_gauged, nearest)
    rows = made.rows(known)
    variance = np.einsum("ni,ij,nj->n", rows, covariance, rows)
    return np.where(np.isnan(h), np.nan, t * np.sqrt(curve.standard_error**2 + np.maximum(variance, 0))), nearest
