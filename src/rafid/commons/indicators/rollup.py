"""From members to groups: districts to governorates, months to years. No Django."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

HOW = ("sum", "mean", "weighted_mean", "min", "max", "ratio")


def roll_up(
    *,
    group: ArrayLike,
    groups: int,
    how: str,
    value: ArrayLike | None = None,
    numerator: ArrayLike | None = None,
    denominator: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Value and share of members present, each of shape (groups,).

    group: (n,) whole numbers 0..groups-1, the group of each member. how: ``sum``, ``mean``, ``min``, ``max`` of ``value``
    (n,); ``weighted_mean`` of ``value`` by ``weight`` (n,); ``ratio``, the sum of ``numerator`` over the sum of
    ``denominator`` (n,) of members that have both, never a mean of rates. NaN is missing: such members are left out and
    show in the share. A group of no members is NaN in both; one without a present member, or with a denominator or weight
    of zero, is NaN in value.

    Raises ``ValueError`` for a group out of range, an unknown ``how``, arrays that are missing or of unlike length,
    infinite numbers, negative denominators or weights.

    >>> value, share = roll_up(group=[0, 0, 1], groups=2, how="ratio", numerator=[90, 5, 8], denominator=[100, 50, 10])
    >>> value.round(4).tolist(), share.tolist()
    ([0.6333, 0.8], [1.0, 1.0])
    """
    if how not in HOW:
        raise ValueError(f"how is one of {', '.join(HOW)}, not {how!r}")
    if isinstance(groups, bool) or int(groups) != groups or groups < 0:
        raise ValueError("groups must be a whole number of at least 0")
    groups = int(groups)
    member = _groups(group, groups)
    if how == "ratio":
        columns = [_column("numerator", numerator, member.size), _column("denominator", denominator, member.size)]
        _not_negative("denominator", columns[1])
    elif how == "weighted_mean":
        columns = [_column("value", value, member.size), _column("weight", weight, member.size)]
        _not_negative("weight", columns[1])
    else:
        columns = [_column("value", value, member.size)]

    present = ~np.isnan(columns[0])
    for column in columns[1:]:
        present &= ~np.isnan(column)
    members = np.bincount(member, minlength=groups)
    counted = np.bincount(member[present], minlength=groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(members > 0, counted / np.maximum(members, 1), np.nan)
        taken = [column[present] for column in columns]
        result = _combine(how, member[present], groups, taken, counted)
    result[counted == 0] = np.nan
    return result, share


def _combine(
    how: str, member: NDArray[np.int64], groups: int, columns: list[NDArray[np.float64]], counted: NDArray[np.int64]
) -> NDArray[np.float64]:
    if how in ("min", "max"):
        result = np.full(groups, np.inf if how == "min" else -np.inf)
        (np.minimum if how == "min" else np.maximum).at(result, member, columns[0])
        return result

    def total(column: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(member, weights=column, minlength=groups).astype(np.float64)  # whole where there is none

    if how == "sum":
        return total(columns[0])
    if how == "mean":
        return total(columns[0]) / counted
    above = columns[0] * columns[1] if how == "weighted_mean" else columns[0]
    below = total(columns[1])
    return np.where(below > 0, total(above) / np.where(below > 0, below, 1.0), np.nan)


def _groups(group: ArrayLike, groups: int) -> NDArray[np.int64]:
    given = np.asarray(group)
    if given.ndim != 1:
        raise ValueError("group has one dimension")
    if given.size == 0:
        return np.empty(0, dtype=np.int64)
    if given.dtype.kind not in "iu":
        raise ValueError("group holds whole numbers")
    if given.min() < 0 or given.max() >= groups:
        raise ValueError(f"group lies within 0 and {groups - 1}")
    return given.astype(np.int64)


def _column(name: str, given: ArrayLike | None, length: int) -> NDArray[np.float64]:
    if given is None:
        raise ValueError(f"{name} is needed")
    column = np.asarray(given, dtype=np.float64)
    if column.shape != (length,):
        raise ValueError(f"{name} must have the length of group, {length}")
    if np.isinf(column).any():
        raise ValueError(f"{name} must be finite or NaN")
    return column


def _not_negative(name: str, column: NDArray[np.float64]) -> None:
    if (column < 0).any():
        raise ValueError(f"{name} must not be negative")
