"""CSV after RFC 4180, UTF-8: ISO dates, decimal points, empty for missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from rafid.commons.spreadsheets import disarmed

from ..tables import Table

_BLOCK = 64 * 1024


def write(table: Table, *, hxl: bool = False, bom: bool = False) -> Iterator[bytes]:
    """Blocks of bytes. ``hxl`` adds the row of tags below the names; ``bom`` helps old versions of Excel."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if bom:
        out.write("\ufeff")
    writer.writerow(table.names)
    if hxl:
        writer.writerow([field.hxl or "" for field in table.fields])
    for line in table.lines():
        writer.writerow([_cell(value) for value in line.values])
        if out.tell() > _BLOCK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return disarmed(value)
