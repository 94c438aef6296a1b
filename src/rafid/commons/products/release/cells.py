"""A table of counts as cells and sums, as the methods of disclosure want it.

Measures are the numeric fields with the role *sensitive*; dimensions are place, period and the fields with the role *quasi*.
A quasi field that is empty, ``total`` or ``_T`` stands for all its values together. A sum is taken for known where it adds
up: over the parts of a place, over the values of a dimension, over columns that the dataset declares, and over the columns and
codes that are sums of others in all rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any
from uuid import UUID

from .canonical import canonical
from .found_sums import NUMBERS, TOTALS, FoundSums, is_total
from .hierarchy import Hierarchy

__all__ = ["TOTALS", "Cell", "Cells", "cells_of", "is_total", "measures"]

NOTHING = FoundSums()


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


def measures(fields: Sequence[Mapping[str, Any]], counted: Sequence[str] = ()) -> list[Mapping[str, Any]]:
    """Fields that are protected as counts; ``counted`` names more, without a role, that are tied to them by a sum."""
    return [
        one for one in fields
        if one.get("kind") in NUMBERS and (one.get("role") == "sensitive" or one["name"] in counted)
    ]  # fmt: skip


def cells_of(
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
    *,
    code: str,
    places: Hierarchy,
    sums: FoundSums = NOTHING,
    more: Sequence[str] = (),
) -> Cells:
    """``rows`` hold the fields' values, and ``place_id`` and ``period`` where they have them. ``places``: which lies in which
    (the parts of one division add up, those of two do not). ``sums``: found in the rows. ``more`` names dimensions beside
    the dataset's own. NaN stands for a count that nobody knows.

    Raises ``ValueError`` where a count is negative or no whole number: that is no table of counts.
    """
    found = Cells()
    counted = measures(fields, sums.counted)
    quasi = [*dict.fromkeys([*quasi_of(fields), *more])]
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
                Cell(
                    number,
                    one["name"],
                    one.get("measure") or f"{code}.{one['name']}",
                    _key(row, quasi, places.refs),
                    value,
                )
            )
    _columns(found, where, _declared(counted) + sums.columns, len(rows))
    _rollups(found, sums.rollups)
    for one in counted:
        there = {number: index for (name, number), index in where.items() if name == one["name"]}
        _dimensions(found, there, rows, quasi, sums.codes)
        _places(found, there, rows, quasi, places)
    found.sums = [*{(total, tuple(sorted(parts))): (total, parts) for total, parts in found.sums}.values()]
    return found


def quasi_of(fields: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["name"] for one in fields if one.get("role") == "quasi"]


def _declared(counted: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(one["name"], list(group)) for one in counted for group in one.get("sums", ())]


def _key(row: Mapping[str, Any], quasi: Sequence[str], refs: Mapping[UUID, str]) -> str:
    said = {name: row.get(name) for name in quasi if not is_total(row.get(name))}
    place: Any = row.get("place_id")
    return cell_key(said, refs.get(place, str(place)) if place else "", row.get("period") or "")


def cell_key(dimensions: Mapping[str, Any], place: str, period: str) -> str:
    """The same cell has the same key in each table, whatever its columns are called."""
    said = dict(dimensions)
    if place:
        said["place"] = place
    if period:
        said["period"] = period
    return canonical(said)


def _add(found: Cells, total: int, parts: list[int]) -> None:
    counts = [found.cells[one].count for one in parts]
    unknown = sum(map(isnan, counts))
    rest = found.cells[total].count - sum(count for count in counts if not isnan(count))
    if rest == 0 or isnan(rest) or (unknown and rest >= unknown):
        found.sums.append((total, parts))
    else:
        found.open.append((total, rest))


def _columns(
    found: Cells, where: Mapping[tuple[str, int], int], sums: Sequence[tuple[str, Sequence[str]]], n: int
) -> None:
    for name, group in sums:
        for number in range(n):
            total = where.get((name, number))
            parts = [where.get((one, number)) for one in group]
            if total is not None and all(part is not None for part in parts):
                _add(found, total, [part for part in parts if part is not None])


def _rollups(found: Cells, rollups: Sequence[tuple[str, str, Sequence[Mapping[str, str]]]]) -> None:
    at = {(cell.measure, cell.key): number for number, cell in enumerate(found.cells)} if rollups else {}
    for measure, of, parts in rollups:
        for number, cell in enumerate(found.cells):
            if cell.measure != measure:
                continue
            said = json.loads(cell.key)
            inside = [at.get((of, canonical(said | dict(one)))) for one in parts if not {*one} & {*said}]
            if len(inside) == len(parts) and all(one is not None for one in inside):
                _add(found, number, [one for one in inside if one is not None])


def _dimensions(
    found: Cells,
    there: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    quasi: Sequence[str],
    codes: Mapping[str, Sequence[tuple[str, Sequence[str]]]],
) -> None:
    for name in quasi:
        groups: dict[tuple[Any, ...], tuple[list[int], dict[str, list[int]]]] = defaultdict(
            lambda: ([], defaultdict(list))
        )
        for number, index in there.items():
            row = rows[number]
            rest = tuple("" if is_total(row.get(other)) else row[other] for other in quasi if other != name)
            totals, parts = groups[(row.get("place_id"), row.get("period"), *rest)]
            if is_total(row.get(name)):
                totals.append(index)
            else:
                parts[str(row[name])].append(index)
        subtotals = {code for code, _parts in codes.get(name, ())}
        for totals, parts in groups.values():
            for code, group in codes.get(name, ()):
                if code in parts and all(one in parts for one in group):
                    for total in parts[code]:
                        _add(found, total, [index for one in group for index in parts[one]])
            # A code that stands for others would count them twice.
            single = [index for code, inside in parts.items() if code not in subtotals for index in inside]
            if single:
                for total in totals:
                    _add(found, total, single)


def _places(
    found: Cells,
    there: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    quasi: Sequence[str],
    places: Hierarchy,
) -> None:
    at: dict[tuple[Any, ...], dict[UUID, int]] = defaultdict(dict)
    for number, index in there.items():
        row = rows[number]
        if row.get("place_id"):
            rest = tuple("" if is_total(row.get(name)) else row[name] for name in quasi)
            at[(row.get("period") or "", *rest)][row["place_id"]] = index
    for (period, *_rest), group in at.items():
        parts: dict[tuple[UUID, str], list[int]] = defaultdict(list)
        for place, index in group.items():
            above = places.above(place, period, group)
            if above is not None:
                parts[above, places.division.get(place, "")].append(index)
        for (above, _division), inside in parts.items():
            _add(found, group[above], inside)
