"""Where the rows of a dataset's next version come from, by its origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..models import Dataset
from .of_figures import figure_rows
from .sources import Source, declared_rows
from .uploaded import uploaded_rows

ORIGINS: dict[str, Callable[[Dataset, Any, int], Source]] = {
    "declared": declared_rows,
    "figures": figure_rows,
    "table": uploaded_rows,
}


def read_source(dataset: Dataset, user: Any, sensitivity: int) -> Source:
    """The rows as ``user`` sees them, for readers of that ``sensitivity``.

    Raises ``LookupError`` where nothing is there to read any longer, ``ValueError`` for unreadable rows.
    """
    return ORIGINS[dataset.origin](dataset, user, sensitivity)
