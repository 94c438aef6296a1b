"""A zip that is written while it is sent (APPNOTE 6.3): nothing is kept of a file but its line in the directory at the end,
and that lies in a temporary file, so that hundreds of thousands of photos cost no memory."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime

_UTF8, _SIZES_FOLLOW = 1 << 11, 1 << 3
_STORED, _DEFLATED = 0, 8
_ZIP64 = 45
_MOST = 0xFFFFFFFF
_BLOCK = 1 << 16


class ZipStream:
    """``for piece in zip.deflated(name, pieces)`` … then ``for piece in zip.end()``: send every piece in its order."""

    def __init__(self, moment: datetime) -> None:
        self._directory = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - closed at the end
        self._at = self._count = 0
        year = min(max(moment.year, 1980), 2107)
        self._date = ((year - 1980) << 9) | (moment.month << 5) | moment.day
        self._time = (moment.hour << 11) | (moment.minute << 5) | (moment.second // 2)

    def deflated(self, name: str, pieces: Iterable[bytes], *, level: int = 1) -> Iterator[bytes]:
        """A file whose size is not known before its end."""
        start = self._at
        # Sizes of eight bytes: what is not known yet may be larger than four gigabytes.
        extra = struct.pack("<HHQQ", 1, 16, 0, 0)
        yield self._sent(self._local(name, _DEFLATED, _SIZES_FOLLOW, 0, _MOST, _MOST, extra))
        packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        crc = size = packed = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            out = packer.compress(piece)
            if out:
                packed += len(out)
                yield self._sent(out)
        out = packer.flush()
        packed += len(out)
        yield self._sent(out + struct.pack("<4sLQQ", b"PK\x07\x08", crc, packed, size))
        self._entry(name, _DEFLATED, _SIZES_FOLLOW, crc, packed, size, start)

    def stored(self, name: str, pieces: Iterable[bytes], *, size: int, crc: int) -> Iterator[bytes]:
        """A file that is packed already (a photo). Raises ValueError where the pieces are not of that size."""
        start = self._at
        extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= _MOST else b""
        told = _MOST if extra else size
        yield self._sent(self._local(name, _STORED, 0, crc, told, told, extra))
        sent = 0
        for piece in pieces:
            sent += len(piece)
            yield self._sent(piece)
        if sent != size:
            raise ValueError(f"{sent} bytes instead of {size}")
        self._entry(name, _STORED, 0, crc, size, size, start)

    def end(self) -> Iterator[bytes]:
        """The directory; nothing may follow."""
        start, length = self._at, self._directory.tell()
        self._directory.seek(0)
        while block := self._directory.read(_BLOCK):
            yield self._sent(block)
        self._directory.close()
        tail = b""
        if self._count >= 0xFFFF or start >= _MOST or length >= _MOST:
            tail += struct.pack(
                "<4sQHHLLQQQQ", b"PK\x06\x06", 44, _ZIP64, _ZIP64, 0, 0, self._count, self._count, length, start
            )
            tail += struct.pack("<4sLQL", b"PK\x06\x07", 0, start + length, 1)
        count = min(self._count, 0xFFFF)
        tail += struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, min(length, _MOST), min(start, _MOST), 0)
        yield self._sent(tail)

    def _sent(self, piece: bytes) -> bytes:
        self._at += len(piece)
        return piece

    def _local(self, name: str, method: int, flags: int, crc: int, packed: int, size: int, extra: bytes) -> bytes:
        told = name.encode()
        head = struct.pack(
            "<4sHHHHHLLLHH", b"PK\x03\x04", _ZIP64 if extra else 20, flags | _UTF8, method, self._time, self._date,
            crc, packed, size, len(told), len(extra),
        )  # fmt: skip
        return head + told + extra

    def _entry(self, name: str, method: int, flags: int, crc: int, packed: int, size: int, start: int) -> None:
        told = name.encode()
        large = b"".join(struct.pack("<Q", number) for number in (size, packed, start) if number >= _MOST)
        extra = struct.pack("<HH", 1, len(large)) + large if large else b""
        sizes_follow = bool(flags & _SIZES_FOLLOW)
        self._directory.write(
            struct.pack(
                "<4sHHHHHHLLLHHHHHLL", b"PK\x01\x02", (3 << 8) | _ZIP64, _ZIP64 if extra or sizes_follow else 20,
                flags | _UTF8, method, self._time, self._date, crc, min(packed, _MOST), min(size, _MOST), len(told),
                len(extra), 0, 0, 0, 0o600 << 16, min(start, _MOST),
            ) + told + extra
        )  # fmt: skip
        self._count += 1
