"""What a programme says about its records, so that changes of several nodes can be brought together by meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rafid.methods.exchange.change import Change, canonical

Fields = dict[str, Any]
Test = Callable[[Fields], Any]


@dataclass(frozen=True)
class Rules:
    """``together[kind]``: groups of fields that one person must decide together, one group or several. ``checks[kind]``:
    ``(name, test)``; a test that answers nothing, or breaks, has failed. ``cautious[field]``: picks, of the values of all
    sides, the one to show meanwhile, as ``max`` does. ``ground[kind]``: the geometry of a record, all in one plane.
    ``agreement(change, before, after)``: the nodes that must consent. Two grounds of different nodes are asked about from
    an intersection over union of ``touch`` on, or where the smaller lies by the share ``inside`` in the other; from ``same``
    on they are probably one.
    """

    together: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    checks: Mapping[str, Sequence[tuple[str, Test]]] = field(default_factory=dict)
    cautious: Mapping[str, Callable[[list[Any]], Any]] = field(default_factory=dict)
    ground: Mapping[str, Callable[[Fields], Any]] = field(default_factory=dict)
    agreement: Callable[[Change, Fields, Fields], Iterable[str] | None] | None = None
    same: float = 0.8
    touch: float = 0.1
    inside: float = 0.9

    def groups(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """The groups of fields of a kind, whether one or several were declared."""
        declared = self.together.get(kind, ())
        if not declared:
            return ()
        if all(isinstance(one, str) for one in declared):
            return (tuple(declared),)
        return tuple(tuple(group) for group in declared)


@dataclass(frozen=True)
class Conflict:
    """A question that people must decide. ``cause``: retired, value, together, check, agreement or ground. ``sides``: each
    side's newest change → the fields as that side has them. ``amount``: intersection over union, for ground.
    """

    id: str
    cause: str
    records: tuple[str, ...]
    fields: tuple[str, ...]
    sides: Mapping[str, Fields]
    amount: float = 0.0


def conflict_id(cause: str, records: Sequence[str], names: Sequence[str], about: Sequence[str]) -> str:
    """The same at every node that knows the same changes."""
    text = canonical([cause, sorted(records), list(names), list(about)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
