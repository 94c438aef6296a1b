"""Which files of a submission are seen by a reader who does not see every answer: those that an unmasked question asks for.

The log of the interview is of no question: it tells answers, and stays closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .schema import Table
from .seeing import Masks

Slots = Mapping[int, Sequence[int]]
"""Table → where, in its rows, the names of open files stand."""


def is_masked(path: str, masks: Masks) -> bool:
    """Does a mask lie on the question, or on a group around it?"""
    return any(path == one or path.startswith(f"{one}/") for one in masks.paths)


def open_slots(tables: Iterable[Table], masks: Masks) -> Slots:
    found = {
        table.number: [one.slot for one in table.columns if one.type == "binary" and not is_masked(one.path, masks)]
        for table in tables
    }
    return {number: slots for number, slots in found.items() if slots}


def names_in(slots: Slots, table: int, values: Sequence[str | None]) -> set[str]:
    """The names of open files in one row."""
    return {values[slot] or "" for slot in slots.get(table, ()) if slot < len(values)} - {""}
