"""Cuts an expression into tokens, each with the character where it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rafid.methods.xforms.errors import ExpressionError
from rafid.methods.xforms.said import say

OPERATOR_NAMES: Final = frozenset({"and", "or", "div", "mod"})
# An expression longer than this is no expression of a person.
LONGEST: Final = 100_000

# Names may hold - and . and one colon; letters of any alphabet.
_NAME: Final = r"[^\W\d][\w.\-·]*"
_TOKEN: Final = re.compile(
    rf"""(?P<white>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<reference>\$\{{[^}}]*\}})
    |(?P<name>{_NAME}(?::(?!:){_NAME})?)
    |(?P<sign>\.\.|::|//|!=|<=|>=|==|&&|\|\||[-+*/=<>|()\[\],.@])
    """,
    re.VERBOSE,
)
_WRONG: Final = {
    "==": say("“==” is not an operator here; write “=”"),
    "&&": say("“&&” is not an operator here; write “and”"),
    "||": say("“||” is not an operator here; write “or”"),
    "//": say("“//” is not taken; write the whole path"),
    "::": say("axes with “::” are not taken; write a plain path"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: number, text, reference, name, sign, operator or end; ``at``: character from 1."""

    kind: str
    text: str
    at: int


def tokens_of(expression: str) -> list[Token]:
    """The tokens, with ``*``, and, or, div, mod as operators only after an operand. Raises ``ExpressionError``."""
    if len(expression) > LONGEST:
        raise ExpressionError(say("the expression has more than %(most)s characters", most=LONGEST))
    found: list[Token] = []
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        at = position + 1
        if match is None:
            sign = expression[position]
            if sign in "'\"":
                raise ExpressionError(say("a quotation mark is opened and not closed"), at)
            if sign in "‘’“”":
                raise ExpressionError(say("“%(sign)s” is a printed quotation mark; write ' or \"", sign=sign), at)
            if expression.startswith("${", position):
                raise ExpressionError(say("“${” is opened and not closed"), at)
            raise ExpressionError(say("“%(sign)s” has no meaning here", sign=sign), at)
        position = match.end()
        kind = match.lastgroup or ""
        text = match.group()
        if kind == "white":
            continue
        if kind == "sign" and text in _WRONG:
            raise ExpressionError(_WRONG[text], at)
        if _after_operand(found) and (text == "*" or (kind == "name" and text in OPERATOR_NAMES)):
            kind = "operator"
        found.append(Token(kind, text, at))
    found.append(Token("end", "", len(expression) + 1))
    return found


def _after_operand(found: list[Token]) -> bool:
    """XPath 1.0, section 3.7: after an operand a name or * can only be an operator."""
    if not found:
        return False
    last = found[-1]
    if last.kind == "operator":
        return False
    if last.kind == "sign":
        return last.text in {")", "]", ".", ".."}
    return True
