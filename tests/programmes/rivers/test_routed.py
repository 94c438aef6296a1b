"""Forecasts led down the network: from the places upstream, through reservoirs, member by member, and no water lost."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import StorageTable, muskingum
from rafid.programmes.rivers.forecasting import rounds
from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
from rafid.programmes.rivers.forecasting.course import course_to
from rafid.programmes.rivers.forecasting.hindcasting import hindcast
from rafid.programmes.rivers.forecasting.queries import show_all
from rafid.programmes.rivers.forecasting.routed import Archive
from rafid.programmes.rivers.forecasting.routing import Ahead, Operated, Past, led, led_ahead, read_past
from rafid.programmes.rivers.forecasting.running import carry_out, make_forecast, queue_forecast, replay, task_of
from rafid.programmes.rivers.forecasting.scheduled import queue_all
from rafid.programmes.rivers.forecasting.words import note
from rafid.programmes.rivers.models import Diversion, Forecast, RiverModel, RuleCurve, Verification

from .basin import PROGRESS, make_basin, morning, record
from .conftest import LONG_AGO


@pytest.fixture
def basin(river):
    made = make_basin(river)
    calibrate_model(made.model, split=date(2019, 1, 1), max_runs=150)
    activate(made.model)
    return made


@pytest.fixture
def lower(basin, river):
    """A day and a half below the town, with a little noise."""
    river.make_reach(river.town, river.lower, k_s=129_600, x=0.1)
    four = muskingum(np.repeat(basin.flow, 4), k=129_600, x=0.1, dt=21_600, subreaches=2)
    flow = four.reshape(-1, 4).mean(axis=1) * np.exp(np.random.default_rng(3).normal(0, 0.02, basin.days))
    return gauge(river, basin, "tt-lower", river.lower, flow)


def gauge(river, basin, code, node, flow, **values):
    station = river.make_station(code, "flow", node=node)
    series = river.make_series(station, "discharge")
    record(series, enumerate(flow), known_from=morning(basin.days - 1) + timedelta(hours=4))
    model = RiverModel.objects.create(
        node=node, kind="routing", observed=series, area_km2=500, latitude=36, owner=river.ministry, place=river.place,
        **values,
    )  # fmt: skip
    return SimpleNamespace(station=station, series=series, model=model, flow=flow, node=node)


@pytest.fixture
def routed(basin, lower):
    calibrate_model(lower.model, split=date(2019, 1, 1))
    activate(lower.model)
    return lower


def test_the_places_upstream_are_found(basin, lower, river):
    found = course_to(river.lower, basin.now)
    assert [(one.code, one.role) for one in found.places] == [("tt-town", "forecast")]
    calibrate_model(lower.model, split=date(2019, 1, 1))
    assert lower.model.parameters["places"]["tt-town"]["flow"] == str(basin.series["discharge"].pk)
    assert lower.model.scores["nse"] > 0.97, "the water is the town's"
    assert lower.model.scores["updated_nse"]["1"] > lower.model.scores["persistence_nse"]["1"]


def test_a_node_without_anything_upstream_is_refused(basin, river):
    made = gauge(river, basin, "tt-upper", river.upper, basin.flow)
    with pytest.raises(Refused, match="No place upstream"):
        calibrate_model(made.model, split=date(2019, 1, 1))


def test_a_forecast_rests_on_the_one_upstream(basin, routed):
    above = make_forecast(basin.model, members=20, known_at=basin.now)
    row = make_forecast(routed.model, members=20, known_at=basin.now)
    assert {"code": "upstream", "node": "tt-town", "forecast": above.ref} in row.notes
    assert row.steps == above.steps
    told = np.array([one.members for one in row.values.order_by("lead_h")])
    first = np.median(told[0])
    assert abs(first / routed.flow[-1] - 1) < 0.3
    assert np.ptp(told[-1]) > np.ptp(told[0])
    # A later forecast upstream, and one that knows the weather that came, change nothing.
    make_forecast(basin.model, members=20, known_at=basin.now + timedelta(hours=2))
    assert replay(row) == (True, 0.0)
    again = make_forecast(routed.model, members=20, known_at=basin.now)
    assert again.sha256 == row.sha256
    assert above.ref in note(row.notes[-1])


def test_the_crest_upstream_arrives_later(basin, routed):
    above = make_forecast(basin.model, members=20, known_at=basin.now)
    row = make_forecast(routed.model, members=20, known_at=basin.now)
    high = {one.lead_h: np.median(one.members) for one in above.values.all()}
    low = {one.lead_h: np.median(one.members) for one in row.values.all()}
    steps = sorted(high)
    up = [high[one] for one in steps]
    down = [low[one] for one in steps]
    moved = [np.corrcoef(up[: len(up) - lag], down[lag:])[0, 1] for lag in (0, 1, 2)]
    assert np.argmax(moved) in (1, 2)


def test_an_upstream_without_forecast_is_said(basin, routed, monkeypatch):
    row = make_forecast(routed.model, members=10, known_at=basin.now)
    assert {"code": "upstream_none", "node": "tt-town"} in row.notes
    shown = show_all([row], None)[0]
    assert shown.guidance_only == row.steps
    assert "no forecast at" in note(row.notes[0])
    monkeypatch.setattr(Archive, "OLDEST", timedelta(hours=5))
    old = make_forecast(basin.model, members=10, known_at=basin.now - timedelta(hours=8))
    again = make_forecast(routed.model, members=10, known_at=basin.now)
    assert {"code": "upstream_none", "node": "tt-town"} in again.notes, f"{old.ref} is too old"


def test_a_shorter_forecast_upstream_makes_a_shorter_one(basin, routed):
    make_forecast(basin.model, members=8, horizon_h=72, known_at=basin.now)
    row = make_forecast(routed.model, members=20, known_at=basin.now)
    assert row.steps == [24, 48, 72]
    assert row.members == 8
    assert {"code": "upstream_short", "asked_h": 240, "given_h": 72} in row.notes
    assert {"code": "members_upstream", "asked": 20, "given": 8} in row.notes


def test_flows_that_end_early_are_said(basin, routed):
    row = make_forecast(routed.model, members=8, known_at=basin.now + timedelta(days=3))
    assert {"code": "flows_late", "last": basin.last.isoformat()} in row.notes
    assert row.steps[0] == 24
    assert len(row.steps) == 7, "the first three of ten days are over"
    with pytest.raises(Refused, match="The flows upstream end on 2020-12-31"):
        make_forecast(routed.model, members=8, known_at=basin.now + timedelta(days=9))


def test_it_does_not_see_the_future(basin, routed):
    make_forecast(basin.model, members=10, known_at=basin.now)
    first = make_forecast(routed.model, members=10, known_at=basin.now)
    later = morning(basin.days) + timedelta(hours=5)
    for name in ("precipitation", "temperature", "discharge"):
        record(basin.series[name], [(basin.days, 30.0)], known_from=later)
    record(routed.series, [(basin.days, 900.0)], known_from=later)
    make_forecast(basin.model, members=10, known_at=basin.now, forcing="observed")
    make_forecast(basin.model, members=10, known_at=later)
    assert make_forecast(routed.model, members=10, known_at=basin.now).sha256 == first.sha256


def test_the_record_of_a_routed_node(basin, routed):
    rows = hindcast(routed.model, issues=45, members=8)
    assert [row.n >= 30 for row in rows] == [True] * 10
    near = Verification.objects.get(model=routed.model, lead_h=24).scores
    assert near["beats_persistence"]
    assert near["crpss_climatology"] > 0.3
    assert [one.scores for one in hindcast(routed.model, issues=45, members=8)] == [one.scores for one in rows]


def test_own_rain_adds_to_what_comes(basin, river):
    river.make_reach(river.town, river.lower, k_s=86_400, x=0.1)
    four = muskingum(np.repeat(basin.flow, 4), k=86_400, x=0.1, dt=21_600)
    flow = four.reshape(-1, 4).mean(axis=1) + 0.25 * basin.flow
    made = gauge(river, basin, "tt-lower", river.lower, flow, forcing=basin.model.forcing)
    calibrate_model(made.model, split=date(2019, 1, 1), max_runs=150)
    assert made.model.parameters["own"]["x1"] > 0
    assert made.model.scores["nse"] > 0.97
    activate(made.model)
    make_forecast(basin.model, members=10, known_at=basin.now)
    row = make_forecast(made.model, members=10, known_at=basin.now)
    assert row.steps[-1] == 240
    assert replay(row)[0]
    assert hindcast(made.model, issues=32, members=6)[0].n >= 30


def test_a_reservoir_on_the_way_goes_by_its_rules(basin, river):
    """Its releases are observed until today; after that what arrives runs through it."""
    dam = river.make_node("tt-dam", "reservoir", east=0.3)
    river.make_reach(river.town, dam, k_s=0)
    river.make_reach(dam, river.lower, k_s=0)
    station = river.make_station("tt-dam", "reservoir", node=dam)
    row = river.make_reservoir(dam, station=station)
    river.make_table(row)
    for day in (1, 183):
        RuleCurve.objects.create(
            reservoir=row, day_of_year=day, minimum=301, target=310, maximum=320, release_max=2000, source_text="Test"
        )
    release = river.make_series(station, "release")
    storage = river.make_series(station, "storage")
    known = morning(basin.days - 1) + timedelta(hours=4)
    record(release, enumerate(np.full(basin.days, 15.0)), known_from=known)
    record(storage, [(basin.days - 1, 4690.0)], known_from=known)
    made = gauge(river, basin, "tt-lower", river.lower, np.full(basin.days, 15.0) + 0.01 * basin.flow)
    calibrate_model(made.model, split=date(2019, 1, 1))
    places = made.model.parameters["places"]
    assert {code: one["role"] for code, one in places.items()} == {"tt-dam": "reservoir", "tt-town": "forecast"}
    activate(made.model, reason="A reservoir stands between the places")
    make_forecast(basin.model, members=10, known_at=basin.now)
    told = make_forecast(made.model, members=10, known_at=basin.now)
    assert not any(one["code"] == "release_held" for one in told.notes)
    assert replay(told)[0]
    assert all(one.n >= 30 for one in hindcast(made.model, issues=31, members=5))
    RuleCurve.objects.all().delete()
    again = make_forecast(made.model, members=10, known_at=basin.now)
    assert {"code": "release_held", "node": "tt-dam"} in again.notes


def test_a_release_goes_on_within_the_rule_curve():
    """Cut at the lowest level, spilling at the highest, and every cubic metre is accounted for."""
    table = StorageTable([300, 310, 320], [3000, 4700, 7350], [200, 230, 300])
    curve = [RuleCurve(day_of_year=1, minimum=301, target=310, maximum=318, release_min=0, release_max=2000)]
    inflow = np.array([100.0, 100, 900, 5000, 100, 0, 0])

    def run(begin, release):
        out = Operated(table, curve, begin, date(2026, 3, 1)).run(inflow, np.full(7, release))
        return out, begin + (inflow - out).sum() * 0.0864

    usual, _left = run(5000.0, 400.0)
    assert usual.tolist() == pytest.approx([400.0] * 7)
    high = float(table.volume_at(318))
    full, left = run(high - 10, 400.0)
    assert full[3] > 4000
    assert left <= high + 1e-6
    low = float(table.volume_at(301))
    empty, left = run(low + 20, 400.0)
    assert empty[1] < 400
    assert left >= low - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_no_water_is_lost_on_any_network(river, seed):
    """Random chains with branches, losses, diversions and travel times: `led` raises where more than 1e-9 is lost, and what is
    led keeps each member's water."""
    chance = np.random.default_rng(seed)
    nodes = [river.make_node(f"tt-n{i}") for i in range(8)]
    for i, node in enumerate(nodes[:-1]):
        down = nodes[int(chance.integers(i + 1, len(nodes)))]
        river.make_reach(node, down, k_s=float(chance.integers(0, 300_000)), x=float(chance.random() / 2), loss=0)
    end = nodes[-1]
    heads = {}
    for node in nodes[:3]:
        station = river.make_station(f"{node.code}-s", "flow", node=node)
        heads[node.code] = river.make_series(station, "discharge")
        record(heads[node.code], enumerate(chance.gamma(2, 50, 60)), known_from=morning(60))
    found = course_to(end, morning(61))
    past = read_past(found)
    steady = {one.code: np.full(40, 10.0 * (i + 1)) for i, one in enumerate(found.places)}
    assert led(found, steady)[-1] == pytest.approx(sum(one[0] for one in steady.values()), rel=1e-9)
    wave = {one.code: np.concatenate([np.zeros(2), chance.gamma(2, 50, 5), np.zeros(90)]) for one in found.places}
    came = sum(one.sum() for one in wave.values())
    assert led(found, wave).sum() == pytest.approx(came, rel=1e-6)
    ahead = Ahead(past, 7, 10, lambda _code: None, lambda _reservoir: None)
    assert led_ahead(found, ahead).shape == (7, 10)


def test_what_is_led_away_does_not_arrive(river):
    station = river.make_station("tt-upper", "flow")
    series = river.make_series(station, "discharge")
    record(series, enumerate(np.full(40, 100.0)), known_from=morning(40))
    river.make_reach(river.upper, river.town, k_s=0)
    river.make_reach(river.town, river.lower, k_s=0, loss=0.1)
    lake = river.make_node("tt-lake", "reservoir")
    Diversion.objects.create(
        code="tt-away", at=river.town, to=lake, capacity_downstream=60, valid_from=LONG_AGO, source_text="Test"
    )
    found = course_to(river.lower, morning(41))
    assert [(one.code, one.role) for one in found.places] == [("tt-upper", "held")]
    past = Past(morning(0).date(), {"tt-upper": np.full(40, 100.0)}, np.zeros(40, bool))
    assert led(found, past.flows)[-1] == pytest.approx(54)


def test_a_round_goes_downstream(basin, routed, monkeypatch):
    """By the clock all are begun from one moment; the lower node starts when the upper one is issued, or has failed."""
    monkeypatch.setattr("rafid.programmes.rivers.forecasting.scheduled.timezone.now", lambda: basin.now)
    upper, lower = sorted(_mine(queue_all()), key=lambda row: row.model.kind)
    assert (upper.node.code, lower.node.code) == ("tt-town", "tt-lower")
    assert upper.data_known_at == lower.data_known_at
    assert task_of(upper) is not None
    assert task_of(lower) is None, "it waits"
    assert rounds.start_ready(lower.data_known_at) == 0
    carry_out(PROGRESS, str(upper.pk))
    assert task_of(lower) is not None
    assert rounds.start_ready(lower.data_known_at) == 0, "once"
    carry_out(PROGRESS, str(lower.pk))
    lower.refresh_from_db()
    assert {"code": "upstream", "node": "tt-town", "forecast": upper.ref} in lower.notes


def test_a_round_goes_on_without_one_that_failed(basin, routed, monkeypatch):
    monkeypatch.setattr("rafid.programmes.rivers.forecasting.scheduled.timezone.now", lambda: basin.now)
    upper, lower = sorted(_mine(queue_all()), key=lambda row: row.model.kind)
    monkeypatch.setattr("rafid.programmes.rivers.forecasting.running.compute", _broken)
    with pytest.raises(RuntimeError):
        carry_out(PROGRESS, str(upper.pk))
    monkeypatch.undo()
    assert task_of(lower) is not None
    carry_out(PROGRESS, str(lower.pk))
    lower.refresh_from_db()
    assert {"code": "upstream_none", "node": "tt-town"} in lower.notes


def _mine(rows):
    """The demonstration's may stand beside them."""
    return [row for row in rows if row.node.code.startswith("tt-")]


def _broken(_row):
    raise RuntimeError("the disk is full")


def test_an_on_demand_forecast_of_a_routed_node_is_queued(basin, routed):
    make_forecast(basin.model, members=10, known_at=basin.now)
    row, task = queue_forecast(routed.model, members=10, known_at=basin.now)
    carry_out(PROGRESS, str(row.pk))
    assert Forecast.objects.get(pk=row.pk).state == "issued"
    assert task_of(row) == task
