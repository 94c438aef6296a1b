"""Ranks by weighted criteria, and their range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rafid.methods.landrelease import rank

VALUES = [[100.0, 3.0], [50.0, 9.0], [0.0, 0.0]]


def test_by_hand():
    found = rank(VALUES, [0.6, 0.4], seed=1)
    assert found.score == pytest.approx([0.6 + 0.4 / 3, 0.3 + 0.4, 0])
    assert found.rank.tolist() == [1, 2, 3]
    # The first two change places where the second weight grows against the first; the last is last whatever they are.
    assert (found.low.tolist(), found.high.tolist()) == ([1, 1, 3], [2, 2, 3])
    assert rank(VALUES, [6, 4], seed=1).score == pytest.approx(found.score)


def test_less_is_more_urgent_and_scales():
    found = rank([[5.0], [20.0], [1.0]], [1], better=["less"], bounds=[(0.0, 10.0)])
    assert found.score == pytest.approx([0.5, 0, 0.9])
    assert found.rank.tolist() == [2, 3, 1]


def test_what_is_not_known_neither_raises_nor_lowers():
    found = rank([[0.0, 1.0], [np.nan, 1.0], [10.0, 1.0]], [1, 1])
    assert found.rank.tolist() == [3, 2, 1]
    assert found.scaled[:, 1].tolist() == [0, 0, 0]
    assert rank([[np.nan], [np.nan]], [1]).rank.tolist() == [1, 1]


def test_equal_scores_share_the_better_rank():
    assert rank([[1.0], [1.0], [0.0]], [1]).rank.tolist() == [1, 1, 3]
    assert rank(np.zeros((0, 2)), [1, 1]).rank.tolist() == []


@given(
    arrays(float, (6, 3), elements=st.floats(0, 1e6)),
    st.lists(st.floats(0.01, 10), min_size=3, max_size=3),
    st.integers(0, 2**31),
)
def test_a_rank_lies_in_its_range_and_the_seed_repeats_it(values, weights, seed):
    found = rank(values, weights, seed=seed, draws=40)
    assert (found.low <= found.rank).all()
    assert (found.rank <= found.high).all()
    assert found.low.min() >= 1
    assert found.high.max() <= 6
    again = rank(values, weights, seed=seed, draws=40)
    assert (again.low.tolist(), again.high.tolist()) == (found.low.tolist(), found.high.tolist())
    still = rank(values, weights, spread=0, draws=3)
    assert still.low.tolist() == still.high.tolist() == still.rank.tolist()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weights": [1]}, "2 criteria and 1 weights"),
        ({"weights": [0, 0]}, "all weights are 0"),
        ({"weights": [-1, 2]}, "0 or more"),
        ({"weights": [float("nan"), 2]}, "0 or more"),
        ({"weights": [1, 1], "better": ["more", "most"]}, "criterion 2"),
        ({"weights": [1, 1], "bounds": [None, (5.0, 1.0)]}, "criterion 2"),
        ({"weights": [1, 1], "draws": 0}, "at least one"),
        ({"weights": [1, 1], "spread": 1.0}, "0 to below 1"),
    ],
)
def test_refusals(given, said):
    with pytest.raises(ValueError, match=said):
        rank(VALUES, **given)
    with pytest.raises(ValueError, match="table"):
        rank([1.0, 2.0], [1])
