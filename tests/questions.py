"""What an answer asked about the role of the person whom it is for.

What somebody may see and do is in the grants, and the platform asks them by the scopes of that person and nothing else. So
two roles for which the same questions have the same answers are led the same way, statement by statement, to the same
answer; a walk need not go it twice. Whatever looks at a role otherwise than by a question that is known here — its code, all
its rights at once, a statement on the grants themselves — counts as asking for the whole of it, and is shared with nobody.
"""

from __future__ import annotations

import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Set
from dataclasses import fields
from typing import Any

import pytest
from django.db import connection

from rafid.commons.people import visibility
from rafid.commons.people.models import Account, Grant
from rafid.commons.people.visibility import Scope
from rafid.site import shell

Question = tuple[str, Any]
ASKED = {"role", "programme", "reads", "may", "second_factor"}
"""What differs by role; the others are of the grant, and the same for all who walk."""
TOO_OFTEN = 429
"""The answer to who guesses at one door again and again: it is about what was asked before, not about him."""
GRANTS = f'"{Grant._meta.db_table}"'


class Rights(Set):
    """The rights of a role, of which each question is told."""

    def __init__(self, held: frozenset[str], tell: Callable[[str, Any, Any], Any]) -> None:
        self.held, self.tell = held, tell

    @classmethod
    def _from_iterable(cls, rights: Iterator[str]) -> frozenset[str]:  # type: ignore[override]
        return frozenset(rights)

    def __contains__(self, right: object) -> bool:
        return self.tell("may", right, right in self.held)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tell("rights", None, self.held))

    def __len__(self) -> int:
        return len(self.tell("rights", None, self.held))

    def __hash__(self) -> int:
        return hash(self.tell("rights", None, self.held))


class Watched(Scope):
    """A scope that tells what it is asked."""

    def __init__(self, scope: Scope, tell: Callable[[str, Any, Any], Any]) -> None:
        for field in fields(scope):
            object.__setattr__(self, field.name, getattr(scope, field.name))
        object.__setattr__(self, "_tell", tell)
        object.__setattr__(self, "_scope", scope)

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        if name not in ASKED:
            return found
        tell = object.__getattribute__(self, "_tell")
        return Rights(found, tell) if name == "may" else tell(name, None, found)

    def among(self, codes: Container[str]) -> bool:
        held = frozenset(codes)  # type: ignore[call-overload]
        return self._tell("among", held, self._scope.among(held))

    def reaches(self, programme: str) -> bool:
        return self._tell("reaches", programme, self._scope.reaches(programme))


def answer_of(scope: Scope, question: Question) -> Any:
    """What this scope would say."""
    name, about = question
    match name:
        case "may":
            return about in scope.may
        case "rights":
            return scope.may
        case "among":
            return scope.among(about)
        case "reaches":
            return scope.reaches(about)
        case _:
            return getattr(scope, name)


def scope_of_role(code: str) -> Scope:
    """As a grant of it makes it, for whatever organisation."""
    found = visibility.scope_of(Grant(role=code))
    assert found is not None
    return found


class Questions:
    """What was asked of the role of one person, address by address."""

    def __init__(self, account: Account, patch: pytest.MonkeyPatch) -> None:
        self.account = account
        self.asked: dict[Question, Any] = {}
        self.whole = False
        self.silent = 0
        plain = visibility.scope_of

        def scope_of(grant: Grant) -> Scope | None:
            scope = plain(grant)
            return Watched(scope, self.tell) if scope and grant.account_id == self.account.pk else scope

        patch.setattr(visibility, "scope_of", scope_of)
        # The frame of a page is the same on all pages: it is asked for on those that are not shared.
        for name in ("menu", "rooms", "here"):
            patch.setattr(shell, name, self.apart(getattr(shell, name)))

    def tell(self, name: str, about: Any, answer: Any) -> Any:
        if not self.silent and self.asked.setdefault((name, about), answer) != answer:
            self.whole = True  # scopes that differ in it: how many there are, and in which order, may count
        return answer

    def apart(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def quietly(*args: Any, **named: Any) -> Any:
            self.silent += 1
            try:
                return ask(*args, **named)
            finally:
                self.silent -= 1

        return quietly

    def statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A statement on the grants that is not that of the scopes sees more of them than their questions tell."""
        if GRANTS in sql and not _within(visibility.scopes):
            self.whole = True
        return execute(sql, params, many, context)

    def begin(self) -> None:
        self.asked, self.whole = {}, False


def _within(function: Callable[..., Any]) -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code is function.__code__:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


class Known:
    """Which answers to which questions led to what, by address. Where that was a breakdown, everybody asks himself."""

    def __init__(self) -> None:
        self.ways: dict[Any, list[tuple[dict[Question, Any], int]]] = defaultdict(list)

    def status(self, address: Any, scopes: Iterable[Scope]) -> int | None:
        """What somebody with these scopes would be answered there, if somebody else was led the same way."""
        for asked, status in self.ways[address]:
            if all(answer_of(scope, question) == answer for scope in scopes for question, answer in asked.items()):
                return status
        return None

    def add(self, address: Any, questions: Questions, status: int) -> None:
        if not questions.whole and status != TOO_OFTEN and status < 500:
            self.ways[address].append((questions.asked, status))

    def walk(
        self,
        urls: Iterable[tuple[str, str]],
        ask: Callable[[str], int],
        account: Account,
        codes: list[str],
        patch: pytest.MonkeyPatch,
        left: Container[str],
    ) -> Iterator[tuple[str, int]]:
        """The route of each address with its status, asked or known; without routes that are ``left``. The first address is
        asked in any case, for the frame of its page, and so is one in sixteen of what is known, others for each account: it
        must be as it is known."""
        scopes, questions = [scope_of_role(code) for code in codes], Questions(account, patch)
        otherwise = []
        with connection.execute_wrapper(questions.statement):
            for number, (url, route) in enumerate(urls):
                if route in left:
                    continue
                address = (route, number)
                status = known = self.status(address, scopes)
                if known is None or not number or zlib.crc32(f"{account.login} {route} {number}".encode()) % 16 == 0:
                    questions.begin()
                    status = ask(url)
                    if known is None:
                        self.add(address, questions, status)
                    elif status not in (known, TOO_OFTEN):
                        otherwise.append(f"{url} {status}, as others {known}")
                yield route, status
        assert not otherwise, "\n".join(otherwise)
