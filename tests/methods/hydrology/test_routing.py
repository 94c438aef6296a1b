"""One reach: worked examples, water kept, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rafid.methods.hydrology import muskingum, muskingum_cunge_parameters, travel_time

CHOW = [93, 137, 208, 320, 442, 546, 630, 678, 691, 675, 634, 571, 477, 390, 329, 247, 184, 134, 108, 90]
CHOW_OUT = [
    85,
    91.0,
    114.2,
    159.5,
    232.6,
    324.5,
    420.0,
    508.6,
    578.4,
    623.3,
    641.7,
    634.6,
    602.8,
    546.0,
    478.6,
    412.5,
    341.1,
]
CHOW_OUT += [274.0, 215.3, 170.5]


def test_the_flood_of_chow_8_4_1():
    out = muskingum(CHOW, k=2.3, x=0.15, dt=1, initial_outflow=85)
    assert out.tolist() == pytest.approx(CHOW_OUT, abs=0.05)
    assert int(out.argmax()) == 10


def test_members_are_routed_beside_one_another():
    two = muskingum([CHOW, CHOW[::-1]], k=2.3, x=0.15, dt=1, initial_outflow=85)
    assert two.shape == (2, 20)
    np.testing.assert_array_equal(two[0], muskingum(CHOW, k=2.3, x=0.15, dt=1, initial_outflow=85))
    np.testing.assert_array_equal(two[1], muskingum(CHOW[::-1], k=2.3, x=0.15, dt=1, initial_outflow=85))


def test_without_an_outflow_at_the_start_a_reach_begins_steady():
    assert muskingum([50.0] * 6, k=2, x=0.2, dt=1).tolist() == pytest.approx([50.0] * 6)


def test_subreaches_are_reaches_one_after_another():
    once = muskingum(muskingum(CHOW, k=1.5, x=0.2, dt=1), k=1.5, x=0.2, dt=1)
    np.testing.assert_allclose(muskingum(CHOW, k=3, x=0.2, dt=1, subreaches=2), once, rtol=1e-14)


@settings(deadline=None)  # the first call compiles
@given(
    arrays(float, st.integers(2, 40), elements=st.floats(0, 1e4)),
    st.floats(0.1, 50),
    st.floats(0, 0.5),
    st.floats(0, 1),
    st.integers(1, 4),
    st.floats(0, 1e3),
)
def test_what_came_left_or_is_stored(inflow, k, x, within, subreaches, first):
    """k(xI + (1-x)O) grows by what came less what left, and the flow never falls below 0."""
    part = k / subreaches
    dt = 2 * part * x + within * (2 * part * (1 - x) - 2 * part * x)
    if dt <= 0:
        dt = 2 * part * (1 - x)
    out = muskingum(inflow, k=k, x=x, dt=dt, initial_outflow=first, subreaches=1) if subreaches == 1 else None
    many = muskingum(inflow, k=k, x=x, dt=dt, initial_outflow=first, subreaches=subreaches)
    assert many.min() >= 0
    assert many.max() <= max(inflow.max(), first) * (1 + 1e-12)
    if out is not None:
        volume = dt * ((inflow - out)[1:] + (inflow - out)[:-1]).sum() / 2
        grown = k * (x * (inflow[-1] - inflow[0]) + (1 - x) * (out[-1] - out[0]))
        assert volume == pytest.approx(grown, abs=1e-9 * max(1.0, k) * (inflow.max() + first) * len(inflow) + 1e-12)


@given(st.integers(1, 18))
def test_going_on_from_a_day_is_one_run(day):
    whole = muskingum(CHOW, k=2.3, x=0.15, dt=1, initial_outflow=85)
    rest = muskingum(CHOW[day:], k=2.3, x=0.15, dt=1, initial_outflow=whole[day])
    np.testing.assert_array_equal(rest, whole[day:])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"k": 10, "x": 0.4, "dt": 1}, "8 to 12 subreaches fit"),
        ({"k": 1, "x": 0.2, "dt": 3}, "at most 1.6"),
        ({"k": 1, "x": 0.5, "dt": 0.7}, "take a step between"),
        ({"k": 1, "x": 0.6, "dt": 1}, "between 0"),
        ({"k": 0, "x": 0.1, "dt": 1}, "above 0"),
        ({"k": 1, "x": 0.1, "dt": 1, "subreaches": 0}, "whole number"),
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_what_would(asked, said):
    with pytest.raises(ValueError, match=said):
        muskingum(CHOW, **asked)


def test_the_subreaches_that_are_named_do_fit():
    for many in (8, 12):
        muskingum(CHOW, k=10, x=0.4, dt=1, subreaches=many)
    for many in (7, 13):
        with pytest.raises(ValueError, match="8 to 12"):
            muskingum(CHOW, k=10, x=0.4, dt=1, subreaches=many)


@pytest.mark.parametrize(
    ("inflow", "said"),
    [
        ([1, math.nan], "gap at step 1"),
        ([1, -2], "-2 at step 1"),
        ([math.inf, 2], "finite"),
        ([], "no step"),
        (["much"], "no number"),
    ],
)
def test_an_inflow_that_is_none_is_refused(inflow, said):
    with pytest.raises(ValueError, match=said):
        muskingum(inflow, k=1, x=0.1, dt=1)


def test_the_channel_of_cunge():
    k, x = muskingum_cunge_parameters(1500, length=25_000, slope=2.5e-4, width=150, roughness=0.03)
    assert k == pytest.approx(8769.645, abs=5e-4)
    assert x == pytest.approx(0.219371, abs=5e-7)
    ks, xs = muskingum_cunge_parameters([1500, 300], length=25_000, slope=2.5e-4, width=150, roughness=0.03)
    assert (ks[0], xs[0]) == pytest.approx((k, x))
    assert ks[1] > k, "a smaller flow is slower"
    short = muskingum_cunge_parameters(1500, length=1000, slope=2.5e-4, width=150, roughness=0.03)
    assert short[1] == 0, "x is not below 0"
    with pytest.raises(ValueError, match="the slope must be above 0"):
        muskingum_cunge_parameters(1500, length=25_000, slope=0, width=150, roughness=0.03)


@pytest.mark.parametrize("lag", [0, 3, 7])
def test_the_lag_that_was_put_in_is_found(lag):
    river = np.random.default_rng(4).gamma(2, 100, 120)
    later = 0.9 * np.concatenate([np.full(lag, river[0]), river[: 120 - lag]]) + 3
    later[40:50] = math.nan
    found, correlation = travel_time(river, later, max_lag=10)
    assert found == lag
    assert correlation == pytest.approx(1)


def test_a_travel_time_from_nothing_is_refused():
    rises = np.arange(40.0)
    with pytest.raises(ValueError, match="fewer than 30 pairs"):
        travel_time(rises[:29], rises[:29], max_lag=2)
    with pytest.raises(ValueError, match="does not vary"):
        travel_time(rises, np.full(40, 7.1), max_lag=2)
    with pytest.raises(ValueError, match="same times"):
        travel_time(rises, rises[1:], max_lag=2)
    with pytest.raises(ValueError, match="whole number"):
        travel_time(rises, rises, max_lag=-1)
