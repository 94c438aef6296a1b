"""A value that was erased from a change, by law or for somebody's sake: what stands in its place, and how a node that still has
the value knows that it is the same change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rafid.methods.exchange.change import Change, canonical

MARK = "erased"


def tombstone(change: str, name: str, value: Any) -> dict[str, str]:
    """What stands for a value of this change: SHA-256 of the canonical JSON of change, field and value.

    >>> sorted(tombstone("DMA:5", "comment", "call Ali"))
    ['erased']
    """
    said = canonical([change, name, value])
    return {MARK: hashlib.sha256(said.encode()).hexdigest()}


def is_tombstone(value: Any) -> bool:
    """
    >>> is_tombstone(tombstone("DMA:5", "comment", "call Ali")), is_tombstone({"erased": "yes"})
    (True, False)
    """
    if not isinstance(value, dict) or value.keys() != {MARK}:
        return False
    digest = value[MARK]
    return isinstance(digest, str) and len(digest) == 64 and not set(digest) - set("0123456789abcdef")


def erased(change: Change, names: Iterable[str]) -> Change:
    """The change without the values of these fields; what was erased before stays so."""
    fields = dict(change.fields)
    for name in names:
        if name in fields and not is_tombstone(fields[name]):
            fields[name] = tombstone(change.id, name, fields[name])
    return replace(change, fields=fields)


def lost(before: Change, after: Change) -> tuple[str, ...] | None:
    """The fields whose values ``after`` lacks and ``before`` has, where both are one change otherwise; None where they are not.

    >>> one = Change("DMA:5", "HA-1", "hazard", "set", {"comment": "call Ali", "men": 2})
    >>> lost(one, erased(one, ["comment"])), lost(erased(one, ["comment"]), one), lost(one, one)
    (('comment',), (), ())
    """
    if replace(before, fields={}) != replace(after, fields={}) or before.fields.keys() != after.fields.keys():
        return None
    found = []
    for name, value in before.fields.items():
        other = after.fields[name]
        if canonical(value) == canonical(other):
            continue
        if is_tombstone(other) and other == tombstone(before.id, name, value):
            found.append(name)
        elif not (is_tombstone(value) and value == tombstone(before.id, name, other)):
            return None
    return tuple(found)
