"""What an estimate is, and the checks that all methods of sampling share."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
Number = float | F64
"""A number, or an array where the arguments were arrays."""

NEAR = 1e-9
"""0.07 × 100 is 7.000000000000001 in a computer: a whole number is meant where one is so near."""


@dataclass(frozen=True)
class Estimate:
    """``value`` lies between ``low`` and ``high`` with the confidence asked for. ``design_effect`` is the variance beside
    that of a simple sample of as many."""

    value: Number
    low: Number
    high: Number
    standard_error: Number
    design_effect: Number


def quantile(confidence: float) -> float:
    """z of a two-sided interval. Raises ``ValueError`` for a confidence outside 0..1."""
    return NormalDist().inv_cdf(0.5 + inside(confidence) / 2)


def student(confidence: float, freedom: int) -> float:
    """Student's t of a two-sided interval with so many degrees of freedom. Raises ``ValueError`` as ``quantile``."""
    from scipy.special import stdtrit  # heavy, and wanted for small samples only

    return float(stdtrit(freedom, 0.5 + inside(confidence) / 2))


def inside(confidence: float, name: str = "the confidence") -> float:
    """A share that is neither 0 nor 1. Raises ``ValueError`` for any other."""
    found = number(confidence, name)
    if not 0 < found < 1:
        raise ValueError(f"{name} is {confidence}; give a share between 0 and 1, such as 0.95")
    return found


def number(value: Any, name: str) -> float:
    """A number. Raises ``ValueError`` for what is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}, which is no number; give one") from None


def share(value: ArrayLike, name: str) -> F64:
    """Shares as floats. Raises ``ValueError`` for one outside 0..1, and for NaN."""
    found = np.asarray(value, float)
    if not np.all((found >= 0) & (found <= 1)):
        raise ValueError(f"{name} must lie between 0 and 1; give 0.05 for 5 %")
    return found


def whole(value: Any, name: str, least: int = 0) -> int:
    """A whole number of at least ``least``. Raises ``ValueError`` for any other."""
    try:
        found = int(value)
        right = found == value and found >= least
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        raise ValueError(f"{name} is {value!r}; give a whole number of {least} or more")
    return found


def plain(values: F64) -> Number:
    """A float where there is one value without a dimension."""
    return float(values) if np.ndim(values) == 0 else values
