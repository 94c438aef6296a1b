"""Plans: the published tables cell by cell, worked examples, and the definitions by enumeration."""

import doctest
import importlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rafid.methods.sampling import (
    AQLS,
    Plan,
    acceptance_probability,
    allocate,
    detection_power,
    lqas_plan,
    plan_statement,
    proportion_interval,
    sample_size,
    single_plan,
    zero_acceptance_size,
)

LETTERS = "ABCDEFGHJKLMNPQR"
SIZES = dict(
    zip("ABCDEFGHJKLMNPQRS", (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150), strict=True)
)
# A lot of each letter at level II, of R at level III.
LOTS = dict(
    zip(
        LETTERS,
        (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000, 10**6, 10**6),
        strict=True,
    )
)

# MIL-STD-105E, tables II-A and II-B, every arrow followed: the sample sizes of AQL 0.010 to 10 for each letter.
NORMAL = """
1250 800 500 315 200 125 80 50 32 20 13 8 5 3 2 5
1250 800 500 315 200 125 80 50 32 20 13 8 5 3 2 5
1250 800 500 315 200 125 80 50 32 20 13 8 5 3 8 5
1250 800 500 315 200 125 80 50 32 20 13 8 5 13 8 8
1250 800 500 315 200 125 80 50 32 20 13 8 20 13 13 13
1250 800 500 315 200 125 80 50 32 20 13 32 20 20 20 20
1250 800 500 315 200 125 80 50 32 20 50 32 32 32 32 32
1250 800 500 315 200 125 80 50 32 80 50 50 50 50 50 50
1250 800 500 315 200 125 80 50 125 80 80 80 80 80 80 80
1250 800 500 315 200 125 80 200 125 125 125 125 125 125 125 125
1250 800 500 315 200 125 315 200 200 200 200 200 200 200 200 125
1250 800 500 315 200 500 315 315 315 315 315 315 315 315 200 125
1250 800 500 315 800 500 500 500 500 500 500 500 500 315 200 125
1250 800 500 1250 800 800 800 800 800 800 800 800 500 315 200 125
1250 800 2000 1250 1250 1250 1250 1250 1250 1250 1250 800 500 315 200 125
1250 800 2000 2000 2000 2000 2000 2000 2000 2000 1250 800 500 315 200 125
"""
TIGHTENED = """
2000 1250 800 500 315 200 125 80 50 32 20 13 8 5 3 8
2000 1250 800 500 315 200 125 80 50 32 20 13 8 5 3 8
2000 1250 800 500 315 200 125 80 50 32 20 13 8 5 13 8
2000 1250 800 500 315 200 125 80 50 32 20 13 8 20 13 8
2000 1250 800 500 315 200 125 80 50 32 20 13 32 20 13 13
2000 1250 800 500 315 200 125 80 50 32 20 50 32 20 20 20
2000 1250 800 500 315 200 125 80 50 32 80 50 32 32 32 32
2000 1250 800 500 315 200 125 80 50 125 80 50 50 50 50 50
2000 1250 800 500 315 200 125 80 200 125 80 80 80 80 80 80
2000 1250 800 500 315 200 125 315 200 125 125 125 125 125 125 125
2000 1250 800 500 315 200 500 315 200 200 200 200 200 200 200 125
2000 1250 800 500 315 800 500 315 315 315 315 315 315 315 200 125
2000 1250 800 500 1250 800 500 500 500 500 500 500 500 315 200 125
2000 1250 800 2000 1250 800 800 800 800 800 800 800 500 315 200 125
2000 1250 3150 2000 1250 1250 1250 1250 1250 1250 1250 800 500 315 200 125
2000 1250 3150 2000 2000 2000 2000 2000 2000 2000 1250 800 500 315 200 125
"""
# The acceptance numbers of a column, from its first letter that is not 0 downwards; of AQL 10 the column begins above A.
LADDERS = {
    "normal": [1, 1, 2, 3, 5, 7, 10, 14, 21] + [21] * 8,
    "tightened": [1, 1, 1, 2, 3, 5, 8, 12, 18] + [18] * 8,
}


def published(severity):
    rows = (NORMAL if severity == "normal" else TIGHTENED).split("\n")[1:-1]
    for letter, sizes in zip(LETTERS, rows, strict=True):
        for j, (aql, size) in enumerate(zip(AQLS, map(int, sizes.split()), strict=True)):
            step = LETTERS.index(letter) - (16 - j)
            if j == 15:
                accept = [1, *LADDERS[severity]][LETTERS.index(letter)]
            else:
                accept = LADDERS[severity][step] if step >= 0 and j > 1 else 0
            yield letter, aql, size, accept


@pytest.mark.parametrize(
    "module",
    ["acceptance", "drawing", "inspection", "lqas", "proportions", "repeating", "sealing", "sizes", "statement"],
)
def test_examples_in_the_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"rafid.methods.sampling.{module}"))
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("severity", ["normal", "tightened"])
def test_every_cell_of_the_published_tables(severity):
    cells = list(published(severity))
    assert len(cells) == 256
    for letter, aql, size, accept in cells:
        found = single_plan(LOTS[letter], aql=aql, level="III" if letter == "R" else "II", severity=severity)
        assert (SIZES[found.letter], found.accept, found.reject) == (size, accept, accept + 1), (letter, aql)
        assert found.size == min(size, LOTS[letter])


def test_single_plans_of_the_worked_examples():
    assert single_plan(500, aql=1.0) == Plan("H", 50, 1, 2)
    assert single_plan(60, aql=2.5) == Plan("F", 20, 1, 2)
    assert single_plan(280, aql=0.65) == Plan("F", 20, 0, 1)
    assert single_plan(500, aql=1.0, severity="tightened") == Plan("J", 80, 1, 2)


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (2, "I", "A"),
        (8, "III", "B"),
        (9, "II", "B"),
        (500, "I", "F"),
        (501, "I", "G"),
        (1200, "III", "K"),
        (500_001, "I", "N"),
    ],
)
def test_letters_change_right_after_the_upper_lot_size(lot, level, letter):
    # At AQL 1.5 and above, letters from F on have a plan of their own; others move, and so their own column is asked.
    own = {"A": 6.5, "B": 4.0, "F": 2.5, "G": 1.5, "K": 1.0, "N": 0.25}[letter]
    assert single_plan(lot, aql=own, level=level).letter == letter


def test_an_arrow_moves_the_letter_and_the_size():
    """A copied table keeps the size 32 of G and takes the neighbour's number."""
    assert single_plan(280, aql=0.65).size == 20
    assert single_plan(280, aql=1.0) == Plan("H", 50, 1, 2)


def test_all_of_a_small_lot_is_looked_at():
    assert single_plan(5, aql=0.10).size == 5


@pytest.mark.parametrize(
    "wrong",
    [{"lot": 1}, {"lot": 2.5}, {"lot": None}, {"aql": 3.0}, {"aql": None}, {"level": "IV"}, {"severity": "reduced"}],
)
def test_what_the_standard_does_not_have_is_refused(wrong):
    asked = {"lot": 100, "aql": 1.0} | wrong
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        single_plan(asked.pop("lot"), **asked)


def test_acceptance_of_the_worked_examples():
    assert acceptance_probability(50, 1, rate=[0.01, 0.02, 0.05]) == pytest.approx([0.9106, 0.7358, 0.2794], abs=5e-5)
    assert acceptance_probability(20, 1, defects=6, lot=60) == pytest.approx(0.3395, abs=5e-5)


@given(st.integers(1, 80), st.integers(0, 20), st.floats(0, 1))
def test_acceptance_by_rate_is_the_binomial_sum(size, accept, rate):
    slow = math.fsum(math.comb(size, k) * rate**k * (1 - rate) ** (size - k) for k in range(min(accept, size) + 1))
    assert acceptance_probability(size, accept, rate=rate) == pytest.approx(slow, abs=1e-12)


@given(st.data())
def test_acceptance_of_a_lot_is_what_scipy_says(data):
    lot = data.draw(st.integers(1, 200))
    size, bad, accept = data.draw(st.integers(0, lot)), data.draw(st.integers(0, lot)), data.draw(st.integers(0, 20))
    assert acceptance_probability(size, accept, defects=bad, lot=lot) == pytest.approx(
        stats.hypergeom.cdf(accept, lot, bad, size), abs=1e-9
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rate": 0.1, "defects": 3},
        {"rate": 1.1},
        {"defects": 3},
        {"defects": 70, "lot": 60},
        {"defects": 1, "lot": 10},
    ],
)
def test_acceptance_without_what_it_needs_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        acceptance_probability(20, 1, **wrong)


def test_zero_acceptance_of_the_worked_examples():
    assert zero_acceptance_size(confidence=0.95, lot=200, defects=10) == 51
    assert zero_acceptance_size(confidence=0.95, rate=0.1) == 29
    assert zero_acceptance_size(confidence=0.90, lot=80, rate=0.05) == 35
    # The familiar numbers of 95 % or 99 % confidence in 95 % or 99 % of an endless lot.
    assert [zero_acceptance_size(confidence=c, rate=r) for c, r in ((0.95, 0.05), (0.99, 0.01), (0.95, 0.01))] == [
        59,
        459,
        299,
    ]


@given(st.data())
def test_zero_acceptance_is_the_smallest_by_its_definition(data):
    lot = data.draw(st.integers(1, 400))
    bad, left = data.draw(st.integers(1, lot)), data.draw(st.integers(1, 99))
    found = zero_acceptance_size(confidence=1 - left / 100, lot=lot, defects=bad)

    def enough(n):  # in whole numbers
        return math.comb(lot - bad, n) * 100 <= left * math.comb(lot, n)

    assert enough(found)
    assert not enough(found - 1)


@given(st.floats(0.01, 0.999), st.floats(0.001, 0.999))
def test_zero_acceptance_without_a_lot_is_the_smallest_by_its_definition(confidence, rate):
    found = zero_acceptance_size(confidence=confidence, rate=rate)
    assert (1 - rate) ** found <= (1 - confidence) * (1 + 1e-7)
    assert found == 1 or (1 - rate) ** (found - 1) > (1 - confidence) * (1 - 1e-7)


def test_zero_acceptance_of_exact_powers_and_shares():
    assert zero_acceptance_size(confidence=0.75, rate=0.5) == 2
    assert zero_acceptance_size(confidence=0.999, rate=0.9) == 3
    # 0.07 × 100 is 7.000000000000001 in a computer: seven bad ones are meant, not eight.
    assert zero_acceptance_size(confidence=0.95, lot=100, rate=0.07) == zero_acceptance_size(
        confidence=0.95, lot=100, defects=7
    )


def test_nothing_among_35_still_leaves_up_to_ten_percent():
    assert proportion_interval(0, 35).high == pytest.approx(0.099, abs=1e-3)
    assert plan_statement(80, 35, confidence=0.9).most_bad == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"rate": 0.1, "defects": 2, "lot": 9},
        {"defects": 2},
        {"rate": 0.0},
        {"defects": 10, "lot": 9},
        {"defects": 0, "lot": 9},
    ],
)
def test_zero_acceptance_without_what_it_needs_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        zero_acceptance_size(confidence=0.95, **wrong)
    with pytest.raises(ValueError, match="confidence"):
        zero_acceptance_size(confidence=95, rate=0.1)


def test_lqas_of_the_worked_examples():
    found = lqas_plan(low=0.6, high=0.85)
    assert (found.size, found.decision) == (21, 16)
    assert (found.alpha, found.beta) == pytest.approx((0.0827, 0.0957), abs=5e-5)
    lot = lqas_plan(low=0.6, high=0.9, lot=60)
    assert (lot.size, lot.decision) == (11, 9)


def lqas_slowly(chance_good, chance_bad, alpha, beta, largest):
    """By the definition: each n, each d."""
    for n in range(1, largest + 1):
        for d in range(n + 2):
            if chance_good(d - 1, n) <= alpha and 1 - chance_bad(d - 1, n) <= beta:
                return n, d
    return None


@settings(max_examples=12, deadline=None)
@given(st.integers(5, 70), st.integers(15, 30), st.sampled_from([0.05, 0.1, 0.2]), st.sampled_from([0.05, 0.1, 0.2]))
def test_lqas_is_the_smallest_by_its_definition(low, gap, alpha, beta):
    low, high = low / 100, min(low + gap, 99) / 100
    found = lqas_plan(low=low, high=high, alpha=alpha, beta=beta)
    slow = lqas_slowly(
        lambda k, n: stats.binom.cdf(k, n, high), lambda k, n: stats.binom.cdf(k, n, low), alpha, beta, found.size
    )
    assert (found.size, found.decision) == slow
    assert found.alpha == pytest.approx(stats.binom.cdf(found.decision - 1, found.size, high), abs=1e-9)
    assert found.beta == pytest.approx(stats.binom.sf(found.decision - 1, found.size, low), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(10, 60), st.integers(5, 70), st.integers(20, 29))
def test_lqas_of_a_lot_is_the_smallest_by_its_definition(lot, low, gap):
    low, high = low / 100, (low + gap) / 100
    few, many = math.floor(low * lot + 1e-9), math.ceil(high * lot - 1e-9)

    def at_most(successes):
        return lambda k, n: (
            sum(math.comb(successes, i) * math.comb(lot - successes, n - i) for i in range(k + 1)) / math.comb(lot, n)
        )

    found = lqas_plan(low=low, high=high, lot=lot)
    assert (found.size, found.decision) == lqas_slowly(at_most(many), at_most(few), 0.1 + 1e-12, 0.1 + 1e-12, lot)


def test_lqas_at_the_ends_and_out_of_reach():
    assert lqas_plan(low=0.0, high=1.0).decision == 1
    assert lqas_plan(low=0.5, high=1.0).size == 4  # 1/16 is the first power of a half below 0.1
    # P(X ≥ 1 | 0.1) of one is exactly the bound.
    assert lqas_plan(low=0.1, high=1.0).size == 1
    for wrong in ({"low": 0.8, "high": 0.8}, {"low": 0.5, "high": 0.5 + 1e-12, "lot": 10}, {"low": -0.1, "high": 0.5}):
        with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
            lqas_plan(**wrong)


def test_sample_sizes_of_the_worked_examples():
    assert sample_size(margin=0.05) == 385
    assert sample_size(margin=0.1, population=200) == 66
    assert sample_size(margin=0.08, p=0.2, population=500, design_effect=1.4) == 107
    # A half of them answers: twice as many are asked; and never more than there are.
    assert sample_size(margin=0.05, response=0.5) == 769
    assert sample_size(margin=0.01, population=40) == 40


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 0},
        {"margin": 5},
        {"p": 0},
        {"population": 0},
        {"design_effect": 0},
        {"response": 0},
        {"confidence": 1},
    ],
)
def test_sample_sizes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        sample_size(**({"margin": 0.05} | wrong))


def test_allocations_of_the_worked_examples():
    assert allocate([120, 60, 15, 5], 30, weights=[1, 2, 1, 1]).tolist() == [14, 14, 1, 1]
    assert allocate([50, 30, 20], 7).tolist() == [4, 2, 1]


def test_a_full_stratum_leaves_its_share_to_the_others_in_proportion():
    assert allocate([5, 100, 200], 95, weights=[100, 1, 1]).tolist() == [5, 30, 60]


def test_many_small_strata_that_need_their_minimum_take_it_from_all_large_ones():
    found = allocate([1000, 500, *[3] * 20], 75, minimum=3).tolist()
    assert found == [10, 5, *[3] * 20]


@settings(deadline=None)
@given(st.data())
def test_an_allocation_keeps_its_bounds_and_its_total(data):
    sizes = data.draw(st.lists(st.integers(0, 300), min_size=1, max_size=12))
    weights = data.draw(st.none() | st.lists(st.floats(0.01, 100), min_size=len(sizes), max_size=len(sizes)))
    minimum = data.draw(st.integers(0, 6))
    least = [min(minimum, size) for size in sizes]
    total = data.draw(st.integers(sum(least), sum(sizes)))
    found = allocate(sizes, total, weights=weights, minimum=minimum)
    assert found.dtype == np.int64
    assert found.sum() == total
    assert all(low <= got <= size for low, got, size in zip(least, found, sizes, strict=True))
    measure = np.array(sizes) * (weights or 1.0)
    if measure.sum() > 0:
        share = total * measure / measure.sum()
        if all(low <= want <= size for low, want, size in zip(least, share, sizes, strict=True)):
            # Where no bound bites, rounding is all that differs from proportion.
            assert np.all(np.abs(found - share) < 1 + 1e-6)


@pytest.mark.parametrize(
    ("sizes", "total", "more"),
    [
        ([5, 5], 11, {}),
        ([5, 5], 1, {}),
        ([5, 5], 4, {"weights": [1]}),
        ([5, 5], 4, {"weights": [1, 0]}),
        ([5.5, 5], 4, {}),
    ],
)
def test_an_impossible_allocation_is_refused(sizes, total, more):
    with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
        allocate(sizes, total, **more)


def test_detection_power_of_the_worked_examples():
    assert detection_power(fraction=0.1, items=1, sensitivity=0.95) == pytest.approx(0.095)
    assert detection_power(fraction=0.25, items=3, sensitivity=0.9) == pytest.approx(0.5345, abs=5e-5)
    assert detection_power(fraction=[0.0, 0.5, 1.0], items=2).tolist() == [0.0, 0.75, 1.0]
    for wrong in (
        {"fraction": 1.2, "items": 1},
        {"fraction": 0.1, "items": -1},
        {"fraction": 0.1, "items": 1, "sensitivity": 2},
    ):
        with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
            detection_power(**wrong)


def test_the_statement_of_the_worked_example():
    found = plan_statement(60, 20, bad=6)
    assert found.none_bad == pytest.approx(math.comb(54, 20) / math.comb(60, 20))
    assert (round(found.none_bad, 2), found.good, round(found.low, 2), round(found.high, 2)) == (0.08, 18, 0.74, 0.97)
    assert found.power == pytest.approx(1 - found.none_bad)
    assert found.accepted is None
    assert plan_statement(60, 20, bad=6, accept=1).accepted == pytest.approx(0.3395, abs=5e-5)
    # LQAS: good when 16 of 20 are; a lot with 24 of 60 bad is called so when at most 4 of the drawn are.
    judged = plan_statement(60, 20, bad=24, decision=16).accepted
    assert judged == pytest.approx(stats.hypergeom.cdf(4, 60, 24, 20))


@given(st.integers(1, 150), st.data())
def test_the_most_that_a_clean_sample_leaves_unseen(population, data):
    drawn = data.draw(st.integers(1, population))
    found = plan_statement(population, drawn)
    missed = [math.comb(population - bad, drawn) * 20 > math.comb(population, drawn) for bad in range(population + 1)]
    assert found.most_bad == max(bad for bad, may in enumerate(missed) if may)
    assert found.low <= found.good / drawn <= found.high
    if drawn == population:
        assert (found.none_bad, found.most_bad, found.floor) == (0.0, 0, 1.0)


def test_a_statement_of_nothing_is_refused():
    for args, more in (
        ((0, 0), {}),
        ((10, 11), {}),
        ((10, 5), {"bad": 11}),
        ((10, 5), {"accept": 1, "decision": 4}),
        ((10, 0), {}),
    ):
        with pytest.raises(ValueError, match=r"\w{2,} .{6,}"):
            plan_statement(*args, **more)
