"""The draw: sites in the order of their hashes, so that whoever knows the seed draws the same ones."""

from __future__ import annotations

import hashlib
import heapq
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.sampling.estimate import F64, whole

I64 = NDArray[np.int64]


def draw(ids: Iterable[Any], size: int, *, seed: str, sizes: ArrayLike | None = None) -> tuple[Any, ...]:
    """``size`` of ``ids``, in the order drawn; the ids are texts (or whole numbers), hashed as UTF-8 in NFC.

    Equal chances: ids in the order of SHA-256(``"{seed}|{id}"``), the first ones; a longer sample continues a shorter one, and
    the order in which the ids come does not matter. By size, chances in proportion to ``sizes`` (one for each id): systematic
    sampling in that order from a start that SHA-256(``"{seed}|start"``) gives; an id as large as the step is certain, and
    those come first (Madow 1949, "On the theory of systematic sampling II", Annals of Mathematical Statistics 20).

    Raises ``ValueError`` for an id twice, an id that is no text, a sample below 1 or larger than the frame, an empty seed, and
    a size of a site that is not above 0.

    >>> draw([f"TASK-{n:03d}" for n in range(1, 41)], 5, seed="rafid-2026Q3")
    ('TASK-003', 'TASK-038', 'TASK-016', 'TASK-034', 'TASK-031')
    """
    given = list(ids)
    wanted = whole(size, "the size of the sample", 1)
    if wanted > len(given):
        raise ValueError(f"the sample of {wanted} is larger than the frame of {len(given)}; draw fewer")
    if not isinstance(seed, str) or not seed:
        raise ValueError("the seed must be a text that is not empty")
    digests = _digests(_texts(given), seed)
    if sizes is None:
        return tuple(given[index] for _, index in heapq.nsmallest(wanted, zip(digests, range(len(given)), strict=True)))
    measures = _measures(sizes, len(given))
    certain, others, step = _certain(_order(digests), measures, wanted)
    start = int(hashlib.sha256(f"{seed}|start".encode()).hexdigest()[:13], 16) / 16**13
    found = certain + _systematic(others, measures, wanted - len(certain), start * step, step)
    return tuple(given[index] for index in found)


def certain_sites(sizes: ArrayLike, size: int) -> NDArray[np.bool_]:
    """Which of the sites a draw of ``size`` by their ``sizes`` (n,) takes for certain: bool (n,). ``verified_floor`` counts
    these by themselves. Raises ``ValueError`` as ``draw`` does.

    >>> certain_sites([900, 100, 120, 300, 80, 60, 450, 200, 150, 40], 4).nonzero()[0].tolist()
    [0]
    """
    count = np.size(np.asarray(sizes))
    measures, wanted = _measures(sizes, count), whole(size, "the size of the sample", 1)
    if wanted > count:
        raise ValueError(f"the sample of {wanted} is larger than the frame of {count}; draw fewer")
    found = np.zeros(count, dtype=bool)
    found[_certain(np.arange(count), measures, wanted)[0]] = True
    return found


def _texts(given: Sequence[Any]) -> list[str]:
    """Each id as the text that is hashed. Floats and dates look different on other machines and are refused."""
    if all(type(one) is str for one in given):
        texts = list(given)
    else:
        for one in given:
            if isinstance(one, bool) or not isinstance(one, str | int | np.integer):
                raise ValueError(f"the id {one!r} is no text; a draw can be repeated from texts only")
        texts = [str(one) for one in given]
    if not all(map(str.isascii, texts)):
        texts = [unicodedata.normalize("NFC", one) for one in texts]
    if len(set(texts)) < len(texts):
        twice = next(one for one, times in Counter(texts).items() if times > 1)
        raise ValueError(f"the id {twice!r} is in the frame twice; each site may be drawn once")
    return texts


def _digests(texts: Sequence[str], seed: str) -> list[bytes]:
    """Bytes are in the order of their hex."""
    sha256, before = hashlib.sha256, f"{seed}|".encode()
    return [sha256(before + one.encode()).digest() for one in texts]


def _order(digests: Sequence[bytes]) -> I64:
    """The places of the digests, sorted."""
    first = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)[::4]
    order = np.argsort(first)
    if np.any(first[order[1:]] == first[order[:-1]]):
        # Eight bytes do not tell two of them apart, which thirty-two do.
        order = np.array(sorted(range(len(digests)), key=digests.__getitem__))
    return order.astype(np.int64)


def _measures(sizes: ArrayLike, count: int) -> F64:
    found = np.asarray(sizes, float)
    if found.shape != (count,):
        raise ValueError(f"{found.size} sizes do not fit {count} ids; give one for each")
    if not np.all((found > 0) & np.isfinite(found)):
        raise ValueError(
            "a size is missing or not above 0; such a site cannot be drawn by size, mend it or leave it out"
        )
    return found


def _certain(order: I64, measures: F64, wanted: int) -> tuple[list[int], I64, float]:
    """The certain ones, the others, both in the order given, and the step between two marks."""
    certain: list[int] = []
    others, step = order, 0.0
    while len(certain) < wanted:
        step = math.fsum(measures[others].tolist()) / (wanted - len(certain))
        large = measures[others] >= step
        if not large.any():
            break
        certain += others[large].tolist()
        others = others[~large]
    return certain, others, step


def _systematic(others: I64, measures: F64, wanted: int, mark: float, step: float) -> list[int]:
    """For each mark the first site whose running sum passes it. cumsum adds one after the other, as a loop would."""
    running = np.cumsum(measures[others])
    taken: list[int] = []
    for number in range(wanted):
        after = taken[-1] + 1 if taken else 0
        # Rounding of the running sum may leave the last mark beyond its end.
        last = len(others) - wanted + number
        taken.append(min(max(int(np.searchsorted(running, mark, side="right")), after), last))
        mark += step
    return others[taken].tolist() if taken else []
