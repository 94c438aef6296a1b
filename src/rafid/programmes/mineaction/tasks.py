"""Work of mine action that comes by the clock: each part has its own, found by the queue through this module."""

from __future__ import annotations

from .arriving import tasks as arriving
from .findings import tasks as findings

__all__ = ["arriving", "findings"]
