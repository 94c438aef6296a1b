"""A submission judged by its form's own rules: what would a phone have refused, asked or reckoned otherwise.

Nothing is thrown away for it: each finding is kept beside the answer for a person to look at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from rafid.methods.xforms import geometry
from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.form import Field, Form, Repeat, Shape
from rafid.methods.xforms.functions import FUNCTIONS
from rafid.methods.xforms.grammar import Call, Literal, inside, parse
from rafid.methods.xforms.nodes import ListTop, Node
from rafid.methods.xforms.reading import Submission
from rafid.methods.xforms.running import Datasets, Run
from rafid.methods.xforms.values import Moment, Plain, number_to_text, read_decimal, read_moment, to_text

_CLOSE: Final = 1e-9
# Collect measures distances by the law of cosines, which loses digits on short ways.
_MEASURED_CLOSE: Final = 1e-4
_MEASURES: Final = frozenset({"distance", "area", "enclosed-area"})
_CURVES: Final = frozenset(
    {"sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "exp10", "log", "log10", "pow"}
)


@dataclass(frozen=True)
class Finding:
    """``kind``: irrelevant_answer, required, wrong_type, unknown_choice, choice_not_in_filter, constraint,
    calculation_mismatch, unknown_field, repeat_count or not_evaluated. ``path`` has a position in every repeat, ``field`` has
    none. ``value``: what was sent; ``expected``: what should stand there, or why it could not be evaluated."""

    kind: str
    path: str
    field: str
    value: str | None = None
    expected: str | None = None


def validate_submission(
    form: Form, submission: Submission, *, now: datetime | None = None, datasets: Datasets | None = None
) -> list[Finding]:
    """All findings in document order.

    ``now``: the clock that ``today()`` and ``now()`` read; without it an expression that asks for it is ``not_evaluated``.
    ``datasets``: lists by name, each an iterable of mappings from column to text (or the ``Node`` that ``table_tree`` makes of
    them, which saves work when many submissions are judged). Never raises for data. An encrypted submission is not judged.
    Source: forms specification, "Judging"; W3C XForms 1.0 model item properties.
    """
    if submission.encrypted:
        return []
    run = Run(submission.root, form, now, datasets, submission.version)
    if submission.root.name != form.shape.name:
        root = submission.root
        return [Finding("unknown_field", f"/{root.name}", f"/{root.name}", root.text or None)]
    judge = _Judge(form, run)
    judge.below(submission.root, form.shape, f"/{submission.root.name}")
    return judge.findings


class _Judge:
    def __init__(self, form: Form, run: Run) -> None:
        self.form = form
        self.run = run
        self.findings: list[Finding] = []

    def find(self, kind: str, path: str, field: str, value: str | None = None, expected: str | None = None) -> None:
        self.findings.append(Finding(kind, path, field, value, expected))

    def below(self, node: Node, shape: Shape, path: str) -> None:
        """What stands below a node, in document order; what is missing comes where the form has it. Reading bounds depth."""
        order = shape.order
        known = list(shape.children.values())
        present = {child.name for child in node.children}
        counted: set[str] = set()
        upto = 0
        for child in node.children:
            below = shape.children.get(child.name)
            top_meta = node.parent is None and child.name == "meta"
            if below is None:
                if not top_meta:
                    self.find(
                        "unknown_field", self.beside(path, child), f"{shape.path}/{child.name}", child.text or None
                    )
                continue
            number = order[child.name]
            while upto < number:
                if known[upto].name not in present:
                    self.missing(node, known[upto], path)
                upto += 1
            upto = max(upto, number)
            if top_meta:
                continue
            if below.repeat is not None:
                if below.repeat.count is not None and child.name not in counted:
                    counted.add(child.name)
                    self.count(node, below, below.repeat, path)
                self.at(child, below, f"{path}/{child.name}[{child.position}]")
            elif child.position > 1:
                self.find("unknown_field", self.beside(path, child), below.path, child.text or None)
            else:
                self.at(child, below, f"{path}/{child.name}")
        for below in known[upto:]:
            if below.name not in present:
                self.missing(node, below, path)

    @staticmethod
    def beside(path: str, child: Node) -> str:
        assert child.parent is not None
        many = child.position > 1 or len(child.parent.named(child.name)) > 1
        return f"{path}/{child.name}[{child.position}]" if many else f"{path}/{child.name}"

    def missing(self, parent: Node, shape: Shape, path: str) -> None:
        if parent.parent is None and shape.name == "meta":
            return
        if shape.repeat is not None:
            if shape.repeat.count is not None:
                self.count(parent, shape, shape.repeat, path)
            return
        node = Node(shape.name, "", parent)
        self.run.bind_virtual(node, shape)
        self.at(node, shape, f"{path}/{shape.name}")

    def count(self, parent: Node, shape: Shape, repeat: Repeat, path: str) -> None:
        """A fixed number of instances that is not met."""
        assert repeat.count is not None
        instances = parent.named(shape.name)
        asker = instances[0] if instances else Node(shape.name, "", parent)
        if not instances:
            self.run.bind_virtual(asker, shape)
        if not self.run.relevant(asker):
            return
        place = f"{path}/{shape.name}"
        try:
            wanted = self.run.number(self.form.ask(repeat.count, asker, self.run))
        except ExpressionError as error:
            self.find("not_evaluated", place, shape.path, None, error.sentence)
            return
        if math.isnan(wanted) or math.isinf(wanted):
            return
        whole = max(0, math.trunc(wanted))
        if whole != len(instances):
            self.find("repeat_count", place, shape.path, str(len(instances)), str(whole))

    def at(self, node: Node, shape: Shape, path: str) -> None:
        relevant = self.run.relevant(node)
        if node in self.run.unanswered:
            self.find("not_evaluated", path, shape.path, node.text or None, self.run.unanswered[node])
        if not relevant:
            self.irrelevant(node, shape, path)
        elif shape.field is None:
            self.below(node, shape, path)
        else:
            self.answer(node, shape.field, path)

    def irrelevant(self, node: Node, shape: Shape, path: str) -> None:
        """Every answer below what is not relevant; nothing else is judged there."""
        if shape.field is not None:
            if node.text:
                self.find("irrelevant_answer", path, shape.path, node.text)
            return
        for child in node.children:
            below = shape.children.get(child.name)
            if below is None:
                self.find("unknown_field", self.beside(path, child), f"{shape.path}/{child.name}", child.text or None)
            elif below.repeat is not None:
                self.irrelevant(child, below, f"{path}/{child.name}[{child.position}]")
            else:
                self.irrelevant(child, below, f"{path}/{child.name}")

    def answer(self, node: Node, field: Field, path: str) -> None:
        text = node.text
        for child in node.children:
            self.find("unknown_field", f"{path}/{child.name}", f"{field.path}/{child.name}", child.text or None)
        unanswered: str | None = None
        fits = not text or _fits(text, field.type)
        try:
            if not text:
                if field.required is not None and self.truth(field.required, node):
                    self.find("required", path, field.path)
                    return
            elif not fits:
                self.find("wrong_type", path, field.path, text, field.type)
            elif (chosen := self.choice(node, field)) is not None:
                self.find(chosen, path, field.path, text)
        except ExpressionError as error:
            unanswered = error.sentence
        try:
            if text and field.constraint is not None and fits and not self.truth(field.constraint, node):
                self.find("constraint", path, field.path, text)
        except ExpressionError as error:
            unanswered = unanswered or error.sentence
        if unanswered is not None:
            self.find("not_evaluated", path, field.path, text or None, unanswered)
        if field.calculate is not None and repeatable(field.calculate):
            try:
                expected = self.run.plain(self.form.ask(field.calculate, node, self.run))
            except ExpressionError as error:
                self.find("not_evaluated", path, field.path, text or None, error.sentence)
                return
            if not _same(text, expected, field.type, _closeness(field.calculate)):
                self.find("calculation_mismatch", path, field.path, text, _written(expected))

    def truth(self, expression: str, node: Node) -> bool:
        return self.run.truth(self.form.ask(expression, node, self.run))

    # Choices

    def choice(self, node: Node, field: Field) -> str | None:
        """Whether an answer is in its list, and in the part of it that was offered here."""
        if field.itemset is None:
            if field.choices is None:
                return None
            offered = self.offered(field)
            return None if all(value in offered for value in _chosen(node.text, field.type)) else "unknown_choice"
        chosen = _chosen(node.text, field.type)
        every = self.every(node, field)
        if any(value not in every for value in chosen):
            return "unknown_choice"
        if not field.itemset.filtered:
            return None
        listed = self.form.ask(field.itemset.nodeset, node, self.run)
        if not isinstance(listed, list):
            return None
        wanted = set(chosen)
        for item in listed:
            wanted.difference_update(_value(item, field.itemset.value))
            if not wanted:
                return None
        return "choice_not_in_filter"

    def offered(self, field: Field) -> set[str]:
        """The values of a list that stands in the form."""
        known: dict[str, set[str]] = self.form.made("choices", dict)
        if field.path not in known:
            known[field.path] = {choice.value for choice in field.choices or ()}
        return known[field.path]

    def every(self, node: Node, field: Field) -> set[str]:
        """All values of a list, whatever its filter says."""
        assert field.itemset is not None
        itemset = field.itemset
        if field.choices is not None:
            return self.offered(field)
        key = ("every", itemset.every, itemset.value)
        store: dict[Any, Any] = self.run.memo
        if itemset.instance is not None and isinstance(top := self.run.instance(itemset.instance).parent, ListTop):
            store = top.memo
        if itemset.instance is not None and key in store:
            kept: set[str] = store[key]
            return kept
        items = self.form.ask(itemset.every, node, self.run)
        values = {text for item in items for text in _value(item, itemset.value)} if isinstance(items, list) else set()
        store[key] = values
        return values


def _chosen(text: str, kind: str) -> list[str]:
    return [text] if kind == "select_one" else text.split()


def _value(item: Node, reference: str) -> list[str]:
    nodes = [item]
    for name in reference.split("/"):
        if name not in ("", "."):
            nodes = [below for node in nodes for below in node.named(name)]
    return [node.text for node in nodes]


# Types


def _fits(text: str, kind: str) -> bool:
    if kind == "int":
        digits = text.strip()
        digits = digits[1:] if digits[:1] == "-" else digits
        return digits.isascii() and digits.isdigit()
    if kind == "decimal":
        return read_decimal(text) is not None
    if kind in {"date", "time", "dateTime"}:
        return read_moment(text, kind) is not None
    if kind == "geopoint":
        return geometry.read_point(text) is not None
    if kind in {"geotrace", "geoshape"}:
        return geometry.read_line(text, closed=kind == "geoshape") is not None
    if kind == "boolean":
        return text in {"true", "false", "1", "0"}
    return True


# Calculations


@lru_cache(maxsize=8192)
def repeatable(expression: str) -> bool:
    """Whether a calculation gives the same again: no clock, no chance, nothing of the device: its language, or what was
    saved on it last."""
    try:
        parts = list(inside(parse(expression)))
    except ExpressionError:
        return True
    for part in parts:
        if isinstance(part, Call):
            function = FUNCTIONS.get(part.name)
            if function is not None and function.restless:
                return False
            first = part.arguments[0] if part.arguments else None
            if part.name == "instance" and isinstance(first, Literal) and first.value == "__last-saved":
                return False
            if part.name in {"format-date", "format-date-time"}:
                pattern = part.arguments[1] if len(part.arguments) > 1 else None
                # Names of months and days come in the phone's language.
                if not isinstance(pattern, Literal) or any(
                    code in str(pattern.value) for code in ("%a", "%b", "%W", "%w")
                ):
                    return False
    return True


@lru_cache(maxsize=8192)
def _closeness(expression: str) -> float:
    try:
        names = {part.name for part in inside(parse(expression)) if isinstance(part, Call)}
    except ExpressionError:
        return _CLOSE
    return _MEASURED_CLOSE if names & _MEASURES else _CLOSE


def _same(sent: str, expected: Plain, kind: str, close: float) -> bool:
    if isinstance(expected, str) and sent == expected:
        return True
    if isinstance(expected, float) and math.isnan(expected):
        return sent in ("", "NaN")
    if isinstance(expected, Moment):
        return _same_moment(sent, expected, kind)
    if isinstance(expected, bool):
        return sent in (("true", "1") if expected else ("false", "0"))
    there = read_decimal(sent)
    here = expected if isinstance(expected, float) else read_decimal(expected)
    if there is not None and here is not None:
        if kind == "int":
            here = float(math.trunc(here))
        return abs(there - here) <= close * max(1.0, abs(there), abs(here)) or there == here
    return sent == to_text(expected) or (expected == "NaN" and not sent)


def _same_moment(sent: str, expected: Moment, kind: str) -> bool:
    if sent == expected.text:
        return True
    there = read_moment(sent, "date dateTime time")
    if there is None:
        number = read_decimal(sent)
        return number is not None and number == expected.days
    if there.kind == "date" or expected.kind == "date" or kind == "date":
        return there.wall.date() == expected.wall.date()
    return there.wall.replace(microsecond=0) == expected.wall.replace(microsecond=0)


def _written(expected: Plain) -> str:
    if isinstance(expected, float):
        return "" if math.isnan(expected) else number_to_text(expected)
    return to_text(expected)
