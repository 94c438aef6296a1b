"""Work of monitoring that comes by the clock: each part has its own, found by the queue through this module."""

from __future__ import annotations

from .findings import tasks as findings
from .reports import tasks as reports
from .warnings import tasks as warnings

__all__ = ["findings", "reports", "warnings"]
