"""A submission as rows: one main table, and one for each repeat, with ODK Central's names of columns and keys."""

from __future__ import annotations

from typing import Any, Final

from rafid.methods.xforms import geometry
from rafid.methods.xforms.form import Field, Form, Shape
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.reading import Submission
from rafid.methods.xforms.values import read_decimal

MAIN: Final = "submissions"
_POINT: Final = ("Latitude", "Longitude", "Altitude", "Accuracy")
_LONGEST_INTEGER: Final = 18

Row = dict[str, Any]


def table_columns(form: Form) -> dict[str, list[str]]:
    """Table → its columns in order, keys included: what every row of ``flatten`` has."""
    plan = _plan(form)
    return {
        name: [*(column for _, columns in fields for column in columns), *_keys(name)] for name, fields in plan.items()
    }


def flatten(form: Form, submission: Submission) -> dict[str, list[Row]]:
    """Rows of the main table ``submissions`` and of one table per repeat, named by its path with dots.

    Columns are paths below the table's root with ``-`` for ``/``; a geopoint is four of them. int → int, decimal → float,
    else text; empty or missing → None, every column is always there; a text that does not fit its type stays the text sent.
    ``KEY`` is the instanceID, for repeats ``{instanceID}/path[n]``; ``PARENT_KEY`` the KEY of the row above.
    """
    plan = _plan(form)
    tables: dict[str, list[Row]] = {name: [] for name in plan}
    empty = {
        name: dict.fromkeys(column for _, columns in fields for column in columns) for name, fields in plan.items()
    }
    root = submission.root
    main = {**empty[MAIN], "KEY": submission.instance_id}
    tables[MAIN].append(main)
    if root.name == form.shape.name and not submission.encrypted:
        _fill(root, form.shape, main, "", submission.instance_id, tables, empty)
    return tables


def _fill(
    node: Node, shape: Shape, row: Row, prefix: str, key: str, tables: dict[str, list[Row]], empty: dict[str, Row]
) -> None:
    own = row["KEY"]
    for child in node.children:
        below = shape.children.get(child.name)
        if below is None:
            continue
        if below.field is not None:
            if child.text and child.position == 1:
                _put(row, f"{prefix}{child.name}", below.field, child.text)
        elif below.repeat is not None:
            table = below.repeat.table
            place = f"{key}/{child.name}[{child.position}]"
            fresh = {**empty[table], "PARENT_KEY": own, "KEY": place}
            tables[table].append(fresh)
            _fill(child, below, fresh, "", place, tables, empty)
        elif below.children and child.position == 1 and not (node.parent is None and child.name == "meta"):
            _fill(child, below, row, f"{prefix}{child.name}-", f"{key}/{child.name}", tables, empty)


def _put(row: Row, column: str, field: Field, text: str) -> None:
    if field.type == "geopoint":
        point = geometry.read_point(text)
        if point is None:
            row[f"{column}-Latitude"] = text
            return
        for name, number in zip(_POINT, point, strict=False):
            row[f"{column}-{name}"] = number
        return
    row[column] = _typed(text, field.type)


def _typed(text: str, kind: str) -> int | float | str:
    if kind == "int":
        digits = text.strip()
        plain = digits[1:] if digits[:1] == "-" else digits
        return int(digits) if plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST_INTEGER else text
    if kind == "decimal":
        real = read_decimal(text)
        return text if real is None else real
    return text


def _plan(form: Form) -> dict[str, list[tuple[Field, list[str]]]]:
    """Table → fields with their columns, in document order."""
    plan: dict[str, list[tuple[Field, list[str]]]] = form.made("tables", lambda: _planned(form))
    return plan


def _planned(form: Form) -> dict[str, list[tuple[Field, list[str]]]]:
    root = form.shape.path
    names: dict[str | None, str] = {None: MAIN, **{repeat.path: repeat.table for repeat in form.repeats}}
    plan: dict[str, list[tuple[Field, list[str]]]] = {name: [] for name in names.values()}
    for field in form.fields:
        column = field.path[len(field.repeat or root) + 1 :].replace("/", "-")
        columns = [f"{column}-{part}" for part in _POINT] if field.type == "geopoint" else [column]
        plan[names[field.repeat]].append((field, columns))
    return plan


def _keys(table: str) -> list[str]:
    return ["KEY"] if table == MAIN else ["PARENT_KEY", "KEY"]


def expected_attachments(form: Form, submission: Submission) -> tuple[str, ...]:
    """The names of the files that a submission's own answers (or its envelope, when encrypted) say belong to it."""
    if submission.encrypted:
        return submission.attachments
    names: dict[str, None] = {}
    # Most answers are none: their names tell, and no path needs to be written.
    asked: set[str] = form.made(
        "files", lambda: {field.path.rpartition("/")[2] for field in form.fields if field.type == "binary"}
    )
    for node in submission.root.walk():
        if not node.text or (node.name not in asked and node.name != "audit"):
            continue
        found = form.shape_at(_plain_path(node))
        is_file = found is not None and found.field is not None and found.field.type == "binary"
        is_audit = node.name == "audit" and node.parent is not None and node.parent.name == "meta"
        if is_file or is_audit:
            names[node.text] = None
    return tuple(names)


def _plain_path(node: Node) -> str:
    parts: list[str] = []
    current: Node | None = node
    while current is not None:
        parts.append(current.name)
        current = current.parent
    return "/" + "/".join(reversed(parts))
