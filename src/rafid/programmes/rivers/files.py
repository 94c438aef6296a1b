"""Tables of rivers' own pages as CSV, XLSX and GeoJSON, by the writers of the datasets: HXL tags, UTF-8, no formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest

from rafid.commons.products.datasets import Published
from rafid.commons.products.exports import FORMATS
from rafid.commons.products.figure_table import FigureTable
from rafid.commons.products.sending import send
from rafid.commons.products.tables import Filters, Line, Rows
from rafid.commons.programme import Dataset, Field, programme

from .models import Station

KINDS = ("csv", "xlsx", "geojson")
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
    request: HttpRequest, ext: str, name: str, title: Mapping[str, str], fields: Sequence[Field],
    rows: Sequence[Mapping[str, Any]], *, key: tuple[str, ...], shaped: bool = True, about: str = "",
) -> Any:  # fmt: skip
    """``shaped``: each row brings its shape; else it is that of its place, where it has one. A demonstration is said in the
    name of the file and in its attribution."""
    if ext not in KINDS or ext not in FORMATS:
        raise Http404
    if Station.objects.filter(source="demonstration").exists():
        name, about = f"DEMONSTRATION-{name}", f"DEMONSTRATION: invented records. {about}".strip()
    declared = Dataset(name, title=title, query=lambda user: None, fields=tuple(fields), attribution=about, licence="")
    made = ShapedTable if shaped else FigureTable
    return send(request, made(Published(programme("rivers"), declared), Filters(), Rows(rows, key=key)), ext, name=name)
