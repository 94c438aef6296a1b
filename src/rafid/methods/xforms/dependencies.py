"""Which questions an expression reads: for the order of relevance, for circles, and for names that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.grammar import Call, Path, Step, Tree, parse, parts_of

if TYPE_CHECKING:
    from rafid.methods.xforms.form import Form, Shape


def readings(form: Form, tree: Tree, at: Shape) -> Iterator[tuple[Path, Shape | None, bool]]:
    """Each path of a tree that stands at ``at``: the path, the shape it leads to (None: the form has no such), and whether it
    is told apart by a predicate. Paths into lists are left out."""
    stack: list[tuple[Tree, Shape | None]] = [(tree, at)]
    while stack:
        part, here = stack.pop()
        if not isinstance(part, Path):
            stack.extend((below, here) for below in reversed(parts_of(part)))
            continue
        start: Shape | None
        inside_list = False
        if part.start == "root":
            start = None
        elif part.start == "here":
            start = here
            inside_list = here is None
        elif isinstance(part.start, Call) and part.start.name == "current":
            start = at
        else:
            # Into a list, or from what a function answers: only the predicates can read the submission.
            assert not isinstance(part.start, str)
            stack.append((part.start, here))
            stack.extend((predicate, None) for step in part.steps for predicate in step.predicates)
            continue
        shape, predicated = start, False
        known = not inside_list
        for number, step in enumerate(part.steps):
            if known:
                shape = _next(form, shape, step, first=number == 0 and part.start == "root")
                known = shape is not None
            predicated = predicated or bool(step.predicates)
            stack.extend((predicate, shape if known else None) for predicate in step.predicates)
        if inside_list or any(step.name == "*" or step.kind == "attribute" for step in part.steps):
            continue
        yield part, shape if part.steps else form.shape, predicated


def _next(form: Form, shape: Shape | None, step: Step, *, first: bool) -> Shape | None:
    if first:
        return form.shape if step.name == form.shape.name else None
    if shape is None:
        return None
    if step.kind == "self":
        return shape
    if step.kind == "parent":
        return shape.parent
    return shape.children.get(step.name)


def read_shapes(form: Form, expression: str, at: Shape) -> list[Shape]:
    """The shapes that an expression reads; none when it cannot be read itself."""
    try:
        tree = parse(expression)
    except ExpressionError:
        return []
    return list(dict.fromkeys(shape for _, shape, _ in readings(form, tree, at) if shape is not None))


def relevance_order(form: Form) -> list[Shape]:
    """Shapes with relevance, each after those it reads; a circle is cut where it is met."""
    below: dict[Shape, list[Shape]] = {}

    def needs(shape: Shape) -> list[Shape]:
        if shape not in below:
            direct = read_shapes(form, shape.relevant, shape) if shape.relevant else []
            if shape.parent is not None:
                direct.append(shape.parent)
            below[shape] = direct
        return below[shape]

    order: list[Shape] = []
    state: dict[Shape, int] = {}
    for start in form.shape.all():
        if start in state:
            continue
        state[start] = 0
        stack = [(start, iter(needs(start)))]
        while stack:
            shape, rest = stack[-1]
            for following in rest:
                if following not in state:
                    state[following] = 0
                    stack.append((following, iter(needs(following))))
                    break
            else:
                stack.pop()
                order.append(shape)
    return [shape for shape in order if shape.relevant]


def circle(edges: dict[str, list[str]]) -> list[str] | None:
    """A circle in a graph, its first name repeated at the end; None when there is none. Without recursion."""
    state: dict[str, int] = {}
    for start in edges:
        if start in state:
            continue
        trail = [start]
        state[start] = 1
        stack = [iter(edges[start])]
        while stack:
            for following in stack[-1]:
                if state.get(following) == 1:
                    return [*trail[trail.index(following) :], following]
                if following not in state:
                    state[following] = 1
                    trail.append(following)
                    stack.append(iter(edges.get(following, ())))
                    break
            else:
                stack.pop()
                state[trail.pop()] = 2
    return None
