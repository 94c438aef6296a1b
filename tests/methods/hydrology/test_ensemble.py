"""Futures drawn from the past."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.hydrology import (
    Forcing,
    ModelParameters,
    analogue_members,
    block_bootstrap,
    esp,
    exceedance_probability,
    simulate,
)

DAYS = np.concatenate([np.arange(1, 366), np.arange(1, 367), np.arange(1, 366)])


def apart(day, other):
    away = abs(int(day) - int(other)) % 365
    return min(away, 365 - away)


@given(st.integers(1, 366), st.integers(1, 40), st.integers(1, 9), st.integers(0, 20), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_blocks_are_whole_and_of_the_season(start, horizon, block, window, seed):
    found = block_bootstrap(
        DAYS, start_day=start, horizon=horizon, members=6, block=block, window=window, seed=seed
    )  # fmt: skip
    assert found.shape == (6, horizon)
    assert found.dtype.kind == "i"
    for member in found:
        for begin in range(0, horizon, block):
            part = member[begin : begin + block]
            assert (np.diff(part) == 1).all()
            assert apart(DAYS[part[0]], (min(start, 365) - 1 + begin) % 365 + 1) <= window
    again = block_bootstrap(DAYS, start_day=start, horizon=horizon, members=6, block=block, window=window, seed=seed)
    assert np.array_equal(found, again)


def test_no_block_leads_over_a_gap_of_the_record():
    record = np.concatenate([np.arange(100, 107), np.arange(103, 110)])
    found = block_bootstrap(record, start_day=104, horizon=4, members=200, block=4, window=5)
    assert set(found[:, 0].tolist()) <= {0, 1, 2, 3, 7, 8, 9, 10}
    assert (np.diff(record[found], axis=1) == 1).all()


def test_members_differ_and_use_all_years():
    found = block_bootstrap(DAYS, start_day=80, horizon=10, members=400)
    assert {0, 1, 2} == set((found[:, 0] // 365).tolist())
    assert len(np.unique(found, axis=0)) > 300


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day_of_year": np.arange(1, 120), "start_day": 200}, "within 15 days of day 200 of the year"),
        ({"day_of_year": [10, 11, 12], "start_day": 11, "block": 5}, "no 5 consecutive days"),
        ({"day_of_year": [0, 1]}, "whole days of the year"),
        ({"day_of_year": [1.5]}, "whole days of the year"),
        ({"start_day": 400}, "start_day must be"),
        ({"members": 0}, "members is 0"),
        ({"horizon": 0}, "horizon is 0"),
        ({"window": -1}, "window is -1"),
    ],
)
def test_a_season_never_seen_is_refused(change, sentence):
    asked = {"day_of_year": DAYS, "start_day": 80, "horizon": 10, "members": 3} | change
    with pytest.raises(ValueError, match=re.escape(sentence)):
        block_bootstrap(asked.pop("day_of_year"), **asked)


def test_the_most_alike_window_is_the_window_itself():
    past = np.random.default_rng(0).gamma(2, 3, (300, 2)) * [1, 1000]
    found = analogue_members(past, current=past[120:130], members=5)
    assert found[0] == 120
    assert len(set(found.tolist())) == 5
    last = analogue_members(past, current=past[290:], members=290 - 9, exclude=10)
    assert last.max() == 280, "nothing of the last ten steps"
    assert np.array_equal(analogue_members(past * [5, 0.1], current=past[120:130] * [5, 0.1], members=5), found)


def test_windows_with_a_gap_are_passed_over():
    past = np.random.default_rng(0).gamma(2, 3, (40, 1))
    past[20] = np.nan
    found = analogue_members(past, current=past[:4], members=33)
    assert not set(found.tolist()) & set(range(17, 21))
    with pytest.raises(ValueError, match="33 windows of 4 steps without a gap, 34 are asked for"):
        analogue_members(past, current=past[:4], members=34)
    with pytest.raises(ValueError, match="same variables in columns"):
        analogue_members(past, current=np.ones((4, 2)), members=1)


def test_each_trace_goes_on_from_today():
    chance = np.random.default_rng(2)
    chosen = ModelParameters(300, 0.2, 60, 1.8)
    state = simulate(Forcing(chance.gamma(1, 4, 90), np.ones(90)), parameters=chosen).state
    traces = [Forcing(chance.gamma(1, 4, 30), np.ones(30)) for _ in range(4)]
    found = esp(traces, parameters=chosen, state=state)
    assert found.shape == (4, 30)
    assert found[2] == pytest.approx(simulate(traces[2], parameters=chosen, state=state).flow)
    with pytest.raises(ValueError, match="traces are empty"):
        esp([], parameters=chosen, state=state)
    with pytest.raises(ValueError, match="29 to 30 days long"):
        esp([traces[0], traces[1].between(0, 29)], parameters=chosen, state=state)


def test_how_often_a_threshold_is_reached():
    flows = [[1, 5, 2], [2, 2, 2], [3, 3, 9], [4, 6, 1], [0, 0, 5]]
    assert exceedance_probability(flows, threshold=5).tolist() == [0, 0.4, 0.4]
    assert exceedance_probability(flows, threshold=5, within=3) == pytest.approx(0.8)
    assert exceedance_probability(flows, threshold=5, within=2) == pytest.approx(0.4)
    for bad, sentence in ((flows[:4], "at least 5 members"), ([[np.nan]] * 5, "no finite number")):
        with pytest.raises(ValueError, match=sentence):
            exceedance_probability(bad, threshold=1)
    with pytest.raises(ValueError, match="the forecast has 3"):
        exceedance_probability(flows, threshold=1, within=4)
