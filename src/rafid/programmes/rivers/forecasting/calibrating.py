"""Calibrating a model on some years and judging it on others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.methods.hydrology import calibrate, fit_error_model, kge, nse, simulate, update_forecast

from ..models import RiverModel
from ..refusals import told
from .keeping import keep_error_model, keep_parameters, parameters_of
from .weather import read_record

WARMUP = 365
LONGEST = 10
"""Days ahead at which the model's error is learned."""
LEAST_JUDGED = 180


def calibrate_model(
    model: RiverModel, *, split: date, start: date | None = None, max_runs: int = 2400, seed: int = 0
) -> RiverModel:
    """Calibrates on the days before ``split`` (from ``start``, the first year to warm up) and judges on those from it on.

    Parameters, error model, periods and scores of the period that it has not seen are kept in one step. Raises ``Refused``
    for a record that does not carry it.
    """
    record = read_record(model)
    first = record.at(start) if start else 0
    cut = record.at(split)
    if not 0 <= first < cut < len(record):
        raise Refused(
            _("The weather goes from %(first)s to %(last)s. Choose days within it.")
            % {"first": record.first.isoformat(), "last": record.last.isoformat()}
        )
    if np.isfinite(record.flow[cut:]).sum() < LEAST_JUDGED:
        raise Refused(
            _("Fewer than %(count)s days with flow are left to judge by. Choose an earlier day.")
            % {"count": LEAST_JUDGED}
        )
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


def validate(model: RiverModel, *, start: date, end: date | None = None) -> dict[str, Any]:
    """Scores over another period with the parameters that the model has; they are told, not kept."""
    record = read_record(model)
    first, last = record.at(start), record.at(end) + 1 if end else len(record)
    if not 0 <= first < last <= len(record):
        raise Refused(
            _("The weather goes from %(first)s to %(last)s. Choose days within it.")
            % {"first": record.first.isoformat(), "last": record.last.isoformat()}
        )
    run = simulate(record.forcing, parameters=parameters_of(model.parameters)).flow
    from .keeping import error_model_of

    return _scores(record.flow[:last], run[:last], error_model_of(model.error_model), first)


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


def activate(model: RiverModel) -> RiverModel:
    """Makes it the model of its node; the one that was is retired in the same step. The database asks for a validation."""
    with told(RiverModel), because("model activated"):
        RiverModel.objects.filter(node=model.node, kind=model.kind, state="active").exclude(pk=model.pk).update(
            state="retired"
        )
        model.state = "active"
        model.save()
    return model
