"""The verified total and the floor: worked examples, slow readings, and worlds whose truth is known."""

import doctest
import importlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks.honest_worlds import simulate
from rafid.methods.progress import verified_floor, verified_total

NAN = float("nan")

AMOUNTS = st.floats(0, 1e6) | st.integers(0, 1000).map(float)
REPORTS = st.floats(1, 1e6) | st.integers(1, 1000).map(float)


@pytest.mark.parametrize("module", ["changes", "columns", "compliance", "earned", "totals", "trends"])
def test_examples_in_the_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"rafid.methods.progress.{module}"))
    assert found.attempted
    assert not found.failed


def test_the_total_of_the_worked_example():
    found = verified_total([100, 200, 150, 50, 300], [100, 180, NAN, 50, NAN])
    assert (found.value, found.low, found.high) == pytest.approx((754.29, 672.85, 835.72), abs=5e-3)


def total_slowly(x, y, strata, confidence):
    total = variance = freedom = 0
    for name in sorted(set(strata)):
        rows = [i for i, of in enumerate(strata) if of == name]
        seen = [i for i in rows if not math.isnan(y[i])]
        many, n = len(rows), len(seen)
        if n == many:
            total += sum(y[i] for i in rows)
            continue
        ratio = sum(y[i] for i in seen) / sum(x[i] for i in seen)
        everything = sum(x[i] for i in rows)
        total += ratio * everything
        off = [y[i] - ratio * x[i] for i in seen]
        mean = sum(off) / n  # 0 but for rounding
        spread = sum((one - mean) ** 2 for one in off) / (n - 1)
        means = (everything / many) / (sum(x[i] for i in seen) / n)
        variance += many**2 * (1 - n / many) / n * spread * means**2
        freedom += n - 1
    reach = stats.t.ppf(0.5 + confidence / 2, freedom) * math.sqrt(variance) if freedom else 0.0
    return total, total - reach, total + reach


@settings(deadline=None)
@given(st.data())
def test_the_total_against_a_plain_loop(data):
    x, y, strata = [], [], []
    for name in range(data.draw(st.integers(1, 3))):
        many = data.draw(st.integers(2, 12))
        seen = data.draw(st.integers(2, many))
        x += data.draw(st.lists(REPORTS, min_size=many, max_size=many))
        y += data.draw(st.lists(AMOUNTS, min_size=seen, max_size=seen)) + [NAN] * (many - seen)
        strata += [f"stratum {name}"] * many
    confidence = data.draw(st.sampled_from([0.8, 0.9, 0.95]))
    found = verified_total(x, y, strata=strata, confidence=confidence)
    slow = total_slowly(x, y, strata, confidence)
    assert (found.value, found.low, found.high) == pytest.approx(slow, rel=1e-7, abs=1e-6 * max(1, max(x)))


def test_strata_seen_as_a_whole_are_exact_and_add_up():
    whole = verified_total([10, 20, 30], [9, 20, 28])
    assert (whole.value, whole.low, whole.high, whole.standard_error) == (57, 57, 57, 0)
    part = verified_total([100, 200, 150, 50, 300], [100, 180, NAN, 50, NAN])
    both = verified_total(
        [100, 200, 150, 50, 300, 10, 20, 30], [100, 180, NAN, 50, NAN, 9, 20, 28], strata=[1] * 5 + [2] * 3
    )
    assert both.value == pytest.approx(part.value + 57)
    assert both.high - both.low == pytest.approx(part.high - part.low)


def test_a_report_that_fits_in_proportion_is_known_exactly():
    found = verified_total([100, 200, 150, 50], [90, 180, NAN, NAN])
    assert (found.value, found.low, found.high) == pytest.approx((450, 450, 450))


@pytest.mark.parametrize(
    ("x", "y", "more"),
    [
        ([100, 200], [100, NAN], {}),
        ([100, 200], [NAN, NAN], {}),
        ([100, NAN, 100], [100, 100, NAN], {}),
        ([100, -1, 100], [100, 1, NAN], {}),
        ([100, 100, 100], [100, -1, NAN], {}),
        ([0, 0, 100], [0, 0, NAN], {}),
        ([100, 100], [100], {}),
        ([], [], {}),
        ([1, 2, 3], [1, 2, NAN], {"strata": [1, 2]}),
        ([1, 2, 3], [1, 2, NAN], {"strata": [1, 2, 2]}),
        ([1, 2, 3], [1, 2, NAN], {"confidence": 95}),
    ],
)
def test_totals_that_nothing_can_be_said_of_are_refused(x, y, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        verified_total(x, y, **more)


def test_the_floors_of_the_worked_example():
    clean = [100.0] * 20 + [NAN] * 20
    assert verified_floor([100] * 40, clean) == pytest.approx(3443.57, abs=5e-3)
    assert verified_floor([100] * 40, [0.0, *clean[1:]]) == pytest.approx(3135.58, abs=5e-3)


def floor_slowly(x, y, certain, confidence):
    """Stringer's bound by its words; the upper bounds found by halving."""
    sure = sum(min(b, a) for a, b, c in zip(x, y, certain, strict=True) if c and not math.isnan(b))
    rest = [(a, b) for a, b, c in zip(x, y, certain, strict=True) if not c]
    seen = [(a, b) for a, b in rest if not math.isnan(b)]
    n = len(seen)
    if n == len(rest):
        return sure + sum(min(a, b) for a, b in rest)

    def upper(j):
        if j == n:
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(60):
            p = (low + high) / 2
            low, high = (p, high) if stats.binom.cdf(j, n, p) > 1 - confidence else (low, p)
        return low

    taints = sorted((min(1, max(0, 1 - b / a)) for a, b in seen), reverse=True)
    bound = upper(0) + sum((upper(j + 1) - upper(j)) * taint for j, taint in enumerate(taints))
    return sure + sum(a for a, _ in rest) * max(0, 1 - bound)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_floor_against_its_words(data):
    many = data.draw(st.integers(1, 14))
    x = data.draw(st.lists(REPORTS, min_size=many, max_size=many))
    y = data.draw(st.lists(st.just(NAN) | AMOUNTS, min_size=many, max_size=many))
    certain = data.draw(st.lists(st.booleans(), min_size=many, max_size=many))
    found = verified_floor(x, y, certain=certain)
    assert found == pytest.approx(floor_slowly(x, y, certain, 0.95), rel=1e-7, abs=1e-6)
    assert 0 <= found <= sum(x) * (1 + 1e-12)


def test_what_is_more_than_reported_proves_no_more():
    assert verified_floor([100, 100], [150, 80]) == 180
    assert verified_floor([100] * 40, [250.0] * 20 + [NAN] * 20) == verified_floor(
        [100] * 40, [100.0] * 20 + [NAN] * 20
    )


def test_nothing_seen_proves_nothing():
    assert verified_floor([100, 200], [NAN, NAN]) == 0
    assert verified_floor([100, 200, 300], [NAN, 200, 300], certain=[True, False, False]) == 500
    # A site that reported nothing was not drawn by its size and has no taint.
    assert verified_floor([0, 100, 100], [5, 100, NAN]) == verified_floor([100, 100], [100, NAN])


@pytest.mark.parametrize(
    ("x", "y", "more"),
    [
        ([100, NAN], [1, 1], {}),
        ([100], [-5], {}),
        ([100, 100], [1, 1], {"certain": [True]}),
        ([100], [1], {"confidence": 0}),
    ],
)
def test_floors_of_what_is_missing_are_refused(x, y, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        verified_floor(x, y, **more)


def test_in_honest_worlds_the_range_covers_the_truth_and_beats_blowing_up():
    found = simulate(300)
    assert found.covers >= 0.90
    assert found.error <= 0.3 * found.blown_up
    assert found.above <= 0.05
    assert found.floor >= 0.85


def test_in_worlds_with_ghosts_the_range_is_too_narrow_and_the_floor_holds():
    found = simulate(300, ghosts=0.06)
    assert found.covers < 0.90  # why there is a floor
    assert found.above <= 0.05
    assert found.floor >= 0.84


def test_the_floor_stays_below_the_truth_however_many_are_invented():
    for ghosts in (0.2, 0.5):
        assert simulate(150, ghosts=ghosts).above <= 0.05


def test_a_sample_with_equal_chances_must_not_be_used_with_the_floor():
    """One huge invented site among a hundred small true ones: drawn by size it is seen, with equal chances it is missed."""
    x = np.array([100_000.0] + [10.0] * 100)
    y = np.where(np.arange(101) == 0, 0.0, 10.0)
    equal = np.where(np.arange(101) % 4 == 1, y, NAN)
    assert verified_floor(x, equal) > y.sum()  # wrong by far
    sure = np.arange(101) == 0
    assert verified_floor(x, np.where(sure, y, equal), certain=sure) <= y.sum()
