"""The simple answers of a submission as fields of a page: texts, numbers, dates, choices; also in rows of repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rafid.methods import xforms

from ..models import Row
from ..questions import plain, said
from .detail import Seen

EDITABLE = {
    "string": "text", "int": "number", "decimal": "number", "date": "date", "time": "time", "select_one": "one",
    "select_multiple": "many", "barcode": "text", "geopoint": "text", "": "text",
}  # fmt: skip
LONG = 60


@dataclass(frozen=True)
class Editable:
    """``name``: of the input, the answer's path. ``kind``: text, long, number, date, time, one or many. ``row``: the row of a
    repeat that may be taken away, or, where it is ``new``, added."""

    name: str
    label: str
    group: str
    kind: str
    value: str
    choices: tuple[tuple[str, str, bool], ...] = ()
    help: str = ""
    row: str = ""
    new: bool = False


def fields_of(seen: Seen) -> list[Editable]:
    """The questions that a person answered by hand; files, calculations and positions on a line are not among them."""
    found: list[Editable] = []
    made = seen.definition
    tables = {table.name: table for table in seen.book.tables}
    names: dict[str | None, str] = {
        None: seen.book.tables[0].name,
        **{repeat.path: repeat.table for repeat in made.repeats},
    }
    labels = {repeat.path: plain(said(repeat.label)) or repeat.name for repeat in made.repeats}
    placed = _places(seen, made)
    free = {repeat.path for repeat in made.repeats if not repeat.count}
    for field in made.fields:
        kind = EDITABLE.get(field.type)
        if kind is None or not field.control or field.calculate or field.readonly:
            continue
        table = tables[names[field.repeat]]
        for row in seen.rows_of(table):
            prefix, numbers = placed[row.key] if field.repeat else (made.shape.path, "")
            path = prefix + field.path[len(field.repeat or made.shape.path) :]
            value = _text(field, table, row)
            group = f"{labels[field.repeat]} · {numbers}" if field.repeat else ""
            row_path = prefix if field.repeat and field.repeat in free else ""
            found.append(replace(_field(field, path, group, kind, value), row=row_path))
    return found + _new_rows(seen, made, tables, names, labels)


def _new_rows(
    seen: Seen, made: xforms.Form, tables: Mapping[str, Any], names: Mapping[str | None, str], labels: Mapping[str, str]
) -> list[Editable]:
    """One empty row behind those of each repeat that stands in no other."""
    found: list[Editable] = []
    for repeat in made.repeats:
        if repeat.parent or repeat.count:
            continue
        number = sum(1 for _row in seen.rows_of(tables[names[repeat.path]])) + 1
        row, group = f"{repeat.path}[{number}]", f"{labels[repeat.path]} · {number}"
        for field in made.fields:
            kind = EDITABLE.get(field.type)
            if field.repeat == repeat.path and kind and field.control and not field.calculate and not field.readonly:
                path = row + field.path[len(repeat.path) :]
                found.append(replace(_field(field, path, group, kind, ""), row=row, new=True))
    return found


def _field(field: xforms.Field, path: str, group: str, kind: str, value: str) -> Editable:
    label, help = plain(said(field.label)) or field.name, plain(said(field.hint))
    if kind in ("one", "many") and field.choices:
        chosen = set(value.split()) if kind == "many" else {value}
        choices = [(one.value, plain(said(one.label)) or one.value, one.value in chosen) for one in field.choices]
        # What was sent and is no choice stays choosable: opening the page changes nothing.
        known = {one.value for one in field.choices}
        choices += [(one, one, True) for one in sorted(chosen - known - {""})]
        return Editable(path, label, group, kind, value, tuple(choices), help)
    if kind in ("one", "many"):
        kind = "text"
    if kind in ("date", "time") and value and len(value) != (10 if kind == "date" else 5):
        kind = "text"
    if kind == "text" and (len(value) > LONG or "multiline" in field.appearance):
        kind = "long"
    return Editable(path, label, group, kind, value, (), help)


def _places(seen: Seen, made: xforms.Form) -> dict[str, tuple[str, str]]:
    """A repeat row's KEY → its path with positions, and its numbers for people. KEY = instanceID/path with [n]."""
    found = {}
    for table in seen.book.tables[1:]:
        for row in seen.rows_of(table):
            below = row.key.partition("/")[2] if "/" in row.key else ""
            instance = seen.current.instance_id
            if row.key.startswith(f"{instance}/"):
                below = row.key[len(instance) + 1 :]
            numbers = " · ".join(part.partition("[")[2].rstrip("]") for part in below.split("/") if "[" in part)
            found[row.key] = (f"{made.shape.path}/{below}", numbers)
    return found


def _text(field: xforms.Field, table: Any, row: Row) -> str:
    columns = [one for one in table.columns if one.path == field.path]
    texts = [row.values[one.slot] or "" for one in columns if one.slot < len(row.values)]
    return " ".join(texts).strip()


def rows_of(fields: list[Editable], changes: Mapping[str, str], posted: Any) -> tuple[list[str], list[str]]:
    """Rows of repeats that are added, since something was written there, and those that are taken away."""
    added = dict.fromkeys(one.row for one in fields if one.new and one.name in changes)
    removed = dict.fromkeys(one.row for one in fields if one.row and not one.new and f"remove:{one.row}" in posted)
    return list(added), list(removed)


def given_of(fields: list[Editable], posted: Any) -> Mapping[str, str]:
    """The answers that were changed: path → text."""
    changed = {}
    for one in fields:
        if f"has:{one.name}" not in posted:
            continue
        if one.kind == "many":
            text = " ".join(value for value in posted.getlist(one.name) if value)
            same = set(text.split()) == set(one.value.split())
        else:
            text = posted.get(one.name, "").replace("\x00", "").replace("\r\n", "\n").strip()
            same = text == one.value
        if not same:
            changed[one.name] = text
    return changed
