"""Whose answers stand in an answer: what calculations, set values and choices from other answers are written from.

Told for each path by itself, not through others. Whoever withholds an answer must withhold all that is written from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.grammar import Call, Literal, Path, Tree, parse, parts_of

if TYPE_CHECKING:
    from rafid.methods.xforms.form import Field, Form, Shape

LABEL: Final = "meta/entity/label"
_AROUND: Final = frozenset({"root", "item"})


@dataclass(frozen=True)
class Sources:
    """``questions``: paths without positions. ``columns``: (name of a list, column) that are looked up."""

    questions: frozenset[str] = frozenset()
    columns: frozenset[tuple[str, str]] = frozenset()


@dataclass
class _Found:
    questions: set[str] = field(default_factory=set)
    columns: set[tuple[str, str]] = field(default_factory=set)


def written_from(form: Form) -> Mapping[str, Sources]:
    """Path of each answer that is not only somebody's own → what it is written from. The labels of entities are among the
    paths (``{container}/meta/entity/label``).

    A path through a predicate reads what the predicate compares, too; ``*`` reads all below. What cannot be followed counts
    as reading every question: rather too much is found than too little.
    """
    expressions = {one.path: [*_of_field(one), *form.actions.get(one.path, ())] for one in form.fields}
    for declared in form.entities:
        path = f"{declared.container}/{LABEL}"
        said = [*([declared.label] if declared.label else []), *form.actions.get(path, ())]
        expressions[path] = [*expressions.get(path, ()), *said]
    found = {}
    for path, texts in expressions.items():
        shape = form.shape_at(path)
        read = _Found()
        for text in texts:
            _read(form, text, shape, read)
        read.questions.discard(path)
        if read.questions or read.columns:
            found[path] = Sources(frozenset(read.questions), frozenset(read.columns))
    return found


def _of_field(question: Field) -> Iterator[str]:
    if question.calculate:
        yield question.calculate
    if question.itemset is not None:
        # The answer is the value of one of these: an answer to another question, or a cell of a list.
        yield f"{question.itemset.every}/{question.itemset.value}"


def _read(form: Form, expression: str, at: Shape | None, found: _Found) -> None:
    try:
        tree = parse(expression)
    except ExpressionError:
        found.questions.update(one.path for one in form.fields)
        return
    stack: list[tuple[Tree, Shape | None, str]] = [(tree, at, "")]
    while stack:
        part, here, inside = stack.pop()
        if isinstance(part, Path):
            stack.extend(_follow(form, part, at, here, inside, found))
            continue
        if isinstance(part, Call):
            _pulled(part, found)
        stack.extend((below, here, inside) for below in parts_of(part))


def _follow(
    form: Form, path: Path, at: Shape | None, here: Shape | None, inside: str, found: _Found
) -> Iterator[tuple[Tree, Shape | None, str]]:
    """Notes what a path reads; gives what stands in it, with where that stands: at a question, or in the list ``inside``."""
    shape: Shape | None
    if path.start == "root":
        # The first step names the root itself.
        shape, steps, inside = form.shape, path.steps[1:], ""
    elif path.start == "here":
        shape, steps = here, path.steps
    elif isinstance(path.start, Call) and path.start.name == "current":
        shape, steps, inside = at, path.steps, ""
    else:
        assert not isinstance(path.start, str)
        yield path.start, here, inside
        shape, steps, inside = None, path.steps, _list_of(path.start)
        if not inside and steps:
            found.questions.update(one.path for one in form.fields)
    if inside:
        if steps and steps[-1].name not in _AROUND:
            found.columns.add((inside, steps[-1].name))
        for step in steps:
            yield from ((predicate, None, inside) for predicate in step.predicates)
        return
    for step in steps:
        if shape is not None and step.kind != "attribute":
            if step.name == "*":
                found.questions.update(one.field.path for one in shape.all() if one.field is not None)
            elif step.kind == "parent":
                shape = shape.parent
            elif step.kind != "self":
                shape = shape.children.get(step.name)
        for predicate in step.predicates:
            yield predicate, shape, ""
    if shape is not None and shape.field is not None:
        found.questions.add(shape.path)


def _list_of(start: Tree) -> str:
    """The list's name where a path begins in one."""
    if isinstance(start, Call) and start.name == "instance" and start.arguments:
        first = start.arguments[0]
        if isinstance(first, Literal) and isinstance(first.value, str):
            return first.value
    return ""


def _pulled(call: Call, found: _Found) -> None:
    """``pulldata('trees', 'keeper', 'name', …)``."""
    names = [one.value for one in call.arguments[:3] if isinstance(one, Literal) and isinstance(one.value, str)]
    if call.name == "pulldata" and len(names) == 3:
        found.columns.update({(names[0], names[1]), (names[0], names[2])})
