"""Sums that nobody declared, found in the numbers; and none that the numbers deny."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.disclosure import find_totals

NAN = float("nan")


def test_a_total_among_others():
    assert find_totals([[3, 20, 23, 7], [4, 30, 34, 9], [0, 8, 8, 1]]) == [(2, [0, 1])]


def test_totals_of_totals():
    base = np.random.default_rng(1).poisson(30, (6, 4))
    table = np.column_stack([base, base[:, :2].sum(axis=1), base.sum(axis=1)])
    found = dict(find_totals(table))
    assert found[4] == [0, 1]
    assert sum(table[:, one] for one in found[5]).tolist() == table[:, 5].tolist()


def test_one_row_that_denies_it_is_enough():
    assert find_totals([[3, 20, 23], [4, 30, 34], [1, 8, 10]]) == []


def test_a_row_without_a_number_says_nothing():
    assert find_totals([[3, 20, 23], [NAN, 30, 34], [1, 8, 9], [2, NAN, 9], [4, 4, 8]]) == [(2, [0, 1])]


def test_all_others_in_one_row_but_never_some_of_them_by_chance():
    assert find_totals([[3, 20, 23]]) == [(2, [0, 1])]
    assert find_totals([[3, 20, 23, 400]]) == []


def test_two_columns_alike_once():
    assert find_totals([[3, 3], [5, 5], [9, 9]]) == [(0, [1])]
    assert find_totals([[3, 3]]) == []


@pytest.mark.parametrize(
    "table", [[[0, 0, 0]] * 4, [[-1, 3, 2]] * 4, [[0.5, 0.5, 1]] * 4, np.empty((0, 3)), np.empty((4, 0))]
)
def test_what_is_no_count_has_no_sums(table):
    assert find_totals(table) == []


def test_a_vector_is_no_table():
    with pytest.raises(ValueError, match="rows and columns"):
        find_totals([1, 2, 3])


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 8), st.integers(1, 7), st.integers(0, 10_000))
def test_each_sum_holds_in_every_row_and_none_leads_back(rows, columns, seed):
    chance = np.random.default_rng(seed)
    base = chance.poisson(chance.choice([0.5, 3, 40]), (rows, columns))
    table = np.column_stack([base, base[:, chance.random(columns) < 0.6].sum(axis=1)])
    found = find_totals(table)
    for total, parts in found:
        assert total not in parts
        assert (table[:, parts].sum(axis=1) == table[:, total]).all()
    level = dict.fromkeys(range(columns + 1), 0)
    for _ in range(columns + 2):
        for total, parts in found:
            level[total] = max([level[total], *(level[part] + 1 for part in parts)])
    assert max(level.values()) <= columns + 1
