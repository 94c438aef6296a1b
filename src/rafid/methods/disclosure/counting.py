"""Classes of many records, compiled: in one pass by a table of all combinations, or by hashing where they are too many."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

I64 = NDArray[np.int64]

DENSE: Final = 1 << 22
"""A table of so many combinations stays near the processor."""

HEAP: Final = 2_000
"""So many records are hashed at a time."""


@njit(cache=True, nogil=True)
def _ranges(table: Any) -> tuple[Any, Any]:
    low, high = table[0].copy(), table[0].copy()
    for i in range(1, table.shape[0]):
        for j in range(table.shape[1]):
            value = table[i, j]
            low[j] = min(low[j], value)
            high[j] = max(high[j], value)
    return low, high


@njit(cache=True, nogil=True)
def _dense_keys(table: Any, low: Any, factor: Any) -> Any:
    keys = np.empty(table.shape[0], np.int64)
    for i in range(table.shape[0]):
        key = 0
        for j in range(table.shape[1]):
            key += (table[i, j] - low[j]) * factor[j]
        keys[i] = key
    return keys


@njit(cache=True, nogil=True)
def _sizes_of_keys(keys: Any, combinations: int) -> Any:
    counts = np.zeros(combinations, np.int64)
    for key in keys:
        counts[key] += 1
    sizes = np.empty(len(keys), np.int64)
    for i in range(len(keys)):
        sizes[i] = counts[keys[i]]
    return sizes


@njit(cache=True, nogil=True)
def _number_keys(keys: Any, combinations: int) -> tuple[Any, int]:
    numbers = np.full(combinations, -1, np.int64)
    which = np.empty(len(keys), np.int64)
    count = 0
    for i in range(len(keys)):
        if numbers[keys[i]] < 0:
            numbers[keys[i]] = count
            count += 1
        which[i] = numbers[keys[i]]
    return which, count


@njit(cache=True, nogil=True, inline="always")
def _mix(bits: Any) -> Any:
    """The finisher of SplitMix64 (Steele, Lea and Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@njit(cache=True, nogil=True)
def _row_hashes(table: Any) -> Any:
    keys = np.empty(table.shape[0], np.int64)
    for i in range(table.shape[0]):
        bits = np.uint64(0x9E3779B97F4A7C15)
        for j in range(table.shape[1]):
            bits = _mix(bits ^ np.uint64(table[i, j]))
        keys[i] = np.int64(bits)
    return keys


@njit(cache=True, nogil=True)
def _by_hashing(keys: Any, table: Any, exact: bool) -> tuple[Any, Any, int]:
    """Class of each record, size of its class, number of classes.

    Records are first dealt into heaps by their hash; the open addressing of one heap stays near the processor. Where
    ``exact`` is false, two rows may have one key, and are compared.
    """
    records = len(keys)
    bits = 0
    while (records >> bits) > HEAP and bits < 16:
        bits += 1
    heaps, shift = 1 << bits, np.uint64(64 - bits)
    begin = np.zeros(heaps + 1, np.int64)
    heap = np.zeros(records, np.uint16)
    if bits > 0:
        for i in range(records):
            heap[i] = _mix(np.uint64(keys[i])) >> shift
    for i in range(records):
        begin[heap[i] + 1] += 1
    widest = begin.max()
    for h in range(heaps):
        begin[h + 1] += begin[h]
    filled = begin.copy()
    dealt, record = np.empty(records, np.int64), np.empty(records, np.int64)
    for i in range(records):
        at = filled[heap[i]]
        filled[heap[i]] = at + 1
        dealt[at], record[at] = keys[i], i
    slots = 16
    while slots < 2 * widest:
        slots *= 2
    first = np.empty(slots, np.int64)
    members = np.empty(slots, np.int64)
    slot_of = np.empty(widest, np.int64)
    number = np.empty(slots, np.int64)
    which, sizes, count = np.empty(records, np.int64), np.empty(records, np.int64), 0
    for h in range(heaps):
        within = 16
        while within < 2 * (begin[h + 1] - begin[h]):
            within *= 2
        first[:within] = -1
        for at in range(begin[h], begin[h + 1]):
            slot = np.int64(_mix(np.uint64(dealt[at])) & np.uint64(within - 1))
            while first[slot] >= 0:
                other = first[slot]
                if dealt[other] == dealt[at]:
                    same = True
                    if not exact:
                        for j in range(table.shape[1]):
                            if table[record[other], j] != table[record[at], j]:
                                same = False
                                break
                    if same:
                        break
                slot = (slot + 1) & (within - 1)
            if first[slot] < 0:
                first[slot], members[slot], number[slot] = at, 0, count
                count += 1
            members[slot] += 1
            slot_of[at - begin[h]] = slot
        for at in range(begin[h], begin[h + 1]):
            slot = slot_of[at - begin[h]]
            which[record[at]], sizes[record[at]] = number[slot], members[slot]
    return which, sizes, count


def _packed(table: I64) -> tuple[I64, int] | None:
    """A number below ``combinations`` for each record; None where they exceed 63 bits."""
    low, high = _ranges(table)
    factor, combinations = [], 1
    for first, last in zip(low.tolist(), high.tolist(), strict=True):
        factor.append(combinations)
        combinations *= last - first + 1  # as Python's numbers, which do not overflow
        if combinations >= 2**63:
            return None
    return _dense_keys(table, low, np.array(factor, np.int64)), combinations


def _hashed(table: I64, packed: tuple[I64, int] | None) -> tuple[I64, I64, int]:
    keys = _row_hashes(table) if packed is None else packed[0]
    which, sizes, count = _by_hashing(keys, table, packed is not None)
    return which, sizes, int(count)


def sizes(table: I64) -> I64:
    """The size of each record's class; ``table`` (n, q), n at least 1."""
    packed = _packed(table)
    if packed is not None and packed[1] <= max(DENSE, 4 * len(table)):
        found: I64 = _sizes_of_keys(*packed)
        return found
    return _hashed(table, packed)[1]


def number(table: I64) -> tuple[I64, int]:
    """The class of each record, and how many there are; ``table`` (n, q), n at least 1."""
    packed = _packed(table)
    if packed is not None and packed[1] <= max(DENSE, 4 * len(table)):
        which, count = _number_keys(*packed)
    else:
        which, _, count = _hashed(table, packed)
    return which, int(count)
