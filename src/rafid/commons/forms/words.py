"""Problems of a form in the reader's language: the form language speaks English with a pattern and facts; its patterns are
translated here, where catalogues are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language, get_language_bidi, gettext

from rafid.methods import xforms
from rafid.methods.xforms import Problem, Said


def in_language(sentence: str) -> str:
    """A sentence of the form language as the reader has it; in English as it was said."""
    if not isinstance(sentence, Said) or (get_language() or "").startswith("en"):
        return str(sentence)
    text = gettext(sentence.pattern)
    if sentence.facts:
        text %= {name: _said(fact) for name, fact in sentence.facts.items()}
    # The converter's sentences are finished with a full stop in English.
    return text + "." if sentence.endswith(".") and not text.endswith((".", "!", "؟", "?", ":")) else text


def _said(fact: Any) -> Any:
    """A sentence in its language; an author's own words isolated, so that they do not turn the line around."""
    if isinstance(fact, Said):
        return in_language(fact)
    return f"\u2068{fact}\u2069" if isinstance(fact, str) and get_language_bidi() else fact


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
