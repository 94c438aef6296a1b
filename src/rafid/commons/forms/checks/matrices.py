"""Answers of a whole form as arrays, for methods that compare all with all: one COPY in binary, no Python object a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    return ids, cells_read.astype(np.int32, copy=False)


def answer_numbers(
    form: UUID, slots: Sequence[int], *, beside: Iterable[UUID] | None = None
) -> tuple[list[UUID], NDArray[np.float64]]:
    """The same as numbers, NaN for what is none."""
    ids, cells = _copy(_OF_SUBMISSIONS, form, [_number(slot) for slot in slots], np.dtype(">f8"), beside)
    return ids, cells.astype(np.float64, copy=False)


def repeat_numbers(
    form: UUID, table: int, slots: Sequence[int], *, beside: Iterable[UUID] | None = None
) -> tuple[list[tuple[UUID, int]], NDArray[np.float64]]:
    """Submission and ordinal of each row of a repeat, and its numbers."""
    cells = ['r."ordinal"::float8', *(_number(slot) for slot in slots)]
    ids, found = _copy(_OF_REPEATS.replace("{table}", str(int(table))), form, cells, np.dtype(">f8"), beside)
    ordinals = found[:, 0].astype(int).tolist() if len(ids) else []
    return list(zip(ids, ordinals, strict=True)), found[:, 1:]


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
    row = np.dtype(
        [
            ("fields", ">i2"),
            ("length", ">i4"),
            ("id", "V16"),
            ("cells", [("length", ">i4"), ("value", kind)], len(cells)),
        ]
    )
    ids: list[UUID] = []
    parts = [np.empty((0, len(cells)), kind.newbyteorder("="))]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(select, params) as stream:
        for block in _blocks(stream, row.itemsize):
            rows = np.frombuffer(block, row)
            ids += [UUID(bytes=one) for one in rows["id"].tolist()]
            parts.append(rows["cells"]["value"].astype(parts[0].dtype))
    return ids, np.concatenate(parts)


_BLOCK = 1_000_000


def _blocks(stream: Iterable[Any], width: int) -> Iterator[bytes]:
    """Whole rows out of what comes, some at a time: without the head before and the mark after them."""
    held = bytearray()
    start = -1
    for piece in stream:
        held += piece
        if start < 0 and len(held) >= len(_SIGNATURE) + 8:
            assert held.startswith(_SIGNATURE)
            start = len(_SIGNATURE) + 8 + int.from_bytes(held[len(_SIGNATURE) + 4 : len(_SIGNATURE) + 8], "big")
        if len(held) >= _BLOCK + start >= _BLOCK:
            whole = (len(held) - start) // width * width
            yield bytes(memoryview(held)[start : start + whole])
            del held[: start + whole]
            start = 0
    whole = (len(held) - start) // width * width
    if whole:
        yield bytes(memoryview(held)[start : start + whole])
