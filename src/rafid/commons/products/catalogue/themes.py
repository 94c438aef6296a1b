"""What datasets and products are about: the list that indicators share, handed on."""

from __future__ import annotations

from rafid.commons.themes import DCAT, THEMES, words

__all__ = ["DCAT", "THEMES", "words"]
