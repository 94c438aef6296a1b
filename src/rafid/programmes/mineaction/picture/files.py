"""The rows of the picture as CSV, XLSX, GeoJSON and GeoPackage, by the writers of the datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from rafid.commons.products.datasets import Published
from rafid.commons.products.exports import FORMATS
from rafid.commons.products.figure_table import FigureTable
from rafid.commons.products.sending import send
from rafid.commons.products.tables import Filters, Line, Rows
from rafid.commons.programme import Dataset, Field, programme

KINDS = tuple(one for one in FORMATS if one != "parquet")
SHAPE = "_shape"


class ShapedTable(FigureTable):
    """Rows that bring their own shape, as GeoJSON text."""

    def lines(
        self, *, after: Sequence[Any] | None = None, limit: int | None = None, geometry: bool = False
    ) -> Iterator[Line]:
        shapes = {self._sorting(row): row.get(SHAPE) for row in self.rows} if geometry else {}
        for line in super().lines(after=after, limit=limit):
            yield Line(line.key, line.values, line.place_id, line.period, shapes.get(line.key))


def send_rows(
    request: HttpRequest, ext: str, code: str, title: Mapping[str, str], fields: Sequence[Field],
    rows: Sequence[Mapping[str, Any]], *, key: tuple[str, ...], about: str, located: bool = True,
) -> Any:  # fmt: skip
    """``about``: both dates, the authority and the sentence on records, which files carry as their attribution."""
    declared = Dataset(code, title=title, query=lambda user: None, fields=tuple(fields), attribution=about, licence="")
    table = ShapedTable(Published(programme("mineaction"), declared), Filters(), Rows(rows, key=key))
    table.located = located
    return send(request, table, ext, name=code)
