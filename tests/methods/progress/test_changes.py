"""Before and after, and trends: worked examples, published numbers, other libraries."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from rafid.methods.progress import group_change, paired_change, trend

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80)


def answers(both, gained, lost, neither):
    before = [1] * both + [0] * gained + [1] * lost + [0] * neither
    return before, [1] * both + [1] * gained + [0] * lost + [0] * neither


def test_the_worked_example():
    found = paired_change(*answers(13, 14, 2, 11))
    assert (found.n, found.gained, found.lost, found.before, found.after) == (40, 14, 2, 0.375, 0.675)
    assert found.difference == pytest.approx(0.30)
    assert (found.low, found.high, found.p) == pytest.approx((0.108, 0.464, 0.0042), abs=5e-4)


@given(PAIRS)
def test_the_test_is_the_exact_one_of_statsmodels(pairs):
    before, after = zip(*pairs, strict=True)
    found = paired_change(before, after)
    table = [[sum(b and a for b, a in pairs), found.lost], [found.gained, sum(not b and not a for b, a in pairs)]]
    expected = 1.0 if found.gained + found.lost == 0 else mcnemar(table, exact=True).pvalue
    assert found.p == pytest.approx(min(1.0, expected), abs=1e-9)
    assert -1 <= found.low <= found.high <= 1
    assert found.after - found.before == pytest.approx(found.difference)


@given(PAIRS)
def test_who_loses_is_who_gains_looked_at_backwards(pairs):
    before, after = zip(*pairs, strict=True)
    there, back = paired_change(before, after), paired_change(after, before)
    assert (back.difference, back.low, back.high, back.p) == pytest.approx(
        (-there.difference, -there.high, -there.low, there.p)
    )


def test_the_interval_covers_about_as_often_as_it_says():
    """Counted over all outcomes of 30 pairs."""
    n, gains, losses = 30, 0.30, 0.10
    covered = 0.0
    for gained in range(n + 1):
        for lost in range(n + 1 - gained):
            found = paired_change(*answers(0, gained, lost, n - gained - lost))
            if found.low <= gains - losses <= found.high:
                covered += stats.multinomial.pmf(
                    [gained, lost, n - gained - lost], n, [gains, losses, 1 - gains - losses]
                )
    assert covered == pytest.approx(0.95, abs=0.015)


def test_thousands_of_pairs_do_not_overflow():
    found = paired_change(*answers(0, 3000, 2900, 100))
    assert found.p == pytest.approx(stats.binomtest(2900, 5900).pvalue)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([1, 0], [1]),
        ([], []),
        ([1, 2], [1, 0]),
        ([1, float("nan")], [1, 0]),
        ([1, None], [1, 0]),
        (["yes"], ["no"]),
        ([[1]], [[0]]),
    ],
)
def test_answers_of_different_people_are_refused(before, after):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        paired_change(before, after)


def test_the_trend_of_the_worked_example():
    found = trend([0.72, 0.75, 0.71, 0.78, 0.80, 0.79])
    assert found.slope == pytest.approx(0.0167, abs=5e-5)
    assert found.p == pytest.approx(0.13, abs=5e-3)


SERIES = st.lists(
    st.integers(-5, 5).map(float) | st.floats(-100, 100).map(lambda v: round(v, 3)), min_size=4, max_size=20
)


@given(SERIES)
def test_slope_and_interval_are_those_of_scipy(values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = stats.theilslopes(values, np.arange(len(values)), alpha=0.95)
    found = trend(values)
    assert (found.slope, found.low, found.high) == pytest.approx((theirs[0], theirs[2], theirs[3]), abs=1e-9)


@given(SERIES)
def test_the_test_is_that_of_mann_and_kendall(values):
    n = len(values)
    score = sum(np.sign(values[j] - values[i]) for i in range(n) for j in range(i + 1, n))
    ties = [values.count(value) for value in set(values)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    z = 0 if score == 0 else (score - np.sign(score)) / np.sqrt(variance)
    assert trend(values).p == pytest.approx(2 * stats.norm.sf(abs(z)), abs=1e-12)


def test_a_month_without_a_value_keeps_its_step():
    nan = float("nan")
    assert trend([1, 2, nan, nan, 5, 6]).slope == 1
    assert trend([nan, 1, 2, nan, 4, 5]).slope == 1


def test_one_bad_month_makes_no_trend():
    flat = [0.8] * 11
    flat[5] = 0.1
    assert trend(flat).slope == 0


def test_all_alike_is_no_trend():
    found = trend([0.7] * 6)
    assert (found.slope, found.low, found.high, found.p) == (0, 0, 0, 1)


@pytest.mark.parametrize("values", [[1, 2, 3], [1, 2, 3, float("nan")], [[1, 2, 3, 4]], [1, 2, 3, float("inf")]])
def test_three_points_are_no_trend(values):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        trend(values)


def test_the_difference_of_two_groups_is_that_of_the_published_example():
    """Newcombe 1998, table II, first line: 56/70 beside 48/80 by method 10."""
    found = group_change(48, 80, 56, 70)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_difference_of_two_groups_turns_around_with_them(n_before, n_after, data):
    x, y = data.draw(st.integers(0, n_before)), data.draw(st.integers(0, n_after))
    one, other = group_change(x, n_before, y, n_after), group_change(y, n_after, x, n_before)
    assert one.difference == pytest.approx(y / n_after - x / n_before)
    assert -1 - 1e-9 <= one.low <= one.difference <= one.high <= 1 + 1e-9
    assert (other.low, other.high) == (pytest.approx(-one.high), pytest.approx(-one.low))


def test_a_group_of_nobody_has_no_share():
    with pytest.raises(ValueError, match="n must be 1 or more"):
        group_change(0, 0, 3, 5)
