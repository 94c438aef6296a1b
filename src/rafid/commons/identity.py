"""Identities: UUIDv7 keys, which sort by time of making, and readable references that tell nothing."""

from __future__ import annotations

import secrets
from uuid import UUID

import uuid_utils.compat

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: read aloud over a bad line


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): 48 bits of milliseconds, the rest random."""
    return uuid_utils.compat.uuid7()


def random_ref(prefix: str, length: int = 8) -> str:
    """``PREFIX-XXXXXXXX`` from 30 signs; with 8 of them 6.5e11 values, so that a reference cannot be guessed."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(length))
