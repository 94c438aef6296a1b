"""Changes of those who were asked, and shares of released ground: worked examples, properties, what is withheld. No database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.programmes.monitoring.outcomes.figures import OVERALL, Person, answered, change, counted_in_all, groups
from rafid.programmes.monitoring.outcomes.land import land

ANSWER = st.sampled_from([None, 0.0, 1.0])


def asked(before, after, **values):
    answers = {}
    if before is not None:
        answers["before"] = {"q": before}
    if after is not None:
        answers["after"] = {"q": after}
    return Person(**values, answers=answers)


def found(people, **values):
    return change(people, "q", "before", "after", ["q"], **values)


def test_the_worked_example():
    people = [asked(*one) for one in [(1, 1)] * 13 + [(1, 0)] * 2 + [(0, 1)] * 14 + [(0, 0)] * 11]
    pairs = found(people).pairs
    assert (pairs.n, pairs.gained, pairs.lost) == (40, 14, 2)
    assert (round(pairs.difference, 3), round(pairs.low, 3), round(pairs.high, 3)) == (0.3, 0.108, 0.464)
    assert (round(pairs.p, 4), found(people).word) == (0.0042, "rises")


@given(st.lists(st.tuples(ANSWER, ANSWER), max_size=60))
def test_everybody_counts_once_either_in_the_pairs_or_apart(said):
    one = found([asked(*pair) for pair in said])
    both = sum(a is not None and b is not None for a, b in said)
    assert one.n == both
    assert one.only_first == sum(a is not None and b is None for a, b in said)
    assert one.only_then == sum(a is None and b is not None for a, b in said)
    assert (one.apart is not None) == bool(one.only_first and one.only_then)


@given(st.lists(st.tuples(ANSWER, ANSWER), max_size=40))
def test_other_people_each_time_make_no_pairs(said):
    one = found([asked(*pair) for pair in said], paired=False)
    assert one.pairs is None
    assert one.only_first == sum(a is not None for a, _b in said)


def test_behaviour_is_not_added_to_knowledge():
    topics = {"k1": "knowledge", "k2": "knowledge", "b1": "behaviour"}
    assert counted_in_all(topics, topics) == ["k1", "k2"]
    assert counted_in_all(["x", "y"], {}) == ["x", "y"]
    one = Person(answers={"after": {"k1": 1, "k2": 1, "b1": 0}})
    assert answered(one, "after", OVERALL, ["k1", "k2"]) is True
    assert answered(one, "after", "b1", ["k1", "k2"]) is False
    assert answered(one, "before", OVERALL, ["k1", "k2"]) is None


def test_in_all_four_of_five_are_enough_and_a_question_left_out_is_not_known():
    five = [f"k{number}" for number in range(5)]
    four = Person(answers={"after": dict.fromkeys(five[:4], 1.0)})
    three = Person(answers={"after": dict.fromkeys(five[:3], 1.0)})
    assert (answered(four, "after", OVERALL, five), answered(three, "after", OVERALL, five)) == (True, False)


def test_small_groups_are_withheld_with_what_would_tell_them():
    people = [asked(0, 1, sex="female")] * 3 + [asked(0, 1, sex="male")] * 40
    shown = groups(people, lambda one: one.sex, "q", "before", "after", ["q"], withhold=True)
    assert [(one.code, one.change) for one in shown] == [("female", None), ("male", None)]
    inside = groups(people, lambda one: one.sex, "q", "before", "after", ["q"])
    assert [(one.code, one.change.n) for one in inside] == [("female", 3), ("male", 40)]


def test_groups_that_are_large_enough_are_shown_outside_too():
    people = [asked(0, 1, sex="female")] * 30 + [asked(0, 1, sex="male")] * 40
    shown = groups(people, lambda one: one.sex, "q", "before", "after", ["q"], withhold=True)
    assert [(one.code, one.change.n, one.change.small) for one in shown] == [
        ("female", 30, False),
        ("male", 40, False),
    ]


def plot(actual="farming", intended="farming", used=800.0, area=1000.0, dispute=False):
    return SimpleNamespace(
        actual=actual, intended=intended, used_m2=used, area_m2=area, dispute=dispute, beneficiaries=2
    )


def test_land_is_counted_by_ground_and_by_area():
    plots = [plot()] * 6 + [plot("grazing")] * 2 + [plot("unused", used=0.0, dispute=True)] * 4
    one = land(plots)
    assert (one.grounds, one.used.yes, one.unused.yes, one.as_intended.yes, one.dispute.yes) == (12, 8, 4, 6, 4)
    assert one.area_share == pytest.approx(8 * 800 / 12_000)
    assert one.area_low < one.area_share < one.area_high
    assert one.used.low < 8 / 12 < one.used.high
    assert (one.used.low, one.used.high) == (pytest.approx(1 - one.unused.high), pytest.approx(1 - one.unused.low))


def test_a_census_of_grounds_has_no_interval_and_no_ground_no_share():
    one = land([plot()] * 3 + [plot("unused", used=0.0)], census=True)
    assert (one.used.low, one.used.value, one.used.high) == (0.75, 0.75, 0.75)
    assert (one.area_low, one.area_high) == (0.6, 0.6)
    assert land([]) is None
