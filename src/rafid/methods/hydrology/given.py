"""What is given to a method: read as floats, refused with a sentence where it cannot be used."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def floats(values: ArrayLike, name: str) -> F64:
    """``values`` as float64 of any shape; numbers only."""
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as wrong:
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
    found = finite(value, name)
    if found.ndim:
        raise ValueError(f"{name} has the shape {found.shape}; give one number")
    if above is not None and not found > above:
        raise ValueError(f"{name} is {found:g}; it must be above {above:g}")
    if least is not None and not found >= least:
        raise ValueError(f"{name} is {found:g}; it must be {least:g} or more")
    return float(found)


def whole(value: int, name: str, *, least: int = 1) -> int:
    """A whole number of at least ``least``."""
    if isinstance(value, bool) or not float(value).is_integer() or value < least:
        raise ValueError(f"{name} is {value}; give a whole number of at least {least}")
    return int(value)


def place(wrong: NDArray[np.bool_]) -> str:
    """Where the first of them lies, counted from 0."""
    at = np.argwhere(wrong)[0] if wrong.ndim else []
    return "the only place" if not len(at) else "index " + ", ".join(str(int(one)) for one in at)
