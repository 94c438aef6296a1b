"""Truth, choice and what stands where: if, not, coalesce, position, current, instance, once and their like."""

from __future__ import annotations

from typing import Any

from rafid.methods.xforms.errors import ExpressionError, Unanswerable
from rafid.methods.xforms.functions import function
from rafid.methods.xforms.nodes import Node, Nodes
from rafid.methods.xforms.running import Closure, Run
from rafid.methods.xforms.values import Value, to_bool, whole


@function("true", 0)
def _true(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return True


@function("false", 0)
def _false(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return False


@function("boolean", 1)
def _boolean(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.truth(values[0])


@function("not", 1)
def _not(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return not run.truth(values[0])


@function("boolean-from-string", 1)
def _boolean_from_string(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    text = run.text(values[0])
    return text == "1" or text.lower() == "true"


@function("if", 3, lazy=True)
def _if(run: Run, here: Node, current: Node, parts: list[Closure]) -> Value:
    chosen = parts[1] if run.truth(parts[0](here, current, run)) else parts[2]
    return chosen(here, current, run)


@function("coalesce", 2, None, lazy=True)
def _coalesce(run: Run, here: Node, current: Node, parts: list[Closure]) -> Value:
    for part in parts:
        value = part(here, current, run)
        if run.text(value) not in ("", "NaN"):
            return value
    return ""


@function("once", 1, lazy=True, reads=True)
def _once(run: Run, here: Node, current: Node, parts: list[Closure]) -> Value:
    """What already stands in the question, else the argument."""
    return run.value(current) if current.text else parts[0](here, current, run)


@function("depend", 1, None)
def _depend(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    first: Value = values[0]
    return first


@function("checklist", 2, None)
def _checklist(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    least, most = whole(run.number(values[0])), whole(run.number(values[1]))
    count = sum(to_bool(value) for given in values[2:] for value in run.all(given))
    return (least < 0 or count >= least) and (most < 0 or count <= most)


@function("weighted-checklist", 2, None, multiple=2)
def _weighted_checklist(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    least, most = run.number(values[0]), run.number(values[1])
    total = 0.0
    for flags, weights in zip(values[2::2], values[3::2], strict=True):
        many, heavy = run.all(flags), run.all(weights)
        if len(many) != len(heavy):
            raise ExpressionError("weighted-checklist() has another number of weights than of factors")
        total += sum(run.number(weight) for flag, weight in zip(many, heavy, strict=True) if to_bool(flag))
    return least <= total <= most


@function("position", 0, 1)
def _position(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Without argument the place within a predicate; else where a node stands among its like, from 1."""
    if not values:
        return float(run.place[0] if run.place is not None else here.position)
    nodes = values[0]
    if not isinstance(nodes, list):
        raise ExpressionError("position() needs a question, not a value")
    return float(nodes[0].position) if nodes else 0.0


@function("last", 0, reads=True)
def _last(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return float(run.place[1]) if run.place is not None else 1.0


@function("current", 0)
def _current(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return Nodes([current])


@function("name local-name", 0, 1, reads=True)
def _name(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    if not values:
        return here.name
    return values[0][0].name if isinstance(values[0], list) and values[0] else ""


@function("instance", 1)
def _instance(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """The list's root element stands below what this answers: a path goes on with ``/root/item``."""
    name = run.text(values[0])
    key = ("instance", name)
    found = run.memo.get(key)
    if found is None:
        top = run.instance(name).parent
        found = run.memo[key] = Nodes([top] if top is not None else [])
    return found  # type: ignore[no-any-return]


@function("version", 0)
def _version(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.version or (run.form.version if run.form is not None else "")


@function("property", 1, restless=True)
def _property(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    raise Unanswerable("only the phone knows its properties")
