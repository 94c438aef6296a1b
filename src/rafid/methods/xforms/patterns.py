"""Patterns that form authors wrote, matched in time that grows with the text and not with the pattern's malice.

Authors write for Java's engine (Collect). RE2 takes the same syntax but for what cannot be matched in linear time
(look-around, back-references, possessive repetition); Java's names of classes are translated; the rest is refused, never
guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from rafid.methods.xforms.said import said_by, say

LONGEST_PATTERN: Final = 2_000
LONGEST_TEXT: Final = 1_000_000
_MEMORY: Final = 8 << 20

# Java's names for what RE2 calls otherwise, as they stand within a class.
_JAVA: Final = {
    "Alpha": "A-Za-z", "Digit": "0-9", "Alnum": "A-Za-z0-9", "Upper": "A-Z", "Lower": "a-z", "Punct": "[:punct:]",
    "Space": r"\s", "XDigit": "0-9A-Fa-f", "ASCII": "[:ascii:]", "IsArabic": r"\p{Arabic}", "IsLatin": r"\p{Latin}",
    "InArabic": "\u0600-\u06ff", "InARABIC": "\u0600-\u06ff", "IsAlphabetic": r"\p{L}", "IsLetter": r"\p{L}",
    "IsDigit": r"\p{Nd}", "IsL": r"\p{L}", "IsN": r"\p{N}",
}  # fmt: skip
_PIECE: Final = re.compile(r"\\p\{(\w+)\}|\\.|\[\^?\]?|\]|&&|.", re.DOTALL)
_COSTLY: Final = re.compile(r"[+*}]\)[+*{]")


class PatternError(ValueError):
    """The pattern cannot be used; the sentence says why."""


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> Any:
    """The pattern ready to match. Raises ``PatternError``."""
    import re2

    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(say("the pattern has more than %(most)s characters", most=LONGEST_PATTERN))
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(_translated(pattern), options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        sentence = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(say("the pattern cannot be matched: %(reason)s", reason=sentence)) from None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the **whole** text, as in Collect. Raises ``PatternError``."""
    if len(text) > LONGEST_TEXT:
        raise PatternError(say("the text is too long to be matched"))
    return compiled(pattern).fullmatch(text) is not None


def _translated(pattern: str) -> str:
    """From Java's syntax to RE2's. Classes within classes and intersections mean something else there: they are refused."""
    pieces: list[str] = []
    in_class = False
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        if match[1] is not None:
            content = _JAVA.get(match[1])
            if content is not None:
                piece = content if in_class else f"[{content}]"
        elif piece[0] == "[":
            if in_class:
                raise PatternError(say("the pattern cannot be matched: it has a class within a class"))
            in_class = True
        elif piece == "]":
            in_class = False
        elif piece == "&&" and in_class:
            raise PatternError(say("the pattern cannot be matched: it has an intersection of classes"))
        pieces.append(piece)
    return "".join(pieces)


def advice(pattern: str) -> str | None:
    """What an author should know of a pattern: a sentence, or None."""
    try:
        compiled(pattern)
    except PatternError as error:
        return said_by(error)
    if _COSTLY.search(pattern):
        return say("the pattern “%(pattern)s” repeats a repetition and may freeze a phone", pattern=pattern)
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return say(
            "the pattern “%(pattern)s” should begin with ^ and end with $: ODK Collect matches the whole answer, "
            "browser forms search in it",
            pattern=pattern,
        )
    return None
