"""Flags of values."""

import math
import warnings
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.hydrology import SeriesRules, check_series


def flags(values, times=None, **rules):
    return check_series(range(len(values)) if times is None else times, values, rules=SeriesRules(**rules)).tolist()


def test_ranges_fail_or_are_suspect_and_fail_wins():
    found = flags(
        [-1, 0, 0.4, 5, 9.5, 10, 10.1, math.nan, math.inf],
        minimum=0,
        maximum=10,
        suspect_minimum=0.5,
        suspect_maximum=9,
    )
    assert found == [4, 3, 3, 1, 3, 3, 4, 9, 4]


def test_without_a_rule_nothing_is_judged_but_gaps_are_seen():
    assert flags([1, math.nan, math.inf]) == [2, 9, 4]


def test_rise_and_fall_are_per_hour_since_the_last_believable_value():
    times = np.array(["2026-03-01T06", "2026-03-01T12", "2026-03-01T18", "2026-03-02T06"], "datetime64[h]")
    assert flags([2.0, 3.2, 4.5, 1.0], times, max_rise=0.2, max_fall=0.25) == [1, 1, 3, 3]
    lost = flags([2.0, 99.0, math.nan, 5.0], times, maximum=20, max_rise=0.1)
    assert lost == [1, 4, 9, 3], "3 m in 24 h, over the failed and the missing one"
    assert flags([2.0, 99.0, math.nan, 4.0], times, maximum=20, max_rise=0.1) == [1, 4, 9, 1]


def test_a_spike_is_one_value_and_not_its_neighbours():
    assert flags([2, 2.1, 5, 2.2, 2.1], spike=1) == [1, 1, 3, 1, 1]
    assert flags([2, 2.1, -1, 2.2, 2.1], spike=1) == [1, 1, 3, 1, 1]
    assert flags([2, 4, 6, 8], spike=1) == [1, 1, 1, 1], "a flood's rise is no spike"
    assert flags([2, math.nan, 5, 2.2], spike=1) == [1, 9, 3, 1]


def test_a_stuck_gauge():
    assert flags([3, 2, 2, 2, 2, 5], flat_steps=3) == [1, 3, 3, 3, 3, 1]
    assert flags([2, 2, 2, 3], flat_steps=3) == [1, 1, 1, 1]
    assert flags([2, 2, math.nan, 2, 2], flat_steps=3) == [3, 3, 9, 3, 3], "a gap does not free it"


def test_times_in_several_forms():
    start = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
    days = [start + timedelta(hours=6 * step) for step in range(3)]
    assert flags([1, 2, 9], days, max_rise=0.5) == [1, 1, 3]
    assert flags([1, 2, 9], [0, 6, 12], max_rise=0.5) == [1, 1, 3]
    assert flags([]) == []


def test_times_that_do_not_rise_are_refused():
    with pytest.raises(ValueError, match="do not rise at value 2"):
        flags([1, 2, 3], [0, 1, 1])
    with pytest.raises(ValueError, match="a time is missing"):
        flags([1, 2], [0, math.nan])
    with pytest.raises(ValueError, match="a time is missing"):
        flags([1, 2], np.array(["2026-03-01", "NaT"], "datetime64[D]"))
    with pytest.raises(ValueError, match="3 times and 2 values"):
        flags([1, 2], [0, 1, 2])


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"minimum": 5, "maximum": 1}, "exchange them"),
        ({"spike": -1}, "0 or more"),
        ({"flat_steps": 0}, "1 or more"),
        ({"max_rise": math.nan}, "give a finite number"),
    ],
)
def test_rules_that_are_none_are_refused(rules, said):
    with pytest.raises(ValueError, match=said):
        SeriesRules(**rules)


VALUES = st.lists(st.one_of(st.just(math.nan), st.floats(-10, 20), st.sampled_from([1.0, 2.0])), max_size=25)
SOME = st.none() | st.floats(0.1, 5)


@given(VALUES, SOME, SOME, SOME, st.none() | st.integers(1, 4))
def test_against_a_plain_loop(values, rise, fall, spike, flat):
    rules = {"minimum": -5.0, "maximum": 15.0, "max_rise": rise, "max_fall": fall, "spike": spike, "flat_steps": flat}
    found = flags(values, **rules)
    believed = [at for at, value in enumerate(values) if not math.isnan(value) and -5 <= value <= 15]
    for at, (value, flag) in enumerate(zip(values, found, strict=True)):
        if math.isnan(value):
            assert flag == 9
        elif not -5 <= value <= 15:
            assert flag == 4
        else:
            place = believed.index(at)
            odd = False
            if place:
                rate = (value - values[believed[place - 1]]) / (at - believed[place - 1])
                odd |= rise is not None and rate > rise * (1 + 1e-12)
                odd |= fall is not None and -rate > fall * (1 + 1e-12)
            if spike is not None and 0 < place < len(believed) - 1:
                up, down = value - values[believed[place - 1]], value - values[believed[place + 1]]
                odd |= up * down > 0 and min(abs(up), abs(down)) > spike
            if flat is not None:
                present = [v for v in values if not math.isnan(v)]
                here = sum(not math.isnan(v) for v in values[:at])
                first = last = here
                while first and present[first - 1] == value:
                    first -= 1
                while last + 1 < len(present) and present[last + 1] == value:
                    last += 1
                odd |= last - first + 1 > flat
            assert flag == (3 if odd else 1)


def test_times_with_a_zone_are_moments():
    """08:00 in Baghdad is an hour after 04:00 in UTC, and nothing warns of it."""
    there, here = timezone(timedelta(hours=3)), UTC
    times = [datetime(2026, 3, 1, 4, tzinfo=here), datetime(2026, 3, 1, 8, tzinfo=there)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check_series(times, [1.0, 1.5], rules=SeriesRules(max_rise=0.6)).tolist() == [1, 1]
        assert check_series(times, [1.0, 1.5], rules=SeriesRules(max_rise=0.4)).tolist() == [1, 3]
