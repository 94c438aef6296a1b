"""Scores: worked examples, definitions written out, refusals."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rafid.methods.hydrology import (
    brier,
    contingency,
    crps,
    kge,
    nse,
    rank_histogram,
    reliability,
    skill_score,
)

OBSERVED, SIMULATED = [1, 2, 4, 8, 5, 3, 2], [1.2, 1.8, 3.5, 9, 4.5, 3.2, 2.1]
FLOWS = st.floats(0, 1e5)


def test_the_worked_example():
    assert nse(OBSERVED, SIMULATED) == pytest.approx(0.951653, abs=5e-7)
    assert kge(OBSERVED, SIMULATED) == pytest.approx(0.890124, abs=5e-7)
    assert kge(OBSERVED, SIMULATED, variant="2012") == pytest.approx(0.903005, abs=5e-7)
    assert crps([1, 2, 3, 4, 5], 2.5) == pytest.approx(0.5, abs=1e-12)
    assert crps([1, 2, 3, 4, 5], 2.5, fair=True) == pytest.approx(0.3, abs=1e-12)


def test_perfect_and_mean():
    assert (nse(OBSERVED, OBSERVED), kge(OBSERVED, OBSERVED)) == pytest.approx((1, 1))
    mean = [np.mean(OBSERVED)] * 7
    assert nse(OBSERVED, mean) == pytest.approx(0)
    assert kge(OBSERVED, mean) == pytest.approx(1 - math.sqrt(2))


def test_pairs_with_a_gap_are_left_out():
    gap = math.nan
    assert nse([*OBSERVED, gap, 7], [*SIMULATED, 3, gap]) == nse(OBSERVED, SIMULATED)
    assert kge([gap, *OBSERVED], [5, *SIMULATED]) == kge(OBSERVED, SIMULATED)
    members = [[1, 1, gap, 1], [2, 2, 2, 2], [3, 3, 3, 3], [4, 4, 4, 4], [5, 5, 5, 5]]
    assert crps(members, [2.5, gap, 2.5, 2.5]) == pytest.approx(0.5, abs=1e-12)
    assert brier([0.9, gap, 0.5], [1, 0, gap]) == pytest.approx(0.01)


@pytest.mark.parametrize("score", [nse, kge])
def test_what_does_not_vary_is_refused(score):
    with pytest.raises(ValueError, match="do not vary"):
        score([0.1] * 7, SIMULATED)
    with pytest.raises(ValueError, match="no time has"):
        score([math.nan, 1], [1, math.nan])
    with pytest.raises(ValueError, match="not one shape"):
        score([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="infinite"):
        score([1, 2, 3], [1, 2, math.inf])


def test_a_variant_that_is_none_is_refused():
    with pytest.raises(ValueError, match="2009"):
        kge(OBSERVED, SIMULATED, variant="2021")
    with pytest.raises(ValueError, match="mean of 0"):
        kge([-1, 1, 0], [1, 2, 3])


def crps_by_definition(members, observed):
    """∫ (F(z) - 1{z ≥ y})² dz, step by step."""
    points = np.sort(np.append(members, observed))
    total = 0.0
    for low, high in zip(points[:-1], points[1:], strict=True):
        share = np.mean(members <= low)
        total += (share - (observed <= low)) ** 2 * (high - low)
    return total


@given(st.integers(1, 12).flatmap(lambda m: arrays(float, (m, 5), elements=FLOWS)), arrays(float, 5, elements=FLOWS))
def test_crps_is_the_integral_of_its_definition(ensemble, observed):
    each = [crps_by_definition(ensemble[:, case], observed[case]) for case in range(5)]
    assert crps(ensemble, observed) == pytest.approx(np.mean(each), rel=1e-9, abs=1e-9)


@given(st.integers(2, 12).flatmap(lambda m: arrays(float, (m, 3), elements=FLOWS)), arrays(float, 3, elements=FLOWS))
def test_fair_crps_is_the_double_sum(ensemble, observed):
    m = len(ensemble)
    error = np.abs(ensemble - observed).mean(0)
    spread = np.abs(ensemble[:, None] - ensemble[None]).sum((0, 1)) / (2 * m * (m - 1))
    assert crps(ensemble, observed, fair=True) == pytest.approx((error - spread).mean(), rel=1e-9, abs=1e-8)


def test_crps_of_one_member_is_the_absolute_error_and_of_many_blocks_their_mean():
    drawn = np.random.default_rng(3)
    ensemble, observed = drawn.gamma(2, 50, (7, 3000)), drawn.gamma(2, 50, 3000)
    kept = ensemble.copy()
    assert crps(ensemble[:1], observed) == pytest.approx(np.abs(ensemble[0] - observed).mean(), rel=1e-13)
    np.testing.assert_array_equal(ensemble, kept)
    error = np.abs(ensemble - observed).mean(0) - np.abs(ensemble[:, None] - ensemble[None]).sum((0, 1)) / (2 * 49)
    assert crps(ensemble, observed) == pytest.approx(error.mean(), rel=1e-12)
    assert crps(ensemble.reshape(7, 30, 100), observed.reshape(30, 100)) == pytest.approx(error.mean(), rel=1e-12)


def test_crps_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="does not fit"):
        crps([[1, 2], [3, 4]], [1, 2, 3])
    with pytest.raises(ValueError, match="one member has no spread"):
        crps([[1, 2]], [1, 2], fair=True)
    with pytest.raises(ValueError, match="infinite"):
        crps([[1, math.inf], [2, 2]], [1, 2])
    with pytest.raises(ValueError, match="no case"):
        crps([[math.nan], [2]], [1])
    with pytest.raises(ValueError, match="no member"):
        crps(3.0, 2.0)


def test_events_are_counted():
    found = contingency([5, 9, 5, 1, 1, math.nan], [5, 1, 4, 7, 2, 9], threshold=5)
    assert (found.hits, found.misses, found.false_alarms, found.correct_negatives) == (1, 2, 1, 1)
    assert (found.pod, found.far, found.csi, found.bias) == pytest.approx((1 / 3, 1 / 2, 1 / 4, 2 / 3))
    none = contingency([1, 2], [1, 2], threshold=5)
    assert math.isnan(none.pod)
    assert math.isnan(none.far)


@given(arrays(float, 20, elements=FLOWS), arrays(float, 20, elements=FLOWS), FLOWS)
def test_every_pair_is_in_one_cell_of_the_table(observed, forecast, threshold):
    found = contingency(observed, forecast, threshold=threshold)
    assert found.hits + found.misses + found.false_alarms + found.correct_negatives == 20
    assert found.hits + found.misses == (observed >= threshold).sum()


def test_brier_refuses_percent():
    assert brier([0.9, 0.2, 0.5], [True, False, True]) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="not percent"):
        brier([90, 20], [1, 0])
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        brier([0.9, 0.2], [1, 2])


def test_ranks_of_a_reliable_ensemble_are_flat_and_of_a_narrow_one_a_bowl():
    drawn = np.random.default_rng(5)
    ensemble, observed = drawn.normal(size=(9, 20_000)), drawn.normal(size=20_000)
    flat = rank_histogram(ensemble, observed)
    assert flat.sum() == 20_000
    assert np.abs(flat - 2000).max() < 200
    bowl = rank_histogram(0.3 * ensemble, observed)
    assert bowl[[0, -1]].min() > 2 * bowl[1:-1].max()


def test_ties_are_drawn_and_drawn_alike():
    dry = np.zeros((4, 5000))
    found = rank_histogram(dry, np.zeros(5000), seed=1)
    assert found.min() > 850, "an observed that equals all members may lie anywhere"
    np.testing.assert_array_equal(found, rank_histogram(dry, np.zeros(5000), seed=1))


def test_reliability_counts_by_bin():
    found = reliability([0.05, 0.05, 0.95, 1.0, 0.5], [0, 1, 1, 1, 0], bins=10)
    assert found.count.tolist() == [2, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert found.observed[[0, 5, 9]].tolist() == [0.5, 0, 1]
    assert found.forecast[9] == pytest.approx(0.975)
    assert math.isnan(found.observed[1])
    assert len(found.edges) == 11
    with pytest.raises(ValueError, match="bins"):
        reliability([0.5], [1], bins=0)


@given(st.floats(0.01, 10), st.floats(0.01, 10))
def test_skill_is_relative_to_the_reference(score, reference):
    assume(abs(score - reference) > 1e-6)
    assert skill_score(score, reference) == pytest.approx(1 - score / reference)
    assert skill_score(0.0, reference) == 1
    assert skill_score(reference, reference) == 0


def test_over_a_perfect_reference_there_is_no_skill():
    assert skill_score([0.2, 0.8], [0.4, 0.4]).tolist() == pytest.approx([0.5, -1])
    assert skill_score(0.9, 0.5, perfect=1) == pytest.approx(0.8)
    with pytest.raises(ValueError, match="the reference is perfect"):
        skill_score(0.3, 0.0)
