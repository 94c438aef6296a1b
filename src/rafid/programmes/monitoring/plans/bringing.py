"""A list of sites as bytes that the importer reads: from a GeoPackage, or from a version of a published dataset."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.products.released_table import ReleasedTable
from rafid.commons.records.change import Refused

MOST_ROWS = 100_000


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue().encode()


def of_geopackage(data: bytes) -> bytes:
    """The first layer with its fields, and longitude and latitude of a point in each shape. Raises ``Refused``."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sites.gpkg"
        path.write_bytes(data)
        try:
            layers = [str(one[0]) for one in pyogrio.list_layers(path)]
            meta, _fids, shapes, columns = pyogrio.raw.read(path, layer=layers[0], max_features=MOST_ROWS + 1)
        except (DataSourceError, DataLayerError, IndexError) as error:
            raise Refused(
                _("The file is no GeoPackage that can be read. Save it again, or send CSV or XLSX.")
            ) from error
    if shapes is not None and len(shapes) > MOST_ROWS:
        raise Refused(_("The file has more than %s sites. Send it in parts.") % MOST_ROWS)
    where = (
        _degrees(shapes, meta.get("crs")) if shapes is not None else [(None, None)] * len(columns[0] if columns else [])
    )
    header = [*[str(name) for name in meta["fields"]], "longitude", "latitude"]
    return _table(header, ([*values, *place] for *values, place in zip(*columns, where, strict=True)))


def _degrees(shapes: Any, crs: str | None) -> list[tuple[float | None, float | None]]:
    import pyproj
    import shapely

    turn = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True) if crs and crs != "EPSG:4326" else None
    found: list[tuple[float | None, float | None]] = []
    for wkb in shapes:
        shape = shapely.from_wkb(wkb) if wkb is not None else None
        if shape is None or shape.is_empty:
            found.append((None, None))
            continue
        point = shape.representative_point()
        east, north = turn.transform(point.x, point.y) if turn else (point.x, point.y)
        found.append((round(east, 6), round(north, 6)))
    return found


def of_dataset(version: Any, fields: Mapping[str, str]) -> bytes:
    """The rows of a released version; ``fields``: column of the import → field of the dataset."""
    table = ReleasedTable(version)
    at = {name: index for index, name in enumerate(table.names)}
    wanted = [(column, at[name]) for column, name in fields.items() if name in at]
    rows = ([line.values[index] for _column, index in wanted] for line in table.lines())
    return _table([column for column, _index in wanted], rows)


def fields_of(version: Any) -> list[Any]:
    return list(ReleasedTable(version).fields)
