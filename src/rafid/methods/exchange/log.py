"""The changes known so far, and the picture that they give. Taking more costs only the records that they touch."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rafid.methods.exchange.change import ACTIONS, Change, canonical, newest, node_and_number, same_content
from rafid.methods.exchange.errors import Unreadable
from rafid.methods.exchange.ground import (
    Decision,
    Neighbours,
    alike,
    decide,
    ground_conflict,
    plots,
    representatives,
)
from rafid.methods.exchange.rules import Conflict, Fields, Rules
from rafid.methods.exchange.standing import Standing, stand

BUCKETS = 4096
PLAIN = (str, int, bool, type(None))
"""Values that JSON can say whatever they are."""


@dataclass(frozen=True)
class Picture:
    """``records``: live records and their fields; ``waiting``: changes that build on others which are not there yet;
    ``same_as``: record → the record as which it is counted. ``digest`` tells two pictures apart.
    """

    records: Mapping[str, Fields]
    retired: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    waiting: tuple[str, ...]
    same_as: Mapping[str, str]
    digest: str


def merge(changes: Iterable[Change], *, rules: Rules | None = None) -> Picture:
    """The picture that a set of changes gives: the same for any order and any repetition of them.

    Raises ``ValueError`` for one id with two contents, an unknown action and an id that is none.

    >>> merge([Change("A:1", "r", "hazard", "set", {"status": "open"})]).records
    {'r': {'status': 'open'}}
    """
    return Log(changes, rules=rules).picture()


class Log:
    """``changes``: all that are known, by id. ``standings``: how each record stands."""

    def __init__(self, changes: Iterable[Change] = (), *, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.changes: dict[str, Change] = {}
        self.standings: dict[str, Standing] = {}
        self._placed: set[str] = set()
        self._of: dict[str, list[Change]] = {}
        self._waits: dict[str, list[Change]] = {}
        self._ground = Neighbours()
        self._asked: dict[tuple[str, str], Conflict] = {}
        self._by_record: dict[str, set[tuple[str, str]]] = {}
        self._decided: dict[tuple[str, str], dict[str, Change]] = {}
        self._leaves: dict[int, dict[str, str]] = {}
        self._buckets: dict[int, str] = {}
        self.take(changes)

    @property
    def have(self) -> dict[str, int]:
        """The highest number of each node."""
        return newest(self.changes)

    @property
    def waiting(self) -> tuple[str, ...]:
        return tuple(sorted((one for one in self.changes if one not in self._placed), key=node_and_number))

    def take(self, changes: Iterable[Change]) -> tuple[str, ...]:
        """Takes changes in; the records that they touched. All or, where one is refused, nothing."""
        new: dict[str, Change] = {}
        for change in changes:
            if not isinstance(change, Change):
                raise ValueError(f"{str(change)[:60]!r} is no change; give Change(id, record, kind, action, fields)")
            if not isinstance(change.id, str):
                raise Unreadable("no_id", id=change.id)
            before = self.changes.get(change.id) or new.get(change.id)
            if before is None:
                valid(change)
                new[change.id] = change
            elif not same_content(before, change):
                raise Unreadable("two_contents", id=change.id, record=before.record, other=change.record)
        self.changes.update(new)
        touched = self._place(new.values())
        self._judge(touched)
        return tuple(touched)

    def _place(self, changes: Iterable[Change]) -> dict[str, None]:
        """Puts changes whose past is here into their records, and whatever waited for them."""
        touched: dict[str, None] = {}
        placed, waits = self._placed, self._waits
        todo = list(changes)
        while todo:
            change = todo.pop()
            for one in change.after:
                if one not in placed:
                    waits.setdefault(one, []).append(change)
                    break
            else:
                placed.add(change.id)
                mine = self._of.get(change.record)
                if mine is None:
                    self._of[change.record] = [change]
                else:
                    mine.append(change)
                touched[change.record] = None
                if change.id in waits:
                    todo += waits.pop(change.id)
        return touched

    def _judge(self, touched: dict[str, None]) -> None:
        again = dict(touched)
        for record in touched:
            standing = stand(self._of[record], self.rules)
            if standing is not None:
                self.standings[record] = standing
                bucket = zlib.crc32(record.encode()) % BUCKETS
                self._leaves.setdefault(bucket, {})[record] = standing.leaf.hex()
                self._buckets.pop(bucket, None)
                for change in standing.decided:
                    other = str(change.fields.get("with", ""))
                    pair = (record, other) if record < other else (other, record)
                    self._decided.setdefault(pair, {})[change.id] = change
                    again[other] = None
        if self.rules.ground and touched:
            standings = [self.standings[record] for record in touched if record in self.standings]
            for standing, found in zip(standings, plots(standings, self.rules), strict=True):
                self._ground.put(standing.record, found)
            self._ask(again)

    def _ask(self, records: Mapping[str, None]) -> None:
        """Looks at the ground of these records again."""
        for record in records:
            for pair in self._by_record.pop(record, set()):
                if self._asked.pop(pair, None) is not None:
                    self._by_record.get(pair[0] if pair[1] == record else pair[1], set()).discard(pair)
        near = self._ground.pairs(records)
        for one, other, iou in alike([a for a, _b in near], [b for _a, b in near], self.rules):
            pair = (one.record, other.record)
            decision = self.decision(pair)
            if decision is not None and decision.same is not None:
                continue
            about = decision.about if decision else ()
            self._asked[pair] = ground_conflict(one, other, iou, self.standings, about)
            for record in pair:
                self._by_record.setdefault(record, set()).add(pair)

    def decision(self, pair: tuple[str, str]) -> Decision | None:
        """What was decided of two records, the smaller id first."""
        changes = self._decided.get(pair)
        return decide(list(changes.values()), self.changes.get) if changes else None

    def same_as(self) -> dict[str, str]:
        same = []
        for pair in self._decided:
            decision = self.decision(pair)
            if decision is not None and decision.same:
                same.append((decision.keep, decision.other))
        return representatives(same, self._live)

    def _live(self, record: str) -> bool:
        standing = self.standings.get(record)
        return standing is not None and standing.live

    def picture(self) -> Picture:
        same_as = self.same_as()
        standings = {record: self.standings[record] for record in sorted(self.standings)}
        conflicts = [conflict for standing in standings.values() for conflict in standing.conflicts]
        ground = [one for pair, one in self._asked.items() if not (pair[0] in same_as or pair[1] in same_as)]
        for bucket, leaves in self._leaves.items():
            if bucket not in self._buckets:
                self._buckets[bucket] = bucket_digest(leaves)
        return Picture(
            records={record: standing.fields for record, standing in standings.items() if standing.live},
            retired=tuple(record for record, standing in standings.items() if standing.retired),
            conflicts=tuple(sorted([*conflicts, *ground], key=lambda one: (one.records, one.cause, one.id))),
            waiting=self.waiting,
            same_as=same_as,
            digest=digest(self._buckets, [conflict.id for conflict in ground], same_as),
        )


def valid(change: Change) -> None:
    """Raises ``Unreadable`` for a change whose id or action this version does not know, whose parts are of the wrong type, and
    whose fields hold what JSON cannot say: found before anything of it is taken."""
    node_and_number(change.id)
    if not isinstance(change.action, str) or change.action not in ACTIONS:
        raise Unreadable("action", id=change.id, action=change.action, known=", ".join(sorted(ACTIONS)))
    for name in ("record", "kind"):
        if not isinstance(getattr(change, name), str):
            raise Unreadable("not_made", id=change.id, why=f"its {name} is no text")
    if not isinstance(change.fields, Mapping):
        raise Unreadable("not_made", id=change.id, why="its fields are no names with values")
    if not isinstance(change.after, tuple | list) or not all(isinstance(one, str) for one in change.after):
        raise Unreadable("not_made", id=change.id, why="what it comes after is no list of changes")
    for value in change.fields.values():
        if type(value) not in PLAIN:
            try:
                canonical(value)
            except (TypeError, ValueError, RecursionError) as error:
                raise Unreadable("not_json", id=change.id, why=str(error)) from error
    if not all(isinstance(name, str) for name in change.fields):
        raise Unreadable("not_made", id=change.id, why="the name of a field is no text")


def bucket_digest(leaves: Mapping[str, str]) -> str:
    """SHA-256 of the canonical JSON of record → hash."""
    return hashlib.sha256(canonical(leaves).encode()).hexdigest()


def digest(buckets: Mapping[int, str], ground: Iterable[str], same_as: Mapping[str, str]) -> str:
    """SHA-256 of the canonical JSON of all that a picture shows: a tree of hashes, so that little is hashed again."""
    whole = {
        "ground": sorted(ground),
        "records": {str(bucket): found for bucket, found in buckets.items()},
        "same_as": dict(same_as),
    }
    return hashlib.sha256(canonical(whole).encode()).hexdigest()
