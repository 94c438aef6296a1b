"""Batteries of questions that share one list of choices, answered all with one and the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import numpy as np
from django.db import connection

from rafid.commons.forms.schema import Column
from rafid.methods import xforms
from rafid.methods.fieldwork import straight_lining

from .batch import Batch, Found
from .questions import asked

_AT_ONCE = 2000


def run(batch: Batch) -> Iterable[Found]:
    fewest, share = int(batch.limits["straight_items"]), batch.limits["straight_share"]
    batteries = [columns for columns in _batteries(batch) if len(columns) >= fewest]
    if not batteries:
        return
    by_version = {visit.version: visit for visit in batch.visits.values()}
    versions = list(by_version)
    for start in range(0, len(versions), _AT_ONCE):
        rows = _rows(versions[start : start + _AT_ONCE])
        for columns in batteries:
            answers = np.empty((len(rows), len(columns)), dtype=object)
            for at, (_version, values) in enumerate(rows):
                answers[at] = [values[column.slot] if column.slot < len(values) else None for column in columns]
            shares = straight_lining(answers)
            for at in np.flatnonzero(shares >= share):
                given = [one for one in answers[at] if one]
                if len(given) < fewest:
                    continue
                answer, count = Counter(given).most_common(1)[0]
                yield batch.found(
                    "straight_line",
                    by_version[rows[at][0]],
                    path=columns[0].path,
                    field=columns[0].path,
                    value=answer,
                    evidence={
                        "answer": answer,
                        "count": count,
                        "of": len(given),
                        "fields": [column.path for column in columns],
                    },
                )


def _batteries(batch: Batch) -> list[list[Column]]:
    """Neighbours of one group with the same choices."""
    chosen = asked(batch, frozenset({"select_one"}))
    return [[column for column, _field in some] for _key, some in groupby(chosen, key=lambda one: _list_of(one[1]))]


def _list_of(field: xforms.Field) -> tuple[object, ...]:
    group = field.path.rpartition("/")[0]
    if field.choices is not None:
        return group, tuple(choice.value for choice in field.choices)
    return group, field.itemset


def _rows(versions: list) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT submission_version_id, "values" FROM rafid_forms_row'
            ' WHERE submission_version_id = ANY(%s) AND "table" = 0 AND ordinal = 1',
            [versions],
        )
        found: list[tuple] = cursor.fetchall()  # type: ignore[type-arg]
    return found
