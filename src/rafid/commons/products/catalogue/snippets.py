"""How a dataset is read from other tools, filled in with its own addresses: to copy, one beside the other."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Snippet:
    """``menu`` is the way through the tool's own menus, which speak English; ``steps`` what to do there; ``text`` is copied."""

    tool: str
    menu: str
    steps: str
    text: str


def snippets(request: HttpRequest, code: str, *, located: bool, released: bool) -> list[Snippet]:
    """``located``: it has positions. ``released``: it is a version, so that feeds and collections hold it."""

    def at(path: str) -> str:
        return request.build_absolute_uri(path)

    gpkg, csv, parquet, xlsx = (at(f"/data/{code}.{ext}") for ext in ("gpkg", "csv", "parquet", "xlsx"))
    ogc, odata = at("/ogc"), at("/odata/v4/")
    paste, collection = _("Paste the address."), _("Paste the address and choose this collection.")
    table = _("Paste the address and choose this table.")
    found = []
    if located and released:
        menu = "Layer › Add Layer › Add WFS / OGC API Features Layer › New"
        found.append(Snippet("QGIS", menu, collection, ogc))
        found.append(Snippet("ArcGIS Pro", "Insert › Connections › Server › New OGC API Server", collection, ogc))
    elif located:
        found.append(Snippet("QGIS", "Layer › Add Layer › Add Vector Layer", paste, gpkg))
        found.append(Snippet("ArcGIS Pro", "", _("Download the GeoPackage and add its layer to the map."), gpkg))
    if released and _there("odata-root"):
        found.append(Snippet("Excel", "Data › Get Data › From Other Sources › From OData Feed", table, odata))
        found.append(Snippet("Power BI", "Get data › OData feed", table, odata))
    else:
        found.append(Snippet("Excel", "Data › From Web", paste, xlsx))
        found.append(Snippet("Power BI", "Get data › Web", paste, csv))
    found.append(Snippet("R", "", "", _r(gpkg, csv, code, located)))
    found.append(Snippet("Python", "", "", _python(gpkg, parquet, code, ogc if released else "", located)))
    found.append(Snippet("curl", "", "", f"curl --compressed -O {csv}"))
    return found


def _there(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


def _r(gpkg: str, csv: str, code: str, located: bool) -> str:
    if located:
        return f'library(sf)\nrows <- st_read("/vsicurl/{gpkg}", layer = "{code}")'
    return f'rows <- read.csv("{csv}", encoding = "UTF-8")'


def _python(gpkg: str, parquet: str, code: str, ogc: str, located: bool) -> str:
    lines = ["import polars", f'rows = polars.read_parquet("{parquet}")']
    if located:
        source = f'"OAPIF:{ogc}/collections/{code}"' if ogc else f'"/vsicurl/{gpkg}", layer="{code}"'
        lines += ["", "import pyogrio", f"layer = pyogrio.read_dataframe({source})"]
    return "\n".join(lines)
