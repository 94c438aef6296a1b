"""Least squares of ln Q on the stage, in pieces that meet at the breaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from rafid.methods.hydrology.given import F64

NEAREST, FARTHEST, STEPS = 2e-3, 10.0, 60
"""How far below its lowest stage a piece's h0 is looked for, in ranges of the gauged stages, and at how many places."""

STILL = 1e-12
MOST_ROUNDS = 60


@dataclass(frozen=True)
class Pieces:
    """ln Q = ``start`` + Σ of the pieces below + b (ln(h - h0) - ln(base - h0)) in the piece that holds h.

    ``base`` is where a piece begins: the break below it; for the first piece h0 + 1, whose logarithm is 0. So the pieces meet
    exactly, whatever b and h0 are. Parameters in the order start, all ``b``, all ``h0``.
    """

    breaks: F64
    start: float
    b: F64
    h0: F64

    def rows(self, stage: F64) -> F64:
        """(n, 1 + 2 pieces): what ln Q changes by with each parameter."""
        by_b = slopes(stage, self.breaks, self.h0)
        below, above = _ends(stage, self.breaks, len(self.h0))
        with np.errstate(divide="ignore"):
            by_h0 = -self.b * (above > below) / (above - self.h0)
            by_h0[:, 1:] += self.b[1:] * (above > below)[:, 1:] / (below[:, 1:] - self.h0[1:])
        return np.column_stack([np.ones(stage.size), by_b, by_h0])

    def log_flow(self, stage: F64) -> F64:
        """ln Q (n,) for stages (n,) above the first h0."""
        return self.start + slopes(stage, self.breaks, self.h0) @ self.b  # type: ignore[no-any-return]

    def factors(self) -> F64:
        """a of each piece, in the common form Q = a (h - h0)^b."""
        inner = np.append(self.breaks, self.breaks[-1] if self.breaks.size else 0.0)
        found = [self.start]
        for i in range(1, len(self.b)):
            here = found[-1] + self.b[i - 1] * np.log(inner[i - 1] - self.h0[i - 1])
            found.append(here - self.b[i] * np.log(inner[i - 1] - self.h0[i]))
        return np.exp(found)


def fit_pieces(stage: F64, discharge: F64, breaks: F64) -> tuple[Pieces, F64]:
    """The pieces with the least squares of ln Q, and what remains (n,). None falls: b > 0.

    With all h0 given, ln Q is linear in the rest; each h0 is looked for in one dimension, in turn, until nothing improves.
    Raises ``ValueError`` where no rising curve fits.
    """
    logs = np.log(discharge)
    span = float(np.ptp(stage))
    bottoms = np.append(stage.min(), breaks)
    depths = np.geomspace(NEAREST, FARTHEST, STEPS) * span
    h0 = bottoms - 0.2 * span

    def squares(h0: F64) -> float:
        b, left = _linear(stage, logs, breaks, h0)
        return float(left @ left) if np.all(b[1:] > 0) else np.inf

    best = squares(h0)
    for _ in range(MOST_ROUNDS):
        before = best
        for i, bottom in enumerate(bottoms):

            def at(log_depth: float, i: int = i, bottom: float = bottom) -> float:
                tried = h0.copy()
                tried[i] = bottom - np.exp(log_depth)
                return squares(tried)

            tries = np.array([at(one) for one in np.log(depths)])
            k = int(np.argmin(tries))
            around = np.log(depths[max(k - 1, 0)]), np.log(depths[min(k + 1, STEPS - 1)])
            finer = optimize.minimize_scalar(at, bounds=around, method="bounded", options={"xatol": 1e-10})
            place, found = (finer.x, finer.fun) if finer.fun <= tries[k] else (np.log(depths[k]), tries[k])
            if found < best:
                h0[i], best = bottom - np.exp(place), float(found)
        if not np.isfinite(best):
            raise ValueError(
                "the flow falls with rising stage in these gaugings; look for a wrong stage, flow or break"
            )
        if len(h0) == 1 or before - best <= STILL * max(best, STILL):
            break
    b, left = _linear(stage, logs, breaks, h0)
    return Pieces(breaks, float(b[0]), b[1:], h0), left


def slopes(stage: F64, breaks: F64, h0: F64) -> F64:
    """(n, pieces): ln((h - h0) / (base - h0)) of the part of each piece that lies below the stage."""
    below, above = _ends(stage, breaks, len(h0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(above - h0)
        found[:, 1:] -= np.log(below[:, 1:] - h0[1:])
    return np.where(above > below, found, 0.0)


def _ends(stage: F64, breaks: F64, pieces: int) -> tuple[F64, F64]:
    """(n, pieces) twice: from where to where each piece counts; -∞ is where the first begins."""
    below = np.concatenate([[-np.inf], breaks])
    above = np.minimum(stage[:, None], np.append(breaks, np.inf)[:pieces])
    return np.broadcast_to(below, above.shape), np.maximum(above, below)


def _linear(stage: F64, logs: F64, breaks: F64, h0: F64) -> tuple[F64, F64]:
    x = np.column_stack([np.ones(stage.size), slopes(stage, breaks, h0)])
    b = np.asarray(np.linalg.lstsq(x, logs, rcond=None)[0], np.float64)
    return b, logs - x @ b
