"""The arithmetic of maps: class breaks, the size of a pixel, the length of a scale bar. No Django."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS = 6_378_137.0
"""Metres; the sphere of Web Mercator (EPSG 3857)."""

_SMALL = 600
"""Up to so many distinct values a table of all classes is faster than starting the compiler."""


def class_breaks(values: ArrayLike, *, classes: int, how: str = "jenks") -> NDArray[np.float64]:
    """Edges of the classes of a choropleth: first the smallest value, last the largest one.

    values: any shape, NaN left out. classes: at least 1. how:

    - ``jenks``: the partition with the least sum of squared deviations from the classes' means, exactly (Fisher 1958, "On
      grouping for maximum homogeneity", JASA 53; Jenks 1977). Edges are data values. Where there are fewer distinct
      values than classes, there are fewer classes.
    - ``quantile``: equal counts, linear interpolation; equal edges are merged, so there may be fewer classes.
    - ``equal``: equal widths.

    Class i holds edges[i] < v <= edges[i + 1], the first one its lower edge too; so a first class that holds the smallest
    value alone has two equal edges, and one distinct value v gives [v, v].

    Raises ``ValueError`` for no values, infinite values, ``classes`` below 1, an unknown ``how``.

    >>> class_breaks([1, 2, 3, 10, 11, 12, 30, 31, 50], classes=4).tolist()
    [1.0, 3.0, 12.0, 31.0, 50.0]
    """
    known = np.asarray(values, dtype=np.float64).ravel()
    known = known[~np.isnan(known)]
    if how not in ("jenks", "quantile", "equal"):
        raise ValueError(f"how is jenks, quantile or equal, not {how!r}")
    if isinstance(classes, bool) or int(classes) != classes or classes < 1:
        raise ValueError("classes must be a whole number of at least 1")
    if known.size == 0:
        raise ValueError("there are no values to classify")
    if np.isinf(known).any():
        raise ValueError("values must be finite")
    low, high = float(known.min()), float(known.max())
    if low == high:
        return np.array([low, high])
    if how == "jenks":
        return _jenks(known, int(classes))
    if how == "quantile":
        edges = np.quantile(known, np.arange(int(classes) + 1) / int(classes))
    else:
        edges = np.linspace(low, high, int(classes) + 1)
    edges[0], edges[-1] = low, high
    return np.unique(edges)


def classify(values: ArrayLike, edges: ArrayLike) -> NDArray[np.int64]:
    """The class of each value, 0 for the lowest; -1 where it is NaN. Values beyond the edges join the outer classes.

    >>> classify([1, 3, 4, 50, float("nan")], [1, 3, 12, 31, 50]).tolist()
    [0, 0, 1, 3, -1]
    """
    given, bounds = np.asarray(values, dtype=np.float64), np.asarray(edges, dtype=np.float64)
    if bounds.ndim != 1 or bounds.size < 2:
        raise ValueError("there are at least two edges")
    found = np.minimum(np.searchsorted(bounds[1:], given, side="left"), bounds.size - 2).astype(np.int64)
    return np.where(np.isnan(given), -1, found)


def class_ranges(edges: ArrayLike, *, whole: bool = False) -> list[tuple[float, float]]:
    """Lowest and highest value of each class as a legend prints them.

    ``whole`` numbers are printed without overlap: 10 to 19, 20 to 29. A class in which no whole number lies has its
    upper end twice.

    >>> class_ranges([1, 3, 12.5], whole=True)
    [(1.0, 3.0), (4.0, 12.0)]
    """
    bounds = [float(edge) for edge in np.asarray(edges, dtype=np.float64)]
    ranges = list(pairwise(bounds))
    if not whole:
        return ranges
    found = []
    for position, (low, high) in enumerate(ranges):
        first, last = (math.ceil(low) if position == 0 else math.floor(low) + 1), math.floor(high)
        found.append((float(min(first, last)), float(last)))
    return found


def metres_per_pixel(*, latitude: float, zoom: float, tile_size: int = 512) -> float:
    """Ground length of one pixel of a Web Mercator map at ``latitude`` (degrees): cos(lat) 2 pi R / (tile_size 2^zoom).

    MapLibre's zoom counts tiles of 512 pixels, others 256. Raises ``ValueError`` outside ±90 degrees and for a size below 1.

    >>> round(metres_per_pixel(latitude=33.3, zoom=6), 3)
    1022.186
    """
    if not -90.0 <= latitude <= 90.0:
        raise ValueError("latitude lies within -90 and 90 degrees")
    if tile_size < 1:
        raise ValueError("a tile has at least one pixel")
    return math.cos(math.radians(latitude)) * 2.0 * math.pi * EARTH_RADIUS / (tile_size * 2.0**zoom)


def scale_bar(*, metres_per_pixel: float, max_pixels: float) -> tuple[float, float]:
    """Length in metres and in pixels of the longest scale bar of 1, 2 or 5 times a power of ten that fits.

    Raises ``ValueError`` unless both are positive and finite.

    >>> metres, pixels = scale_bar(metres_per_pixel=1022.186, max_pixels=120)
    >>> metres, round(pixels, 2)
    (100000.0, 97.83)
    """
    longest = metres_per_pixel * max_pixels
    if not (metres_per_pixel > 0 and max_pixels > 0 and math.isfinite(longest) and longest > 0):
        raise ValueError("metres_per_pixel and max_pixels must be positive")
    exponent = math.floor(math.log10(longest))
    # The logarithm may be off by one at the powers of ten; the next one is looked at too.
    lengths = [step * 10.0**power for power in (exponent - 1, exponent, exponent + 1) for step in (1.0, 2.0, 5.0)]
    metres = max(length for length in lengths if length <= longest * (1 + 1e-12))
    return metres, metres / metres_per_pixel


def _jenks(known: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    distinct, counts = np.unique(known, return_counts=True)
    classes = min(classes, distinct.size)
    # Shifted and scaled by a power of two: squares neither lose the differences of large values nor overflow.
    centre = distinct[distinct.size // 2]
    with np.errstate(over="ignore"):
        shifted = distinct - centre
    if not np.isfinite(shifted).all():
        shifted = distinct / 2 - centre / 2
    shifted = np.ldexp(shifted, -int(np.frexp(np.abs(shifted).max())[1]))
    weights = counts.astype(np.float64)
    if distinct.size <= _SMALL:
        last = _partition_small(shifted, weights, classes)
    else:
        from .fisher import partition

        last = partition(shifted, weights, classes)
    return np.concatenate((distinct[:1], distinct[np.asarray(last)]))


def _partition_small(
    values: NDArray[np.float64], weights: NDArray[np.float64], classes: int
) -> Sequence[int] | NDArray[np.int64]:
    """Index of the last value of each class, by the table of all classes' sums of squares.

    The table is filled by the update of Welford (1962), which only adds: nothing cancels.
    """
    size = values.size
    costs = np.full((size, size), np.inf)
    mean, weight, cost = np.zeros(size), np.zeros(size), np.zeros(size)
    for end in range(size):
        first = slice(0, end + 1)
        before = weight[first].copy()
        weight[first] += weights[end]
        delta = values[end] - mean[first]
        cost[first] += np.where(before > 0, weights[end] * before / weight[first] * delta * delta, 0.0)
        mean[first] += delta * (weights[end] / weight[first])
        costs[first, end] = cost[first]
    best = costs[0].copy()
    came_from = np.zeros((classes, size), dtype=np.int64)
    for number in range(1, classes):
        # Class `number` begins at i: what the classes before it cost up to i - 1, and its own cost.
        total = costs[1:] + best[:-1, None]
        came_from[number] = np.argmin(total, axis=0) + 1
        best = np.min(total, axis=0)
    last = [size - 1]
    for number in range(classes - 1, 0, -1):
        last.append(int(came_from[number, last[-1]]) - 1)
    return last[::-1]
