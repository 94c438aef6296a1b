"""Intervals of shares: worked examples, an independent library, and their coverage counted out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.proportion import proportion_confint

from benchmarks.honest_worlds import interval_coverage
from rafid.methods.sampling import cluster_proportion, proportion_interval


def test_the_worked_examples():
    for method, population, low, high in (
        ("wilson", None, 0.5510, 0.8800),
        ("exact", None, 0.5329, 0.9023),
        ("wilson", 60, 0.5967, 0.8588),
    ):
        found = proportion_interval(18, 24, method=method, population=population)
        assert found.value == 0.75
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(
    st.integers(1, 2000), st.data(), st.floats(0.5, 0.999), st.sampled_from([("wilson", "wilson"), ("exact", "beta")])
)
def test_intervals_are_those_of_statsmodels(n, data, confidence, names):
    x = data.draw(st.integers(0, n))
    found = proportion_interval(x, n, confidence=confidence, method=names[0])
    assert (found.low, found.high) == pytest.approx(
        proportion_confint(x, n, alpha=1 - confidence, method=names[1]), abs=1e-9
    )


def test_arrays_are_as_many_single_ones():
    x, n = np.array([[0, 3], [7, 9]]), np.array([9, 9])
    for method in ("wilson", "exact"):
        found = proportion_interval(x, n, method=method)
        assert found.low.shape == (2, 2)
        for at in np.ndindex(2, 2):
            one = proportion_interval(int(x[at]), 9, method=method)
            assert (found.low[at], found.high[at], found.standard_error[at]) == (one.low, one.high, one.standard_error)
    many = proportion_interval([5, 5], 10, population=[10, 20])
    assert many.low[0] == many.high[0] == 0.5
    assert many.low[1] < 0.5


def test_wilson_solves_its_equation():
    """The shares p with |x/n - p| = z √(p(1-p)/n), found without the formula."""
    z = stats.norm.ppf(0.975)

    def off(p):
        return abs(0.75 - p) - z * math.sqrt(p * (1 - p) / 24)

    found = proportion_interval(18, 24)
    assert found.low == pytest.approx(optimize.brentq(off, 0.3, 0.74), abs=1e-10)
    assert found.high == pytest.approx(optimize.brentq(off, 0.76, 0.97), abs=1e-10)


@given(st.integers(1, 60), st.data())
def test_the_exact_interval_leaves_half_the_rest_on_each_side(n, data):
    x = data.draw(st.integers(0, n))
    found = proportion_interval(x, n, method="exact", confidence=0.9)
    if x > 0:
        assert stats.binom.sf(x - 1, n, found.low) == pytest.approx(0.05, abs=1e-9)
    if x < n:
        assert stats.binom.cdf(x, n, found.high) == pytest.approx(0.05, abs=1e-9)
    assert (found.low == 0) == (x == 0)
    assert (found.high == 1) == (x == n)


@pytest.mark.parametrize(("n", "population"), [(12, None), (30, None), (20, 60), (30, 80)])
def test_wilson_covers_about_as_often_as_it_says(n, population):
    least, mean = interval_coverage(n, method="wilson", population=population)
    assert least > 0.82  # known: it dips near 0 and 1
    assert mean == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("n", [5, 20, 35])
def test_the_exact_interval_never_covers_less_often(n):
    assert interval_coverage(n, method="exact")[0] >= 0.95


def test_all_seen_is_no_estimate():
    found = proportion_interval(18, 24, population=24)
    assert (found.low, found.value, found.high, found.standard_error) == (0.75, 0.75, 0.75, 0.0)


@pytest.mark.parametrize(
    ("x", "n", "more"),
    [
        (1, 0, {}),
        (5, 4, {}),
        (-1, 4, {}),
        (1, 4, {"method": "wald"}),
        (1, 4, {"population": 3}),
        (1, 4, {"method": "exact", "population": 9}),
        (1, 4, {"confidence": 95}),
        (float("nan"), 4, {}),
    ],
)
def test_what_is_no_share_is_refused(x, n, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        proportion_interval(x, n, **more)


def test_clusters_of_the_worked_example():
    found = cluster_proportion([5, 9, 7, 8], [8, 10, 9, 11])
    assert (found.value, found.standard_error, found.low, found.high) == pytest.approx(
        (0.7632, 0.0549, 0.5884, 0.9380), abs=5e-5
    )
    half = cluster_proportion([5, 9, 7, 8], [8, 10, 9, 11], clusters=8)
    assert half.standard_error == pytest.approx(found.standard_error / math.sqrt(2))
    assert cluster_proportion([5, 9, 7, 8], [8, 10, 9, 11], clusters=4).standard_error == 0


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 20)).filter(lambda pair: pair[0] <= pair[1]),
        min_size=2,
        max_size=12,
    )
)
def test_clusters_against_a_plain_loop(pairs):
    y, m = zip(*pairs, strict=True)
    p, k = sum(y) / sum(m), len(y)
    squares = sum((one - p * size) ** 2 for one, size in pairs)
    error = math.sqrt(k / (k - 1) * squares) / sum(m)
    reach = stats.t.ppf(0.975, k - 1) * error
    found = cluster_proportion(y, m)
    assert (found.value, found.standard_error) == pytest.approx((p, error), abs=1e-12)
    assert (found.low, found.high) == pytest.approx((max(0, p - reach), min(1, p + reach)), abs=1e-9)
    if 0 < p < 1:
        assert found.design_effect == pytest.approx(error**2 / (p * (1 - p) / sum(m)))


def test_clusters_of_one_are_nearly_a_simple_sample():
    answers = [1] * 30 + [0] * 10
    found = cluster_proportion(answers, [1] * 40)
    assert found.design_effect == pytest.approx(40 / 39)


@pytest.mark.parametrize(
    ("y", "m", "more"),
    [([5], [8], {}), ([5, 9], [8, 8], {}), ([5, 0], [8, 0], {}), ([5, 6], [8, 8], {"clusters": 1}), ([1, 2], [3], {})],
)
def test_clusters_that_say_nothing_are_refused(y, m, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        cluster_proportion(y, m, **more)
