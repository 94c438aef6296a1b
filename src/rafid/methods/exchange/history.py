"""The changes of one record as a graph: who knew what, and which value of each field still stands.

Sets of changes are bits of a whole number, in an order in which nobody comes before whom he knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rafid.methods.exchange.change import CONTENT, RESTORE, RETIRE, Change, canonical, node_and_number
from rafid.methods.exchange.rules import Fields, Rules


def bits(mask: int) -> Iterator[int]:
    """The places of the bits of a number, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def in_order(changes: Sequence[Change]) -> list[Change]:
    """Each change behind those that it knew, always in the same order; changes in a circle are left out."""
    left = sorted(changes, key=lambda change: node_and_number(change.id))
    own = {change.id for change in left}
    placed: set[str] = set()
    ordered: list[Change] = []
    while left:
        waiting = []
        for change in left:
            if all(one in placed or one not in own for one in change.after):
                ordered.append(change)
                placed.add(change.id)
            else:
                waiting.append(change)
        if len(waiting) == len(left):
            break
        left = waiting
    return ordered


class History:
    """The changes of one record. ``known[i]``: the bits of all that the author of change ``i`` knew, and of ``i`` itself."""

    def __init__(self, changes: Sequence[Change], rules: Rules) -> None:
        self.changes = in_order(changes)
        self.rules = rules
        self.place = {change.id: at for at, change in enumerate(self.changes)}
        self.known: list[int] = []
        content = 0
        for at, change in enumerate(self.changes):
            mask = 1 << at
            for one in change.after:
                before = self.place.get(one)
                if before is not None and before != at:
                    mask |= self.known[before]
            self.known.append(mask)
            if change.action in CONTENT:
                content |= 1 << at
        self.content = content
        """Changes that say how the record is; those left out for want of consent are taken from it."""
        self.retires = any(change.action == RETIRE for change in self.changes)
        self._marks: list[bool | None] | None = None

    def heads(self, mask: int) -> list[int]:
        """Of some changes those that no other of them knew."""
        covered = 0
        for at in bits(mask):
            covered |= self.known[at] ^ (1 << at)
        return list(bits(mask & ~covered))

    def live(self, mask: int) -> dict[str, list[int]]:
        """Field → the changes whose value no other, made knowing it, has overwritten."""
        found: dict[str, list[int]] = {}
        for at in reversed(list(bits(mask))):
            bit = 1 << at
            for name in self.changes[at].fields:
                writers = found.get(name)
                if writers is None:
                    found[name] = [at]
                elif not any(self.known[writer] & bit for writer in writers):
                    writers.append(at)
        return found

    def values(self, name: str, writers: Iterable[int]) -> list[Any]:
        """The distinct values, in the order of their canonical text."""
        texts = {}
        for writer in writers:
            value = self.changes[writer].fields[name]
            texts[canonical(value)] = value
        return [texts[text] for text in sorted(texts)]

    def view(self, mask: int) -> Fields:
        """The fields as somebody sees them who knows these changes."""
        fields: Fields = {}
        for name, writers in self.live(mask).items():
            if len(writers) == 1:
                fields[name] = self.changes[writers[0]].fields[name]
                continue
            values = self.values(name, writers)
            if len(values) == 1:
                fields[name] = values[0]
            else:
                self.meanwhile(fields, name, values, self.common(writers) & mask)
        return fields

    def common(self, heads: Iterable[int]) -> int:
        """What all of these knew."""
        masks = [self.known[head] for head in heads]
        mask = masks[0]
        for one in masks[1:]:
            mask &= one
        return mask & self.content

    def meanwhile(self, fields: Fields, name: str, values: list[Any], past: int) -> None:
        """Shows the cautious value, else the last one that all had; nothing where there was none."""
        careful = self.rules.cautious.get(name)
        said = [value for value in values if value is not None]
        if careful is not None and said:
            fields[name] = careful(said)
            return
        before = self.view(past) if past else {}
        if name in before:
            fields[name] = before[name]
        else:
            fields.pop(name, None)

    def retirement(self, mask: int) -> tuple[bool, list[int], list[int]]:
        """Whether these changes retire the record; the retirements that stand; and the edits by those who did not know.

        Both lists hold something where retirement and edit must be decided.
        """
        if not self.retires:
            return False, [], []
        marks = self._marks if self._marks is not None else self._mark()
        covered = 0
        marked = [at for at in bits(mask) if marks[at] is not None]
        for at in marked:
            covered |= self.known[at] ^ (1 << at)
        standing = [at for at in marked if not covered >> at & 1]
        retires = [at for at in standing if marks[at]]
        if not retires:
            return False, [], []
        seen, these = 0, 0
        for at in retires:
            seen |= self.known[at]
            these |= 1 << at
        edits = [
            at
            for at in bits(mask & ~seen)
            if not self.known[at] & these and (self.changes[at].fields or self.changes[at].action == RESTORE)
        ]
        return True, retires, edits

    def _mark(self) -> list[bool | None]:
        """For each change: True retires, False keeps the record (an ordinary edit does, by who knew of the conflict)."""
        marks: list[bool | None] = [None] * len(self.changes)
        self._marks = marks
        for at, change in enumerate(self.changes):
            if change.action == RETIRE:
                marks[at] = True
            elif change.action == RESTORE:
                marks[at] = False
            elif change.action in CONTENT:
                retired, _retires, edits = self.retirement(self.known[at] & ~(1 << at) & self.content)
                if retired and edits:
                    marks[at] = False
        return marks


def grouped(changes: Iterable[Change]) -> Mapping[str, list[Change]]:
    """Record → its changes."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        mine = found.get(change.record)
        if mine is None:
            found[change.record] = [change]
        else:
            mine.append(change)
    return found
