"""Lists: counting, selections, choices and their names, rows of other lists, and rows of repeats."""

from __future__ import annotations

from typing import Any

from rafid.methods.xforms.errors import ExpressionError, Unanswerable
from rafid.methods.xforms.functions import function
from rafid.methods.xforms.nodes import Node, Nodes
from rafid.methods.xforms.running import Closure, Run
from rafid.methods.xforms.values import Value, whole


def _nodes(value: Any, name: str) -> list[Node]:
    if not isinstance(value, list):
        raise ExpressionError(f"{name}() needs a question, not a value")
    return value


@function("count", 1, paths=1)
def _count(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return float(len(_nodes(values[0], "count")))


@function("count-non-empty", 1, remembered=True, paths=1)
def _count_non_empty(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return float(sum(1 for node in _nodes(values[0], "count-non-empty") if node.text or node.children))


@function("selected is-selected", 2)
def _selected(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return f" {run.text(values[1]).strip()} " in f" {run.text(values[0])} "


@function("count-selected", 1)
def _count_selected(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return float(len(run.text(values[0]).split()))


@function("selected-at", 2)
def _selected_at(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Counts from 0; out of range ''."""
    chosen = run.text(values[0]).split()
    at = whole(run.number(values[1]))
    return chosen[at] if 0 <= at < len(chosen) else ""


@function("indexed-repeat", 3, 7, lazy=True, paths=1)
def _indexed_repeat(run: Run, here: Node, current: Node, parts: list[Closure]) -> Value:
    """``indexed-repeat(field, repeat, index[, repeat, index …])``: the field in that instance. Out of range: no node.

    Walks down from the instances chosen, so that a row costs nothing more in a long repeat."""
    if len(parts) % 2 == 0:
        raise ExpressionError("indexed-repeat() takes a repeat and an index for each level")
    fields = _nodes(parts[0](here, current, run), "indexed-repeat")
    chosen: Node | None = None
    for repeat, index in zip(parts[1::2], parts[2::2], strict=True):
        instances = _nodes(repeat(here, current, run), "indexed-repeat")
        number = whole(run.number(index(here, current, run)))
        if not instances:
            return Nodes()
        # A repeat that is read from within is the asker's own instance; its brothers are meant.
        parent = instances[0].parent if chosen is None else chosen
        if parent is None or number < 1:
            return Nodes()
        chosen = _instance_below(parent, instances[0], number)
        if chosen is None:
            return Nodes()
    assert chosen is not None
    if not fields:
        return Nodes()
    names: list[str] = []
    top = fields[0]
    depth = _depth(chosen)
    while _depth(top) > depth:
        names.append(top.name)
        if top.parent is None:
            return Nodes()
        top = top.parent
    if top.name != chosen.name:
        raise ExpressionError("indexed-repeat() is given a question that does not lie in the repeat")
    found = [chosen]
    for name in reversed(names):
        found = [child for node in found for child in node.named(name)]
    return run.kept(found)


def _depth(node: Node) -> int:
    depth = 0
    while node.parent is not None:
        node = node.parent
        depth += 1
    return depth


def _instance_below(parent: Node, like: Node, number: int) -> Node | None:
    """The instance of that number, through groups between two repeats."""
    names: list[str] = []
    node: Node | None = like
    depth = _depth(parent)
    while node is not None and _depth(node) > depth:
        names.append(node.name)
        node = node.parent
    found = parent
    for name in reversed(names[1:]):
        below = found.first(name)
        if below is None:
            return None
        found = below
    instances = found.named(names[0]) if names else []
    return instances[number - 1] if number <= len(instances) else None


@function("randomize", 1, 2, paths=1, restless=True)
def _randomize(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """The same nodes; in which order the phone showed them is not asked of a finished submission."""
    nodes: Value = values[0]
    return nodes


@function("pulldata", 4, None)
def _pulldata(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """``pulldata(list, column, key column, key)``: the first row's value, '' where there is none."""
    name, column, key_column, key = (run.text(value) for value in values[:4])
    marker = ("pulldata", name, key_column)
    index: dict[str, Node] | None = run.memo.get(marker)
    if index is None:
        index = {}
        for item in run.instance(name).children:
            cell = item.first(key_column)
            if cell is not None:
                index.setdefault(cell.text, item)
        run.memo[marker] = index
    row = index.get(key)
    found = row.first(column) if row is not None else None
    return found.text if found is not None else ""


@function("jr:choice-name choice-name", 2, restless=True)
def _choice_name(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """The label of a choice, in the form's first language: the phone's own is not known here."""
    if run.form is None:
        raise Unanswerable("without its form a choice has no label")
    label = run.form.choice_label(run.text(values[1]).strip(), run.text(values[0]))
    if label is None:
        raise Unanswerable("the question whose label is asked for has no list")
    return label


@function("jr:itext itext", 1, restless=True)
def _itext(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    if run.form is None:
        raise Unanswerable("without its form there are no translations")
    return run.form.translation(run.text(values[0]))
