"""Drought: the worked examples, R's own answers, what indices must keep to, events and classes."""

import doctest
import importlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from rafid.methods.hydrology import drought, drought_events, spei, spi, ssi, standardized_index, status_class
from rafid.methods.hydrology.gamma_kernel import gamma_below


@pytest.fixture(scope="module")
def rain():
    """40 years of a place with wet winters and dry summers."""
    chance = np.random.default_rng(11)
    wet = np.tile([60, 55, 50, 30, 10, 0.0, 0.0, 0.0, 1, 10, 35, 55], 40)
    falls = chance.random(480) < np.tile([1, 1, 1, 1, 0.9, 0.1, 0, 0, 0.3, 0.9, 1, 1], 40)
    return np.where(falls, chance.gamma(2, np.maximum(wet, 0.5) / 2), 0.0)


@pytest.fixture
def rivers(shared):
    folder = shared / "rivers" / "compare-only" / "spei_r"
    if not folder.is_dir():
        pytest.skip("the answers of R's SPEI are not beside the project")
    return folder


@pytest.mark.parametrize("module", ["drought", "frequency", "lmoments", "lowflow", "outliers"])
def test_the_examples_of_the_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"rafid.methods.hydrology.{module}"))
    assert found.attempted
    assert not found.failed


def read(path, column):
    return np.genfromtxt(path, delimiter=",", names=True)[column]


def answers(folder, name):
    lines = (folder / "expected" / f"{name}.csv").read_text().split()[1:]
    return np.array([float(line) if line.strip('"') not in ("", "NA") else np.nan for line in lines])


def test_spi_of_wichita(rivers, monkeypatch):
    """R package SPEI 1.8.1 (compare only). Where a month has zeros its formula is another one, so SPI-1 is not compared whole."""
    rainfall = read(rivers / "wichita.csv", "PRCP")
    year = spi(rainfall, scale=12)
    assert year[[11, 100, 201, 381]] == pytest.approx([-1.799032, 0.015352, -0.829538, -1.701323], abs=1e-6)
    month = spi(rainfall, scale=1)
    assert month[[0, 100, 381]] == pytest.approx([1.2305, -0.682457, -0.136657], abs=5e-5)
    assert month[[100, 381]] == pytest.approx([-0.682457, -0.136657], abs=1e-6)
    for name, reference in (("spi_12_vector", None), ("spi_refst_refend", (108, 300)), ("spi_refst", (108, 382))):
        np.testing.assert_allclose(spi(rainfall, scale=12, reference=reference), answers(rivers, name), atol=3e-8)
    # R fits eight or nine years too.
    assert np.isnan(spi(rainfall, scale=12, reference=(0, 109))[120:]).all()
    monkeypatch.setattr(drought, "FEWEST", 8)
    np.testing.assert_allclose(spi(rainfall, scale=12, reference=(0, 109)), answers(rivers, "spi_refend"), atol=3e-8)


def test_spei_of_kimberley_and_lahore(rivers):
    for place, values in (
        ("kimberley", [0.767084, 1.094397, -0.402844]),
        ("lahore", [-1.209138, -0.765806, -1.998918]),
    ):
        found = spei(read(rivers / "balance.csv", place), scale=12)
        assert found[[500, 900, 1200]] == pytest.approx(values, abs=1e-6)


def test_spi_by_hand(rain):
    """Each calendar month by scipy's own distributions."""
    for scale, month in itertools.product((1, 3, 12), (1, 4, 9)):
        sums = np.array([rain[i - scale + 1 : i + 1].sum() if i >= scale - 1 else np.nan for i in range(480)])
        at = np.arange(480) % 12 == month
        wet = sums[at & (sums > 0)]
        dry = 1 - wet.size / np.isfinite(sums[at]).sum()
        uneven = np.log(wet.mean()) - np.log(wet).mean()
        shape = (1 + np.sqrt(1 + 4 * uneven / 3)) / (4 * uneven)
        expected = stats.norm.ppf(dry + (1 - dry) * stats.gamma(shape, scale=wet.mean() / shape).cdf(sums[at]))
        found = spi(rain, scale=scale, method="mle")[at]
        np.testing.assert_allclose(found, np.clip(expected, -5, 5), atol=1e-9)


def test_a_dry_season_has_no_index(rain):
    month = np.arange(480) % 12
    found = spi(rain, scale=1)
    assert np.isnan(found[np.isin(month, (5, 6, 7))]).all()
    assert np.isfinite(found[np.isin(month, (0, 1, 2, 3, 4, 9, 10, 11))]).all()
    assert np.isfinite(spi(rain, scale=12)[11:]).all()
    # Dry months are dry, whatever fell before them.
    assert (drought._sums(rain[None], 3)[0, 7::12] == rain[5::12] + rain[6::12] + rain[7::12]).all()
    assert np.isnan(spi(np.full(480, 7.0), scale=3)).all()
    assert np.isnan(spei(np.full(480, -7.1), scale=6)).all()
    assert np.isnan(spi(np.zeros(480), scale=3)).all()
    assert np.isnan(spi(rain[:108], scale=1)).all()


@pytest.mark.parametrize("index", [spi, ssi, spei])
def test_an_index_is_normal_at_each_time_of_the_year(index):
    values = np.random.default_rng(0).gamma(3, np.tile(np.arange(1, 13), 100))
    found = index(values, scale=3)
    assert np.isnan(found[:2]).all()
    by_month = found[12:].reshape(-1, 12)
    assert np.abs(by_month.mean(0)).max() < 0.05
    assert np.abs(by_month.std(0) - 1).max() < 0.06
    assert np.abs(found[2:]).max() <= 5


@pytest.mark.parametrize("method", ["lmoments", "mle"])
def test_a_grid_is_as_many_single_cells(rain, method):
    grid = rain * np.random.default_rng(1).uniform(0.5, 2, (3, 4, 480))
    grid[1, 2, 100] = np.nan
    found = spi(grid, scale=6, method=method)
    assert found.shape == grid.shape
    for at in np.ndindex(3, 4):
        np.testing.assert_allclose(found[at], spi(grid[at], scale=6, method=method), atol=1e-12)
    balance = grid - 40
    np.testing.assert_allclose(spei(balance, scale=6)[2, 1], spei(balance[2, 1], scale=6), atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 24),
    st.integers(0, 479),
    st.sampled_from([spi, ssi, spei]),
    st.floats(0.01, 100),
    st.integers(1, 12),
)
def test_a_gap_spoils_its_own_sums_and_units_do_not_matter(rain, scale, gap, index, unit, start):
    rain = rain + np.random.default_rng(9).gamma(3, 1, 480)
    whole = index(rain, scale=scale)
    np.testing.assert_allclose(index(rain * unit, scale=scale, start_month=start), whole, atol=1e-6)
    broken = rain.copy()
    broken[gap] = np.nan
    found = index(broken, scale=scale)
    lost = np.isnan(found)
    lost[: scale - 1] = False
    expected = np.zeros(480, bool)
    expected[gap : gap + scale] = True
    expected[: scale - 1] = False
    assert (lost == expected).all()
    untouched = ~np.isin(np.arange(480) % 12, np.arange(gap, gap + scale) % 12)
    np.testing.assert_allclose(found[untouched], whole[untouched])


def test_more_rain_is_never_a_lower_index(rain):
    for index in (spi, spei):
        found = index(rain, scale=3)
        sums = np.convolve(rain, np.ones(3))[:480]
        for month in range(12):
            order = np.argsort(sums[month + 12 :: 12], kind="stable")
            assert not np.any(np.diff(found[month + 12 :: 12][order]) < -1e-9)


def test_spei_is_the_same_whatever_is_added_and_mirrors_a_mirrored_balance():
    balance = np.random.default_rng(7).gumbel(-20, 30, 600)
    found = spei(balance, scale=6)
    np.testing.assert_allclose(spei(balance + 1000, scale=6), found, atol=1e-8)
    np.testing.assert_allclose(spei(-balance, scale=6), -found, atol=1e-9)


def test_spei_without_skew_is_that_of_the_logistic():
    """Symmetric values: t3 is 0, where the usual formula divides by it."""
    half = np.random.default_rng(2).normal(0, 10, 20)
    values = np.repeat(np.concatenate([half, -half]), 12)
    found = spei(values, scale=1)[::12]
    ordered = np.sort(values[::12])
    spread = np.mean([b - a for a, b in itertools.combinations(ordered, 2)]) / 2
    expected = special.ndtri(special.expit(values[::12] / spread))
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_reference_is_half_open_and_of_places_in_the_series(rain):
    changed = rain.copy()
    changed[360:] *= 3
    first = spi(changed, scale=1, reference=(0, 360))
    np.testing.assert_allclose(first[:360], spi(rain[:360], scale=1))
    assert np.nanmean(first[360:]) > 0.8
    np.testing.assert_array_equal(spi(rain, scale=3, reference=(0, 480)), spi(rain, scale=3))


def test_the_incomplete_gamma_function_is_scipys():
    chance = np.random.default_rng(3)
    shapes = np.array([1e-3, 0.05, 0.7, 1, 4, 60, 499, 501, 1e5, np.nan])
    y = np.column_stack([chance.gamma(np.nan_to_num(shapes, nan=1), 1, (200, 10)).T, shapes * 9 + 80, np.zeros(10)])
    y[4, 3] = np.nan
    np.testing.assert_allclose(gamma_below(shapes, y), special.gammainc(shapes[:, None], y), atol=1e-12)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"scale": 0}, "scale"),
        ({"scale": 121}, "at most 120"),
        ({"scale": 1.5}, "scale"),
        ({"start_month": 13}, "start_month"),
        ({"distribution": "weibull"}, "gamma or loglogistic"),
        ({"method": "bayes"}, "lmoments or mle"),
        ({"distribution": "loglogistic", "method": "mle"}, "lmoments alone"),
        ({"reference": (0, 481)}, "no range"),
        ({"reference": (5, 5)}, "no range"),
        ({"values": -np.ones(480)}, "below 0 at index 0"),
        ({"values": [1.0, np.inf]}, "endless at index 1"),
        ({"values": 3.0}, "no series"),
        ({"values": []}, "no series"),
        ({"values": ["wet"]}, "must be numbers"),
    ],
)
def test_what_makes_no_index_is_refused(rain, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        standardized_index(**{"values": rain, "scale": 3, **change})


def test_a_short_series_has_no_index_yet():
    assert np.isnan(spi([1.0, 2.0, 3.0], scale=6)).all()
    assert spi([1.0, 2.0, 3.0], scale=6).shape == (3,)


def by_walking(index, onset, recovery):
    """The rule said month by month."""
    events, start = [], None
    for i, value in enumerate([*index, np.nan]):
        if value < recovery:
            start = i if start is None else start
        elif start is not None:
            part = index[start:i]
            if min(part) <= onset:
                events.append((start, i, i - start, -sum(part), min(part)))
            start = None
    return events


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(st.floats(-3, 3), st.just(float("nan"))), min_size=1, max_size=40),
    st.floats(-2, -0.5),
    st.floats(-0.5, 0.5),
)
def test_events_are_those_of_the_rule(index, onset, recovery):
    found = drought_events(index, onset=onset, recovery=recovery)
    expected = by_walking(index, onset, recovery)
    assert [(e.start, e.end, e.duration) for e in found] == [e[:3] for e in expected]
    assert [e.severity for e in found] == pytest.approx([e[3] for e in expected])
    assert [e.peak for e in found] == [e[4] for e in expected]


def test_events_at_the_ends_and_at_gaps():
    (first, second) = drought_events([-1.5, -0.2, np.nan, -0.9, np.nan, -0.1, -1.0])
    assert (first.start, first.end, first.severity, first.peak) == (0, 2, 1.7, -1.5)
    assert (second.start, second.end, second.duration) == (5, 7, 2)
    assert drought_events([0.0, -0.99, 0.0]) == ()
    assert drought_events([np.nan]) == ()
    with pytest.raises(ValueError, match="lies above recovery"):
        drought_events([0.0], onset=0.5)
    with pytest.raises(ValueError, match="one value for each step"):
        drought_events([])


def test_classes_of_a_state():
    history = np.arange(100.0)
    classes = [status_class(value, history=history) for value in (0, 11.9, 12.9, 27.9, 50, 71.9, 72.1, 87.1)]
    names = ["low", "low", "below normal", "normal", "normal", "normal", "above normal", "high"]
    assert [name for name, _ in classes] == names
    assert classes[0][1] == 0.5
    assert classes[4][1] == 50.5


@pytest.mark.parametrize(
    ("below", "name"),
    [
        (12.5, "low"),
        (13, "below normal"),
        (28, "normal"),
        (72, "normal"),
        (72.5, "above normal"),
        (87, "above normal"),
        (87.5, "high"),
    ],
)
def test_the_ends_of_the_classes(below, name):
    """Percentile 13 is no longer low, 28 and 72 are normal, 87 is not yet high."""
    history = np.concatenate([np.zeros(int(2 * below)), np.full(200 - int(2 * below), 2.0)])
    assert status_class(1.0, history=history) == (name, below)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=10, max_size=50), st.floats(0, 100), st.floats(0, 100))
def test_more_water_is_never_a_lower_class(history, one, other):
    order = ["low", "below normal", "normal", "above normal", "high"]
    low, high = (status_class(value, history=history) for value in sorted((one, other)))
    assert low[1] <= high[1]
    assert order.index(low[0]) <= order.index(high[0])


def test_a_state_needs_ten_other_years():
    years = [*range(10), np.nan]
    assert status_class(4.5, history=years) == ("normal", 50)
    assert status_class(9, history=years, limits=((50, "dry"),), highest="wet") == ("wet", 95)
    with pytest.raises(ValueError, match="9 years"):
        status_class(4.5, history=[*range(9), np.nan])
    with pytest.raises(ValueError, match="value"):
        status_class(np.nan, history=years)
