"""Units of lines: written as each contract writes them; the usual ones are read in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

USUAL: Mapping[str, Promise] = {
    "m²": pgettext_lazy("a unit", "m²"),
    "ha": pgettext_lazy("a unit", "ha"),
    "sessions": pgettext_lazy("a unit", "sessions"),
    "tasks": pgettext_lazy("a unit", "tasks"),
    "people": pgettext_lazy("a unit", "people"),
    "persons": pgettext_lazy("a unit", "people"),
}


def unit_name(unit: str) -> str:
    """A unit that nobody translated stays as the contract has it."""
    return str(USUAL.get(" ".join(unit.split()).casefold(), unit))
