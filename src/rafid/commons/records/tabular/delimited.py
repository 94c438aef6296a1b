"""Text tables: CSV and its relatives in any encoding, read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from .delimiters import excel_hint, sniff
from .encodings import Mixed, known_encoding, scan, shown_encoding
from .errors import CellError, TableError
from .limits import DEFAULT, Limits
from .source import RawRow, Source

_SAMPLE = 262_144
_SAMPLE_LINES = 300
_QUOTED_LINES = 100
"""A cell of more lines than this is taken for a quotation mark that nobody closed."""


@dataclass
class Delimited(Source):
    path: Path = Path()
    limits: Limits = DEFAULT
    has_nul: bool = False
    hinted: bool = False

    def on_sheet(self, name: str) -> Source:
        return replace(self)

    def rows(self) -> Iterator[RawRow]:
        """Every record with its number, as a spreadsheet would number it: blank lines count, lines within quotes do not.

        Raises ``TableError`` for a row that is in another encoding, too long, or leaves its quotation mark open.
        """
        assert self.encoding
        assert self.delimiter
        number, cap = 0, self.limits.max_columns + 1
        cells: list[Any]
        pending: list[str] = []  # the physical lines of the record being read
        ended = False
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self.encoding, errors="strict", newline="")

            def lines() -> Iterator[str]:
                nonlocal ended
                limit = self.limits.max_line
                for line in iter(partial(text.readline, limit), ""):
                    if len(line) >= limit:
                        raise TableError("line_too_long", row=number + 1, limit=limit)
                    pending.append(line)
                    yield line
                ended = True

            source = lines()
            if self.hinted:
                next(source)
                pending.clear()
            reader = csv.reader(source, delimiter=self.delimiter, skipinitialspace=True)
            while True:
                error = None
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    cells = []
                    error = CellError("cell_too_long", length=sum(map(len, pending)), limit=self.limits.max_cell)
                except UnicodeError as failure:
                    row = self._undecodable(number)
                    raise TableError("wrong_encoding", row=row, encoding=shown_encoding(self.encoding)) from failure
                number += 1
                if len(pending) > 1 and (
                    len(pending) > _QUOTED_LINES or (ended and "".join(pending).count('"') % 2) or error
                ):
                    raise TableError("unclosed_quote", row=number)
                pending.clear()
                if self.has_nul and any("\x00" in cell for cell in cells):
                    cells = [CellError("nul_character") if "\x00" in cell else cell for cell in cells]
                yield RawRow(number, cells[:cap] if len(cells) > cap else cells, len(cells), error)

    def _undecodable(self, after: int) -> int:
        """The row that the bytes which cannot be decoded are in; decoding runs ahead of the rows by some kilobytes."""
        with self.path.open("rb") as raw, suppress(csv.Error, UnicodeError):
            text = io.TextIOWrapper(raw, encoding=self.encoding, errors="replace", newline="")
            lines = iter(partial(text.readline, self.limits.max_line), "")
            if self.hinted:
                next(lines)
            for number, cells in enumerate(csv.reader(lines, delimiter=self.delimiter or ","), start=1):
                if number > after and any("\ufffd" in cell for cell in cells):
                    return number
        return after + 1


def open_delimited(path: Path, limits: Limits, encoding: str | None, delimiter: str | None) -> Delimited:
    """Finds encoding and delimiter. Raises ``TableError`` where encodings are mixed.

    ``delimiter`` is one character; ``ValueError`` otherwise.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise ValueError("a delimiter is one character")
    try:
        found = scan(path)
    except Mixed as mixed:
        if encoding is None:
            raise TableError(
                "mixed_encoding",
                row=_row_at(path, mixed.offset, limits),
                encoding=shown_encoding(mixed.encoding),
                other=shown_encoding(mixed.other),
            ) from None
        found = None
    chosen = known_encoding(encoding) if encoding else found.encoding if found else "utf-8"
    sample, hint = _sample(path, chosen)
    return Delimited(
        kind="csv",
        path=path,
        limits=limits,
        encoding=chosen,
        encoding_sure=bool(encoding) or (found is not None and found.sure),
        delimiter=delimiter or hint or sniff(sample),
        hinted=hint is not None,
        has_nul=found is None or found.has_nul or chosen.startswith(("utf-16", "utf-32")),
        rows_hint=found.lines if found else None,
    )


def _sample(path: Path, encoding: str) -> tuple[str, str | None]:
    """The first whole lines of the file, and Excel's ``sep=`` hint if it begins with one."""
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
        taken, length = list[str](), 0
        while len(taken) < _SAMPLE_LINES and length < _SAMPLE:
            line = text.readline(_SAMPLE)
            if not line:
                break
            taken.append(line)
            length += len(line)
    hint = excel_hint(taken[0]) if taken else None
    return "".join(taken[1:] if hint else taken), hint


def _row_at(path: Path, offset: int, limits: Limits) -> int:
    """The row that the byte ``offset`` lies in. Latin-1 reads any bytes, and quotes and delimiters are ASCII."""
    sample, hint = _sample(path, "latin_1")

    def lines() -> Iterator[str]:
        seen = 0
        with path.open("rb") as raw:
            for line in iter(partial(raw.readline, limits.max_line), b""):
                yield line.decode("latin_1")
                seen += len(line)
                if seen > offset:
                    return

    row = 0
    try:
        for _ in csv.reader(lines(), delimiter=hint or sniff(sample)):
            row += 1
    except csv.Error:
        row += 1
    return row - (hint is not None)
