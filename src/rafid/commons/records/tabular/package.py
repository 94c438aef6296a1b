"""Workbooks are zip archives; this opens one that may be hostile.

What is checked before anything is unpacked: the size of the directory, the sum of the sizes that it states, their
ratio to the file's size. What is checked while reading: that a part does not grow beyond what it stated.
Every failure of the container is a ``TableError``.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from xml.parsers import expat

from .errors import TableError, size
from .limits import Limits

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
    struct.error,
    expat.ExpatError,
)
"""What zipfile, the decompressors, expat and the conversions raise on bytes that lie."""

_DIRECTORY = 16 << 20
_STUCK = 16 << 20


@contextmanager
def hostile() -> Iterator[None]:
    """Turns what the libraries raise on damaged bytes into ``TableError("damaged")``."""
    try:
        yield
    except TableError:
        raise
    except _DAMAGE as error:
        raise TableError("damaged") from error


def _directory_size(path: Path) -> int:
    """Bytes of the zip's central directory as it states; ``zipfile`` would read all of them at once."""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - 65_557))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < 22:
            raise TableError("damaged")
        stated = struct.unpack_from("<L", tail, at + 12)[0]
        if stated != 0xFFFFFFFF:
            return int(stated)
        locator = tail.rfind(b"PK\x06\x07", 0, at)
        if locator < 0 or len(tail) - locator < 20:
            raise TableError("damaged")
        file.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
        record = file.read(56)
        return int(struct.unpack_from("<Q", record, 40)[0])


class Package:
    """A zip archive of parts, names compared without case. Close it, or use it as a context."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        with hostile():
            if _directory_size(path) > _DIRECTORY:
                raise TableError("damaged")
            self._zip = zipfile.ZipFile(path)
        parts = self._zip.infolist()
        try:
            if len(parts) > limits.max_parts:
                raise TableError("damaged")
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, path.stat().st_size)
            if unpacked > limits.max_unpacked:
                raise TableError("zip_bomb", limit=size(limits.max_unpacked))
            if unpacked > limits.ratio_from and unpacked > packed * limits.max_ratio:
                raise TableError("zip_bomb", limit=size(max(limits.ratio_from, packed * limits.max_ratio)))
            if any(part.flag_bits & 1 for part in parts):
                raise TableError("encrypted")
        except TableError:
            self._zip.close()
            raise
        self._parts = {part.filename.lstrip("/").casefold(): part for part in parts}

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        return name.lstrip("/").casefold() in self._parts

    def stated_size(self, name: str) -> int:
        part = self._parts.get(name.lstrip("/").casefold())
        return part.file_size if part else 0

    def blocks(self, name: str, length: int = 1 << 16) -> Iterator[bytes]:
        """The unpacked part ``name`` in blocks. Raises ``TableError`` where it is missing, damaged or larger than stated."""
        part = self._parts.get(name.lstrip("/").casefold())
        if part is None:
            raise TableError("damaged")
        read = 0
        with hostile(), self._zip.open(part) as stream:
            while block := stream.read(length):
                read += len(block)
                if read > part.file_size or read > self.limits.max_unpacked:
                    raise TableError("zip_bomb", limit=size(self.limits.max_unpacked))
                yield block

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of a part."""
        taken = bytearray()
        for block in self.blocks(name):
            taken += block
            if len(taken) >= limit:
                break
        return bytes(taken[:limit])


def xml_parser() -> expat.XMLParserType:
    """An expat parser that refuses a document type: workbooks have none, entity bombs do."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise TableError("damaged")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, blocks: Iterator[bytes]) -> Iterator[None]:
    """Gives the blocks to the parser one by one, yielding after each so that the caller can take what was found.

    A token that never ends (an attribute of gigabytes) would grow in expat's memory: it is refused.
    """
    fed = 0
    for block in blocks:
        with hostile():
            parser.Parse(block, False)
        fed += len(block)
        if fed - max(0, parser.CurrentByteIndex) > _STUCK:
            raise TableError("damaged")
        yield
    with hostile():
        parser.Parse(b"", True)
    yield
