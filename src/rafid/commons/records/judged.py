"""Rows that checks speak of although they are no register: figures, by the model that a check names.

Such a model has ``objects.visible_to``, ``ref``, ``title``, ``programme_name()``, ``owner_id``, ``place_id``,
``get_absolute_url()``, the run that wrote a row as ``import_run``, and ``beside(rows)``: the rows without which these cannot
be judged, such as the parts of a sum.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.text import capfirst

from rafid.commons.kinds import kind_name
from rafid.commons.programme import Check, installed

from .models import Record


@dataclass(frozen=True)
class Judged:
    """A model with the checks of all programmes that name it."""

    model: Any
    checks: tuple[Check, ...]

    @property
    def kind(self) -> str:
        return str(self.model._meta.label_lower)

    @property
    def title(self) -> str:
        return capfirst(kind_name(self.model))


@functools.cache
def judged() -> tuple[Judged, ...]:
    found: dict[Any, list[Check]] = {}
    for programme in installed():
        for check in programme.checks:
            model = _model(check.record)
            if model is not None:
                found.setdefault(model, []).append(check)
    return tuple(Judged(model, tuple(checks)) for model, checks in found.items())


def _model(label: str) -> Any:
    """None for a register, an import and a word of the programme's own."""
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return None if issubclass(model, Record) else model


def judged_of(kind: str) -> Judged | None:
    return next((one for one in judged() if one.kind == kind), None)


def named(kind: str, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Those that are there of the rows with these ids, with what their titles need; empty for another kind of thing."""
    one = judged_of(kind)
    return {row.pk: row for row in one.model.objects.titled().filter(pk__in=list(ids))} if one else {}
