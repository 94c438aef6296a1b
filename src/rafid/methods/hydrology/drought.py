"""Droughts: standardised indices of rain, water balance and flow, the events in them, and the class of a place's state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from rafid.methods.hydrology.gamma_kernel import gamma_below
from rafid.methods.hydrology.given import F64, brief, floats, number, place, series, whole
from rafid.methods.hydrology.lmoments import probability_weighted

MONTHS = 12
FEWEST = 10
"""Values of a calendar month without which it has no index."""

HELD = 5.0
ALIKE = 1e-12
SMALL, TINY = 1e-5, 1e-12
"""A shape below which the first term of its series serves, and one that stands for 0."""

LONGEST = 120

HYDROSOS = ((13.0, "low"), (28.0, "below normal"), (72.0, "normal"), (87.0, "above normal"))
"""Upper ends of the classes in percentiles, and ``high`` above. As WMO's HydroSOS uses them; a country may have its own."""


def standardized_index(
    values: ArrayLike,
    *,
    scale: int,
    start_month: int = 1,
    distribution: str = "gamma",
    method: str = "lmoments",
    reference: tuple[int, int] | None = None,
) -> F64:
    """How far the sum of the last ``scale`` months lies from what is usual at that time of the year, in standard deviations.

    ``values`` (…, months), NaN where missing; ``start_month`` 1..12 is that of the first. Same shape back: NaN for the first
    ``scale`` - 1 months, for sums that hold a gap, and for calendar months with too little to fit; within ±5. Each calendar
    month has its own distribution, fitted on ``reference``, a half-open range of places in the series (all by default).

    ``gamma``: probability q + (1-q) G(x), q the share of sums that are 0, G fitted on the others, of which ten are needed: by
    ``lmoments`` with Hosking's rational approximation, or ``mle`` in Thom's closed form (1958). ``loglogistic``: generalised
    logistic of unbiased L-moments, k = -t3 of either sign; ten sums are needed; always by L-moments. McKee, Doesken and Kleist
    1993; Vicente-Serrano, Beguería and López-Moreno 2010, doi:10.1175/2009JCLI2909.1; Hosking and Wallis 1997, appendix.

    Raises ``ValueError`` for endless values, negative ones under gamma, and a scale, month, distribution, method or reference
    that cannot be.
    """
    if distribution not in ("gamma", "loglogistic"):
        raise ValueError(f"distribution is {distribution!r}; give gamma or loglogistic")
    if method not in ("lmoments", "mle"):
        raise ValueError(f"method is {method!r}; give lmoments or mle")
    if distribution == "loglogistic" and method == "mle":
        raise ValueError("a log-logistic index is fitted by lmoments alone; leave method out")
    if whole(start_month, "start_month") > MONTHS:
        raise ValueError(f"start_month is {start_month}; give 1 for January to 12 for December")
    x = _monthly(values, positive=distribution == "gamma")
    months = x.shape[-1]
    first, last = _range(reference, months)
    sums = _sums(x.reshape(-1, months), _scale(scale))
    found = np.full_like(sums, np.nan)
    index = _gamma_index if distribution == "gamma" else _logistic_index
    # A calendar month is every twelfth; which of them comes first does not matter to it.
    for month in range(min(MONTHS, months)):
        part = np.ascontiguousarray(sums[:, month::MONTHS])
        at = np.arange(month, months, MONTHS)
        found[:, month::MONTHS] = index(part, (at >= first) & (at < last), method)
    return np.clip(found, -HELD, HELD, out=found).reshape(x.shape)


def spi(
    precipitation: ArrayLike,
    *,
    scale: int,
    start_month: int = 1,
    distribution: str = "gamma",
    method: str = "lmoments",
    reference: tuple[int, int] | None = None,
) -> F64:
    """Standardised precipitation index of monthly ``precipitation`` (…, months) in mm: ``standardized_index``, which see.

    Where it does not rain in most years of a calendar month there is no index, rather than a wrong one: SPI-1 of Iraq's
    summers does not exist.
    """
    return standardized_index(
        precipitation,
        scale=scale,
        start_month=start_month,
        distribution=distribution,
        method=method,
        reference=reference,
    )


def spei(balance: ArrayLike, *, scale: int, start_month: int = 1, reference: tuple[int, int] | None = None) -> F64:
    """Standardised precipitation-evapotranspiration index of monthly ``balance`` (…, months), rain less potential
    evapotranspiration in mm, of either sign: ``standardized_index`` by the log-logistic distribution."""
    return standardized_index(
        balance, scale=scale, start_month=start_month, distribution="loglogistic", reference=reference
    )


def ssi(
    flow: ArrayLike,
    *,
    scale: int,
    start_month: int = 1,
    distribution: str = "gamma",
    method: str = "lmoments",
    reference: tuple[int, int] | None = None,
) -> F64:
    """Standardised streamflow index of monthly ``flow`` (…, months), a volume or a mean: ``standardized_index``, which see."""
    return standardized_index(
        flow, scale=scale, start_month=start_month, distribution=distribution, method=method, reference=reference
    )


@dataclass(frozen=True)
class DroughtEvent:
    """Months ``start`` to before ``end`` (places in the series), ``duration`` of them; ``severity`` is minus the sum of the
    index and ``peak`` its lowest value, both in standard deviations."""

    start: int
    end: int
    duration: int
    severity: float
    peak: float


def drought_events(index: ArrayLike, *, onset: float = -1.0, recovery: float = 0.0) -> tuple[DroughtEvent, ...]:
    """The droughts in an ``index`` (months,): unbroken runs below ``recovery`` that reach ``onset`` or less.

    A missing month (NaN) ends one. McKee, Doesken and Kleist 1993. Raises ``ValueError`` for an onset above the recovery, and
    for endless values.

    >>> drought_events([0.4, -0.3, -1.2, -0.5, 0.1, -0.9])
    (DroughtEvent(start=1, end=4, duration=3, severity=2.0, peak=-1.2),)
    """
    x = series(index, "index", gaps=True)
    begins, ends = number(onset, "onset"), number(recovery, "recovery")
    if begins > ends:
        raise ValueError(f"onset {begins:g} lies above recovery {ends:g}; a drought begins lower than it ends")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], x < ends, [False]])))
    return tuple(
        DroughtEvent(int(a), int(b), int(b - a), float(-x[a:b].sum()), float(x[a:b].min()))
        for a, b in edges.reshape(-1, 2)
        if x[a:b].min() <= begins
    )


def status_class(
    value: float, *, history: ArrayLike, limits: Sequence[tuple[float, str]] = HYDROSOS, highest: str = "high"
) -> tuple[str, float]:
    """``(class, percentile)`` of ``value`` among the same season of at least ten other years, ``history`` (n,), NaN left out.

    The percentile counts half of the equal ones: 100 (below + equal/2)/n. ``limits``: upper ends and names from below; the
    ends of the middle class belong to it, others to the class nearer the middle. Any unit. WMO HydroSOS.

    Raises ``ValueError`` for a value that is missing or endless, and fewer than ten years.

    >>> status_class(4.0, history=[1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
    ('below normal', 20.0)
    """
    asked = number(value, "value")
    years = series(history, "history", gaps=True)
    years = years[~np.isnan(years)]
    if years.size < FEWEST:
        raise ValueError(f"history holds {years.size} years; a class needs at least {FEWEST}")
    percentile = float(100 * (np.sum(years < asked) + np.sum(years == asked) / 2) / years.size)
    for end, name in limits:
        if percentile < end or (percentile == end and end > 50):
            return name, percentile
    return highest, percentile


def _monthly(values: ArrayLike, *, positive: bool) -> F64:
    x = floats(values, "values")
    if x.ndim == 0 or not x.shape[-1]:
        raise ValueError("values are no series; give one value for each month along the last axis")
    if np.isinf(x).any():
        raise ValueError(f"values are endless at {place(np.isinf(x))}; a month that is missing is NaN")
    if positive and (x < 0).any():
        raise ValueError(
            f"values are below 0 at {place(x < 0)}; rain and flow cannot be, so correct it or set it to NaN"
        )
    return x


def _scale(scale: int) -> int:
    if whole(scale, "scale") > LONGEST:
        raise ValueError(f"scale is {scale} months; give at most {LONGEST}")
    return int(scale)


def _range(reference: tuple[int, int] | None, months: int) -> tuple[int, int]:
    if reference is None:
        return 0, months
    if not isinstance(reference, Sequence | np.ndarray) or len(reference) != 2:
        raise ValueError(f"reference is {brief(reference)}; give (first, last + 1)")
    first, last = (whole(one, "reference", least=0) for one in reference)
    if not first < last <= months:
        raise ValueError(f"reference {first}:{last} is no range within {months} months; give (first, last + 1)")
    return first, last


def _sums(x: F64, scale: int) -> F64:
    """(cells, months), NaN at first. Added up anew for each month: a running sum would leave dry months at 1e-14."""
    found = np.full(x.shape, np.nan)
    months = x.shape[-1]
    if scale <= months:
        total = x[:, scale - 1 :].copy()
        for back in range(1, scale):
            total += x[:, scale - 1 - back : months - back]
        found[:, scale - 1 :] = total
    return found


def _gamma_index(sums: F64, within: np.ndarray[tuple[int], np.dtype[np.bool_]], method: str) -> F64:
    """(cells, years) of one calendar month."""
    base = sums[:, within]
    wet = base > 0
    count = wet.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        dry = 1 - count / np.sum(~np.isnan(base), -1)
        shape, width = (_by_thom if method == "mle" else _by_lmoments)(base, wet, count)
        shape[count < FEWEST] = np.nan
        below = gamma_below(shape, sums / width[:, None])
        below *= (1 - dry)[:, None]
        below += dry[:, None]
        np.minimum(below, 1, out=below)  # no rounding beyond certainty
    found: F64 = special.ndtri(below)
    return found


def _by_thom(base: F64, wet: np.ndarray[tuple[int, int], np.dtype[np.bool_]], count: F64) -> tuple[F64, F64]:
    """Shape and scale by maximum likelihood, as Thom 1958 solves it nearly."""
    mean = np.where(wet, base, 0).sum(-1) / count
    uneven = np.log(mean) - np.log(np.where(wet, base, 1)).sum(-1) / count
    uneven[~(uneven > ALIKE)] = np.nan
    shape = (1 + np.sqrt(1 + 4 * uneven / 3)) / (4 * uneven)
    return shape, mean / shape


def _by_lmoments(base: F64, wet: np.ndarray[tuple[int, int], np.dtype[np.bool_]], count: F64) -> tuple[F64, F64]:
    """Shape and scale; Hosking 1996, "FORTRAN routines for use with the method of L-moments", PELGAM."""
    ordered = np.sort(np.where(wet, base, np.inf), -1)
    centre, b1, _ = probability_weighted(np.where(np.isinf(ordered), 0, ordered), count)
    ratio = (2 * b1 - centre) / centre
    ratio[~(ratio > ALIKE)] = np.nan
    z = np.pi * ratio**2
    even = (1 - 0.3080 * z) / (z - 0.05812 * z**2 + 0.01765 * z**3)
    z = 1 - ratio
    uneven = z * (0.7213 - 0.5947 * z) / (1 + z * (-2.1817 + 1.2113 * z))
    shape = np.where(ratio < 0.5, even, uneven)
    return shape, centre / shape


def _logistic_index(sums: F64, within: np.ndarray[tuple[int], np.dtype[np.bool_]], _: str) -> F64:
    base = sums[:, within]
    there = ~np.isnan(base)
    count = there.sum(-1)
    ordered = np.sort(np.where(there, base, np.inf), -1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        b0, b1, b2 = probability_weighted(np.where(np.isinf(ordered), 0, ordered), count)
        spread = 2 * b1 - b0
        # As far as rounding goes; a balance may be 0 on the mean
        largest = np.max(np.abs(np.where(there, base, 0)), -1, initial=0)
        spread[(count < FEWEST) | ~(spread > ALIKE * largest)] = np.nan
        k = -(6 * b2 - 6 * b1 + b0) / spread
        k = np.where(np.abs(k) > TINY, k, TINY)
        width = spread * np.sinc(k)
        aside = np.where(np.abs(k) > SMALL, np.pi / np.sin(k * np.pi) - 1 / k, np.pi**2 / 6 * k)
        location = b0 + width * aside
        y = k[:, None] * (sums - location[:, None]) / width[:, None]
        y = -np.log1p(np.maximum(-y, -1)) / k[:, None]
        # The nearer tail is the one that keeps its digits.
        z = special.ndtri(special.expit(-np.abs(y)))
    found: F64 = np.where(y > 0, -z, z)
    return found
