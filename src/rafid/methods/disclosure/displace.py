"""Points moved by chance, so that a house on the map is not the house."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def displace_points(xy: ArrayLike, *, inner: float, outer: float, seed: int) -> NDArray[np.float64]:
    """Each point moved to a place drawn evenly from the area of the ring between ``inner`` and ``outer`` around it ("donut
    masking": Hampton and others 2010, "Mapping health data: improved privacy protection with donut method geomasking",
    Am. J. Epidemiol. 172).

    xy: (n, 2) metres of a projected system; NaN stays NaN. inner, outer: metres, 0 ≤ inner ≤ outer, outer above 0. The
    distance is √(u (outer² - inner²) + inner²) with u even on 0..1, the direction even on the circle. One seed gives the
    same answer for the same points; keep it as secret as the points, and keep it for all releases of them, since the mean
    of many displacements is the point itself.

    Raises ``ValueError`` for another shape, infinite coordinates, and distances that are no ring.

    >>> displace_points([[0, 0]], inner=100, outer=200, seed=1).round(1).tolist()
    [[151.6, -48.8]]
    """
    points: NDArray[np.float64] = np.array(xy, dtype=np.float64)
    if points.size == 0 and points.ndim == 1:
        points = points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError("xy must hold two coordinates for each point")
    if np.isinf(points).any():
        raise ValueError(f"point {int(np.argmax(np.isinf(points).any(axis=1)))} has an infinite coordinate")
    if not (np.isfinite(inner) and np.isfinite(outer) and 0 <= inner <= outer and outer > 0):
        raise ValueError(f"the ring from {inner} to {outer} metres is none: 0 ≤ inner ≤ outer, outer above 0")
    chance = np.random.default_rng(seed)
    distance = np.sqrt(chance.random(len(points)) * (outer**2 - inner**2) + inner**2)
    direction = chance.random(len(points)) * 2 * np.pi
    # Rounding must not take a point out of its ring.
    distance = np.clip(distance, inner, outer)
    points += np.column_stack((distance * np.cos(direction), distance * np.sin(direction)))
    return points
