"""Where each answer stands in a row, the same for all versions of a form.

A column keeps its *slot* (an index into ``Row.values``) for ever: a new version takes the slots of the columns that it
shares by name and adds its own at the end. So a list or an export of all versions is one read of ``values[slot]``.

``FormVersion.schema`` is ``{"tables": [{"name", "columns": [[column, slot, type, path], …]}, …], "languages": […]}``; the
main table comes first. ``Row.table`` is the table's number in ``Form``-wide order, kept the same way.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rafid.methods import xforms
from rafid.methods.xforms.tables import MAIN

KEYS = ("PARENT_KEY", "KEY")
_POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")


@dataclass(frozen=True)
class Column:
    """``type``: the question's type (int, decimal, string, date, select_one …); parts of a geopoint are decimal."""

    name: str
    slot: int
    type: str
    path: str

    @functools.cached_property
    def part_of_point(self) -> str:
        """Latitude, Longitude, Altitude or Accuracy where the column is that part of a geopoint, else empty."""
        for part in _POINT if self.type == "decimal" else ():
            whole = self.name.removesuffix(f"-{part}")
            if whole != self.name and self.path.replace("/", "-").endswith(f"-{whole}"):
                return part
        return ""


@dataclass(frozen=True)
class Table:
    number: int
    name: str
    columns: tuple[Column, ...]

    @functools.cached_property
    def width(self) -> int:
        return 1 + max((column.slot for column in self.columns), default=-1)

    @functools.cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


def make_schema(form: xforms.Form, older: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The schema of a version, with the slots of ``older`` ones (oldest first) kept."""
    slots: dict[str, dict[str, int]] = {}
    numbers: dict[str, int] = {}
    for schema in older:
        for table in schema.get("tables", ()):
            numbers.setdefault(table["name"], table["number"])
            for name, slot, *_rest in table["columns"]:
                slots.setdefault(table["name"], {})[name] = slot
    tables = []
    for name, columns in _typed_columns(form).items():
        known = slots.setdefault(name, {})
        placed = []
        for column, kind, path in columns:
            if column not in known:
                known[column] = 1 + max(known.values(), default=-1)
            placed.append([column, known[column], kind, path])
        if name not in numbers:
            numbers[name] = 1 + max(numbers.values(), default=-1)
        tables.append({"name": name, "number": numbers[name], "columns": placed})
    return {"tables": tables, "languages": list(form.languages)}


def _typed_columns(form: xforms.Form) -> dict[str, list[tuple[str, str, str]]]:
    """Table → (column, type, path) in document order, keys left out; names are those of ``flatten``."""
    names: dict[str | None, str] = {None: MAIN, **{repeat.path: repeat.table for repeat in form.repeats}}
    found: dict[str, list[tuple[str, str, str]]] = {name: [] for name in names.values()}
    for field in form.fields:
        column = field.path[len(field.repeat or form.shape.path) + 1 :].replace("/", "-")
        if field.type == "geopoint":
            found[names[field.repeat]] += [(f"{column}-{part}", "decimal", field.path) for part in _POINT]
        else:
            found[names[field.repeat]].append((column, field.type, field.path))
    return found


def tables_of(schema: Mapping[str, Any]) -> tuple[Table, ...]:
    return tuple(
        Table(table["number"], table["name"], tuple(Column(*column) for column in table["columns"]))
        for table in schema.get("tables", ())
    )


def united(schemas: Sequence[Mapping[str, Any]]) -> tuple[Table, ...]:
    """All tables and columns of several versions (oldest first): the newest one's order, then what only older ones had."""
    tables: dict[str, dict[str, Column]] = {}
    numbers: dict[str, int] = {}
    for schema in reversed(schemas):
        for table in tables_of(schema):
            numbers.setdefault(table.name, table.number)
            columns = tables.setdefault(table.name, {})
            for column in table.columns:
                columns.setdefault(column.name, column)
    return tuple(Table(numbers[name], name, tuple(columns.values())) for name, columns in tables.items())


def rows_of(
    schema: Mapping[str, Any], flat: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[int, int, str | None, str, list[str | None]]]:
    """``flatten``'s tables as (table, ordinal, parent, key, values) with each value's text at its slot."""
    found: list[tuple[int, int, str | None, str, list[str | None]]] = []
    for table in _placed(schema):
        number, name, width, places = table
        for ordinal, row in enumerate(flat.get(name, ()), 1):
            values: list[str | None] = [None] * width
            for column, slot in places:
                value = row[column]
                if value is not None:
                    values[slot] = value if isinstance(value, str) else as_text(value)
            found.append((number, ordinal, row.get("PARENT_KEY"), row["KEY"], values))
    return found


_plans: dict[int, tuple[Mapping[str, Any], list[tuple[int, str, int, list[tuple[str, int]]]]]] = {}


def _placed(schema: Mapping[str, Any]) -> list[tuple[int, str, int, list[tuple[str, int]]]]:
    known = _plans.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    plan = [
        (table.number, table.name, table.width, [(column.name, column.slot) for column in table.columns])
        for table in tables_of(schema)
    ]
    if len(_plans) > 256:
        _plans.clear()
    _plans[id(schema)] = (schema, plan)
    return plan


def as_text(value: float | bool) -> str:
    """A number as it stands in a row: shortest digits that read back, whole ones without ``.0``, no exponent."""
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        text = repr(value)
        return format(value, "f") if "e" in text else text
    return str(value)


def typed(text: str | None, kind: str) -> Any:
    """The text of a row as JSON has it: numbers for int and decimal where they are some, else the text."""
    if text is None:
        return None
    if kind == "int":
        plain = text.removeprefix("-")
        return int(text) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else text
    if kind == "decimal":
        try:
            number = float(text) if text.isascii() and not set(text) - set("0123456789.-") else math.inf
        except ValueError:
            return text
        # JSON has no infinity: one such answer would spoil the page of a feed.
        return number if math.isfinite(number) else text
    return text


@functools.lru_cache(maxsize=64)
def _parsed(version: UUID) -> xforms.Form:
    from .models import FormVersion

    xform = FormVersion.objects.values_list("xform", flat=True).get(pk=version)
    return xforms.parse_form(bytes(xform))


def definition(version: UUID) -> xforms.Form:
    """The parsed form of a version; kept per process, since a version's XForm never changes (a new draft is a new row)."""
    return _parsed(version)


@functools.lru_cache(maxsize=256)
def schema_of(version: UUID) -> dict[str, Any]:
    """``FormVersion.schema``; kept per process, as the definition is."""
    from .models import FormVersion

    found: dict[str, Any] = FormVersion.objects.values_list("schema", flat=True).get(pk=version)
    return found
