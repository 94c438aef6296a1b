"""Forecasts corrected by today's error: blind to what comes, the same today as in the record, and with an honest range."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.hydrology import correct_forecast, dress_forecast, fit_error_model, update_forecast

LEADS = (1, 3, 7)
N = 1500


def made(seed):
    """A simulation and what was observed, whose error fades slowly and grows with the flow."""
    chance = np.random.default_rng(seed)
    pulse = chance.gamma(0.15, 12, N)
    run = np.empty(N)
    error = np.empty(N)
    level, wrong = 2.0, 0.0
    for t in range(N):
        level = 0.92 * level + 0.08 * pulse[t]
        wrong = 0.9 * wrong + chance.normal(0, 0.12)
        run[t], error[t] = level, wrong
    return np.maximum(run * np.exp(error), 0), run


OBSERVED, SIMULATED = made(1)
MODEL = fit_error_model(OBSERVED, SIMULATED, leads=LEADS)


@given(st.integers(20, N - 10), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_no_forecast_sees_the_future(issued, seed):
    """Whatever is observed after the issue, the forecasts issued until then stay as they are."""
    other = OBSERVED.copy()
    other[issued + 1 :] = np.random.default_rng(seed).uniform(0, 500, N - issued - 1)
    other[issued + 1 :: 3] = np.nan
    before, after = (update_forecast(SIMULATED, seen, model=MODEL) for seen in (OBSERVED, other))
    for i, lead in enumerate(LEADS):
        valid = slice(None, issued + lead + 1)
        assert np.array_equal(before[i, valid], after[i, valid], equal_nan=True)


def test_only_the_first_days_have_no_forecast():
    gaps = OBSERVED.copy()
    gaps[200:240] = np.nan
    found = update_forecast(SIMULATED, gaps, model=MODEL)
    assert found.shape == (3, N)
    for i, lead in enumerate(LEADS):
        assert np.isnan(found[i, :lead]).all()
        assert np.isfinite(found[i, lead:]).all()
        assert (found[i, lead:] >= 0).all()


def test_a_missing_error_is_the_last_for_five_days_and_then_nothing():
    gaps = OBSERVED.copy()
    gaps[200:240] = np.nan
    found = update_forecast(SIMULATED, gaps, model=MODEL)[0]
    first, second, rise = MODEL.coefficients[0]
    error = OBSERVED[199] - SIMULATED[199]
    for issued in (203, 204):  # the fourth and fifth missing day
        moved = rise * (SIMULATED[issued + 1] - SIMULATED[issued])
        assert found[issued + 1] == pytest.approx(max(0, SIMULATED[issued + 1] + (first + second) * error + moved))
    moved = rise * (SIMULATED[207] - SIMULATED[206])
    assert found[207] == pytest.approx(SIMULATED[207] + moved), "nothing known of the error any more"


def test_the_forecast_of_today_is_that_of_the_record():
    today = 900
    horizon = SIMULATED[today + 1 : today + 11]
    found = correct_forecast(
        np.stack([horizon, horizon * 1.5]),
        observed=OBSERVED[: today + 1],
        simulated=SIMULATED[: today + 1],
        model=MODEL,
    )
    assert found.shape == (2, 10)
    past = update_forecast(SIMULATED, OBSERVED, model=MODEL)
    for i, lead in enumerate(LEADS):
        assert found[0, lead - 1] == pytest.approx(past[i, today + lead], rel=1e-12)
    assert (found[1] > found[0]).all()


def test_today_may_be_missing():
    seen = OBSERVED[:900].copy()
    seen[-2:] = np.nan
    found = correct_forecast(SIMULATED[None, 900:905], observed=seen, simulated=SIMULATED[:900], model=MODEL)
    assert np.isfinite(found).all()


def test_it_is_better_than_the_model_and_than_yesterday():
    seen, run = made(2)
    found = update_forecast(run, seen, model=MODEL)
    for i, lead in enumerate(LEADS):
        wrong = ((found[i, lead:] - seen[lead:]) ** 2).mean()
        assert wrong < ((run[lead:] - seen[lead:]) ** 2).mean()
        assert wrong < ((seen[:-lead] - seen[lead:]) ** 2).mean()


def test_the_range_holds_as_often_as_it_says():
    seen, run = made(2)
    found = update_forecast(run, seen, model=MODEL)
    dressed = dress_forecast(found, model=MODEL, members=99)
    assert dressed.shape == (99, 3, N)
    low, high = np.quantile(dressed[:, :, 7:], [0.1, 0.9], axis=0)
    inside = ((seen[7:] >= low) & (seen[7:] <= high)).mean(axis=1)
    assert (inside > 0.72).all()
    assert (inside < 0.9).all()
    wide = (high - low)[0]
    big = found[0, 7:] > np.quantile(found[0, 7:], 0.8)
    assert wide[big].mean() > 2 * wide[~big].mean(), "wider in flood than in drought"


def test_a_member_keeps_its_rank_through_all_leads():
    dressed = dress_forecast([2.0, 2.0, 2.0], model=MODEL, members=21, seed=4)
    assert dressed.shape == (21, 3)
    assert (dressed >= 0).all()
    order = np.argsort(dressed[:, 0])
    assert (np.diff(dressed[order], axis=0) >= 0).all()
    assert not np.array_equal(order, np.arange(21)), "the order is drawn"
    assert np.array_equal(dressed, dress_forecast([2.0, 2.0, 2.0], model=MODEL, members=21, seed=4))
    assert not np.array_equal(dressed, dress_forecast([2.0, 2.0, 2.0], model=MODEL, members=21, seed=5))
    assert np.isnan(dress_forecast([np.nan, 2.0, 2.0], model=MODEL)[:, 0]).all()


def test_a_year_not_seen_is_wider_than_those_seen():
    model = fit_error_model(OBSERVED, SIMULATED, leads=[1])
    found = update_forecast(SIMULATED, OBSERVED, model=model)[0, 1:]
    rest = np.sqrt(OBSERVED[1:]) - np.sqrt(found)
    lowest = found < model.bounds[0, 0]
    middle, top = np.quantile(rest[lowest], [0.5, 0.9])
    wider = np.sqrt(1 + 365.25 / (N - 1))
    assert model.remains[0, 0, 90] == pytest.approx(middle + wider * (top - middle))
    assert model.pairs.tolist() == [N - 1]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: fit_error_model(OBSERVED, SIMULATED, leads=[]), "leads are []"),
        (lambda: fit_error_model(OBSERVED, SIMULATED, leads=[3, 1]), "give days that rise"),
        (lambda: fit_error_model(OBSERVED, SIMULATED, leads=[0]), "a lead is 0"),
        (lambda: fit_error_model(OBSERVED[:-1], SIMULATED, leads=[1]), "give both for the same days"),
        (lambda: fit_error_model(OBSERVED[:80], SIMULATED[:80], leads=[1]), "79 days are observed"),
        (lambda: fit_error_model(OBSERVED, SIMULATED * np.nan, leads=[1]), "simulated has no finite number"),
        (lambda: fit_error_model(-OBSERVED, SIMULATED, leads=[1]), "observed is below 0"),
        (lambda: dress_forecast([1.0], model=MODEL), "the leads [1, 3, 7] of the model"),
        (lambda: dress_forecast([1.0, -1, 1], model=MODEL), "negative or endless"),
        (lambda: dress_forecast([1.0, 1, 1], model=MODEL, members=0), "members is 0"),
        (
            lambda: correct_forecast([1.0, 2], observed=OBSERVED, simulated=SIMULATED, model=MODEL),
            "give one row for each member",
        ),
        (
            lambda: correct_forecast([[1.0, np.nan]], observed=OBSERVED, simulated=SIMULATED, model=MODEL),
            "ensemble has no finite number at index 0, 1",
        ),
    ],
)
def test_what_cannot_be_corrected_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        call()
