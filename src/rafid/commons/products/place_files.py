"""Files of the list of places: the rows of its page, by the same filters: ``/places.csv?parent=IQG17&level=4``.

Borders of today where they are known, points elsewhere.
"""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import F, OuterRef, Subquery, TextField
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_noop as _noop
from django.views.decorators.http import require_safe

from rafid.commons.api import etag_of, unchanged
from rafid.commons.names import in_three
from rafid.commons.places.listing import COLUMNS, asked, listed
from rafid.commons.places.models import PlaceVersion
from rafid.commons.places.state import places_state
from rafid.commons.programme import Dataset, Field, Programme

from .datasets import Published
from .exports import FORMATS, options
from .figure_table import PRECISION
from .record_table import RecordTable, _Counterclockwise
from .tables import Filters


class PlaceTable(RecordTable):
    """Places as rows. Outlines that only stand in for borders are none."""

    def _shape(self) -> Any:
        borders = (
            PlaceVersion.objects.filter(place=OuterRef("pk"), valid__contains=timezone.localdate(), generalised=False)
            .annotate(rafid_shape=AsGeoJSON(_Counterclockwise(F("geometry")), precision=PRECISION))
            .values("rafid_shape")[:1]
        )
        point = AsGeoJSON(F("point"), precision=PRECISION)
        return Coalesce(Subquery(borders, output_field=TextField()), point, output_field=TextField())


def published() -> Published:
    names = in_three(_noop("Places"))
    fields = tuple(Field(name, in_three(title), kind, hxl=hxl) for name, title, kind, hxl in COLUMNS)
    declared = Dataset("places", title=names, query=lambda user: None, fields=fields)
    return Published(Programme("places", names=names), declared)


@require_safe
def download(request: HttpRequest, ext: str) -> HttpResponse | StreamingHttpResponse:
    chosen = FORMATS.get(ext)
    if chosen is None:
        raise Http404
    table = PlaceTable(published(), Filters(), listed(asked(request.GET)))
    how = options(request.GET)
    etag = etag_of("places", ext, how, table.fingerprint(), places_state(), str(timezone.localdate()))
    response: Any = unchanged(request, etag)
    if response is None:
        if request.method == "HEAD":
            response = HttpResponse(content_type=chosen.content_type)
        else:
            response = StreamingHttpResponse(chosen.write(table, **how), content_type=chosen.content_type)
        response["Content-Disposition"] = content_disposition_header(chosen.attached, f"places.{ext}")
        response["ETag"] = etag
    return response
