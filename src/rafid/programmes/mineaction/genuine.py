"""What ``/verify`` knows of the papers of mine action: orders, certificates, reports and sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rafid.commons.products.gallery.verifying import Known

from .operations import orders
from .products import files
from .quality import endings


def known(sha256: str, user: Any) -> Iterator[Known]:
    """The hash is on the paper alone: who has it learns what the paper says already, and whether it is still so."""
    yield from orders.known(sha256)
    yield from endings.known(sha256)
    yield from files.known(sha256)
