"""Feature layers as records: GeoPackage, GeoJSON, zipped shapefile. Shapes come in degrees of WGS 84, whatever their grid."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_noop

from .nodes import Node, row_node
from .refused import BadFile

BATCH = 1000
WGS84 = "EPSG:4326"


def records(path: Path, name: str, layer: str) -> Iterator[Node]:
    """Features of ``layer`` (or of the only one); ``@geometry`` is GeoJSON. Raises ``BadFile``."""
    from pyogrio.errors import DataSourceError

    suffix = {".gpkg": ".gpkg", ".geojson": ".geojson", ".json": ".geojson", ".zip": ".zip"}.get(
        Path(name).suffix.lower()
    )
    if suffix is None:
        raise BadFile(
            gettext_noop("Send a GeoPackage, a GeoJSON or a zipped shapefile; “%(name)s” is none of them."), name=name
        )
    with tempfile.TemporaryDirectory(prefix="carried-") as folder:
        named = Path(folder) / f"layer{suffix}"
        try:
            named.symlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, named)
        try:
            yield from _features(f"/vsizip/{named}" if suffix == ".zip" else str(named), layer)
        except DataSourceError as error:
            raise BadFile(gettext_noop("The layer cannot be read: %(why)s. Export it again."), why=error) from error


def _features(source: str, layer: str) -> Iterator[Node]:
    import pyogrio
    from pyproj import CRS, Transformer

    there = [str(one) for one in pyogrio.list_layers(source)[:, 0]]
    chosen = next(
        (one for one in there if one.casefold() == layer.casefold()), there[0] if len(there) == 1 or not layer else ""
    )
    if not chosen:
        raise BadFile(
            gettext_noop("The file has no layer “%(layer)s”; it has: %(there)s. Correct the name in the mapping."),
            layer=layer, there=", ".join(there),
        )  # fmt: skip
    at = 0
    move: Any = None
    while True:
        meta, _ids, shapes, columns = pyogrio.raw.read(
            source, layer=chosen, skip_features=at, max_features=BATCH, datetime_as_string=True
        )
        if at == 0 and meta["crs"] and CRS(meta["crs"]) != CRS(WGS84):
            move = Transformer.from_crs(CRS(meta["crs"]), WGS84, always_xy=True)
        elif at == 0 and not meta["crs"]:
            raise BadFile(gettext_noop("The layer says nothing of its coordinate system. Export it with one."))
        count = len(columns[0]) if columns else (0 if shapes is None else len(shapes))
        grounds = _grounds(shapes, move, count)
        names = [str(one) for one in meta["fields"]]
        for index in range(count):
            cells = {name: _cell(column[index]) for name, column in zip(names, columns, strict=True)}
            yield row_node(chosen, {**cells, "@geometry": grounds[index]})
        if count < BATCH:
            return
        at += count


def _grounds(shapes: Any, move: Any, count: int) -> list[Any]:
    if shapes is None:
        return [None] * count
    made = shapely.from_wkb(shapes, on_invalid="ignore")
    made = shapely.force_2d(made)
    if move is not None:
        made = shapely.transform(made, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1])))
    return [json.loads(shapely.to_geojson(one)) if one is not None and not one.is_empty else None for one in made]


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
        if isinstance(value, float) and math.isnan(value):
            return None
    if isinstance(value, np.ndarray):
        return ", ".join(str(one) for one in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, int | float | str | bool) else str(value)
