"""Long work on a model, by the worker."""

from __future__ import annotations

from datetime import date
from typing import Any

from rafid.commons.records.change import Refused
from rafid.commons.records.tasks import Failure

from ..models import RiverModel
from .calibrating import calibrate_model
from .hindcasting import hindcast
from .scoring import score_archive


def calibrate_task(progress: Any, model: str, split: str, start: str | None = None) -> None:
    """Calibrates, and gives the record: nobody switches a model on whose record is not known."""
    row = RiverModel.objects.select_related("node", "observed").get(pk=model)
    try:
        calibrate_model(row, split=date.fromisoformat(split), start=date.fromisoformat(start) if start else None)
        progress.at(1, 2)
        hindcast(row)
    except Refused as error:
        raise Failure(dict.fromkeys(("ar", "ckb", "en"), str(error))) from error
    progress.at(2, 2)


def judge_task(progress: Any, model: str) -> None:
    row = RiverModel.objects.select_related("node", "observed").get(pk=model)
    try:
        if row.kind == "external":
            score_archive(row)
        else:
            hindcast(row, at=progress.at)
    except Refused as error:
        raise Failure(dict.fromkeys(("ar", "ckb", "en"), str(error))) from error
    progress.at(1, 1)
