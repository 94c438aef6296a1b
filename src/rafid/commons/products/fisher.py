"""Fisher's optimal partition of many values, compiled.

The best first value of the last class never moves back while the end moves on, because the cost of a class is a Monge
array; so the table of n values and k classes is filled by dividing in O(k n log n) (Galil and Park 1992, "Dynamic
programming with convexity, concavity and sparsity") instead of O(k n^2). Costs come from running sums kept to twice the
usual digits (Dekker 1971), since the sum of squares of a narrow class is the small difference of two large numbers; a
bound from the usual digits spares most of that work.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_SPLITTER = 134_217_729.0  # 2^27 + 1


@njit(cache=True, inline="always")
def _two_sum(a: float, b: float) -> tuple[float, float]:
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@njit(cache=True, inline="always")
def _two_product(a: float, b: float) -> tuple[float, float]:
    product = a * b
    t = _SPLITTER * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = _SPLITTER * b
    b_high = t - (t - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@njit(cache=True)
def _running(values, weights):  # type: ignore[no-untyped-def]
    """Running sums of w, w v and w v^2, the latter two as high and low part, and of w |v|; row i holds what stands
    before value i."""
    sums = np.zeros((values.size + 1, 6))
    for i in range(values.size):
        weight, value = weights[i], values[i]
        sums[i + 1, 0] = sums[i, 0] + weight
        first, first_low = _two_product(weight, value)
        square, square_low = _two_product(first, value)
        square_low += first_low * value
        high, error = _two_sum(sums[i, 1], first)
        sums[i + 1, 1], sums[i + 1, 2] = _two_sum(high, error + (sums[i, 2] + first_low))
        high, error = _two_sum(sums[i, 3], square)
        sums[i + 1, 3], sums[i + 1, 4] = _two_sum(high, error + (sums[i, 4] + square_low))
        sums[i + 1, 5] = sums[i, 5] + abs(first)
    return sums


@njit(cache=True, inline="always")
def _cost(sums, first, end):  # type: ignore[no-untyped-def]
    """Sum of squared deviations of the values first..end from their mean: S2 - S1^2 / W."""
    if first == end:
        return 0.0
    weight = sums[end + 1, 0] - sums[first, 0]
    s1, low = _two_sum(sums[end + 1, 1], -sums[first, 1])
    s1, s1_low = _two_sum(s1, low + (sums[end + 1, 2] - sums[first, 2]))
    s2, low = _two_sum(sums[end + 1, 3], -sums[first, 3])
    s2, s2_low = _two_sum(s2, low + (sums[end + 1, 4] - sums[first, 4]))
    square, square_low = _two_product(s1, s1)
    square_low += 2.0 * s1 * s1_low
    mean = square / weight
    back, back_low = _two_product(mean, weight)
    mean_low = ((square - back) - back_low + square_low) / weight
    difference, low = _two_sum(s2, -mean)
    return max(0.0, difference + (low + (s2_low - mean_low)))


@njit(cache=True, inline="always")
def _at_least(sums, first, end):  # type: ignore[no-untyped-def]
    """A bound below ``_cost`` from the high parts alone. The values are at most 1, so what the low parts can add is at
    most a few roundings of the sum of w |v|."""
    s1 = sums[end + 1, 1] - sums[first, 1]
    rough = sums[end + 1, 3] - sums[first, 3] - s1 * s1 / (sums[end + 1, 0] - sums[first, 0])
    return rough - 4e-15 * sums[end + 1, 5]


@njit(cache=True)
def _fill(sums, classes):  # type: ignore[no-untyped-def]
    size = sums.shape[0] - 1
    best = np.empty(size)
    following = np.empty(size)
    came_from = np.zeros((classes, size), dtype=np.int64)
    for end in range(size):
        best[end] = _cost(sums, 0, end)
    bounds = np.empty(size)
    stack = np.empty((128, 4), dtype=np.int64)
    for number in range(1, classes):
        following[:number] = 0.0
        stack[0] = (number, size - 1, number, size - 1)
        depth = 1
        while depth:
            depth -= 1
            low, high, first, last = stack[depth]
            middle = (low + high) // 2
            start, stop = max(first, number), min(middle, last) + 1
            at, least = start, np.inf
            for begin in range(start, stop):
                bound = best[begin - 1] + _at_least(sums, begin, middle)
                bounds[begin] = bound
                if bound < least:
                    least, at = bound, begin
            found = best[at - 1] + _cost(sums, at, middle)
            for begin in range(start, stop):
                if bounds[begin] <= found and begin != at:
                    total = best[begin - 1] + _cost(sums, begin, middle)
                    if total < found or (total == found and begin < at):
                        found, at = total, begin
            following[middle] = found
            came_from[number, middle] = at
            if low < middle:
                stack[depth] = (low, middle - 1, first, at)
                depth += 1
            if middle < high:
                stack[depth] = (middle + 1, high, at, last)
                depth += 1
        best, following = following, best
    return came_from


def partition(values: NDArray[np.float64], weights: NDArray[np.float64], classes: int) -> NDArray[np.int64]:
    """Index of the last value of each class.

    values: (n,) rising and distinct, of magnitude about 1. weights: (n,) positive. classes: 1..n.
    """
    came_from = _fill(_running(values, weights), classes)
    last = np.empty(classes, dtype=np.int64)
    end = values.size - 1
    for number in range(classes - 1, -1, -1):
        last[number] = end
        end = came_from[number, end] - 1
    return last
