"""Problems of a form in the reader's language: the form language speaks English with a pattern and facts; its patterns are
translated here, where catalogues are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext

from rafid.methods import xforms
from rafid.methods.xforms import Problem, Said

_FOREIGN = frozenset({"english", "reason"})
"""Facts that are sentences of somebody else's program, in English whatever the reader's language."""


def in_language(sentence: str) -> str:
    """A sentence of the form language as the reader has it; in English as it was said."""
    return _said(sentence, _isolated)


def in_markup(sentence: str) -> SafeString:
    """The same for a page: what stays English in a sentence of another language is marked as English."""
    return mark_safe(_said(sentence, _marked))  # noqa: S308 - texts and facts are escaped one by one


def _said(sentence: str, put: Callable[[str, str], str]) -> str:
    """``put``: a text as it goes in, by the name of its fact; "" for what is no fact."""
    if not isinstance(sentence, Said) or (get_language() or "").startswith("en"):
        return put("", str(sentence))
    text = put("", gettext(sentence.pattern))
    if sentence.facts:
        text %= {
            name: _said(fact, put) if isinstance(fact, Said) else put(name, fact) if isinstance(fact, str) else fact
            for name, fact in sentence.facts.items()
        }
        if _FOREIGN & sentence.facts.keys():
            return text
    # The converter's sentences are finished with a full stop in English.
    return text + "." if sentence.endswith(".") and not text.endswith((".", "!", "؟", "?", ":")) else text


def _isolated(name: str, text: str) -> str:
    """An author's own words isolated, so that they do not turn the line around."""
    return f"\u2068{text}\u2069" if name and get_language_bidi() else text


def _marked(name: str, text: str) -> str:
    if name in _FOREIGN:
        return f'<span lang="en" dir="ltr">{escape(text)}</span>'
    return escape(_isolated(name, text))


def kept_problem(problem: Problem) -> dict[str, Any]:
    """A problem as a version keeps it, to be said in any language later."""
    return {
        "severity": problem.severity,
        "message": xforms.packed(problem.message),
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "cell": problem.cell,
        "field": problem.field,
    }


def read_problem(kept: Mapping[str, Any]) -> Problem:
    return Problem(**{**kept, "message": xforms.unpacked(kept["message"])})


def told(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the reader's language."""
    return [replace(problem, message=in_language(problem.message)) for problem in problems]


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem as the API prints it, in the reader's language."""
    return {**kept_problem(problem), "message": in_language(problem.message)}
