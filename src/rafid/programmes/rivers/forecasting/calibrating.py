"""Calibrating a model on some years and judging it on others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.methods.hydrology import calibrate, fit_error_model, kge, nse, simulate, update_forecast

from ..models import RiverModel, Verification
from ..refusals import told
from .keeping import error_model_of, keep_error_model, keep_parameters, parameters_of
from .routed import course_of, find_course, learn, read_routed, simulated
from .weather import Record, read_record

WARMUP = 365
LONGEST = 10
"""Days ahead at which the model's error is learned."""
LEAST_JUDGED = 180
LEAST_LEARNED = 365


def calibrate_model(
    model: RiverModel, *, split: date, start: date | None = None, max_runs: int = 2400, seed: int = 0
) -> RiverModel:
    """Calibrates on the days before ``split`` (from ``start``, the first year to warm up) and judges on those from it on.

    Parameters, error model, periods and scores of the period that it has not seen are kept in one step. Raises ``Refused``
    for a record that does not carry it.
    """
    if model.kind == "routing":
        return _calibrate_routed(model, split, start, max_runs, seed)
    record = read_record(model)
    first, cut = _periods_of_weather(record, start, split)
    try:
        found = calibrate(
            record.forcing.between(first, cut), record.flow[first:cut], warmup=WARMUP, max_runs=max_runs, seed=seed
        )
        run = simulate(record.forcing.between(first, len(record)), parameters=found.parameters).flow
        learned = slice(first + WARMUP, cut)
        errors = fit_error_model(record.flow[learned], run[WARMUP : cut - first], leads=range(1, LONGEST + 1))
    except ValueError as error:
        raise Refused(_("The record does not carry a calibration: %(why)s") % {"why": str(error)}) from error
    model.parameters = keep_parameters(found.parameters)
    model.error_model = keep_error_model(errors)
    model.calibrated_from, model.calibrated_to = record.day(first + WARMUP), split - timedelta(days=1)
    model.validated_from, model.validated_to = split, record.last
    model.scores = _scores(record.flow[first:], run, errors, cut - first) | {
        "calibration_kge": round(found.score, 6),
        "runs": found.runs,
        "filled": record.filled,
    }
    with told(RiverModel), because("model calibrated"):
        model.save()
    return model


def periods_of(model: RiverModel, *, split: date, start: date | None = None) -> tuple[int, int]:
    """First day to learn from and first day to judge on, as `calibrate_model` takes them; refuses what it refuses."""
    if model.kind == "routing":
        found = read_routed(model, find_course(model))
        return _periods(found, found.observed, start, split)
    return _periods_of_weather(read_record(model), start, split)


def _periods_of_weather(record: Record, start: date | None, split: date) -> tuple[int, int]:
    first, cut = _periods(record, record.flow, start, split)
    if not (record.forcing.rain[first:cut] > 0).any():
        raise Refused(_("There is no rain on any day of the record. Look at its series: a calibration needs some."))
    return first, cut


def _periods(record: Any, flow: Any, start: date | None, split: date) -> tuple[int, int]:
    """First day to learn from and first day to judge on; refuses a record that holds too little in either."""
    first, cut = record.at(start) if start else 0, record.at(split)
    if not 0 <= first < cut < len(record):
        raise Refused(
            _("The weather goes from %(first)s to %(last)s. Choose days within it.")
            % {"first": record.first.isoformat(), "last": record.last.isoformat()}
        )
    known = int(np.isfinite(flow[first + WARMUP : cut]).sum())
    if known < LEAST_LEARNED:
        raise Refused(
            _(
                "The record is too short: %(known)s days with flow lie between its first year and %(split)s, and a calibration"
                " needs %(least)s. Choose a later day, or enter a longer record."
            )
            % {"known": known, "split": split.isoformat(), "least": LEAST_LEARNED}
        )
    if np.isfinite(flow[cut:]).sum() < LEAST_JUDGED:
        raise Refused(
            _("Fewer than %(count)s days with flow are left to judge by. Choose an earlier day.")
            % {"count": LEAST_JUDGED}
        )
    if not np.nanmax(flow) > 0:
        raise Refused(_("All flows are zero. Look at the series of observed flow: nothing can be learned from it."))
    for begin, end in ((first + WARMUP, cut), (cut, len(record))):
        if not np.nanmax(flow[begin:end]) > np.nanmin(flow[begin:end]):
            raise Refused(
                _(
                    "The flow is the same on every day from %(first)s to %(last)s. Look at its series, or choose another day."
                )
                % {
                    "first": (record.first + timedelta(days=begin)).isoformat(),
                    "last": (record.first + timedelta(days=end - 1)).isoformat(),
                }
            )
    return first, cut


def _calibrate_routed(model: RiverModel, split: date, start: date | None, max_runs: int, seed: int) -> RiverModel:
    """The places upstream as the network stands now, the own catchment where the model has rain, and the error of both."""
    found = read_routed(model, find_course(model))
    first, cut = _periods(found, found.observed, start, split)
    learned = slice(first + WARMUP, cut)
    try:
        model.parameters = learn(model, found, learned=learned, warmup=WARMUP, max_runs=max_runs, seed=seed)
        run, _own = simulated(model, found)
        sure = np.where(found.past.doubtful, np.nan, found.observed)
        errors = fit_error_model(sure[learned], run[learned], leads=range(1, LONGEST + 1))
    except ValueError as error:
        raise Refused(_("The record does not carry a calibration: %(why)s") % {"why": str(error)}) from error
    model.error_model = keep_error_model(errors)
    model.calibrated_from, model.calibrated_to = found.first + timedelta(days=first + WARMUP), split - timedelta(days=1)
    model.validated_from, model.validated_to = split, found.last
    model.scores = _scores(found.observed, run, errors, cut) | {
        "calibration_kge": round(kge(sure[learned], run[learned]), 6),
        "runs": max_runs if "own" in model.parameters else 1,
        "filled": found.record.filled if found.record is not None else {},
    }
    with told(RiverModel), because("model calibrated"):
        model.save()
    return model


def validate(model: RiverModel, *, start: date, end: date | None = None) -> dict[str, Any]:
    """Scores over another period with the parameters that the model has; they are told, not kept."""
    if model.kind == "routing":
        found = read_routed(model, course_of(model, timezone.now()))
        run, _own = simulated(model, found)
        record: Any = found
        flow = found.observed
    else:
        record = read_record(model)
        run = simulate(record.forcing, parameters=parameters_of(model.parameters)).flow
        flow = record.flow
    first, last = record.at(start), record.at(end) + 1 if end else len(record)
    if not 0 <= first < last <= len(record):
        raise Refused(
            _("The weather goes from %(first)s to %(last)s. Choose days within it.")
            % {"first": record.first.isoformat(), "last": record.last.isoformat()}
        )
    return _scores(flow[:last], run[:last], error_model_of(model.error_model), first)


def _scores(flow: Any, run: Any, errors: Any, first: int) -> dict[str, Any]:
    """With the rain that was observed: an upper bound."""
    updated = update_forecast(run, flow, model=errors)
    seen = flow[first:]
    chosen = {lead: updated[i, first:] for i, lead in enumerate(errors.leads) if lead in (1, 3, 7)}
    return {
        "n": int(np.isfinite(seen).sum()),
        "kge": round(kge(seen, run[first:]), 6),
        "nse": round(nse(seen, run[first:]), 6),
        "updated_nse": {str(lead): round(nse(seen, one), 6) for lead, one in chosen.items()},
        "persistence_nse": {str(lead): round(nse(seen, flow[first - lead : -lead]), 6) for lead in chosen},
    }


class Doubted(Refused):
    """The model may be made active, and something speaks against it: it asks for a reason first. ``doubts`` say what."""

    def __init__(self, doubts: list[str]) -> None:
        super().__init__(" ".join([*doubts, _("Give a reason to switch it on all the same.")]))
        self.doubts = doubts


def doubts_of(model: RiverModel) -> list[str]:
    """What its judged years, or the record of another's results, say against a model, in words. Below 0 the KGE tells of no
    likeness, and the NSE that the mean of those years is nearer to what was observed."""
    if model.kind == "external":
        proven = [one.scores for one in Verification.objects.filter(model=model) if one.scores]
        if proven and not any(one.get("beats_persistence") for one in proven):
            return [_("At no lead are its forecasts better than a flow that stays as it is.")]
        return []
    said = []
    kge, nse = model.scores.get("kge"), model.scores.get("nse")
    if kge is not None and kge < 0:
        said.append(_("In the years that it has not seen its KGE is %(score)s, below 0.") % {"score": f"{kge:.2f}"})
    if nse is not None and nse < 0:
        said.append(
            _("Its NSE is %(score)s: the mean flow of those years is nearer to what was observed.")
            % {"score": f"{nse:.2f}"}
        )
    return said


def activate(model: RiverModel, *, reason: str = "") -> RiverModel:
    """Makes it the model of its node; the one that was is retired in the same step. The database asks for a validation.

    Raises ``Doubted`` for one that its judged years speak against, unless a ``reason`` is given; the history keeps it.
    """
    why = reason.strip()
    doubts = doubts_of(model)
    if doubts and not why:
        raise Doubted(doubts)
    with told(RiverModel), because(why or "model activated"):
        RiverModel.objects.filter(node=model.node, kind=model.kind, state="active").exclude(pk=model.pk).update(
            state="retired"
        )
        model.state = "active"
        model.save()
    return model
