"""Tables of what it costs to write one sign where another is meant, for the alignment of two names.

All costs are minus the natural logarithm of a probability. Between the scripts they come from counted spellings
(`weights`), smoothed by habits set by hand (`habits`); within one script from the habits alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rafid.methods.toponyms import habits
from rafid.methods.toponyms.alphabet import (
    ARABIC_SIGNS,
    BREAK,
    DOUBLED,
    GAPS,
    LATIN_SIGNS,
    SHARED_SIGNS,
    SIGN,
    SIGNS,
)

Floats = NDArray[np.float64]

# The last row of emissions: nothing is written for the sign.
NOTHING: Final = len(SIGNS)

_LATIN_WRITTEN: Final = [SIGN[s] for s in (*SHARED_SIGNS, *LATIN_SIGNS)]
_HABIT_SHARE: Final = 0.4  # of the habits in the mixture, so that no habit is ever unlikely beyond them
_FILL_SHARE: Final = 0.15  # the same for gaps: they are counted often enough
_BACKOFF: Final = 5.0  # counts that the habits and the pooled places of a letter are worth
_AT_WILL: Final = 3.0
_UNSEEN: Final = 3e-4  # least probability of any spelling: slips and wrong names happen


class Counts(NamedTuple):
    """Expected numbers of spellings in aligned pairs of a Latin and an Arabic name."""

    written: Floats  # (signs + 1, signs): Latin sign (or NOTHING) for an Arabic sign
    inserted: Floats  # (signs, gaps): Latin sign in a gap
    passed: Floats  # (gaps,): gap left


class Costs(NamedTuple):
    """float32, natural logarithms."""

    replace: NDArray[np.float32]  # (signs, signs): where the first is meant the second is written
    drop: NDArray[np.float32]  # (2, signs): the sign is meant and not written, in Latin for Arabic or in its own script
    insert: NDArray[np.float32]  # (gaps + 1, signs): the sign is written in a gap; the last gap is any of its script
    leave: NDArray[np.float32]  # (gaps,): a gap is left
    usual: NDArray[np.float32]  # (signs,): what a Latin sign costs in a right pair, on average
    kept: NDArray[np.uint8]  # (signs,): class of consonants, from 2; 0 for none


def no_counts() -> Counts:
    """Counts before anything was counted: the habits alone."""
    signs = len(SIGNS)
    return Counts(np.zeros((signs + 1, signs)), np.zeros((signs, GAPS)), np.zeros(GAPS))


def probabilities(counts: Counts) -> tuple[Floats, Floats, Floats]:
    """(written, inserted, passed) as probabilities of the same shapes: counts smoothed by place and by habit."""
    written = np.zeros_like(counts.written)
    by_letter: dict[str, list[int]] = {}
    for sign in (*SHARED_SIGNS, *ARABIC_SIGNS):
        by_letter.setdefault(_letter(sign), []).append(SIGN[sign])
    for places in by_letter.values():
        pooled = counts.written[:, places].sum(axis=1)
        for place in places:
            habit = _habit(SIGNS[place])
            back = pooled + _BACKOFF * habit
            seen = counts.written[:, place] + _BACKOFF * back / back.sum()
            written[:, place] = (1 - _HABIT_SHARE) * seen / seen.sum() + _HABIT_SHARE * habit
    unwritten = _shares(habits.UNWRITTEN)[:NOTHING]
    inserted_habit = 0.35 * unwritten
    total = counts.inserted.sum() + counts.passed.sum()
    back_inserted = (counts.inserted.sum(axis=1) + 10 * inserted_habit) / (total + 10)
    back_passed = 1 - back_inserted.sum()
    seen = counts.inserted.sum(axis=0) + counts.passed + 2 * _BACKOFF
    inserted = (counts.inserted + 2 * _BACKOFF * back_inserted[:, None]) / seen
    passed = (counts.passed + 2 * _BACKOFF * back_passed) / seen
    return written, (1 - _FILL_SHARE) * inserted + _FILL_SHARE * inserted_habit[:, None], passed


@lru_cache(maxsize=1)
def tables() -> Costs:
    """The tables from the counts that ship in `weights`."""
    from rafid.methods.toponyms.weights import counts

    return build(counts())


def build(counts: Counts) -> Costs:
    """Tables from counts of spellings."""
    signs = len(SIGNS)
    written, inserted, passed = probabilities(counts)
    replace = np.full((signs, signs), 3 * habits.SLIP)
    drop = np.full((2, signs), 3 * habits.DROPPED)
    insert = np.full((signs, GAPS + 1), 3 * habits.DROPPED)
    arabic = [SIGN[s] for s in ARABIC_SIGNS]
    latin = [SIGN[s] for s in LATIN_SIGNS]
    shared = [SIGN[s] for s in SHARED_SIGNS]

    # Latin written where Arabic is meant.
    between = -np.log(written[:NOTHING] + _UNSEEN)
    across = np.ix_(shared + latin, shared + arabic)
    replace[across] = between[across]
    drop[0, shared + arabic] = -np.log(written[NOTHING, shared + arabic] + _UNSEEN)
    insert[shared + latin, :GAPS] = -np.log(inserted[shared + latin] + _UNSEEN)
    for sign in (BREAK, DOUBLED):  # the blank and the doubling are written at will: Tal Afar, Talafar, Tallafar
        insert[SIGN[sign], :GAPS] = np.minimum(insert[SIGN[sign], :GAPS], _AT_WILL)
    leave = -np.log(passed + _UNSEEN)
    # A name with words of both scripts may meet them the other way round.
    replace[np.ix_(arabic, latin)] = between[np.ix_(latin, arabic)].T

    # Within a script.
    for group, pairs in ((latin, _exchanges_latin()), (arabic, _exchanges_arabic())):
        replace[np.ix_(group, group)] = habits.SLIP
        for (left, right), cost in pairs.items():
            replace[left, right] = min(cost, replace[left, right])
        replace[group, group] = 0.0
    replace[shared, shared] = 0.0
    for number in range(10):
        for other in range(10):
            if number != other:
                replace[SIGN[str(number)], SIGN[str(other)]] = habits.OTHER_DIGIT
    for sign, index in SIGN.items():
        cost = habits.DROPPED_SIGNS.get(sign, habits.DROPPED_SIGNS.get(_letter(sign), habits.DROPPED))
        drop[1, index] = insert[index, GAPS] = cost
        if index in latin:
            drop[0, index] = cost
        if index in arabic:
            insert[index, :GAPS] = cost
    for sign in "0123456789":
        insert[SIGN[sign]] = drop[:, SIGN[sign]] = habits.DROPPED_SIGNS[sign]

    usual = _usual(counts, between, insert, leave)
    # Rows for what is meant: the inner loop runs over what is written.
    return Costs(_rows(replace.T), _rows(drop), _rows(insert.T), _rows(leave), _rows(usual), _kept())


def _rows(table: Floats) -> NDArray[np.float32]:
    return np.ascontiguousarray(table, dtype=np.float32)


def _usual(counts: Counts, between: Floats, insert: Floats, leave: Floats) -> Floats:
    """Mean cost of a Latin sign in the pairs that were counted, its share of the gaps that were left included."""
    made = counts.written[:NOTHING].sum(axis=1) + counts.inserted.sum(axis=1)
    spent = (counts.written[:NOTHING] * between).sum(axis=1) + (counts.inserted * insert[:, :GAPS]).sum(axis=1)
    over_all = (spent.sum() + (counts.passed * leave[:GAPS]).sum() + 20) / (made.sum() + 20)
    gap_share = (counts.passed * leave[:GAPS]).sum() / max(made.sum(), 1.0)
    return np.asarray((spent + gap_share * made + 10 * over_all) / (made + 10))


def _letter(sign: str) -> str:
    return sign if sign in SHARED_SIGNS or sign in LATIN_SIGNS else sign[0]


def _shares(text: str) -> Floats:
    shares = np.zeros(NOTHING + 1)
    parts = text.split()
    for sign, share in zip(parts[::2], parts[1::2], strict=True):
        shares[NOTHING if sign == habits.NOTHING else SIGN[sign]] = float(share)
    return shares


def _habit(sign: str) -> Floats:
    """Distribution over Latin signs (and NOTHING) for an Arabic sign; what the habits leave open is spread evenly."""
    shares = _shares(habits.SPELLED.get(sign) or habits.SPELLED[_letter(sign)])
    rest = 1 - shares.sum()
    open_to = [s for s in (*_LATIN_WRITTEN, NOTHING) if shares[s] == 0 and s != SIGN[DOUBLED]]
    shares[open_to] += rest / len(open_to)
    return shares


def _exchanges_latin() -> dict[tuple[int, int], float]:
    pairs: dict[tuple[int, int], float] = {}
    for cost, groups in habits.EXCHANGED_LATIN:
        for group in groups.split("|"):
            for left in group.split():
                for right in group.split():
                    pairs.setdefault((SIGN[left], SIGN[right]), cost)
    return pairs


def _exchanges_arabic() -> dict[tuple[int, int], float]:
    places: dict[str, list[int]] = {}
    for sign in ARABIC_SIGNS:
        places.setdefault(sign[0], []).append(SIGN[sign])
    pairs: dict[tuple[int, int], float] = {}
    for letter in places.values():
        for left in letter:
            for right in letter:
                pairs[left, right] = 0.0
    for cost, groups in habits.EXCHANGED_ARABIC:
        for group in groups.split("|"):
            for left_letter in group:
                for right_letter in group:
                    for left in places[left_letter]:
                        for right in places[right_letter]:
                            pairs.setdefault((left, right), cost)
    return pairs


def _kept() -> NDArray[np.uint8]:
    classes = np.zeros(len(SIGNS), dtype=np.uint8)
    for number, group in enumerate(habits.KEPT, start=2):
        for sign in group.split():
            classes[SIGN[sign]] = number
    return classes
