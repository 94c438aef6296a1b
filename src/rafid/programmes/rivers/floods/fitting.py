"""Yearly peaks and what is told of older floods, fitted by three distributions; which of them is used, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models import HistoricalFlood
from .yearly import WaterYear

if TYPE_CHECKING:
    from rafid.methods.hydrology import FrequencyFit

PERIODS = (2, 5, 10, 20, 25, 50, 100, 200, 500)
FITS = ("lp3", "gev", "gumbel")
FEWEST, FEW = 10, 30
"""Whole years below which nothing is fitted, and below which a fit is told with caution."""
LEVEL, RESAMPLES, SEED = 0.9, 500, 0
APART = 1.25
"""The fits disagree where the largest flood of a hundred years is so many times the smallest."""


@dataclass(frozen=True)
class Told:
    """A historical flood, and ``why`` it does not enter a fit: ``left_out``, ``fact`` (of a real river, beside invented flows),
    ``threshold`` (none is known), ``gauged`` (in the gauge's own time), ``below`` (another one's threshold). Empty: it does."""

    flood: HistoricalFlood
    why: str = ""


@dataclass(frozen=True)
class History:
    """``years`` from ``since`` to the gauge's first whole year, in which every flood above ``threshold`` is known."""

    told: list[Told] = field(default_factory=list)
    since: int = 0
    years: int = 0
    threshold: float | None = None

    @property
    def used(self) -> list[HistoricalFlood]:
        return [one.flood for one in self.told if not one.why]

    @property
    def peaks(self) -> tuple[float, ...]:
        return tuple(one.flow for one in self.used)


def history_of(
    floods: Iterable[HistoricalFlood], years: Sequence[WaterYear], *, made_up: bool, known_at: datetime | None = None
) -> History:
    """``made_up``: the station's flows are invented, and nothing that a source tells is mixed with them."""
    counted = [one.year for one in years if one.counts]
    first = min(counted, default=0)
    rows = list(floods)

    def why(one: HistoricalFlood) -> str:
        if one.left_out and (known_at is None or (one.left_out_at and one.left_out_at <= known_at)):
            return "left_out"
        if one.fact and made_up:
            return "fact"
        if one.threshold is None:
            return "threshold"
        return "gauged" if not counted or one.year >= first else ""

    said = {one.pk: why(one) for one in rows}
    fit = [one for one in rows if not said[one.pk]]
    threshold = max((one.threshold for one in fit if one.threshold is not None), default=None)
    said |= {one.pk: "below" for one in fit if threshold is not None and one.flow < threshold}
    since = min((one.known_since for one in fit if one.known_since is not None and not said[one.pk]), default=0)
    told = [Told(one, said[one.pk]) for one in rows]
    return History(told, since, first - since, threshold) if since else History(told)


@dataclass(frozen=True)
class Quantile:
    """The flood of ``period`` years in m³/s, with its interval. ``beyond``: further than twice the record's length."""

    period: int
    flow: float
    low: float
    high: float
    beyond: bool


@dataclass(frozen=True)
class Curve:
    """One distribution. ``closeness``: the correlation of the peaks with where the fit puts them, on the plotting positions.
    ``years``: those that it knows, the historic time included where it can take it. ``fit`` None: it finds no answer."""

    code: str
    fit: FrequencyFit | None
    quantiles: list[Quantile] = field(default_factory=list)
    closeness: float | None = None
    years: int = 0

    def of(self, period: int) -> Quantile | None:
        return next((one for one in self.quantiles if one.period == period), None)


@dataclass(frozen=True)
class Region:
    """The skew of log10 of the region, and its mean square error (None: it is held)."""

    skew: float | None = None
    mse: float | None = None


@dataclass(frozen=True)
class Frequency:
    """``problem``: why nothing was fitted (``short``, ``alike``); ``used`` is None then. ``chosen``: somebody asked for it."""

    years: list[WaterYear]
    history: History
    region: Region
    curves: dict[str, Curve] = field(default_factory=dict)
    used: Curve | None = None
    chosen: bool = False
    problem: str = ""
    positions: tuple[float, ...] = ()
    historic_positions: tuple[float, ...] = ()

    @property
    def counted(self) -> list[WaterYear]:
        return [one for one in self.years if one.counts]

    @property
    def peaks(self) -> tuple[float, ...]:
        return tuple(float(one.peak or 0) for one in self.counted)

    @property
    def low_outliers(self) -> int:
        lp3 = self.curves.get("lp3")
        return lp3.fit.low_outliers.count if lp3 and lp3.fit else 0

    @property
    def low_threshold(self) -> float:
        lp3 = self.curves.get("lp3")
        return lp3.fit.low_outliers.threshold if lp3 and lp3.fit else 0.0

    @property
    def apart(self) -> float:
        """The largest flood of a hundred years through the smallest, over the fits."""
        found = [one.flow for curve in self.curves.values() if (one := curve.of(100)) is not None and one.flow > 0]
        return max(found) / min(found) if found else 1.0


def frequency(
    years: list[WaterYear], history: History, *, region: Region = Region(), asked: str = "", intervals: bool = True
) -> Frequency:
    """Log-Pearson III where it has an answer, unless ``asked`` names another: low outliers, historic floods and a regional skew
    can enter it alone."""
    peaks = tuple(float(one.peak or 0) for one in years if one.counts)
    if len(peaks) < FEWEST:
        return Frequency(years, history, region, problem="short")
    if min(peaks) == max(peaks):
        return Frequency(years, history, region, problem="alike")
    curves, here, there = _fitted(
        peaks, history.peaks, history.years, history.threshold, region.skew, region.mse, intervals
    )
    found = {one.code: one for one in curves}
    able = [code for code in FITS if found[code].fit is not None]
    if not able:
        return Frequency(years, history, region, found, problem="none", positions=here, historic_positions=there)
    used = found[asked if asked in able else able[0]]
    return Frequency(years, history, region, found, used, asked in able, "", here, there)


@lru_cache(maxsize=128)
def _fitted(
    peaks: tuple[float, ...],
    historic: tuple[float, ...],
    years: int,
    threshold: float | None,
    skew: float | None,
    mse: float | None,
    intervals: bool,
) -> tuple[tuple[Curve, ...], tuple[float, ...], tuple[float, ...]]:
    """The same peaks are asked for again by the page, its files and the API: the fits depend on nothing else."""
    from rafid.methods.hydrology import fit_gev, fit_gumbel, fit_lp3, plotting_positions

    told: dict[str, Any] = {"historic_peaks": historic, "historic_years": years, "historic_threshold": threshold}
    here, there = plotting_positions(peaks, **told)
    region: dict[str, Any] = {"regional_skew": skew, "regional_skew_mse": mse}
    made = {
        "lp3": lambda: fit_lp3(peaks, **told, **region),
        "gev": lambda: fit_gev(peaks),
        "gumbel": lambda: fit_gumbel(peaks),
    }
    curves = tuple(
        _curve(code, make, peaks, here, years if code == "lp3" else 0, intervals) for code, make in made.items()
    )
    return curves, tuple(here.tolist()), tuple(there.tolist())


def _curve(
    code: str, make: Any, peaks: tuple[float, ...], positions: Any, historic_years: int, intervals: bool
) -> Curve:
    try:
        fit: FrequencyFit = make()
        aep = 1 / np.array(PERIODS, float)
        flows = np.asarray(fit.quantile(aep))
        low, high = fit.interval(aep, level=LEVEL, resamples=RESAMPLES, seed=SEED) if intervals else (flows, flows)
        placed = np.asarray(fit.quantile(positions))
    except ValueError:
        return Curve(code, None)
    years = len(peaks) + historic_years
    rows = zip(PERIODS, flows.tolist(), np.asarray(low).tolist(), np.asarray(high).tolist(), strict=True)
    quantiles = [Quantile(period, flow, least, most, period > 2 * years) for period, flow, least, most in rows]
    kept = np.array(peaks) >= fit.low_outliers.threshold
    closeness = float(np.corrcoef(np.array(peaks)[kept], placed[kept])[0, 1]) if kept.sum() > 2 else None
    return Curve(code, fit, quantiles, closeness, years)
