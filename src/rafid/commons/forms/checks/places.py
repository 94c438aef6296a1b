"""Paths of answers with a position in every repeat, from what a row knows: its KEY; and of the files that answers name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from .batch import Batch

_POSITION = re.compile(r"\[[0-9]+\]")


def row_path(path: str, key: str) -> str:
    """``/data/nc/photo`` in the row ``uuid:1/nc[2]`` is ``/data/nc[2]/photo``; in the main table the path itself."""
    _instance, slash, inside = key.partition("/")
    if not slash:
        return path
    root = "/" + path.split("/")[1]
    repeat = f"{root}/{_POSITION.sub('', inside)}"
    return f"{root}/{inside}{path[len(repeat) :]}" if path.startswith(repeat + "/") else path


def file_paths(batch: Batch, versions: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[str, str]]:
    """(version, file's name) → path with positions, and without, of the answer that names the file."""
    binary: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for table in batch.tables.values():
        for column in table.columns:
            if column.type == "binary":
                binary[table.number].append((column.slot, column.path))
    found: dict[tuple[UUID, str], tuple[str, str]] = {}
    wanted = list(set(versions))
    if not binary or not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT submission_version_id, "table", key, "values" FROM rafid_forms_row'
            ' WHERE submission_version_id = ANY(%s) AND "table" = ANY(%s)',
            [wanted, list(binary)],
        )
        for version, table, key, values in cursor.fetchall():
            for slot, path in binary[table]:
                if slot < len(values) and values[slot]:
                    found[version, values[slot]] = (row_path(path, key), path)
    return found
