"""What is known of the years before a gauge: which floods would have been noticed, which were, and how exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rafid.methods.hydrology.given import F64, floats, number, of_kind, series, whole

DECADES = 9.0
"""A range that begins at 0 begins so many powers of ten below its end."""


@dataclass(frozen=True)
class PerceptionPeriod:
    """``years`` in which every flood above ``threshold`` would have been written down, and those that were.

    ``peaks`` are known exactly, ``ranges`` are pairs (lowest, highest) between which a crest lay. Every other of the years is
    known to have stayed below the threshold. Bulletin 17C (England et al. 2018, doi:10.3133/tm4B5), perception thresholds and
    flow intervals. Units: any one for all.

    >>> PerceptionPeriod(35, 150_000.0, peaks=(190_000.0,)).below
    34
    """

    years: int
    threshold: float
    peaks: tuple[float, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()

    @property
    def below(self) -> int:
        """Years that stayed below the threshold."""
        return self.years - len(self.peaks) - len(self.ranges)

    @property
    def widths(self) -> F64:
        """How far apart in log10 the ends of each of its floods lie: 0 for those known exactly."""
        return np.array([0.0] * len(self.peaks) + [math.log10(high) - _log(low, high) for low, high in self.ranges])

    def sound(self) -> PerceptionPeriod:
        """Itself with its exact ranges as peaks. Raises ``ValueError`` where it contradicts itself."""
        span = whole(self.years, "historic_years", least=0)
        told = series(self.peaks, "historic_peaks", least=0) if np.size(self.peaks) else np.empty(0)
        ends = floats(self.ranges, "ranges")
        ends = ends if ends.size else np.empty((0, 2))
        if ends.ndim != 2 or ends.shape[1] != 2:
            raise ValueError(f"ranges have the shape {ends.shape}; give pairs of a lowest and a highest flow")
        pairs = []
        for low, high in ends.tolist():
            pair = number(low, "the low end of a range", least=0), number(high, "the high end of a range", above=0)
            if pair[0] > pair[1]:
                raise ValueError(f"a range goes from {pair[0]:g} to {pair[1]:g}; give its lower end first")
            pairs.append(pair)
        limit = number(self.threshold, "historic_threshold", above=0)
        exact = [low for low, high in pairs if low == high]
        held = [pair for pair in pairs if pair[0] < pair[1]]
        count = told.size + len(pairs)
        if count > span:
            raise ValueError(f"{count} historic peaks do not fit into {span} historic years; count the whole time")
        if np.any(told < limit) or any(high < limit for _low, high in pairs):
            raise ValueError(
                f"a historic peak lies below the threshold of {limit:g}; leave it out, or lower the threshold"
            )
        return PerceptionPeriod(span, limit, (*told.tolist(), *exact), tuple(held))


def _log(low: float, high: float) -> float:
    return math.log10(low) if low > high * 10**-DECADES else math.log10(high) - DECADES


def periods_of(
    periods: Sequence[PerceptionPeriod],
    peaks: Sequence[float] | F64 = (),
    years: int = 0,
    threshold: float | None = None,
) -> list[PerceptionPeriod]:
    """All periods, the one that is told by its peaks, years and threshold alone among them. Raises ``ValueError`` for those
    that contradict themselves, and for years or peaks without a threshold."""
    told = tuple(series(peaks, "historic_peaks", least=0).tolist()) if np.size(peaks) else ()
    span = whole(years, "historic_years", least=0)
    found = [of_kind(one, PerceptionPeriod, "a period") for one in of_kind(periods, Iterable, "periods")]
    if span or told:
        if threshold is None:
            raise ValueError("historic years need historic_threshold: the flood that would have been written down")
        found.insert(0, PerceptionPeriod(span, threshold, told))
    return [one.sound() for one in found]


def ranges_in_logs(periods: Sequence[PerceptionPeriod]) -> tuple[F64, F64]:
    """``(low, high)`` of all ranges, log10."""
    pairs = [pair for one in periods for pair in one.ranges]
    return np.array([_log(low, high) for low, high in pairs]), np.array([math.log10(high) for _low, high in pairs])


def drawn_ranges(y: F64, widths: F64, chance: np.random.Generator) -> tuple[F64, F64]:
    """``(low, high)`` for floods ``y`` (log10, NaN: not noticed) drawn in a period whose own floods are ``widths`` apart at
    their ends: each that is noticed is known no better than one of those was. NaN for those known exactly."""
    width = widths[chance.integers(widths.size, size=y.shape)]
    share = chance.random(y.shape)
    ranged = np.isfinite(y) & (width > 0)
    return np.where(ranged, y - share * width, np.nan), np.where(ranged, y + (1 - share) * width, np.nan)
