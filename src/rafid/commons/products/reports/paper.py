"""What a programme says of its frozen figures: the document, the tables of its workbook, and what they are from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..papers.grids import Grid
from ..papers.tree import Document


@dataclass(frozen=True)
class Paper:
    """In one language. ``about``: (what, text), the last sheet of the workbook."""

    document: Document
    grids: Sequence[Grid]
    about: Sequence[tuple[str, str]]
