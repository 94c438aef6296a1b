"""Yearly peaks and what is told of older floods, fitted by three distributions; which of them is used, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models import HistoricalFlood, PerceivedPeriod
from .yearly import WaterYear

if TYPE_CHECKING:
    from rafid.methods.hydrology import FrequencyFit, PerceptionPeriod

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
    ``threshold`` (none is known), ``gauged`` (in the gauge's own time), ``outside`` (of every period of perception), ``below``
    (the threshold of its time, or another one's). Empty: it does."""

    flood: HistoricalFlood
    why: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """Between which flows the crest lay; an end that nobody told is the crest."""
        return self.flood.flow_low or self.flood.flow, self.flood.flow_high or self.flood.flow

    @property
    def ranged(self) -> bool:
        low, high = self.ends
        return low < high


@dataclass(frozen=True)
class Perceived:
    """A period of perception as it enters: its years before the gauge, from ``first`` to ``last``, and their floods. ``why`` it
    does not enter: ``left_out``, ``fact``, or ``gauged`` (all of it lies in the gauge's own time). ``row`` None: what the
    floods themselves say of their time."""

    first: int
    last: int
    threshold: float
    row: PerceivedPeriod | None = None
    floods: tuple[Told, ...] = ()
    why: str = ""

    @property
    def years(self) -> int:
        return 0 if self.why else self.last - self.first + 1

    @property
    def method(self) -> PerceptionPeriod:
        from rafid.methods.hydrology import PerceptionPeriod

        return PerceptionPeriod(
            self.years,
            self.threshold,
            tuple(one.flood.flow for one in self.floods if not one.ranged),
            tuple(one.ends for one in self.floods if one.ranged),
        )

    @property
    def placed(self) -> PerceptionPeriod:
        """As it stands on probability paper: a range at its crest."""
        from rafid.methods.hydrology import PerceptionPeriod

        crests = tuple(max(one.flood.flow, self.threshold) for one in self.floods)
        return PerceptionPeriod(self.years, self.threshold, crests)


@dataclass(frozen=True)
class History:
    """What is known of the time before the gauge: ``periods``, each with its threshold, and the floods ``told`` of it."""

    told: list[Told] = field(default_factory=list)
    periods: tuple[Perceived, ...] = ()

    @property
    def entering(self) -> tuple[Perceived, ...]:
        return tuple(one for one in self.periods if one.years)

    @property
    def placed(self) -> list[HistoricalFlood]:
        """The floods that enter, in the order of their periods."""
        return [told.flood for one in self.entering for told in one.floods]

    @property
    def used(self) -> list[HistoricalFlood]:
        return [one.flood for one in self.told if not one.why]

    @property
    def ranged(self) -> int:
        return sum(one.ranged for one in self.told if not one.why)

    @property
    def peaks(self) -> tuple[float, ...]:
        return tuple(one.flow for one in self.used)

    @property
    def since(self) -> int:
        return min((one.first for one in self.entering), default=0)

    @property
    def years(self) -> int:
        return sum(one.years for one in self.entering)

    @property
    def threshold(self) -> float | None:
        """The highest that enters."""
        return max((one.threshold for one in self.entering), default=None)


def history_of(
    floods: Iterable[HistoricalFlood],
    years: Sequence[WaterYear],
    *,
    made_up: bool,
    known_at: datetime | None = None,
    periods: Iterable[PerceivedPeriod] = (),
) -> History:
    """``made_up``: the station's flows are invented, and nothing that a source tells is mixed with them. Where ``periods`` of
    the station are known, they and no flood's own threshold say what would have been noticed."""
    counted = [one.year for one in years if one.counts]
    first = min(counted, default=0)

    def out(one: Any) -> bool:
        return bool(one.left_out and (known_at is None or (one.left_out_at and one.left_out_at <= known_at)))

    def why(one: HistoricalFlood) -> str:
        if out(one):
            return "left_out"
        if one.fact and made_up:
            return "fact"
        return "gauged" if not counted or one.year >= first else ""

    told = [Told(one, why(one)) for one in floods]
    rows = list(periods)
    if not any(not out(one) and not (one.fact and made_up) for one in rows):
        own = _by_the_floods(told, first)
        return History(own.told, (*own.periods, *(_shut(one, out(one)) for one in rows)))
    found: list[Perceived] = []
    said: dict[Any, str] = {}
    for row in rows:
        if out(row) or (row.fact and made_up):
            found.append(_shut(row, out(row)))
            continue
        last = min(row.last_year, first - 1) if counted else row.last_year
        inside = [one for one in told if not one.why and row.first_year <= one.flood.year <= last]
        high = tuple(
            one for one in inside if one.ends[1] >= row.threshold and (one.ranged or one.flood.flow >= row.threshold)
        )
        said |= {one.flood.pk: "" if one in high else "below" for one in inside}
        late = not counted or row.first_year > last
        found.append(
            Perceived(row.first_year, row.last_year, row.threshold, row, why="gauged")
            if late
            else Perceived(row.first_year, last, row.threshold, row, high)
        )
    told = [one if one.why else Told(one.flood, said.get(one.flood.pk, "outside")) for one in told]
    return History(told, tuple(found))


def _shut(row: PerceivedPeriod, out: bool) -> Perceived:
    return Perceived(row.first_year, row.last_year, row.threshold, row, why="left_out" if out else "fact")


def _by_the_floods(told: list[Told], first: int) -> History:
    """One period from the earliest year that a flood names to the gauge, with the highest of their thresholds."""
    told = [one if one.why or one.flood.threshold is not None else Told(one.flood, "threshold") for one in told]
    fit = [one for one in told if not one.why]
    threshold = max((one.flood.threshold for one in fit if one.flood.threshold is not None), default=None)
    if threshold is None:
        return History(told)
    told = [Told(one.flood, "below") if not one.why and one.flood.flow < threshold else one for one in told]
    since = min(one.flood.known_since for one in told if not one.why and one.flood.known_since is not None)
    return History(told, (Perceived(since, first - 1, threshold, None, tuple(one for one in told if not one.why)),))


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
    """The skew of log10 of the region, its mean square error (None: it is held), and who found it: ``source`` and the row of
    the register, where it is taken from there."""

    skew: float | None = None
    mse: float | None = None
    source: str = ""
    row: str = ""


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
    entering = history.entering
    told, placed = tuple(one.method for one in entering), tuple(one.placed for one in entering)
    curves, here, there = _fitted(peaks, told, placed, region.skew, region.mse, intervals)
    found = {one.code: one for one in curves}
    able = [code for code in FITS if found[code].fit is not None]
    if not able:
        return Frequency(years, history, region, found, problem="none", positions=here, historic_positions=there)
    used = found[asked if asked in able else able[0]]
    return Frequency(years, history, region, found, used, asked in able, "", here, there)


@lru_cache(maxsize=128)
def _fitted(
    peaks: tuple[float, ...],
    periods: tuple[PerceptionPeriod, ...],
    placed: tuple[PerceptionPeriod, ...],
    skew: float | None,
    mse: float | None,
    intervals: bool,
) -> tuple[tuple[Curve, ...], tuple[float, ...], tuple[float, ...]]:
    """The same peaks are asked for again by the page, its files and the API: the fits depend on nothing else."""
    from rafid.methods.hydrology import fit_gev, fit_gumbel, fit_lp3, plotting_positions

    here, there = plotting_positions(peaks, periods=placed)
    region: dict[str, Any] = {"regional_skew": skew, "regional_skew_mse": mse}
    years = sum(one.years for one in periods)
    made = {
        "lp3": lambda: fit_lp3(peaks, periods=periods, **region),
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
