"""From tokens to a tree, by the precedence of XPath 1.0: or, and, = !=, < <= > >=, + -, * div mod, minus, |.

Nothing recurses deeper than ``DEEPEST`` brackets or predicates, whatever is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.lexing import Token, tokens_of
from rafid.methods.xforms.said import called, say

DEEPEST: Final = 100


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a text."""

    value: float | str
    at: int


@dataclass(frozen=True, slots=True)
class Negate:
    """A minus before an operand."""

    operand: Tree
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands; ``rest`` keeps a long chain of the same level flat: a + b + c is (a, (+ b), (+ c))."""

    first: Tree
    rest: tuple[tuple[str, Tree, int], ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    arguments: tuple[Tree, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Step:
    """``kind``: child, self, parent or attribute; ``name`` may be ``*``."""

    kind: str
    name: str
    predicates: tuple[Tree, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """``start``: 'root' (begins with /), 'here' (relative) or an expression whose nodes it begins at."""

    start: str | Tree
    steps: tuple[Step, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Reference:
    """``${name}`` as an author writes it; never in an XForm."""

    name: str
    at: int


Tree = Literal | Negate | Binary | Call | Path | Reference

_LEVELS: Final = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_LEVEL_OF: Final = {operator: level for level, operators in enumerate(_LEVELS) for operator in operators}


def parse(expression: str, *, references: bool = False) -> Tree:
    """The tree of an expression; with ``references`` also ``${name}``. Raises ``ExpressionError``: what, at which character."""
    return _Parser(tokens_of(expression), references).whole()


def inside(tree: Tree) -> Iterator[Tree]:
    """A tree and all trees in it, those in predicates too."""
    stack: list[Tree] = [tree]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(parts_of(part)))


def parts_of(tree: Tree) -> list[Tree]:
    """The trees right below."""
    if isinstance(tree, Negate):
        return [tree.operand]
    if isinstance(tree, Binary):
        return [tree.first, *(operand for _, operand, _ in tree.rest)]
    if isinstance(tree, Call):
        return list(tree.arguments)
    if isinstance(tree, Path):
        start = [] if isinstance(tree.start, str) else [tree.start]
        return start + [predicate for step in tree.steps for predicate in step.predicates]
    return []


class _Parser:
    def __init__(self, tokens: list[Token], references: bool) -> None:
        self.tokens = tokens
        self.references = references
        self.next = 0
        self.depth = 0

    def whole(self) -> Tree:
        if self.tokens[0].kind == "end":
            raise ExpressionError(say("the expression is empty"), 1)
        tree = self.binary(0)
        token = self.tokens[self.next]
        if token.kind != "end":
            self.refuse(token)
        return tree

    def refuse(self, token: Token) -> None:
        if token.kind == "end":
            raise ExpressionError(say("the expression ends too early"), token.at)
        if token.text in {")", "]"}:
            raise ExpressionError(say("“%(sign)s” closes a bracket that is not open", sign=token.text), token.at)
        raise ExpressionError(say("“%(sign)s” is not expected here", sign=token.text), token.at)

    def deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(say("brackets are nested deeper than %(most)s", most=DEEPEST), at)

    def takes(self, text: str) -> Token | None:
        token = self.tokens[self.next]
        if token.text == text and token.kind in {"sign", "operator"}:
            self.next += 1
            return token
        return None

    def closes(self, text: str, opened: int) -> None:
        token = self.tokens[self.next]
        if token.kind == "sign" and token.text == text:
            self.next += 1
        elif token.kind == "end":
            raise ExpressionError(
                say("a bracket is opened at character %(opened)s and not closed", opened=opened), token.at
            )
        else:
            self.refuse(token)

    def binary(self, lowest: int) -> Tree:
        """Precedence climbing: a bracket costs few frames, and a long chain none."""
        tree = self.operand()
        while True:
            level = self.level()
            if level < lowest:
                return tree
            rest: list[tuple[str, Tree, int]] = []
            while self.level() == level:
                token = self.tokens[self.next]
                self.next += 1
                rest.append((token.text, self.binary(level + 1), token.at))
            tree = Binary(tree, tuple(rest), rest[0][2])

    def level(self) -> int:
        token = self.tokens[self.next]
        return _LEVEL_OF.get(token.text, -1) if token.kind in {"sign", "operator"} else -1

    def operand(self) -> Tree:
        minus = 0
        at = self.tokens[self.next].at
        while self.takes("-"):
            minus += 1
        tree = self.path()
        rest: list[tuple[str, Tree, int]] = []
        while token := self.takes("|"):
            rest.append(("|", self.path(), token.at))
        if rest:
            tree = Binary(tree, tuple(rest), rest[0][2])
        # Two minuses undo one another except for turning a text into a number.
        for _ in range(minus if minus < 2 else 2 - minus % 2):
            tree = Negate(tree, at)
        return tree

    def path(self) -> Tree:
        token = self.tokens[self.next]
        after = self.tokens[min(self.next + 1, len(self.tokens) - 1)]
        if token.kind == "sign" and token.text == "/":
            self.next += 1
            return Path("root", self.steps(needed=self.begins_step()), token.at)
        is_call = (
            token.kind == "name" and after.text == "(" and after.kind == "sign" and token.text not in {"node", "text"}
        )
        if is_call or token.kind in {"number", "text", "reference"} or (token.kind == "sign" and token.text == "("):
            return self.filtered()
        if self.begins_step():
            return Path("here", self.steps(needed=True), token.at)
        self.refuse(token)
        raise AssertionError

    def begins_step(self) -> bool:
        token = self.tokens[self.next]
        return token.kind == "name" or (token.kind == "sign" and token.text in {".", "..", "@", "*"})

    def filtered(self) -> Tree:
        token = self.tokens[self.next]
        start = self.primary()
        predicates = self.predicates()
        steps: tuple[Step, ...] = ()
        if predicates:
            steps = (Step("self", ".", predicates, token.at),)
        if self.takes("/"):
            steps += self.steps(needed=True)
        return Path(start, steps, token.at) if steps else start

    def primary(self) -> Tree:
        token = self.tokens[self.next]
        self.next += 1
        if token.kind == "number":
            return Literal(float(token.text) if len(token.text) < 400 else float("nan"), token.at)
        if token.kind == "text":
            return Literal(token.text[1:-1], token.at)
        if token.kind == "reference":
            if not self.references:
                raise ExpressionError(say("“${…}” is written in an XLSForm; here a path is needed"), token.at)
            return Reference(token.text[2:-1].strip(), token.at)
        if token.kind == "name":
            return self.call(token)
        self.deeper(token.at)
        tree = self.binary(0)
        self.closes(")", token.at)
        self.depth -= 1
        return tree

    def call(self, name: Token) -> Tree:
        opened = self.tokens[self.next].at
        self.next += 1
        self.deeper(opened)
        arguments: list[Tree] = []
        if not self.takes(")"):
            while True:
                arguments.append(self.binary(0))
                if not self.takes(","):
                    break
            self.closes(")", opened)
        self.depth -= 1
        return Call(name.text, tuple(arguments), name.at)

    def steps(self, *, needed: bool) -> tuple[Step, ...]:
        if not needed:
            return ()
        found = [self.step()]
        while self.takes("/"):
            found.append(self.step())
        return tuple(found)

    def step(self) -> Step:
        token = self.tokens[self.next]
        self.next += 1
        if token.kind == "sign" and token.text in {".", ".."}:
            kind = "self" if token.text == "." else "parent"
            return Step(kind, token.text, self.predicates(), token.at)
        if token.kind == "sign" and token.text == "@":
            name = self.tokens[self.next]
            if name.kind != "name":
                self.refuse(name)
            self.next += 1
            return Step("attribute", name.text.rpartition(":")[2], self.predicates(), token.at)
        if token.kind == "name" or (token.kind == "sign" and token.text == "*"):
            if token.text == "node" and self.takes("("):
                self.closes(")", token.at)
                return Step("child", "*", self.predicates(), token.at)
            after = self.tokens[self.next]
            if after.kind == "sign" and after.text == "(":
                raise ExpressionError(say("%(name)s cannot stand within a path", name=called(token.text)), token.at)
            return Step("child", token.text.rpartition(":")[2], self.predicates(), token.at)
        self.next -= 1
        self.refuse(token)
        raise AssertionError

    def predicates(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while opened := self.takes("["):
            self.deeper(opened.at)
            found.append(self.binary(0))
            self.closes("]", opened.at)
            self.depth -= 1
        return tuple(found)
