"""Which places a map of a place shows: those that lay in it on the day of the figures."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from rafid.commons.places.models import PlaceVersion
from rafid.commons.places.overviews import refresh
from rafid.commons.products.maps.body import read
from rafid.commons.products.maps.shapes import extent_of
from rafid.commons.products.maps.values import _in_extent

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2024, 12, 31), date(2026, 9, 30)
REFS = {"IQG06Q01", "IQG06Q05", "IQG13Q04"}


def of(place):
    return read({"layers": [{"indicator": "made-up"}], "extent": {"places": [place]}, "texts": {"en": {"title": "x"}}})


def test_a_district_that_has_moved_stays_where_its_figure_was_counted():
    assert _in_extent(REFS, of("IQG06"), BEFORE) == {"IQG06Q01", "IQG06Q05"}
    assert _in_extent(REFS, of("IQG06"), AFTER) == {"IQG06Q01"}
    assert _in_extent(REFS, of("IQ-HA"), AFTER) == {"IQG06Q05"}
    assert _in_extent(REFS, of("IQ"), AFTER) == REFS


def test_a_governorate_without_borders_is_where_its_districts_are():
    square = shapely.MultiPolygon([shapely.box(45.7, 35.0, 46.2, 35.4)])
    shape = GEOSGeometry(square.wkt, srid=4326)
    drawn = PlaceVersion.objects.filter(place__ref="IQG06Q05")
    drawn.update(geometry=shape, web=shape.transform(3857, clone=True), generalised=False)
    refresh(level=2)
    (west, south, east, north), whole = extent_of(of("IQ-HA"), {}, AFTER)
    assert not whole
    assert west < 45.7 < 46.2 < east
    assert south < 35.0 < 35.4 < north
