"""A table as columns of Apache Arrow, some thousand rows at a time: what GeoParquet and GeoPackage are written from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from rafid.commons.programme import Field

from ..tables import Line, Table

if TYPE_CHECKING:
    import pyarrow as pa

GEOMETRY = "geometry"
ROWS = 5000


class Wrong(ValueError):
    """A value is not of its field's kind; the message names both."""


class Positions:
    """What the written positions turned out to be: their types and the box that holds them."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.bounds: list[float] | None = None

    def take(self, shapes: Any) -> None:
        import numpy as np
        import shapely

        there = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
        if there.size == 0:
            return
        self.types.update(_TYPES[number] for number in np.unique(shapely.get_type_id(there)))
        box = [float(edge) for edge in shapely.total_bounds(there)]
        if self.bounds is None:
            self.bounds = box
        else:
            own = self.bounds
            self.bounds = [min(own[0], box[0]), min(own[1], box[1]), max(own[2], box[2]), max(own[3], box[3])]


_TYPES = {
    0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon",
    7: "GeometryCollection",
}  # fmt: skip


def schema_of(table: Table) -> pa.Schema:
    import pyarrow as pa

    columns = [pa.field(one.name, _type(one.kind)) for one in table.fields]
    if table.located:
        columns.append(pa.field(geometry_name(table), pa.binary()))
    return pa.schema(columns)


def geometry_name(table: Table) -> str:
    """Its column, apart from any field of that name."""
    name = GEOMETRY
    while name in table.names:
        name = f"_{name}"
    return name


def batches(table: Table, positions: Positions, *, many: bool = False) -> Iterator[pa.RecordBatch]:
    """``many`` makes each polygon a multipolygon, for formats whose layers hold one type."""
    import pyarrow as pa

    schema = schema_of(table)
    lines = table.lines(geometry=table.located)
    while some := list(islice(lines, ROWS)):
        columns: list[Any] = []
        for at, one in enumerate(table.fields):
            columns.append(pa.array(_column(one, [line.values[at] for line in some]), schema.field(at).type))
        if table.located:
            columns.append(_shapes(some, positions, many))
        yield pa.record_batch(columns, schema=schema)


def _type(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {
        "integer": pa.int64(), "number": pa.float64(), "longitude": pa.float64(), "latitude": pa.float64(),
        "boolean": pa.bool_(), "date": pa.date32(), "datetime": pa.timestamp("us", "UTC"),
    }.get(kind, pa.string())  # fmt: skip


def _column(field: Field, values: list[Any]) -> list[Any]:
    take = _TAKE.get(field.kind, _text)
    try:
        return [None if value is None else take(value) for value in values]
    except (TypeError, ValueError, OverflowError) as error:
        raise Wrong(f"{field.name} ({field.kind}): {error}") from error


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value or abs(value) >= 2**63:
        raise ValueError(f"{value} is no whole number of 64 bits")
    return int(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value} is neither true nor false")
    return value


def _moment(value: Any) -> datetime:
    from django.utils import timezone

    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else timezone.make_aware(at)


_TAKE: dict[str, Any] = {
    "integer": _whole, "number": float, "longitude": float, "latitude": float, "boolean": _truth,
    "date": date.fromisoformat, "datetime": _moment,
}  # fmt: skip


def _shapes(lines: list[Line], positions: Positions, many: bool) -> pa.Array:
    import numpy as np
    import pyarrow as pa
    import shapely

    shapes = shapely.from_geojson(np.array([line.geometry for line in lines], dtype=object))
    if many:
        for kind, gather in ((3, shapely.multipolygons), (1, shapely.multilinestrings)):
            alone = shapely.get_type_id(shapes) == kind
            if alone.any():
                shapes[alone] = gather(shapes[alone], indices=np.arange(int(alone.sum())))
    positions.take(shapes)
    return pa.array(shapely.to_wkb(shapes), pa.binary())
