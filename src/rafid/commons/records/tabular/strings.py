"""The shared strings of an XLSX workbook, held without an object for each.

A list of a million Python strings takes about 100 MB. One block of UTF-8 with the offsets takes what the text takes;
beyond 32 MB it moves to a temporary file.
"""

from __future__ import annotations

import mmap
import re
import tempfile
from array import array
from functools import lru_cache

from .errors import TableError
from .limits import Limits
from .package import Package, feed, xml_parser

_IN_MEMORY = 32 << 20
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Undoes ``_x000D_`` (ECMA-376 22.9.2.19). NUL and half characters, which no text may hold, stay as written."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)


class SharedStrings:
    """``strings[i]`` is the i-th text. Raises ``IndexError`` beyond the end."""

    def __init__(self) -> None:
        self._ends = array("Q")
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the strings
        self._length = 0
        self._data: bytes | mmap.mmap = b""
        self.get = lru_cache(maxsize=50_000)(self._get)

    def __len__(self) -> int:
        return len(self._ends)

    def append(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        self._file.write(data)
        self._length += len(data)
        self._ends.append(self._length)

    def freeze(self) -> None:
        """After the last ``append``, before the first reading."""
        self._file.seek(0)
        if self._length > _IN_MEMORY:
            self._file.rollover()
            self._file.flush()
            self._data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            self._data = self._file.read()
            self._file.close()

    def _get(self, index: int) -> str:
        if index < 0:
            raise IndexError(index)
        start = self._ends[index - 1] if index else 0
        return self._data[start : self._ends[index]].decode("utf-8")


def read_strings(package: Package, part: str, limits: Limits) -> SharedStrings:
    """Reads the part of shared strings: runs of rich text are joined, phonetic hints left out.

    A text longer than ``limits.max_cell`` keeps one character more than that, so that its cell is told as too long.
    """
    strings = SharedStrings()
    taken: list[str] = []
    length = 0
    inside = phonetic = False
    keep = limits.max_cell + 1

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal inside, phonetic, length
        local = name.rpartition(":")[2]
        if local == "si":
            taken.clear()
            length = 0
        elif local == "t":
            inside = not phonetic
        elif local == "rPh":
            phonetic = True

    def end(name: str) -> None:
        nonlocal inside, phonetic
        local = name.rpartition(":")[2]
        if local == "t":
            inside = False
        elif local == "rPh":
            phonetic = False
        elif local == "si":
            strings.append(unescape("".join(taken)))

    def text(data: str) -> None:
        nonlocal length
        if inside and length < keep:
            taken.append(data[: keep - length])
            length += len(data)

    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for _ in feed(parser, package.blocks(part)):
        if len(strings) > 50_000_000:
            raise TableError("damaged")
    strings.freeze()
    return strings
