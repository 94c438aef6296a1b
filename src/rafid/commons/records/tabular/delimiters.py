"""What separates the cells of a text table."""

from __future__ import annotations

import csv
import re
from collections import Counter

CANDIDATES = ("\t", ";", "|", ",", "،", "؛")
"""Tab, semicolon, bar, comma, and the Arabic comma and semicolon that an Arabic keyboard types in their place."""

ONE_COLUMN = "\x1f"
"""The unit separator: no text holds it, so each row stays one cell."""

_EXCEL_HINT = re.compile(r"^sep=(.)\r?\n?$", re.I)


def excel_hint(line: str) -> str | None:
    """The delimiter that Excel's own first line ``sep=;`` states."""
    found = _EXCEL_HINT.match(line)
    return found[1] if found else None


def sniff(text: str) -> str:
    """The delimiter of the table that ``text`` begins.

    A delimiter gives most rows the same number of cells. Where several do (decimal commas in a table of semicolons;
    a coded list inside one column), the one that does so from an earlier row on wins, since column names hold neither
    decimals nor lists, then the one that gives more cells.
    """
    best: tuple[int, int, float] | None = None
    chosen = ""
    for candidate in CANDIDATES:
        if candidate not in text:
            continue
        try:
            counts = [len(row) for row in csv.reader(text.splitlines(keepends=True), delimiter=candidate) if row]
        except csv.Error:
            continue
        wide = [count for count in counts if count > 1]
        if not wide:
            continue
        typical, times = Counter(wide).most_common(1)[0]
        first = counts.index(typical)
        share = times / (len(counts) - first)
        if share < 0.6:
            continue
        rank = (-first, typical, share)
        if best is None or rank > best:
            best, chosen = rank, candidate
    return chosen or _fallback(text)


def _fallback(text: str) -> str:
    """No delimiter is regular: that of the first row which has one at all, else there is one column."""
    for line in text.splitlines():
        if line.strip():
            found = Counter(character for character in line if character in CANDIDATES).most_common(1)
            return found[0][0] if found else ONE_COLUMN
    return ONE_COLUMN
