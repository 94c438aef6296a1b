"""GeoParquet 1.1: columns packed by kind, positions as WKB in degrees of WGS 84, source and licence in the file's notes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator

from ..tables import Table
from .arrow import Positions, batches, geometry_name, schema_of
from .blocks import blocks_of


def write(table: Table, *, hxl: bool = False, bom: bool = False) -> Iterator[bytes]:
    """Blocks of bytes. HXL tags stand in the notes of each column; ``hxl`` and ``bom`` mean nothing here."""
    import pyarrow.parquet as pq

    schema, positions = schema_of(table), Positions()
    for number, field in enumerate(table.fields):
        notes = {
            "title": json.dumps({code: str(text) for code, text in (field.names or {}).items()}, ensure_ascii=False)
        }
        notes |= {name: said for name, said in (("unit", field.unit), ("hxl", field.hxl)) if said}
        schema = schema.set(number, schema.field(number).with_metadata(notes))
    with tempfile.TemporaryFile() as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in batches(table, positions):
                writer.write_batch(batch.cast(schema))
            notes = {"rafid": json.dumps(_about(table), ensure_ascii=False, sort_keys=True)}
            if table.located:
                notes["geo"] = json.dumps(_geo(table, positions))
            writer.add_key_value_metadata(notes)
        yield from blocks_of(file)


def _about(table: Table) -> dict[str, object]:
    licence, link = table.published.licence
    return {
        "dataset": table.published.code,
        "title": {code: str(text) for code, text in table.published.declared.title.items()},
        "attribution": table.attributed,
        "licence": licence,
        "licence_url": link,
        "version": table.number or None,
        "sha256": table.content_sha256(),
    }


def _geo(table: Table, positions: Positions) -> dict[str, object]:
    """Without ``crs`` the positions are OGC:CRS84, as the standard says: longitude, latitude."""
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": sorted(positions.types)}
    if positions.bounds:
        column["bbox"] = positions.bounds
    name = geometry_name(table)
    return {"version": "1.1.0", "primary_column": name, "columns": {name: column}}
