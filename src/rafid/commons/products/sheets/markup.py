"""The small markup of a text: paragraphs, lists, bold, italics, links. HTML is shown as text, never run."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from .fields import FIELD, NoField, read

_OPEN, _CLOSE = "\ue000", "\ue001"
_HELD = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PRIVATE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffe\uffff]")


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("zero", {"html": False, "breaks": True})
    made.enable(["list", "emphasis", "strikethrough", "link", "newline", "escape", "blockquote"])
    made.validateLink = _safe  # type: ignore[method-assign]
    return made


def _safe(address: str) -> bool:
    return address.lower().startswith(("https://", "http://", "mailto:", "/"))


def html_of(text: str, say: Callable[[Any], str]) -> SafeString:
    """``say(live)`` gives the HTML of a live field; a figure's own signs are never taken for markup."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        try:
            held.append(say(read(found["source"], found["inside"])))
        except NoField:
            held.append(f'<mark class="no-field">{escape(found[0])}</mark>')
        return f"{_OPEN}{len(held) - 1}{_CLOSE}"

    plain = FIELD.sub(hold, _PRIVATE.sub("", text))
    made = _markdown().render(plain)
    return mark_safe(_HELD.sub(lambda found: held[int(found[1])], made))  # noqa: S308 - markdown-it escapes all HTML


def line_of(text: str, say: Callable[[Any], str]) -> SafeString:
    """One line without markup: a heading, a label."""
    parts, at = [], 0
    text = _PRIVATE.sub("", text)
    for found in FIELD.finditer(text):
        parts.append(escape(text[at : found.start()]))
        try:
            parts.append(say(read(found["source"], found["inside"])))
        except NoField:
            parts.append(escape(found[0]))
        at = found.end()
    parts.append(escape(text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - escaped above
