"""From a tree to closures, once per form and expression.

A closure is asked ``(here, current, run)``: ``here`` is the node at which a part stands (a candidate, in a predicate),
``current`` the node whose expression it is, ``run`` the pass. Three things keep the cost in proportion to the nodes: what a
path finds below a node is remembered for the pass, what is computed of a long list is remembered on the list, and a
predicate that asks for equality goes through an index.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.functions import FUNCTIONS
from rafid.methods.xforms.grammar import Binary, Call, Literal, Negate, Path, Reference, Step, Tree, inside
from rafid.methods.xforms.indexing import chain_of, indexed_by, roots_of
from rafid.methods.xforms.nodes import Node, Nodes
from rafid.methods.xforms.running import Closure, Run
from rafid.methods.xforms.said import called, say
from rafid.methods.xforms.values import Value, compare, equal

_NONE: Final = Nodes()
# Below this many candidates looking at each is faster than an index.
_INDEX_FROM: Final = 8


def compile_tree(tree: Tree) -> Closure:
    """The closure of a tree. Raises ``ExpressionError`` for an unknown function or a wrong number of arguments."""
    if isinstance(tree, Literal):
        value = tree.value
        return lambda here, current, run: value
    if isinstance(tree, Negate):
        operand = compile_tree(tree.operand)
        return lambda here, current, run: -run.number(operand(here, current, run))
    if isinstance(tree, Binary):
        return _binary(tree)
    if isinstance(tree, Call):
        return _call(tree)
    if isinstance(tree, Reference):
        raise ExpressionError(say("“${…}” is written in an XLSForm; here a path is needed"), tree.at)
    return _path(tree)


# Operators


def _binary(tree: Binary) -> Closure:
    first = compile_tree(tree.first)
    if tree.rest[0][0] in {"and", "or"}:
        return _logic(tree.rest[0][0] == "and", [first, *(compile_tree(operand) for _, operand, _ in tree.rest)])
    rest = [(_combination(operator), compile_tree(operand)) for operator, operand, _ in tree.rest]
    if len(rest) == 1:
        combine, second = rest[0]
        return lambda here, current, run: combine(run, first(here, current, run), second(here, current, run))

    def chain(here: Node, current: Node, run: Run) -> Value:
        value = first(here, current, run)
        for combine, operand in rest:
            value = combine(run, value, operand(here, current, run))
        return value

    return chain


def _logic(every: bool, parts: list[Closure]) -> Closure:
    def logic(here: Node, current: Node, run: Run) -> bool:
        for part in parts:
            if run.truth(part(here, current, run)) is not every:
                return not every
        return every

    return logic


Combination = Callable[[Run, Value, Value], Value]


def _combination(operator: str) -> Combination:
    """What an operator makes of two values."""
    if operator == "|":
        return _union
    if operator in {"=", "!="}:
        wanted = operator == "="

        def equality(run: Run, one: Value, other: Value) -> bool:
            if isinstance(one, list) and len(one) < 2:
                one = run.plain(one)
            if isinstance(other, list) and len(other) < 2:
                other = run.plain(other)
            if isinstance(one, list) or isinstance(other, list):
                others = run.all(other)
                return any(equal(value, beside) is wanted for value in run.all(one) for beside in others)
            return equal(one, other) is wanted

        return equality
    if operator in {"<", "<=", ">", ">="}:

        def relation(run: Run, one: Value, other: Value) -> bool:
            if isinstance(one, list) and len(one) < 2:
                one = run.plain(one)
            if isinstance(other, list) and len(other) < 2:
                other = run.plain(other)
            if isinstance(one, list) or isinstance(other, list):
                others = run.all(other)
                return any(compare(operator, value, beside) for value in run.all(one) for beside in others)
            return compare(operator, one, other)

        return relation
    reckon = _ARITHMETIC[operator]
    return lambda run, one, other: reckon(run.number(one), run.number(other))


def _union(run: Run, one: Value, other: Value) -> Nodes:
    if not isinstance(one, list) or not isinstance(other, list):
        raise ExpressionError(say("“|” stands between paths only"))
    return Nodes(list(dict.fromkeys([*one, *other])))


def _divided(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _remainder(left: float, right: float) -> float:
    """With the sign of the dividend, unlike Python's %."""
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


def _product(left: float, right: float) -> float:
    return left * right


_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": _product,
    "div": _divided,
    "mod": _remainder,
}


# Functions


def _call(tree: Call) -> Closure:
    function = FUNCTIONS.get(tree.name)
    if function is None:
        raise ExpressionError(say("there is no function %(name)s", name=called(tree.name)), tree.at)
    if problem := function.refusal(len(tree.arguments)):
        raise ExpressionError(say("%(name)s %(refusal)s", name=called(tree.name), refusal=problem), tree.at)
    if function.paths:
        for argument in tree.arguments[: function.paths]:
            if not _gives_nodes(argument):
                raise ExpressionError(
                    say("%(name)s needs a question here, not a value", name=called(tree.name)), argument.at
                )
    arguments = [compile_tree(argument) for argument in tree.arguments]
    apply = function.apply
    if function.lazy:
        return lambda here, current, run: apply(run, here, current, arguments)
    if function.remembered:
        key = tree

        def remembered(here: Node, current: Node, run: Run) -> Value:
            values = [argument(here, current, run) for argument in arguments]
            last = values[-1]
            if (
                isinstance(last, Nodes)
                and len(last) > _INDEX_FROM
                and all(not isinstance(v, list) for v in values[:-1])
            ):
                marker = (key.name, *values[:-1])
                found: Any = last.memo.get(marker)
                if found is None:
                    found = last.memo[marker] = apply(run, here, current, values)
                return found  # type: ignore[no-any-return]
            return apply(run, here, current, values)

        return remembered
    if len(arguments) == 1:
        only = arguments[0]
        return lambda here, current, run: apply(run, here, current, [only(here, current, run)])
    return lambda here, current, run: apply(
        run, here, current, [argument(here, current, run) for argument in arguments]
    )


def _gives_nodes(tree: Tree) -> bool:
    if isinstance(tree, Call):
        return tree.name in {"instance", "current", "randomize", "indexed-repeat", "once", "if", "coalesce", "depend"}
    return isinstance(tree, Path | Reference) or (isinstance(tree, Binary) and tree.rest[0][0] == "|")


# Paths


def _path(tree: Path) -> Closure:
    steps = tree.steps
    if tree.start == "root":
        return _from_root(steps)
    if tree.start == "here":
        return _from_nodes(None, steps)
    start = tree.start
    assert not isinstance(start, str)
    return _from_nodes(compile_tree(start), steps)


def _from_root(steps: tuple[Step, ...]) -> Closure:
    """An absolute path is read in the repeat instance in which ``here`` stands: at each step without predicate it takes
    ``here``'s own ancestor as long as the names agree, also at the last step."""
    if not steps:
        return lambda here, current, run: Nodes([run.root])
    names = []
    for step in steps:
        if step.kind != "child" or step.name == "*" or step.predicates:
            break
        names.append(step.name)
    descents = [_descent(steps[taken:]) for taken in range(len(steps) + 1)]
    plain = ("/" + "/".join(names),) if len(names) == len(steps) else None
    # The same for all expressions that read the same question.
    key: object = plain[0] if plain is not None else object()
    first = steps[0]

    def from_root(here: Node, current: Node, run: Run) -> Nodes:
        known: Nodes | None = run.memo.get(key)
        if known is not None:
            return known
        found = walked(here, current, run)
        if plain is not None and run.steady(plain):
            # It passes no repeat: it reads the same wherever it stands.
            run.memo[key] = found
        return found

    def walked(here: Node, current: Node, run: Run) -> Nodes:
        chain = chain_of(here)
        if chain[-1] is not run.root:
            # In a list the instance is that of the question which asks.
            chain = chain_of(current)
        root = run.root
        if not names:
            if first.kind == "child" and first.name in ("*", root.name):
                return descents[0](_Document(root), current, run)
            return Nodes() if first.kind == "child" else descents[0](root, current, run)
        if names[0] != root.name:
            return Nodes()
        taken = 1
        anchor = root
        deepest = len(chain) - 1
        while taken < len(names) and taken <= deepest:
            own = chain[deepest - taken]
            if own.name != names[taken]:
                break
            anchor = own
            taken += 1
        return descents[taken](anchor, current, run)

    return from_root


class _Document(Node):
    """What stands above the root element, for a path that begins with a predicate or a star."""

    __slots__ = ()

    def __init__(self, root: Node) -> None:
        super().__init__("")
        self.children = [root]


def _from_nodes(start: Closure | None, steps: tuple[Step, ...]) -> Closure:
    """A relative path reads all that it names. Leading . and .. are walked first, so that what lies below is remembered by the
    node from which it is seen."""
    climbs = 0
    while climbs < len(steps) and steps[climbs].kind in {"self", "parent"} and not steps[climbs].predicates:
        climbs += 1
    ups = sum(1 for step in steps[:climbs] if step.kind == "parent")
    descent = _descent(steps[climbs:])
    only_climb = climbs == len(steps)
    if start is None and only_climb and not ups:
        return lambda here, current, run: run.kept([here])

    def from_nodes(here: Node, current: Node, run: Run) -> Nodes:
        if start is None:
            node: Node | None = here
        else:
            value = start(here, current, run)
            if not isinstance(value, list):
                raise ExpressionError(say("a path can only follow nodes"))
            if len(value) != 1:
                return _many(value, here, current, run)
            node = value[0]
        for _ in range(ups):
            if node is None:
                break
            node = node.parent
        if node is None:
            return Nodes()
        if only_climb:
            return run.kept([node])
        return descent(node, current, run)

    def _many(values: list[Node], here: Node, current: Node, run: Run) -> Nodes:
        found: dict[Node, None] = {}
        if only_climb and not ups and isinstance(values, Nodes):
            return values
        if steps and steps[0].kind == "self" and steps[0].predicates:
            # A predicate in brackets after a list counts over the whole list.
            kept = values
            for predicate in first_predicates:
                kept = predicate(kept, current, run)
            rest = _descent(steps[1:]) if len(steps) > 1 else None
            for node in kept:
                found.update(dict.fromkeys(rest(node, current, run) if rest else [node]))
            return Nodes(list(found))
        for node in values:
            top: Node | None = node
            for _ in range(ups):
                top = top.parent if top is not None else None
            if top is not None:
                found.update(dict.fromkeys([top] if only_climb else descent(top, current, run)))
        return run.kept(list(found)) if only_climb else Nodes(list(found))

    first_predicates = [_predicate(tree) for tree in steps[0].predicates] if steps else []
    return from_nodes


Descent = Callable[[Node, Node, Run], Nodes]


def _descent(steps: tuple[Step, ...]) -> Descent:
    """What steps find below one node. Remembered for the pass unless it depends on who asks."""
    if not steps:
        return lambda node, current, run: run.kept([node])
    walks = [_step(step) for step in steps]
    key = object()
    predicates = [tree for step in steps for tree in step.predicates]
    restless = any(_restless(tree) for tree in predicates)
    roots = tuple(root for tree in predicates for root in roots_of(tree))

    def descent(node: Node, current: Node, run: Run) -> Nodes:
        marker = (key, node)
        depends = restless or (bool(roots) and not run.steady(roots))
        if not depends:
            known: Nodes | None = run.memo.get(marker)
            if known is not None:
                return known
        nodes: list[Node] = [node]
        for walk in walks:
            if len(nodes) == 1:
                nodes = walk(nodes[0], current, run)
            else:
                nodes = [found for one in nodes for found in walk(one, current, run)]
            if not nodes:
                break
        found = run.kept(nodes)
        if not depends and not isinstance(node, _Document):
            run.memo[marker] = found
        return found

    return descent


def _restless(tree: Tree) -> bool:
    """Whether a predicate depends on the node that asks or on chance."""
    return any(
        isinstance(part, Call)
        and (part.name == "current" or (part.name in FUNCTIONS and FUNCTIONS[part.name].restless))
        for part in inside(tree)
    )


Walk = Callable[[Node, Node, Run], list[Node]]


def _step(step: Step) -> Walk:
    predicates = [_predicate(tree) for tree in step.predicates]
    find = _finder(step)
    if not predicates:
        return lambda node, current, run: find(node)
    indexed = indexed_by(step, compile_tree)

    def filtered(node: Node, current: Node, run: Run) -> list[Node]:
        nodes = find(node)
        if indexed is not None and len(nodes) >= _INDEX_FROM:
            narrowed = indexed(node, nodes, current, run)
            if narrowed is not None:
                nodes = narrowed
        for predicate in predicates:
            if not nodes:
                break
            nodes = predicate(nodes, current, run)
        return nodes

    return filtered


def _finder(step: Step) -> Callable[[Node], list[Node]]:
    name = step.name
    if step.kind == "child":
        return (lambda node: node.children) if name == "*" else (lambda node: node.named(name))
    if step.kind == "self":
        return lambda node: [node]
    if step.kind == "parent":
        return lambda node: [node.parent] if node.parent is not None else []

    def attribute(node: Node) -> list[Node]:
        if not node.attributes or name not in node.attributes:
            return []
        return [Node(name, node.attributes[name], node)]

    return attribute


def _predicate(tree: Tree) -> Callable[[list[Node], Node, Run], list[Node]]:
    test = compile_tree(tree)
    placed = any(
        isinstance(part, Call) and part.name in {"position", "last"} and not part.arguments for part in inside(tree)
    )

    def predicate(nodes: list[Node], current: Node, run: Run) -> list[Node]:
        kept: list[Node] = []
        before = run.place
        size = len(nodes)
        run.counted += size
        try:
            for number, node in enumerate(nodes, 1):
                if placed:
                    run.place = (number, size)
                value = test(node, current, run)
                if isinstance(value, float):
                    if value == number:
                        kept.append(node)
                elif run.truth(value):
                    kept.append(node)
        finally:
            run.place = before
        return kept

    return predicate
