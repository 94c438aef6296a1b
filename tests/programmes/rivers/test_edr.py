"""``/edr``: what it says of itself, places, coverages, rows, areas, and questions that cannot be answered."""

from __future__ import annotations

import csv
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
OWN = "/edr/collections/rivers"


@pytest.fixture
def stage(river):
    series = river.make_series(river.make_station(name_en="Town's gauge"))
    record_values([Reading(series.pk, at(day), 2 + day / 10, day, quality=1) for day in range(1, 5)], origin="person")
    return series


@pytest.fixture
def flow(river, stage):
    series = river.make_series(stage.station, "discharge", origin="derived")
    record_values(
        [Reading(series.pk, at(day), 100.0 + day, day) for day in (1, 2)], origin="person", follow=False, judge=False
    )
    return series


@pytest.fixture
def ask(client):
    def asked(path, status=200, **options):
        options = {name.replace("_name", "-name").replace("_units", "-units"): value for name, value in options.items()}
        answer = client.get(f"{OWN}{path}?{urlencode(options)}")
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if "json" in answer["Content-Type"] else answer.content.decode()

    return asked


def test_the_service_says_what_it_is(client, stage, flow):
    landing = client.get("/edr/").json()
    for link in landing["links"]:
        assert client.get(link["href"].removeprefix("http://testserver")).status_code == 200, link
    assert any(one.endswith("/conf/covjson") for one in client.get("/edr/conformance").json()["conformsTo"])
    (one,) = client.get("/edr/collections").json()["collections"]
    assert client.get(OWN).json() == one
    assert set(one["data_queries"]) == {"locations", "position", "radius", "area", "items"}
    assert one["extent"]["spatial"]["bbox"] == [[44.33, 36.05, 44.33, 36.05]]
    assert one["extent"]["temporal"]["interval"] == [["2026-03-01T06:00:00Z", "2026-03-04T06:00:00Z"]]
    assert one["parameter_names"]["stage"]["unit"]["symbol"]["value"] == "m"
    assert set(one["parameter_names"]) == {"stage", "stage_quality", "discharge", "discharge_quality"}
    api = client.get("/edr/api").json()
    assert f"/collections/{one['id']}/area" in api["paths"]


def test_locations_are_stations(ask, client, river, stage):
    river.make_station("tt-empty")
    (place,) = ask("/locations")["features"]
    assert (place["id"], place["geometry"]["coordinates"], place["properties"]["parameter-name"]) == (
        "tt-town",
        [44.33, 36.05],
        ["stage"],
    )
    assert ask("/items/tt-town")["id"] == "tt-town"
    assert ask("/items")["numberMatched"] == 1
    assert ask("/locations", bbox="40,30,41,31")["features"] == []
    assert len(ask("/locations", bbox="44,36,45,37")["features"]) == 1
    assert ask("/locations", parameter_name="discharge")["features"] == []
    assert client.get(place["links"][0]["href"].removeprefix("http://testserver")).status_code == 200


def checked(coverage, referencing=None):
    """The structure that CoverageJSON asks of a PointSeries coverage."""
    assert coverage["type"] == "Coverage"
    domain = coverage["domain"]
    assert (domain["type"], domain["domainType"]) == ("Domain", "PointSeries")
    axes = domain["axes"]
    assert set(axes) == {"x", "y", "t"}
    assert len(axes["x"]["values"]) == len(axes["y"]["values"]) == 1
    times = axes["t"]["values"]
    assert times == sorted(set(times))
    assert all(time.endswith("Z") for time in times)
    named = {name for one in domain.get("referencing") or referencing for name in one["coordinates"]}
    assert named == {"x", "y", "t"}
    assert set(coverage["parameters"]) == set(coverage["ranges"])
    for name, one in coverage["ranges"].items():
        assert (one["type"], one["axisNames"], one["shape"]) == ("NdArray", ["t"], [len(times)])
        assert one["dataType"] in ("float", "integer")
        assert len(one["values"]) == len(times)
        parameter = coverage["parameters"][name]
        assert parameter["type"] == "Parameter"
        assert "en" in parameter["observedProperty"]["label"]
        assert ("unit" in parameter) != ("categories" in parameter["observedProperty"])
    return coverage


def test_a_coverage_of_one_station(client, ask, stage, flow):
    answer = client.get(f"{OWN}/locations/tt-town")
    assert answer["Content-Type"] == "application/prs.coverage+json"
    body = checked(answer.json())
    assert body["ranges"]["stage"]["values"] == [2.1, 2.2, 2.3, 2.4]
    assert body["ranges"]["discharge"]["values"] == [101, 102, None, None]
    assert body["parameters"]["discharge"]["unit"]["symbol"]["value"] == "m3/s"
    one = checked(ask("/locations/tt-town", parameter_name="stage", datetime="2026-03-02/2026-03-03"))
    assert one["ranges"]["stage"]["values"] == [2.2, 2.3]
    assert set(one["ranges"]) == {"stage"}


@pytest.mark.parametrize(
    ("datetime", "expected"),
    [
        ("2026-03-02T06:00:00Z", [2.2]),
        ("2026-03-02T09:00:00+03:00", [2.2]),
        ("2026-03-02", [2.2]),
        ("../2026-03-02", [2.1, 2.2]),
        ("2026-03-03T06:00:00Z/..", [2.3, 2.4]),
        ("2026-03-03/", [2.3, 2.4]),
        ("2026-03-01T07:00:00Z/2026-03-03T05:00:00Z", [2.2]),
    ],
)
def test_intervals(ask, stage, datetime, expected):
    assert ask("/locations/tt-town", datetime=datetime)["ranges"]["stage"]["values"] == expected


def test_no_value_in_the_time_is_an_empty_collection(ask, stage):
    body = ask("/locations/tt-town", datetime="1999-01-01/1999-02-01")
    assert (body["type"], body["coverages"]) == ("CoverageCollection", [])


def test_flags_by_their_name_and_failed_values_are_none(ask, stage):
    record_values([Reading(stage.pk, at(5), 9.0, 1, quality=4)], origin="person")
    body = checked(ask("/locations/tt-town", parameter_name="stage,stage_quality"))
    assert body["ranges"]["stage"]["values"][-1] is None
    assert body["ranges"]["stage_quality"]["values"] == [1, 1, 1, 1, 4]
    categories = {one["id"] for one in body["parameters"]["stage_quality"]["observedProperty"]["categories"]}
    assert set(body["parameters"]["stage_quality"]["categoryEncoding"]) == categories


def test_two_sources_of_one_quantity_stand_side_by_side(ask, river, stage):
    other = river.make_series(stage.station, origin="altimetry", origin_name="Sentinel 3 A")
    record_values([Reading(other.pk, at(2, 9), 2.5)], origin="person")
    body = checked(ask("/locations/tt-town"))
    assert set(body["ranges"]) == {"stage", "stage.altimetry"}
    assert body["ranges"]["stage.altimetry"]["values"] == [None, None, 2.5, None, None]
    assert set(ask("/locations/tt-town", parameter_name="stage.altimetry")["ranges"]) == {"stage.altimetry"}


def test_rows(client, ask, stage):
    rows = list(csv.DictReader(ask("/locations/tt-town", f="CSV").splitlines()))
    assert rows[0] == {
        "station": "tt-town", "longitude": "44.33", "latitude": "36.05", "parameter": "stage", "unit": "m",
        "time": "2026-03-01T06:00:00Z", "value": "2.1", "quality": "1", "known_from": rows[0]["known_from"],
    }  # fmt: skip
    assert len(rows) == 4
    features = ask("/locations/tt-town", f="GeoJSON")["features"]
    assert [one["properties"]["value"] for one in features] == [2.1, 2.2, 2.3, 2.4]
    by_accept = client.get(f"{OWN}/locations/tt-town", headers={"Accept": "text/csv"})
    assert by_accept["Content-Type"].startswith("text/csv")


def test_the_nearest_station(ask, river, stage):
    other = river.make_station("tt-far")
    other.point = Point(44.5, 36.05, srid=4326)
    other.save()
    record_values([Reading(river.make_series(other, "discharge").pk, at(1), 7.0)], origin="person")
    near = checked(ask("/position", coords="POINT(44.34 36.05)"))
    assert near["id"] == "tt-town"
    assert 0.85 < near["rafid:distance_km"] < 0.95
    assert checked(ask("/position", coords="POINT(44.34 36.05)", parameter_name="discharge"))["id"] == "tt-far"
    assert ask("/position", 404, coords="POINT(44.34 36.05)", within="500", within_units="m")["status"] == 404
    both = ask("/radius", coords="POINT(44.34 36.05)", within="30")
    assert [one["id"] for one in both["coverages"]] == ["tt-town", "tt-far"]
    assert len(ask("/radius", coords="POINT(44.34 36.05)", within="5")["coverages"]) == 1


def test_an_area(ask, stage):
    body = ask("/area", coords="POLYGON((44 36,45 36,45 37,44 37,44 36))")
    assert body["type"] == "CoverageCollection"
    checked(body["coverages"][0], body["referencing"])
    assert ask("/area", coords="POLYGON((40 36,41 36,41 37,40 37,40 36))")["coverages"] == []
    many = "MULTIPOLYGON(((40 36,41 36,41 37,40 36)),((44 36,45 36,45 37,44 37,44 36)))"
    assert len(ask("/area", coords=many)["coverages"]) == 1


def test_as_known_at(ask, stage):
    before = timezone.now()
    record_values([Reading(stage.pk, at(2), 9.5)], origin="person", reason="Read again")
    assert ask("/locations/tt-town")["ranges"]["stage"]["values"] == [2.1, 9.5, 2.3, 2.4]
    body = ask("/locations/tt-town", known_at=before.isoformat())
    assert body["ranges"]["stage"]["values"] == [2.1, 2.2, 2.3, 2.4]
    assert body["rafid:knownAt"] == before.isoformat().replace("+00:00", "Z")


def test_what_is_not_public_is_not_there(client, ask, river, stage):
    stage.sensitivity = 1
    stage.save()
    assert ask("/locations")["features"] == []
    ask("/locations/tt-town", 404)
    ask("/items/tt-town", 404)
    assert ask("/area", coords="POLYGON((44 36,45 36,45 37,44 37,44 36))")["coverages"] == []
    client.force_login(river.hydrologist)
    assert ask("/locations/tt-town")["id"] == "tt-town"


def test_an_embargo_holds(client, ask, river, stage):
    latest = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    record_values([Reading(stage.pk, latest, 7.5)], origin="person")
    stage.embargo_hours = 24
    stage.save()
    assert ask("/locations/tt-town")["ranges"]["stage"]["values"] == [2.1, 2.2, 2.3, 2.4]
    assert "7.5" not in ask("/locations/tt-town", f="CSV", datetime="2026-01-01/..")
    assert ask("")["extent"]["temporal"]["interval"][0][1] == "2026-03-04T06:00:00Z"
    client.force_login(river.hydrologist)
    assert 7.5 in ask("/locations/tt-town", datetime="2026-01-01/..")["ranges"]["stage"]["values"]


def test_a_demonstration_says_so(ask, stage):
    type(stage).everything.filter(pk=stage.pk).update(source="demonstration")
    type(stage.station).everything.filter(pk=stage.station_id).update(source="demonstration")
    assert ask("/locations/tt-town")["rafid:note"].startswith("DEMONSTRATION")
    assert all(
        row.endswith("DEMONSTRATION: invented records") for row in ask("/locations/tt-town", f="CSV").splitlines()[1:]
    )
    assert ask("/locations/tt-town", f="GeoJSON")["features"][0]["properties"]["note"].startswith("DEMONSTRATION")
    assert ask("/locations")["features"][0]["properties"]["note"].startswith("DEMONSTRATION")
    assert ask("")["description"].startswith("DEMONSTRATION")


def test_too_much_is_refused_with_a_remedy(ask, stage, monkeypatch):
    monkeypatch.setattr("rafid.programmes.rivers.edr.finding.MOST_VALUES", 3)
    body = ask("/locations/tt-town", 413)
    assert "shorter time" in body["detail"]


@pytest.mark.parametrize(
    ("path", "options", "where"),
    [
        ("/locations/tt-town", {"datetime": "yesterday"}, "datetime"),
        ("/locations/tt-town", {"datetime": "2026-03-03/2026-03-01"}, "datetime"),
        ("/locations/tt-town", {"f": "PDF"}, "f"),
        ("/locations/tt-town", {"parameter-name": "nothing"}, "parameter-name"),
        ("/locations/tt-town", {"known_at": "then"}, "known_at"),
        ("/locations/tt-town", {"crs": "EPSG:3857"}, "crs"),
        ("/locations", {"bbox": "1,2,3"}, "bbox"),
        ("/position", {}, "coords"),
        ("/position", {"coords": "POINT(44)"}, "coords"),
        ("/position", {"coords": "POINT(444 33)"}, "coords"),
        ("/position", {"coords": "POINT(44 33)", "within": "-1"}, "within"),
        ("/position", {"coords": "POINT(44 33)", "within": "5", "within-units": "miles"}, "within-units"),
        ("/radius", {"coords": "POINT(44 33)"}, "within"),
        ("/area", {"coords": "POINT(44 33)"}, "coords"),
        ("/area", {"coords": "POLYGON((44 36,45 36,45 37))"}, "coords"),
        ("/area", {"coords": "POLYGON((44 36,45 37,45 36,44 37,44 36))"}, "coords"),
    ],
)
def test_a_bad_question_names_its_parameter(client, stage, path, options, where):
    answer = client.get(f"{OWN}{path}?{urlencode(options)}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["where"] == where
    assert answer.json()["detail"]


def test_another_collection_is_not_there(client):
    for path in ("", "/locations", "/locations/x", "/area", "/position", "/radius", "/items/x"):
        assert client.get(f"/edr/collections/nothing{path}").status_code == 404


ANY = st.one_of(st.text(max_size=30), st.sampled_from(("POINT(44.33 36.05)", "POLYGON((44 36,45 36,45 37,44 36))", "POINT(1e400 2)", "POLYGON EMPTY", "2026-03-01", "../..", "0001-01-01/9999-12-31", "9999-12-31", "stage", "stage_quality", "csv", "geojson", "1,2,3,4", "5")))  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(("", "/locations", "/locations/tt-town", "/position", "/radius", "/area", "/items/tt-town")),
    options=st.dictionaries(st.sampled_from(("coords", "datetime", "parameter-name", "f", "known_at", "bbox", "within", "within-units", "crs")), ANY),
)  # fmt: skip
def test_no_question_breaks_the_service(client, stage, path, options):
    assert client.get(f"{OWN}{path}?{urlencode(options)}").status_code in (200, 400, 404)
