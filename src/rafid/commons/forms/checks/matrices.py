"""Answers of a whole form as arrays, for methods that compare all with all: one COPY in binary, no Python object a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

NEWEST = 5000
"""Submissions of a form with which those are compared that have just come; each night it is with all."""

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"


def answer_codes(
    form: UUID, slots: Sequence[int], *, beside: Iterable[UUID] | None = None
) -> tuple[list[UUID], NDArray[np.int32]]:
    """Ids of the form's present submissions, oldest first, and their main table's answers (n, k) at ``slots`` as numbers:
    a hash of each text, 0 for unanswered. ``beside``: only these, and the ``NEWEST`` of the form."""
    cells = [f"coalesce(hashtext(nullif(r.\"values\"[{int(slot) + 1}], '')), 0)" for slot in slots]
    ids, cells_read = _copy(_OF_SUBMISSIONS, form, cells, np.dtype(">i4"), beside)
    return ids, cells_read.astype(np.int32)


def answer_numbers(
    form: UUID, slots: Sequence[int], *, beside: Iterable[UUID] | None = None
) -> tuple[list[UUID], NDArray[np.float64]]:
    """The same as numbers, NaN for what is none."""
    ids, cells = _copy(_OF_SUBMISSIONS, form, [_number(slot) for slot in slots], np.dtype(">f8"), beside)
    return ids, cells.astype(np.float64)


def repeat_numbers(
    form: UUID, table: int, slots: Sequence[int], *, beside: Iterable[UUID] | None = None
) -> tuple[list[tuple[UUID, int]], NDArray[np.float64]]:
    """Submission and ordinal of each row of a repeat, and its numbers."""
    cells = ['r."ordinal"::float8', *(_number(slot) for slot in slots)]
    ids, found = _copy(_OF_REPEATS.replace("{table}", str(int(table))), form, cells, np.dtype(">f8"), beside)
    ordinals = found[:, 0].astype(int).tolist() if len(ids) else []
    return list(zip(ids, ordinals, strict=True)), found[:, 1:].astype(np.float64)


def _number(slot: int) -> str:
    cell = f'r."values"[{int(slot) + 1}]'
    return f"CASE WHEN {cell} ~ '^-?[0-9]{{1,15}}(\\.[0-9]{{1,15}})?$' THEN {cell}::float8 ELSE 'NaN'::float8 END"


_OF_SUBMISSIONS = """
FROM rafid_forms_submission s
JOIN rafid_forms_row r ON r.submission_version_id = s.current_id AND r."table" = 0 AND r.ordinal = 1
WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND NOT s.sealed {which}
ORDER BY s.received_at, s.id
"""
_OF_REPEATS = """
FROM rafid_forms_submission s
JOIN rafid_forms_row r ON r.submission_version_id = s.current_id AND r."table" = {table}
WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND NOT s.sealed {which}
ORDER BY s.received_at, s.id, r.ordinal
"""


_NEWEST = """
AND (s.id = ANY(%s) OR s.id IN (
    SELECT id FROM rafid_forms_submission WHERE form_id = %s AND draft_id IS NULL AND deleted_at IS NULL
    ORDER BY received_at DESC, id DESC LIMIT %s))
"""


def _copy(
    source: str, form: UUID, cells: Sequence[str], kind: np.dtype[Any], beside: Iterable[UUID] | None
) -> tuple[list[UUID], NDArray[Any]]:
    """Rows of one width each: the submission's id and ``cells``, none of them null."""
    which, params = ("", [form]) if beside is None else (_NEWEST, [form, list(beside), form, NEWEST])
    source = source.replace("{which}", which)
    select = f"COPY (SELECT {', '.join(['s.id', *cells])} {source}) TO STDOUT (FORMAT BINARY)"
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(select, params) as stream:
        data = b"".join(bytes(piece) for piece in stream)
    assert data.startswith(_SIGNATURE)
    start = len(_SIGNATURE) + 8 + int.from_bytes(data[len(_SIGNATURE) + 4 : len(_SIGNATURE) + 8], "big")
    row = np.dtype(
        [
            ("fields", ">i2"),
            ("length", ">i4"),
            ("id", "V16"),
            ("cells", [("length", ">i4"), ("value", kind)], len(cells)),
        ]
    )
    rows = np.frombuffer(data, row, count=(len(data) - 2 - start) // row.itemsize, offset=start)
    return [UUID(bytes=bytes(one)) for one in rows["id"].tolist()], rows["cells"]["value"]
