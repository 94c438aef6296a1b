"""Changes that touch what two authorities share wait until every one of them has consented."""

from __future__ import annotations

from rafid.methods.exchange.change import AGREE, CONTENT, DECLINE, node_and_number
from rafid.methods.exchange.history import History
from rafid.methods.exchange.rules import Conflict, conflict_id


def leave_out(history: History) -> list[Conflict]:
    """Takes changes without the consent that they need out of ``history.content``; the cases that this makes.

    A node's own change counts as its consent; of several words of a node about a change its newest counts; who declines
    ends the case, and the change stays out.
    """
    words = _words(history)
    asked = []
    for at, change in enumerate(history.changes):
        if change.action not in CONTENT:
            continue
        bit = 1 << at
        known = history.known[at] & history.content
        before, after = history.view(known & ~bit), history.view(known)
        assert history.rules.agreement is not None
        own = node_and_number(change.id)[0]
        needed = set(history.rules.agreement(change, before, after) or ())
        said = words.get(change.id, {})
        if not needed - {own} and said.get(own) != DECLINE:
            continue
        if any(said.get(node) == DECLINE for node in needed | {own}):
            history.content &= ~bit
        elif any(said.get(node) != AGREE for node in needed - {own}):
            history.content &= ~bit
            asked.append((at, before, after))
    conflicts = []
    for at, before, after in asked:
        change = history.changes[at]
        if change.fields and not _would_count(history, at):
            continue  # overwritten meanwhile: nothing is left to consent to
        sides = {one: before for one in change.after if one in history.place}
        conflicts.append(
            Conflict(
                conflict_id("agreement", (change.record,), (), (change.id,)),
                "agreement",
                (change.record,),
                tuple(sorted(change.fields)),
                {**sides, change.id: after},
            )
        )
    return conflicts


def _would_count(history: History, at: int) -> bool:
    live = history.live(history.content | (1 << at))
    return any(at in writers for writers in live.values())


def _words(history: History) -> dict[str, dict[str, str]]:
    """Change → node → its newest word about it."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for change in history.changes:
        if change.action in (AGREE, DECLINE):
            node, number = node_and_number(change.id)
            about = found.setdefault(str(change.fields.get("change", "")), {})
            if node not in about or about[node][0] < number:
                about[node] = (number, change.action)
    return {about: {node: word for node, (_number, word) in said.items()} for about, said in found.items()}
