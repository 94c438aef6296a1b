"""Files of a dataset: the same rows in each format, written as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ..tables import Table
from . import csv, geojson, gpkg, parquet, xlsx


class type_writer(Protocol):
    def __call__(self, table: Table, *, hxl: bool, bom: bool) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class Format:
    content_type: str
    write: type_writer
    attached: bool = True
    packed: bool = False
    """Its bytes are compressed already."""


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", csv.write),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.write, packed=True),
    "geojson": Format("application/geo+json", geojson.write),
    "gpkg": Format("application/geopackage+sqlite3", gpkg.write),
    "parquet": Format("application/vnd.apache.parquet", parquet.write, packed=True),
}


def options(query: Any) -> dict[str, bool]:
    """``?hxl=true`` and ``?bom=true`` of an address."""
    return {name: query.get(name, "").lower() in ("true", "1", "yes") for name in ("hxl", "bom")}
