import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.commons.indicators.rollup import HOW, roll_up

NAN = float("nan")


def same(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=0)


def test_examples_of_the_contract():
    value, share = roll_up(group=[0, 0, 1], groups=2, how="ratio", numerator=[90, 5, 8], denominator=[100, 50, 10])
    same(value, [95 / 150, 0.8])
    same(share, [1, 1])
    value, share = roll_up(group=[0, 0, 1], groups=3, how="sum", value=[4, NAN, 6])
    same(value, [4, 6, NAN])
    same(share, [0.5, 1, NAN])


def test_each_rule():
    group, value, weight = [0, 0, 0, 1, 1], [1, 2, NAN, 5, 7], [1, 3, 5, NAN, 2]
    for how, expected in (("sum", [3, 12]), ("mean", [1.5, 6]), ("min", [1, 5]), ("max", [2, 7])):
        got, share = roll_up(group=group, groups=2, how=how, value=value)
        same(got, expected)
        same(share, [2 / 3, 1])
    got, share = roll_up(group=group, groups=2, how="weighted_mean", value=value, weight=weight)
    same(got, [7 / 4, 7])
    same(share, [2 / 3, 1 / 2])


def test_a_ratio_takes_members_that_have_both():
    got, share = roll_up(
        group=[0, 0, 0, 1], groups=2, how="ratio", numerator=[5, NAN, 7, 1], denominator=[10, 100, NAN, 2]
    )
    same(got, [0.5, 0.5])
    same(share, [1 / 3, 1])


def test_nothing_over_nothing_is_missing():
    got, share = roll_up(group=[0, 1], groups=2, how="ratio", numerator=[0, 3], denominator=[0, 0])
    same(got, [NAN, NAN])
    same(share, [1, 1])
    got, _ = roll_up(group=[0], groups=1, how="weighted_mean", value=[3], weight=[0])
    same(got, [NAN])


def test_groups_without_members_or_values():
    for how in ("sum", "mean", "min", "max"):
        got, share = roll_up(group=[1, 1], groups=3, how=how, value=[NAN, NAN])
        same(got, [NAN, NAN, NAN])
        same(share, [NAN, 0, NAN])
    got, share = roll_up(group=[], groups=2, how="sum", value=[])
    same(got, [NAN, NAN])
    same(share, [NAN, NAN])
    assert roll_up(group=[], groups=0, how="sum", value=[])[0].shape == (0,)


@pytest.mark.parametrize(
    "options",
    [
        {"group": [0, 2], "groups": 2, "how": "sum", "value": [1, 2]},
        {"group": [-1, 0], "groups": 2, "how": "sum", "value": [1, 2]},
        {"group": [0.5, 0], "groups": 2, "how": "sum", "value": [1, 2]},
        {"group": [[0]], "groups": 2, "how": "sum", "value": [[1]]},
        {"group": [0], "groups": -1, "how": "sum", "value": [1]},
        {"group": [0], "groups": 1, "how": "median", "value": [1]},
        {"group": [0], "groups": 1, "how": "sum"},
        {"group": [0], "groups": 1, "how": "sum", "value": [1, 2]},
        {"group": [0], "groups": 1, "how": "sum", "value": [float("inf")]},
        {"group": [0], "groups": 1, "how": "ratio", "numerator": [1]},
        {"group": [0], "groups": 1, "how": "ratio", "numerator": [1], "denominator": [-1]},
        {"group": [0], "groups": 1, "how": "weighted_mean", "value": [1]},
        {"group": [0], "groups": 1, "how": "weighted_mean", "value": [1], "weight": [-1]},
    ],
)
def test_wrong_input_is_refused(options):
    with pytest.raises(ValueError, match=r"\w+ .*\w"):
        roll_up(**options)


NUMBER = st.one_of(st.just(NAN), st.integers(0, 1000).map(float))
MEMBERS = st.lists(st.tuples(st.integers(0, 3), NUMBER, NUMBER), max_size=20)


@given(MEMBERS, st.sampled_from(HOW))
def test_agrees_with_counting_by_hand(members, how):
    columns = {
        "ratio": ("numerator", "denominator"),
        "weighted_mean": ("value", "weight"),
    }.get(how, ("value",))
    arrays = {name: [member[1 + index] for member in members] for index, name in enumerate(columns)}
    got, share = roll_up(group=[member[0] for member in members], groups=4, how=how, **arrays)
    for group in range(4):
        inside = [member[1 : 1 + len(columns)] for member in members if member[0] == group]
        present = [tuple(map(Fraction, member)) for member in inside if not any(map(math.isnan, member))]
        assert math.isnan(share[group]) if not inside else share[group] == len(present) / len(inside)
        expected = by_hand(how, present)
        assert math.isnan(got[group]) if expected is None else got[group] == pytest.approx(float(expected))


def by_hand(how, present):
    if not present:
        return None
    first = [member[0] for member in present]
    if how == "ratio":
        below = sum(member[1] for member in present)
        return sum(first) / below if below else None
    if how == "weighted_mean":
        below = sum(member[1] for member in present)
        return sum(value * weight for value, weight in present) / below if below else None
    return {"sum": sum(first), "mean": sum(first) / len(first), "min": min(first), "max": max(first)}[how]
