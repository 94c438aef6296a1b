"""Tiles of released datasets: what each zoom draws, what is counted, what stays withheld, and the file to carry away."""

from __future__ import annotations

import gzip
import json
import random
from types import SimpleNamespace

import numpy as np
import pghistory
import pyogrio
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils import timezone

from rafid.commons.places.models import PlaceVersion
from rafid.commons.products import tiles
from rafid.commons.products.models import Dataset, DatasetVersion, Decision, Overview, ReleasedRow
from rafid.commons.products.overviews import serving, work
from rafid.commons.products.overviews.bands import BANDS
from rafid.commons.products.overviews.build import build
from rafid.commons.products.overviews.pmtiles import Entry, descend, directory, tile_id, written
from rafid.commons.products.release.decide import withdraw
from rafid.commons.products.tiles import Tile
from rafid.commons.records.models import Task

from .test_release import counts_for, desk, out, table_of  # noqa: F401
from .test_tiles import decode, fetch, tile_at  # noqa: F401

pytestmark = pytest.mark.django_db

BAGHDAD = (44.4, 33.3)
PROGRESS = SimpleNamespace(at=lambda done, of=None: None)
FIELDS = [
    {"name": "kind", "kind": "choice", "role": "none"}, {"name": "beds", "kind": "integer", "role": "sensitive"},
    {"name": "beds_flag", "kind": "text", "role": "none"}, {"name": "rate", "kind": "number", "role": "none"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    tiles.forget_tiles()


@pytest.fixture
def cases(desk):  # noqa: F811
    """A count by district and sex whose districts have borders: sixteen strips of Baghdad."""
    strips = list(np.linspace(44.0, 44.8, len(desk.districts) + 1))
    for place, west, east in zip(desk.districts, strips, strips[1:], strict=False):
        shape = shapely.multipolygons([shapely.segmentize(shapely.box(west, 33.0, east, 33.8), 0.01)])
        PlaceVersion.objects.filter(place=place).update(geometry=GEOSGeometry(shape.wkt, 4326))
    version = out(desk, table_of(desk, counts_for(desk)))
    return version


def released(world, shapes, values, code="sites") -> DatasetVersion:
    """A version that is out, of rows with a position of their own (shapes of shapely, degrees)."""
    dataset = Dataset.objects.create(code=code, programme="wells", origin="table", name_en="Sites", sensitivity=0)
    bounds = shapely.total_bounds(shapes).tolist()
    version = DatasetVersion.objects.create(
        dataset=dataset, number=1, known=timezone.now(), sensitivity=0, fields=FIELDS, rows=len(shapes), sha256="a" * 64,
        bounds=bounds, made_by=world.stranger,
    )  # fmt: skip
    ReleasedRow.objects.bulk_create(
        ReleasedRow(version=version, n=at + 1, key=str(at), values=said, geometry=GEOSGeometry(shape.wkt, 4326))
        for at, (shape, said) in enumerate(zip(shapes, values, strict=True))
    )
    Decision.objects.create(version=version, approved=True, by=world.local)
    version.state, version.published_at = "published", timezone.now()
    version.save()
    Dataset.objects.filter(pk=dataset.pk).update(state="published")
    return version


def rows_at(client, decode, code, lon, lat, z, query=""):  # noqa: F811
    at = tile_at(lon, lat, z)
    answer = fetch(client, code, at, query)
    assert answer.status_code == 200, answer.content[:300]
    return decode(answer.content, *at)[code]


def test_a_task_that_says_who_asks_builds_them_as_well(cases):
    """The worker works in a context of history, which takes one statement at a time only."""
    build(cases)
    bands = {(one.band, one.count, one.web.num_coords) for one in Overview.objects.filter(version=cases)}
    assert max(coords for _band, _count, coords in bands) > 5
    Overview.objects.all().delete()
    with pghistory.context(reason="a task"):
        build(cases)
    assert {(one.band, one.count, one.web.num_coords) for one in Overview.objects.filter(version=cases)} == bands


@pytest.mark.parametrize("built", [False, True])
def test_each_zoom_draws_one_level_and_the_withheld_cell_in_none(client, decode, cases, desk, built):  # noqa: F811
    if built:
        build(cases)
        assert set(Overview.objects.filter(version=cases).values_list("band", flat=True)) == {b.number for b in BANDS}
    total = sum(map(sum, counts_for(desk)))
    (country,) = rows_at(client, decode, "cases", *BAGHDAD, 3)
    assert (country["ref"], country["cases"]) == (desk.governorate.ref, total)
    hidden = desk.districts[0].ref
    released_values = {row.key: row.values for row in cases.released.all()}
    for z in (5, 6, 7, 8, 9, 10, 12):
        found = {row["ref"]: row for row in rows_at(client, decode, "cases", 44.02, 33.4, z)}
        own = found[hidden]
        said = released_values[f"{hidden}|2026|"]
        assert own.get("cases") == said["cases"] or np.isnan(own["cases"])
        assert own["count"] == 3
        assert desk.governorate.ref not in found
    every = {row["ref"] for row in rows_at(client, decode, "cases", *BAGHDAD, 6)}
    assert every <= {place.ref for place in desk.districts}


@pytest.mark.parametrize("built", [False, True])
def test_rows_whose_places_have_no_borders_leave_the_level_above_in_sight(client, decode, desk, built):  # noqa: F811
    """A country before its district borders are imported: the governorate is drawn at each zoom."""
    version = out(desk, table_of(desk, counts_for(desk)))
    if built:
        build(version)
    middle = PlaceVersion.objects.get(place=desk.governorate).geometry.point_on_surface
    for z in (3, 6, 8, 11):
        (row,) = rows_at(client, decode, "cases", middle.x, middle.y, z)
        assert (row["ref"], row["cases"]) == (desk.governorate.ref, sum(map(sum, counts_for(desk)))), z


def test_a_sum_is_not_said_where_a_part_is_withheld(client, decode, world):  # noqa: F811
    near = [shapely.Point(44.4 + 0.001 * n, 33.3) for n in range(6)]
    said = [{"kind": "a", "beds": 10 + n, "beds_flag": None, "rate": 0.5} for n in range(6)]
    said[3] |= {"beds": None, "beds_flag": "*"}
    far = [shapely.Point(47.8 + 0.001 * n, 30.5) for n in range(3)]
    more = [{"kind": "a", "beds": 20, "beds_flag": None, "rate": 0.5}] * 2 + [{"kind": "b", "beds": 20, "rate": 0.7}]
    version = released(world, near + far, said + more)
    build(version)
    for z in (3, 5, 7, 8):
        (one,) = rows_at(client, decode, "sites", *BAGHDAD, z) if z > 3 else [
            row for row in rows_at(client, decode, "sites", *BAGHDAD, z) if row["count"] == 6
        ]  # fmt: skip
        assert one["count"] == 6
        assert one["beds_flag"] == "*"
        assert "beds" not in one or one["beds"] is None or np.isnan(one["beds"])
        assert "rate" not in one or np.isnan(one["rate"]), "a rate is never added up"
    (other,) = rows_at(client, decode, "sites", 47.8, 30.5, 7)
    assert other["count"] == 3
    assert "beds" not in other or np.isnan(other["beds"]), "beds of two kinds are not one number"
    assert len(rows_at(client, decode, "sites", *BAGHDAD, 12)) == 6


def test_counts_are_kept_at_every_zoom(world):
    chance = random.Random(3)
    shapes = [shapely.Point(chance.uniform(39, 48), chance.uniform(29.5, 37)) for _ in range(400)]
    version = released(world, shapes, [{"kind": "a", "beds": 2}] * 400)
    build(version)
    for band in BANDS:
        found = Overview.objects.filter(version=version, band=band.number)
        assert sum(found.values_list("count", flat=True)) == 400
        assert sum(row["beds"] for row in found.values_list("values", flat=True)) == 800
        assert {one.geom_type for one in found.values_list("web", flat=True)} == {"Point"}


def fields_of(side: int, step: float):
    """Squares side by side, each border with a corner on its way that is no whole number of pixels."""
    west, south = 44.0, 33.0
    x, y = np.meshgrid(west + step * np.arange(side), south + step * np.arange(side))
    corners = [(0, 0), (step / 2, step / 200), (step, 0), (step, step), (step / 2, step + step / 200), (0, step)]
    return [
        shapely.Polygon([(round(a + east, 6), round(b + north, 6)) for east, north in corners])
        for a, b in zip(x.ravel(), y.ravel(), strict=True)
    ]


def test_simplified_areas_share_their_borders_and_small_ones_are_counted(world):
    small = [shapely.box(46.5 + n * 0.0005, 33.5, 46.5002 + n * 0.0005, 33.5002) for n in range(30)]
    shapes = fields_of(12, 0.02) + small
    version = released(world, shapes, [{"kind": "a", "beds": 1}] * len(shapes))
    build(version)
    drawn = Overview.objects.filter(version=version, band=8)
    assert sum(drawn.values_list("count", flat=True)) == len(shapes)
    assert drawn.filter(count__gt=1).exists(), "what is below a pixel is counted in squares"
    webs = [shapely.from_wkb(bytes(one.wkb)) for one in drawn.values_list("web", flat=True)]
    fields = np.array([one for one in webs if one.centroid.x < 5_100_000])
    assert len(fields) == 144
    assert shapely.get_num_coordinates(fields).sum() < 144 * 7, "some corners are gone"
    assert shapely.coverage_is_valid(fields), "no gap and no overlap"


def test_a_tile_is_never_too_large(client, world, monkeypatch):
    monkeypatch.setattr(serving, "MOST", 20_000)
    shapes = fields_of(40, 0.004)
    version = released(world, shapes, [{"kind": "a", "beds": at} for at in range(len(shapes))])
    at = tile_at(44.05, 33.05, 10)
    made = serving.released_tile(version, Tile(*at))
    assert 0 < len(made) <= 20_000
    build(version)
    for z in range(10):
        assert len(serving.released_tile(version, Tile(*tile_at(44.05, 33.05, z)))) <= 20_000


def test_the_same_rows_again_copy_the_overviews_and_old_ones_go(desk, cases):  # noqa: F811
    build(cases)
    before = list(Overview.objects.filter(version=cases).order_by("pk").values_list("band", "count", "values"))
    second = out(desk, cases.dataset)
    assert build(second) == len(before)
    after = list(Overview.objects.filter(version=second).order_by("pk").values_list("band", "count", "values"))
    assert sorted(map(str, after)) == sorted(map(str, before))
    assert not Overview.objects.filter(version=cases).exists(), "no edition names it"


def test_answers(client, cases, desk):  # noqa: F811
    said = client.get("/tiles/cases.json").json()
    assert said["tilejson"] == "3.0.0"
    assert said["vector_layers"][0]["id"] == "cases"
    assert said["vector_layers"][0]["fields"]["cases"] == "Number"
    assert said["bounds"] == cases.bounds
    at = tile_at(*BAGHDAD, 7)
    first = fetch(client, "cases", at)
    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    again = fetch(client, "cases", at, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    build(cases)
    assert fetch(client, "cases", at)["ETag"] != first["ETag"], "made from overviews now"
    assert fetch(client, "cases", tile_at(10, 50, 7)).status_code == 204
    assert client.get("/tiles/cases/3/9/1.mvt").status_code == 404
    assert client.get("/tiles/nothing/3/1/1.mvt").status_code == 404
    assert client.get("/tiles/nothing.json").status_code == 404
    assert fetch(client, "cases", at, "?period=20x6").status_code == 400
    assert fetch(client, "cases", at, "?period=2020").status_code == 204
    assert client.get("/tiles/governorates.json").json()["name"] == "governorates"
    withdraw(cases.dataset, desk.approver, why={"en": "wrong"})
    assert fetch(client, "cases", at).status_code == 404
    assert client.get("/tiles/cases.json").status_code == 404


def test_publishing_starts_the_task_and_the_file_holds_the_same_tiles(client, cases, tmp_path):
    assert Task.objects.filter(name="tiles").exists()
    assert client.get("/tiles/cases.pmtiles").status_code == 404
    work.make(PROGRESS, str(cases.pk))
    link = client.get("/tiles/cases.json").json()["pmtiles"]
    answer = client.get(link.removeprefix("http://testserver"))
    content = b"".join(answer.streaming_content)
    assert content == b"".join(client.get("/tiles/cases.pmtiles").streaming_content)
    part = client.get("/tiles/cases.pmtiles", headers={"Range": "bytes=0-6"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"PMTiles")
    path = tmp_path / "cases.pmtiles"
    path.write_bytes(content)
    info = pyogrio.read_info(path, layer="cases")  # GDAL's own driver reads it
    assert info["driver"] == "PMTiles"
    assert {"ref", "cases", "count"} <= set(info["fields"])
    meta, _ids, shapes, columns = pyogrio.raw.read(path, layer="cases")
    assert len(shapes) >= 16
    assert 3 not in columns[list(meta["fields"]).index("cases")]
    work.make(PROGRESS, str(cases.pk))
    assert b"".join(client.get(link.removeprefix("http://testserver")).streaming_content) == content


def test_a_large_file_has_directories_below(tmp_path):
    number = 60_000
    chance = random.Random(5)
    packed = [chance.randbytes(chance.randint(20, 400)) for _ in range(5000)]
    tiles_there = [(at * 9 + chance.randint(0, 8), packed[at % 5000]) for at in range(number)]
    content = written(tiles_there, zooms=(0, 10), bounds=(-180, -85, 180, 85), metadata={"name": "x"})
    assert int.from_bytes(content[16:24], "little") <= 16_384 - 127
    assert int.from_bytes(content[48:56], "little") > 0, "leaves"
    assert int.from_bytes(content[72:80], "little") == number
    assert int.from_bytes(content[88:96], "little") == 5000, "equal tiles lie there once"


def test_numbers_along_the_curve_are_those_of_the_specification():
    assert [tile_id(3, x, y) for x, y in ((0, 0), (0, 1), (7, 0), (4, 4))] == [21, 22, 84, 53]
    assert len({tile_id(5, x, y) for x in range(32) for y in range(32)}) == 1024
    assert max(tile_id(5, x, y) for x in range(32) for y in range(32)) == (4**6 - 1) // 3 - 1
    assert (
        gzip.decompress(directory([Entry(0, 0, 5), Entry(1, 5, 7)])).hex() == "02" + "0001" + "0101" + "0507" + "0100"
    )


def test_descending_follows_what_is_there():
    there = {(0, 0, 0), (1, 1, 0), (2, 2, 0), (2, 3, 1)}
    asked = []

    def made(z, x, y):
        asked.append((z, x, y))
        return b"x" if (z, x, y) in there else b""

    found, last = descend(made, 2, 100)
    assert [number for number, _tile in found] == [tile_id(*one) for one in sorted(there)]
    assert last == 2
    assert len(asked) == 1 + 4 + 4


def test_overviews_are_json_that_stays_small(world):
    version = released(world, [shapely.Point(44, 33)], [{"kind": "a", "beds": None, "beds_flag": "*"}])
    build(version)
    one = Overview.objects.filter(version=version, band=5).get()
    assert json.loads(json.dumps(one.values)) == {"kind": "a", "beds": None, "beds_flag": "*"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rafid_products_overview WHERE count < 1")
        assert cursor.fetchone() == (0,)
