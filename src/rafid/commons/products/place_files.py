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
from django.utils.translation import gettext_noop as _noop
from django.views.decorators.http import require_safe

from rafid.commons.names import in_three
from rafid.commons.places.listing import COLUMNS, asked, listed
from rafid.commons.places.models import PlaceVersion
from rafid.commons.places.state import places_state
from rafid.commons.programme import Dataset, Field, Programme

from .datasets import Published
from .exports import FORMATS
from .figure_table import PRECISION
from .record_table import RecordTable, _Counterclockwise
from .sending import send
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
    if ext not in FORMATS:
        raise Http404
    table = PlaceTable(published(), Filters(), listed(asked(request.GET)))
    return send(request, table, ext, places_state(), str(timezone.localdate()))
