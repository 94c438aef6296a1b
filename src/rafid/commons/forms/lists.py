"""Lists that a form reads from files beside it: CSV tables of a version, for judging answers against them."""

from __future__ import annotations

import csv
import functools
import io
from uuid import UUID

from rafid.commons import blobs
from rafid.methods.xforms import Node, table_tree

from .models import FormFile

_MOST_ROWS = 200_000


def lists_of(version: UUID) -> dict[str, Node]:
    """List's name (the file's, without ending) → its tree. Files of a published version do not change: read once a process."""
    files = FormFile.objects.filter(version=version, kind="csv", sha256__isnull=False)
    return {file.name.rpartition(".")[0]: _tree(file.sha256 or "") for file in files}


@functools.lru_cache(maxsize=32)
def _tree(sha256: str) -> Node:
    text = blobs.read(sha256).decode("utf-8-sig", "replace").replace("\0", "")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    kept = []
    for number, row in enumerate(rows):
        if number >= _MOST_ROWS:
            break
        kept.append({name: value for name, value in row.items() if name and isinstance(value, str)})
    return table_tree(kept)
