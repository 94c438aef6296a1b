"""Numbers that lie far from the others that the same question got."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rafid.commons.forms.checks.matrices import answer_numbers, repeat_numbers
from rafid.commons.forms.models import Row
from rafid.commons.forms.schema import Column, Table
from rafid.methods.fieldwork import outliers
from rafid.methods.xforms.tables import MAIN

from .batch import Batch, Found
from .places import row_path
from .questions import asked

_NUMBERS = frozenset({"int", "decimal"})
_MANY, _MOST_SHARE = 40, 0.05
"""Of this many values, at most this share are far off: where more are, the question has no usual value."""


def run(batch: Batch) -> Iterable[Found]:
    if not batch.visits:
        return
    for table in batch.tables.values():
        columns = [column for column, _field in asked(batch, _NUMBERS, table)]
        if not columns:
            continue
        slots = [column.slot for column in columns]
        if table.name == MAIN:
            ids, numbers = batch.of_form(
                ("numbers", table.name), partial(answer_numbers, batch.form.pk, slots, beside=batch.beside)
            )
            rows: Sequence[tuple[UUID, int]] = _Firsts(ids)
        else:
            rows, numbers = batch.of_form(
                ("numbers", table.name),
                partial(repeat_numbers, batch.form.pk, table.number, slots, beside=batch.beside),
            )
        for at, column in enumerate(columns):
            yield from _of_question(batch, table, column, rows, numbers[:, at])


class _Firsts(Sequence[tuple[UUID, int]]):
    """The one row that each has in the main table."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, at: Any) -> Any:
        return self.ids[at], 1


def _of_question(
    batch: Batch, table: Table, column: Column, rows: Sequence[tuple[UUID, int]], values: NDArray[np.float64]
) -> Iterable[Found]:
    known = values[np.isfinite(values)]
    far = outliers(values, threshold=batch.limits["outlier_score"])
    if known.size >= _MANY and np.count_nonzero(far) > _MOST_SHARE * known.size:
        return
    median = float(np.median(known)) if known.size else 0.0
    found = [(rows[at], float(values[at])) for at in np.flatnonzero(far) if rows[at][0] in batch.visits]
    keys = _keys(batch, table, [row for row, _value in found])
    for (pk, ordinal), value in found:
        visit = batch.visits[pk]
        yield batch.found(
            "outlier",
            visit,
            path=row_path(column.path, keys.get((visit.version, ordinal), "")),
            field=column.path,
            value=f"{value:g}",
            expected=f"{median:g}",
            evidence={"value": value, "median": median, "values": int(known.size)},
        )


def _keys(batch: Batch, table: Table, rows: list[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
    if table.name == MAIN or not rows:
        return {}
    versions = [batch.visits[pk].version for pk, _ordinal in rows]
    found = Row.objects.filter(submission_version__in=versions, table=table.number)
    return {
        (version, ordinal): key for version, ordinal, key in found.values_list("submission_version", "ordinal", "key")
    }
