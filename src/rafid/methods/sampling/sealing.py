"""What is published before the first visit, so that seed and frame cannot be changed after it: their hashes."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Iterable

from rafid.methods.sampling.estimate import number

FrameLine = tuple[str, str, float | None]
"""Site, stratum, size: None where the draw does not need one."""


def seal(seed: str) -> str:
    """SHA-256 of the seed's UTF-8, in hex: published at registration, so that nobody can change the seed afterwards. A real
    seed holds at least 128 random bits, or it is guessed from its seal.

    >>> seal("rafid-2026Q3")[:16]
    'd39eceb5bd3e3130'
    """
    return hashlib.sha256(seed.encode()).hexdigest()


def frame_hash(lines: Iterable[FrameLine]) -> str:
    """SHA-256, in hex, of the frame as canonical JSON: ``[{"site":…,"size":…,"stratum":…},…]`` by stratum and site, texts in
    NFC, UTF-8, no blanks, whole sizes without a point. The order in which the lines come does not matter.

    Raises ``ValueError`` for a site twice in a stratum, and for a size that is no finite number.

    >>> frame_hash([("TASK-002", "north", 4.0), ("TASK-001", "north", None)])[:16]
    '32c08065a18a3afd'
    """
    sizes: dict[tuple[str, str], float | None] = {}
    for site, stratum, size in lines:
        key = (_nfc(stratum), _nfc(site))
        if key in sizes:
            raise ValueError(f"site {site!r} is in stratum {stratum!r} of the frame twice; each may be drawn once")
        sizes[key] = _size(size)
    frame = [{"site": key[1], "size": sizes[key], "stratum": key[0]} for key in sorted(sizes)]
    text = json.dumps(frame, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _size(size: float | None) -> float | None:
    if size is None:
        return None
    found = number(size, "a size")
    if not math.isfinite(found):
        raise ValueError(f"a size is {size}; give a number, or none where the draw does not need it")
    return int(found) if found.is_integer() else found
