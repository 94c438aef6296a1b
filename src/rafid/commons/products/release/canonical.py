"""The hash of a version: SHA-256 of its rows in canonical JSON, a line each, in their order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def canonical(value: Any) -> str:
    """Sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def rows_sha256(rows: Iterable[tuple[str, Mapping[str, Any], str | None]]) -> str:
    """``rows``: key, values and geometry (GeoJSON text) in their canonical order."""
    digest = hashlib.sha256()
    for key, values, geometry in rows:
        digest.update(canonical([key, values, geometry]).encode())
        digest.update(b"\n")
    return digest.hexdigest()
