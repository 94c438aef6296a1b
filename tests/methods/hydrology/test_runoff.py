"""Evapotranspiration, snow and GR4J: the worked examples, water that is kept, and a run that goes on."""

import csv
import doctest
import importlib
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.methods.hydrology import (
    Forcing,
    ModelParameters,
    cemaneige,
    extraterrestrial_radiation,
    gr4j,
    oudin_pet,
    simulate,
    unit_hydrographs,
)

RAIN = [10, 0, 25, 3, 0, 0, 40, 5, 0, 0]
LOSS = [2, 3, 1, 2, 4, 4, 1, 2, 3, 3]
FLOW = [
    0.6873592681, 0.6735700865, 0.6917844445, 0.8918772859, 0.7625566213,
    0.6585119101, 0.7764880487, 1.4121622754, 1.1866293597, 0.9106695692,
]  # fmt: skip
X = {"x1": 350, "x2": -0.5, "x3": 90, "x4": 1.7}

FALL = [0, 12, 20, 5, 0, 0, 8, 15, 0, 0, 0, 0]
WARM = [-4, -3, -1, 1, 2, 4, 3, 0.5, 5, 7, 9, 10]
BANDS = {"elevations": [800, 1600, 2500], "reference_elevation": 1500}


@pytest.mark.parametrize("module", ["rainfall_runoff", "snow", "evaporation", "catchment_model", "ensemble"])
def test_the_examples_of_the_docstrings(module):
    found = doctest.testmod(importlib.import_module(f"rafid.methods.hydrology.{module}"))
    assert found.attempted
    assert not found.failed


def test_the_worked_example_of_gr4j():
    assert gr4j(RAIN, LOSS, **X).flow == pytest.approx(FLOW, abs=1e-9)


def test_the_teaching_sheet_of_irstea(shared):
    path = shared / "rivers/compare-only/gr4j_excel/gr4j_test_data.csv"
    if not path.exists():
        pytest.skip("the teaching sheet is not among the shared data")
    rows = list(csv.reader(path.open(encoding="utf-8")))[1:]
    rain, loss, _, observed, expected = np.array([[float(cell) for cell in row[1:]] for row in rows]).T
    x = {"x1": 320.10730922522407, "x2": 2.4208432970477163, "x3": 69.62761803187294, "x4": 1.389134466254451}
    flow = gr4j(rain, loss, **x, initial_fill=(0.6, 0.7)).flow
    assert len(flow) == 730
    assert np.abs(flow - expected).max() < 1e-12
    later, seen = flow[365:], observed[365:]
    assert 1 - ((later - seen) ** 2).sum() / ((seen - seen.mean()) ** 2).sum() == pytest.approx(0.919030, abs=1e-6)


def test_the_worked_examples_of_snow():
    one = cemaneige(FALL, WARM, ctg=0.4, kf=4, annual_snowfall=100, elevations=[900], reference_elevation=900)
    expected = [0, 0, 0, 2.5, 3.56, 6.5504, 12.126752, 6.417757, 7.769018, 6.549616, 3.562825, 2.298375]
    assert one.liquid == pytest.approx(expected, abs=1e-6)
    three = cemaneige(FALL, WARM, ctg=0.25, kf=5.5, annual_snowfall=150, **BANDS)
    expected = [
        0, 1.654417, 4.680353, 1.802378, 0.925189, 1.992186, 5.252993, 4.542465, 2.675575, 3.583596, 4.890522, 5.070758,
    ]  # fmt: skip
    assert three.liquid == pytest.approx(expected, abs=1e-6)
    assert three.pack[:, -1] == pytest.approx([0.97125, 11.696388, 56.121065], abs=1e-6)


def test_the_worked_examples_of_evapotranspiration():
    found = oudin_pet([5, 25, 35, -6], [15, 150, 200, 20], latitude=36.3)
    assert found == pytest.approx([0.705428, 5.036603, 6.612761, 0], abs=1e-6)
    assert extraterrestrial_radiation(246, latitude=-20) == pytest.approx(32.2, abs=0.05)
    assert extraterrestrial_radiation([172, 355], latitude=80).tolist() == [pytest.approx(44.9, abs=0.5), 0]


weather = st.lists(
    st.tuples(st.floats(0, 150), st.floats(0, 12), st.floats(-25, 35)), min_size=2, max_size=60
).map(np.array)  # fmt: skip
parameters = st.builds(
    ModelParameters,
    x1=st.floats(1, 3000),
    x2=st.floats(-6, 6),
    x3=st.floats(1, 1100),
    x4=st.floats(0.5, 15),
    ctg=st.floats(0, 1),
    kf=st.floats(0, 9),
    annual_snowfall=st.floats(0, 900),
)


@given(weather, parameters, st.data())
@settings(max_examples=60, deadline=None)
def test_a_run_that_goes_on_is_one_run(days, chosen, data):
    cut = data.draw(st.integers(1, len(days) - 1))
    forcing = Forcing(days[:, 0], days[:, 1], days[:, 2], **BANDS)
    whole = simulate(forcing, parameters=chosen)
    first = simulate(forcing.between(0, cut), parameters=chosen)
    then = simulate(forcing.between(cut, len(days)), parameters=chosen, state=first.state)
    assert np.concatenate([first.flow, then.flow]) == pytest.approx(whole.flow, rel=1e-12, abs=1e-12)
    assert np.concatenate([first.pack, then.pack], axis=1) == pytest.approx(whole.pack, rel=1e-12, abs=1e-12)
    assert then.state.runoff.production == pytest.approx(whole.state.runoff.production, rel=1e-12)
    assert then.state.runoff.uh2 == pytest.approx(whole.state.runoff.uh2, rel=1e-12, abs=1e-12)


@given(weather, parameters)
@settings(max_examples=60, deadline=None)
def test_no_water_is_lost(days, chosen):
    """Without evaporation and exchange, what fell has left or is still there."""
    rain = days[:, 0]
    snow = cemaneige(
        rain, days[:, 2], ctg=chosen.ctg, kf=chosen.kf, annual_snowfall=chosen.annual_snowfall, **BANDS
    )  # fmt: skip
    assert snow.liquid.sum() + snow.pack[:, -1].mean() == pytest.approx(rain.sum(), rel=1e-12, abs=1e-12)
    assert (snow.pack >= 0).all()
    run = gr4j(rain, np.zeros(len(rain)), x1=chosen.x1, x2=0, x3=chosen.x3, x4=chosen.x4)
    end = run.state
    held = end.production + end.routing + end.uh1.sum() + end.uh2.sum() - 0.3 * chosen.x1 - 0.5 * chosen.x3
    assert run.flow.sum() + held == pytest.approx(rain.sum(), rel=1e-10, abs=1e-9)


@given(st.floats(0.5, 30))
def test_unit_hydrographs_give_all_their_water(x4):
    for shares in unit_hydrographs(x4):
        assert shares.sum() == pytest.approx(1, abs=1e-12)
        assert (shares >= 0).all()


def test_many_sets_run_as_each_alone():
    chance = np.random.default_rng(5)
    n, m = 200, 70
    rain, loss = chance.gamma(0.4, 12, (m, n)), chance.uniform(0, 6, n)
    x = {"x1": chance.uniform(50, 900, m), "x2": chance.uniform(-3, 3, m), "x3": chance.uniform(10, 300, m)}
    x["x4"] = chance.uniform(0.5, 9, m)
    both = gr4j(rain, loss, **x)
    assert both.flow.shape == (m, n)
    for i in (0, 63, 64, 69):
        alone = gr4j(rain[i], loss, **{name: value[i] for name, value in x.items()})
        assert alone.flow == pytest.approx(both.flow[i], rel=1e-13)
        assert alone.state.uh1 == pytest.approx(both.state[i].uh1, rel=1e-13)
    later = gr4j(rain[:, :50], loss[:50], **x, state=both.state)
    assert later.flow[3] == pytest.approx(
        gr4j(rain[3, :50], loss[:50], **{name: value[3] for name, value in x.items()}, state=both.state[3]).flow,
        rel=1e-13,
    )
    assert gr4j(RAIN, LOSS, **X | {"x2": [0, 1, 2]}).flow.shape == (3, 10), "one weather, three sets"


def test_snow_that_goes_on_keeps_its_yearly_snowfall():
    whole = cemaneige(FALL, WARM, ctg=0.25, kf=5.5, **BANDS)
    assert whole.state.annual_snowfall == pytest.approx(
        cemaneige(FALL, WARM, ctg=0.9, kf=1, **BANDS).state.annual_snowfall
    )
    first = cemaneige(FALL[:5], WARM[:5], ctg=0.25, kf=5.5, annual_snowfall=whole.state.annual_snowfall, **BANDS)
    then = cemaneige(FALL[5:], WARM[5:], ctg=0.25, kf=5.5, state=first.state, **BANDS)
    assert np.concatenate([first.liquid, then.liquid]) == pytest.approx(whole.liquid, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gr4j([1, np.nan], [1, 1], **X), "precipitation has no finite number at index 1"),
        (lambda: gr4j([1, -1], [1, 1], **X), "precipitation is -1 at index 1; it cannot be below 0"),
        (lambda: gr4j([1, 1], [1, np.inf], **X), "pet has no finite number at index 1"),
        (lambda: gr4j([1, 1], [1], **X), "give both for the same days"),
        (lambda: gr4j([], [], **X), "at least one"),
        (lambda: gr4j(["a lot"], [1], **X), "precipitation must be numbers"),
        (lambda: gr4j(RAIN, LOSS, **X | {"x1": 0}), "x1 is 0 mm"),
        (lambda: gr4j(RAIN, LOSS, **X | {"x3": [90, -1]}), "x3 is -1 mm"),
        (lambda: gr4j(RAIN, LOSS, **X | {"x4": 0.4}), "x4 is 0.4 d; give at least 0.5 d"),
        (lambda: gr4j(RAIN, LOSS, **X | {"x1": [300, 350], "x3": [90, 90, 90]}), "sets are given for [2, 3]"),
        (lambda: gr4j(RAIN, LOSS, **X, initial_fill=(1.5, 0)), "two shares between 0 and 1"),
        (lambda: gr4j(RAIN, LOSS, **X | {"x4": 3}, state=gr4j(RAIN, LOSS, **X).state), "not those of x4 3"),
        (lambda: gr4j(RAIN, LOSS, **X | {"x1": 50}, state=gr4j(RAIN, LOSS, **X).state), "x1 is 50"),
        (lambda: cemaneige(FALL, WARM[:-1], ctg=0.5, kf=4, **BANDS), "temperature 11; give both for the same days"),
        (lambda: cemaneige(FALL, WARM, ctg=1.5, kf=4, **BANDS), "ctg is 1.5"),
        (lambda: cemaneige(FALL, WARM, ctg=0.5, kf=4, elevations=[], reference_elevation=0), "at least one"),
        (lambda: oudin_pet([5, 6], [1, 2, 3], latitude=36), "give a day for each temperature"),
        (lambda: oudin_pet(5, 367, latitude=36), "a year has days 1 to 366"),
        (lambda: oudin_pet(5, 1, latitude=95), "between -90 and 90"),
        (lambda: Forcing(RAIN, LOSS[1:]), "precipitation 10, pet 9"),
        (lambda: Forcing(RAIN, LOSS, elevations=[1, 2]), "reference_elevation is missing"),
        (lambda: Forcing(RAIN, LOSS).between(5, 11), "not within the 10 days"),
        (
            lambda: simulate(Forcing(RAIN, LOSS), parameters=ModelParameters(350, 0, 90, 2, ctg=0.5, kf=4)),
            "has no temperature or no elevations",
        ),
        (lambda: simulate(Forcing(RAIN, LOSS), parameters=ModelParameters(350, 0, 90, 2, kf=4)), "no ctg"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        call()
