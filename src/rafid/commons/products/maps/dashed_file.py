"""``/tiles/dashed.geojson``: the borders that are contested or provisional, for live maps; the same for everybody."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, etag_of, unchanged
from rafid.commons.places.state import places_state
from rafid.commons.places.uncertain import uncertain_borders

from .dashed import dashed_borders
from .painted import _BAND_NEAR

_DIGITS = 5
"""Of a degree: about a metre."""


@require_safe
def dashed(request: HttpRequest) -> HttpResponse:
    from ..tile_views import _day

    try:
        on = _day(request.GET)
    except Problem as problem:
        problem.status = 400
        return problem.response()
    etag = etag_of("dashed", places_state(), on, [one.refs for one in uncertain_borders(on)])
    response: Any = unchanged(request, etag)
    if response is None:
        features = [
            {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(_short(line)))}
            for line in dashed_borders(on, _BAND_NEAR)
        ]
        response = HttpResponse(
            json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")),
            content_type="application/geo+json",
        )
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300"
    return response  # type: ignore[no-any-return]


def _short(line: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(line, lambda points: points.round(_DIGITS))


urls: list[URLPattern] = [path("tiles/dashed.geojson", dashed, name="dashed-borders")]
