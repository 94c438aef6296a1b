"""The most alike of the earlier records, among very many: just what comparing all with all gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.fieldwork import earlier, near_duplicates
from rafid.methods.fieldwork.earlier import earlier_likeness


def by_brute_force(codes, threshold, least):
    """Row → (other, share, compared), from the pairs of ``near_duplicates``."""
    texts = np.where(codes == 0, "", codes.astype(str)).astype(object)
    pairs = near_duplicates(texts, threshold=threshold, min_compared=least)
    best = {}
    for pair in sorted(pairs, key=lambda pair: (pair.second, -pair.share, pair.first)):
        if pair.share > 0:
            best.setdefault(pair.second, (pair.first, pytest.approx(pair.share), pair.compared))
    return best


def found(codes, **more):
    others, shares, compared = earlier_likeness(codes, np.arange(len(codes)), **more)
    return {at: (int(others[at]), shares[at], int(compared[at])) for at in range(len(codes)) if others[at] >= 0}


@pytest.fixture
def grouped(monkeypatch):
    """Groups and bands however few the records are."""
    monkeypatch.setattr(earlier, "FEWEST", 2)
    monkeypatch.setattr(earlier, "SOON", 0)
    monkeypatch.setattr(earlier, "GROUPS", 4)


def records(random, count, width, answers, gaps):
    """Records of few patterns of gaps, and copies with some answers changed."""
    codes = random.integers(1, answers + 1, (count, width)).astype(np.int32)
    for one in range(gaps):
        codes[one :: gaps + 1, random.integers(0, width, 2)] = 0
    for _ in range(count // 4):
        first, second = random.integers(0, count, 2)
        codes[second] = codes[first]
        codes[second, random.integers(0, width, 2)] = random.integers(0, answers + 1, 2)
    return codes


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(2, 60),
    width=st.integers(1, 16),
    answers=st.integers(2, 5),
    gaps=st.integers(0, 4),
    threshold=st.sampled_from([0.0, 0.5, 2 / 3, 0.8, 0.85, 0.9, 1.0]),
    least=st.integers(1, 8),
)
def test_bands_miss_nothing(seed, count, width, answers, gaps, threshold, least):
    codes = records(np.random.default_rng(seed), count, width, answers, gaps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(earlier, "FEWEST", 2)
        patch.setattr(earlier, "SOON", 0)
        patch.setattr(earlier, "GROUPS", 3)
        more = {"threshold": threshold, "min_compared": least}
        assert found(codes, few_pairs=-1, **more) == by_brute_force(codes, threshold, least) == found(codes, **more)


def test_of_many_records_bands_find_what_all_pairs_do():
    """Recall is one, of several thousand records with gaps and planted copies, without comparing all with all."""
    random = np.random.default_rng(7)
    codes = records(random, 6000, 24, 4, 3)
    banded = earlier_likeness(codes, np.arange(6000), few_pairs=-1)
    for one, other in zip(banded, earlier_likeness(codes, np.arange(6000), few_pairs=10**12), strict=True):
        assert np.array_equal(one, other)
    assert np.count_nonzero(banded[0] >= 0) > 1000


def test_bands_compare_a_small_part_of_all_pairs(grouped, monkeypatch):
    random = np.random.default_rng(3)
    codes = records(random, 3000, 24, 4, 0)
    candidates = []
    real = earlier._candidates
    monkeypatch.setattr(earlier, "_candidates", lambda *some: candidates.append(real(*some)) or candidates[-1])
    earlier_likeness(codes, np.arange(3000), few_pairs=-1)
    assert 0 < sum(candidates) < 3000 * 3000 / 2 / 5


def test_answers_that_tell_nothing_apart_are_compared_all_after_all(grouped):
    random = np.random.default_rng(5)
    codes = (1 + (random.random((400, 12)) < 0.02)).astype(np.int32)
    assert found(codes, few_pairs=-1) == by_brute_force(codes, 0.85, 10)


def test_only_the_rows_that_are_asked_for(grouped):
    codes = records(np.random.default_rng(1), 300, 14, 3, 2)
    whole = earlier_likeness(codes, np.arange(300), few_pairs=-1)
    some = np.array([250, 3, 17, 250])
    for one, other in zip(earlier_likeness(codes, some, few_pairs=-1), whole, strict=True):
        assert one.tolist() == other[some].tolist()


def test_the_earlier_record_most_alike_is_that_of_near_duplicates():
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, (200, 20)).astype(np.int32)
    codes[:, 7] = 1
    codes[50], codes[60] = codes[10], codes[10]
    codes[60, :2] = 9
    others, _shares, _compared = earlier_likeness(codes, np.arange(200), threshold=0.5)
    assert found(codes, threshold=0.5) == by_brute_force(codes, 0.5, 10)
    assert others[50] == 10
    some = earlier_likeness(codes, np.array([60, 50]), threshold=0.5)
    assert some[0].tolist() == [others[60], others[50]]


def test_likeness_refuses_what_is_no_table():
    with pytest.raises(ValueError, match="table"):
        earlier_likeness(np.zeros(3, np.int32), np.arange(3))
    with pytest.raises(ValueError, match="share"):
        earlier_likeness(np.zeros((3, 3), np.int32), np.arange(3), threshold=2)
