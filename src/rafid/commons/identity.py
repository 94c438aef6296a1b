"""Identities: UUIDv7 keys, which sort by time of making, and readable references that tell nothing."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import uuid_utils.compat

_choice: ContextVar[Callable[[Sequence[str]], str]] = ContextVar("choice", default=secrets.choice)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: read aloud over a bad line


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, the rest random."""
    return uuid_utils.compat.uuid7()


def random_ref(prefix: str, length: int = 8) -> str:
    """``PREFIX-XXXXXXXX`` from 30 signs; with 8 of them 6.5e11 values, so that a reference cannot be guessed."""
    choice = _choice.get()
    return f"{prefix}-" + "".join(choice(_ALPHABET) for _ in range(length))


@contextmanager
def references_from(seed: str) -> Iterator[None]:
    """For a demonstration alone: within, references come from ``seed``, the same at each loading. Anybody can guess them."""
    token = _choice.set(random.Random(seed).choice)  # noqa: S311 - made up, no secret
    try:
        yield
    finally:
        _choice.reset(token)
