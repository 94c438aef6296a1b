"""What if, over the whole network: releases, gates, diversions and fillings beside the plan; kept, compared and exported."""

import json
from datetime import UTC, timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.models import FlowScenario, Reach, RiverNode, Series
from rafid.programmes.rivers.network import editing
from rafid.programmes.rivers.network.drawing import schematic
from rafid.programmes.rivers.network.estimating import estimate_travel_time
from rafid.programmes.rivers.network.keeping import keep_scenario
from rafid.programmes.rivers.network.scenarios import Asked, ask
from rafid.programmes.rivers.network.standing import standing
from rafid.programmes.rivers.values.recording import Reading, record_columns, record_values

pytestmark = pytest.mark.django_db


def midnight(days=0):
    return timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


@pytest.fixture
def dam(river):
    """``far`` → ``upper`` (a dam of 4,700 Mm³ that releases 400 of 500 m³/s) → ``town`` (480 observed; what is beyond 1,000
    goes to ``lake``) → ``lower``."""
    far, lake = river.make_node("tt-far", east=-0.2), river.make_node("tt-lake", kind="reservoir", east=0.3)
    station = river.make_station("tt-upper", kind="reservoir")
    row = river.make_reservoir(river.upper, station=station, sensitivity=0)
    river.make_table(row)
    river.make_reach(far, river.upper, k_s=0)
    river.make_reach(river.upper, river.town)
    river.make_reach(river.town, river.lower)
    editing.add_diversion(
        at=river.town,
        to=lake,
        capacity_downstream=1000.0,
        by=river.hydrologist,
        reason="r",
        source_text="Test",
        code="tt-lead",
    )
    level = river.make_series(station, "reservoir_level")
    flows = {
        name: Series.objects.create(
            station=station, variable=name, unit="m³/s", step="1d", known_at=level.known_at, sensitivity=0,
            owner=river.ministry, place=river.place,
        )
        for name in ("inflow", "release")
    }  # fmt: skip
    town = river.make_series(river.make_station("tt-town"), "discharge")
    above = river.make_series(river.make_station("tt-far", node=far), "discharge")
    rows = [
        Reading(level.pk, midnight(), 310.0),
        Reading(town.pk, midnight(), 480.0),
        Reading(above.pk, midnight(), 500.0),
    ]
    rows += [Reading(flows["inflow"].pk, midnight(), 500.0), Reading(flows["release"].pk, midnight(), 400.0)]
    record_values(rows, origin="person", user=river.hydrologist)
    return row


def asked(river, **changes):
    found = ask(river.hydrologist, Asked(**changes), at=timezone.now())
    return found, {one.code: one for one in found.places if one.code.startswith("tt-")}


def test_another_release_comes_downstream_after_its_travel_time(river, dam):
    found, at = asked(river, days=10, releases={"tt-upper": 1500.0})
    assert at["tt-upper"].storage[-1] == pytest.approx(4700 - 10 * 1000 * 0.0864 + 0.125 * 1100 * 0.0864)
    assert at["tt-upper"].plan_storage[-1] == pytest.approx(4700 + 10 * 100 * 0.0864)
    assert at["tt-upper"].level[-1] < 310 < at["tt-upper"].plan_level[-1]
    assert (at["tt-town"].flow[0], at["tt-town"].plan_flow[-1]) == (pytest.approx(480), pytest.approx(480))
    assert at["tt-town"].flow[-1] == pytest.approx(1580, abs=1)
    assert found.diverted["tt-lead"] == (pytest.approx(580, abs=1), pytest.approx(0))
    assert at["tt-lower"].flow[-1] == pytest.approx(1000, abs=1), "all beyond what the river holds is led away"
    assert at["tt-far"].flow == at["tt-far"].plan_flow, "nothing changes above"
    assert found.balance_error < 1e-9


def test_a_closed_gate_and_a_changed_diversion(river, dam):
    _found, at = asked(river, days=5, closed=("tt-upper",))
    assert at["tt-town"].flow[-1] == pytest.approx(80, abs=1)
    found, at = asked(river, days=5, diversions={"tt-lead": {"capacity_downstream": 300.0}})
    assert found.diverted["tt-lead"][0] == pytest.approx(180, abs=1)
    assert at["tt-lower"].flow[0] == pytest.approx(480), "what is led away from now on is missed below later"
    assert at["tt-lower"].flow[-1] == pytest.approx(300, abs=1)
    found, _at = asked(river, days=5, releases={"tt-upper": 1500.0}, closed=("tt-lead",))
    assert found.diverted["tt-lead"][0] == 0


def test_an_upstream_filling_is_kept_back(river, dam):
    found, at = asked(river, days=10, fillings={"tt-far": 200.0})
    assert found.withheld["tt-far"] == pytest.approx(200 * 10 * 0.0864, rel=0.02)
    assert at["tt-upper"].flow[-1] == pytest.approx(300)
    assert at["tt-upper"].storage[-1] == pytest.approx(4700 + (300 - 400) * 0.864, abs=3)
    assert found.balance_error < 1e-9


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing is changed"),
        ({"releases": {"tt-upper": 9999.0}}, "Upper would be below empty on day 6"),
        ({"closed": ("tt-upper",), "fillings": {}, "days": 60}, "above its table"),
        ({"releases": {"tt-town": 1.0}}, "storage and the release of tt-town are not known"),
        ({"releases": {"tt-upper": -1.0}}, "0 or more"),
        ({"releases": {"tt-upper": float("nan")}}, "0 or more"),
        ({"closed": ("nowhere",)}, "no gate"),
        ({"diversions": {"nowhere": {}}}, "no diversion nowhere"),
        ({"diversions": {"tt-lead": {"fraction": 2.0}}}, "from 0 to 1"),
        ({"fillings": {"nowhere": 1.0}}, "no river node nowhere"),
        ({"releases": {"tt-upper": 1.0}, "days": 99}, "1 to 60 days"),
    ],
)
def test_what_cannot_be_is_refused_in_words(river, dam, changes, said):
    if "above" in said:
        record_values(
            [Reading(Series.objects.get(station=dam.station, variable="inflow").pk, midnight(), 2500.0)],
            origin="person", user=river.hydrologist, reason="flood",
        )  # fmt: skip
    with pytest.raises(Refused, match=said):
        asked(river, **changes)


def test_a_scenario_is_kept_under_a_name_compared_and_exported(client, river, dam):
    url = reverse("rivers-what-if")
    assert client.get(url).status_code == 302
    client.force_login(river.reader)
    assert client.get(url).status_code == 403
    client.force_login(river.dam_operator)
    assert "tt-upper" in client.get(url).content.decode()
    answer = client.post(url, {"release:tt-upper": "٧٠٠", "days": "10", "fill_node": ["", ""], "fill_flow": ["", ""]})
    assert "Beside the plan" in answer.content.decode()
    assert not FlowScenario.objects.exists()
    assert client.post(url, {"release:tt-upper": "9999"}).status_code == 422
    assert client.post(url, {"release:tt-upper": "much"}).status_code == 422
    assert client.post(url, {"release:tt-upper": "1,200"}).status_code == 422
    assert client.post(url, {"fill_node": "tt-far", "fill_flow": ""}).status_code == 422
    assert client.post(url, {"release:tt-upper": "700", "keep": "1", "title": " "}).status_code == 422
    for title, release in (("Open", "700"), ("Shut", "50")):
        done = client.post(url, {"release:tt-upper": release, "days": "10", "keep": "1", "title": title})
        assert done.status_code == 302
    first, second = FlowScenario.objects.order_by("title")
    assert first.owner == river.ministry
    assert client.post(url, {"release:tt-upper": "1", "keep": "1", "title": "Open"}).status_code == 422
    page = client.get(reverse("rivers-scenario", args=[first.ref]), {"with": second.ref}).content.decode()
    assert "Tt-Upper releases 700 m³/s." in page
    assert "At the end, m³/s" in page
    csv = client.get(reverse("rivers-scenario-file", args=[first.ref, "csv"])).content.decode().splitlines()
    assert csv[0].startswith("node,name,kind,day,flow [m³/s]")
    assert any(line.startswith("tt-town,Tt-Town,gauge,10,780") for line in csv)
    assert client.get(reverse("rivers-scenario-file", args=[first.ref, "xlsx"])).content[:2] == b"PK"
    assert client.get(reverse("rivers-scenario-file", args=[first.ref, "pdf"])).status_code == 404
    client.force_login(river.partner)
    assert client.get(reverse("rivers-scenario", args=[first.ref])).status_code == 404


def test_a_kept_scenario_stays(river, dam):
    changes = Asked(days=2, releases={"tt-upper": 700.0})
    row = keep_scenario(
        changes, ask(river.dam_operator, changes, at=timezone.now()), title="One", by=river.dam_operator
    )
    row.found = {}
    with pytest.raises(Exception, match="flow_scenario_stays"):
        row.save()


def test_places_are_moved_typed_and_put_back(client, river):
    river.make_reach(river.upper, river.town)
    url = reverse("rivers-network-move", args=["tt-town"])
    client.force_login(river.reader)
    assert client.post(url, {"x": "5", "y": "6"}).status_code == 403
    client.force_login(river.hydrologist)
    assert client.post(url, {"x": "500", "y": "60"}, headers={"X-Requested-With": "fetch"}).status_code == 204
    drawn = {one["node"].code: (one["x"], one["y"]) for one in schematic(standing(timezone.now()), {})["nodes"]}
    assert drawn["tt-town"] == (500, 60)
    assert client.post(url, {"x": "5", "y": "x"}, headers={"X-Requested-With": "fetch"}).status_code == 422
    assert client.post(url, {"x": "99999", "y": "1"}, headers={"X-Requested-With": "fetch"}).status_code == 422
    assert client.post(reverse("rivers-network-place"), {"node": "tt-town", "x": "", "y": ""}).status_code == 302
    assert RiverNode.objects.get(code="tt-town").drawn_x is None
    assert client.post(reverse("rivers-network-place"), {"node": "nowhere", "x": "", "y": ""}).status_code == 404


def test_no_two_places_of_the_schematic_lie_on_each_other(river):
    river.make_reach(river.upper, river.town)
    river.make_reach(river.town, river.lower)
    side = river.make_node("tt-side", east=0.3)
    river.make_reach(side, river.lower)
    drawn = schematic(standing(timezone.now()), {"tt-upper": 900.0})
    places = [(one["x"], one["y"]) for one in drawn["nodes"]]
    assert len(set(places)) == len(places)
    assert {one["kind"] for one in drawn["lines"]} >= {"reach"}


def test_a_node_is_added_a_reach_is_replaced_and_no_water_is_lost(client, river):
    first = river.make_reach(river.upper, river.town)
    second = river.make_reach(river.town, river.lower)
    with pytest.raises(Refused, match="would be lost"):
        editing.end(second, by=river.hydrologist, reason="moved")
    editing.end(first, by=river.hydrologist, reason="moved")
    client.force_login(river.hydrologist)
    said = {"code": "tt-new", "name_en": "New", "kind": "gauge", "river": "tt-river", "lon": "44", "lat": "36"}
    said |= {"source_text": "T", "reason": "r"}
    url = reverse("rivers-network-new", args=["node"])
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 422
    way = {
        "upstream": "tt-town",
        "downstream": "tt-new",
        "k_s": "0",
        "x": "0.2",
        "loss": "0",
        "source_text": "T",
        "reason": "r",
    }
    assert client.post(reverse("rivers-network-new", args=["reach"]), way).status_code == 422
    assert client.post(reverse("rivers-network-new", args=["reach"]), way | {"replaces": "on"}).status_code == 302
    second.refresh_from_db()
    assert second.valid_to is not None
    assert Reach.objects.get(upstream=river.town, valid_to=None).downstream.code == "tt-new"


def test_a_travel_time_is_estimated_from_both_gauges_and_kept_with_its_period(client, river):
    reach = river.make_reach(river.upper, river.town)
    with pytest.raises(Refused, match="both ends"):
        estimate_travel_time(river.hydrologist, reach, by=river.hydrologist)
    ends = [river.make_series(river.make_station(code), "discharge") for code in ("tt-upper", "tt-town")]
    now = np.datetime64(midnight().replace(tzinfo=None), "us")
    times = now - np.arange(400, 0, -1) * np.timedelta64(6, "h")
    wave = 300 + 100 * np.sin(np.arange(400) / 5) + 40 * np.cos(np.arange(400) / 11)
    record_columns({ends[0].pk: (times, wave), ends[1].pk: (times, np.roll(wave, 3) + 50)}, origin="test")
    client.force_login(river.hydrologist)
    assert client.post(reverse("rivers-network-estimate", args=[reach.code])).status_code == 302
    reach.refresh_from_db()
    assert reach.valid_to is not None
    new = Reach.objects.get(upstream=river.upper, valid_to=None)
    assert new.k_s == 3 * 6 * 3600
    assert new.correlation > 0.95
    assert (new.estimated_from, new.estimated_to) == (
        times[0].astype("datetime64[D]").astype(object),
        times[-1].astype("datetime64[D]").astype(object),
    )
    assert client.post(reverse("rivers-network-estimate", args=["nothing"])).status_code == 404


def test_the_api_asks_the_network(client, river, dam):
    url = "/api/v1/rivers/network/what-if"

    def post(body):
        return client.post(url, json.dumps(body), content_type="application/json")

    assert post({"releases": {"tt-upper": 700}}).status_code == 401
    client.force_login(river.reader)
    assert post({"releases": {"tt-upper": 700}}).status_code == 403
    client.force_login(river.dam_operator)
    found = post({"days": 3, "releases": {"tt-upper": 700}}).json()
    assert {one["code"] for one in found["places"]} >= {"tt-upper", "tt-town"}
    assert post({"releases": {"tt-upper": 9999}, "days": 30}).status_code == 422
    assert post({}).status_code == 422
