"""A form definition as the rest of the package needs it: fields, repeats, lists, and each expression compiled once.

``parse_form`` in ``definition`` makes it. It can be pickled; what was compiled is made anew where it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from rafid.methods.xforms.compiling import compile_tree
from rafid.methods.xforms.entities import Declaration
from rafid.methods.xforms.errors import ExpressionError, Unanswerable
from rafid.methods.xforms.grammar import parse
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.values import Value

if TYPE_CHECKING:
    from rafid.methods.xforms.running import Closure, Run

TYPED: Final = frozenset({"int", "decimal", "date", "dateTime", "time", "boolean"})
ITEM: Final = ("severity", "sop", "evidence")
"""Columns ``bind::rafid:…`` of a question that is an item of a checklist: how grave a "no" is, which rule of the procedures it
asks for, and whether a "no" needs a picture."""
_LONG_CHAIN: Final = 100


@dataclass(frozen=True)
class Choice:
    """One choice of a list; ``label``: language → text."""

    value: str
    label: Mapping[str, str]


@dataclass(frozen=True)
class Itemset:
    """Choices that come from a list: ``nodeset`` as in the form, with its filter; ``every`` the same without filter; names of
    the list's columns for value and label. ``instance``: the list's name, None for answers of this very submission."""

    nodeset: str
    every: str
    value: str
    label: str
    instance: str | None
    filtered: bool


@dataclass(frozen=True)
class Field:
    """One question or calculation. ``type``: as in the XForm (int, decimal, string, date, geopoint, binary …), for selections
    select_one, select_multiple or rank. ``repeat``: path of the innermost repeat around it. Expressions are the form's own
    text. ``choices``: the whole list where the form holds it. ``label``: language → text, ``default`` where there is one.
    ``own``: what the author wrote of it as an item of a checklist (``ITEM``)."""

    path: str
    name: str
    type: str
    repeat: str | None = None
    relevant: str | None = None
    constraint: str | None = None
    required: str | None = None
    calculate: str | None = None
    choices: tuple[Choice, ...] | None = None
    itemset: Itemset | None = None
    label: Mapping[str, str] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)
    constraint_message: Mapping[str, str] = field(default_factory=dict)
    required_message: Mapping[str, str] = field(default_factory=dict)
    readonly: str | None = None
    default: str = ""
    control: str = ""
    media_type: str = ""
    appearance: str = ""
    preload: str = ""
    sensitivity: str = ""
    role: str = ""
    save_to: str = ""
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A group that is no repeat."""

    path: str
    name: str
    relevant: str | None = None
    label: Mapping[str, str] = field(default_factory=dict)
    appearance: str = ""


@dataclass(frozen=True)
class Repeat:
    """``table``: its path below the root with dots; ``parent``: path of the repeat around it; ``count``: the expression that
    fixes how many there are."""

    path: str
    name: str
    table: str
    parent: str | None = None
    count: str | None = None
    relevant: str | None = None
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Instance:
    """A list. ``source``: where it comes from (``jr://file-csv/sites.csv``), '' when the form holds it in ``root``."""

    name: str
    source: str
    root: Node | None


class Shape:
    """One element of the form's main instance: what may stand there, and its expressions."""

    __slots__ = ("_order", "children", "field", "kind", "name", "parent", "path", "relevant", "repeat", "type", "typed")

    def __init__(self, name: str, path: str, parent: Shape | None) -> None:
        self.name = name
        self.path = path
        self.parent = parent
        self.children: dict[str, Shape] = {}
        self._order: dict[str, int] | None = None
        self.kind = "group"
        self.type = ""
        self.typed = False
        self.relevant: str | None = None
        self.field: Field | None = None
        self.repeat: Repeat | None = None

    @property
    def order(self) -> dict[str, int]:
        """Where each name below stands, from 0."""
        if self._order is None:
            self._order = {name: number for number, name in enumerate(self.children)}
        return self._order

    def all(self) -> list[Shape]:
        """This shape and all below, in document order."""
        found: list[Shape] = []
        stack = [self]
        while stack:
            shape = stack.pop()
            found.append(shape)
            stack.extend(reversed(shape.children.values()))
        return found


@dataclass(frozen=True, eq=False)
class Form:
    """``fields`` in document order, those of ``meta`` left out; ``languages`` as the form names them; ``public_key`` when
    submissions come encrypted."""

    form_id: str
    version: str
    title: str
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    repeats: tuple[Repeat, ...]
    instances: Mapping[str, Instance]
    languages: tuple[str, ...]
    default_language: str
    public_key: str | None
    instance_name: str | None
    shape: Shape
    texts: Mapping[str, Mapping[str, str]]
    """Language → text id → text."""
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Path → expressions that set a value once: at the first load, in a new row, or when a trigger changes."""
    entities: tuple[Declaration, ...] = ()
    """Lists of things that submissions of this form add to or change."""
    faults: tuple[tuple[str, str], ...] = ()
    """Name and sentence of what is wrong in the definition's structure; ``check_form`` tells it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_made", {})
        object.__setattr__(self, "closures", {})

    def __getstate__(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def made(self, key: str, make: Any) -> Any:
        """What is made once and kept beside the definition."""
        made: dict[str, Any] = self._made  # type: ignore[attr-defined]
        if key not in made:
            made[key] = make()
        return made[key]

    # Expressions

    def ask(self, expression: str, node: Node, run: Run) -> Value:
        """An expression's answer at a node. Raises ``ExpressionError`` only."""
        return answer_of(self.closure(expression), node, run)

    def closure(self, expression: str) -> Closure:
        """The compiled expression; one that cannot be read raises when it is asked."""
        compiled: dict[str, Closure] = self.closures  # type: ignore[attr-defined]
        found = compiled.get(expression)
        if found is None:
            found = compiled[expression] = _compiled(expression)
        return found

    @property
    def has_relevance(self) -> bool:
        """Whether anything can be irrelevant."""
        return bool(self.made("has_relevance", lambda: any(shape.relevant for shape in self.shape.all())))

    @property
    def long_chains(self) -> bool:
        """Whether relevance may go through so many questions that recursion would be too deep."""
        return bool(
            self.made("long_chains", lambda: sum(1 for shape in self.shape.all() if shape.relevant) > _LONG_CHAIN)
        )

    @property
    def relevance_order(self) -> list[Shape]:
        """Shapes with relevance, each after those that it reads."""
        from rafid.methods.xforms.dependencies import relevance_order

        order: list[Shape] = self.made("relevance_order", lambda: relevance_order(self))
        return order

    # Places

    def shape_at(self, path: str) -> Shape | None:
        """The shape at an absolute path without positions."""
        index: dict[str, Shape] = self.made("shapes", lambda: {shape.path: shape for shape in self.shape.all()})
        return index.get(path)

    def passes_repeat(self, path: str) -> bool:
        """Whether a path leads through or to a repeat; also true for one that the form does not have."""
        known: dict[str, bool] = self.made("repeat_paths", dict)
        if path not in known:
            shape = self.shape_at(path)
            known[path] = True
            while shape is not None and shape.repeat is None:
                shape = shape.parent
                known[path] = shape is not None
        return known[path]

    # Lists

    def choice_label(self, path: str, value: str) -> str | None:
        """The label of a question's choice in the first language; None when the question has no list here."""
        shape = self.shape_at(path)
        if shape is None or shape.field is None or shape.field.choices is None:
            return None
        labels: dict[str, dict[str, str]] = self.made("choice_labels", dict)
        if path not in labels:
            labels[path] = {
                choice.value: choice.label.get(self.default_language) or next(iter(choice.label.values()), choice.value)
                for choice in shape.field.choices
            }
        return labels[path].get(value, "")

    def translation(self, text_id: str) -> str:
        """A text in the first language, '' when there is none."""
        return self.texts.get(self.default_language, {}).get(text_id, "")


def _compiled(expression: str) -> Closure:
    try:
        return compile_tree(parse(expression))
    except ExpressionError as error:
        sentence, at = error.sentence, error.at

        def refuse(here: Node, current: Node, run: Run) -> Value:
            raise ExpressionError(sentence, at)

        return refuse


def answer_of(closure: Closure, node: Node, run: Run) -> Value:
    """Asks a closure; whatever an answer could provoke in reckoning becomes an ``ExpressionError``."""
    try:
        return closure(node, node, run)
    except ExpressionError:
        raise
    except RecursionError:
        raise Unanswerable("the questions depend on one another through too many others") from None
    except (ArithmeticError, ValueError) as error:
        raise Unanswerable(f"it cannot be reckoned: {error}") from None
