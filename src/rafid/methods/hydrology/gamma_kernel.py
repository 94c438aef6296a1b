"""The incomplete gamma function for many rows, each with one shape: where an index of a whole grid spends its time."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy import special

from rafid.methods.hydrology.given import F64

SHARPEST = 500.0
"""Above this shape the series is long; scipy's uniform expansion serves."""

ENOUGH = 1e-17


def gamma_below(shape: F64, y: F64) -> F64:
    """P(shape, y), (rows, n): the share of a gamma distribution below ``y`` (rows, n), ``shape`` (rows,); NaN stays NaN.

    y^a e^-y / Γ(a+1) · (1 + y/(a+1) (1 + y/(a+2) (1 + …))): all terms are positive, and what divides is the same for a row,
    so that a row is a few multiplications (Abramowitz and Stegun 6.5.29). Within 1e-12 of scipy.special.gammainc.
    """
    a = shape[:, None]
    far = np.minimum(y, a + 8 * np.sqrt(a) + 40)  # beyond, less than 1e-16 is left above
    with np.errstate(divide="ignore", invalid="ignore"):
        found: F64 = np.log(far)
        found *= a
        found -= far
        found -= special.gammaln(a + 1)
        np.exp(found, out=found)
        sharp = shape > SHARPEST
        _series(np.where(sharp, np.nan, shape), far, found)
        if sharp.any():
            found[sharp] = special.gammainc(a[sharp], y[sharp])
    return found


@njit(cache=True, nogil=True)
def _series(shape: F64, y: F64, found: F64) -> None:
    """Multiplies ``found`` by the series, in place."""
    rows, n = y.shape
    held = np.empty(n)
    for row in range(rows):
        a = shape[row]
        if np.isnan(a):
            continue
        largest = 0.0
        for j in range(n):
            if y[row, j] > largest:
                largest = y[row, j]
        terms, term, total = 0, 1.0, 1.0
        while term > ENOUGH * total:
            terms += 1
            term *= largest / (a + terms)
            total += term
        for j in range(n):
            held[j] = 1.0
        for i in range(terms, 0, -1):
            share = 1.0 / (a + i)
            for j in range(n):
                held[j] = 1.0 + held[j] * (y[row, j] * share)
        for j in range(n):
            found[row, j] *= held[j]
