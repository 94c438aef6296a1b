"""The hash of a recipe: SHA-256 of its canonical JSON. It stands in the footer, and ``/verify/{hash}`` knows it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ..release.canonical import canonical

SILENT = ("made_on", "known")
"""What says when something was made, not what it is."""


def recipe_sha256(body: Mapping[str, Any]) -> str:
    said = {name: value for name, value in body.items() if name not in SILENT}
    return sha256(canonical(said).encode()).hexdigest()
