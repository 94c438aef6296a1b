"""Victims counted by year, sex, age, device and activity, so that nobody is found by it: also not by subtracting.

All tables of a state are one system of sums: what each withholds is chosen for all of them together, so that no difference
of two tables, and of no total and its parts, tells a small count.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


def people(last: date | None = None) -> list[Person]:
    """All victims that are kept here (to the end of ``last``), whoever asks: what leaves this module are counts that tell
    nobody."""
    there = Victim.objects.filter(on__lte=last) if last else Victim.objects.all()
    rows = there.values_list("on", "sex", "age", "accident__device_category", "doing")
    return [
        Person(str(on.year), sex, age_group(age), device_group(device), doing_group(doing))
        for on, sex, age, device, doing in rows
    ]


def count(persons: Iterable[Person], before: Mapping[Cell, int] | None = None) -> Counted:
    """``before``: by cell, what was published of it earlier; a small difference is withheld as a small count is."""
    true, known = _cells(persons), dict(before or {})
    said = json.dumps([sorted(true.items()), sorted(known.items())])
    key = "mineaction-victims-" + hashlib.sha256(said.encode()).hexdigest()
    withheld = cache.get(key)
    if withheld is None:
        withheld = protect(true, known)
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


def protect(true: dict[Cell, int], before: Mapping[Cell, int] | None = None) -> set[Cell]:
    """The cells that are withheld."""
    cells = list(true)
    at = {cell: number for number, cell in enumerate(cells)}
    counts, sums = list(true.values()), sums_of(at)
    known = [False] * len(counts)
    for cell, earlier in (before or {}).items():
        change = abs(true.get(cell, earlier) - earlier)
        if 0 < change < SMALL and true[cell]:
            # What was published stands for ever: the larger of the two counts is the smaller one and the change.
            was, changed, now = len(counts), len(counts) + 1, at[cell]
            counts += [earlier, change]
            known += [True, False]
            sums.append((now, [was, changed]) if true[cell] > earlier else (was, [now, changed]))
    hidden = protect_counts(counts, sums=sums, k=SMALL, known=known).withheld
    return {cell for cell, out in zip(cells, hidden[: len(cells)].tolist(), strict=True) if out}


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
