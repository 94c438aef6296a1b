"""A change of a record, and the one way in which it is written down.

A change names the newest changes of its record that its author had seen. So the history of a record is a graph, and no
clock has to be right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rafid.methods.exchange.errors import Unreadable

SET, RETIRE, RESTORE = "set", "retire", "restore"
SAME, DISTINCT = "same", "distinct"
AGREE, DECLINE = "agree", "decline"
CONTENT = frozenset({SET, RETIRE, RESTORE})
"""Actions that say how the record is; the others say something about records and changes."""
ACTIONS = CONTENT | {SAME, DISTINCT, AGREE, DECLINE}

_ID = re.compile(r"([^\s:](?:.*\S)?):(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Change:
    """``id`` is ``NODE:number``; ``fields`` holds only what is set, as JSON values (geometry as WKT or GeoJSON). ``after``:
    the newest changes of the record that the author had seen. ``at`` and ``by`` are told to people; they decide nothing.

    >>> Change("DMA:1", "HA-1", "hazard", "set", {"status": "open"}).id
    'DMA:1'
    """

    id: str
    record: str
    kind: str
    action: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    at: str = ""
    by: str = ""


def as_json(change: Change) -> dict[str, Any]:
    """What is written of a change, in files and in its hash."""
    return {
        "action": change.action,
        "after": list(change.after),
        "at": change.at,
        "by": change.by,
        "fields": change.fields,
        "id": change.id,
        "kind": change.kind,
        "record": change.record,
    }


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks, letters as themselves.

    >>> canonical({"b": 1, "a": "هـ"})
    '{"a":"هـ","b":1}'
    """
    return _encode(value)


@lru_cache(maxsize=1 << 16)
def node_and_number(change_id: str) -> tuple[str, int]:
    """The node that made a change, and its number there. Raises ``ValueError`` where the id is none.

    >>> node_and_number("IKMAA:33")
    ('IKMAA', 33)
    """
    found = _ID.fullmatch(change_id) if isinstance(change_id, str) else None
    if found is None:
        raise Unreadable("no_id", id=change_id)
    return found[1], int(found[2])


def newest(changes: Mapping[str, Any] | tuple[str, ...] | list[str]) -> dict[str, int]:
    """The highest number of each node among ids: what somebody has who holds them all.

    >>> newest(["A:1", "A:2", "B:7"])
    {'A': 2, 'B': 7}
    """
    have: dict[str, int] = {}
    for one in changes:
        node, number = node_and_number(one)
        if number > have.get(node, -1):
            have[node] = number
    return have


def same_content(one: Change, other: Change) -> bool:
    """Whether two changes of one id say the same; 1, 1.0 and true are three things, as in their files."""
    return one is other or canonical(as_json(one)) == canonical(as_json(other))
