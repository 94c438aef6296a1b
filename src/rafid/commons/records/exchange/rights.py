"""Who exchanges and who decides: the platform's own people, and those to whom a programme that exchanges gives the right.

A file for a node is enciphered and holds what all programmes exchange, whoever carries it; what is not enciphered is for those
who exchange for the whole installation. Cases are decided by those of their own programme.
"""

from __future__ import annotations

from typing import Any

from rafid.commons.people.visibility import may
from rafid.commons.programme import PLATFORM

from .declared import kind_named, kinds


def programmes() -> list[str]:
    return sorted({kind.programme.name for kind in kinds().values()})


def may_somewhere(user: Any, *actions: str) -> bool:
    """May this person do one of these anywhere in the exchange?"""
    return any(may(user, action, programme) for action in actions for programme in (PLATFORM, *programmes()))


def may_decide(user: Any, kind: str) -> bool:
    """May this person decide cases of a kind? Of a programme that is not installed here: the platform's own people."""
    found = kind_named(kind)
    return may(user, "decide", found.programme.name if found else PLATFORM)


def may_see(user: Any, kind: str) -> bool:
    """May this person see what is said of records of a kind?"""
    found = kind_named(kind)
    return any(may(user, action, found.programme.name if found else PLATFORM) for action in ("exchange", "decide"))
