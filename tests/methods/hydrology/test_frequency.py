"""Floods and low flows: the worked examples, distributions that are known, and what is refused."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from rafid.methods.hydrology import (
    PerceptionPeriod,
    fit_gev,
    fit_gumbel,
    fit_lp3,
    flow_duration,
    l_moments,
    low_flow,
    low_outliers,
)
from rafid.methods.hydrology.pearson import below, factor, moments_below, moments_between
from rafid.methods.hydrology.perception import drawn_ranges

# Guadalupe River at Victoria, Texas, yearly peaks of the water years 1935-78 in cubic feet per second: US Geological Survey
GUADALUPE = np.array([
    38500, 179000, 17200, 25400, 4940, 55900, 58000, 56000, 7710, 12300, 22000, 17900, 46000, 6970, 20600, 13300, 12300,
    28400, 11600, 8560, 4950, 1730, 25300, 58300, 10100, 23700, 55800, 10800, 4100, 5720, 15000, 9790, 70000, 44300, 15200,
    9190, 9740, 58500, 33100, 25200, 30200, 14100, 54500, 12700,
], float)  # fmt: skip
HISTORY = {"historic_years": 35, "historic_peaks": [190_000], "historic_threshold": 150_000}
peaks = st.lists(st.floats(1, 1e5), min_size=10, max_size=40)


def test_log_pearson_of_the_guadalupe():
    fit = fit_lp3(GUADALUPE)
    assert fit.parameters == pytest.approx((4.274277, 0.402679, -0.067222), abs=1e-6)
    assert fit.quantile([0.2, 0.1, 0.02, 0.01]) == pytest.approx([41_156, 61_284, 122_093, 155_274], abs=1)
    assert (fit.n, fit.low_outliers.count, fit.low_outliers.threshold) == (44, 0, 0)


def test_l_moments_of_the_guadalupe_and_what_is_fitted_by_them():
    assert l_moments(GUADALUPE) == pytest.approx((28286.364, 13602.241, 0.397666, 0.211382), abs=5e-4)
    gev = fit_gev(GUADALUPE)
    assert gev.parameters.shape == pytest.approx(-0.32635, abs=1e-6)
    assert (gev.parameters.location, gev.parameters.scale) == pytest.approx((14_635.9, 13_033.1), abs=0.05)
    assert gev.quantile(0.01) == pytest.approx(153_906, abs=1)
    assert fit_gumbel(GUADALUPE).quantile(0.01) == pytest.approx(107_232, abs=1)
    assert fit_gumbel(GUADALUPE, method="moments").quantile(0.02) == pytest.approx(106_209, abs=1)


def test_low_outliers_of_the_guadalupe():
    found = low_outliers(GUADALUPE)
    assert (found.count, found.threshold, len(found.p_values)) == (0, 0, 22)
    assert found.p_values[:2] == pytest.approx((0.163, 0.647), abs=1e-3)
    dry = low_outliers([*GUADALUPE, 200, 350])
    assert (dry.count, dry.threshold) == (3, 4100)
    fit = fit_lp3([*GUADALUPE, 200, 350])
    assert fit.low_outliers == 3
    assert fit.quantile(0.01) == pytest.approx(159_148, abs=1)


def test_historic_floods_by_expected_moments():
    fit = fit_lp3(GUADALUPE, **HISTORY)
    assert fit.parameters == pytest.approx((4.284352, 0.412448, 0.002461), abs=2e-6)
    assert fit.quantile(0.01) == pytest.approx(175_629, abs=1)
    held = fit_lp3(GUADALUPE, **HISTORY, regional_skew=-0.2)
    assert held.parameters == pytest.approx((4.287730, 0.416483, -0.2), abs=1e-6)
    assert held.quantile(0.01) == pytest.approx(156_674, abs=1)
    assert fit_lp3(GUADALUPE, **HISTORY, regional_skew=-0.2, regional_skew_mse=0).parameters == held.parameters


def test_a_regional_skew_weighs_by_its_error():
    own, region = fit_lp3(GUADALUPE).parameters.skew, -0.5
    skews = [fit_lp3(GUADALUPE, regional_skew=region, regional_skew_mse=e).parameters.skew for e in (1e-6, 0.12, 1e6)]
    assert skews[0] == pytest.approx(region, abs=1e-4)
    assert skews[2] == pytest.approx(own, abs=1e-4)
    # 44 peaks: 10^(-0.33 + 0.08 g - (0.94 - 0.26 g) log10 4.4) with g = 0.067222
    error = 10 ** (-0.33 + 0.08 * 0.067222 - (0.94 - 0.26 * 0.067222) * np.log10(4.4))
    assert skews[1] == pytest.approx((own * 0.12 + region * error) / (0.12 + error), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=4, max_size=9, unique=True))
def test_l_moments_are_what_their_definition_says(values):
    """l_r: expected differences within samples of r, here over all of them."""
    assume(np.ptp(values) > 1e-3)
    signs = {2: (-1, 1), 3: (1, -2, 1), 4: (-1, 3, -3, 1)}
    by_hand = {
        r: np.mean([np.dot(sign, sorted(some)) for some in itertools.combinations(values, r)]) / r
        for r, sign in signs.items()
    }
    l1, l2, t3, t4 = l_moments(values)
    assert (l1, l2) == pytest.approx((np.mean(values), by_hand[2]), rel=1e-9, abs=1e-9)
    assert (t3 * l2, t4 * l2) == pytest.approx((by_hand[3], by_hand[4]), rel=1e-9, abs=1e-9)


def test_l_moments_of_rows_are_those_of_each():
    rows = np.random.default_rng(1).gamma(2, 3, (3, 4, 30))
    together = l_moments(rows)
    assert all(one.shape == (3, 4) for one in together)
    assert [float(one[2, 1]) for one in together] == pytest.approx(l_moments(rows[2, 1]))
    assert l_moments([3, 3], order=2) == (3, 0)
    assert l_moments([4.0], order=1) == (4,)


@settings(max_examples=30, deadline=None)
@given(peaks, st.floats(0.01, 100), st.sampled_from([fit_gev, fit_gumbel, fit_lp3]), st.floats(1e-4, 0.999))
def test_a_fit_does_not_care_for_units_and_is_its_own_inverse(values, unit, fit, aep):
    x = np.array(values)
    assume(np.unique(np.round(x, 3)).size > 8)
    one, other = fit(x), fit(x * unit)
    flow = one.quantile(aep)
    assert other.quantile(aep) == pytest.approx(unit * flow, rel=1e-5, abs=1e-6 * unit * np.ptp(x))
    if flow > 0:
        assert one.aep(flow) == pytest.approx(aep, rel=1e-6, abs=1e-9)
    rarer = np.asarray(one.quantile([0.5, 0.2, 0.05, 0.01, 0.001]))
    assert np.all(np.diff(rarer) >= 0)


@settings(max_examples=8, deadline=None)
@given(st.floats(-0.6, 0.6))
def test_the_gev_has_the_l_moments_of_its_peaks(shape):
    x = stats.genextreme(shape, 100, 20).ppf((np.arange(60) + 0.5) / 60)
    fit = fit_gev(x - min(x.min(), 0))
    location, scale, k = fit.parameters
    known = stats.genextreme(k, location, scale)
    l1, l2, t3, _ = l_moments(x - min(x.min(), 0))
    assert known.mean() == pytest.approx(l1, rel=1e-8)
    nodes, weights = np.polynomial.legendre.leggauss(150)
    left = ((1 - nodes) / 2) ** 5  # thick where the upper tail is
    weights = weights / 2 * 5 * ((1 - nodes) / 2) ** 4
    q, grid = known.isf(left), 1 - left
    assert np.sum(weights * q * (2 * grid - 1)) == pytest.approx(l2, rel=1e-3)
    assert np.sum(weights * q * (6 * grid**2 - 6 * grid + 1)) == pytest.approx(l2 * t3, rel=1e-3, abs=5e-3)


@pytest.mark.parametrize("skew", [-1.4, -0.3, -2e-4, -9e-5, 0.0, 9e-5, 2e-4, 0.3, 1.4])
def test_pearsons_moments_below_a_limit(skew):
    known = stats.pearson3(skew)
    nodes, weights = np.polynomial.legendre.leggauss(120)
    for limit in (-1.0, 0.2, 1.3):
        least = -2 / skew if skew > 0.1 else -30
        z = least + (limit - least) * ((nodes + 1) / 2) ** 2
        density = weights * (nodes + 1) * known.pdf(z)
        found = moments_below(limit, skew)
        near = 2e-4 if 0 < abs(skew) < 1e-3 else 1e-5  # scipy takes the normal distribution there
        assert float(below(limit, skew)) == pytest.approx(known.cdf(limit), abs=1e-6)
        assert float(factor(below(limit, skew), skew)) == pytest.approx(limit, abs=1e-8)
        for power, moment in enumerate(found, 1):
            assert float(moment) == pytest.approx((density * z**power).sum() / density.sum(), abs=near)


def test_nothing_jumps_where_the_skew_goes_through_nothing():
    skews = np.array([-1.01e-4, -0.99e-4, -1e-7, 0, 1e-7, 0.99e-4, 1.01e-4])
    for values in (factor(0.99, skews), below(1.2, skews), *moments_below(-0.7, skews)):
        straight = np.interp(skews, skews[[0, -1]], values[[0, -1]])
        assert np.abs(values - straight).max() < 1e-8


def test_below_its_beginning_all_of_a_distribution_lies_on_the_limit():
    assert [float(one) for one in moments_below(-3.0, 1.0)] == [-3, 9, -27]
    assert float(moments_below(9.0, -1.0)[1]) == pytest.approx(1)


def test_expected_moments_find_what_censoring_hides():
    """A long record of which the lower fifth and, in older years, all but the largest are unknown."""
    chance = np.random.default_rng(3)
    logs = 2 + 0.3 * stats.pearson3(0.4).rvs(6000, random_state=chance)
    flows = 10**logs
    threshold = float(np.quantile(flows, 0.9))
    old = flows[3000:]
    fit = fit_lp3(
        flows[:3000],
        historic_years=3000,
        historic_peaks=old[old >= threshold],
        historic_threshold=threshold,
        low_outliers=None,
    )
    assert fit.parameters == pytest.approx((2, 0.3, 0.4), abs=0.06)
    whole = fit_lp3(flows, low_outliers=None).parameters
    assert fit.quantile(0.01) == pytest.approx(
        10 ** (whole.mean + whole.sd * float(factor(0.99, whole.skew))), rel=0.05
    )


def test_without_anything_hidden_they_are_the_moments():
    logs = np.log10(GUADALUPE)
    mean, sd, skew = fit_lp3(GUADALUPE, low_outliers=None).parameters
    assert (mean, sd, skew) == pytest.approx((logs.mean(), logs.std(ddof=1), stats.skew(logs, bias=False)), rel=1e-12)
    # Historic years of which nothing is known to have come near hold the curve down.
    quiet = fit_lp3(GUADALUPE, historic_years=60, historic_threshold=180_000)
    assert quiet.quantile(0.01) < fit_lp3(GUADALUPE).quantile(0.01)


def test_years_without_flow_count_as_low():
    found = low_outliers([0, 0, 0, 5, 9, 4, 12, 7, 30, 3, 18, 80])
    assert (found.count, found.threshold) == (3, 3)
    assert found.p_values[:3] == (0, 0, 0)
    fit = fit_lp3([0, 0, *GUADALUPE])
    assert fit.low_outliers >= 2
    without = fit_lp3([0, 0, *GUADALUPE], low_outliers=None)
    assert (without.low_outliers.count, without.low_outliers.threshold) == (2, 1730)
    assert without.aep(0) == 1
    for dry in ([0.0] * 12, [0.0] * 9 + [3, 4, 5]):
        with pytest.raises(ValueError, match=r"low outliers or zero|known exactly"):
            fit_lp3(dry)


def test_the_test_for_low_outliers_gives_false_alarm_as_often_as_it_says():
    """The smallest of normal logarithms has p < 0.10 once in ten records; its p-values are uniform."""
    chance = np.random.default_rng(0)
    p = np.array([low_outliers(10 ** chance.normal(4, 0.4, 20)).p_values[:3] for _ in range(150)])
    for k in range(3):
        assert stats.kstest(p[:, k], "uniform").statistic < 0.13
    assert low_outliers(GUADALUPE * 0.0283).p_values == pytest.approx(low_outliers(GUADALUPE).p_values, rel=1e-6)
    assert low_outliers([5.0] * 12) == 0
    tied = low_outliers([1, 1, 1, *range(900, 920)])
    assert (tied.count, tied.threshold) == (3, 900)


def test_a_count_that_knows_its_reasons_travels():
    found = pickle.loads(pickle.dumps(low_outliers([*GUADALUPE, 200, 350])))
    assert (found, found.threshold, len(found.p_values), str(found), f"{found}") == (3, 4100, 23, "3", "3")
    fit = pickle.loads(pickle.dumps(fit_lp3(GUADALUPE, **HISTORY)))
    assert fit.parameters["sd"] == fit.parameters.sd == fit.parameters[1]
    assert dict(fit.parameters).keys() == {"mean", "sd", "skew"}
    assert fit.interval(0.01, resamples=20) == fit_lp3(GUADALUPE, **HISTORY).interval(0.01, resamples=20)
    with pytest.raises(KeyError):
        fit.parameters["shape"]
    with pytest.raises(AttributeError):
        _ = fit.parameters.shape


def test_intervals_repeat_hold_the_quantile_and_widen():
    for fit in (
        fit_lp3(GUADALUPE),
        fit_lp3([*GUADALUPE, 200, 350], **HISTORY),
        fit_gev(GUADALUPE),
        fit_gumbel(GUADALUPE),
    ):
        low, high = fit.interval(0.01, resamples=60)
        assert low < fit.quantile(0.01) < high
        assert fit.interval(0.01, resamples=60) == (low, high)
        assert fit.interval(0.01, resamples=60, seed=1) != (low, high)
        wider = fit.interval(0.01, level=0.98, resamples=60)
        assert wider[0] <= low
        assert wider[1] >= high
        lows, highs = fit.interval([0.1, 0.01], resamples=60)
        assert (lows[1], highs[1]) == (low, high)
    # Years before the gauge make the rare flood surer.
    without = np.subtract(*np.log(fit_lp3(GUADALUPE).interval(0.01, resamples=200))[::-1])
    known = np.subtract(
        *np.log(fit_lp3(GUADALUPE, historic_years=300, historic_threshold=180_000).interval(0.01, resamples=200))[::-1]
    )
    assert known < without


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    chance = np.random.default_rng(5)
    truth = stats.gumbel_r(100, 30).ppf(0.98)
    held = [
        low <= truth <= high
        for low, high in (
            fit_gumbel(stats.gumbel_r(100, 30).rvs(40, random_state=chance)).interval(0.02, resamples=60)
            for _ in range(150)
        )
    ]
    assert 0.8 < np.mean(held) < 0.96


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: fit_gev(GUADALUPE[:9]), "9 years"),
        (lambda: fit_gev([*GUADALUPE, np.nan]), "finite"),
        (lambda: fit_lp3([*GUADALUPE, -1]), "below 0"),
        (lambda: fit_gumbel([7.0] * 12), "all alike"),
        (lambda: fit_lp3([7.0] * 12), "all alike"),
        (lambda: fit_gumbel(GUADALUPE, method="best"), "lmoments or moments"),
        (lambda: fit_lp3(GUADALUPE, low_outliers="gb"), "mgbt"),
        (lambda: fit_lp3(GUADALUPE, historic_years=30), "historic_threshold"),
        (lambda: fit_lp3(GUADALUPE, historic_peaks=[2e5]), "historic_threshold"),
        (lambda: fit_lp3(GUADALUPE, **{**HISTORY, "historic_years": 0}), "do not fit"),
        (lambda: fit_lp3(GUADALUPE, **{**HISTORY, "historic_peaks": [9e4]}), "below the threshold"),
        (lambda: fit_lp3(GUADALUPE, **{**HISTORY, "historic_threshold": 0}), "above 0"),
        (lambda: fit_lp3(GUADALUPE, regional_skew_mse=0.3), "without regional_skew"),
        (lambda: fit_lp3(GUADALUPE).quantile(1.0), "between 0 and 1"),
        (lambda: fit_lp3(GUADALUPE).quantile(100), "0.01"),
        (lambda: fit_lp3(GUADALUPE).interval(0.01, level=90), "below 1"),
        (lambda: fit_lp3(GUADALUPE).interval(0.01, resamples=5), "at least 20"),
        (lambda: low_outliers([1, 2, 3]), "3 years"),
        (lambda: l_moments([1.0, 2.0, 3.0]), "too few"),
        (lambda: l_moments([1.0, 1.0, 1.0, 1.0]), "all alike"),
        (lambda: l_moments([1.0, 2.0, np.nan, 4.0]), "missing"),
        (lambda: l_moments([1.0, 2.0], order=5), "1, 2, 3 or 4"),
    ],
)
def test_what_makes_no_frequency_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_flow_duration():
    flow = np.arange(1.0, 102)
    assert flow_duration(flow, exceedance=0.5) == 51
    assert flow_duration(flow, exceedance=[0, 0.05, 0.95, 1]) == pytest.approx([101, 96, 6, 1])
    gaps = np.append(flow, [np.nan] * 40)
    assert flow_duration(gaps, exceedance=0.9) == flow_duration(flow, exceedance=0.9)
    for bad, sentence in ((95, "0.95"), (-0.1, "0.95"), (np.nan, "finite")):
        with pytest.raises(ValueError, match=sentence):
            flow_duration(flow, exceedance=bad)
    with pytest.raises(ValueError, match="no value"):
        flow_duration([np.nan, np.nan], exceedance=0.5)


def river(years, seed=0):
    chance = np.random.default_rng(seed)
    days = np.arange(int(years * 365.25) + 1)
    wet = 10 * np.repeat(chance.lognormal(0, 0.4, years + 1), 366)[: days.size]
    return days, wet * (1.2 + np.cos(2 * np.pi * days / 365.25))


def test_low_flow_of_a_river_that_never_dries():
    days, flow = river(60)
    year = np.floor(days / 365.25)
    lowest = np.array(
        [min(np.mean(flow[year == y][i : i + 7]) for i in range((year == y).sum() - 6)) for y in range(60)]
    )
    logs = np.log10(lowest)
    expected = 10 ** (logs.mean() + logs.std(ddof=1) * float(factor(0.1, stats.skew(logs, bias=False))))
    assert low_flow(flow) == pytest.approx(expected, rel=1e-9)
    assert low_flow(flow, years=year + 1960) == low_flow(flow)
    assert low_flow(flow, return_period=50) < low_flow(flow) < low_flow(flow, return_period=2)
    assert low_flow(flow, days=30) > low_flow(flow, days=7)
    assert low_flow(3 * flow) == pytest.approx(3 * low_flow(flow))


def test_low_flow_of_a_river_that_dries_up_and_of_one_with_gaps():
    days, flow = river(40)
    year = np.floor(days / 365.25)
    dry = flow.copy()
    dry[(year % 4 == 0) & (days % 365.25 > 180) & (days % 365.25 < 200)] = 0
    assert low_flow(dry, return_period=10) == 0
    assert low_flow(dry, return_period=2.5) > 0
    gaps = flow.copy()
    gaps[[100, 3000, 3001]] = np.nan
    assert low_flow(gaps) == pytest.approx(low_flow(flow), rel=0.1)
    with pytest.raises(ValueError, match="whole years"):
        low_flow(flow[: 9 * 366])
    with pytest.raises(ValueError, match="above 1"):
        low_flow(flow, return_period=1)
    with pytest.raises(ValueError, match="below 0"):
        low_flow(-flow)
    with pytest.raises(ValueError, match="go back"):
        low_flow(flow, years=-year)
    with pytest.raises(ValueError, match="every day"):
        low_flow(flow, years=year[:-1])
    mostly = np.where(year < 38, 0, flow)
    with pytest.raises(ValueError, match="only 2 years"):
        low_flow(mostly, return_period=1.03)


@pytest.mark.parametrize("skew", [-1.4, -0.3, 0.0, 0.3, 1.4])
@pytest.mark.parametrize(("low", "high"), [(-0.4, 0.9), (0.8, 1.1), (-1.2, -1.1), (0.3, 0.3 + 1e-4)])
def test_pearsons_moments_between_two_ends(low, high, skew):
    nodes, weights = np.polynomial.legendre.leggauss(60)
    z = low + (high - low) * (nodes + 1) / 2
    density = weights * stats.pearson3(skew).pdf(z)
    for power, moment in enumerate(moments_between(low, high, skew), 1):
        assert float(moment) == pytest.approx((density * z**power).sum() / density.sum(), abs=1e-7)


def test_moments_of_a_range_that_no_flood_of_the_fit_reaches_are_those_of_its_middle():
    assert [float(one) for one in moments_between(60.0, 62.0, 0.1)] == [61, 61**2, 61**3]
    assert [float(one) for one in moments_between(3.0, 4.0, -1.0)] == [3.5, 3.5**2, 3.5**3]  # it ends at 2
    assert [float(one) for one in moments_between(1.0, 1.0, 0.3)] == [1, 1, 1]


def test_a_range_from_nothing_to_the_threshold_is_a_year_below_it():
    below_it = PerceptionPeriod(35, 150_000, peaks=(190_000,))
    as_range = PerceptionPeriod(35, 150_000, peaks=(190_000,), ranges=((0, 150_000),))
    assert fit_lp3(GUADALUPE, periods=[as_range]).parameters == pytest.approx(
        fit_lp3(GUADALUPE, periods=[below_it]).parameters, abs=1e-9
    )


def test_periods_tell_what_years_and_threshold_tell():
    alone = fit_lp3(GUADALUPE, **HISTORY)
    assert fit_lp3(GUADALUPE, periods=[PerceptionPeriod(35, 150_000, (190_000,))]).parameters == alone.parameters
    halves = [PerceptionPeriod(20, 150_000), PerceptionPeriod(15, 150_000, (190_000,))]
    assert fit_lp3(GUADALUPE, periods=halves).parameters == pytest.approx(alone.parameters, abs=1e-9)
    assert alone.interval(0.01) == fit_lp3(GUADALUPE, periods=[PerceptionPeriod(35, 150_000, (190_000,))]).interval(
        0.01
    )
    # A range whose ends meet is a flood known exactly.
    met = PerceptionPeriod(35, 150_000, ranges=((190_000, 190_000),))
    assert fit_lp3(GUADALUPE, periods=[met]).parameters == alone.parameters


def test_a_lower_threshold_of_a_second_period_tells_more():
    """Sixty more years in which 60,000 would have been noticed and was not speak for smaller floods."""
    first = PerceptionPeriod(35, 150_000, (190_000,))
    alone = fit_lp3(GUADALUPE, periods=[first])
    quiet = fit_lp3(GUADALUPE, periods=[first, PerceptionPeriod(60, 60_000)])
    assert quiet.quantile(0.01) < 0.8 * alone.quantile(0.01)
    # A threshold that nothing ever reached tells next to nothing.
    deaf = fit_lp3(GUADALUPE, periods=[first, PerceptionPeriod(60, 1e9)])
    assert deaf.quantile(0.01) == pytest.approx(alone.quantile(0.01), rel=0.02)


def test_the_moments_of_a_range_are_those_that_the_equations_of_17c_ask_for():
    """At rest, mean and sd are those of all years with what the fit itself expects of the range and of the years below."""
    period = PerceptionPeriod(35, 150_000, ranges=((170_000, 260_000),))
    fit = fit_lp3(GUADALUPE, periods=[period])
    mean, sd, skew = fit.parameters
    nodes, weights = np.polynomial.legendre.leggauss(200)

    def expected(low, high, power):
        z = low + (high - low) * (nodes + 1) / 2
        density = weights * stats.pearson3(skew, mean, sd).pdf(z)
        return (density * (z - mean) ** power).sum() / density.sum()

    x, n = np.log10(GUADALUPE), len(GUADALUPE)
    below_it, between = (mean - 12 * sd, np.log10(150_000)), (np.log10(170_000), np.log10(260_000))
    first = (x - mean).sum() + 34 * expected(*below_it, 1) + expected(*between, 1)
    assert first == pytest.approx(0, abs=1e-6)
    second = (n / (n - 1) * ((x - mean) ** 2).sum() + 34 * expected(*below_it, 2) + expected(*between, 2)) / (n + 35)
    assert second == pytest.approx(sd**2, abs=1e-7)


def test_a_flood_drawn_anew_is_known_no_better_than_those_of_its_period():
    widths = PerceptionPeriod(9, 100, (150.0,), ((100.0, 200.0),)).widths
    assert widths == pytest.approx([0, np.log10(2)])
    y = np.random.default_rng(3).normal(2.3, 0.2, (400, 9))
    y[y < 2] = np.nan
    low, high = drawn_ranges(y, widths, np.random.default_rng(4))
    ranged = np.isfinite(low)
    assert not ranged[np.isnan(y)].any()
    assert np.all((low[ranged] <= y[ranged]) & (y[ranged] <= high[ranged]))
    assert (high - low)[ranged] == pytest.approx(np.log10(2))
    assert ranged[np.isfinite(y)].mean() == pytest.approx(0.5, abs=0.05)


def test_the_interval_of_a_fit_with_ranges_holds_its_flood():
    fit = fit_lp3(GUADALUPE, periods=[PerceptionPeriod(80, 150_000, (190_000,), ((160_000, 280_000),))])
    low, high = fit.interval(0.01, resamples=200)
    assert low < fit.quantile(0.01) < high
    assert fit.interval(0.01, resamples=200) == (low, high)


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        (PerceptionPeriod(1, 100, (200.0,), ((150.0, 300.0),)), "do not fit into 1"),
        (PerceptionPeriod(9, 100, ranges=((300.0, 200.0),)), "lower end first"),
        (PerceptionPeriod(9, 100, ranges=((10.0, 90.0),)), "below the threshold of 100"),
        (PerceptionPeriod(9, 0), "must be above 0"),
        (PerceptionPeriod(9, 100, ranges=((10.0, 90.0, 3.0),)), "pairs"),
        ((9, 100), "give PerceptionPeriod"),
    ],
)
def test_periods_that_contradict_themselves_are_refused(period, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit_lp3(GUADALUPE, periods=[period])
