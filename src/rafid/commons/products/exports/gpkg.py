"""GeoPackage 1.4 with a style that QGIS takes up by itself, and source and licence beside the layer."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from ..tables import Table
from .arrow import Positions, batches, geometry_name, schema_of
from .blocks import blocks_of
from .layer_style import Style, style_of

_STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""


def write(table: Table, *, hxl: bool = False, bom: bool = False) -> Iterator[bytes]:
    """Blocks of bytes, when the whole file is made: SQLite writes here and there. ``hxl`` and ``bom`` mean nothing here."""
    with tempfile.TemporaryDirectory(prefix="rafid-") as folder:
        path = Path(folder) / "layer.gpkg"
        _write(table, path)
        with path.open("rb") as file:
            yield from blocks_of(file)


def _write(table: Table, path: Path) -> None:
    # GDAL is heavy, and needed for these files only.
    import pyarrow as pa
    import pyogrio

    positions = Positions()
    reader = pa.RecordBatchReader.from_batches(schema_of(table), batches(table, positions, many=True))
    name = geometry_name(table)
    licence, link = table.published.licence
    code, declared = table.published.code, table.published.declared
    more = {"geometry_name": name, "geometry_type": "Unknown", "crs": "EPSG:4326"} if table.located else {}
    options = {"DESCRIPTION": str(declared.title.get("en") or code), "FID": _fid(table)}
    if table.located:
        options["GEOMETRY_NAME"] = name
    notes = {
        "source": table.attributed,
        "licence": f"{licence} {link}".strip(),
        "sha256": table.content_sha256(),
        "version": str(table.number or ""),
    }
    pyogrio.write_arrow(
        reader, path, layer=code, driver="GPKG", **more, layer_options=options,
        layer_metadata={key: value for key, value in notes.items() if value},
    )  # fmt: skip
    moment = table.frozen_at or timezone.now()
    with closing(sqlite3.connect(path)) as database, database:
        if table.located:
            _say_type(database, code, positions)
            _add_style(database, code, name, style_of(table, positions), moment)
        database.execute("UPDATE gpkg_contents SET last_change = ?", [_stamp(moment)])


def _fid(table: Table) -> str:
    """The key that the format wants, apart from any field of that name."""
    name = "fid"
    while name in {one.lower() for one in table.names}:
        name = f"_{name}"
    return name


def _say_type(database: sqlite3.Connection, layer: str, positions: Positions) -> None:
    """A layer of one type says so: programs then open it as one layer."""
    kinds = {{"Polygon": "MultiPolygon", "LineString": "MultiLineString"}.get(one, one) for one in positions.types}
    if len(kinds) == 1:
        database.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = ? WHERE table_name = ?", [kinds.pop().upper(), layer]
        )


def _add_style(database: sqlite3.Connection, layer: str, column: str, style: Style | None, moment: datetime) -> None:
    if style is None:
        return
    database.execute(_STYLES)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES"
        " ('layer_styles', 'attributes', 'layer_styles', '')"
    )
    database.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
        " styleSLD, useAsDefault, description, owner, update_time) VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '', ?)",
        [layer, column, layer[:30], style.qml, style.sld, style.about, _stamp(moment)],
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
