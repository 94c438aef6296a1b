"""What a fit of yearly peaks says: a flood for each probability, a probability for each flood, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology import pearson
from rafid.methods.hydrology.given import F64, chance, finite, number, whole
from rafid.methods.hydrology.outliers import LowOutliers

GUMBEL = 1e-9
"""A shape so near to 0 is that of Gumbel, whose formula is the limit of the others."""

Redraw = Callable[[np.random.Generator, int], F64]
"""``(m, parameters)``: so many records drawn from the fit, each fitted as the fit was."""


class Parameters(tuple[float, ...]):
    """The parameters of a distribution, by place, as an attribute or by name: ``p[0]``, ``p.location``, ``p["location"]``."""

    names: tuple[str, ...]

    def __new__(cls, **named: float) -> Parameters:
        made = super().__new__(cls, named.values())
        made.names = tuple(named)
        return made

    def __getattr__(self, name: str) -> float:
        if name == "names" or name not in self.names:
            raise AttributeError(name)
        return super().__getitem__(self.names.index(name))

    def __getitem__(self, key: object) -> float:  # type: ignore[override]
        if isinstance(key, str):
            if key not in self.names:
                raise KeyError(key)
            return super().__getitem__(self.names.index(key))
        return super().__getitem__(key)  # type: ignore[call-overload, no-any-return]

    def keys(self) -> tuple[str, ...]:
        return self.names

    def __reduce__(self) -> tuple[object, tuple[dict[str, float]]]:
        return _named, (dict(zip(self.names, self, strict=True)),)

    def __repr__(self) -> str:
        return (
            "Parameters(" + ", ".join(f"{name}={value:g}" for name, value in zip(self.names, self, strict=True)) + ")"
        )


def _named(named: dict[str, float]) -> Parameters:
    return Parameters(**named)


@dataclass(frozen=True)
class FrequencyFit:
    """A ``distribution`` (gev, gumbel or lp3) fitted to ``n`` peaks.

    ``parameters`` are location, scale (and shape; below 0: heavy upper tail) in the unit of the peaks, or mean, sd and skew
    of log10. ``low_outliers`` counts the years that entered as lying below its threshold.
    """

    distribution: str
    parameters: Parameters
    n: int
    low_outliers: LowOutliers
    redraw: Redraw = field(repr=False, compare=False)

    def quantile(self, aep: ArrayLike) -> float | F64:
        """The flood that is reached or exceeded in a year with probability ``aep`` (0.01: the hundred-year flood).

        In the unit of the peaks; an array for an array. Raises ``ValueError`` for a probability outside 0..1, ends excluded.
        """
        return _plain(_quantile(self.distribution, np.array(self.parameters), _yearly(aep)))

    def aep(self, flow: ArrayLike) -> float | F64:
        """The probability that ``flow``, in the unit of the peaks, is reached or exceeded in a year. Its inverse is the return
        period in years. Raises ``ValueError`` for what is no finite number."""
        q = finite(flow, "flow")
        first, second, *third = self.parameters
        with np.errstate(divide="ignore"):
            if self.distribution == "lp3":
                deviate = (np.log10(np.maximum(q, 0)) - first) / second
                return _plain(np.where(q > 0, pearson.below(-deviate, -third[0]), 1.0))
            y = (q - first) / second
            shape = third[0] if third else 0.0
            if abs(shape) > GUMBEL:
                y = -np.log(np.maximum(1 - shape * y, 0)) / shape
            return _plain(-np.expm1(-np.exp(-y)))

    def interval(
        self, aep: ArrayLike, *, level: float = 0.9, resamples: int = 500, seed: int = 0
    ) -> tuple[float, float] | tuple[F64, F64]:
        """``(low, high)`` around the quantile at ``aep``, by parametric bootstrap.

        Records as long as the one fitted, with as many historic years, are drawn from the fit and fitted the same way; the
        interval holds ``level`` of their quantiles. The same seed gives the same interval. A limit found for low outliers
        is kept. It tells how sure the fit is where the distribution is right, nothing more.

        Raises ``ValueError`` for a probability or level outside 0..1, and fewer than 20 resamples.
        """
        exceeded = _yearly(aep)
        inside = number(level, "level", above=0)
        if inside >= 1:
            raise ValueError(f"level is {inside:g}; give a share below 1, such as 0.9")
        drawn = self.redraw(chance(seed), whole(resamples, "resamples", least=20))
        found = _quantile(self.distribution, drawn.reshape(-1, *(1,) * exceeded.ndim, drawn.shape[-1]), exceeded)
        low, high = np.nanquantile(found, [(1 - inside) / 2, (1 + inside) / 2], axis=0)
        return (float(low), float(high)) if exceeded.ndim == 0 else (low, high)


def _yearly(aep: ArrayLike) -> F64:
    found = finite(aep, "aep")
    if np.any((found <= 0) | (found >= 1)):
        raise ValueError("aep must lie between 0 and 1: the flood of 100 years has 0.01")
    return found


def _quantile(distribution: str, parameters: F64, aep: F64) -> F64:
    """``parameters`` (…, p) against ``aep``, broadcast."""
    first, second = parameters[..., 0], parameters[..., 1]
    if distribution == "lp3":
        # 1 - aep of a skew is aep of the skew turned round, without the rounding of 1 - aep
        return 10 ** (first - second * pearson.factor(aep, -parameters[..., 2]))  # type: ignore[no-any-return]
    y = -np.log(-np.log1p(-aep))
    if parameters.shape[-1] == 3:
        shape = parameters[..., 2]
        safe = np.where(np.abs(shape) > GUMBEL, shape, 1.0)
        y = np.where(np.abs(shape) > GUMBEL, -np.expm1(-safe * y) / safe, y)
    return first + second * y  # type: ignore[no-any-return]


def _plain(values: F64) -> float | F64:
    return float(values) if np.ndim(values) == 0 else values
