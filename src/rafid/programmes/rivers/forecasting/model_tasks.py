"""Long work on a model, by the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import override

from rafid.commons.records.change import Refused
from rafid.commons.records.tasks import Failure

from ..models import RiverModel
from .calibrating import calibrate_model
from .hindcasting import hindcast
from .scoring import score_archive


def calibrate_task(progress: Any, model: str, split: str, start: str | None = None) -> None:
    """Calibrates, and gives the record: nobody switches a model on whose record is not known."""
    row = RiverModel.objects.select_related("node", "observed").get(pk=model)
    days = {"split": date.fromisoformat(split), "start": date.fromisoformat(start) if start else None}
    _carry_out(partial(calibrate_model, row, **days))
    progress.at(1, 2)
    _carry_out(partial(hindcast, row))
    progress.at(2, 2)


def judge_task(progress: Any, model: str) -> None:
    row = RiverModel.objects.select_related("node", "observed").get(pk=model)
    _carry_out(partial(score_archive, row) if row.kind == "external" else partial(hindcast, row, at=progress.at))
    progress.at(1, 1)


def _carry_out(work: Callable[[], Any]) -> None:
    """What is refused is said in each language: the sentence was made where it was raised, so it is asked for anew."""
    try:
        work()
    except Refused as error:
        said = dict.fromkeys(("ar", "ckb", "en"), str(error))
        for code in said:
            with override(code), transaction.atomic():
                try:
                    work()
                except Refused as again:
                    said[code] = str(again)
                transaction.set_rollback(True)
        raise Failure(said) from error
