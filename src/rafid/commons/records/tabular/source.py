"""What the readers of the formats have in common: sheets, raw rows, merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Sheet:
    name: str
    hidden: bool = False


class RawRow(NamedTuple):
    """A row as it stands in the file. ``cells`` is cut after the limit of columns, ``width`` is the true count;
    ``error`` where the row itself cannot be taken."""

    number: int
    cells: list[Any]
    width: int
    error: Any = None


class Merge(NamedTuple):
    """A merged range that begins at (``top``, ``left``); rows 1-based, columns 0-based, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Source:
    """One sheet, ready to be read. ``rows()`` reads the file anew each time.

    ``merges`` maps the first row of merged ranges to the ranges; some readers fill it while they read.
    """

    kind: str
    sheets: list[Sheet] = field(default_factory=list)
    sheet: str | None = None
    encoding: str | None = None
    encoding_sure: bool = True
    delimiter: str | None = None
    rows_hint: int | None = None
    merges: dict[int, list[Merge]] = field(default_factory=dict)

    def rows(self) -> Iterator[RawRow]:
        raise NotImplementedError

    def on_sheet(self, name: str) -> Source:
        """The same file, another sheet."""
        raise NotImplementedError

    def add_merge(self, merge: Merge) -> None:
        self.merges.setdefault(merge.top, []).append(merge)
