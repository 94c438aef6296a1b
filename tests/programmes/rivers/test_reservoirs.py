"""Reservoirs and the network: fill, facts, balance, what-if, changes without a circle."""

import json
from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.programmes.rivers.models import Diversion, Reach, ReservoirFact, RuleCurve, Series
from rafid.programmes.rivers.network import editing
from rafid.programmes.rivers.network.flows import laterals
from rafid.programmes.rivers.network.standing import standing
from rafid.programmes.rivers.reservoirs.queries import balance, states
from rafid.programmes.rivers.reservoirs.what_if import what_if
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = pytest.mark.django_db


def midnight(days=0):
    return timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


@pytest.fixture
def dam(river):
    """At ``upper``, 4,700 Mm³ at 310 m; what it releases flows to ``town`` and ``lower``; 80 m³/s join at ``town``."""
    station = river.make_station("tt-upper", kind="reservoir")
    row = river.make_reservoir(river.upper, station=station, sensitivity=0)
    river.make_table(row)
    river.make_reach(river.upper, river.town)
    river.make_reach(river.town, river.lower)
    level = river.make_series(station, "reservoir_level")
    flows = {}
    for name in ("inflow", "release"):
        flows[name] = Series.objects.create(
            station=station, variable=name, unit="m³/s", step="1d", known_at=level.known_at, sensitivity=0,
            owner=river.ministry, place=river.place,
        )  # fmt: skip
    town = river.make_series(river.make_station("tt-town"), "discharge")
    rows = [Reading(level.pk, midnight(day), 310.0) for day in (2, 1, 0)]
    for day in (2, 1, 0):
        rows += [Reading(flows["inflow"].pk, midnight(day), 500.0), Reading(flows["release"].pk, midnight(day), 400.0)]
    rows.append(Reading(town.pk, midnight(0), 480.0))
    record_values(rows, origin="person", user=river.hydrologist)
    return row


def _flow(row, variable):
    return Series.objects.get(station=row.station, variable=variable)


def fact(row, value, **more):
    return ReservoirFact.objects.create(
        reservoir=row, name="capacity", value=value, unit="Mm³", source_text=f"source {value:g}", **more
    )


def test_the_fill_is_of_the_preferred_capacity_and_all_sources_stay(river, dam):
    fact(dam, 11_110, preferred=True, reason="newer survey")
    fact(dam, 12_500)
    (state,) = states(river.hydrologist, [dam], timezone.now())
    assert (state.level, state.storage) == (310, 4700)
    assert state.fill == pytest.approx(100 * 4700 / 11_110)
    assert len(state.facts) == 2


def test_where_sources_disagree_and_none_is_preferred_there_is_no_fill(river, dam):
    fact(dam, 11_110)
    fact(dam, 12_500)
    assert states(river.hydrologist, [dam], timezone.now())[0].fill is None


def test_the_number_of_statements_does_not_grow(river, dam, django_assert_max_num_queries):
    other = river.make_reservoir(river.lower, sensitivity=0)
    rows = [dam, other]
    states(river.hydrologist, rows, timezone.now())
    with django_assert_max_num_queries(8):
        assert len(states(river.hydrologist, rows, timezone.now())) == 2


def test_the_balance_names_what_is_not_explained(river, dam):
    (state,) = states(river.hydrologist, [dam], timezone.now())
    last = balance(river.hydrologist, state, timezone.now())[0]
    assert (last.change, last.inflow, last.release) == (0, 500, 400)
    assert last.residual == pytest.approx(-8.64), "a hundred m³/s in a day that did not raise the level"


def test_another_release_beside_the_plan(river, dam):
    found = what_if(river.hydrologist, dam, release=[700.0] * 10, at=timezone.now())
    assert (found.inflow, found.plan_release) == (500, 400)
    # The first quarter of a day goes from the plan's release to the new one.
    assert found.storage[-1] == pytest.approx(4700 - 10 * 200 * 0.0864 + 0.125 * 300 * 0.0864)
    assert found.plan_storage[-1] == pytest.approx(4700 + 10 * 100 * 0.0864)
    assert found.level[-1] < 310 < found.plan_level[-1]
    assert found.flows["tt-town"][-1] == pytest.approx(780, abs=1)
    assert found.plan_flows["tt-town"][-1] == pytest.approx(480, abs=1)
    assert found.flows["tt-lower"][-1] == pytest.approx(780, abs=5)
    assert found.flows["tt-town"][0] == pytest.approx(480, abs=1), "it takes time to get there"
    assert found.balance_error < 1e-9


def test_a_release_that_empties_the_dam_names_the_day(river, dam):
    with pytest.raises(Refused, match="empties the reservoir on day 6"):
        what_if(river.hydrologist, dam, release=[9999.0] * 10, at=timezone.now())
    record_values([Reading(_flow(dam, "inflow").pk, midnight(0), 5000.0)], origin="person", reason="flood")
    with pytest.raises(Refused, match="above its table on day"):
        what_if(river.hydrologist, dam, release=[0.0] * 40, at=timezone.now())
    with pytest.raises(Refused, match="0 or more"):
        what_if(river.hydrologist, dam, release=[-1.0], at=timezone.now())
    with pytest.raises(Refused, match="storage of this reservoir is not known"):
        what_if(river.hydrologist, river.make_reservoir(river.lower), release=[1.0], at=timezone.now())


def test_what_joins_is_what_is_observed_less_what_arrives(river, dam):
    found = laterals(standing(timezone.now()), {"tt-town": 480.0, "tt-lower": 300.0}, {"tt-upper": 400.0})
    assert found["tt-town"] == pytest.approx(80)
    assert found["tt-lower"] == 0, "less than arrives is no inflow"


def test_the_pages_of_reservoirs(client, river, dam):
    assert dam.name in client.get(reverse("rivers-reservoirs")).content.decode()
    url = reverse("rivers-reservoir", args=[dam.code])
    assert "What if" not in client.get(url).content.decode()
    assert client.post(url, {"release": "700"}).status_code == 404
    client.force_login(river.dam_operator)
    assert "What if" in client.get(url).content.decode()
    answer = client.post(url, {"release": "٧٠٠", "days": "10"}).content.decode()
    assert "Beside the plan" in answer
    assert "Tt-Town" in answer
    assert client.post(url, {"release": "9999", "days": "10"}).status_code == 422
    assert client.post(url, {"release": "much"}).status_code == 422
    assert "Write 1200 or 1.200" in client.post(url, {"release": "1,200"}).content.decode()
    dam.sensitivity = 2
    dam.save()
    client.logout()
    assert client.get(url).status_code == 404


def test_the_api_of_reservoirs(client, river, dam):
    fact(dam, 11_110, preferred=True, reason="newer survey")
    items = client.get("/api/v1/rivers/reservoirs?limit=500").json()["items"]
    (one,) = [item for item in items if item["code"] == dam.code]
    assert (one["level"], one["storage"], one["fill_pct"]) == (310, 4700, 42.3)
    assert one["facts"][0]["source"] == "source 11110"
    url = f"/api/v1/rivers/reservoirs/{dam.code}/what-if"

    def post(body):
        return client.post(url, json.dumps(body), content_type="application/json")

    assert post({"release": 700}).status_code == 401
    client.force_login(river.reader)
    assert post({"release": 700}).status_code == 403
    client.force_login(river.dam_operator)
    found = post({"release": 700, "days": 3}).json()
    assert len(found["storage"]) == 4
    assert set(found["flow"]) == {"tt-town", "tt-lower"}
    assert found["plan"]["release"] == 400
    assert post({"release": 9999, "days": 30}).status_code == 422
    assert post({"release": []}).status_code == 422


def test_a_circle_is_refused_and_named(river):
    known = {"by": river.hydrologist, "reason": "new survey", "source_text": "Test"}
    editing.add_reach(upstream=river.upper, downstream=river.town, **known)
    editing.add_reach(upstream=river.town, downstream=river.lower, **known)
    with pytest.raises(Refused, match="tt-"):
        editing.add_diversion(at=river.lower, to=river.upper, **known)
    assert not Diversion.objects.filter(at=river.lower).exists()
    with pytest.raises(Refused, match="Another main reach leaves this node"):
        editing.add_reach(upstream=river.upper, downstream=river.lower, **known)
    with pytest.raises(Refused, match="Say why"):
        editing.add_diversion(at=river.upper, to=river.lower, by=river.hydrologist, reason=" ", source_text="Test")
    old = Reach.objects.get(upstream=river.upper, valid_to=None)
    editing.end(old, by=river.hydrologist, reason="moved")
    with pytest.raises(Refused, match="ended already"):
        editing.end(old, by=river.hydrologist, reason="moved")
    assert editing.add_reach(upstream=river.upper, downstream=river.lower, **known).pk


def test_the_pages_of_the_network(client, river):
    river.make_reach(river.upper, river.town)
    assert "Tt-Upper" in client.get(reverse("rivers-network")).content.decode()
    new = reverse("rivers-network-new", args=["reach"])
    client.force_login(river.reader)
    assert client.get(new).status_code == 403
    client.force_login(river.hydrologist)
    said = {
        "upstream": "tt-town",
        "downstream": "tt-upper",
        "k_s": "0",
        "x": "0.2",
        "loss": "0",
        "source_text": "T",
        "reason": "r",
    }
    answer = client.post(new, said)
    assert answer.status_code == 422
    assert "circle" in answer.content.decode()
    assert client.post(new, said | {"downstream": "tt-lower"}).status_code == 302
    row = Reach.objects.get(upstream=river.upper)
    assert client.post(reverse("rivers-network-end", args=["reach", row.code]), {"reason": "moved"}).status_code == 302
    row.refresh_from_db()
    assert row.valid_to is not None
    found = client.get("/api/v1/rivers/network").json()
    assert "tt-town-tt-lower" in {one["code"] for one in found["reaches"]}
    assert row.code not in {one["code"] for one in found["reaches"]}


def test_the_sheet_of_reservoirs_adds_up_by_country_and_river(client, river, dam):
    fact(dam, 9_400, preferred=True, reason="newer survey")
    river.make_reservoir(river.lower, sensitivity=0, country="TR")
    answer = client.get(reverse("rivers-reservoirs"))
    groups = {name: (one.count, one.every, one.fill) for name, one in answer.context["by_country"]}
    mine = {one.row.code: one for one in answer.context["rows"]}
    assert groups["Türkiye"][0] < groups["Türkiye"][1], "one whose storage is not known is counted and not added"
    assert mine[dam.code].fill == pytest.approx(50)
    assert dict(answer.context["by_river"])["tt-river"].fill == pytest.approx(50)


def test_the_page_draws_the_year_between_its_rules_and_the_residuals(client, river, dam):
    for day, target in ((1, 305), (180, 315)):
        RuleCurve.objects.create(
            reservoir=dam, day_of_year=day, minimum=target - 5, target=target, maximum=target + 5, source_text="Test"
        )
    page = client.get(reverse("rivers-reservoir", args=[dam.code])).content.decode()
    assert page.count('class="dam-chart"') == 2
    assert 'class="band"' in page
    assert 'class="lost"' in page
    assert "330.00" in page, "the table in use"
    empty = river.make_reservoir(river.lower, sensitivity=0)
    assert "dam-chart" not in client.get(reverse("rivers-reservoir", args=[empty.code])).content.decode()
