"""The checks that look at more than one series: gaps, neighbours, ratings, balances of dams, other sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from rafid.programmes.rivers.checking import deciding, gaps, neighbours
from rafid.programmes.rivers.checking.limits import limits_of
from rafid.programmes.rivers.checking.regular import check_all
from rafid.programmes.rivers.models import Diversion, Rating, SeriesFinding
from rafid.programmes.rivers.values.recording import Reading, record_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
DAYS = 40


def record(series, values, *, first=None, by=None, reason="", step=timedelta(days=1)):
    """The last one today at six."""
    first = first or NOW.replace(hour=6) - step * (len(values) - 1)
    rows = [Reading(series.pk, first + at * step, value, at + 1) for at, value in enumerate(values) if value != "none"]
    return record_values(rows, origin="person", user=by, reason=reason)


def found(code, **values):
    return list(SeriesFinding.objects.filter(check_code=code, **values).order_by("start"))


def day(back):
    return NOW.replace(hour=6) - timedelta(days=back)


# Gaps


@pytest.fixture
def read(river):
    """Two gauges, read each day; the second came every day until today."""
    stage = river.make_series(river.make_station(), manned=True)
    other = river.make_series(river.make_station("tt-lower"), manned=True)
    record(other, [2.0] * DAYS)
    return stage


def test_a_reading_that_did_not_come_is_told_once_and_goes_when_it_comes(river, read):
    record(read, [3.0 + 0.01 * at if DAYS - at not in (4, 5) else "none" for at in range(DAYS)])
    assert check_all(NOW)["gaps"] == 1
    (gap,) = found("gap")
    assert (gap.start, gap.end, gap.state) == (day(4), day(3), "open")
    assert "2" in gap.message["en"]
    assert check_all(NOW)["gaps"] == 0, "the same fault is not told twice"
    record_values([Reading(read.pk, day(4), 3.1)], origin="sheet", user=river.reader)
    assert check_all(NOW)["gaps"] == 0
    gap.refresh_from_db()
    assert (gap.start, gap.end, gap.state) == (day(3), day(3), "open"), "what is still missing"
    record_values([Reading(read.pk, day(3), 3.1)], origin="sheet", user=river.reader)
    check_all(NOW)
    gap.refresh_from_db()
    assert (gap.state, gap.settled_by) == ("resolved", None)
    assert gap.events.filter(state="open").exists(), "that it was open stays in its history"


def test_a_gauge_that_falls_silent_is_one_finding_that_grows(read):
    record(read, [3.0] * 5, first=day(10))
    check_all(NOW)
    (gap,) = found("gap")
    assert (gap.start, gap.end) == (day(5), day(1)), "today's reading may still come"
    check_all(NOW + timedelta(hours=10))
    (gap,) = found("gap")
    assert gap.end == day(1), "nothing newer came from anywhere"


def test_where_nothing_comes_any_more_nobody_is_silent(river):
    stage = river.make_series(river.make_station(), manned=True)
    record(stage, [3.0] * 5, first=day(10))
    check_all(NOW)
    assert found("gap") == []


def test_a_persons_word_that_there_is_no_value_is_an_answer(river, read):
    record(read, [3.0] * DAYS)
    deciding.correct(read, day(6), None, by=river.hydrologist, reason="the gauge was under repair")
    check_all(NOW)
    assert found("gap") == []


def test_the_rules_of_a_series_say_what_is_believed(river, read):
    read.rules = {"gap_steps": 2, "jump": "often", "rated_share": -1}
    read.save()
    assert (limits_of(read).gap_steps, limits_of(read).jump, limits_of(read).rated_share) == (2, 8.0, 0.25)
    record(read, [3.0 if DAYS - at not in (4, 5) else "none" for at in range(DAYS)])
    check_all(NOW)
    assert found("gap") == []
    read.rules = {"off": ["gap"]}
    read.save()
    assert read not in gaps.monitored()


# Neighbours


@pytest.fixture
def gauged(river):
    """Three gauges down one river, a day from each to the next; the lowest loses a tenth on the way."""
    river.make_reach(river.upper, river.town, k_s=86_400)
    river.make_reach(river.town, river.lower, k_s=86_400, loss=0.1)
    return {
        code: river.make_series(river.make_station(code), "discharge", aggregation="mean")
        for code in ("tt-upper", "tt-town", "tt-lower")
    }


def waves(height=0.3):
    noise = np.random.default_rng(3).normal(0, 0.01, (3, DAYS))
    base = 500 * np.exp(height * np.sin(np.arange(DAYS + 5) / 5))
    return [base[3 - k : 3 - k + DAYS] * (1 if k < 2 else 0.9) * np.exp(noise[k]) for k in range(3)]


def test_a_river_that_agrees_has_no_findings(gauged):
    for series, flow in zip(gauged.values(), waves(), strict=True):
        record(series, flow.tolist())
    assert set(check_all(NOW).values()) == {0}


def test_less_than_what_arrives_is_told_at_the_lower_gauge_and_settles(river, gauged):
    upper, town, lower = waves()
    lower[-6:-3] /= 10
    for series, flow in zip(gauged.values(), (upper, town, lower), strict=True):
        record(series, flow.tolist())
    check_all(NOW)
    (short,) = found("neighbour")
    assert short.series == gauged["tt-lower"]
    assert (short.start, short.end) == (day(5), day(3)), "one finding, however long it lasts"
    assert short.value < 0.2 * short.against
    assert "Tt-Town" in short.message["en"]
    check_all(NOW + timedelta(hours=1))
    assert found("neighbour") == [short]
    record(gauged["tt-lower"], (lower[-6:-3] * 10).tolist(), first=day(5), reason="decimal lost", by=river.hydrologist)
    check_all(NOW)
    short.refresh_from_db()
    assert short.state == "resolved"


def test_what_is_led_away_does_not_arrive(river, gauged):
    side = river.make_node("tt-lake", kind="reservoir")
    Diversion.objects.create(
        code="tt-canal", at=river.town, to=side, capacity_downstream=200, maximum=400, source_text="Test",
        valid_from=datetime(2000, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    upper, town, _lower = waves()
    for series, flow in zip(gauged.values(), (upper, town, np.full(DAYS, 190.0)), strict=True):
        record(series, flow.tolist())
    check_all(NOW)
    assert found("neighbour") == []


def test_a_jump_that_the_next_gauge_does_not_show(gauged):
    upper, town, lower = waves(0.1)
    upper[-8] *= 3
    for series, flow in zip(gauged.values(), (upper, town, lower), strict=True):
        record(series, flow.tolist())
    check_all(NOW)
    jump = found("counterpart")[0]
    assert (jump.series, jump.start) == (gauged["tt-upper"], day(7))


def test_a_dam_between_two_gauges_parts_them(river, gauged):
    river.town.kind = "reservoir"
    river.town.save()
    gauged["tt-town"].station.status = "suspended"
    gauged["tt-town"].station.save()
    assert neighbours.links(NOW) == []


# Stage against flow


def test_a_reported_flow_is_held_against_the_rating_on_arrival(river):
    station = river.make_station()
    stage, flow = river.make_series(station), river.make_series(station, "discharge")
    curve = {
        "segments": [{"lower": 0.5, "upper": 8.0, "a": 35.199, "h0": 0.40998, "b": 1.68002}],
        "lowest_gauged": 0.62, "highest_gauged": 5.25, "largest_gauged_flow": 497.8, "standard_error": 0.01, "gaugings": 10,
    }  # fmt: skip
    rating = Rating.objects.create(
        station=station, number=1, curve=curve, segments=curve["segments"], valid_from=datetime(2000, 1, 1, tzinfo=UTC)
    )
    Rating.objects.filter(pk=rating.pk).update(
        state="published", published_at=datetime(2000, 1, 2, tzinfo=UTC), published_by=river.rating_engineer
    )
    record(stage, [4.0, 4.0, 4.0])
    done = record(flow, [301.0, 30.1, 310.0], by=river.reader)
    assert done.findings == 1
    (one,) = found("rated")
    assert (one.series, one.start, one.value, one.against) == (flow, day(1), 30.1, pytest.approx(301.37, abs=0.01))
    assert "-90 %" in one.message["en"]
    deciding.correct(flow, day(1), 301.0, by=river.hydrologist, reason="decimal lost")
    one.refresh_from_db()
    assert (one.state, one.settled_by) == ("corrected", river.hydrologist)
    # The stage may be the wrong one.
    deciding.correct(stage, day(2), 2.0, by=river.hydrologist, reason="read again")
    assert [(one.start, one.state) for one in found("rated")] == [(day(2), "open"), (day(1), "corrected")]


# Balance of a dam


def test_a_release_that_does_not_fit_the_balance(river):
    node = river.make_node("tt-dam", kind="reservoir")
    station = river.make_station("tt-dam", "reservoir", node=node)
    dam = river.make_reservoir(node, station=station)
    river.make_table(dam)
    level = river.make_series(station, "reservoir_level")
    series = {
        name: type(level).objects.create(
            station=station, variable=name, unit="m³/s", step="1d", known_at=level.known_at, owner=level.owner,
            place=level.place,
        )
        for name in ("inflow", "release")
    }  # fmt: skip
    into = 500 + 50 * np.sin(np.arange(DAYS) / 4)
    out = np.full(DAYS, 300.0)
    volume = 4700 + np.cumsum((into - out) * 0.0864)
    levels = np.interp(volume, [3000, 4700, 7350, 11100], [300, 310, 320, 330])
    record(level, np.round(levels, 2).tolist())
    record(series["inflow"], into.tolist())
    out[-5] = 3000.0
    record(series["release"], out.tolist())
    check_all(NOW)
    (one,) = found("balance")
    assert (one.series, one.start, one.end) == (level, day(4), day(4))
    assert one.against == pytest.approx(2700 * 0.0864, rel=0.02)
    deciding.correct(series["release"], day(4), 300.0, by=river.dam_operator, reason="a zero too many")
    check_all(NOW)
    one.refresh_from_db()
    assert one.state == "resolved"


# Several sources of one quantity


def test_sources_that_disagree_are_told_at_the_one_that_is_not_preferred(river):
    station = river.make_station()
    gauge = river.make_series(station, preferred=True)
    altimeter = type(gauge).objects.create(
        station=station, variable="water_level_altimetry", unit="m", step="1d", origin="altimetry", origin_name="Sentinel-3A",
        known_at=gauge.known_at, owner=gauge.owner, place=gauge.place,
    )  # fmt: skip
    stage = 3 + np.sin(np.arange(DAYS) / 6)
    record(gauge, stage.tolist())
    seen = stage + 31.0
    seen[-3] += 1.5
    record(altimeter, seen.tolist())
    check_all(NOW)
    (one,) = found("apart")
    assert (one.series, one.start, one.severity) == (altimeter, day(2), 1)
    assert one.value - one.against == pytest.approx(1.5, abs=0.01), "the other zero is no disagreement"
    assert "Sentinel-3A" in one.message["ar"]
    assert "The gauge" in one.message["en"]


def test_a_stuck_gauge_stays_one_finding_from_day_to_day(river):
    series = river.make_series(river.make_station(), rules={"flat_steps": 3})
    for at in range(30):
        record_values([Reading(series.pk, day(30 - at), 3.0)], origin="sheet", user=river.reader)
    (stuck,) = found("stuck")
    assert (stuck.start, stuck.end, stuck.state) == (day(30), day(1), "open")
