"""The inner loops: the cheapest alignment of two names, and the best of the candidates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from rafid.methods.toponyms.candidates import F32, GRAMS, I32, I64, U8, choose, liken

_FAR = np.float32(1e9)


@njit(cache=True, nogil=True, fastmath=True)
def alignment_cost(
    written: Any, meant: Any, gaps: Any, same: int, replace: Any, drop: Any, insert: Any, usual: Any,
    word: float, letter: float, room: Any, bound: float,
) -> Any:  # fmt: skip
    """Least cost of writing the signs `written` (n) where `meant` (m) stand, with their m + 1 gaps.

    `same` is 1 where both are of one script. `word` and `letter`: what it costs to leave out or to add a whole word, and
    for each of its signs, across scripts beside the `usual` cost of those that were added. A word goes with the break
    before it, the first with the one after it. `room` is (4, at least n + 1). Gives up with 1e9 once every way costs more
    than `bound`.
    """
    n, m = len(written), len(meant)
    row, begun, added, initial = room[0], room[1], room[2], room[3]  # begun: the row where the meant word begins
    row[0] = 0.0
    whole = word
    first = True
    for i in range(n):
        row[i + 1] = row[i] + insert[gaps[0], written[i]]
        added[i] = 1e9
        if written[i] == 0:
            if first:
                added[i] = whole
                row[i + 1] = min(row[i + 1], whole)
            first = False
            whole = word
        else:
            whole += letter
            if same == 0:
                whole += usual[written[i]]
        if i + 1 == n or written[i + 1] == 0:
            added[i] = whole
    begun[: n + 1] = row[: n + 1]
    initial[: n + 1] = row[: n + 1]
    first = True
    whole = word
    back = row[0]
    for j in range(m):
        sign = meant[j]
        whole = word if sign == 0 else whole + letter
        replaced, filled = replace[sign], insert[gaps[j + 1]]
        lost = drop[same, sign]
        diagonal = row[0]
        row[0] = diagonal + lost
        least = row[0]
        start = 0
        for i in range(n):
            above = row[i + 1]
            best = diagonal + replaced[written[i]]
            dropped = above + lost
            if dropped < best:
                best = dropped
            inserted = row[i] + filled[written[i]]
            if inserted < best:
                best = inserted
            if added[i] < 1e8:
                if written[i] == 0:
                    if row[0] + added[i] < best:
                        best = row[0] + added[i]
                else:
                    if row[start] + added[i] < best:
                        best = row[start] + added[i]
                    start = i + 1
            row[i + 1] = best
            if best < least:
                least = best
            diagonal = above
        if j + 1 == m or meant[j + 1] == 0:
            for i in range(n + 1):
                if begun[i] + whole < row[i]:
                    row[i] = begun[i] + whole
                begun[i] = row[i]
                if row[i] < least:
                    least = row[i]
            back = least
        elif sign == 0:
            if first:
                for i in range(n + 1):
                    if initial[i] + word + letter * j < row[i]:
                        row[i] = initial[i] + word + letter * j
            first = False
        # A word that is dropped leads back to where it began.
        if least > bound and back + word > bound:
            return 1e9
    return row[n]


@njit(cache=True, nogil=True)
def gaps_of(signs: U8, starts: I64, classes: U8, count: int) -> U8:
    """The gaps of names in a row, m + 1 for a name of m signs: class before * number of classes + class after."""
    gaps = np.empty(len(signs) + len(starts) - 1, np.uint8)
    at = 0
    for name in range(len(starts) - 1):
        before = 0
        for k in range(starts[name], starts[name + 1]):
            gaps[at] = before * count + classes[signs[k]]
            before = classes[signs[k]]
            at += 1
        gaps[at] = before * count
        at += 1
    return gaps


@njit(cache=True, nogil=True)
def sums_of(values: F32, items: U8, starts: I64, more: int) -> F32:
    """Sum of the values of each name's items; `more` items a name beyond what `starts` says."""
    sums = np.zeros(len(starts) - 1, np.float32)
    for name in range(len(sums)):
        for k in range(starts[name] + name * more, starts[name + 1] + (name + 1) * more):
            sums[name] += values[items[k]]
    return sums


@njit(cache=True, nogil=True)
def _keep(found: Any, cost: Any, name: int, value: float) -> None:
    """Put a name into the row of the best, by cost and then by number."""
    at = len(cost) - 1
    if value >= cost[at]:
        return
    while at > 0 and (cost[at - 1] > value or (cost[at - 1] == value and found[at - 1] > name)):
        cost[at], found[at] = cost[at - 1], found[at - 1]
        at -= 1
    cost[at], found[at] = value, name


@njit(cache=True, nogil=True)
def search(
    q_signs: U8, q_gaps: U8, q_starts: I64, q_script: Any, q_kinds: Any, q_within: I64,
    signs: U8, gaps: U8, starts: I64, scripts: Any, kinds: Any, lefts: F32, usuals: F32, norms: F32,
    begins: I64, posted: I32, rarity: F32, within: I32, within_starts: I64,
    replace: F32, drop: F32, insert: F32, leave: F32, usual: F32, kept: Any,
    candidates: int, enough: float, one_kind: float, other_kind: float, word: float, letter: float, hopeless: float, best: int,
) -> tuple[I32, F32]:  # fmt: skip
    """For each query the `best` names by excess cost, of the given area first (columns 0..best) and of all (best..).

    q_within: number of the area of each query, -1 for none. Gaps of name k start at starts[k] + k. An excess cost is what
    the alignment costs above what the Latin signs cost in a right pair; within one script it is the whole cost. -1 fills
    names that are missing.
    """
    queries, names = len(q_starts) - 1, len(starts) - 1
    found = np.full((queries, 2 * best), -1, np.int32)
    cost = np.full((queries, 2 * best), _FAR, np.float32)
    likeness = np.zeros(names, np.float32)
    everything = np.arange(names).astype(np.int32)
    keys = np.empty(candidates, np.float32)
    items = np.empty(candidates, np.int32)
    room = np.empty((4, 256), np.float32)
    seen = np.full(GRAMS, -1, np.int64)
    plain = np.full(256, insert.shape[0] - 1, np.uint8)
    for query in range(queries):
        x = q_signs[q_starts[query] : q_starts[query + 1]]
        x_gaps = q_gaps[q_starts[query] + query : q_starts[query + 1] + query + 1]
        if len(x) == 0:
            continue
        liken(x, kept, begins, posted, rarity, norms, seen, query, likeness)
        x_usual = x_left = np.float32(0.0)
        for i in range(len(x)):
            x_usual += usual[x[i]]
        for i in range(len(x_gaps)):
            x_left += leave[x_gaps[i]]
        area = q_within[query]
        for part in range(2):
            if part == 0:
                if area < 0:
                    continue
                pool = within[within_starts[area] : within_starts[area + 1]]
                size = choose(likeness, pool, -1.0, keys, items)
            else:
                # Outside the area only a name that fits well is wanted.
                wanted = candidates if area < 0 else candidates // 4
                size = choose(likeness, everything, 0.0, keys[:wanted], items[:wanted])
            best_names = found[query, part * best : (part + 1) * best]
            best_costs = cost[query, part * best : (part + 1) * best]
            for k in range(size):
                if keys[k] < enough * keys[0]:
                    break
                name = items[k]
                y = signs[starts[name] : starts[name + 1]]
                if len(y) == 0:
                    continue
                extra = np.float32(0.0)
                if kinds[name] != q_kinds[query]:
                    extra = np.float32(other_kind if kinds[name] != 0 and q_kinds[query] != 0 else one_kind)
                if q_script[query] == scripts[name]:
                    base = extra
                elif q_script[query] == 0:
                    base = extra + lefts[name] - x_usual
                else:
                    base = extra + x_left - usuals[name]
                bound = min(best_costs[best - 1], best_costs[0] + np.float32(hopeless)) - base
                if q_script[query] == scripts[name]:
                    value = alignment_cost(x, y, plain, 1, replace, drop, insert, usual, word, letter, room, bound)
                elif q_script[query] == 0:
                    y_gaps = gaps[starts[name] + name : starts[name + 1] + name + 1]
                    value = alignment_cost(x, y, y_gaps, 0, replace, drop, insert, usual, word, letter, room, bound)
                else:
                    value = alignment_cost(y, x, x_gaps, 0, replace, drop, insert, usual, word, letter, room, bound)
                if value <= bound:
                    _keep(best_names, best_costs, name, base + value)
    return found, cost
