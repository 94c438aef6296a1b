"""Gaps, neighbours, ratings, balances and sources that do not agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.hydrology import (
    apart,
    balance_residual,
    gaps,
    least_arriving,
    short_of,
    unmatched_changes,
    usual_offset,
    water_balance,
)
from rafid.methods.hydrology.consistency import runs

START = np.datetime64("2026-03-01T06:00", "us")
DAY = np.timedelta64(1, "D")


@given(st.lists(st.booleans(), min_size=2, max_size=40), st.integers(-11, 11))
def test_gaps_count_what_was_taken_out_of_a_regular_series(kept, late):
    """Whatever is taken away between the first and the last reading is missing, no more and no less, and a reading that comes
    some hours early or late is none."""
    there = np.flatnonzero([True, *kept, True])
    times = START + there * DAY
    times[1:-1] += np.timedelta64(late, "h")
    found = gaps(times, step_hours=24)
    assert sum(one.missing for one in found) == len(kept) - sum(kept)
    assert len(found) == sum(np.diff(there) > 1)


def test_gaps_reach_to_now_and_a_tolerated_one_is_none():
    times = START + np.array([0, 1, 3]) * DAY
    assert [
        one.missing
        for one in gaps(
            times, step_hours=24, until=times[-1] + 2.4 * np.timedelta64(24, "h").astype(int) * np.timedelta64(1, "h")
        )
    ] == [1, 2]
    assert gaps(times, step_hours=24, tolerated=1) == ()
    assert gaps([], step_hours=24, until=START) == ()
    with pytest.raises(ValueError, match="do not rise"):
        gaps(times[::-1], step_hours=24)


def test_the_least_that_arrives_is_what_left_less_losses_and_diversions():
    upper = np.array([500.0, 500, 900, 900, 900])
    side = np.array([50.0, np.nan, 50, 50, 50])
    least = least_arriving([upper, side], lags=[1, 0], losses=[0.1, 0.0], diverted=100, spread=0)
    # A gauge without a value adds nothing; what it would add is not known to arrive.
    assert least.tolist() == [0.0, 350.0, 400.0, 760.0, 760.0]
    assert short_of([400, 200, 400, 400, 400], least, share=0.3).tolist() == [False, True, False, True, True]
    wave = least_arriving([upper], lags=[1], spread=1)
    assert wave.tolist()[1:] == [500.0, 500.0, 500.0, 900.0], "a wave that is on its way is not asked for yet"


def test_a_jump_without_counterpart_is_found_and_a_wave_is_not():
    throws = np.random.default_rng(7)
    upper = 3 + throws.normal(0, 0.01, 60)
    lower = 2 + throws.normal(0, 0.01, 60)
    upper[30:34] += [0.8, 1.5, 0.9, 0.3]
    lower[32:37] += [0.2, 0.6, 1.1, 0.7, 0.3]
    assert not unmatched_changes(upper, lower, lag=2, floor=0.02).any(), (
        "the wave comes two days later, lower and longer"
    )
    assert not unmatched_changes(lower, upper, lag=-2, floor=0.02).any()
    upper[50] += 1.0
    assert np.flatnonzero(unmatched_changes(upper, lower, lag=2, floor=0.02)).tolist() == [50, 51]
    assert not unmatched_changes(upper[:54], lower[:54], lag=2, floor=0.02).any(), "the wave may still be on its way"
    lower[48:55] = np.nan
    assert not unmatched_changes(upper, lower, lag=2, floor=0.02).any(), "nothing is said against nothing"


def test_a_reported_flow_far_from_its_rating_and_sources_with_another_zero():
    assert apart([301.37, 250.0, 220.0], 301.37, share=0.25).tolist() == [False, False, True]
    gauge = 10 + np.sin(np.arange(30))
    altimeter = gauge + 31.4
    altimeter[20] += 2
    offset = usual_offset(altimeter, gauge)
    assert offset == pytest.approx(31.4)
    assert np.flatnonzero(apart(altimeter - offset, gauge, floor=0.5)).tolist() == [20]
    assert usual_offset(altimeter[:9], gauge[:9]) == 0.0


@given(st.data())
def test_the_residual_of_a_balance_that_is_right_is_nothing(data):
    """``water_balance`` and ``balance_residual`` are one equation: what the first makes the second explains, whatever flows."""
    steps = data.draw(st.integers(1, 20))
    amounts = st.floats(0, 5000)
    series = {
        name: np.array(data.draw(st.lists(amounts if name in ("inflow", "outflow") else st.floats(0, 30), min_size=steps, max_size=steps)))
        for name in ("inflow", "outflow", "evaporation", "rainfall", "area", "seepage")
    }  # fmt: skip
    stored = water_balance(1e5, **series)
    padded = {name: np.concatenate([[0.0], values]) for name, values in series.items()}
    residual = balance_residual(np.concatenate([[1e5], stored]), **padded)
    assert np.isnan(residual[0])
    assert np.abs(residual[1:]).max() < 1e-8
    # A release that was told ten times too large stands in the residual whole.
    padded["outflow"][-1] += 1000
    assert balance_residual(np.concatenate([[1e5], stored]), **padded)[-1] == pytest.approx(86.4)


def test_runs_join_what_follows_one_another():
    assert runs([]) == []
    assert runs([True, True, False, True]) == [(0, 1), (3, 3)]
