"""The five classes of a month's water, as numbers, names and colours: the same on map, table and paper."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import pgettext
from numpy.typing import NDArray

CODES = ("low", "below_normal", "normal", "above_normal", "high")
COLOURS = ("#8c510a", "#dfc27d", "#f2f0e6", "#80cdc1", "#01665e")
NONE = 9
"""Stands for a cell without an index."""


def names() -> dict[str, str]:
    return {
        "low": pgettext("water of a month", "Low"),
        "below_normal": pgettext("water of a month", "Below normal"),
        "normal": pgettext("water of a month", "Normal"),
        "above_normal": pgettext("water of a month", "Above normal"),
        "high": pgettext("water of a month", "High"),
    }


def classed(values: Any) -> NDArray[np.uint8]:
    """Of each index the number of its class (0 low … 4 high), ``NONE`` where there is none: by the percentile that the index
    stands for, as the classes of stations."""
    from scipy import special

    values = np.asarray(values, float)
    percentile = 100 * special.ndtr(values)
    found = np.full(values.shape, NONE, np.uint8)
    known = np.isfinite(values)
    low = np.searchsorted([13.0, 28.0], percentile[known], side="right")
    high = np.searchsorted([72.0, 87.0], percentile[known], side="left")
    found[known] = low + high
    return found
