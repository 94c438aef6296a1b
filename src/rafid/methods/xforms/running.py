"""One pass over one submission: what its expressions may ask for, and what was found so far.

Everything that is computed once per pass lives here, so that judging costs in proportion to the nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rafid.methods.xforms.errors import ExpressionError, Unanswerable
from rafid.methods.xforms.nodes import Node, Nodes, table_tree
from rafid.methods.xforms.values import (
    Moment,
    Plain,
    Value,
    moment_of,
    moved_to,
    read_moment,
    to_bool,
    to_number,
    to_text,
    typed_value,
)

if TYPE_CHECKING:
    from rafid.methods.xforms.form import Form, Shape

Datasets = Mapping[str, "Node | Iterable[Mapping[str, Any]]"]
Closure = Callable[[Node, Node, "Run"], Value]


class Run:
    """``root``: the submission's tree; ``form`` gives types, relevance and lists; ``now`` is the clock."""

    def __init__(
        self,
        root: Node,
        form: Form | None = None,
        now: datetime | None = None,
        datasets: Datasets | None = None,
        version: str = "",
    ) -> None:
        self.root = root
        self.form = form
        self.datasets = datasets or {}
        self.version = version
        self.memo: dict[Any, Any] = {}
        self.counted = 0
        """How many candidates predicates have looked at: what tests of growth count."""
        self.place: tuple[int, int] | None = None
        """position() and last() of the predicate that is being answered, None outside of one."""
        self._now = now
        self._offset: int | bool | None = False
        self._tables: dict[str, Node] = {}
        self.shapes: dict[Node, Shape] = {}
        self.unanswered: dict[Node, str] = {}
        """Nodes whose relevance could not be answered, and why."""
        self._relevant: dict[Node, bool] = {}
        self._has_relevance = form is not None and form.has_relevance
        if form is not None:
            self._bind(root, form.shape)

    def _bind(self, root: Node, shape: Shape) -> None:
        shapes = self.shapes
        stack = [(root, shape)]
        while stack:
            node, known = stack.pop()
            shapes[node] = known
            below = known.children
            for child in node.children:
                found = below.get(child.name)
                if found is not None:
                    stack.append((child, found))
        if self.form is not None and self.form.shape is shape and self.form.long_chains:
            self._relevance_in_order()

    def _relevance_in_order(self) -> None:
        """A chain of thousands of questions that depend on one another is answered from its beginning, without recursion."""
        by_shape: dict[int, list[Node]] = {}
        for node, shape in self.shapes.items():
            by_shape.setdefault(id(shape), []).append(node)
        assert self.form is not None
        for shape in self.form.relevance_order:
            for node in by_shape.get(id(shape), ()):
                self.relevant(node)

    def bind_virtual(self, node: Node, shape: Shape) -> None:
        """A node that was not sent, so that its expressions can be asked."""
        self.shapes[node] = shape

    # What an answer is

    def value(self, node: Node) -> Plain:
        """A node's answer by the type of its question."""
        shape = self.shapes.get(node)
        if shape is None or not shape.typed:
            return node.text
        return typed_value(node.text, shape.type)

    def plain(self, value: Value) -> Plain:
        """A single value: of a list of nodes the first, '' when there is none."""
        if isinstance(value, list):
            return self.value(value[0]) if value else ""
        return value

    def all(self, value: Value) -> list[Plain]:
        """All values: of a list of nodes each, '' when there is none, so that a missing answer is an empty one."""
        if isinstance(value, list):
            return [self.value(node) for node in value] or [""]
        return [value]

    def text(self, value: Value) -> str:
        """As text."""
        return to_text(self.plain(value))

    def number(self, value: Value) -> float:
        """As number."""
        return to_number(self.plain(value))

    def truth(self, value: Value) -> bool:
        """As truth; of several nodes, whether any is true."""
        if value is True or value is False:
            return value
        if isinstance(value, list):
            return any(to_bool(self.value(node)) for node in value)
        return to_bool(value)

    # Relevance

    def relevant(self, node: Node) -> bool:
        """Whether a node counts: its own expression and those of all above it. A circle counts as relevant."""
        known = self._relevant.get(node)
        if known is not None:
            return known
        shape = self.shapes.get(node)
        if shape is None:
            return True
        self._relevant[node] = True
        found = node.parent is None or self.relevant(node.parent)
        if found and shape.relevant is not None and self.form is not None:
            found = self._own(node, shape.relevant, self.form)
        self._relevant[node] = found
        return found

    def _own(self, node: Node, expression: str, form: Form) -> bool:
        try:
            return self.truth(form.ask(expression, node, self))
        except ExpressionError as error:
            self.unanswered[node] = error.sentence
            # Said once as not_evaluated where the node itself is judged; an answer is never called irrelevant on a guess.
            return True

    def kept(self, nodes: list[Node]) -> Nodes:
        """The nodes that count."""
        if not self._has_relevance:
            return Nodes(nodes)
        known = self._relevant
        return Nodes([node for node in nodes if known.get(node) or self.relevant(node)])

    def steady(self, roots: tuple[str, ...]) -> bool:
        """Whether these absolute paths read the same wherever they stand: they pass no repeat of the form."""
        known: bool | None = self.memo.get(roots)
        if known is None:
            known = self.form is not None and not any(self.form.passes_repeat(path) for path in roots)
            self.memo[roots] = known
        return known

    # Lists

    def instance(self, name: str) -> Node:
        """The root element of a list: of the form's own, or of what was given. Raises ``Unanswerable``."""
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = self._find_instance(name)
        return found

    def _find_instance(self, name: str) -> Node:
        instance = self.form.instances.get(name) if self.form is not None else None
        keys = [name]
        if instance is not None and instance.source:
            file_name = instance.source.rpartition("/")[2]
            keys += [file_name, file_name.rpartition(".")[0]]
        else:
            keys += [f"{name}.csv"]
        for key in keys:
            if key in self.datasets:
                given = self.datasets[key]
                return given if isinstance(given, Node) else table_tree(given)
        if instance is not None and instance.root is not None:
            return instance.root
        raise Unanswerable(f"the list “{name}” was not given")

    # The clock

    def clock(self) -> Moment:
        """Now, on the wall of the phone: in the offset that the submission's first dateTime names."""
        if self._now is None:
            raise Unanswerable("no clock was given")
        return moved_to(moment_of(self._now), self.offset())

    def offset(self) -> int | None:
        """Minutes east of UTC of the phone; None when no answer tells."""
        if self._offset is False:
            self._offset = None
            for node in self.root.walk():
                text = node.text
                if len(text) > 18 and text[10] == "T" and (moment := read_moment(text)) and moment.offset is not None:
                    self._offset = moment.offset
                    break
        return self._offset if self._offset is not False else None
