"""Predicates that ask for equality, answered through an index of the candidates by value.

Without it, a row that looks for its like among the others costs as much as there are rows, and a long repeat its square.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rafid.methods.xforms.functions import FUNCTIONS
from rafid.methods.xforms.grammar import Binary, Call, Path, Step, Tree, inside
from rafid.methods.xforms.nodes import ListTop, Node
from rafid.methods.xforms.running import Closure, Run
from rafid.methods.xforms.values import Moment, Plain, text_to_number, to_number, to_text

Buckets = list[list[tuple[int, Node]]]
Lookup = Callable[[Node, list[Node], Node, Run], Buckets | None]


def indexed_by(
    step: Step, compile_part: Callable[[Tree], Closure]
) -> Callable[[Node, list[Node], Node, Run], list[Node] | None] | None:
    """For ``[relative path = something that does not depend on the candidate]``: candidates by value, built once per pass; of
    several such conditions the one that leaves fewest. The predicate is still asked of those; an index only narrows."""
    tree = step.predicates[0]
    if any(isinstance(part, Call) and part.name in {"position", "last"} for part in inside(tree)):
        return None
    conjuncts: list[Tree] = [tree]
    if isinstance(tree, Binary) and tree.rest[0][0] == "and":
        conjuncts = [tree.first, *(part for _, part, _ in tree.rest)]
    lookups = [lookup for part in conjuncts if (lookup := _lookup(part, compile_part)) is not None]
    if not lookups:
        return None

    def narrowed(node: Node, nodes: list[Node], current: Node, run: Run) -> list[Node] | None:
        best: Buckets | None = None
        least = len(nodes)
        for lookup in lookups:
            buckets = lookup(node, nodes, current, run)
            if buckets is not None and (size := sum(map(len, buckets))) < least:
                best, least = buckets, size
        if best is None:
            return None
        found = {number: candidate for bucket in best for number, candidate in bucket}
        return [found[number] for number in sorted(found)]

    return narrowed


def _lookup(part: Tree, compile_part: Callable[[Tree], Closure]) -> Lookup | None:
    if not isinstance(part, Binary) or len(part.rest) != 1 or part.rest[0][0] != "=":
        return None
    sides = (part.first, part.rest[0][1])
    for mine, other in (sides, sides[::-1]):
        if _simple(mine) and _independent(other):
            return _index(compile_part(mine), compile_part(other), tuple(roots_of(other)))
    return None


def _simple(tree: Tree) -> bool:
    return (
        isinstance(tree, Path)
        and tree.start == "here"
        and all(
            step.kind in {"child", "self", "attribute"} and step.name != "*" and not step.predicates
            for step in tree.steps
        )
    )


def _independent(tree: Tree) -> bool:
    """Literals, current() paths and absolute paths, and functions of them."""
    for part in inside(tree):
        if isinstance(part, Path) and part.start == "here":
            return False
        if isinstance(part, Call) and (
            part.name not in FUNCTIONS or FUNCTIONS[part.name].reads_here(len(part.arguments))
        ):
            return False
    return True


def _index(mine: Closure, other: Closure, roots: tuple[str, ...]) -> Lookup:
    key = object()

    def lookup(node: Node, nodes: list[Node], current: Node, run: Run) -> Buckets | None:
        top = chain_of(node)[-1]
        foreign = top is not run.root
        if roots and not foreign and not run.steady(roots):
            # In the submission itself an absolute path is read where the candidate stands: it may differ from one to the next.
            return None
        wanted: list[Plain] = run.all(other(node if not foreign else current, current, run))
        if any(isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()) for value in wanted):
            return None
        store: dict[Any, Any] = top.memo if isinstance(top, ListTop) else run.memo
        marker = (key, node)
        index: dict[Plain, list[tuple[int, Node]]] | None = store.get(marker)
        if index is None:
            index = {}
            run.counted += len(nodes)
            for number, candidate in enumerate(nodes):
                for value in run.all(mine(candidate, current, run)):
                    for kind in _keys(value):
                        index.setdefault(kind, []).append((number, candidate))
            store[marker] = index
        return [index[kind] for value in wanted for kind in _keys(value) if kind in index]

    return lookup


def _keys(value: Plain) -> list[Plain]:
    """The places of an index at which a value stands. Text and number lie apart (as keys 1.0 and '1' are different); asked for
    by text, a number is looked up too, for a typed answer is compared as number."""
    if isinstance(value, str):
        number = text_to_number(value)
        return [value] if math.isnan(number) else [value, number]
    if isinstance(value, bool):
        return []
    number = to_number(value)
    keys: list[Plain] = [] if math.isnan(number) else [number]
    if isinstance(value, Moment):
        keys.append(to_text(value))
    return keys


def roots_of(tree: Tree) -> list[str]:
    """The absolute paths in a tree. One that passes no repeat reads the same wherever it stands."""
    return [
        "/" + "/".join(step.name if step.kind == "child" else "*" for step in part.steps)
        for part in inside(tree)
        if isinstance(part, Path) and part.start == "root"
    ]


def chain_of(node: Node) -> list[Node]:
    chain = [node]
    while node.parent is not None:
        node = node.parent
        chain.append(node)
    return chain
