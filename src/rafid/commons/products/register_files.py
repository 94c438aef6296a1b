"""Files of a register: the rows of its page, by the same filters, as CSV, XLSX, GeoJSON and as a drawn map (SVG).

A register needs no dataset for this: whoever sees its page may take along what he sees. Its address is the page's with
an ending: ``/records/{programme}/{register}.csv?place=IQG17``.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.http import require_safe

from rafid.commons.api import etag_of, unchanged
from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at
from rafid.commons.places.state import places_state
from rafid.commons.programme import LANGUAGES, Dataset, Field
from rafid.commons.records.queries import filtered
from rafid.commons.records.registers import Register, register_of

from .datasets import Published
from .exports import FORMATS
from .sending import send
from .tables import Filters, Table, open_table

KINDS = (
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.BooleanField, "boolean"),
    (models.IntegerField, "integer"),
    (models.FloatField, "number"),
    (models.DecimalField, "number"),
)
SHARED = ("place", "owner", "sensitivity", "state", "version", "known_at", "source")
MOST_SPOTS = 5000
WIDTH, HEIGHT = 720, 480


def published(register: Register, asked: dict[str, str]) -> Published:
    """The register as a dataset that is filtered already, in the terms of its page."""
    with_names = {language: _title(register, language) for language in LANGUAGES}
    names = dict.fromkeys(("ref", *register.listed, *register.shown, *SHARED))
    declared = Dataset(
        f"{register.programme.name}-{register.code}",
        title=with_names,
        query=lambda user: filtered(register, user, asked),
        fields=tuple(one for name in names if (one := _field(register, name))),
        place="place",
        sensitivity="public",
    )
    return Published(register.programme, declared)


def _title(register: Register, language: str) -> str:
    with override(language):
        return register.title


def _field(register: Register, name: str) -> Field | None:
    """None for geometry, which GeoJSON carries itself, and for what is no column."""
    try:
        field = register.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if isinstance(field, models.GeometryField):
        return None
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = register.label(name)
    kind = next((kind for known, kind in KINDS if isinstance(field, known)), "text")
    return Field(name, names, kind)


@require_safe
def download(request: HttpRequest, programme: str, code: str, ext: str) -> HttpResponse | StreamingHttpResponse:
    register = register_of(programme, code)
    if ext not in FORMATS and not (ext == "svg" and register.geometry):
        raise Http404
    table = open_table(published(register, request.GET.dict()), request.user, Filters())
    if ext in FORMATS:
        return send(request, table, ext, places_state() if ext == "geojson" else "")
    return _drawing(request, table)


def _drawing(request: HttpRequest, table: Table) -> HttpResponse:
    etag = etag_of(table.published.code, "svg", table.fingerprint(), places_state())
    response = unchanged(request, etag)
    if response is None:
        response = HttpResponse(b"" if request.method == "HEAD" else drawn(table), content_type="image/svg+xml")
        response["Content-Disposition"] = content_disposition_header(False, f"{table.published.code}.svg") or "inline"
        response["ETag"] = etag
    # The same address answers differently to other people.
    response["Cache-Control"] = "private, no-cache"
    return response


def drawn(table: Table) -> str:
    """The rows as dots over the governorates, for a reader without a live map. No dot where a row has no position."""
    # Heavy, and needed for maps only.
    import shapely

    from .drawing import Area, Spot, draw_map

    areas = [
        Area(row.place.ref, shapely.from_wkb(bytes(row.geometry.wkb)), fill="#dfe6e3")
        for row in places_at(level=Level.GOVERNORATE).defer(None).exclude(geometry=None)
    ]
    spots = []
    for line in table.lines(limit=MOST_SPOTS, geometry=True):
        if line.geometry:
            middle = shapely.from_geojson(line.geometry).centroid
            spots.append(Spot(str(line.key[0]), middle.x, middle.y, radius=3.5, fill="#0b5f6b"))
    if not areas and not spots:
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"/>'
    return draw_map(areas, width=WIDTH, height=HEIGHT, spots=spots, detail=1.0, name="rows").svg
