"""A version's tiles as one file: PMTiles 3 (github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md).

Tiles lie in the order of a Hilbert curve, equal ones once; a reader finds one by two or three ranges of bytes.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

HEADER = 127
ROOT_MOST = 16_384 - HEADER
"""Header and root directory come by the first request of 16 kB."""
_GZIP, _MVT = 2, 1


@dataclass(frozen=True)
class Entry:
    """``run``: of so many tiles one after another; 0 for a directory below."""

    tile: int
    offset: int
    length: int
    run: int = 1


def tile_id(z: int, x: int, y: int) -> int:
    """The tile's number: zooms one after another, each along the Hilbert curve.

    >>> [tile_id(0, 0, 0), tile_id(1, 0, 0), tile_id(1, 0, 1), tile_id(1, 1, 1), tile_id(1, 1, 0), tile_id(2, 0, 0)]
    [0, 1, 2, 3, 4, 5]
    """
    found, side = (4**z - 1) // 3, 2**z
    step = side // 2
    while step:
        right, down = bool(x & step), bool(y & step)
        found += step * step * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        step //= 2
    return found


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    out = bytearray()
    while number >= 128:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def directory(entries: Sequence[Entry]) -> bytes:
    """Gzipped; columns one after another, so that they pack well."""
    out, before = bytearray(varint(len(entries))), 0
    for one in entries:
        out += varint(one.tile - before)
        before = one.tile
    for one in entries:
        out += varint(one.run)
    for one in entries:
        out += varint(one.length)
    end = -1
    for one in entries:
        out += varint(0 if one.offset == end else one.offset + 1)
        end = one.offset + one.length
    return gzip.compress(bytes(out), 9, mtime=0)


def written(
    tiles: Iterable[tuple[int, bytes]],
    *,
    zooms: tuple[int, int],
    bounds: Sequence[float],
    metadata: Mapping[str, Any],
) -> bytes:
    """``tiles``: number and gzipped tile, none of them empty; ``bounds`` west, south, east, north. The same tiles give the
    same bytes."""
    data, known, entries = bytearray(), {}, list[Entry]()
    addressed = 0
    for number, packed in sorted(tiles):
        addressed += 1
        name = sha256(packed).digest()
        if name not in known:
            known[name] = (len(data), len(packed))
            data += packed
        offset, length = known[name]
        last = entries[-1] if entries else None
        if last and last.offset == offset and last.tile + last.run == number:
            entries[-1] = Entry(last.tile, offset, length, last.run + 1)
        else:
            entries.append(Entry(number, offset, length))
    root, leaves = _divided(entries)
    said = gzip.compress(json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode(), 9, mtime=0)
    at_said = HEADER + len(root)
    at_leaves = at_said + len(said)
    at_data = at_leaves + len(leaves)
    west, south, east, north = (round(edge * 1e7) for edge in bounds)
    header = b"PMTiles\x03" + struct.pack(
        "<11Q6B4iB2i",
        HEADER, len(root), at_said, len(said), at_leaves, len(leaves), at_data, len(data), addressed, len(entries), len(known),
        1, _GZIP, _GZIP, _MVT, *zooms, west, south, east, north,
        min(zooms[0] + 5, zooms[1]), (west + east) // 2, (south + north) // 2,
    )  # fmt: skip
    return header + root + said + leaves + bytes(data)


def _divided(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """The root directory, and leaves where it would be too large."""
    root, size = directory(entries), 4096
    if len(root) <= ROOT_MOST:
        return root, b""
    while True:
        leaves, above = bytearray(), []
        for at in range(0, len(entries), size):
            packed = directory(entries[at : at + size])
            above.append(Entry(entries[at].tile, len(leaves), len(packed), 0))
            leaves += packed
        root = directory(above)
        if len(root) <= ROOT_MOST:
            return root, bytes(leaves)
        size *= 2


def descend(made: Callable[[int, int, int], bytes], last_zoom: int, most: int) -> tuple[list[tuple[int, bytes]], int]:
    """Tiles from the whole world down into those that hold something; ends above the zoom that would go beyond ``most``
    tiles. Returns numbers with gzipped tiles, and the last zoom."""
    found: list[tuple[int, bytes]] = []
    wanted, reached = [(0, 0)], 0
    for z in range(last_zoom + 1):
        if len(found) + len(wanted) > most:
            break
        below = []
        for x, y in wanted:
            tile = made(z, x, y)
            if tile:
                found.append((tile_id(z, x, y), gzip.compress(tile, 9, mtime=0)))
                below += [(2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]
        wanted, reached = below, z
    return found, reached
