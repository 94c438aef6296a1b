"""Scores of many visits at once, from columns of answers: the same numbers as ``compliance``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.progress.compliance import NEAR, RESULTS, SEVERITIES, checked_mark, checked_weights

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

VERDICTS = np.array(("not assessed", "fail", "pass"))


@dataclass(frozen=True)
class ComplianceColumns:
    """A row for each visit, (k,), by rising ``visit``; ``score`` and ``unweighted`` are NaN where nothing counts."""

    visit: NDArray[Any]
    score: F64
    unweighted: F64
    verdict: NDArray[np.str_]
    failed_critical: I64
    counted: I64
    not_applicable: I64


def compliance_columns(
    visit: ArrayLike,
    severity: ArrayLike,
    result: ArrayLike,
    *,
    weights: Mapping[str, float] | None = None,
    pass_mark: float = 0.8,
) -> ComplianceColumns:
    """Answers (n,): whose ``visit`` (numbers or texts), the item's ``severity``, the ``result``.

    Severity and result as texts, or faster as codes: 0 critical, 1 major, 2 minor; 0 no, 1 yes, 2 na. Otherwise as
    ``compliance``, and equal to it to 1e-12. Raises ``ValueError`` as it does, and for columns of different lengths.

    >>> found = compliance_columns([7, 7, 7, 9], ["critical", "major", "minor", "minor"], ["yes", "no", "na", "na"])
    >>> found.visit.tolist(), found.score.tolist(), found.verdict.tolist()
    ([7, 9], [0.625, nan], ['fail', 'not assessed'])
    """
    weight, mark = checked_weights(weights), checked_mark(pass_mark)
    if missing := [name for name in SEVERITIES if name not in weight]:
        raise ValueError(f"no weight is given for {', '.join(missing)}; give one, 0 if it does not count")
    which, visits = _visits(np.asarray(visit))
    kind, said = _codes(severity, SEVERITIES, "severity"), _codes(result, RESULTS, "result")
    if not which.shape == kind.shape == said.shape:
        raise ValueError("visit, severity and result must be columns of one length")
    # One count of all nine kinds of answer of each visit; the rest is arithmetic on small tables.
    cells = np.bincount((which * 3 + kind) * 3 + said, minlength=visits.size * 9).reshape(-1, 3, 3)
    yes, no = cells[:, :, 1], cells[:, :, 0]
    each = np.array([weight[name] for name in SEVERITIES], float)
    seen = yes + no
    counted = seen.sum(axis=1)
    whole = seen @ each
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where(whole > 0, (yes @ each) / whole, np.nan)
        unweighted = np.where(counted > 0, yes.sum(axis=1) / counted, np.nan)
    failed = no[:, 0]
    verdict = np.where(np.isnan(score), 0, np.where(score >= mark - NEAR, 2, 1))
    verdict[failed > 0] = 1
    return ComplianceColumns(visits, score, unweighted, VERDICTS[verdict], failed, counted, cells[:, :, 2].sum(axis=1))


def _visits(given: NDArray[Any]) -> tuple[I64, NDArray[Any]]:
    """The number of each answer's visit, and the visits by number."""
    if given.ndim != 1:
        raise ValueError("visit must be one column")
    if given.dtype.kind in "iu" and given.size and given.min() >= 0 and given.max() < 4 * given.size:
        # Small numbers need no sorting.
        there = np.zeros(int(given.max()) + 1, dtype=bool)
        there[given] = True
        return (np.cumsum(there) - 1)[given], np.flatnonzero(there).astype(given.dtype)
    visits, which = np.unique(given, return_inverse=True)
    return which.astype(np.int64), visits


def _codes(given: ArrayLike, names: tuple[str, ...], column: str) -> I64:
    values = np.asarray(given)
    if values.dtype.kind in "iu":
        known, codes = (values >= 0) & (values < len(names)), values
    else:
        same = [np.asarray(values == name) for name in names]
        known, codes = same[0] | same[1] | same[2], same[1] + same[2].view(np.int8) * np.int8(2)
    if not known.all():
        wrong = values[~known].flat[0]
        raise ValueError(f"a {column} is {wrong!r}; use one of {', '.join(names)}")
    return codes.astype(np.int64, copy=False)
