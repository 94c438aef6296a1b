"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """``max_bytes`` of the file; ``max_unpacked`` of a workbook's parts together, and ``max_ratio`` between the two
    (looked at above ``ratio_from`` bytes: small parts of blanks pack well and harm nobody); ``max_xls`` because the old
    format has to be held in memory whole; ``max_columns``, ``max_cell`` characters (Excel's own limit), ``max_line``
    characters of a text file's line; ``max_rows`` of a workbook's sheet (Excel's own limit).
    """

    max_bytes: int = 1024 * MB - 1
    max_unpacked: int = 4096 * MB
    max_ratio: int = 200
    ratio_from: int = 64 * MB
    max_parts: int = 10_000
    max_xls: int = 64 * MB
    max_columns: int = 500
    max_cell: int = 32_767
    max_line: int = 16_000_000
    max_rows: int = 1_048_576


DEFAULT = Limits()
