"""Reads multipart/form-data as it comes, part by part, in flat memory; names stay exactly as they were sent.

Django's own parser takes the base name of a file name, cuts at NUL and undoes HTML; here a name that is a path must stay one,
so that it can be left out. Source: RFC 7578; the escapes of names are those of the HTML standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_CHUNK = 1 << 16
_LONGEST_HEAD = 8192
MOST_PARTS = 210
"""Collect sends up to 100 files and the form; twice that, and some fields."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))', re.IGNORECASE)
_PARAMETER = re.compile(rb';\s*([a-z]+\*?)\s*=\s*(?:"((?:\\"|[^"])*)"|([^\s;"]*))', re.IGNORECASE)


class Torn(ValueError):
    """The body is no multipart, or ends before its end."""


@dataclass(frozen=True)
class Part:
    """``chunks`` must be read before the next part is asked for; what is left of it is skipped then."""

    name: str
    filename: str | None
    chunks: Iterator[bytes]


def boundary_of(content_type: str) -> bytes:
    """Raises ``Torn`` for what is no multipart/form-data."""
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or found is None:
        raise Torn("it is no multipart/form-data")
    try:
        return (found[1] or found[2]).encode("ascii")
    except UnicodeEncodeError:
        raise Torn("the boundary is not ASCII") from None


def parts(read: Callable[[int], bytes], boundary: bytes) -> Iterator[Part]:
    """The parts in their order. ``read(n)`` gives up to n bytes and b"" at the end. Raises ``Torn``."""
    reader = _Reader(read, boundary)
    for _before in reader.until_delimiter():
        pass
    count = 0
    while reader.another():
        count += 1
        if count > MOST_PARTS:
            raise Torn(f"there are more than {MOST_PARTS} parts")
        name, filename = _names(reader.head())
        chunks = reader.until_delimiter()
        yield Part(name, filename, chunks)
        for _left in chunks:
            pass


class _Reader:
    def __init__(self, read: Callable[[int], bytes], boundary: bytes) -> None:
        self._read = read
        self._delimiter = b"\r\n--" + boundary
        # The first delimiter stands at the very start, without a line before it.
        self._held = b"\r\n"

    def _more(self) -> None:
        data = self._read(_CHUNK)
        if not data:
            raise Torn("it ends before its end")
        self._held += data

    def until_delimiter(self) -> Iterator[bytes]:
        mark = self._delimiter
        tail = len(mark) - 1
        while (at := self._held.find(mark)) < 0:
            if len(self._held) > tail:
                out, self._held = self._held[:-tail], self._held[-tail:]
                yield out
            self._more()
        out, self._held = self._held[:at], self._held[at + len(mark) :]
        if out:
            yield out

    def _line(self, most: int) -> bytes:
        while (at := self._held.find(b"\r\n")) < 0:
            if len(self._held) > most:
                raise Torn("the head of a part is too long")
            self._more()
        line, self._held = self._held[:at], self._held[at + 2 :]
        if len(line) > most:
            raise Torn("the head of a part is too long")
        return line

    def another(self) -> bool:
        """Behind a delimiter: two hyphens end it, a line's end begins a part."""
        while len(self._held) < 2:
            self._more()
        if self._held.startswith(b"--"):
            return False
        if self._line(200).strip(b" \t"):
            raise Torn("the boundary is followed by something else")
        return True

    def head(self) -> bytes:
        """The value of Content-Disposition."""
        left, found = _LONGEST_HEAD, b""
        while line := self._line(left):
            left -= len(line)
            name, _colon, value = line.partition(b":")
            if name.strip().lower() == b"content-disposition":
                found = value
        return found


def _names(disposition: bytes) -> tuple[str, str | None]:
    name, filename = "", None
    for key, quoted, bare in _PARAMETER.findall(disposition):
        value = _text(quoted or bare)
        match key.lower():
            case b"name":
                name = value
            case b"filename":
                filename = value
            case b"name*":
                name = _extended(value)
            case b"filename*":
                filename = _extended(value)
    if not name:
        raise Torn("a part has no name")
    return name, filename


def _text(value: bytes) -> str:
    """Bytes that are no UTF-8 stay as lone surrogates: no name of an answer, and so left out."""
    text = value.replace(b'\\"', b'"').decode("utf-8", "surrogateescape")
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _extended(value: str) -> str:
    """``utf-8''name`` of RFC 8187."""
    return unquote(value.rpartition("'")[2], errors="surrogateescape")
