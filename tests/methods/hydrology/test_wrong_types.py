"""What is of the wrong type, or no number, is refused with a sentence as a wrong value is: a script that hands over a text, a
date, or the wrong object learns which argument it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rafid.methods import hydrology as h

WHOLE: dict[str, Any] = {
    "block_bootstrap": lambda one: h.block_bootstrap(np.arange(1, 366), start_day=1, horizon=one, members=5),
    "analogue_members": lambda one: h.analogue_members(np.ones((9, 1)), current=[[1.0]], members=one),
    "exceedance_probability": lambda one: h.exceedance_probability(np.ones((5, 2)), threshold=1, within=one),
    "muskingum": lambda one: h.muskingum([1, 2], k=2, x=0.2, dt=1, subreaches=one),
    "travel_time": lambda one: h.travel_time(np.arange(40.0), np.arange(40.0), max_lag=one),
    "a reach": lambda one: h.RiverNetwork(["a", "b"], [h.Reach("r", "a", "b", subreaches=one)]),
    "l_moments": lambda one: h.l_moments(np.arange(12.0), order=one),
    "low_flow": lambda one: h.low_flow(np.ones(4000), days=one),
    "spi": lambda one: h.spi(np.ones(240), scale=one),
    "reliability": lambda one: h.reliability([0.5], [1], bins=one),
    "rules": lambda one: h.SeriesRules(flat_steps=one),
}

ODD = {"text": "three", "list": [3], "nan": float("nan"), "infinity": float("inf"), "too large": 10**400, "a half": 2.5}


@pytest.mark.parametrize("what", WHOLE)
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_whole_number_is_refused_with_a_sentence(what, odd):
    if what == "rules" and odd == "a half":
        return  # two equal values and a half are as good a limit as two
    with pytest.raises(ValueError, match=r"; (give|mend|check)"):
        WHOLE[what](ODD[odd])


NUMBERS: dict[str, Any] = {
    "k": lambda one: h.muskingum([1, 2], k=one, x=0.2, dt=1),
    "the first outflow": lambda one: h.muskingum([1, 2], k=1, x=0.2, dt=1, initial_outflow=one),
    "the slope": lambda one: h.muskingum_cunge_parameters(10, length=1000, slope=one, width=50, roughness=0.03),
    "the x of a reach": lambda one: h.RiverNetwork(["a", "b"], [h.Reach("r", "a", "b", k=5, x=one)]),
    "the step": lambda one: h.route_network(h.RiverNetwork(["a"]), {"a": [1.0, 2.0]}, dt=one),
    "the storage": lambda one: h.route_network(
        h.RiverNetwork(["a"], reservoirs=["a"]), {"a": [1.0, 2.0]}, dt=60, initial_storage={"a": one}
    ),
    "the perfect score": lambda one: h.skill_score(0.5, 0.2, perfect=one),
    "the fill": lambda one: h.gr4j([1.0], [1.0], x1=300, x2=0, x3=80, x4=2, initial_fill=one),
}


@pytest.mark.parametrize("what", NUMBERS)
@pytest.mark.parametrize(
    "odd", ["three", [3.0, 4.0, 5.0], float("nan"), float("inf"), 10**400, np.datetime64("2026-01-01"), 1j]
)
def test_what_is_no_number_is_refused_with_a_sentence(what, odd):
    with pytest.raises(ValueError, match=r"; (give|mend|look|fill)"):
        NUMBERS[what](odd)


def test_a_date_among_values_is_no_number():
    with pytest.raises(ValueError, match="precipitation must be numbers"):
        h.gr4j(np.array(["2026-01-01"], "datetime64[D]"), [1.0], x1=300, x2=0, x3=80, x4=2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: h.simulate([1, 2], parameters=h.ModelParameters(300, 0, 80, 2)), "forcing is .*; give Forcing"),
        (lambda: h.simulate(h.Forcing([1], [1]), parameters=(300, 0, 80, 2)), "give ModelParameters, as calibrate makes it"),
        (lambda: h.calibrate("rain", [1.0]), "give Forcing"),
        (lambda: h.gr4j([1.0], [1.0], x1=300, x2=0, x3=80, x4=2, state=3), "state is 3; give RunoffState"),
        (lambda: h.update_forecast([1.0], [1.0], model=None), "model is None; give ErrorModel, as fit_error_model"),
        (lambda: h.esp([[1, 2]], parameters=h.ModelParameters(300, 0, 80, 2), state=None), "give ModelState"),
        (lambda: h.rate(1.0, curve=[1, 2]), "give RatingCurve, as fit_rating makes it"),
        (lambda: h.route_network("river", {}, dt=1), "give RiverNetwork"),
        (lambda: h.RiverNetwork(["a"], ["a reach"]), "one of the reaches is 'a reach'; give Reach"),
        (lambda: h.RiverNetwork(None), "nodes is None; give Iterable"),
        (lambda: h.RiverNetwork(["a"], [h.Reach(["r"], "a", "b")]), "the code of a reach"),
        (lambda: h.level_pool([1.0], table=[[1, 2]], release=[(1, 0), (2, 1)], initial_level=1, dt=1), "give StorageTable"),
        (lambda: h.StorageTable(None, [1, 2]), "the column level"),
        (lambda: h.operate([1.0], table=h.StorageTable([1, 2], [1, 2]), rules=None, demand=1, initial_volume=1, dt=1),
         "give OperatingRules"),
        (lambda: h.check_series([0], [1.0], rules={"minimum": 0}), "give SeriesRules"),
        (lambda: h.check_series(None, None, rules=h.SeriesRules()), "give one of each value, in a row"),
        (lambda: h.fit_error_model([1.0], [1.0], leads="one"), "a lead is 'one'; give a whole number"),
        (lambda: h.fit_error_model([1.0], [1.0], leads=[3, 1]), "give days that rise"),
        (lambda: h.spi(np.ones(240), scale=1, reference=5), r"reference is 5; give \(first, last \+ 1\)"),
        (lambda: h.crps(np.ones((5, 3)), "three"), "the observed must be numbers"),
        (lambda: h.rank_histogram(np.ones((5, 3)), np.ones(3), seed="one"), "seed is 'one'; give a whole number"),
        (lambda: h.dress_forecast([1.0], model=1), "give ErrorModel"),
        (lambda: h.fit_lp3(np.arange(1.0, 21), periods=h.PerceptionPeriod(9, 50.0)), "periods is .*; give Iterable"),
        (lambda: h.plotting_positions(np.arange(1.0, 21), periods=["a wall"]), "a period is 'a wall'; give PerceptionPeriod"),
        (lambda: h.fit_lp3(np.arange(1.0, 21), periods=[h.PerceptionPeriod(9, 50.0, ranges=5)]), "ranges have the shape"),
    ],
)  # fmt: skip
def test_the_wrong_object_is_refused_by_its_name(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_the_modules_hold_what_their_names_promise():
    from rafid.methods.hydrology import reservoir

    assert reservoir.operate is h.operate
    assert reservoir.Operation is h.Operation
