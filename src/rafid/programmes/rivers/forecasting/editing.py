"""Entering and changing a model. What an active or retired one says stays: a change of it is its next version, a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.identity import uuid7
from rafid.commons.people.visibility import may_at
from rafid.commons.records.change import Refused

from ..models import RiverModel, Series
from ..refusals import told
from ..seeing import PROGRAMME
from .calibrating import periods_of
from .computing import IMPORTED
from .importing import newest_known
from .issuing import issuer_of

WEATHER = ("precipitation", "temperature", "pet")
INPUTS = ("node", "kind", "forcing", "observed", "area_km2", "latitude", "bands", "reference_elevation")


def may_model(user: Any, model: RiverModel) -> bool:
    return bool(may_at(user, "model", PROGRAMME, model.owner_id, model.place_id))


def enter_model(values: Mapping[str, Any], *, by: Any, model: RiverModel | None = None) -> RiverModel:
    """A new model, or ``model`` changed. ``values``: the names of ``INPUTS``, with the series of the forcing by variable.

    A draft changes in place and loses what was calibrated with other inputs; an active or retired one stays, and its next
    version is a draft. Raises ``Refused`` in words for inputs that do not carry the kind.
    """
    observed: Series | None = values["observed"]
    kind = values["kind"]
    _fits(kind, values)
    row = RiverModel() if model is None else model
    if model is not None and model.state != "draft":
        row = next_version(model)
    before = {name: getattr(row, f"{name}_id", getattr(row, name, None)) for name in INPUTS} if model else {}
    for name in INPUTS:
        setattr(row, name, values[name])
    if observed is not None:
        row.owner, row.place, row.sensitivity = observed.owner, observed.place, observed.sensitivity
    if not may_model(by, row):
        raise Refused(_("This series belongs to another organisation. Choose one of yours."))
    changed = {name: getattr(row, f"{name}_id", getattr(row, name, None)) for name in INPUTS} != before
    if model is not None and changed:
        forget(row)
    with told(RiverModel), because("model changed" if model else "model entered"):
        row.made_by = row.made_by or by
        row.save()
    return row


def _fits(kind: str, values: Mapping[str, Any]) -> None:
    forcing = values["forcing"]
    if values["observed"] is None:
        raise Refused(_("A model is calibrated and judged by an observed flow. Choose its series."))
    has_warm = "temperature" in forcing or "pet" in forcing
    if kind in ("gr4j", "gr4j_snow") and not ("precipitation" in forcing and has_warm):
        raise Refused(_("The model names no series of rain, or none of temperature. Enter them at the model."))
    if kind == "gr4j_snow" and not ("temperature" in forcing and values["bands"]):
        raise Refused(_("A model with snow needs temperature and elevation bands. Enter them, or choose GR4J."))
    if values["bands"] and values["reference_elevation"] is None:
        raise Refused(_("Bands need the elevation of the station that measures their weather. Enter it."))
    if kind == "routing" and "precipitation" in forcing and not has_warm:
        raise Refused(
            _("The own catchment needs temperature beside its rain. Enter its series, or leave the rain away.")
        )


def next_version(model: RiverModel) -> RiverModel:
    """A draft with the same inputs, parameters and judgement; the model itself stays. Not saved."""
    copy: RiverModel = RiverModel.objects.get(pk=model.pk)
    copy.pk, copy.state = uuid7(), "draft"
    copy._state.adding = True
    return copy


def forget(row: RiverModel) -> None:
    """What was learned from other inputs."""
    row.parameters, row.error_model, row.scores = {}, {}, {}
    row.calibrated_from = row.calibrated_to = row.validated_from = row.validated_to = None


def retire(model: RiverModel, *, reason: str) -> RiverModel:
    """Switches a model off: nothing is issued by it any more; what it issued stays."""
    if not reason.strip():
        raise Refused(_("Say why the model is switched off."))
    if model.state != "active":
        raise Refused(_("Only an active model is switched off."))
    with told(RiverModel), because(reason.strip()):
        row: RiverModel = RiverModel.objects.select_for_update().get(pk=model.pk)
        row.state = "retired"
        row.save()
    return row


def ready_to_calibrate(model: RiverModel, *, split: date, start: date | None = None) -> None:
    """Refuses at once what the work would refuse later."""
    if model.kind == "external":
        raise Refused(
            _("Another model's results are not calibrated here. Take its forecasts in; they make its record.")
        )
    periods_of(model, split=split, start=start)


def ready_to_judge(model: RiverModel) -> None:
    if model.kind == "external":
        return
    if not model.parameters or not model.error_model:
        raise Refused(_("The model has no parameters. Calibrate it first."))
    issuer_of(model, members=5, forcing="bootstrap", seed=0)


def brings(model: RiverModel) -> Any:
    """When the series that an external model takes in last changed; None where there are none."""
    kind = model.forcing.get("ensemble")
    return newest_known(model, kind) if kind in IMPORTED else None
