"""Sums that no field declares: columns that are the sum of others, and codes of a list that stand for some of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np

from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.formula import parse
from rafid.commons.indicators.models import Indicator
from rafid.methods.disclosure import find_totals

NUMBERS = ("integer", "number")
TOTALS = frozenset({"", "total", "_T", "all"})

MOST = 60
"""Columns, and codes of one list, among which sums are sought."""


@dataclass(frozen=True)
class FoundSums:
    """``columns``: (total, parts) by field names; ``codes``: dimension → (total, parts) by codes as text; ``counted``: numeric
    fields without a role that stand in a sum with a protected one, and so are counts like it. ``rollups``: (measure,
    measure that it adds up, disaggregations of the parts), as the definitions of indicators say."""

    columns: list[tuple[str, list[str]]] = field(default_factory=list)
    codes: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
    counted: list[str] = field(default_factory=list)
    rollups: list[tuple[str, str, list[dict[str, str]]]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"columns": self.columns, "codes": self.codes} if self.columns or self.codes else {}


def is_total(value: Any) -> bool:
    return value is None or str(value) in TOTALS


def find_sums(
    rows: Sequence[Mapping[str, Any]], fields: Sequence[Mapping[str, Any]], quasi: Sequence[str]
) -> FoundSums:
    """What a reader sees in the numbers of the table itself."""
    numeric = [one for one in fields if one.get("kind") in NUMBERS and one.get("role") in ("sensitive", "none")]
    protected = [one["name"] for one in numeric if one.get("role") == "sensitive"]
    if not rows or not protected:
        return FoundSums()
    names = [one["name"] for one in numeric][:MOST]
    columns = _related(_columns(rows, names), protected)
    counted = {name for total, parts in columns for name in (total, *parts)} - {*protected}
    codes = {}
    for name in quasi:
        found = _codes(rows, name, quasi, protected)
        if found:
            codes[name] = found
    measured = {one["measure"] for one in numeric if one.get("measure")}
    return FoundSums(columns, codes, sorted(counted), declared_rollups(measured))


def declared_rollups(measured: set[str]) -> list[tuple[str, str, list[dict[str, str]]]]:
    """Counts that are defined as some of another's parts: ``population{age_group=00-04|05-09}``."""
    found = []
    for one in Indicator.objects.adopted().filter(code__in=measured).order_by("code"):
        term = parse(one.numerator) if one.counts and not one.denominator else None
        if term and term.code in measured and term.code != one.code:
            found.append((one.code, term.code, [disaggregation.split(atom.by) for atom in term.atoms()]))
    return found


def _columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[str, list[str]]]:
    if len(names) < 2:
        return []
    table = np.array([[_number(row.get(name)) for name in names] for row in rows])
    return [(names[total], [names[part] for part in parts]) for total, parts in find_totals(table)]


def _related(columns: list[tuple[str, list[str]]], protected: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Sums that lead to a protected column, at once or through others."""
    reached = {*protected}
    found: list[tuple[str, list[str]]] = []
    rest = list(columns)
    while True:
        touched = [one for one in rest if reached & {one[0], *one[1]}]
        if not touched:
            return found
        found += touched
        rest = [one for one in rest if one not in touched]
        reached |= {name for total, parts in touched for name in (total, *parts)}


def _codes(
    rows: Sequence[Mapping[str, Any]], name: str, quasi: Sequence[str], measures: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """A line for each combination of the others, a column for each code."""
    codes = [*dict.fromkeys(str(row[name]) for row in rows if not is_total(row.get(name)))]
    if not 2 < len(codes) <= MOST:
        return []
    at = {code: number for number, code in enumerate(codes)}
    lines: dict[tuple[Any, ...], list[float]] = {}
    for row in rows:
        if is_total(row.get(name)):
            continue
        rest = tuple("" if is_total(row.get(other)) else row[other] for other in quasi if other != name)
        for measure in measures:
            line = lines.setdefault(
                (measure, row.get("place_id"), row.get("period"), *rest), [float("nan")] * len(codes)
            )
            line[at[str(row[name])]] = _number(row.get(measure))
    table = np.array([*lines.values()])
    return [(codes[total], [codes[part] for part in parts]) for total, parts in find_totals(table)]


def _number(value: Any) -> float:
    if value is None or isinstance(value, bool | str):
        return float("nan")
    return float("nan") if isnan(value) else float(value)
