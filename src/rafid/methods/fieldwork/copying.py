"""Records that are too much alike: pairs, and interviewers whose own records resemble one another more than chance.

After Kuriakose & Robbins (2016); Simmons, Mercer, Schwarzer & Kennedy (2016) show how easily such a rule accuses the
innocent: of short or uniform questionnaires many are alike. What comes out is an order in which to look.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LARGEST_TABLE = 6000
"""Records up to which the shares of all pairs are kept (4 bytes a pair)."""


class Pair(NamedTuple):
    """Positions of two records, ``first`` < ``second``, and how many of the ``compared`` answers are the same."""

    first: int
    second: int
    share: float
    compared: int


@dataclass(frozen=True)
class CopyingScore:
    """``score``: mean over the interviewer's records of the best match with another of his own. ``expected``: the same in
    random groups of as many records. ``p_value``: how often such a group scored as high."""

    interviewer: Hashable
    records: int
    score: float
    expected: float
    excess: float
    p_value: float


def near_duplicates(answers: ArrayLike, *, threshold: float = 0.85, min_compared: int = 10) -> list[Pair]:
    """Pairs of records of ``answers`` (n, k) whose share of same answers is ``threshold`` or more, best first.

    '' and None are unanswered; the share is of the questions that both answered, of which there must be ``min_compared``.
    Columns in which all gave one answer say nothing and are left out. n²·k comparisons, n·k memory. Raises ``ValueError``
    for what is no table and for a threshold outside 0..1.
    """
    if not 0 <= threshold <= 1:
        raise ValueError("the threshold is a share, from 0 to 1")
    codes = _codes(answers)
    found = []
    for first in range(codes.shape[0] - 1):
        same, compared = _compare(codes[first], codes[first + 1 :])
        enough = np.flatnonzero(compared >= max(min_compared, 1))
        shares = same[enough] / compared[enough]
        for at in np.flatnonzero(shares >= threshold):
            other = int(enough[at])
            found.append(Pair(first, first + 1 + other, float(shares[at]), int(compared[other])))
    return sorted(found, key=lambda pair: (-pair.share, -pair.compared, pair.first, pair.second))


def copying_scores(
    answers: ArrayLike, interviewers: Sequence[Hashable], *, permutations: int = 199, seed: int = 0
) -> list[CopyingScore]:
    """How much the records (n, k) of each interviewer (n,) resemble one another, largest excess first.

    p_value = (1 + #{as high or higher}) / (1 + permutations). Interviewers with fewer than two records have no score and
    are left out. The same ``seed`` gives the same answer. Raises ``ValueError`` for lengths that differ and for fewer than
    one permutation.
    """
    codes = _codes(answers)
    if len(interviewers) != codes.shape[0]:
        raise ValueError("there must be an interviewer for each record")
    if permutations < 1:
        raise ValueError("at least one permutation is needed")
    rows: dict[Hashable, list[int]] = {}
    for at, who in enumerate(interviewers):
        rows.setdefault(who, []).append(at)
    groups = {who: np.array(held) for who, held in rows.items() if len(held) >= 2}
    shares = _Shares(codes)
    scores = {who: shares.best(held) for who, held in groups.items()}
    chance: dict[Hashable, list[float]] = {who: [] for who in groups}
    for order in _orders(codes.shape[0], permutations, seed):
        for who, held in groups.items():
            # Whose positions they were is forgotten by the shuffle; only the number of records stays.
            chance[who].append(shares.best(order[held]))
    found = []
    for who, held in groups.items():
        drawn = np.array(chance[who])
        expected = float(drawn.mean())
        # A drawn group that is the interviewer's own must count as high in spite of rounding.
        high = int(np.count_nonzero(drawn >= scores[who] - 1e-12))
        found.append(
            CopyingScore(who, held.size, scores[who], expected, scores[who] - expected, (1 + high) / (1 + permutations))
        )
    return sorted(found, key=lambda one: (-one.excess, one.p_value, str(one.interviewer)))


def _orders(count: int, times: int, seed: int) -> Iterator[NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    for _ in range(times):
        yield random.permutation(count)


def _codes(answers: ArrayLike) -> NDArray[np.int32]:
    """Answers as numbers by column, 0 for unanswered, without the columns that say nothing."""
    table = np.asarray(answers, dtype=object)
    if table.ndim != 2:
        raise ValueError("answers must be a table, a row for each record")
    columns = []
    for column in table.T:
        known: dict[object, int] = {}
        coded = [0 if one is None or one == "" else known.setdefault(one, len(known) + 1) for one in column]
        if len(known) > 1:
            columns.append(coded)
    return np.array(columns, dtype=np.int32).reshape(len(columns), table.shape[0]).T.copy()


def _compare(row: NDArray[np.int32], others: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    answered = row > 0
    same = (others == row) & answered
    return same.sum(axis=1), ((others > 0) & answered).sum(axis=1)


class _Shares:
    """Shares of same answers between records; of all at once where the table is small enough to be kept."""

    def __init__(self, codes: NDArray[np.int32]) -> None:
        from rafid.methods.fieldwork import alike  # numba: heavy, and wanted only where records are compared

        self._alike, self.codes = alike, codes
        self.all = alike.likeness(codes) if codes.shape[0] <= _LARGEST_TABLE else None

    def best(self, rows: NDArray[np.int64]) -> float:
        """Mean over ``rows`` of the best match with another of them."""
        if self.all is not None:
            return float(self._alike.best_of_others(self.all, rows))
        return float(self._alike.best_of_others(self._alike.likeness(self.codes[rows]), np.arange(rows.size)))
