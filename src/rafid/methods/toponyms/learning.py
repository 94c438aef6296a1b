"""Counting how names are spelled: from pairs of a Latin and an Arabic spelling of one place to `Counts`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from rafid.methods.toponyms.align import gaps_of
from rafid.methods.toponyms.alphabet import ARABIC, GAP_CLASSES, LATIN, SIGN_GAP_CLASS, encode
from rafid.methods.toponyms.costs import NOTHING, Counts, Floats, no_counts, probabilities


def learn(pairs: Sequence[tuple[str, str]], *, rounds: int = 8) -> Counts:
    """Expected spellings in pairs of (Latin, Arabic or Sorani) names, by expectation maximisation over all alignments.

    A pair-hidden-Markov model with one state: in each gap between the signs of the Arabic name any number of Latin signs
    is inserted, then the next Arabic sign is written as one Latin sign or as none (R. Durbin et al., Biological sequence
    analysis, 1998, chapter 4, with emissions conditioned on the Arabic side). Pairs whose scripts are not these are left
    out. Raises ValueError where none is left.
    """
    coded = []
    for latin_name, arabic_name in pairs:
        left, right = encode(latin_name), encode(arabic_name)
        if left.script == LATIN and right.script == ARABIC and left.signs and right.signs:
            coded.append((left.signs, right.signs))
    if not coded:
        raise ValueError("There is no pair of a Latin and an Arabic spelling to learn from.")
    latin, latin_starts = _pack([left for left, _ in coded])
    arabic, arabic_starts = _pack([right for _, right in coded])
    classes = np.array(SIGN_GAP_CLASS, dtype=np.uint8)
    between = gaps_of(arabic, arabic_starts, classes, len(GAP_CLASSES))
    counts = no_counts()
    for _ in range(rounds):
        written, inserted, passed = probabilities(counts)
        counts = no_counts()
        _expect(
            latin, latin_starts, arabic, arabic_starts, between,
            written + 1e-6, inserted + 1e-7, passed, NOTHING, *counts,
        )  # fmt: skip
    return counts


def _pack(rows: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    starts[1:] = np.cumsum([len(row) for row in rows])
    return np.frombuffer(b"".join(rows), dtype=np.uint8), starts


@njit(cache=True)
def _expect(
    latin: NDArray[np.uint8],
    latin_starts: NDArray[np.int64],
    arabic: NDArray[np.uint8],
    arabic_starts: NDArray[np.int64],
    between: NDArray[np.uint8],
    written: Floats,
    inserted: Floats,
    passed: Floats,
    nothing: int,
    written_counts: Floats,
    inserted_counts: Floats,
    passed_counts: Floats,
) -> None:
    for pair in range(len(latin_starts) - 1):
        x = latin[latin_starts[pair] : latin_starts[pair + 1]]
        y = arabic[arabic_starts[pair] : arabic_starts[pair + 1]]
        gap = between[arabic_starts[pair] + pair : arabic_starts[pair + 1] + pair + 1]
        n, m = len(x), len(y)
        forward = np.zeros((n + 1, m + 1))
        backward = np.zeros((n + 1, m + 1))
        forward[0, 0] = 1.0
        for j in range(m + 1):
            for i in range(n + 1):
                if i > 0:
                    forward[i, j] += forward[i - 1, j] * inserted[x[i - 1], gap[j]]
                if j > 0:
                    go = passed[gap[j - 1]]
                    forward[i, j] += forward[i, j - 1] * go * written[nothing, y[j - 1]]
                    if i > 0:
                        forward[i, j] += forward[i - 1, j - 1] * go * written[x[i - 1], y[j - 1]]
        backward[n, m] = passed[gap[m]]
        for j in range(m, -1, -1):
            for i in range(n, -1, -1):
                if i < n:
                    backward[i, j] += backward[i + 1, j] * inserted[x[i], gap[j]]
                if j < m:
                    go = passed[gap[j]]
                    backward[i, j] += backward[i, j + 1] * go * written[nothing, y[j]]
                    if i < n:
                        backward[i, j] += backward[i + 1, j + 1] * go * written[x[i], y[j]]
        whole = backward[0, 0]
        if whole < 1e-250:
            continue
        for j in range(m + 1):
            passed_counts[gap[j]] += 1.0
            for i in range(n + 1):
                here = forward[i, j] / whole
                if i < n:
                    inserted_counts[x[i], gap[j]] += here * inserted[x[i], gap[j]] * backward[i + 1, j]
                if j < m:
                    go = here * passed[gap[j]]
                    written_counts[nothing, y[j]] += go * written[nothing, y[j]] * backward[i, j + 1]
                    if i < n:
                        written_counts[x[i], y[j]] += go * written[x[i], y[j]] * backward[i + 1, j + 1]
