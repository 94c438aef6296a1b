"""Vector tiles: what lies in them, for whom, on which day, and what becomes of a nonsensical question."""

from __future__ import annotations

import base64
import gzip
import math
from datetime import date

import numpy as np
import pyogrio
import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from rafid.commons.people.models import Grant
from rafid.commons.places import overviews, state
from rafid.commons.places.models import BorderOverview, Place, PlaceVersion
from rafid.commons.products import tiles
from rafid.commons.products.tile_layers import layers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """A change of borders is seen by the next tile, and no test sees what another one kept."""
    monkeypatch.setattr(tiles, "STATE_AGE", 0.0)
    tiles.forget_tiles()
    yield
    tiles.forget_tiles()
    state._read.clear()


@pytest.fixture
def decode(tmp_path):
    """The layers of a tile as GDAL reads them: {layer: [properties with the geometry's bounds]}."""

    def read(body: bytes, z: int, x: int, y: int) -> dict[str, list[dict]]:
        path = tmp_path / str(z) / str(x) / f"{y}.mvt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        found = {}
        for name, _kind in pyogrio.list_layers(path):
            meta, _ids, shapes, columns = pyogrio.raw.read(path, layer=name)
            rows = [dict(zip(meta["fields"], values, strict=True)) for values in zip(*columns, strict=True)]
            for row, shape in zip(rows, shapes, strict=True):
                row["shape"] = GEOSGeometry(memoryview(shape), srid=3857)
            found[name] = rows
        return found

    return read


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    side = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * side), int(y * side)


def fetch(client, layer: str, at: tuple[int, int, int], query: str = "", **headers):
    return client.get("/tiles/{}/{}/{}/{}.mvt{}".format(layer, *at, query), headers=headers)


BAGHDAD = (44.4, 33.3)


def test_a_tile_holds_the_places_that_lie_in_it(client, decode):
    at = tile_at(*BAGHDAD, 6)
    answer = fetch(client, "governorates", at, "?on=2024-12-31")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    rows = {row["ref"]: row for row in decode(answer.content, *at)["governorates"]}
    baghdad = rows["IQG08"]
    assert baghdad["pcode"] == "IQG08"
    assert baghdad["name_en"] == "Baghdad"
    assert baghdad["name_ckb"]
    assert baghdad["level"] == 1
    assert "IQG17" not in rows, "Dhi Qar lies in another tile"
    middle = Point(*BAGHDAD, srid=4326).transform(3857, clone=True)
    assert baghdad["shape"].contains(middle)


def test_small_scales_are_drawn_from_the_overviews_and_large_ones_from_the_borders(client, decode):
    def corners(z: int) -> int:
        at = tile_at(*BAGHDAD, z)
        (row,) = [
            r for r in decode(fetch(client, "governorates", at).content, *at)["governorates"] if r["ref"] == "IQG08"
        ]
        return row["shape"].num_coords

    band = BorderOverview.objects.get(version__place__ref="IQG08", band=0)
    whole = PlaceVersion.objects.filter(place__ref="IQG08").latest("pk")
    assert corners(3) <= band.web.num_coords < whole.web.num_coords
    BorderOverview.objects.all().delete()
    at = tile_at(*BAGHDAD, 3)
    tiles.forget_tiles()
    assert fetch(client, "governorates", at).status_code == 204, "made from overviews, not live"
    assert fetch(client, "governorates", tile_at(*BAGHDAD, 11)).status_code == 200


@pytest.fixture
def split(world):
    """The north was one piece until 2020, and another one since."""
    old, new = (GEOSGeometry(f"MULTIPOLYGON(((44 33, {east} 33, {east} 34, 44 34, 44 33)))", 4326) for east in (45, 46))
    common = {"place": world.north, "parent": world.country, "name_en": "North"}
    PlaceVersion.objects.create(**common, geometry=old, valid=DateRange(None, date(2020, 1, 1)))
    PlaceVersion.objects.create(**common, geometry=new, valid=DateRange(date(2020, 1, 1), None))
    overviews.refresh()
    return world


@pytest.mark.parametrize(("on", "wide"), [("2019-12-31", 1.0), ("2020-01-01", 2.0), ("", 2.0)])
@pytest.mark.parametrize("z", [6, 12])
def test_a_day_is_drawn_on_its_own_borders(split, client, decode, on, wide, z):
    east = 44 + wide - 0.01
    at = tile_at(east, 33.5, z)
    answer = fetch(client, "governorates", at, f"?on={on}" if on else "")
    row = next(row for row in decode(answer.content, *at)["governorates"] if row["ref"] == "T2")
    assert row["parent"] == "T0"
    edge = Point(44 + wide, 33.5, srid=4326).transform(3857, clone=True).x
    assert row["shape"].extent[2] == pytest.approx(edge, abs=2 * 40075016 / 2**z / 4096)


def test_a_change_of_borders_is_in_the_next_tile(split, client, decode):
    at = tile_at(45.5, 33.5, 8)
    before = fetch(client, "governorates", at)
    assert "T2" in {row["ref"] for row in decode(before.content, *at)["governorates"]}
    PlaceVersion.objects.filter(place=split.north).update(geometry=None)
    overviews.refresh()
    after = fetch(client, "governorates", at)
    assert after["ETag"] != before["ETag"]
    assert after.status_code == 204 or "T2" not in {r["ref"] for r in decode(after.content, *at)["governorates"]}


def test_a_tile_that_is_held_is_not_sent_again(client):
    at = tile_at(*BAGHDAD, 6)
    first = fetch(client, "governorates", at)
    assert first["Cache-Control"].startswith("public")
    again = fetch(client, "governorates", at, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    other = fetch(client, "governorates", tile_at(*BAGHDAD, 7), **{"If-None-Match": first["ETag"]})
    assert other.status_code == 200


def test_a_tile_that_is_kept_asks_the_database_for_nothing_but_the_state(client):
    at = tile_at(*BAGHDAD, 6)
    fetch(client, "governorates", at)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        fetch(client, "governorates", at)
    assert len(asked) == 1
    assert "placeevent" in asked[0]["sql"]


def test_gzip_for_those_who_take_it(client):
    at = tile_at(*BAGHDAD, 6)
    plain = fetch(client, "governorates", at)
    packed = fetch(client, "governorates", at, **{"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]


def test_what_is_kept_stays_within_bounds(client, monkeypatch):
    monkeypatch.setattr(tiles, "MOST_KEPT", 20_000)
    for x in range(60):
        fetch(client, "governorates", (8, x, 100))
    assert len(tiles._kept) <= 20_000 // tiles._OVERHEAD


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("nothing/5/19/12.mvt", 404),
        ("governorates/5/32/12.mvt", 404),
        ("governorates/5/19/32.mvt", 404),
        ("governorates/15/1/1.mvt", 404),
        ("governorates/99999999999999999999/1/1.mvt", 404),
        ("governorates/5/-1/12.mvt", 404),
        ("governorates/5/x/12.mvt", 404),
        ("governorates/5/19/12.mvt?on=yesterday", 400),
        ("governorates/5/19/12.mvt?on=2024-02-30", 400),
        ("population/5/19/12.mvt", 404),
        ("nothing.json", 404),
        ("governorates.json?on=0", 400),
        ("governorates/3/0/0.mvt", 204),
        ("subdistricts/5/19/12.mvt", 204),
    ],
)
def test_nonsense_and_emptiness(client, address, status):
    answer = client.get(f"/tiles/{address}")
    assert answer.status_code == status
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
    else:
        assert answer.content == b""


def test_no_words_change_a_tile(client):
    at = tile_at(*BAGHDAD, 6)
    assert client.post("/tiles/governorates/6/39/25.mvt").status_code == 405
    assert client.head("/tiles/governorates/6/39/25.mvt").status_code == 200
    assert (
        fetch(client, "governorates", at, "?lang=en").content == fetch(client, "governorates", at, "?lang=ckb").content
    )


def test_settlements_are_counted_together_until_they_can_be_told_apart(client, decode):
    near = tile_at(*BAGHDAD, 4)
    rows = decode(fetch(client, "settlements", near).content, *near)["settlements"]
    groups = [row for row in rows if row["count"] > 1]
    assert groups
    assert all(row.get("ref") is None for row in groups)
    whole = 0
    for x in range(16):
        for y in range(16):
            answer = fetch(client, "settlements", (4, x, y))
            if answer.status_code == 200:
                whole += sum(row["count"] for row in decode(answer.content, 4, x, y)["settlements"])
    assert whole == Place.objects.filter(division="settlement", point__isnull=False).count()
    one = Place.objects.filter(division="settlement", point__isnull=False).earliest("ref")
    at = tile_at(one.point.x, one.point.y, 12)
    assert one.ref in {row["ref"] for row in decode(fetch(client, "settlements", at).content, *at)["settlements"]}


def test_census_districts_are_points(client):
    assert fetch(client, "districts-cosit2024", tile_at(*BAGHDAD, 8)).status_code == 200


# --- records ----------------------------------------------------------------------------------------------------------

WELL = (44.4, 33.3)


@pytest.fixture
def well(world):
    return world.well(
        number="Zqx",
        name_en="Hidden",
        owner=world.other,
        place=world.north,
        sensitivity=2,
        point=Point(*WELL, srid=4326),
    )


@pytest.mark.parametrize("layer", ["wells", "wells-well"])
@pytest.mark.parametrize("z", [3, 8, 14])
def test_a_record_is_in_the_tile_of_those_who_see_it_and_of_nobody_else(world, well, client, decode, layer, z):
    at = tile_at(*WELL, z)

    def holds() -> bool:
        answer = fetch(client, layer, at)
        assert answer["Cache-Control"].startswith("private")
        return answer.status_code == 200 and well.ref.encode() in answer.content

    for account in (None, world.stranger, world.keeper, world.local, world.reader):
        client.logout()
        if account:
            client.force_login(account)
        assert not holds(), account
        assert fetch(client, layer, at).status_code == 204, "not even a number"
        assert "bounds" not in client.get(f"/tiles/{layer}.json").json(), "not even where"
    owner = world.person("owner", ("wells.keeper", world.other, None))
    client.force_login(owner)
    assert holds(), "the walk above would prove nothing"
    west, south, _east, _north = client.get(f"/tiles/{layer}.json").json()["bounds"]
    assert (west, south) == pytest.approx(WELL)
    Grant.objects.filter(account=owner).delete()
    client.force_login(owner)
    assert not holds(), "the right is gone, and so is the tile"


def test_a_tile_held_by_one_person_is_not_answered_to_another(world, well, client):
    at = tile_at(*WELL, 8)
    client.force_login(world.person("owner", ("wells.keeper", world.other, None)))
    tag = fetch(client, "wells", at)["ETag"]
    assert fetch(client, "wells", at, **{"If-None-Match": tag}).status_code == 304
    client.force_login(world.stranger)
    assert fetch(client, "wells", at, **{"If-None-Match": tag}).status_code == 204


def test_a_group_counts_only_what_the_person_sees(world, well, client, decode):
    world.well(number="Open", sensitivity=0, state="published", point=Point(WELL[0] + 0.001, WELL[1], srid=4326))
    at = tile_at(*WELL, 4)
    (row,) = decode(fetch(client, "wells", at).content, *at)["wells"]
    assert row["count"] == 1
    client.force_login(world.person("owner", ("wells.keeper", world.other, None)))
    (row,) = decode(fetch(client, "wells", at).content, *at)["wells"]
    assert row["count"] == 2
    assert row.get("number") is None


def test_a_deleted_record_is_in_no_tile(world, well, client):
    client.force_login(world.person("owner", ("wells.keeper", world.other, None)))
    assert fetch(client, "wells", tile_at(*WELL, 8)).status_code == 200
    type(well).objects.filter(pk=well.pk).update(deleted_at="2026-01-01T00:00Z", deleted_why="test")
    assert fetch(client, "wells", tile_at(*WELL, 8)).status_code == 204


def test_a_register_s_tiles_follow_the_filters_of_its_list(world, client, decode):
    client.force_login(world.keeper)
    world.well(number="North", place=world.north, point=Point(*WELL, srid=4326))
    south = world.well(number="South", place=world.town, point=Point(WELL[0] + 0.2, WELL[1], srid=4326))
    at = tile_at(*WELL, 6)

    def refs(query: str) -> int:
        answer = fetch(client, "wells-well", at, query)
        return len(decode(answer.content, *at)["wells-well"]) if answer.status_code == 200 else 0

    assert refs("") == 2
    assert refs("?place=T2") == 1
    assert refs(f"?q={south.ref.lower()}") == 1
    assert refs("?place=nowhere") == 0
    assert refs("?state=published") == 0
    body = client.get("/tiles/wells-well.json?place=T2&lang=en").json()
    assert body["tiles"] == ["http://testserver/tiles/wells-well/{z}/{x}/{y}.mvt?place=T2"]
    assert body["bounds"] == pytest.approx([*WELL, *WELL])


def test_credentials_that_do_not_hold_are_refused(world, client):
    at = tile_at(*WELL, 8)
    assert fetch(client, "wells", at, Authorization="Bearer nonsense").status_code == 401
    assert fetch(client, "governorates", at, Authorization="Bearer nonsense").status_code == 200, "it is public"


def test_tilejson_says_what_is_there(client):
    for code in layers():
        answer = client.get(f"/tiles/{code}.json")
        if code == "population":  # figures of places: its borders are the places' own tiles
            assert answer.status_code == 404
            continue
        body = answer.json()
        assert body["tilejson"] == "3.0.0"
        assert body["vector_layers"][0]["id"] == code
        assert body["tiles"][0].startswith("http://testserver/tiles/")
    bounds = client.get("/tiles/governorates.json").json()["bounds"]
    assert np.allclose(bounds, [38.8, 29.06, 48.6, 37.4], atol=0.2)


def test_passwords_cannot_be_guessed_by_asking_for_tiles(world, client):
    """A refused tile takes nothing back: the failure stays noted."""

    def status(password: str) -> int:
        basic = base64.b64encode(f"keeper:{password}".encode()).decode()
        return fetch(client, "wells-well", tile_at(*WELL, 6), Authorization=f"Basic {basic}").status_code

    assert [status("wrong") for _attempt in range(5)] == [401] * 5
    assert status("pass") == 429
