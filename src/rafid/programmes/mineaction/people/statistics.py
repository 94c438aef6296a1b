"""Victims counted by year, sex, age, device and activity, so that nobody is found by it: also not by subtracting.

All tables of a state are one system of sums: what each withholds is chosen for all of them together, so that no difference
of two tables, and of no total and its parts, tells a small count.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.core.cache import cache

from rafid.methods.disclosure import protect_counts

from ..models import Victim
from .words import DeviceGroup, DoingGroup, age_group, device_group, doing_group

SMALL = 5
ALL = "all"
BY = ("device", "activity")

Cell = tuple[str, str, str, str, str]
"""Year, sex, age group; then what it is cut by besides ("device", "activity", or "" for nothing), and its code."""


@dataclass(frozen=True)
class Person:
    year: str
    sex: str
    age: str
    device: str
    activity: str


@dataclass(frozen=True)
class Counted:
    """``cells``: the count, or None where it is withheld. ``years``, ``device`` and ``activity``: codes that occur."""

    cells: dict[Cell, int | None]
    years: tuple[str, ...]
    device: tuple[str, ...]
    activity: tuple[str, ...]

    def value(self, year: str = ALL, sex: str = ALL, age: str = ALL, by: str = "", code: str = ALL) -> int | None:
        """A count that does not occur is 0."""
        return self.cells.get((year, sex, age, by if code != ALL else "", code if by else ALL), 0)


def people() -> list[Person]:
    """All victims that are kept here, whoever asks: what leaves this module are counts that tell nobody."""
    rows = Victim.objects.values_list("on", "sex", "age", "accident__device_category", "doing")
    return [
        Person(str(on.year), sex, age_group(age), device_group(device), doing_group(doing))
        for on, sex, age, device, doing in rows
    ]


def statistics() -> Counted:
    return count(people())


def count(persons: Iterable[Person]) -> Counted:
    true = _cells(persons)
    key = "mineaction-victims-" + hashlib.sha256(json.dumps(sorted(true.items())).encode()).hexdigest()
    withheld = cache.get(key)
    if withheld is None:
        withheld = protect(true)
        cache.set(key, withheld, 7 * 86400)
    found: dict[Cell, int | None] = {cell: None if cell in withheld else number for cell, number in true.items()}
    return Counted(found, *(_codes(true, at) for at in ("year", *BY)))


def _codes(true: dict[Cell, int], what: str) -> tuple[str, ...]:
    if what == "year":
        return tuple(sorted({cell[0] for cell in true} - {ALL}, reverse=True))
    order: Sequence[str] = DeviceGroup.values if what == "device" else DoingGroup.values
    there = {cell[4] for cell in true if cell[3] == what}
    return tuple(code for code in order if code in there)


def _cells(persons: Iterable[Person]) -> dict[Cell, int]:
    """Every count above 0, with the totals over each."""
    found: Counter[Cell] = Counter()
    for one in persons:
        for year, sex, age in product((one.year, ALL), (one.sex, ALL), (one.age, ALL)):
            found[year, sex, age, "", ALL] += 1
            for by in BY:
                if year == ALL or (sex == ALL and age == ALL):
                    found[year, sex, age, by, getattr(one, by)] += 1
    return dict(found)


def protect(true: dict[Cell, int]) -> set[Cell]:
    """The cells that are withheld."""
    cells = list(true)
    at = {cell: number for number, cell in enumerate(cells)}
    hidden = protect_counts(list(true.values()), sums=sums_of(at), k=SMALL).withheld
    return {cell for cell, out in zip(cells, hidden.tolist(), strict=True) if out}


def sums_of(at: dict[Cell, int]) -> list[tuple[int, list[int]]]:
    """Every total with its parts, by index: over years, sexes, ages, and what it is cut by besides."""
    found: dict[tuple[Cell, str], list[int]] = {}
    for cell, number in at.items():
        year, sex, age, by, _code = cell
        for place, value in enumerate((year, sex, age)):
            if value != ALL:
                total: Any = (*cell[:place], ALL, *cell[place + 1 :])
                found.setdefault((total, str(place)), []).append(number)
        if by:
            found.setdefault(((year, sex, age, "", ALL), by), []).append(number)
    return [(at[total], parts) for (total, _over), parts in found.items()]
