"""Rating curves: the worked example, curves that are known, what the band promises, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.hydrology import (
    RatingCurve,
    RatingSegment,
    fit_rating,
    gauging_deviation,
    lasting_deviations,
    rate,
)

STAGE = [0.62, 0.85, 1.10, 1.48, 1.95, 2.40, 3.05, 3.80, 4.60, 5.25]
FLOW = [2.558, 8.862, 18.872, 39.437, 72.707, 111.845, 179.82, 273.702, 390.717, 497.832]


@pytest.fixture(scope="module")
def curve():
    return fit_rating(STAGE, FLOW)


def two_segments(h):
    above = 20 * 1.8**1.6 / 2.5**2.4
    return np.where(h <= 2, 20 * np.maximum(h - 0.2, 0) ** 1.6, above * (h + 0.5) ** 2.4)


def test_the_worked_example(curve):
    (one,) = curve.segments
    assert (one.a, one.h0, one.b) == pytest.approx((35.199, 0.40998, 1.68002), abs=5e-4)
    assert (one.lower, one.upper) == (curve.lowest_gauged, curve.highest_gauged) == (0.62, 5.25)
    assert curve.largest_gauged_flow == 497.832
    assert curve.gaugings == 10
    for stage, flow, quality in ((4.0, 301.37, 0), (6.5, 732.3, 1), (7.0, 836.1, 2)):
        found = rate(stage, curve=curve)
        assert found.discharge == pytest.approx(flow, abs=0.05)
        assert found.quality == quality
        assert found.lower < found.discharge < found.upper


def test_edges_of_the_gauged_range_and_a_missing_stage(curve):
    found = rate([0.5, 0.62, 5.25, 5.26, np.nan, 0.1], curve=curve)
    assert found.quality.tolist() == [1, 0, 0, 1, 9, 1]
    assert np.isnan([found.discharge[4], found.lower[4], found.upper[4]]).all()
    assert found.discharge[5] == found.lower[5] == 0
    assert 0 <= found.upper[5] < 0.01


def test_a_shift_moves_the_stage(curve):
    stages = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 5.2]])
    shifted, plain = rate(stages, curve=curve, shift=0.1), rate(stages + 0.1, curve=curve)
    assert np.array_equal(shifted.discharge, plain.discharge)
    assert np.array_equal(shifted.quality, plain.quality)
    assert shifted.upper.shape == (2, 3)
    each = rate(stages[0], curve=curve, shift=[0.0, 0.1, -0.1])
    assert each.discharge == pytest.approx([float(rate(h, curve=curve).discharge) for h in (1.0, 2.1, 2.9)])


def test_two_segments_are_found_and_meet():
    h = np.concatenate([np.linspace(0.5, 2, 12), np.linspace(2.1, 6, 14)])
    curve = fit_rating(h, two_segments(h), breaks=[2.0])
    low, high = curve.segments
    assert (low.a, low.h0, low.b, low.upper) == pytest.approx((20, 0.2, 1.6, 2.0), rel=1e-5)
    assert (high.h0, high.b, high.lower) == pytest.approx((-0.5, 2.4, 2.0), rel=1e-5)
    assert float(low.discharge(np.float64(2))) == pytest.approx(float(high.discharge(np.float64(2))), rel=1e-9)
    wide = np.linspace(0.3, 8, 200)
    assert rate(wide, curve=curve).discharge == pytest.approx(two_segments(wide), rel=1e-5)


@settings(max_examples=15, deadline=None)
@given(
    st.floats(5, 80),
    st.floats(-0.5, 0.4),
    st.floats(1.2, 2.8),
    st.floats(0.05, 20),
    st.integers(0, 2**32 - 1),
)
def test_any_curve_comes_back_and_units_do_not_matter(a, h0, b, unit, seed):
    chance = np.random.default_rng(seed)
    h = np.sort(chance.uniform(0.7, 6, 25))
    q = a * (h - h0) ** b
    (one,) = fit_rating(h, q).segments
    assert (one.h0, one.b) == pytest.approx((h0, b), abs=1e-3)
    noisy = q * np.exp(chance.normal(0, 0.05, h.size))
    plain, other = fit_rating(h, noisy), fit_rating(h, noisy * unit)
    assert other.standard_error == pytest.approx(plain.standard_error, rel=1e-6)
    at = np.linspace(0.8, 5.8, 7)
    for end in ("discharge", "lower", "upper"):
        assert getattr(rate(at, curve=other), end) == pytest.approx(
            unit * getattr(rate(at, curve=plain), end), rel=1e-4
        )


def test_the_segments_with_noise_meet_within_half_a_percent():
    chance = np.random.default_rng(4)
    h = np.concatenate([chance.uniform(0.5, 2, 15), chance.uniform(2, 6, 20)])
    curve = fit_rating(h, two_segments(h) * np.exp(chance.normal(0, 0.08, h.size)), breaks=[2.0])
    low, high = (float(one.discharge(np.float64(2))) for one in curve.segments)
    assert high == pytest.approx(low, rel=0.005)
    assert curve.standard_error == pytest.approx(0.08, abs=0.03)
    stages = np.linspace(0, 9, 300)
    assert np.all(np.diff(rate(stages, curve=curve).discharge) >= 0)


def test_the_band_holds_19_gaugings_of_20():
    chance = np.random.default_rng(8)
    inside = []
    for _ in range(40):
        h = chance.uniform(0.6, 5, 15)
        curve = fit_rating(h, 35 * (h - 0.4) ** 1.7 * np.exp(chance.normal(0, 0.06, h.size)))
        later = chance.uniform(0.8, 5, 100)
        measured = 35 * (later - 0.4) ** 1.7 * np.exp(chance.normal(0, 0.06, later.size))
        found = rate(later, curve=curve)
        inside.append((measured >= found.lower) & (measured <= found.upper))
    assert 0.93 < np.mean(inside) < 0.97


def test_the_band_widens_beyond_the_gaugings_and_with_fewer_of_them():
    chance = np.random.default_rng(2)
    h = chance.uniform(1, 3, 30)
    q = 35 * (h - 0.4) ** 1.7 * np.exp(chance.normal(0, 0.06, h.size))
    many, few = fit_rating(h, q), fit_rating(h[:7], q[:7])

    def width(stage, curve):
        found = rate(stage, curve=curve)
        return math.log(found.upper / found.lower) / curve.standard_error

    assert width(6.0, many) > 1.5 * width(2.0, many)
    assert width(2.0, few) > width(2.0, many)


def test_a_curve_by_hand_has_a_band_of_its_scatter():
    curve = RatingCurve((RatingSegment(0.5, 6, 30, 0.4, 1.7),), 0.5, 6, 600, 0.05, 1000)
    found = rate(2.0, curve=curve)
    assert found.upper / found.discharge == pytest.approx(math.exp(1.9624 * 0.05), rel=1e-4)
    with pytest.raises(ValueError, match="jumps"):
        RatingCurve((RatingSegment(0.5, 2, 30, 0.4, 1.7), RatingSegment(2, 6, 20, 0.4, 1.7)), 0.5, 6, 600, 0.05, 20)
    with pytest.raises(ValueError, match="gap"):
        RatingCurve((RatingSegment(0.5, 2, 30, 0.4, 1.7), RatingSegment(2.1, 6, 30, 0.4, 1.7)), 0.5, 6, 600, 0.05, 20)
    for bad in (
        RatingSegment(0.5, 2, 30, 0.4, -1),
        RatingSegment(0.5, 2, -30, 0.4, 1),
        RatingSegment(2, 2, 30, 0.4, 1),
    ):
        with pytest.raises(ValueError, match="falls"):
            RatingCurve((bad,), 0.5, 6, 600, 0.05, 20)
    with pytest.raises(ValueError, match="needs a segment"):
        RatingCurve((), 0.5, 6, 600, 0.05, 20)


def test_deviations_and_their_runs(curve):
    assert gauging_deviation(4.0, 331.507, curve=curve) == pytest.approx(10.0, abs=0.01)
    found = gauging_deviation(STAGE, FLOW, curve=curve)
    assert np.abs(found).max() < 0.01
    assert gauging_deviation(0.1, 2.0, curve=curve) == np.inf
    assert lasting_deviations([1, 11, 12, 13, -11, -12, 14, 20, 30, 11]) == [(1, 4), (6, 10)]
    assert lasting_deviations([10, 10, 10, -12, -12]) == []
    assert lasting_deviations([]) == []
    assert lasting_deviations([-6, -7], limit=5, count=2) == [(0, 2)]


@pytest.mark.parametrize(
    ("stage", "discharge", "breaks", "sentence"),
    [
        (STAGE[:3], FLOW[:3], (), "holds 3 gaugings"),
        (STAGE, FLOW[:9], (), "needs both"),
        (STAGE, [0.0, *FLOW[1:]], (), "without flow"),
        (STAGE, [np.nan, *FLOW[1:]], (), "discharge has no finite"),
        ([np.inf, *STAGE[1:]], FLOW, (), "stage has no finite"),
        (STAGE, FLOW[::-1], (), "falls"),
        (STAGE, FLOW, (1.0,), "segment 1 holds 2"),
        (STAGE, FLOW, (3.0, 2.0), "do not rise"),
        (STAGE, FLOW, (9.0,), "segment 2 holds 0"),
        ([2.0] * 6, [5.0, 6, 7, 8, 9, 10], (), "one stage"),
    ],
)
def test_gaugings_that_make_no_curve_are_refused(stage, discharge, breaks, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit_rating(stage, discharge, breaks=breaks)


def test_stages_that_are_no_stages_are_refused(curve):
    with pytest.raises(ValueError, match="endless"):
        rate([1.0, np.inf], curve=curve)
    with pytest.raises(ValueError, match="shift"):
        rate(1.0, curve=curve, shift=np.nan)
    with pytest.raises(ValueError, match="stage must be numbers"):
        rate("high", curve=curve)
    with pytest.raises(ValueError, match="needs both"):
        gauging_deviation([1.0, 2.0], [3.0], curve=curve)
