"""Borders that the country pack calls contested or provisional: which edge is drawn dashed, when, and what the legend says."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import override

from rafid.commons.places import uncertain
from rafid.commons.places.country import country
from rafid.commons.places.models import Place, PlaceVersion
from rafid.commons.places.overviews import refresh
from rafid.commons.places.state import places_state
from rafid.commons.places.uncertain import KINDS, Uncertain, uncertain_borders
from rafid.commons.products.maps import dashed
from rafid.commons.products.maps.body import read
from rafid.commons.products.maps.dashed import shared_edge
from rafid.commons.products.maps.painted import dashed_path, drawn_by
from rafid.commons.products.maps.plate import make_plate

ON = date(2026, 9, 30)
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "iraq" / "irq_adm2.geojson"


def test_each_row_of_the_pack_names_two_districts_and_says_why():
    known = {row["ref"] for row in country().table("places.csv") if row["level"] == "2"}
    listed = uncertain._listed("iraq")
    assert listed
    for one in listed:
        assert set(one.refs) <= known
        assert one.refs[0] < one.refs[1]
        assert one.kind in KINDS
        assert one.source
        assert date.fromisoformat(one.as_of)
        assert all(one.note[code].strip() for code in ("ar", "ckb", "en"))
    assert len({one.refs for one in listed}) == len(listed)


def test_a_border_is_uncertain_within_its_dates():
    listed = {one.refs for one in uncertain_borders(date(2024, 12, 31))}
    later = {one.refs for one in uncertain_borders(ON)}
    halabja = ("IQG06Q01", "IQG06Q05")
    assert halabja in later
    assert halabja not in listed
    assert ("IQG06Q02", "IQG13Q04") in listed & later


def test_a_pack_without_the_table_has_none(monkeypatch, settings):
    monkeypatch.setattr(uncertain, "_listed", uncertain._listed.__wrapped__)

    class Bare:
        def table(self, name):
            raise FileNotFoundError(name)

    monkeypatch.setattr(uncertain, "country", lambda _pack: Bare())
    assert uncertain_borders(ON) == []


def test_the_shared_edge_of_two_squares():
    edge = shared_edge(shapely.box(0, 0, 1, 1), shapely.box(1, 0.25, 2, 2))
    assert edge.equals(shapely.LineString([(1, 0.25), (1, 1)]))


def test_neighbours_that_gape_by_a_hair_share_their_edge():
    edge = shared_edge(shapely.box(0, 0, 1, 1), shapely.box(1.0002, 0, 2, 1))
    assert edge.length == pytest.approx(1, abs=0.01)
    assert shapely.bounds(edge) == pytest.approx([1, 0, 1, 1], abs=0.001)


@pytest.mark.parametrize("other", [shapely.box(1, 1, 2, 2), shapely.box(3, 0, 4, 1)])
def test_areas_that_touch_in_a_point_or_not_at_all_share_nothing(other):
    assert shared_edge(shapely.box(0, 0, 1, 1), other).is_empty


def test_a_polygon_that_crosses_itself_is_no_end():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert shared_edge(bow, shapely.box(1, 0, 2, 1)).length == pytest.approx(1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("OCHA; borders: Ministry of Planning, 2027", "Ministry of Planning, 2027"),
        ("borders: a.geojson (a)", "a.geojson (a)"),
        ("OCHA; outline: Rafid", "Rafid"),
        ("OCHA", "OCHA"),
    ],
)
def test_the_page_names_who_drew_the_borders(source, said):
    assert drawn_by(source) == said


@pytest.fixture
def two_districts(db, monkeypatch):
    """Two squares of half a degree beside one another, whose common border is contested until 2027."""
    refs = ("IQG06Q02", "IQG13Q04")
    for at, ref in enumerate(refs):
        square = shapely.MultiPolygon([shapely.box(44 + at / 2, 35, 44.5 + at / 2, 35.5)])
        shape = GEOSGeometry(square.wkt, srid=4326)
        PlaceVersion.objects.filter(place__ref=ref).update(
            geometry=shape, web=shape.transform(3857, clone=True), generalised=False
        )
    refresh(level=2)
    pair = Uncertain(refs, "contested", None, date(2027, 1, 1), {}, "[unverified] nobody", "2026-01-01")
    monkeypatch.setattr(dashed, "uncertain_borders", lambda on: [pair] if pair.holds(on) else [])
    dashed._kept.clear()
    yield refs
    dashed._kept.clear()
    places_state()


def figures(refs, on=ON):
    places = {one.ref: {**one.names, "pcode": one.pcode or ""} for one in Place.objects.filter(ref__in=refs)}
    title = dict.fromkeys(("ar", "ckb", "en"), "Rate")
    layer = {
        "title": title, "of": {}, "unit": {}, "counts": False, "decimals": 1, "period": "202609", "on": on.isoformat(),
        "shape": "places", "values": [[ref, ref, 1.0 + at, ""] for at, ref in enumerate(refs)], "sources": [],
        "provisional": False, "demonstration": False,
    }  # fmt: skip
    return {"layers": [layer], "places": places}


def plate_of(refs, on=ON, box=(43.8, 34.8, 45.2, 35.7)):
    body = read(
        {"layers": [{"indicator": "made-up"}], "extent": {"bbox": list(box)}, "texts": {"en": {"title": "Two"}}}
    )
    with override("en"):
        return make_plate(body, figures(refs, on), width_mm=150, height_mm=100, inset_mm=30)


def dashes(plate):
    return re.findall(r'<path[^>]*stroke-dasharray="[^"]*"[^>]*>', "".join(plate.drawings))


def test_the_edge_is_drawn_dashed_once_with_its_line_in_the_legend(two_districts):
    plate = plate_of(two_districts)
    assert len(dashes(plate)) == 1
    assert plate.dashed


def test_nothing_is_dashed_after_it_was_settled_nor_beyond_the_extent(two_districts):
    assert not plate_of(two_districts, date(2027, 6, 30)).dashed
    beyond = plate_of(two_districts, box=(43.8, 34.8, 44.3, 35.3))
    assert not beyond.dashed
    assert not dashes(beyond)


def test_rough_outlines_have_no_edge_to_dash(two_districts):
    PlaceVersion.objects.filter(place__ref=two_districts[0]).update(generalised=True)
    dashed._kept.clear()
    assert not plate_of(two_districts).dashed


def test_the_map_of_a_page_has_the_same_edge(two_districts):
    from rafid.commons.indicators.hierarchy import ages
    from rafid.commons.products.maps.painted import Painted, make_map

    areas = [area for area in ages().on(ON) if area.ref in two_districts]
    drawn = make_map([Painted(area, 1.0, False, "1", "/") for area in areas], ON)
    assert drawn.outlines.dashed.count("M") == 1
    assert 'class="uncertain"' in drawn.web()
    assert "stroke-dasharray" in drawn.paper()
    assert dashed_path(drawn.outlines.dashed) in drawn.paper()


@pytest.mark.skipif(not REAL.exists(), reason="the real borders are not on this machine")
def test_every_pair_of_the_pack_shares_an_edge_in_the_real_borders():
    features = json.loads(REAL.read_text(encoding="utf-8"))["features"]
    shapes = {one["properties"]["adm2_pcode"]: shapely.geometry.shape(one["geometry"]) for one in features}
    assert len(shapes) == 101
    for one in uncertain._listed("iraq"):
        edge = shared_edge(*(shapes[ref] for ref in one.refs))
        assert edge.length > 0.01, one.refs
        assert shapely.hausdorff_distance(edge, shapely.intersection(edge, shapes[one.refs[1]].buffer(0.001))) < 0.01


def test_a_live_map_reads_the_same_edges(two_districts, client):
    answer = client.get("/tiles/dashed.geojson?on=2026-09-30")
    assert answer.status_code == 200
    (feature,) = json.loads(answer.content)["features"]
    assert shapely.geometry.shape(feature["geometry"]).length == pytest.approx(0.5, abs=0.01)
    assert (
        client.get("/tiles/dashed.geojson?on=2026-09-30", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    )
    assert json.loads(client.get("/tiles/dashed.geojson?on=2027-06-30").content)["features"] == []
    assert client.get("/tiles/dashed.geojson?on=yesterday").status_code == 400
