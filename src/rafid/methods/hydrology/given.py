"""What is given to a method: read as floats, refused with a sentence where it cannot be used."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

Kind = TypeVar("Kind")


def floats(values: ArrayLike, name: str) -> F64:
    """``values`` as float64 of any shape; numbers only: a date is none, nor is what has an imaginary part."""
    try:
        if isinstance(values, np.ndarray | np.generic) and values.dtype.kind in "mMc":
            raise TypeError(f"found {values.dtype}")
        return np.asarray(values, np.float64)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise ValueError(f"{name} must be numbers of one shape ({wrong}); mend the row that is not") from None


def finite(values: ArrayLike, name: str, *, least: float | None = None) -> F64:
    """Every value a finite number, and not below ``least``; the first that is not is named by its place."""
    found = floats(values, name)
    wrong = ~np.isfinite(found)
    if wrong.any():
        raise ValueError(f"{name} has no finite number at {place(wrong)}; fill the gap or leave out its time")
    if least is not None:
        wrong = found < least
        if wrong.any():
            at = np.unravel_index(int(np.argmax(wrong)), found.shape)
            raise ValueError(f"{name} is {found[at]:g} at {place(wrong)}; it cannot be below {least:g}")
    return found


def series(values: ArrayLike, name: str, *, least: float | None = None, gaps: bool = False) -> F64:
    """One value for each step (n,), n ≥ 1; NaN only with ``gaps``, and no endless values."""
    found = floats(values, name) if gaps else finite(values, name, least=least)
    if found.ndim != 1 or not found.size:
        raise ValueError(f"{name} has the shape {found.shape}; give one value for each step, at least one")
    if gaps and np.isinf(found).any():
        raise ValueError(f"{name} is endless at {place(np.isinf(found))}; a value that is missing is NaN")
    if gaps and least is not None and (found < least).any():
        raise ValueError(f"{name} is below {least:g} at {place(found < least)}; correct it or set it to NaN")
    return found


def number(value: float, name: str, *, above: float | None = None, least: float | None = None) -> float:
    """One finite number, above ``above`` or at least ``least``."""
    found = floats(value, name)
    if found.ndim:
        raise ValueError(f"{name} has the shape {found.shape}; give one number")
    if not np.isfinite(found):
        raise ValueError(f"{name} is {found:g}; give a finite number")
    if above is not None and not found > above:
        raise ValueError(f"{name} is {found:g}; it must be above {above:g}")
    if least is not None and not found >= least:
        raise ValueError(f"{name} is {found:g}; it must be {least:g} or more")
    return float(found)


def whole(value: int, name: str, *, least: int = 1) -> int:
    """A whole number of at least ``least``."""
    try:
        fits = not isinstance(value, bool) and float(value).is_integer() and value >= least
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise ValueError(f"{name} is {brief(value)}; give a whole number of at least {least}")
    return int(value)


def chance(seed: int) -> np.random.Generator:
    """Random numbers that are the same for the same ``seed``."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(f"seed is {brief(seed)}; give a whole number of 0 or more") from None


def of_kind(value: Kind, kind: Any, name: str, *, by: str = "") -> Kind:
    """``value`` where it is of ``kind``; ``by`` tells what makes one."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} is {brief(value)}; give {kind.__name__}" + (f", as {by} makes it" if by else ""))
    return value


def brief(value: object) -> str:
    """A value as a sentence may show it: not a table of a thousand rows."""
    try:
        shown = str(value) if isinstance(value, int | float | np.generic) else repr(value)
    except ValueError:  # a whole number of too many digits
        shown = "a number that is too large"
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def place(wrong: NDArray[np.bool_]) -> str:
    """Where the first of them lies, counted from 0."""
    at = np.argwhere(wrong)[0] if wrong.ndim else []
    return "the only place" if not len(at) else "index " + ", ".join(str(int(one)) for one in at)
