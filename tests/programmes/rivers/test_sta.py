"""``/sta/v1.1``: entities and paths, options, what is seen, what is sent, and questions that cannot be answered."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.commons.people.tokens import make_token
from rafid.programmes.rivers.models import Value
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]
ROOT = "http://testserver/sta/v1.1"


@pytest.fixture
def stage(river):
    station = river.make_station(name_en="Town's gauge", gauge_zero_m=25.0, datum="EGM2008")
    series = river.make_series(station)
    record_values([Reading(series.pk, at(day), 2 + day / 10, day, quality=3) for day in range(1, 11)], origin="person")
    return series


@pytest.fixture
def ask(client):
    def asked(path, status=200, **options):
        query = "&".join(
            f"{'$' if not name.startswith('_') else ''}{name.strip('_')}={quote(str(value))}"
            for name, value in options.items()
        )
        answer = client.get(f"/sta/v1.1/{path}?{query}")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    return asked


def results(body):
    return [one["result"] for one in body["value"]]


def test_the_root_names_the_entity_sets(ask):
    body = ask("")
    assert {one["name"]: one["url"] for one in body["value"]}["Things"] == f"{ROOT}/Things"
    assert len(body["value"]) == 8
    assert any("datamodel" in one for one in body["serverSettings"]["conformance"])


def test_a_thing_and_what_leads_on(ask, stage):
    thing = ask("Things", filter="id eq 'tt-town'")["value"][0]
    assert thing["@iot.id"] == "tt-town"
    assert thing["@iot.selfLink"] == f"{ROOT}/Things('tt-town')"
    assert thing["Datastreams@iot.navigationLink"] == f"{ROOT}/Things('tt-town')/Datastreams"
    assert (thing["name"], thing["properties"]["gaugeZero_m"]) == ("Town's gauge", 25.0)
    for path in (
        "Things('tt-town')",
        "Things(tt-town)",
        f"Datastreams({stage.pk})/Thing",
        "Locations('tt-town')/Things('tt-town')",
    ):
        assert ask(path)["@iot.id"] == "tt-town"
    place = ask("Things('tt-town')/Locations")["value"][0]
    assert place["location"] == {"type": "Point", "coordinates": [44.33, 36.05]}
    assert ask("Things('tt-town')/HistoricalLocations")["value"][0]["time"].startswith("1990")


def test_a_datastream(ask, stage):
    body = ask(f"Datastreams({stage.pk})")
    assert body["unitOfMeasurement"] == {"name": "metre", "symbol": "m", "definition": "ucum:m"}
    assert body["phenomenonTime"] == "2026-03-01T06:00:00Z/2026-03-10T06:00:00Z"
    assert body["name"] == "Town's gauge: Stage"
    assert ask(f"Datastreams({stage.pk})/ObservedProperty")["@iot.id"] == "stage"
    assert ask(f"Datastreams({stage.pk})/Sensor")["@iot.id"] == "observed"
    assert [one["@iot.id"] for one in ask("ObservedProperties('stage')/Datastreams")["value"]] == [str(stage.pk)]
    assert [one["@iot.id"] for one in ask("Sensors('observed')/Datastreams")["value"]] == [str(stage.pk)]


def test_every_self_link_and_navigation_link_is_answered(client, ask, stage):
    for kind in [one["name"] for one in ask("")["value"]]:
        for entity in ask(kind, top=2)["value"]:
            for name, link in entity.items():
                if name.endswith(("selfLink", "navigationLink")):
                    assert client.get(link.removeprefix("http://testserver")).status_code == 200, link
            again = client.get(entity["@iot.selfLink"].removeprefix("http://testserver")).json()
            assert again["@iot.id"] == entity["@iot.id"]


def test_observations_by_page(client, ask, stage):
    body = ask(f"Datastreams({stage.pk})/Observations", top=4, count="true")
    found, body["value"][0]["resultTime"] = results(body), ""
    assert body["@iot.count"] == 10
    assert body["value"][0]["resultQuality"] == {"code": 3, "name": "suspect", "scheme": "QARTOD"}
    pages = 1
    while link := body.get("@iot.nextLink"):
        body = client.get(link.removeprefix("http://testserver")).json()
        found += results(body)
        pages += 1
    assert pages == 3
    assert found == [2 + day / 10 for day in range(1, 11)]


def test_pages_of_all_series_meet(client, river, ask, stage):
    other = river.make_series(stage.station, "discharge", origin="derived")
    record_values([Reading(other.pk, at(day), 100.0 + day, day) for day in range(1, 11)], origin="person", follow=False)
    for order in ("phenomenonTime", "phenomenonTime desc", "result desc", "Datastream/id,resultTime"):
        body, found = ask("Observations", top=3, orderby=order), []
        while True:
            found += [one["@iot.id"] for one in body["value"]]
            if "@iot.nextLink" not in body:
                break
            body = client.get(body["@iot.nextLink"].removeprefix("http://testserver")).json()
        assert (len(found), len(set(found))) == (20, 20), order


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("result gt 2.8", [2.9, 3.0]),
        ("result ge 2.8 and result lt 3", [2.8, 2.9]),
        ("not (result lt 2.8)", [2.8, 2.9, 3.0]),
        ("result eq 2.1 or result eq 2.5", [2.1, 2.5]),
        ("phenomenonTime ge 2026-03-09T09:00:00+03:00", [2.9, 3.0]),
        ("phenomenonTime lt 2026-03-02", [2.1]),
        ("phenomenonTime eq '2026-03-03T06:00:00Z'", [2.3]),
        ("day(phenomenonTime) eq 4", [2.4]),
        ("resultTime le now() and result lt 2.2", [2.1]),
        ("Datastream/Thing/name eq 'Town''s gauge' and result gt 2.9", [3.0]),
        ("startswith(Datastream/ObservedProperty/name,'Sta') and result gt 2.9", [3.0]),
        ("contains(tolower(FeatureOfInterest/name),'TOWN') or result gt 2.9", [3.0]),
        ("substringof('gauge', Datastream/Thing/name) and 2.9 lt result", [3.0]),
        ("Datastream/unitOfMeasurement/symbol eq 'm³/s'", []),
        ("geo.intersects(FeatureOfInterest/feature, geography'POLYGON ((44 36, 44 37, 45 37, 44 36))') and result gt 2.9", []),
        ("st_within(FeatureOfInterest/feature, geography'POLYGON ((44 36, 45 36, 45 37, 44 37, 44 36))') and result gt 2.9", [3.0]),
        ("resultQuality/code eq 3 and result gt 2.9", [3.0]),
        ("result eq null", []),
        ("parameters/source ne 'person'", []),
    ],
)  # fmt: skip
def test_filters_of_observations(ask, stage, filter, expected):
    assert results(ask("Observations", filter=filter)) == expected


@pytest.mark.parametrize(
    ("kind", "filter", "count"),
    [
        ("Things", "startswith(name,'Town')", 1),
        ("Things", "Datastreams/ObservedProperty/id eq 'stage'", 1),
        ("Things", "Datastreams/ObservedProperty/id eq 'discharge'", 0),
        ("Things", "properties/gaugeZero_m gt 20 and properties/demonstration eq false", 1),
        ("Things", "(Locations/location/type eq 'Point' or Locations/location/geometry/type eq 'Point')", 1),
        ("Locations", "geo.intersects(location, geography'POLYGON((44 36,45 36,45 37,44 37,44 36))')", 1),
        ("Locations", "geo.distance(location, geography'POINT(44.33 36.05)') lt 0.01", 1),
        ("Datastreams", "Thing/Locations/name eq 'Town''s gauge' and properties/step eq '1d'", 1),
        ("ObservedProperties", "Datastreams/Thing/id eq 'tt-town'", 1),
        ("Sensors", "Datastreams/Thing/id eq 'tt-town'", 1),
        ("FeaturesOfInterest", "name ne null", 1),
        ("HistoricalLocations", "time lt 2000-01-01T00:00:00Z", 1),
    ],
)
def test_filters_of_other_entities(ask, stage, kind, filter, count):
    narrowed = filter if kind in ("ObservedProperties", "Sensors") else f"({filter}) and contains(id, '')"
    found = [one["@iot.id"] for one in ask(kind, filter=narrowed)["value"]]
    assert len(found) == count


def test_expand_select_and_order(ask, river, stage):
    river.make_series(stage.station, "discharge", origin="derived")
    body = ask(
        "Things",
        filter="id eq 'tt-town'",
        select="name",
        expand="Datastreams($select=id,name;$orderby=name desc;$count=true;$expand=ObservedProperty($select=definition),"
        "Observations($top=1;$orderby=phenomenonTime desc;$select=result;$filter=result lt 2.9)),Locations($select=location)",
    )
    (thing,) = body["value"]
    assert set(thing) == {"name", "Datastreams", "Datastreams@iot.count", "Locations"}
    assert thing["Datastreams@iot.count"] == 2
    first, second = thing["Datastreams"]
    assert first == {
        "@iot.id": str(stage.pk),
        "name": "Town's gauge: Stage",
        "ObservedProperty": {
            "definition": "http://vocab.nerc.ac.uk/standard_name/water_surface_height_above_reference_datum/"
        },
        "Observations": [{"result": 2.8}],
        "Observations@iot.nextLink": first["Observations@iot.nextLink"],
    }
    assert "$skip=1" in first["Observations@iot.nextLink"]
    assert second["Observations"] == []


def test_expand_by_a_path(ask, stage):
    (one,) = ask("Observations", top=1, expand="Datastream/Thing/Locations,Datastream/Sensor,FeatureOfInterest")[
        "value"
    ]
    assert one["Datastream"]["Thing"]["Locations"][0]["@iot.id"] == "tt-town"
    assert one["Datastream"]["Sensor"]["@iot.id"] == "observed"
    assert one["FeatureOfInterest"]["@iot.id"] == "tt-town"


def test_the_next_link_of_what_is_expanded_goes_on(client, ask, stage):
    (one,) = ask("Datastreams", expand="Observations($top=3)")["value"]
    more = client.get(one["Observations@iot.nextLink"].removeprefix("http://testserver")).json()
    assert results({"value": one["Observations"]}) + results(more)[:1] == [2.1, 2.2, 2.3, 2.4]


def test_properties_values_and_references(client, ask, stage):
    assert ask("Things('tt-town')/name") == {"name": "Town's gauge"}
    assert client.get("/sta/v1.1/Things('tt-town')/name/$value").content.decode() == "Town's gauge"
    assert ask("Things('tt-town')/properties/gaugeZero_m") == {"gaugeZero_m": 25.0}
    assert ask("Things('tt-town')/Datastreams/$ref") == {
        "value": [{"@iot.selfLink": f"{ROOT}/Datastreams({stage.pk})"}]
    }
    (first,) = ask("Observations", top=1)["value"]
    assert ask(f"Observations('{first['@iot.id']}')/result") == {"result": 2.1}


def test_data_arrays(ask, stage):
    body = ask("Observations", _resultFormat="dataArray", top=2, count="true", select="phenomenonTime,result")
    (group,) = body["value"]
    assert group["components"] == ["phenomenonTime", "result"]
    assert group["dataArray"] == [["2026-03-01T06:00:00Z", 2.1], ["2026-03-02T06:00:00Z", 2.2]]
    assert body["@iot.nextLink"].endswith("&resultFormat=dataArray")


def test_as_known_at(client, ask, river, stage):
    before = timezone.now()
    record_values([Reading(stage.pk, at(2), 9.5)], origin="person", reason="Read again")
    assert results(ask(f"Datastreams({stage.pk})/Observations", top=2)) == [2.1, 9.5]
    body = ask(f"Datastreams({stage.pk})/Observations", top=2, _known_at=before.isoformat())
    assert results(body) == [2.1, 2.2]
    more = client.get(body["@iot.nextLink"].removeprefix("http://testserver")).json()
    assert results(more)[0] == 2.3
    assert "known_at=" in body["@iot.nextLink"]
    assert results(ask("Observations", filter="result gt 9")) == [9.5]
    assert results(ask("Observations", filter="result eq 2.2")) == []


def test_what_is_not_public_is_not_there(client, ask, river, stage):
    stage.sensitivity = 1
    stage.save()
    link = ask("Observations")
    assert link["value"] == []
    ask(f"Datastreams({stage.pk})", 404)
    ask(f"Datastreams({stage.pk})/Observations", 404)
    assert ask("Things", filter="Datastreams/properties/step eq '1d'")["value"] == []
    client.force_login(river.hydrologist)
    assert len(ask("Observations")["value"]) == 10
    stage.station.sensitivity = 2
    stage.station.save()
    client.force_login(river.reader)
    assert ask("Observations")["value"] == []
    ask("Things('tt-town')", 404)


def test_an_embargo_holds_in_every_way(client, ask, river, stage):
    latest = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    record_values([Reading(stage.pk, latest, 7.5)], origin="person")
    stage.embargo_hours = 24
    stage.save()
    assert results(ask("Observations", filter="result gt 7")) == []
    assert 7.5 not in results(ask("Observations", orderby="result desc"))
    assert ask("Observations", count="true")["@iot.count"] == 10
    (one,) = ask("Datastreams", expand="Observations($orderby=phenomenonTime desc)")["value"]
    assert one["phenomenonTime"].endswith("/2026-03-10T06:00:00Z")
    assert one["Observations"][0]["result"] == 3.0
    ask(f"Observations('{stage.pk}~{latest:%Y%m%dT%H%M%SZ}')", 404)
    client.force_login(river.hydrologist)
    assert results(ask("Observations", filter="result gt 7")) == [7.5]
    assert ask(f"Observations('{stage.pk}~{latest:%Y%m%dT%H%M%SZ}')")["result"] == 7.5


@pytest.mark.parametrize(
    ("options", "at", "words"),
    [
        ({"filter": "result gt"}, 10, "is missing"),
        ({"filter": "result gt 2 2"}, 13, "expected"),
        ({"filter": "result ~ 2"}, 8, "begins no word"),
        ({"filter": "reslt gt 2"}, 1, "They can for"),
        ({"filter": "result and result gt 2"}, 1, "no condition"),
        ({"filter": "result gt 'two'"}, 8, "compared with"),
        ({"filter": "contains(result,'2')"}, 1, "takes a text"),
        ({"filter": "floor(result) gt 2"}, 1, "no function"),
        ({"filter": "(" * 60 + "result gt 2" + ")" * 60}, None, "nested"),
        ({"filter": "phenomenonTime gt 2026-13-01T00:00:00Z"}, 19, "no time"),
        ({"filter": "geo.intersects(FeatureOfInterest/feature, geography'POLYGON ((1 2, 3))')"}, 43, "no geometry"),
        ({"filter": "Datastream/Observations/result gt 2"}, 1, "do not go into"),
        ({"orderby": "nothing"}, 1, "They can for"),
        ({"select": "nothing"}, None, "They have"),
        ({"expand": "Nothing"}, None, "They have"),
        ({"expand": "Datastream($top=1"}, None, "not closed"),
        ({"top": "-1"}, None, "whole number"),
        ({"count": "maybe"}, None, "true or false"),
        ({"nothing": "1"}, None, "no option"),
    ],
)
def test_a_bad_question_is_told_where_it_is_bad(client, stage, options, at, words):
    ((name, text),) = options.items()
    answer = client.get(f"/sta/v1.1/Observations?${name}={quote(text)}")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, 400), body
    assert words in body["message"], body
    if at is not None:
        assert body["at"] == at


@pytest.mark.parametrize(
    "path",
    ["Nothing", "Things('x')", "Datastreams(1)", "Observations('x~y')", "Things(tt-town)/nothing", "Things('tt-town"],
)
def test_what_is_not_there(ask, stage, path):
    assert ask(path, 404)["code"] == 404


def body_of(stage, **values):
    return {"phenomenonTime": "2026-03-11T06:00:00Z", "result": 3.1, "Datastream": {"@iot.id": str(stage.pk)}, **values}


def bearer(person):
    return {"Authorization": f"Bearer {make_token(person, 'program')[1]}"}


def test_an_observation_is_sent(client, river, stage):
    head = bearer(river.hydrologist)
    answer = client.post("/sta/v1.1/Observations", body_of(stage), content_type="application/json", headers=head)
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["result"] == 3.1
    assert client.get(answer["Location"].removeprefix("http://testserver")).json()["result"] == 3.1
    below = body_of(stage, phenomenonTime="2026-03-12T09:00:00+03:00", result="٣٫٢", resultQuality={"code": 1})
    del below["Datastream"]
    answer = client.post(
        f"/sta/v1.1/Datastreams({stage.pk})/Observations", below, content_type="application/json", headers=head
    )
    assert (answer.status_code, answer.json()["result"]) == (201, 3.2)
    kept = Value.objects.filter(series=stage, time__gte=at(11)).order_by("time")
    assert [(one.value, one.origin_ref) for one in kept] == [(3.1, "sta"), (3.2, "sta")]


def test_a_change_says_why(client, river, stage):
    def send(**values):
        return client.post(
            "/sta/v1.1/Observations",
            body_of(stage, phenomenonTime="2026-03-01T06:00:00Z", **values),
            content_type="application/json",
            headers=bearer(river.hydrologist),
        )

    refused = send()
    assert refused.status_code == 400
    assert refused.json()["where"] == "parameters.reason"
    assert "Say why" in refused.json()["message"]
    assert send(parameters={"reason": "Typed wrongly"}).json()["result"] == 3.1


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"phenomenonTime": "2026-03-11T06:00:00"}, "phenomenonTime"),
        ({"phenomenonTime": "2126-03-11T06:00:00Z"}, "phenomenonTime"),
        ({"phenomenonTime": "2026-03-11T06:00:00Z/2026-03-12T06:00:00Z"}, "phenomenonTime"),
        ({"phenomenonTime": 5}, "phenomenonTime"),
        ({"result": "much"}, "result"),
        ({"result": [1]}, "result"),
        ({"resultQuality": 7}, "resultQuality"),
        ({"Datastream": {"@iot.id": "x"}}, "Datastream"),
        ({"Datastream": {"@iot.id": "00000000-0000-0000-0000-000000000000"}}, "Datastream"),
        ({"Datastream": None}, "Datastream"),
        ({"parameters": {"reason": 5}}, "parameters"),
    ],
)
def test_what_is_sent_wrongly_is_named(client, river, stage, values, where):
    answer = client.post(
        "/sta/v1.1/Observations",
        body_of(stage, **values),
        content_type="application/json",
        headers=bearer(river.hydrologist),
    )
    assert (answer.status_code, answer.json()["where"]) == (400, where)
    assert Value.objects.filter(series=stage).count() == 10


def test_who_may_not_send(client, river, stage):
    def status(headers=None, path="Observations", data=None):
        return client.post(
            f"/sta/v1.1/{path}", data or body_of(stage), content_type="application/json", headers=headers
        ).status_code

    assert status() == 401
    assert status({"Authorization": "Bearer nonsense"}) == 401
    assert status(bearer(river.planner)) == 403
    assert status(bearer(river.hydrologist), "Things", {"name": "x"}) == 405
    assert client.delete(f"/sta/v1.1/Datastreams({stage.pk})").status_code == 405
    answer = client.post(
        "/sta/v1.1/Observations", "no json", content_type="application/json", headers=bearer(river.hydrologist)
    )
    assert answer.status_code == 400


def test_a_cookie_needs_its_token(river, stage):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(river.hydrologist)
    answer = client.post("/sta/v1.1/Observations", body_of(stage), content_type="application/json")
    assert answer.status_code == 403


def touched(plan) -> int:
    """Rows that the statement reads from the partitions of values."""
    rows = (
        plan.get("Actual Rows", 0) * plan.get("Actual Loops", 1)
        if "rivers_value" in plan.get("Relation Name", "")
        else 0
    )
    return rows + sum(touched(one) for one in plan.get("Plans", ()))


@pytest.mark.parametrize(
    "options", ["$top=20", "$top=20&$orderby=phenomenonTime desc", "$top=20&$filter=phenomenonTime ge 2024-06-01"]
)
def test_a_page_touches_its_window_only(client, river, stage, options):
    # Enough that reading all of a series costs more than following its key.
    others = [river.make_series(river.make_station(f"tt-many-{number}")) for number in range(12)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rafid_rivers_value_year(y) FROM generate_series(2016, 2025) y")
        cursor.execute(
            "INSERT INTO rafid_rivers_value (series_id, time, known_from, value, quality, origin_ref, reason)"
            " SELECT s, t, t + interval '1 hour', 2, 1, '', '' FROM unnest(%s::uuid[]) s,"
            " generate_series('2016-01-01T00:00Z'::timestamptz, '2025-12-31T00:00Z', '12 hours') t",
            [[stage.pk, *(one.pk for one in others)]],
        )
        cursor.execute("ANALYZE rafid_rivers_value")
    first = client.get(f"/sta/v1.1/Datastreams({stage.pk})/Observations?{options}").json()
    assert len(first["value"]) == 20
    second = first["@iot.nextLink"].removeprefix("http://testserver")
    for _page in range(3):
        with CaptureQueriesContext(connection) as caught:
            second = client.get(second).json()["@iot.nextLink"].removeprefix("http://testserver")
    (sql,) = [one["sql"] for one in caught if "rafid_rivers_value w WHERE" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    assert touched(found[0]["Plan"]) <= 60


def test_the_statements_do_not_grow_with_the_stations(client, river, stage):
    def count():
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(
                "/sta/v1.1/Things?$expand=Locations,Datastreams($expand=Observations($top=1),Sensor,ObservedProperty)"
            )
        assert answer.status_code == 200
        return len(caught)

    count()
    few = count()
    for number in range(8):
        river.make_series(river.make_station(f"tt-{number}"))
    assert count() == few
