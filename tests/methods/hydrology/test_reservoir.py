"""Reservoirs: worked examples, water kept, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rafid.methods.hydrology import OperatingRules, StorageTable, level_pool, operate, water_balance

DAY = 86_400.0
TABLE = StorageTable([300, 310, 320, 330], [3000, 4700, 7350, 11100], [150, 210, 320, 430])
RELEASE = [(300, 0), (318, 400), (324, 1500), (330, 6000)]
RULES = OperatingRules(minimum=302, target=312, maximum=320, least_release=50, most_release=1500)


def test_the_balance_of_six_days():
    found = water_balance(
        8000,
        inflow=[420, 510, 890, 1350, 2100, 1800],
        outflow=[400, 400, 500, 800, 1200, 1500],
        evaporation=[4, 4, 5, 5, 6, 6],
        area=[300, 302, 306, 312, 322, 325],
    )
    expected = [8000.528, 8008.824, 8040.990, 8086.950, 8162.778, 8186.748]
    assert found.tolist() == pytest.approx(expected, abs=5e-4)


def test_every_term_of_the_balance():
    one = {"inflow": [0.0], "outflow": 0}
    assert water_balance(100, **one, rainfall=10, area=50)[0] == pytest.approx(100.5)
    assert water_balance(100, **one, evaporation=10, area=50)[0] == pytest.approx(99.5)
    assert water_balance(100, **one, seepage=10)[0] == pytest.approx(99.136)
    assert water_balance(100, inflow=[10], outflow=0, dt=3600)[0] == pytest.approx(100.036)


def test_a_balance_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="below 0 at step 1"):
        water_balance(100, inflow=[0, 0], outflow=[0, 2000])
    with pytest.raises(ValueError, match="do not fit one another"):
        water_balance(100, inflow=[0, 0], outflow=[0, 0, 0])
    with pytest.raises(ValueError, match="the inflow"):
        water_balance(100, inflow=[0, math.nan], outflow=0)
    with pytest.raises(ValueError, match="a value for each step"):
        water_balance(100, inflow=1, outflow=0)


def test_a_flood_through_a_level_pool():
    outflow, level = level_pool(
        [500, 1500, 3000, 2500, 1500, 900, 600], table=TABLE, release=RELEASE, initial_level=318, dt=DAY
    )
    assert outflow.tolist() == pytest.approx([400, 434.823, 540.174, 668.430, 745.713, 770.525, 769.676], abs=5e-4)
    assert level.tolist() == pytest.approx([318, 318.1899, 318.7646, 319.4642, 319.8857, 320.0210, 320.0164], abs=5e-5)


@settings(deadline=None)
@given(arrays(float, st.integers(2, 30), elements=st.floats(0, 4000)), st.floats(301, 322))
def test_a_level_pool_keeps_its_water(inflow, start):
    outflow, level = level_pool(inflow, table=TABLE, release=RELEASE, initial_level=start, dt=DAY)
    volume = TABLE.volume_at(level) * 1e6
    surplus = (inflow - outflow)[1:] + (inflow - outflow)[:-1]
    np.testing.assert_allclose(np.diff(volume), DAY * surplus / 2, atol=20.0)
    np.testing.assert_allclose(outflow, np.interp(level, *np.transpose(RELEASE)), rtol=1e-9, atol=1e-9)


def test_a_flood_that_leaves_the_table_is_refused_with_its_step():
    with pytest.raises(ValueError, match="at step 2 the level goes above the table"):
        level_pool([500, 500, 200_000], table=TABLE, release=RELEASE, initial_level=318, dt=DAY)
    with pytest.raises(ValueError, match="300 to 324"):
        level_pool([500, 500], table=TABLE, release=RELEASE[:3], initial_level=326, dt=DAY)
    with pytest.raises(ValueError, match="levels must rise"):
        level_pool([500, 500], table=TABLE, release=RELEASE[::-1], initial_level=318, dt=DAY)
    with pytest.raises(ValueError, match="pairs of level"):
        level_pool([500, 500], table=TABLE, release=[(300, 5)], initial_level=318, dt=DAY)


def test_the_table_reads_both_ways():
    for level in (300, 304.5, 320, 330):
        assert TABLE.level_at(TABLE.volume_at(level)) == pytest.approx(level)
    assert TABLE.area_at([300, 305]).tolist() == [150, 180]
    with pytest.raises(ValueError, match="outside the storage table, which runs from 300 to 330"):
        TABLE.volume_at(331)
    with pytest.raises(ValueError, match="outside the storage table"):
        TABLE.level_at([3000, 2999])
    with pytest.raises(ValueError, match="no areas"):
        StorageTable([1, 2], [1, 2]).area_at(1)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (([1, 2, 2], [1, 2, 3]), "row 3: the level 2 m is not above 2"),
        (([1, 2, 3], [1, 3, 2]), "row 3: the volume 2"),
        (([1, 2, 3], [1, 2, 3], [5, 4, 6]), "row 2: the area 4 km² falls"),
        (([1], [1]), "two rows or more"),
        (([1, 2], [1, math.nan]), "volume"),
        (([1, 2], [-1, 2]), "below 0"),
        (([1, 2], [1, 2], [1]), "1 areas stand beside 2 levels"),
    ],
)
def test_a_table_that_does_not_rise_is_refused(rows, said):
    with pytest.raises(ValueError, match=said):
        StorageTable(*rows)


def run(inflow, **other):
    given_ = {"table": TABLE, "rules": RULES, "demand": np.full(len(inflow), 300.0), "initial_volume": 5000, "dt": DAY}
    return operate(inflow, **(given_ | other))


def test_what_stands_above_the_target_is_let_go_within_the_limits():
    done = run([6000.0] * 3)
    assert done.release.tolist() == [1500, 1500, 1500]
    assert done.spill[0] == 0
    assert done.storage[-1] <= 5000 + 3 * 4500 * DAY / 1e6
    assert run([300.0], initial_volume=TABLE.volume_at(312) + 10).release[0] == pytest.approx(300 + 10e6 / DAY)


def test_above_the_maximum_it_spills():
    done = run([9000.0] * 5)
    assert done.spill[-1] == pytest.approx(7500)
    assert done.storage[-1] == pytest.approx(TABLE.volume_at(320))


def test_below_the_minimum_nobody_is_served():
    low = TABLE.volume_at(302)
    done = run([20.0] * 3, initial_volume=low)
    assert done.release.tolist() == pytest.approx([20, 20, 20])
    assert done.storage.tolist() == pytest.approx([low] * 3)
    assert done.shortage.tolist() == pytest.approx([280] * 3)
    assert run([20.0], initial_volume=low - 100).release.tolist() == [0]


def test_the_first_demand_is_served_first():
    done = run([100.0] * 2, initial_volume=TABLE.volume_at(302), demand=[[60, 60], [30, 30], [50, 50]])
    assert done.shortage.shape == (3, 2)
    assert done.shortage[:, 1].tolist() == pytest.approx([0, 0, 40])


@settings(deadline=None)
@given(
    arrays(float, st.integers(1, 40), elements=st.floats(0, 8000)),
    st.floats(3000, 11_100),
    st.floats(0, 3000),
)
def test_operating_keeps_its_water(inflow, start, demand):
    done = run(inflow, initial_volume=start, demand=demand)
    change = np.diff(done.storage, prepend=start) * 1e6
    error = abs(change - DAY * (inflow - done.release - done.spill)).sum()
    assert error <= 1e-9 * (DAY * inflow.sum() + start * 1e6)
    assert min(done.release.min(), done.spill.min(), done.shortage.min()) >= 0
    assert (done.release <= 1500).all()
    assert (done.storage <= TABLE.volume_at(320) * (1 + 1e-12)).all()
    assert (done.storage >= min(start, TABLE.volume_at(302)) * (1 - 1e-12)).all()


@settings(deadline=None)
@given(st.integers(1, 28), st.integers(0, 99))
def test_going_on_from_a_day_is_one_run(day, seed):
    inflow = np.random.default_rng(seed).gamma(1, 600, 30)
    whole, rest = run(inflow), run(inflow[day:], initial_volume=run(inflow[:day]).storage[-1])
    np.testing.assert_array_equal(rest.storage, whole.storage[day:])
    balance = water_balance(5000, inflow=inflow, outflow=300)
    np.testing.assert_allclose(
        water_balance(balance[day - 1], inflow=inflow[day:], outflow=300), balance[day:], rtol=1e-13
    )
    flow, level = level_pool(inflow, table=TABLE, release=RELEASE, initial_level=315, dt=DAY)
    again = level_pool(inflow[day:], table=TABLE, release=RELEASE, initial_level=level[day], dt=DAY)
    np.testing.assert_allclose(again[0], flow[day:], rtol=1e-10)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"rules": OperatingRules(minimum=312, target=310, maximum=320)}, "not in this order"),
        ({"rules": OperatingRules(minimum=290, target=310, maximum=320)}, "the minimum level: the level 290"),
        ({"rules": OperatingRules(302, 310, 320, least_release=9, most_release=5)}, "least release is above"),
        ({"rules": OperatingRules(302, [310, 310, 310], 320)}, "each of 2 steps"),
        ({"initial_volume": 2000}, "outside the table"),
        ({"demand": [1, 2, 3]}, "does not fit 2 steps"),
        ({"demand": [-1, 2]}, "the demand"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(given_, said):
    with pytest.raises(ValueError, match=said):
        run([100.0, 100.0], **given_)
