"""How one record stands by its changes: its fields, whether it is retired, and what about it must be decided."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rafid.methods.exchange.agreement import leave_out
from rafid.methods.exchange.change import DISTINCT, SAME, Change, canonical, node_and_number
from rafid.methods.exchange.history import History, bits
from rafid.methods.exchange.rules import Conflict, Fields, Rules, conflict_id


@dataclass(frozen=True, slots=True)
class Standing:
    """``node``: where the record was first recorded. ``heads``: its newest changes. ``conflicts``: what is to be decided about
    it alone. ``decided``: its changes that say ``same`` or ``distinct``. ``leaf``: the hash of all this.
    """

    record: str
    kind: str
    node: str
    fields: Fields
    retired: bool
    heads: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    decided: tuple[Change, ...]
    leaf: bytes

    @property
    def live(self) -> bool:
        """Whether the record is on the map; one whose very first change still waits for consent is not."""
        return not self.retired and bool(self.heads)


def stand(changes: Sequence[Change], rules: Rules) -> Standing | None:
    """The standing of the record whose changes these are, none of them waiting; None where none of them says how it is.

    A pure function of the set of changes: neither their order nor their repetition plays a part.
    """
    if rules.agreement is None and (line := _one_after_another(changes)):
        fields: Fields = {}
        for change in line:
            fields.update(change.fields)
        return _standing(line[0], fields, False, (line[-1].id,), (), ())
    history = History(changes, rules)
    if not history.content:
        return None
    first = history.changes[next(bits(history.content))]
    conflicts = leave_out(history) if rules.agreement is not None else []
    decided = tuple(change for change in history.changes if change.action in (SAME, DISTINCT))
    mask = history.content
    heads = history.heads(mask)
    names = tuple(history.changes[head].id for head in heads)
    retired, retires, edits = history.retirement(mask)
    if retired and not edits:
        return _standing(first, history.view(mask), True, names, tuple(conflicts), decided)
    fields, conflict = _judged(history, first, mask, heads, retires if edits else [])
    if conflict is not None:
        conflicts.insert(0, conflict)
    return _standing(first, fields, False, names, tuple(conflicts), decided)


def _one_after_another(changes: Sequence[Change]) -> list[Change] | None:
    """The changes in their order where each knew the one before it, which is the rule; nothing can be disputed then."""
    after: dict[str, Change] = {}
    for change in changes:
        if change.action != "set" or len(change.after) > 1:
            return None
        before = change.after[0] if change.after else ""
        if before in after:
            return None
        after[before] = change
    line = []
    at = ""
    while at in after:
        change = after[at]
        line.append(change)
        at = change.id
    return line if len(line) == len(changes) else None


def _judged(
    history: History, first: Change, mask: int, heads: list[int], retires: list[int]
) -> tuple[Fields, Conflict | None]:
    """The fields to show, and the first cause that holds."""
    live = history.live(mask)
    fields: Fields = {}
    open_values: dict[str, list[Any]] = {}
    for name, writers in live.items():
        values = [history.changes[writers[0]].fields[name]] if len(writers) == 1 else history.values(name, writers)
        if len(values) == 1:
            fields[name] = values[0]
        else:
            open_values[name] = values
    names: tuple[str, ...]
    if retires:
        cause, names, about = "retired", (), retires
    elif open_values:
        cause, names = "value", tuple(sorted(open_values))
        about = sorted({writer for name in names for writer in live[name]})
    elif len(heads) < 2:
        return fields, None
    else:
        found = _together(history, first.kind, heads, live) or _broken(history, first.kind, heads, fields)
        if found is None:
            return fields, None
        cause, names, about = found
    sides = heads if len(heads) > 1 else about
    views = {side: history.view(history.known[side] & mask) for side in sides}
    shown = dict(fields)
    past = history.common(sides)
    apart = differing(views)
    asked = apart if cause == "check" else set(names) if cause == "together" else set(open_values)
    for name in sorted(asked | {name for name in apart if name in history.rules.cautious} | set(open_values)):
        texts = {canonical(view[name]): view[name] for view in views.values() if name in view}
        values = open_values.get(name) or [texts[text] for text in sorted(texts)]
        history.meanwhile(shown, name, values, past)
    ids = sorted((history.changes[at].id for at in about), key=node_and_number)
    conflict = Conflict(
        conflict_id(cause, (first.record,), names, ids),
        cause,
        (first.record,),
        names,
        {history.changes[side].id: view for side, view in views.items()},
    )
    return shown, conflict


def differing(views: Mapping[Any, Fields]) -> set[str]:
    """The fields that not all have alike."""
    names = {name for view in views.values() for name in view}
    return {
        name for name in names if len({canonical(view[name]) if name in view else "" for view in views.values()}) > 1
    }


def _together(
    history: History, kind: str, heads: list[int], live: dict[str, list[int]]
) -> tuple[str, tuple[str, ...], list[int]] | None:
    """A group whose fields were changed apart, unless all sides came to the same."""
    for group in history.rules.groups(kind):
        writes = 0
        for at in bits(history.content):
            if any(name in history.changes[at].fields for name in group):
                writes |= 1 << at
        apart = []
        for place, one in enumerate(heads):
            for other in heads[place + 1 :]:
                mine, yours = history.known[one], history.known[other]
                if writes & mine & ~yours and writes & yours & ~mine:
                    apart += [one, other]
        if not apart:
            continue
        views = [history.view(history.known[side] & history.content) for side in apart]
        if len({canonical({name: view[name] for name in group if name in view}) for view in views}) > 1:
            return "together", group, sorted({writer for name in group for writer in live.get(name, ())})
    return None


def _broken(
    history: History, kind: str, heads: list[int], fields: Fields
) -> tuple[str, tuple[str, ...], list[int]] | None:
    """Checks that fail on the record as brought together."""
    failed = []
    for name, test in history.rules.checks.get(kind, ()):
        try:
            holds = bool(test(dict(fields)))
        except Exception:  # a record of another version of the programme must not stop the exchange
            holds = False
        if not holds:
            failed.append(name)
    return ("check", tuple(failed), heads) if failed else None


def _standing(
    first: Change, fields: Fields, retired: bool, heads: tuple[str, ...], conflicts: tuple[Conflict, ...], decided: Any
) -> Standing:
    text = canonical([first.record, first.kind, fields, retired, [conflict.id for conflict in conflicts]])
    node = first.id[: first.id.rindex(":")]
    leaf = hashlib.sha256(text.encode()).digest()
    return Standing(first.record, first.kind, node, fields, retired, heads, conflicts, decided, leaf)
