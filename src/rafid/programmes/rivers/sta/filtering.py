"""``$filter`` and ``$orderby`` read into trees. Nothing here knows the database or what may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .errors import StaError, bad
from .lexing import Word, words

DEEPEST = 40
MOST_KEYS = 8

COMPARED = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
FUNCTIONS = {
    "contains": 2, "substringof": 2, "startswith": 2, "endswith": 2, "tolower": 1, "toupper": 1, "length": 1,
    "year": 1, "month": 1, "day": 1, "hour": 1, "now": 0, "geo.intersects": 2, "st_intersects": 2, "st_within": 2,
    "geo.distance": 2,
}  # fmt: skip
"""How many values each takes."""
WORDS = {"and", "or", "not", *COMPARED}


@dataclass(frozen=True)
class Literal:
    """``kind``: text, number, time, geometry, bool or null."""

    kind: str
    value: Any
    at: int


@dataclass(frozen=True)
class Path:
    """``Datastream/Thing/name``."""

    parts: tuple[str, ...]
    at: int


@dataclass(frozen=True)
class Call:
    name: str
    args: tuple[Any, ...]
    at: int


@dataclass(frozen=True)
class Compare:
    sign: str
    left: Any
    right: Any
    at: int


@dataclass(frozen=True)
class Both:
    """``word``: and, or."""

    word: str
    left: Any
    right: Any


@dataclass(frozen=True)
class Not:
    of: Any


@dataclass(frozen=True)
class Key:
    path: Path
    down: bool


def read_filter(text: str, where: str = "$filter") -> Any:
    """The tree of a filter. Raises :class:`StaError` 400 that says where and what to write."""
    reader = _Reader(words(text, where), where)
    tree = reader.either(0)
    reader.end()
    return tree


def read_order(text: str, where: str = "$orderby") -> tuple[Key, ...]:
    reader = _Reader(words(text, where), where)
    keys = [reader.key()]
    while reader.take("sign", ","):
        keys.append(reader.key())
    reader.end()
    if len(keys) > MOST_KEYS:
        raise bad(_("Order by eight properties at most."), where)
    return tuple(keys)


def conjuncts(tree: Any) -> list[Any]:
    """The parts that all must hold."""
    if isinstance(tree, Both) and tree.word == "and":
        return [*conjuncts(tree.left), *conjuncts(tree.right)]
    return [] if tree is None else [tree]


class _Reader:
    def __init__(self, found: list[Word], where: str) -> None:
        self.words, self.where, self.at = found, where, 0

    @property
    def next(self) -> Word:
        return self.words[self.at]

    def take(self, kind: str, *values: str) -> Word | None:
        word = self.next
        if word.kind != kind or (values and word.value not in values):
            return None
        self.at += 1
        return word

    def unread(self, wanted: str) -> StaError:
        word = self.next
        params = {"found": word.shown, "at": word.at, "wanted": wanted}
        said = (
            _("At position %(at)s the text ends; %(wanted)s is missing.")
            if word.kind == "end"
            else _("At position %(at)s stands “%(found)s”; %(wanted)s was expected.")
        )
        return bad(said % params, self.where, word.at)

    def end(self) -> None:
        if self.next.kind != "end":
            raise self.unread(_("“and”, “or” or the end"))

    def sign(self, value: str) -> None:
        if not self.take("sign", value):
            raise self.unread(f"“{value}”")

    def deeper(self, depth: int) -> int:
        if depth > DEEPEST:
            raise bad(_("This is nested too deeply. Write it more simply."), self.where, self.next.at)
        return depth + 1

    def either(self, depth: int) -> Any:
        depth = self.deeper(depth)
        left = self.both(depth)
        while self.take("name", "or"):
            left = Both("or", left, self.both(depth))
        return left

    def both(self, depth: int) -> Any:
        left = self.one(depth)
        while self.take("name", "and"):
            left = Both("and", left, self.one(depth))
        return left

    def one(self, depth: int) -> Any:
        depth = self.deeper(depth)
        if self.take("name", "not"):
            return Not(self.one(depth))
        if self.take("sign", "("):
            inner = self.either(depth)
            self.sign(")")
            # (result) gt 5 is written by some programs.
            return self.compared(inner, depth) if isinstance(inner, Literal | Path | Call) else inner
        return self.compared(self.operand(depth), depth)

    def compared(self, left: Any, depth: int) -> Any:
        sign = self.take("name", *COMPARED)
        if sign is None:
            return left
        return Compare(COMPARED[sign.value], left, self.operand(depth), sign.at)

    def operand(self, depth: int) -> Any:
        depth = self.deeper(depth)
        word = self.next
        if word.kind in ("text", "number", "time", "geometry", "uuid"):
            self.at += 1
            return Literal("text" if word.kind == "uuid" else word.kind, word.value, word.at)
        if word.kind == "sign" and word.value == "(":
            self.at += 1
            inner = self.operand(depth)
            self.sign(")")
            return inner
        if word.kind != "name" or word.value in WORDS:
            raise self.unread(_("a property or a value"))
        self.at += 1
        if word.value in ("true", "false"):
            return Literal("bool", word.value == "true", word.at)
        if word.value == "null":
            return Literal("null", None, word.at)
        if self.take("sign", "("):
            return self.call(word, depth)
        return Path(tuple(word.value.split("/")), word.at)

    def call(self, word: Word, depth: int) -> Call:
        name = word.value.lower()
        if name not in FUNCTIONS:
            raise bad(
                _("There is no function “%(name)s”. There are: %(all)s.")
                % {"name": word.shown, "all": ", ".join(sorted(FUNCTIONS))},
                self.where,
                word.at,
            )
        args: list[Any] = []
        if not self.take("sign", ")"):
            args.append(self.operand(depth))
            while self.take("sign", ","):
                args.append(self.operand(depth))
            self.sign(")")
        if len(args) != FUNCTIONS[name]:
            raise bad(
                _("%(name)s takes %(count)s values.") % {"name": name, "count": FUNCTIONS[name]}, self.where, word.at
            )
        return Call(name, tuple(args), word.at)

    def key(self) -> Key:
        word = self.take("name")
        if word is None:
            raise self.unread(_("a property"))
        way = self.take("name", "asc", "desc")
        return Key(Path(tuple(word.value.split("/")), word.at), bool(way and way.value == "desc"))
