"""Records that look alike, coarser codes, moved points: worked examples, errors, properties against a slow reading."""

import doctest
import importlib
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rafid.methods.disclosure import class_sizes, classes, counting, displace_points, distinct_values, generalise

CODES = [[0, 0], [1, 0], [2, 1], [3, 1], [0, 0], [1, 1]]
HIERARCHIES = [[[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]], [[0, 1], [0, 0]]]

ANY_INTEGER = st.integers(-(2**63), 2**63 - 1)
FEW = st.integers(-2, 2)
TABLES = hnp.arrays(np.int64, st.tuples(st.integers(1, 40), st.integers(1, 4)), elements=FEW | ANY_INTEGER)


def sizes_slowly(codes):
    counted = Counter(tuple(row) for row in codes.tolist())
    return [counted[tuple(row)] for row in codes.tolist()]


@pytest.mark.parametrize("module", ["attack", "classes", "displace", "generalise", "linked", "protect"])
def test_examples_in_the_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"rafid.methods.disclosure.{module}"))
    assert found.attempted
    assert not found.failed


def test_class_sizes_of_the_worked_example():
    assert class_sizes(CODES).tolist() == [2, 1, 1, 1, 2, 1]


@settings(deadline=None)
@given(TABLES)
def test_class_sizes_are_counts_of_equal_rows(codes):
    assert class_sizes(codes).tolist() == sizes_slowly(codes)


@settings(deadline=None)
@given(TABLES)
def test_the_compiled_loops_count_alike(codes):
    assert counting.sizes(codes).tolist() == sizes_slowly(codes)
    which, count = counting.number(codes)
    assert sorted(set(which.tolist())) == list(range(count))
    assert np.bincount(which)[which].tolist() == sizes_slowly(codes)


@pytest.mark.parametrize(
    "make",
    [
        lambda chance, n: chance.integers(0, [101, 17, 2, 10], (n, 4)),  # a table of all combinations
        lambda chance, n: chance.integers(0, 25, (n, 1)) * 10**9 + chance.integers(0, 25, (n, 3)),  # packed, hashed
        lambda chance, n: chance.choice([-(2**63), 2**63 - 1, 0, 7], (n, 4)),  # rows hashed and compared
    ],
)
def test_class_sizes_of_many_records(make):
    codes = make(np.random.default_rng(5), classes._SMALL * 3)
    assert class_sizes(codes).tolist() == sizes_slowly(codes)


def test_rows_whose_hashes_agree_are_compared(monkeypatch):
    monkeypatch.setattr(counting, "_row_hashes", lambda table: np.zeros(len(table), np.int64))
    codes = np.random.default_rng(1).choice([-(2**63), 2**63 - 1, 0], (300, 3))
    assert counting.sizes(codes).tolist() == sizes_slowly(codes)


def test_class_sizes_of_numbers_beyond_a_float():
    assert class_sizes([[2**53, -1], [2**53 + 1, -1], [2**53, -1]]).tolist() == [2, 1, 2]
    assert class_sizes([[2**63, -1], [2**63 + 1, -1], [2**63, -1]]).tolist() == [2, 1, 2]
    assert class_sizes([[2**90], [2**90 + 1], [2**90]]).tolist() == [2, 1, 2]
    assert class_sizes(np.array([[2**64 - 1], [2**63], [2**64 - 1]], np.uint64)).tolist() == [2, 1, 2]


def test_class_sizes_of_nothing_and_of_no_fields():
    assert class_sizes(np.empty((0, 3), np.int64)).tolist() == []
    assert class_sizes(np.empty((4, 0), np.int64)).tolist() == [4, 4, 4, 4]


@pytest.mark.parametrize("codes", [[1, 2], [[1.5, 2]], [[float("nan"), 2]], [["a", "b"]], [[1, 2], [3]]])
def test_class_sizes_refuse(codes):
    with pytest.raises(ValueError, match="codes must"):
        class_sizes(codes)


@settings(deadline=None)
@given(TABLES, st.data())
def test_distinct_values_are_counted_in_each_class(codes, data):
    secret = data.draw(hnp.arrays(np.int64, len(codes), elements=FEW | ANY_INTEGER))
    values = defaultdict(set)
    for row, value in zip(codes.tolist(), secret.tolist(), strict=True):
        values[tuple(row)].add(value)
    assert distinct_values(codes, sensitive=secret).tolist() == [len(values[tuple(row)]) for row in codes.tolist()]


def test_distinct_values_need_one_value_for_each_record():
    with pytest.raises(ValueError, match="2 records"):
        distinct_values([[1], [2]], sensitive=[1, 2, 3])


def test_generalise_the_worked_example():
    found = generalise(CODES, hierarchies=HIERARCHIES, k=2)
    assert found.levels == (2, 0)
    assert not found.suppressed.any()
    assert found.codes.tolist() == [[0, 0], [0, 0], [0, 1], [0, 1], [0, 0], [0, 1]]


def test_generalise_the_worked_example_with_a_fifth_left_out():
    found = generalise(CODES, hierarchies=HIERARCHIES, k=2, max_suppressed=0.2)
    assert found.levels == (1, 0)
    assert found.suppressed.tolist() == [False, False, False, False, False, True]
    assert found.codes.tolist() == [[0, 0], [0, 0], [1, 1], [1, 1], [0, 0], [0, 1]]


def generalise_slowly(codes, hierarchies, k, share):
    found = []
    for levels in product(*(range(len(steps)) for steps in hierarchies)):
        coarse = [tuple(hierarchies[j][levels[j]][v] for j, v in enumerate(row)) for row in codes]
        counted = Counter(coarse)
        left_out = sum(counted[row] < k for row in coarse)
        if left_out <= share * len(codes) + 1e-9:
            effort = sum(Fraction(at, max(len(steps) - 1, 1)) for at, steps in zip(levels, hierarchies, strict=True))
            found.append((effort, left_out, levels))
    return min(found, default=None)


@settings(deadline=None)
@given(st.data())
def test_generalise_takes_the_best_of_all_levels(data):
    hierarchies = []
    for values in data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)):
        rows = st.lists(st.integers(0, 3), min_size=values, max_size=values)
        hierarchies.append([list(range(values)), *data.draw(st.lists(rows, max_size=2))])
    row = st.tuples(*(st.integers(0, len(steps[0]) - 1) for steps in hierarchies))
    codes = data.draw(st.lists(row, min_size=1, max_size=12))
    k, share = data.draw(st.integers(2, 4)), data.draw(st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]))
    expected = generalise_slowly(codes, hierarchies, k, share)
    if expected is None:
        with pytest.raises(ValueError, match="coarsest"):
            generalise(codes, hierarchies=hierarchies, k=k, max_suppressed=share)
        return
    found = generalise(codes, hierarchies=hierarchies, k=k, max_suppressed=share)
    assert found.levels == expected[2]
    assert found.suppressed.sum() == expected[1]
    assert (class_sizes(found.codes)[~found.suppressed] >= k).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"k": 1}, "k must"),
        ({"k": 2.5}, "k must"),
        ({"k": 7}, "coarsest"),
        ({"max_suppressed": 1.5}, "share"),
        ({"max_suppressed": float("nan")}, "share"),
        ({"hierarchies": HIERARCHIES[:1]}, "1 hierarchies"),
        ({"hierarchies": [[[0, 1, 2], [0, 0, 1]], HIERARCHIES[1]]}, "record 3 has code 3 in field 0"),
        ({"hierarchies": [[[0, 0, 1, 1]], HIERARCHIES[1]]}, "field 0 must begin"),
        ({"hierarchies": [[[0, 1, 2, 3], [0, 1]], HIERARCHIES[1]]}, "as many"),
    ],
)
def test_generalise_refuses(change, words):
    with pytest.raises(ValueError, match=words):
        generalise(CODES, **({"hierarchies": HIERARCHIES, "k": 2} | change))


def test_points_move_into_the_ring_and_evenly_over_its_area():
    points = np.random.default_rng(3).uniform(4e5, 5e5, (20_000, 2))
    moved = displace_points(points, inner=300, outer=1000, seed=11)
    away = moved - points
    distance = np.hypot(*away.T)
    assert distance.min() >= 300 - 1e-6
    assert distance.max() <= 1000 + 1e-6
    # Half of the area lies within this distance; a quarter of it in each quadrant.
    half = np.sqrt((300**2 + 1000**2) / 2)
    assert abs(np.mean(distance <= half) - 0.5) < 0.02
    for east, north in product((True, False), repeat=2):
        assert abs(np.mean(((away[:, 0] > 0) == east) & ((away[:, 1] > 0) == north)) - 0.25) < 0.02


def test_one_seed_moves_alike_and_another_does_not():
    points = [[0.0, 0.0], [10.0, 5.0], [float("nan"), float("nan")]]
    first = displace_points(points, inner=0, outer=50, seed=4)
    np.testing.assert_array_equal(first, displace_points(points, inner=0, outer=50, seed=4))
    assert not np.allclose(first[:2], displace_points(points, inner=0, outer=50, seed=5)[:2])
    assert np.isnan(first[2]).all()
    assert displace_points([], inner=1, outer=2, seed=1).shape == (0, 2)


@pytest.mark.parametrize(
    ("xy", "inner", "outer"),
    [
        ([[0, 0]], -1, 5),
        ([[0, 0]], 6, 5),
        ([[0, 0]], 0, 0),
        ([[0, 0]], 0, float("inf")),
        ([[0, 0]], float("nan"), 5),
        ([[0, 0, 0]], 1, 5),
        ([0, 0], 1, 5),
        ([[float("inf"), 0]], 1, 5),
    ],
)
def test_displace_refuses(xy, inner, outer):
    with pytest.raises(ValueError, match=r"ring|coordinate"):
        displace_points(xy, inner=inner, outer=outer, seed=1)
