"""How much records are alike, all with all at machine speed: for the rank of interviewers by copying."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def likeness(codes: Any) -> Any:
    """Shares (n, n) of same answers among those that both gave, of records ``codes`` (n, k); -1 with oneself, 0 where no
    question was answered by both."""
    count, width = codes.shape
    shares = np.empty((count, count), np.float32)
    for one in range(count):
        shares[one, one] = -1.0
        for two in range(one):
            same, both = 0, 0
            for column in range(width):
                if codes[one, column] != 0 and codes[two, column] != 0:
                    both += 1
                    same += codes[one, column] == codes[two, column]
            share = np.float32(same / max(both, 1))
            shares[one, two] = share
            shares[two, one] = share
    return shares


@njit(cache=True, nogil=True)
def best_of_others(shares: Any, rows: Any) -> Any:
    """Mean over ``rows`` of the greatest share with another of them."""
    total = 0.0
    for one in rows:
        best = np.float32(-1.0)
        for two in rows:
            if shares[one, two] > best:
                best = shares[one, two]
        total += float(best)
    return total / rows.size
