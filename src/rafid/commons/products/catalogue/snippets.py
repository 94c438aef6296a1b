"""How a dataset is read from other tools, filled in with its own addresses: to copy, one beside the other."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Snippet:
    """``steps`` are sentences; ``code`` is what is copied."""

    code: str
    tool: str
    steps: str
    text: str


def snippets(request: HttpRequest, code: str, *, located: bool, released: bool) -> list[Snippet]:
    """``located``: it has positions. ``released``: it is a version, so that feeds and collections hold it."""

    def at(path: str) -> str:
        return request.build_absolute_uri(path)

    gpkg, csv, parquet, xlsx = (at(f"/data/{code}.{ext}") for ext in ("gpkg", "csv", "parquet", "xlsx"))
    ogc, odata = at("/ogc"), at("/odata/v4/")
    found = []
    if located:
        if released:
            steps = _(
                "Layer › Add Layer › Add WFS / OGC API Features Layer › New: paste the address, press Connect, choose the"
                " collection."
            )
            found.append(Snippet("qgis", "QGIS", steps, ogc))
        else:
            found.append(Snippet("qgis", "QGIS", _("Layer › Add Layer › Add Vector Layer: paste the address."), gpkg))
        if released:
            steps = _("Insert › Connections › Server › New OGC API Server: paste the address, then add the collection.")
            found.append(Snippet("arcgis", "ArcGIS Pro", steps, ogc))
        else:
            found.append(
                Snippet("arcgis", "ArcGIS Pro", _("Download the GeoPackage and add its layer to the map."), gpkg)
            )
    if released and _there("odata-root"):
        steps = _("Data › Get Data › From OData Feed: paste the address and choose the table.")
        found.append(Snippet("excel", "Excel", steps, odata))
        steps = _("Get data › OData feed: paste the address and choose the table.")
        found.append(Snippet("powerbi", "Power BI", steps, odata))
    else:
        found.append(Snippet("excel", "Excel", _("Data › From Web: paste the address."), xlsx))
        found.append(Snippet("powerbi", "Power BI", _("Get data › Web: paste the address."), csv))
    found.append(Snippet("r", "R", "", _r(gpkg, csv, code, located)))
    found.append(Snippet("python", "Python", "", _python(gpkg, parquet, code, ogc if released else "", located)))
    found.append(Snippet("curl", "curl", "", f"curl --compressed -O {csv}"))
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
