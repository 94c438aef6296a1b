"""Where peaks stand on probability paper: ranks without history, and the time that a threshold of perception covers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rafid.methods.hydrology import PerceptionPeriod, normal_deviate, plotting_positions


def test_the_formula_of_cunnane_and_of_weibull():
    peaks = [30.0, 10.0, 20.0, 40.0]
    here, there = plotting_positions(peaks)
    assert here == pytest.approx([1.6 / 4.2, 3.6 / 4.2, 2.6 / 4.2, 0.6 / 4.2])
    assert there.size == 0
    assert plotting_positions(peaks, a=0)[0] == pytest.approx([0.4, 0.8, 0.6, 0.2])


def test_a_history_worked_by_hand():
    """Ten gauged years, of which one lies above 100, and forty historic ones with two: three floods in fifty years."""
    peaks = [120.0, *range(10, 19)]
    here, there = plotting_positions(peaks, historic_peaks=[300.0, 150.0], historic_years=40, historic_threshold=100)
    share = 3 / 50
    assert there == pytest.approx([share * 0.6 / 3.2, share * 1.6 / 3.2])
    assert here[0] == pytest.approx(share * 2.6 / 3.2)
    assert here[9] == pytest.approx(share + (1 - share) * 0.6 / 9.2)
    assert here[1] == pytest.approx(share + (1 - share) * 8.6 / 9.2)


def test_a_history_without_a_flood_moves_every_peak():
    here, _there = plotting_positions([1.0, 2.0, 3.0], historic_years=30, historic_threshold=10)
    assert here == pytest.approx(plotting_positions([1.0, 2.0, 3.0])[0])


def test_two_periods_worked_by_hand():
    """Ten gauged years, one at 60; thirty years that noticed 50 and above, with 80; sixty that noticed 100, with 300 and a range."""
    peaks = [60.0, *range(10, 19)]
    told = [PerceptionPeriod(30, 50, (80.0,)), PerceptionPeriod(60, 100, (300.0,), ((110.0, 440.0),))]
    here, there = plotting_positions(peaks, periods=told)
    high = 2 / 100  # of all hundred years
    assert there[1:] == pytest.approx([high * 0.6 / 2.2, high * 1.6 / 2.2])
    # 60 and 80 among the forty years of which it is known whether 50 was reached; of the sixty nobody knows
    step = (1 - high) * 2 / (2 + 9 + 29)
    assert there[0] == pytest.approx(high + step * 0.6 / 2.2)
    assert here[0] == pytest.approx(high + step * 1.6 / 2.2)
    assert here[9] == pytest.approx(high + step + (1 - high - step) * 0.6 / 9.2)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0, 0.5))
def test_positions_are_probabilities_in_the_order_of_the_peaks(peaks, a):
    here, _there = plotting_positions(peaks, a=a)
    assert np.all((here > 0) & (here < 1))
    assert np.all(np.diff(here[np.argsort(peaks, kind="stable")]) <= 0) or len(set(peaks)) < len(peaks)
    assert np.mean(here) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"peaks": []}, "at least one"),
        ({"peaks": [1, np.nan]}, "no finite number"),
        ({"peaks": [1, -2]}, "cannot be below 0"),
        ({"a": 0.7}, "give 0 to 0.5"),
        ({"historic_years": 5}, "need historic_threshold"),
        ({"historic_peaks": [9], "historic_years": 0, "historic_threshold": 5}, "do not fit"),
        ({"historic_peaks": [3], "historic_years": 5, "historic_threshold": 5}, "below the threshold"),
    ],
)
def test_what_cannot_be_placed_is_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        plotting_positions(**{"peaks": [1.0, 2.0], **given})


def test_the_normal_deviate_grows_as_floods_are_rarer():
    assert normal_deviate([0.5, 0.1, 0.01]) == pytest.approx([0, 1.2815515655, 2.3263478740])
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_deviate([0.5, 1.0])
