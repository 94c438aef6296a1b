"""Records that look alike: how many share the same quasi-identifiers, and how different their secrets are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

I64 = NDArray[np.int64]

_SMALL = 20_000
"""Up to so many records numpy is faster than loading the compiled loops."""


def class_sizes(codes: ArrayLike) -> I64:
    """How many records share each record's quasi-identifiers: its k of k-anonymity (Sweeney 2002, "k-anonymity: a model
    for protecting privacy", IJUFKS 10).

    codes: (n, q) whole numbers of any size and sign, a row per record, a column per field; a missing value is a code of its
    own. Gives (n,) counts, each at least 1. Without fields (q = 0) all records are alike.

    Raises ``ValueError`` for anything but two dimensions, and for codes that are no whole numbers.

    >>> class_sizes([[0, 0], [1, 0], [2, 1], [3, 1], [0, 0], [1, 1]]).tolist()
    [2, 1, 1, 1, 2, 1]
    """
    table = read_codes(codes)
    if len(table) > _SMALL:
        from rafid.methods.disclosure import counting  # numba: heavy, and wanted only for many records

        return counting.sizes(table)
    which, count = number_classes(table)
    return np.bincount(which, minlength=count)[which]


def distinct_values(codes: ArrayLike, *, sensitive: ArrayLike) -> I64:
    """How many different sensitive values each record's class holds: its l of distinct l-diversity (Machanavajjhala,
    Gehrke, Kifer and Venkitasubramaniam 2006, "l-diversity: privacy beyond k-anonymity", ICDE).

    codes: as for ``class_sizes``; sensitive: (n,) whole numbers. Where a class has one value only, whoever finds a person in
    it knows that value, however large the class is. Gives (n,) counts, each at least 1.

    Raises ``ValueError`` as ``class_sizes`` does, and where the lengths differ.

    >>> distinct_values([[0], [0], [1], [1]], sensitive=[7, 8, 9, 9]).tolist()
    [2, 2, 1, 1]
    """
    table = read_codes(codes)
    secret = read_codes(np.reshape(_array(sensitive), (-1, 1)) if np.ndim(sensitive) == 1 else sensitive, "sensitive")
    if secret.shape != (len(table), 1):
        raise ValueError(f"sensitive must hold one value for each of the {len(table)} records")
    which, count = number_classes(table)
    pair, pairs = number_classes(np.column_stack((which, secret[:, 0])))
    of = np.empty(pairs, np.int64)
    of[pair] = which
    return np.bincount(of, minlength=count)[which]


def number_classes(table: I64) -> tuple[I64, int]:
    """The class of each record, from 0, and how many classes there are; equal rows are of one class."""
    if not len(table):
        return np.empty(0, np.int64), 0
    if len(table) > _SMALL:
        from rafid.methods.disclosure import counting  # numba: heavy, and wanted only for many records

        return counting.number(table)
    which = np.zeros(len(table), np.int64)
    count = 1
    for column in table.T:
        values, own = np.unique(column, return_inverse=True)
        # Renumbered after every field, the product stays below n².
        both, which = np.unique(which * values.size + own, return_inverse=True)
        count = both.size
    return which, count


def read_codes(codes: ArrayLike, name: str = "codes") -> I64:
    """Codes as (n, q) 64-bit numbers that are equal where the given ones are. Raises ``ValueError`` as ``class_sizes``."""
    table = _array(codes)
    if table.ndim != 2:
        raise ValueError(f"{name} must have two dimensions, records by fields, not {table.ndim}")
    if table.dtype.kind in "iu":
        # Numbers beyond 2^63 - 1 wrap round, each to one of its own.
        return np.ascontiguousarray(table.astype(np.int64, copy=False))
    if table.dtype.kind == "b" or table.size == 0:
        return table.astype(np.int64)
    if table.dtype.kind == "f" and (table == np.floor(table)).all() and (np.abs(table) <= 2.0**53).all():
        return table.astype(np.int64)
    if table.dtype.kind == "O" and all(isinstance(code, int | np.integer) for code in table.flat):
        columns = [np.unique(column, return_inverse=True)[1] for column in table.T]
        return np.column_stack(columns).astype(np.int64)
    wrong = next((code for code in table.flat if not _whole(code)), table.flat[0])
    raise ValueError(f"{name} must be whole numbers, not {wrong!r}")


def _array(codes: ArrayLike) -> NDArray[Any]:
    if isinstance(codes, np.ndarray):
        return codes
    try:
        table = np.asarray(codes)
    except ValueError:
        raise ValueError("codes must have as many fields in each record") from None
    # A list with numbers beyond 64 bits turns into floats, which would call neighbours equal.
    return np.asarray(codes, dtype=object) if table.dtype.kind == "f" and (np.abs(table) > 2.0**53).any() else table


def _whole(code: Any) -> bool:
    return isinstance(code, int | np.integer) or (isinstance(code, float | np.floating) and float(code).is_integer())
