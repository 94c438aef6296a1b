"""Work of rivers that comes by the clock: each part has its own, found by the queue through this module."""

from __future__ import annotations

from .checking import tasks as checking
from .exchange import tasks as exchange
from .forecasting import tasks as forecasting
from .measuring import tasks as measuring
from .warnings import tasks as warnings

__all__ = ["checking", "exchange", "forecasting", "measuring", "warnings"]
