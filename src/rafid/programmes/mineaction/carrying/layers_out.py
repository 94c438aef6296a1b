"""Layers as files for maps: one GeoPackage with styles, GeoJSON, XLSX, KML for teams, GPX of turning points."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from rafid.commons.spreadsheets import disarmed, printable

from .leaving import Layer, Leaving, corners
from .styles import KML_STYLES, kml_style, qml

BATCH = 2000
LONGEST_CELL = 32_767


def geopackage(leaving: Leaving) -> bytes:
    """All layers with their styles, and a table that says what the file is."""
    import pyogrio

    with tempfile.TemporaryDirectory(prefix="leaving-") as folder:
        path = Path(folder) / "mineaction.gpkg"
        for layer in leaving.layers:
            lines = leaving.lines(layer)
            first = True
            while (some := list(islice(lines, BATCH))) or first:
                columns = list(zip(*(values for values, _shape in some), strict=True)) or [
                    () for _name in layer.columns
                ]
                pyogrio.raw.write(
                    str(path),
                    geometry=_wkb(layer, some),
                    field_data=[_column(one) for one in columns],
                    fields=np.array(layer.columns, dtype=object),
                    layer=layer.code,
                    driver="GPKG",
                    crs="EPSG:4326",
                    geometry_type="MultiPolygon" if layer.polygon else "Point",
                    append=not first,
                )
                first = False
        _finish(path, leaving)
        return path.read_bytes()


def _wkb(layer: Layer, some: list[Any]) -> Any:
    made = np.empty(len(some), dtype=object)
    for at, (_values, shape) in enumerate(some):
        if shape is not None and layer.polygon and shape.geom_type == "Polygon":
            made[at] = shapely.to_wkb(shapely.MultiPolygon([shapely.from_wkb(bytes(shape.wkb))]))
        else:
            made[at] = None if shape is None else bytes(shape.wkb)
    return made


def _column(values: Any) -> Any:
    numbers = [one for one in values if one is not None]
    if numbers and all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        return np.array([np.nan if one is None else one for one in values], dtype=float)
    made = np.empty(len(values), dtype=object)
    made[:] = [None if one is None else str(one) for one in values]
    return made


def _finish(path: Path, leaving: Leaving) -> None:
    link = sqlite3.connect(path)
    with link:
        link.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,"
            " f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,"
            " description TEXT, owner TEXT, ui TEXT, update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))"
        )
        for layer in leaving.layers:
            style = qml(layer)
            link.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')",
                [layer.code, layer.code, style, str(layer.title)],
            )
        link.execute("CREATE TABLE about (said TEXT)")
        link.execute("INSERT INTO about VALUES (?)", [leaving.said()])
        for table in ("layer_styles", "about"):
            link.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
                [table, table],
            )
    link.close()


def geojson(leaving: Leaving) -> Iterator[str]:
    """All layers as one collection; ``layer`` says which one a feature is of."""
    yield f'{{"type":"FeatureCollection","attribution":{json.dumps(leaving.said(), ensure_ascii=False)},"features":['
    sign = ""
    for layer in leaving.layers:
        for values, shape in leaving.lines(layer):
            properties = {"layer": layer.code, **dict(zip(layer.columns, values, strict=True))}
            said = json.dumps(properties, ensure_ascii=False, default=str)
            yield f'{sign}{{"type":"Feature","geometry":{shape.json if shape else "null"},"properties":{said}}}'
            sign = ",\n"
    yield "]}"


def workbook(leaving: Leaving) -> bytes:
    """A sheet for each layer, the position of a point, and what the file is on the first."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    about = book.create_sheet(_("About")[:31])
    about.append([printable(leaving.said())])
    for layer in leaving.layers:
        sheet = book.create_sheet(str(layer.title)[:31].translate(str.maketrans("", "", "[]:*?/\\")))
        sheet.sheet_view.rightToLeft = bool(get_language_bidi())
        sheet.freeze_panes = "A2"
        heads = []
        for name in [*layer.columns, "longitude", "latitude"]:
            cell = WriteOnlyCell(sheet, value=name)
            cell.font = Font(bold=True)
            heads.append(cell)
        sheet.append(heads)
        for values, shape in leaving.lines(layer):
            at = shape.point_on_surface if shape is not None and shape.geom_type != "Point" else shape
            place = [at.x, at.y] if at is not None else [None, None]
            sheet.append([_cell(one) for one in values] + place)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    return disarmed(printable(value))[:LONGEST_CELL] if isinstance(value, str) else value


def kml(leaving: Leaving) -> Iterator[str]:
    """For teams: grounds in the field's colours, points by name."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{escape(_('Mine action'))}</name><description>{escape(leaving.said())}</description>{KML_STYLES}"
    )
    for layer in leaving.layers:
        yield f"<Folder><name>{escape(str(layer.title))}</name>"
        for values, shape in leaving.lines(layer):
            if shape is None:
                continue
            row = dict(zip(layer.columns, values, strict=True))
            said = " · ".join(str(row[name]) for name in layer.coded if row[name])
            yield (
                f"<Placemark><name>{escape(str(row['ref'] or row['id']))}</name><description>{escape(said)}</description>"
                f"<styleUrl>#{kml_style(layer, row)}</styleUrl>{shape.kml}</Placemark>"
            )
        yield "</Folder>"
    yield "</Document></kml>"


def gpx(leaving: Leaving) -> Iterator[str]:
    """Turning points of grounds, so that a receiver finds each; points as they are."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Rafid" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<metadata><desc>{escape(leaving.said())}</desc></metadata>"
    )
    for layer in leaving.layers:
        if not layer.polygon:
            continue
        for values, shape in leaving.lines(layer):
            if shape is None:
                continue
            ref = str(values[1] or values[0])
            for label, lon, lat in corners(shape):
                name = escape(f"{ref} {label}")
                yield f'<wpt lat="{lat:.7f}" lon="{lon:.7f}"><name>{name}</name><type>{layer.code}</type></wpt>'
    yield "</gpx>"
