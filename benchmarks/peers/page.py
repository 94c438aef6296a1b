"""The Population page with its map's places as Django's own serializer writes them into the page, and nothing else changed.

The figures, the table and the pyramid are made by the very same code; only what the drawing costs is left out, and the
places' borders are put in by ``serialize("geojson", …)``, as a page for a map library often is built.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.core.serializers import serialize
from django.http import HttpRequest, HttpResponse

from rafid.commons.indicators.periods import span
from rafid.commons.places.models import PlaceVersion
from rafid.programmes.statistics import views

FIELDS = ("name_ar", "name_ckb", "name_en", "area_m2", "place")


def population(request: HttpRequest) -> HttpResponse:
    seen: dict[str, Any] = {}

    def undrawn(page: Any, *_arguments: Any, **_options: Any) -> None:
        seen["page"] = page

    with mock.patch.object(views, "drawn_map", undrawn):
        response: HttpResponse = views.population(request)
    page = seen["page"]
    versions = (
        PlaceVersion.objects.filter(
            place__in=[area.id for area in page.areas], valid__contains=span(page.choice.period).end
        )
        .exclude(geometry=None)
        .only("geometry", *FIELDS)
    )
    inline = serialize("geojson", versions, geometry_field="geometry", fields=FIELDS)
    data = f'<script type="application/geo+json" id="places">{inline}</script></main>'.encode()
    assert b"</main>" in response.content
    response.content = response.content.replace(b"</main>", data)
    return response
