"""Linear programs by HiGHS: for starting points, for groups of cells at once, and for what the lazy search leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.disclosure.sums import F64


class UnboundedError(Exception):
    """The objective has no end."""


def minimise(cost: F64, matrix: Any, right: ArrayLike, low: ArrayLike, high: ArrayLike) -> F64 | None:
    """The x that makes ``cost`` x least, under ``matrix`` x = ``right`` and ``low`` ≤ x ≤ ``high``; None where there is none.

    Raises ``UnboundedError`` where it falls without end.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # heavy, and wanted only where tables are

    constraints = [LinearConstraint(matrix, right, right)] if matrix.shape[0] else []
    answer = milp(cost, bounds=Bounds(low, high), constraints=constraints)
    if answer.status == 3 or (answer.x is None and answer.status == 4 and _unbounded(cost, matrix, right, low, high)):
        raise UnboundedError
    if answer.status == 2:
        return None
    if answer.x is None:
        raise ArithmeticError(f"HiGHS gave up: {answer.message}")
    found: F64 = np.asarray(answer.x, dtype=np.float64)
    return found


def _unbounded(cost: F64, matrix: Any, right: ArrayLike, low: ArrayLike, high: ArrayLike) -> bool:
    """HiGHS may say "unbounded or infeasible"; without an objective only the latter is left."""
    return minimise(np.zeros_like(cost), matrix, right, low, high) is not None
