"""What changed from one version to the next: rows by their key, and fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from ..models import DatasetVersion

_SQL = """
SELECT count(*) FILTER (WHERE a.key IS NULL), count(*) FILTER (WHERE b.key IS NULL),
       count(*) FILTER (WHERE a.key IS NOT NULL AND b.key IS NOT NULL
           AND (a.values <> b.values OR a.geometry IS DISTINCT FROM b.geometry))
FROM (SELECT * FROM rafid_products_releasedrow WHERE version_id = %s) a
FULL JOIN (SELECT * FROM rafid_products_releasedrow WHERE version_id = %s) b ON a.key = b.key
"""
_ROWS = """
SELECT a.key, b.key, a.values, b.values
FROM (SELECT * FROM rafid_products_releasedrow WHERE version_id = %s) a
FULL JOIN (SELECT * FROM rafid_products_releasedrow WHERE version_id = %s) b ON a.key = b.key
WHERE a.values IS DISTINCT FROM b.values OR a.geometry IS DISTINCT FROM b.geometry
ORDER BY coalesce(b.n, a.n) LIMIT %s
"""


def differences(before: DatasetVersion | None, version: DatasetVersion) -> dict[str, Any]:
    """Numbers of rows added, removed and changed against the version before; nothing for a first one."""
    if before is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [before.pk, version.pk])
        added, removed, changed = cursor.fetchone()
    return {"against": before.number, "added": added, "removed": removed, "changed": changed}


def changed_rows(
    before: DatasetVersion, version: DatasetVersion, most: int = 200
) -> list[tuple[str | None, str | None, dict[str, Any] | None, dict[str, Any] | None]]:
    """Key and values before and after, of rows that differ; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [before.pk, version.pk, most])
        return list(cursor.fetchall())


def schema_changes(before: Sequence[Mapping[str, Any]] | None, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``breaking`` where a field was removed or retyped: whoever reads by it reads wrong from now on."""
    if before is None:
        return {}
    old, new = ({one["name"]: one for one in them} for them in (before, fields))
    removed = [name for name in old if name not in new]
    retyped = [name for name in old if name in new and old[name].get("kind") != new[name].get("kind")]
    found: dict[str, Any] = {
        "added": [name for name in new if name not in old],
        "removed": removed,
        "retyped": retyped,
        "reworded": [
            name for name in old
            if name in new and name not in retyped
            and any(old[name].get(part) != new[name].get(part) for part in ("names", "unit", "hxl", "choices"))
        ],
    }  # fmt: skip
    found = {what: names for what, names in found.items() if names}
    if removed or retyped:
        found["breaking"] = True
    return found
