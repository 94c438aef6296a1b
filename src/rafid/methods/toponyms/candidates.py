"""Names that may be meant: those that share rare pairs of consonants with the text."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]

CLASSES: Final = 32  # of consonants, with 0 for letters that are none and 1 for the edges of a name
GRAMS: Final = 2 * CLASSES * CLASSES  # pairs of neighbours, then pairs of neighbours but one
LONGEST: Final = 256  # pairs of a name


@njit(cache=True, nogil=True)
def grams_of(signs: Any, kept: Any, out: Any) -> int:
    """Numbers of the consonant pairs of a name into `out`; how many. Pairs of neighbours, then of neighbours but one."""
    before, before_that, count = 1, 0, 0
    for position in range(len(signs) + 1):
        here = 1 if position == len(signs) else kept[signs[position]]
        if here == 0 or count + 2 > len(out):
            continue
        out[count] = before * CLASSES + here
        count += 1
        if before_that:
            out[count] = CLASSES * CLASSES + before_that * CLASSES + here
            count += 1
        before_that, before = before, here
    return count


@njit(cache=True, nogil=True)
def post(signs: U8, starts: I64, kept: Any) -> tuple[I64, I32]:
    """Inverted index of consonant pairs: where each pair's names start (GRAMS + 1), and the names."""
    names = len(starts) - 1
    out = np.empty(LONGEST, np.int32)
    sizes = np.zeros(GRAMS + 1, np.int64)
    last = np.full(GRAMS, -1, np.int64)
    for name in range(names):
        count = grams_of(signs[starts[name] : starts[name + 1]], kept, out)
        for k in range(count):
            if last[out[k]] != name:
                last[out[k]] = name
                sizes[out[k] + 1] += 1
    begins = np.cumsum(sizes)
    fill = begins[:-1].copy()
    posted = np.empty(begins[-1], np.int32)
    last[:] = -1
    for name in range(names):
        count = grams_of(signs[starts[name] : starts[name + 1]], kept, out)
        for k in range(count):
            if last[out[k]] != name:
                last[out[k]] = name
                posted[fill[out[k]]] = name
                fill[out[k]] += 1
    return begins, posted


@njit(cache=True, nogil=True)
def gram_norms(signs: U8, starts: I64, kept: Any, rarity: F32) -> F32:
    """Sum of the rarity of a name's different consonant pairs (names,)."""
    norms = np.zeros(len(starts) - 1, np.float32)
    out = np.empty(LONGEST, np.int32)
    last = np.full(GRAMS, -1, np.int64)
    for name in range(len(norms)):
        count = grams_of(signs[starts[name] : starts[name + 1]], kept, out)
        for k in range(count):
            if last[out[k]] != name:
                last[out[k]] = name
                norms[name] += rarity[out[k]]
    return norms


@njit(cache=True, nogil=True)
def _sift(keys: Any, items: Any, size: int) -> None:
    """Restore a heap with the least key at its top after its top was replaced."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[at] <= keys[child]:
            return
        keys[at], keys[child] = keys[child], keys[at]
        items[at], items[child] = items[child], items[at]
        at = child


# error_model: with Python's own each division is checked for zero, and none is done eight at a time.
@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def liken(
    signs: Any, kept: U8, begins: I64, posted: I32, rarity: F32, norms: F32, seen: I64, mark: int, likeness: F32
) -> None:  # fmt: skip
    """Weighted Jaccard likeness of a text's consonant pairs with every name's, into `likeness` (names,).

    `seen` (GRAMS,) holds no `mark` before and does after for the pairs of the text.
    """
    out = np.empty(LONGEST, np.int32)
    likeness[:] = 0.0
    norm = np.float32(1e-6)
    for k in range(grams_of(signs, kept, out)):
        gram = out[k]
        if seen[gram] == mark:
            continue
        seen[gram] = mark
        weight = rarity[gram]
        norm += weight
        for at in range(begins[gram], begins[gram + 1]):
            likeness[posted[at]] += weight
    for name in range(len(likeness)):
        likeness[name] /= norm + norms[name] - likeness[name]


@njit(cache=True, nogil=True)
def choose(likeness: F32, pool: I32, least: float, keys: Any, items: Any) -> int:
    """The names of `pool` most alike above `least`, into `keys` and `items` (room,), best first; how many."""
    size, room = 0, len(keys)
    for at in range(len(pool)):
        name = pool[at]
        alike = likeness[name]
        if alike <= least:
            continue
        if size < room:
            keys[size], items[size] = alike, name
            size += 1
            if size < room:
                continue
            order = np.argsort(keys)
            keys[:] = keys[order]
            items[:] = items[order]
        else:
            keys[0], items[0] = alike, name
            _sift(keys, items, size)
        least = keys[0]
    order = np.argsort(-keys[:size])
    keys[:size] = keys[:size][order]
    items[:size] = items[:size][order]
    return size
