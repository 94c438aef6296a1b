"""What the database refuses, as a problem of one row: the row is found by halving, in savepoints."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, ProgrammingError, models, transaction
from django.utils import translation

from rafid.commons.programme import LANGUAGES

from ..refusals import sentence_for

_TWICE = "21000"
"""ON CONFLICT DO UPDATE command cannot affect row a second time."""


class Refused(Exception):
    """``number`` of the row, or None where none could be named; ``code`` and ``params`` of the problem; ``column``."""

    def __init__(self, number: int | None, code: str, params: dict[str, Any], column: str = "") -> None:
        super().__init__(code)
        self.number, self.code, self.params, self.column = number, code, params, column

    def problems(self) -> dict[str, list[dict[str, Any]]]:
        return {self.column: [{"code": self.code, "params": self.params}]}


def first_refused(
    error: Exception, model: type[models.Model], write: Callable[[int, int], None], low: int, high: int
) -> Refused:
    """The first row between ``low`` and ``high`` that ``write`` cannot write, in at most log2 steps.

    ``error`` is what writing them all raised. What can be written is, inside the caller's savepoint, so that a row that
    only clashes with an earlier one of the same file is found too. Raises other errors than refusals as they are.
    """
    if isinstance(error, ProgrammingError) and sqlstate(error) != _TWICE:
        raise error
    while low < high:
        middle = (low + high) // 2
        try:
            with transaction.atomic():
                write(low, middle)
        except (IntegrityError, ProgrammingError) as earlier:
            high, error = middle, earlier
        else:
            low = middle + 1
    return refused(error, model, low)


def sqlstate(error: BaseException) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def refused(error: Exception, model: type[models.Model], number: int | None) -> Refused:
    """The refusal of one row, with its sentence in three languages and the column that it speaks of."""
    if sqlstate(error) == _TWICE:
        return Refused(number, "written_twice", {})
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = sentence_for(error, model) if isinstance(error, IntegrityError) else str(error)
    return Refused(number, "refused", {"text": said}, column_of(error, model))


def column_of(error: BaseException, model: type[models.Model]) -> str:
    """The field that a refusal speaks of, "" where it is more than one or none."""
    diagnosis = getattr(error.__cause__, "diag", None)
    column = getattr(diagnosis, "column_name", None)
    if not column:
        # «Key (number)=(W-1) already exists.»
        found = re.match(r"Key \((\w+)\)=", getattr(diagnosis, "message_detail", None) or "")
        column = found[1] if found else None
    if column:
        for field in model._meta.concrete_fields:
            if field.column == column:
                return str(field.name)
    name = getattr(diagnosis, "constraint_name", None)
    for constraint in model._meta.constraints:
        if constraint.name == name and isinstance(constraint, models.CheckConstraint):
            fields = {part[0].partition("__")[0] for part in _leaves(constraint.condition)}
            if len(fields) == 1:
                return str(fields.pop())
    return ""


def _leaves(condition: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for child in getattr(condition, "children", []):
        found += _leaves(child) if isinstance(child, models.Q) else [child] if isinstance(child, tuple) else []
    return found
