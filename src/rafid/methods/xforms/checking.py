"""What is wrong or unwise in a form's expressions, names and lists, told in the author's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rafid.methods.xforms.compiling import compile_tree
from rafid.methods.xforms.dependencies import circle, readings
from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.form import Field, Form, Shape
from rafid.methods.xforms.functions import FUNCTIONS
from rafid.methods.xforms.grammar import Binary, Call, Literal, Path, Tree, inside, parse
from rafid.methods.xforms.own_columns import own_columns
from rafid.methods.xforms.patterns import advice
from rafid.methods.xforms.problem import Problem
from rafid.methods.xforms.said import Said, called, said_by, say

_MOMENTS: Final = frozenset({"date", "dateTime"})
_MOMENT_CALLS: Final = frozenset({"today", "now", "date", "date-time"})
_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
# Functions that are meant to read a whole repeat from outside.
_WHOLE: Final = frozenset(
    {"count", "sum", "min", "max", "join", "concat", "count-non-empty", "indexed-repeat", "randomize", "area", "distance",
     "checklist", "weighted-checklist", "boolean", "not", "position"}
)  # fmt: skip
_PATH: Final = re.compile(r"(?<![\w/:.])(?:current\(\)/)?(?:\.\./)+[\w\-./]+|(?<![\w/:.])/[\w\-.]+(?:/[\w\-.]+)+")


def check_form(form: Form) -> list[Problem]:
    """All problems of a form: expressions that cannot be read, functions and questions that are not there, circles, lists
    without choices, and what will surprise its author (warnings). Sheet, row and cell are None: ``convert_xlsform`` tells."""
    problems: list[Problem] = []
    if not form.form_id:
        problems.append(Problem("error", say("The form has no form_id, so nobody can send to it."), column="form_id"))
    if not form.version:
        problems.append(
            Problem("warning", say("The form has no version, so a later one cannot be told from it."), column="version")
        )
    problems += [Problem("error", sentence, column="name", field=name or None) for name, sentence in form.faults]
    for shape in form.shape.all():
        for column, expression in expressions_of(shape):
            problems += _expression(form, shape, column, expression)
        for value in form.actions.get(shape.path, ()):
            problems += _expression(form, shape, "default", value)
        if shape.field is not None:
            problems += _list(form, shape.field)
    problems += _circles(form)
    problems += own_columns(form)
    return problems


def version_problem(version: str, last: str | None) -> Problem | None:
    """A warning when a version is not larger than the last one published, as numbers if both are, else as text."""
    if last is None or version == "":
        return None
    both = version.isascii() and version.isdigit() and last.isascii() and last.isdigit()
    larger = int(version) > int(last) if both and len(version) < 1000 and len(last) < 1000 else version > last
    if larger:
        return None
    sentence = say("Version “%(version)s” is not larger than the last one, “%(last)s”.", version=version, last=last)
    return Problem("warning", sentence, column="version")


def expressions_of(shape: Shape) -> Iterator[tuple[str, str]]:
    """The expressions of one element: the column that an author wrote it in, and the text."""
    if shape.relevant:
        yield "relevant", shape.relevant
    if shape.repeat is not None and shape.repeat.count:
        yield "repeat_count", shape.repeat.count
    field = shape.field
    if field is None:
        return
    for column, expression in (
        ("constraint", field.constraint),
        ("calculation", field.calculate),
        ("required", field.required),
        ("readonly", field.readonly),
        ("choice_filter", field.itemset.nodeset if field.itemset is not None else None),
    ):
        if expression:
            yield column, expression


def _name(shape: Shape) -> str:
    return "${" + shape.name + "}"


def spoken(sentence: str) -> str:
    """A sentence without paths: what the author calls ``${name}``."""
    if isinstance(sentence, Said):
        return sentence.mapped(spoken)
    return _PATH.sub(lambda found: "${" + found[0].rstrip("/").rpartition("/")[2] + "}", sentence)


def _expression(form: Form, shape: Shape, column: str, expression: str) -> Iterator[Problem]:
    def problem(severity: str, fault: str) -> Problem:
        return Problem(severity, spoken(of_question(column, shape.name, fault)), column=column, field=shape.name)

    try:
        tree = parse(expression)
    except ExpressionError as error:
        yield problem("error", said_by(error))
        return
    refused = call_errors(tree)
    if not refused:
        try:
            compile_tree(tree)
        except ExpressionError as error:
            refused.append(said_by(error))
    for sentence in refused:
        yield problem("error", sentence)
    for sentence in warnings_of(tree):
        yield problem("warning", sentence)
    excused = _read_whole(tree) | _of_candidates(tree)
    for path, target, predicated in readings(form, tree, shape):
        if target is None:
            last = next((step.name for step in reversed(path.steps) if step.kind == "child"), "")
            yield problem("error", say("there is no question “%(name)s”", name=last))
        elif not predicated and id(path) not in excused and column != "repeat_count" and _enters_repeat(target, shape):
            yield problem(
                "warning",
                say(
                    "%(name)s lies in a repeat and is read from outside it; say which row, or count or sum",
                    name=_name(target),
                ),
            )
    yield from (problem("warning", sentence) for sentence in _dates(form, tree, shape))


def of_question(column: str, name: str, fault: str) -> Said:
    """A fault in an expression, with the column and the question that it stands in."""
    return say("%(column)s of “%(name)s”: %(fault)s", column=column, name=name, fault=fault)


def call_errors(tree: Tree) -> list[str]:
    """Functions that do not exist or are given a wrong number of arguments."""
    found: list[str] = []
    for part in inside(tree):
        if not isinstance(part, Call):
            continue
        function = FUNCTIONS.get(part.name)
        if function is None:
            fault = say("there is no function %(name)s", name=called(part.name))
        elif refusal := function.refusal(len(part.arguments)):
            fault = say("%(name)s %(refusal)s", name=called(part.name), refusal=refusal)
        else:
            continue
        found.append(say("%(fault)s (character %(at)s)", fault=fault, at=part.at))
    return found


def warnings_of(tree: Tree) -> list[str]:
    """Patterns that will surprise."""
    found: list[str] = []
    for part in inside(tree):
        if isinstance(part, Call) and part.name == "regex" and len(part.arguments) == 2:
            pattern = part.arguments[1]
            if isinstance(pattern, Literal) and isinstance(pattern.value, str) and (sentence := advice(pattern.value)):
                found.append(sentence)
    return found


def _read_whole(tree: Tree) -> set[int]:
    """Paths that stand in a function which reads the whole repeat."""
    found: set[int] = set()
    for part in inside(tree):
        if isinstance(part, Call) and part.name in _WHOLE:
            found.update(id(below) for argument in part.arguments for below in inside(argument))
    return found


def _of_candidates(tree: Tree) -> set[int]:
    """Relative paths in predicates: they stand at the candidate, which is in the repeat itself."""
    return {
        id(below)
        for part in inside(tree)
        if isinstance(part, Path)
        for step in part.steps
        for predicate in step.predicates
        for below in inside(predicate)
        if isinstance(below, Path) and below.start == "here"
    }


def _enters_repeat(target: Shape, reader: Shape) -> bool:
    above: Shape | None = reader
    around = set()
    while above is not None:
        around.add(above.path)
        above = above.parent
    step: Shape | None = target
    while step is not None:
        if step.repeat is not None and step.path not in around:
            return True
        step = step.parent
    return False


def _dates(form: Form, tree: Tree, shape: Shape) -> Iterator[str]:
    targets = {id(path): target for path, target, _ in readings(form, tree, shape)}

    def is_moment(part: Tree) -> bool:
        if isinstance(part, Call):
            return part.name in _MOMENT_CALLS
        target = targets.get(id(part)) if isinstance(part, Path) else None
        return target is not None and target.type in _MOMENTS

    for part in inside(tree):
        if not isinstance(part, Binary) or part.rest[0][0] not in _COMPARISONS:
            continue
        sides = [part.first, *(operand for _, operand, _ in part.rest)]
        texts = [
            side.value for side in sides if isinstance(side, Literal) and isinstance(side.value, str) and side.value
        ]
        if texts and any(is_moment(side) for side in sides):
            yield say("a date is compared with the text '%(text)s'; write date('%(text)s')", text=texts[0])


def _list(form: Form, field: Field) -> Iterator[Problem]:
    if field.control not in {"select1", "select", "rank"}:
        return
    message = say("“%(name)s” has no choices to select from.", name=field.name)
    if field.itemset is None:
        if field.choices == ():
            yield Problem("error", message, column="type", field=field.name)
        return
    name = field.itemset.instance
    if name is None:
        return
    instance = form.instances.get(name)
    if instance is None:
        message = say(
            "“%(name)s” selects from “%(list)s”, a list that the form does not have.", name=field.name, list=name
        )
        yield Problem("error", message, column="type", field=field.name)
    elif not instance.source and not field.choices:
        yield Problem("error", message, column="type", field=field.name)


def _circles(form: Form) -> Iterator[Problem]:
    """Calculations and relevance that wait for one another."""
    edges: dict[str, list[str]] = {}
    column: dict[str, str] = {}
    for shape in form.shape.all():
        reads: list[str] = []
        for name, expression in expressions_of(shape):
            if name not in {"relevant", "calculation"}:
                continue
            column.setdefault(shape.path, name)
            for target in _direct(form, shape, expression):
                if target is not shape or name == "relevant":
                    reads.append(target.path)
        if shape.parent is not None:
            reads.append(shape.parent.path)
        edges[shape.path] = reads
    for found in circles_in(edges):
        first = next((path for path in found if path in column), found[0])
        names = [path.rpartition("/")[2] for path in found]
        yield Problem(
            "error", circle_sentence(names), column=column.get(first, "relevant"), field=first.rpartition("/")[2]
        )


def circles_in(edges: dict[str, list[str]]) -> Iterator[list[str]]:
    """The circles of a graph, each told once: what is found is cut before the next is looked for."""
    for _ in range(len(edges)):
        found = circle(edges)
        if found is None:
            return
        yield found
        for name in found:
            edges[name] = []


def circle_sentence(names: list[str]) -> str:
    """A circle as a sentence, in the author's names."""
    chain = " → ".join("${" + name + "}" for name in names)
    return say("These wait for one another and none can be answered: %(chain)s.", chain=chain)


def chosen_elsewhere(tree: Tree) -> set[int]:
    """Parts that stand where another row, or no answer at all, is asked for."""
    return {
        id(below)
        for part in inside(tree)
        if isinstance(part, Call) and part.name in {"indexed-repeat", "once", "position", "count"}
        for argument in part.arguments
        for below in inside(argument)
    }


def _direct(form: Form, shape: Shape, expression: str) -> list[Shape]:
    """What an expression reads now; a row chosen by index or predicate is another row."""
    try:
        tree = parse(expression)
    except ExpressionError:
        return []
    chosen = chosen_elsewhere(tree)
    return [
        target
        for path, target, predicated in readings(form, tree, shape)
        if target is not None and not predicated and id(path) not in chosen
    ]
