"""Parameters found again from the flow that they made."""

import numpy as np
import pytest

from rafid.methods.hydrology import Forcing, ModelParameters, calibrate, simulate
from rafid.methods.hydrology.calibration import BOUNDS
from rafid.methods.hydrology.searching import least

TRUE = ModelParameters(420, -0.8, 65, 2.3, ctg=0.6, kf=3.5, annual_snowfall=180)


@pytest.fixture(scope="module")
def basin():
    chance = np.random.default_rng(11)
    days = np.arange(365 * 4)
    warm = 9 + 11 * np.sin(2 * np.pi * (days - 110) / 365) + chance.normal(0, 2.5, len(days))
    rain = np.where(chance.random(len(days)) < 0.35, chance.gamma(0.8, 9, len(days)), 0)
    return Forcing(rain, np.maximum(0, warm) * 0.2, warm, [400, 900, 1700], 900)


def test_parameters_are_found_again(basin):
    flow = simulate(basin, parameters=TRUE).flow
    gaps = flow.copy()
    gaps[500:560] = np.nan
    found = calibrate(basin, gaps, max_runs=900)
    assert found.score > 0.99
    assert found.runs <= 900
    assert found.parameters.annual_snowfall > 0
    again = simulate(basin, parameters=found.parameters).flow[365:]
    assert np.corrcoef(again, flow[365:])[0, 1] > 0.99, "also on the days that were missing"


def test_the_same_seed_gives_the_same_answer(basin):
    flow = simulate(basin, parameters=TRUE).flow
    first, second, other = (calibrate(basin, flow, max_runs=150, seed=seed) for seed in (3, 3, 4))
    assert first == second
    assert first.parameters != other.parameters
    assert calibrate(basin, flow, max_runs=7).runs == 7


def test_without_bands_there_is_no_snow(basin):
    plain = Forcing(basin.rain, basin.loss)
    flow = simulate(plain, parameters=ModelParameters(420, -0.8, 65, 2.3)).flow
    found = calibrate(plain, flow, max_runs=400, objective="nse")
    assert (found.parameters.ctg, found.parameters.kf, found.parameters.annual_snowfall) == (None, None, None)
    assert found.score > 0.99


def test_what_lies_on_a_bound_is_reached_and_not_passed():
    found = least(lambda trials: ((trials - [1.2, 0.5]) ** 2).sum(axis=1), dimensions=2, max_runs=400, seed=0)
    assert found.point == pytest.approx([1, 0.5], abs=1e-3)
    assert (found.point <= 1).all()
    assert found.runs == 400, "begun again until the trials are spent"


def test_the_bounds_are_those_of_the_search():
    assert np.exp(BOUNDS["x1"]) == pytest.approx([33, 3000])
    assert np.sinh(BOUNDS["x2"]) == pytest.approx([-6, 6])
    assert np.exp(BOUNDS["x3"]) == pytest.approx([4, 1100])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda flow: flow[:-1], "observed has 1459 days, the forcing 1460"),
        (lambda flow: np.where(np.arange(len(flow)) < 729, flow, np.nan), "364 days with flow after a warm-up of 365"),
        (lambda flow: flow * 0, "observed is 0 on every day"),
        (lambda flow: -flow, "observed is below 0"),
        (lambda flow: flow / 0.0, "observed is endless"),
    ],
)
def test_a_record_that_teaches_nothing_is_refused(basin, change, sentence):
    flow = simulate(basin, parameters=TRUE).flow
    with np.errstate(divide="ignore"):
        bad = change(flow)
    with pytest.raises(ValueError, match="observed") as refused:
        calibrate(basin, bad)
    assert sentence in str(refused.value)


def test_weather_without_rain_and_an_unknown_aim_are_refused(basin):
    flow = simulate(basin, parameters=TRUE).flow
    with pytest.raises(ValueError, match="precipitation is 0 on every day"):
        calibrate(Forcing(basin.rain * 0, basin.loss), flow)
    with pytest.raises(ValueError, match="objective is 'rmse'"):
        calibrate(basin, flow, objective="rmse")
