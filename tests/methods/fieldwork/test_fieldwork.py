"""The published examples, and what holds for any data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.fieldwork import (
    back_check_rates,
    copying_scores,
    distances_m,
    near_duplicates,
    outliers,
    read_audit,
    shrunken_rates,
    straight_lining,
    travel_speeds_kmh,
)

BAGHDAD, MOSUL = (33.3152, 44.3661), (36.3489, 43.1577)


def test_distances():
    assert float(distances_m(*BAGHDAD, *MOSUL)) == pytest.approx(354_895, abs=1)
    near = distances_m(36.19, 44.01, [36.1909, 36.1972], 44.01)
    assert near.round(1).tolist() == [100.1, 800.6]
    assert math.isnan(float(distances_m(float("nan"), 0, 0, 0)))
    with pytest.raises(ValueError, match="exchanged"):
        distances_m(99, 33, 33, 44)


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_distance_is_the_same_both_ways_and_never_more_than_half_the_globe(lat_a, lon_a, lat_b, lon_b):
    there, back = distances_m(lat_a, lon_a, lat_b, lon_b), distances_m(lat_b, lon_b, lat_a, lon_a)
    assert float(there) == pytest.approx(float(back), abs=1e-6)
    assert 0 <= float(there) <= math.pi * 6_371_008.8 + 1e-3


@pytest.mark.parametrize(
    ("latitude", "start", "end", "speeds"),
    [
        ([BAGHDAD[0], MOSUL[0]], [0, 9 * 3600], [8 * 3600, 10 * 3600], [354.9]),
        ([BAGHDAD[0], MOSUL[0]], [0, 12 * 3600], [8 * 3600, 13 * 3600], [88.7]),
        ([BAGHDAD[0], MOSUL[0]], [0, 3600], [3600, 7200], [math.inf]),
        ([BAGHDAD[0], BAGHDAD[0]], [0, 3600], [7200, 7200], [0.0]),
        ([BAGHDAD[0]], [0], [1], []),
        ([], [], [], []),
    ],
)
def test_speeds(latitude, start, end, speeds):
    longitude = [MOSUL[1] if one == MOSUL[0] else BAGHDAD[1] for one in latitude]
    assert travel_speeds_kmh(latitude, longitude, start, end).round(1).tolist() == speeds


def test_speeds_without_a_fix_or_order():
    assert np.isnan(travel_speeds_kmh([33, math.nan, 34], [44, 44, 44], [0, 10, 20], [1, 11, 21])).all()
    with pytest.raises(ValueError, match="sorted"):
        travel_speeds_kmh([33, 34], [44, 44], [10, 0], [11, 1])
    with pytest.raises(ValueError, match="length"):
        travel_speeds_kmh([33, 34], [44], [10, 20], [11, 21])


AUDIT = b"""event,node,start,end,old-value,new-value
form start,,1000,,,
question,/data/a,1000,4000,,
question,/data/b,4000,9000,,
jump,,9000,9400,,
question,/data/nc[1]/c,9000,9500,,
"""


def test_audit():
    log = read_audit(AUDIT)
    assert log.active_seconds == 8.5
    assert log.seconds_by_question == {"/data/a": 3.0, "/data/b": 5.0, "/data/nc[1]/c": 0.5}
    assert (log.changed_after_finalise, log.resumes, log.problems) == ((), 0, ())


def test_audit_after_finalising():
    log = read_audit(
        AUDIT
        + b"form resume,,9500,,,\nform finalize,,9600,,,\nquestion,/data/a,9700,9800,1,2\nquestion,/data/b,9800,9900,1,1\n"
    )
    assert log.changed_after_finalise == ("/data/a",)
    assert log.resumes == 1
    assert log.seconds_by_question["/data/a"] == pytest.approx(3.1)


def test_torn_audit_is_told_and_skipped():
    log = read_audit(
        AUDIT + b"question,/data/d,9500\nquestion,/data/e,99,9\nquestion,,1,2\nquestion,/data/f,\xd9\xa3,4\n"
    )
    assert log.active_seconds == 8.5
    assert [sentence.partition(":")[0] for sentence in log.problems] == ["row 7", "row 8", "row 9", "row 10"]
    assert read_audit(b"").problems == ()
    assert "columns" in read_audit(b"a,b\n1,2\n").problems[0]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, len(AUDIT)))
def test_audit_never_raises(noise, at):
    assert read_audit(AUDIT[:at] + noise + AUDIT[at:]).active_seconds >= 0


def record(same, of=20, mark="x"):
    return [f"{index}" if index < same else f"{mark}{index}" for index in range(of)]


def test_near_duplicates():
    # A third record that agrees in nothing, so that every column says something.
    records = [record(20), record(18), record(16, mark="y"), record(0, mark="z")]
    found = near_duplicates(records)
    assert [(pair.first, pair.second, pair.share, pair.compared) for pair in found] == [(0, 1, 0.9, 20)]
    assert [pair.share for pair in near_duplicates(records, threshold=0.8)] == [0.9, 0.8, 0.8]


def test_columns_of_one_value_and_empty_answers_say_nothing():
    records = [["same", "a", "b", ""], ["same", "a", "b", None], ["same", "c", "d", "e"]]
    assert near_duplicates(records, threshold=1.0, min_compared=3) == []
    (pair,) = near_duplicates(records, threshold=1.0, min_compared=2)
    assert (pair.first, pair.second, pair.compared) == (0, 1, 2)
    assert near_duplicates(np.empty((0, 3), dtype=object)) == []
    with pytest.raises(ValueError, match="share"):
        near_duplicates(records, threshold=85)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=6, max_size=6), max_size=12))
def test_near_duplicates_are_those_of_a_plain_count(records):
    table = np.array(records, dtype=object).reshape(len(records), 6)
    telling = [column for column in range(6) if len({row[column] for row in records if row[column]}) > 1]
    expected = set()
    for first in range(len(records)):
        for second in range(first + 1, len(records)):
            both = [c for c in telling if records[first][c] and records[second][c]]
            same = sum(records[first][c] == records[second][c] for c in both)
            if len(both) >= 2 and same / len(both) >= 0.5:
                expected.add((first, second, same / len(both), len(both)))
    assert set(near_duplicates(table, threshold=0.5, min_compared=2)) == expected


def test_copying_is_found_and_chance_is_not():
    random = np.random.default_rng(7)
    answers = random.integers(0, 4, (120, 15)).astype(str).astype(object)
    who = [f"i{number % 6}" for number in range(120)]
    own = [index for index, name in enumerate(who) if name == "i3"]
    answers[own[1:]] = answers[own[0]]
    scores = copying_scores(answers, who)
    assert scores[0].interviewer == "i3"
    assert scores[0].score == pytest.approx(1.0)
    assert scores[0].p_value == pytest.approx(1 / 200)
    assert scores[0].excess > 0.3
    assert len(scores) == 6
    assert copying_scores(answers, who) == scores
    assert copying_scores(answers, list(range(120))) == []
    with pytest.raises(ValueError, match="each record"):
        copying_scores(answers, who[1:])


def test_back_checks():
    first = {number: {item: str(number) for item in "abcde"} for number in range(40)}
    again = {number: dict(answers) for number, answers in first.items()}
    for number in range(12):
        again[number]["abcde"[number % 5]] = "other"
    again["unknown"] = {"a": "1"}
    found = back_check_rates(
        first, again, items={"a": 1, "b": 1, "c": 2, "d": 2, "e": 3}, interviewers=dict.fromkeys(range(40), "who")
    )
    assert (found.compared, found.mismatched, found.error_rate) == (200, 12, pytest.approx(0.06))
    assert found.unmatched == ("unknown",)
    assert found.by_interviewer == {"who": (200, 12, pytest.approx(0.06))}
    assert found.by_type == {1: (80, 6, 0.075), 2: (80, 4, 0.05), 3: (40, 2, 0.05)}
    assert sum(mismatched for _compared, mismatched, _rate in found.by_item.values()) == 12
    assert found.mismatches[0] == (0, "a", "0", "other")


def test_back_checks_with_a_tolerance_and_without_answers():
    found = back_check_rates(
        {1: {"age": "30"}, 2: {"age": "30"}, 3: {"age": "old"}, 4: {"age": ""}},
        {1: {"age": 32}, 2: {"age": 33}, 3: {"age": 30}, 4: {"age": 30}},
        items={"age": 1},
        interviewers={},
        tolerances={"age": 2},
    )
    assert [(one.id, one.second) for one in found.mismatches] == [(2, 33), (3, 30)]
    assert found.compared == 3
    nothing = back_check_rates({}, {}, items={"age": 1}, interviewers={})
    assert math.isnan(nothing.error_rate)
    with pytest.raises(ValueError, match="type"):
        back_check_rates({}, {}, items={"age": 4}, interviewers={})
    with pytest.raises(ValueError, match="not among"):
        back_check_rates({}, {}, items={"age": 1}, interviewers={}, tolerances={"weight": 1})


def test_straight_lining():
    shares = straight_lining([["a", "a", "b", None], ["a", "", None, ""], ["c", "c", "c", "c"]])
    assert shares[:1].tolist() == [pytest.approx(2 / 3)]
    assert math.isnan(shares[1])
    assert shares[2] == 1


def test_outliers():
    values = [20, 22, 19, 21, 23, 20, 95]
    assert outliers(values).nonzero()[0].tolist() == [6]
    # 0.6745 · 74 / 1
    assert outliers(values, threshold=49.8)[6]
    assert not outliers(values, threshold=50).any()
    assert outliers(values, method="iqr").nonzero()[0].tolist() == [6]
    assert not outliers(values, method="sd").any()
    assert outliers([*values, math.nan]).tolist()[-1] is False
    assert not outliers([1, 1, 1, 99]).any()
    assert outliers([5] * 20 + [9]).nonzero()[0].tolist() == [20]
    assert not outliers([5] * 20).any()
    with pytest.raises(ValueError, match="none of"):
        outliers(values, method="guess")


def test_shrunken_rates():
    found = shrunken_rates([1, 8, 0, 2, 5], [25, 40, 12, 30, 50])
    assert found.overall == pytest.approx(0.10191, abs=5e-6)
    assert found.prior_weight == pytest.approx(37.460, abs=5e-4)
    assert found.rates.round(5).tolist() == [0.07713, 0.15256, 0.07718, 0.08624, 0.10082]
    for events, totals in (([2], [10]), ([0, 0], [5, 5]), ([5, 5], [5, 5]), ([1, 1], [10, 10])):
        even = shrunken_rates(events, totals)
        assert even.prior_weight == math.inf
        assert even.rates.tolist() == [even.overall] * len(events)
    with pytest.raises(ValueError, match="greater than 0"):
        shrunken_rates([0], [0])
    with pytest.raises(ValueError, match="outside"):
        shrunken_rates([3], [2])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=12))
def test_shrunken_rates_lie_between_their_own_and_that_of_all(pairs):
    events = [min(x, n) for x, n in pairs]
    totals = [n for _x, n in pairs]
    found = shrunken_rates(events, totals)
    own = np.array(events) / np.array(totals)
    low, high = np.minimum(own, found.overall), np.maximum(own, found.overall)
    assert np.all(found.rates >= low - 1e-12)
    assert np.all(found.rates <= high + 1e-12)
