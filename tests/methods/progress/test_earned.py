"""Earned value and earned schedule."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.progress import earned_schedule, earned_value, finish_forecast

CONTRACT = {
    "budget": 800_000,
    "weights": [0.5, 0.3, 0.2],
    "targets": [180_000, 4_000, 250],
    "planned": [90_000, 1_600, 100],
    "achieved": [70_000, 2_000, 90],
    "spent": 390_000,
}


def test_the_worked_example():
    found = earned_value(**CONTRACT)
    assert found.planned == pytest.approx(360_000)
    assert found.earned == pytest.approx(333_155.56, abs=5e-3)
    assert (found.spi, found.cpi) == pytest.approx((0.9254, 0.8542), abs=5e-5)
    assert found.estimate_at_completion == pytest.approx(936_499, abs=0.5)
    assert found.schedule_variance == pytest.approx(found.earned - found.planned)
    assert found.cost_variance == pytest.approx(found.earned - 390_000)


def test_a_surplus_hides_no_gap_where_lines_are_capped():
    assert earned_value(**CONTRACT, cap=True).spi == pytest.approx(0.8588, abs=5e-5)


def test_without_spending_there_is_no_cost_index():
    found = earned_value(**(CONTRACT | {"spent": None}))
    assert (found.spent, found.cost_variance, found.cpi, found.estimate_at_completion) == (None, None, None, None)
    nothing = earned_value(**(CONTRACT | {"spent": 0}))
    assert (nothing.cpi, nothing.estimate_at_completion) == (None, None)
    idle = earned_value(**(CONTRACT | {"achieved": [0, 0, 0]}))
    assert (idle.cpi, idle.estimate_at_completion) == (0.0, None)


def test_an_index_of_nothing_planned_is_no_number():
    assert math.isnan(earned_value(**(CONTRACT | {"planned": [0, 0, 0]})).spi)


@given(st.lists(st.tuples(*[st.integers(1, 1000)] * 4), min_size=1, max_size=8), st.booleans())
def test_against_a_plain_loop(lines, cap):
    whole = sum(weight for weight, *_ in lines)
    weights, targets, planned, achieved = zip(*lines, strict=True)
    found = earned_value(
        budget=1000, weights=[w / whole for w in weights], targets=targets, planned=planned, achieved=achieved, cap=cap
    )
    due = sum(1000 * w / whole * p / t for w, t, p, _ in lines)
    done = sum(1000 * w / whole * (min(a, p) if cap else a) / t for w, t, p, a in lines)
    assert (found.planned, found.earned) == pytest.approx((due, done))
    if cap:
        assert found.spi <= 1 + 1e-12


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": [0.5, 0.3, 0.18]},
        {"weights": [0.5, 0.7, -0.2]},
        {"targets": [180_000, 0, 250]},
        {"achieved": [-1, 0, 0]},
        {"achieved": [1, 0, float("nan")]},
        {"planned": [1, 2]},
        {"budget": -1},
        {"spent": -1},
    ],
)
def test_a_workplan_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        earned_value(**(CONTRACT | wrong))


def test_thirds_kept_with_six_decimals_add_up():
    assert earned_value(**(CONTRACT | {"weights": [0.333333] * 3})).planned > 0


def test_the_schedule_of_the_worked_example():
    plan = [50, 120, 200, 300, 420]
    assert earned_schedule(plan, 240) == pytest.approx(3.4)
    assert finish_forecast(duration=12, schedule=earned_schedule(plan, 240), elapsed=4) == pytest.approx(14.1, abs=0.05)


@pytest.mark.parametrize(
    ("plan", "earned", "periods"),
    [
        ([50, 100], 0, 0.0),
        ([50, 100], 25, 0.5),
        ([50, 100], 50, 1.0),
        ([50, 100], 100, 2.0),
        ([50, 100], 130, 2.0),
        ([50, 100, 100], 100, 2.0),  # the first period that reaches it
        ([50, 50, 100], 50, 2.0),  # a pause that was planned is no delay
        ([0, 0, 40], 0, 2.0),
        ([0, 0, 40], 10, 2.25),
    ],
)
def test_schedules_at_the_ends_and_in_pauses(plan, earned, periods):
    assert earned_schedule(plan, earned) == pytest.approx(periods)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=12), st.floats(0, 1300), st.floats(0, 1300))
def test_whoever_earns_more_is_never_earlier_in_the_plan(steps, one, two):
    plan = [sum(steps[: number + 1]) for number in range(len(steps))]
    less, more = sorted((one, two))
    if more < plan[-1]:
        assert earned_schedule(plan, less) <= earned_schedule(plan, more) <= len(plan)


def test_spi_rises_to_one_at_the_end_of_a_late_project_and_the_schedule_does_not():
    plan = [25, 50, 75, 100]
    late = earned_value(budget=100, weights=[1], targets=[100], planned=[100], achieved=[99])
    assert late.spi == 0.99
    forecast = finish_forecast(duration=4, schedule=earned_schedule(plan, 99), elapsed=8)
    assert forecast == pytest.approx(8.08, abs=0.01)


@pytest.mark.parametrize(
    ("plan", "earned"), [([], 1), ([50, 40], 1), ([-1, 5], 1), ([50], -1), ([50, float("nan")], 1)]
)
def test_a_plan_that_falls_is_refused(plan, earned):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        earned_schedule(plan, earned)


def test_forecasts_of_nothing():
    assert finish_forecast(duration=12, schedule=0, elapsed=4) is None
    for wrong in ({"duration": 0}, {"elapsed": 0}, {"schedule": -1}):
        with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
            finish_forecast(**({"duration": 12, "schedule": 3, "elapsed": 4} | wrong))
