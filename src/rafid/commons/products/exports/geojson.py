"""GeoJSON after RFC 7946: longitude and latitude of WGS 84, outer rings counterclockwise, one feature a row."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..tables import Table

_BLOCK = 64 * 1024


def write(table: Table, *, hxl: bool = False, bom: bool = False) -> Iterator[bytes]:
    """Blocks of bytes. The geometry is text made by the database and passes through; a row without one is unlocated
    (null). ``hxl`` and ``bom`` mean nothing here."""
    licence, link = table.published.licence
    about = {
        "name": table.published.code,
        "title": dict(table.published.declared.title),
        "attribution": table.attributed,
        "license": link or licence,
        **({"version": table.number, "sha256": table.content_sha256()} if table.number else {}),
    }
    head = json.dumps({"type": "FeatureCollection", **about}, ensure_ascii=False)
    parts = [head[:-1], ', "features": [']
    size, first = 0, True
    for line in table.lines(geometry=True):
        properties = json.dumps(dict(zip(table.names, line.values, strict=True)), ensure_ascii=False)
        parts.append(
            ("" if first else ",")
            + f'\n{{"type": "Feature", "geometry": {line.geometry or "null"}, "properties": {properties}}}'
        )
        first = False
        size += len(parts[-1])
        if size > _BLOCK:
            yield "".join(parts).encode()
            parts, size = [], 0
    parts.append("\n]}\n")
    yield "".join(parts).encode()
