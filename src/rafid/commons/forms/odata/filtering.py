"""``$filter``: when a submission came or changed, and its state; read into SQL over ``s`` with parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ..exports.submission_columns import REVIEW_STATE
from .errors import ODataError, bad

_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?(?:Z|[+-]\d{2}:\d{2})?)?)"
    r"|(?P<word>[$A-Za-z_][\w$/]*))"
)
_SIGNS = {"eq": "IS NOT DISTINCT FROM", "ne": "IS DISTINCT FROM", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_MOMENTS = {"submissionDate": "s.received_at", "updatedAt": "s.changed_at"}
_STATES = ("hasIssues", "edited", "approved", "rejected")
_LONGEST = 2000
_DEEPEST = 50


@dataclass(frozen=True)
class Condition:
    sql: str
    params: tuple[Any, ...] = ()


def read_filter(text: str) -> Condition:
    """Raises ODataError 400 with a sentence."""
    if len(text) > _LONGEST:
        raise bad(_("This filter is too long."))
    reader = _Reader(text)
    found = reader.either(0)
    if reader.kind:
        raise reader.unexpected()
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.kind = self.word = ""
        self.next()

    def next(self) -> None:
        if not self.text[self.at :].strip():
            self.kind = self.word = ""
            return
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise self.unexpected()
        self.kind = found.lastgroup or ""
        self.word, self.at = found[self.kind], found.end()

    def unexpected(self) -> ODataError:
        shown = self.word or self.text[self.at : self.at + 20].strip()
        return bad(
            _("The filter is not understood at “%s”. Known are __system/submissionDate, __system/updatedAt and") % shown
            + " "
            + _("__system/reviewState with eq ne lt le gt ge, and, or, not and brackets.")
        )

    def either(self, depth: int) -> Condition:
        return self._chain(self.both, "or", "OR", depth)

    def both(self, depth: int) -> Condition:
        return self._chain(self.one, "and", "AND", depth)

    def _chain(self, part: Callable[[int], Condition], word: str, sql: str, depth: int) -> Condition:
        found = [part(depth)]
        while self.kind == "word" and self.word == word:
            self.next()
            found.append(part(depth))
        if len(found) == 1:
            return found[0]
        return Condition(
            f"({f' {sql} '.join(one.sql for one in found)})", tuple(v for one in found for v in one.params)
        )

    def one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise bad(_("This filter has too many brackets."))
        if self.kind == "word" and self.word == "not":
            self.next()
            inner = self.one(depth + 1)
            return Condition(f"(NOT {inner.sql})", inner.params)
        if self.kind == "open":
            self.next()
            inner = self.either(depth + 1)
            if self.kind != "close":
                raise self.unexpected()
            self.next()
            return inner
        return self.comparison()

    def comparison(self) -> Condition:
        left, kind, params = self.operand("")
        if self.kind != "word" or self.word not in _SIGNS:
            raise self.unexpected()
        sign = self.word
        self.next()
        right, other, more = self.operand(kind)
        kinds = {kind, other} - {"null"}
        if len(kinds) > 1 or not kinds:
            raise bad(_("This filter compares things of different kinds."))
        if "state" in kinds and sign not in ("eq", "ne"):
            raise bad(_("A state is compared with eq and ne only."))
        return Condition(f"({left} {_SIGNS[sign]} {right})", (*params, *more))

    def operand(self, beside: str) -> tuple[str, str, tuple[Any, ...]]:
        kind, word = self.kind, self.word
        if kind == "moment":
            self.next()
            return "%s::timestamptz", "moment", (_moment(word),)
        if kind == "text":
            self.next()
            value = word[1:-1].replace("''", "'")
            if beside == "moment":
                return "%s::timestamptz", "moment", (_moment(value),)
            if value not in _STATES:
                raise bad(_("There is no state “%s”. Known: %s.") % (value, ", ".join(_STATES)))
            return "%s::text", "state", (value,)
        if kind == "word" and word == "null":
            self.next()
            return "NULL", "null", ()
        if kind == "word":
            name = word.removeprefix("$root/").removeprefix("Submissions/").removeprefix("$it/")
            name = name.removeprefix("__system/") if name.startswith("__system/") else ""
            if name in _MOMENTS:
                self.next()
                return _MOMENTS[name], "moment", ()
            if name == "reviewState":
                self.next()
                return REVIEW_STATE, "state", ()
        raise self.unexpected()


def _moment(text: str) -> datetime:
    """A day begins in the country's zone."""
    try:
        found = datetime.fromisoformat(text)
        return (found if timezone.is_aware(found) else timezone.make_aware(found)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad(_("“%s” is no moment.") % text[:40]) from None
