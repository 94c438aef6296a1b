"""A table of counts as cells and sums, as the methods of disclosure want it.

Measures are the numeric fields with the role *sensitive*; dimensions are place, period and the fields with the role *quasi*.
A quasi field that is empty, ``total`` or ``_T`` stands for all its values together. A sum is taken for known where it adds
up: over the parts of a place, over the values of a dimension, over columns that the dataset declares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any
from uuid import UUID

from .canonical import canonical

TOTALS = frozenset({"", "total", "_T", "all"})
NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Cell:
    """``row`` is its place among the rows given, ``field`` the measure's column; ``key`` is canonical text."""

    row: int
    field: str
    measure: str
    key: str
    count: float


@dataclass
class Cells:
    """``sums``: (total, parts) by the cells' positions. ``open``: totals that are more than their parts, and by how much."""

    cells: list[Cell] = field(default_factory=list)
    sums: list[tuple[int, list[int]]] = field(default_factory=list)
    open: list[tuple[int, float]] = field(default_factory=list)


def measures(fields: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in fields if one.get("role") == "sensitive" and one.get("kind") in NUMBERS]


def cells_of(
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
    *,
    code: str,
    parents: Mapping[UUID, tuple[UUID, str]],
    refs: Mapping[UUID, str],
    more: Sequence[str] = (),
) -> Cells:
    """``rows`` hold the fields' values, and ``place_id`` and ``period`` where they have them. ``parents``: of a place its
    parent and division (the parts of one division add up, those of two do not); ``refs`` of places. ``more`` names
    dimensions beside the dataset's own. NaN stands for a count that nobody knows.

    Raises ``ValueError`` where a count is negative or no whole number: that is no table of counts.
    """
    found = Cells()
    counted = measures(fields)
    quasi = [*dict.fromkeys([*(one["name"] for one in fields if one.get("role") == "quasi"), *more])]
    where: dict[tuple[str, int], int] = {}
    for number, row in enumerate(rows):
        for one in counted:
            value = row.get(one["name"])
            if value is None:
                continue
            if not isnan(value) and (value < 0 or value != int(value)):
                raise ValueError(f"{one['name']}: {value}")
            where[one["name"], number] = len(found.cells)
            found.cells.append(
                Cell(number, one["name"], one.get("measure") or f"{code}.{one['name']}", _key(row, quasi, refs), value)
            )
    _columns(found, where, counted, len(rows))
    for one in counted:
        there = {number: index for (name, number), index in where.items() if name == one["name"]}
        _dimensions(found, there, rows, quasi)
        _places(found, there, rows, quasi, parents)
    found.sums = [*{(total, tuple(sorted(parts))): (total, parts) for total, parts in found.sums}.values()]
    return found


def _key(row: Mapping[str, Any], quasi: Sequence[str], refs: Mapping[UUID, str]) -> str:
    said = {name: row.get(name) for name in quasi if not is_total(row.get(name))}
    place: Any = row.get("place_id")
    if place:
        said["place"] = refs.get(place, str(place))
    if row.get("period"):
        said["period"] = row["period"]
    return canonical(said)


def is_total(value: Any) -> bool:
    return value is None or str(value) in TOTALS


def _add(found: Cells, total: int, parts: list[int]) -> None:
    counts = [found.cells[one].count for one in parts]
    unknown = sum(map(isnan, counts))
    rest = found.cells[total].count - sum(count for count in counts if not isnan(count))
    if rest == 0 or isnan(rest) or (unknown and rest >= unknown):
        found.sums.append((total, parts))
    else:
        found.open.append((total, rest))


def _columns(found: Cells, where: Mapping[tuple[str, int], int], counted: Sequence[Mapping[str, Any]], n: int) -> None:
    for one in counted:
        for group in one.get("sums", ()):
            for number in range(n):
                total = where.get((one["name"], number))
                parts = [where.get((name, number)) for name in group]
                if total is not None and all(part is not None for part in parts):
                    _add(found, total, [part for part in parts if part is not None])


def _dimensions(
    found: Cells, there: Mapping[int, int], rows: Sequence[Mapping[str, Any]], quasi: Sequence[str]
) -> None:
    for name in quasi:
        groups: dict[tuple[Any, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number, index in there.items():
            row = rows[number]
            rest = tuple("" if is_total(row.get(other)) else row[other] for other in quasi if other != name)
            group = groups[(row.get("place_id"), row.get("period"), *rest)]
            group[0 if is_total(row.get(name)) else 1].append(index)
        for totals, parts in groups.values():
            if parts:
                for total in totals:
                    _add(found, total, parts)


def _places(
    found: Cells,
    there: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    quasi: Sequence[str],
    parents: Mapping[UUID, tuple[UUID, str]],
) -> None:
    at: dict[tuple[Any, ...], dict[UUID, int]] = defaultdict(dict)
    for number, index in there.items():
        row = rows[number]
        if row.get("place_id"):
            rest = tuple("" if is_total(row.get(name)) else row[name] for name in quasi)
            at[(row.get("period"), *rest)][row["place_id"]] = index
    for group in at.values():
        parts: dict[tuple[UUID, str], list[int]] = defaultdict(list)
        for place, index in group.items():
            if place in parents:
                parts[parents[place]].append(index)
        for (parent, _division), inside in parts.items():
            if parent in group:
                _add(found, group[parent], inside)
