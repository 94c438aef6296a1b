"""Coarser codes until nobody stands out: full-domain generalisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.disclosure.classes import I64, number_classes, read_codes


@dataclass(frozen=True)
class Generalised:
    """``levels``: one per field, 0 as given; ``codes`` (n, q) at those levels; ``suppressed`` (n,): records that still stand
    out and must be left out."""

    levels: tuple[int, ...]
    codes: I64
    suppressed: NDArray[np.bool_]


def generalise(
    codes: ArrayLike, *, hierarchies: Sequence[ArrayLike], k: int, max_suppressed: float = 0.0
) -> Generalised:
    """The finest codes at which every kept record shares its quasi-identifiers with k - 1 others (Sweeney 2002, "Achieving
    k-anonymity privacy protection using generalization and suppression", IJUFKS 10; full-domain recoding).

    codes: (n, q) whole numbers, those of field j within 0..d_j - 1. hierarchies: q arrays (levels, d_j); entry (l, v) is
    what code v is called at level l, row 0 the identity. One level per field holds for all records. max_suppressed: the
    share of records, 0..1, that may be left out.

    Chosen among all combinations of levels that leave no more out: least Σ level / (levels - 1), then fewest left out, then
    the smallest levels.

    Raises ``ValueError`` for k below 2, a share outside 0..1, hierarchies that do not fit the codes or do not begin with the
    identity, and where no combination is enough.

    >>> generalise([[0, 0], [1, 0], [2, 1], [3, 1], [0, 0], [1, 1]], k=2,
    ...            hierarchies=[[[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]], [[0, 1], [0, 0]]]).levels
    (2, 0)
    """
    if isinstance(k, bool) or int(k) != k or k < 2:
        raise ValueError(f"k must be a whole number of at least 2, not {k!r}: a class of one is one person")
    if not 0 <= max_suppressed <= 1:
        raise ValueError(f"max_suppressed is a share of the records, 0 to 1, not {max_suppressed!r}")
    table = read_codes(codes)
    steps = [_hierarchy(field, hierarchy) for field, hierarchy in enumerate(hierarchies)]
    if len(steps) != table.shape[1]:
        raise ValueError(f"there are {table.shape[1]} fields, but {len(steps)} hierarchies")
    for field, step in enumerate(steps):
        outside = (table[:, field] < 0) | (table[:, field] >= step.shape[1])
        if outside.any():
            raise ValueError(
                f"record {int(np.argmax(outside))} has code {table[outside, field][0]} in field {field}, "
                f"whose hierarchy knows 0 to {step.shape[1] - 1}"
            )

    # Alike records stay alike at every level: what follows looks at each kind once.
    kind, kinds = number_classes(table)
    example = np.zeros(kinds, np.int64)
    example[kind] = np.arange(len(table))
    members, different = np.bincount(kind, minlength=kinds), table[example]
    allowed = int(np.floor(max_suppressed * len(table) + 1e-9))

    def effort(levels: tuple[int, ...]) -> Fraction:
        return sum(
            (Fraction(level, len(step) - 1) for level, step in zip(levels, steps, strict=True) if level), Fraction(0)
        )

    combinations = sorted(product(*(range(len(step)) for step in steps)), key=lambda levels: (effort(levels), levels))
    for _, equally_far in groupby(combinations, key=effort):
        best: tuple[int, tuple[int, ...], NDArray[np.bool_]] | None = None
        for levels in equally_far:
            which, count = number_classes(_coarsen(different, steps, levels))
            small = np.bincount(which, members, minlength=count)[which] < k
            left_out = int(members[small].sum())
            if left_out <= allowed and (best is None or left_out < best[0]):
                best = left_out, levels, small
        if best is not None:
            return Generalised(best[1], _coarsen(table, steps, best[1]), best[2][kind])
    raise ValueError(
        f"even the coarsest codes leave more than {allowed} of {len(table)} records in classes below {k}; "
        "add a coarser level, leave a field out, or allow more records to be left out"
    )


def _coarsen(table: I64, steps: list[I64], levels: tuple[int, ...]) -> I64:
    coarse = np.empty(table.shape, np.int64)
    for field, (step, level) in enumerate(zip(steps, levels, strict=True)):
        coarse[:, field] = step[level][table[:, field]]
    return coarse


def _hierarchy(field: int, hierarchy: ArrayLike) -> I64:
    step = read_codes(hierarchy, f"the hierarchy of field {field}")
    if not len(step) or not np.array_equal(step[0], np.arange(step.shape[1])):
        raise ValueError(
            f"the hierarchy of field {field} must begin with the codes themselves, 0 to their number less one"
        )
    return step
