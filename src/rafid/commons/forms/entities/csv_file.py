"""An entity list as the file that a phone gets: the things of its organisation and places, without what it may not see.

The same list and the same phone give the same bytes until something changes, so that the file's hash tells phones whether to
fetch it again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from rafid.methods.xforms.entities import is_uuid

from ..models import Entity, EntityList, EntitySource, Sight
from ..sender import Sender
from .seen import as_seen, entities_of_sender, hidden_properties, label_of, seen_by
from .views_of_registers import Thing, things_of_view, view_properties

SYSTEM = ("name", "label", "__version", "__trunkVersion", "__branchId")


def entity_csv(entity_list: EntityList, sender: Sender) -> bytes:
    """``name`` is the thing's id. ``__trunkVersion`` and ``__branchId`` are empty: a phone that works without a line fills
    them in for itself, and one that does not must send none."""
    hidden = hidden_properties(entity_list, sender.account)
    names = [name for name in properties_of(entity_list) if hidden.get(name) != Sight.NOTHING]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*SYSTEM, *names])
    for thing in things_of(entity_list, sender):
        seen = as_seen(dict(thing.data), hidden)
        label = label_of(thing.uuid, thing.label, hidden)
        writer.writerow([str(thing.uuid), label, thing.version, "", "", *(seen.get(name, "") for name in names)])
    return out.getvalue().encode()


def properties_of(entity_list: EntityList) -> list[str]:
    """In the list's order, ``geometry`` last."""
    if entity_list.source != EntitySource.OWN:
        return list(view_properties(entity_list.source))
    return sorted(entity_list.properties, key=lambda name: name == "geometry")


def things_of(entity_list: EntityList, sender: Sender) -> Iterator[Thing]:
    if entity_list.source != EntitySource.OWN:
        yield from things_of_view(entity_list, sender)
        return
    rows = seen_by(entities_of_sender(entity_list, sender).filter(deleted_at=None), sender.account).order_by("pk")
    told = rows.values_list("uuid", "label_seen", "version", "data_seen")
    for uuid, label, version, data in told.iterator(chunk_size=2000):
        yield Thing(uuid, label, version, data)


def integrity(entity_list: EntityList, ids: Iterable[str], sender: Sender) -> Mapping[str, bool]:
    """For each thing that a phone holds: is it gone for it (deleted, or no longer in its scope)? The phone then forgets it."""
    wanted = {text: text.lower() for text in ids if is_uuid(text)}
    if entity_list.source != EntitySource.OWN:
        there = {str(thing.uuid) for thing in things_of_view(entity_list, sender)}
        return {text: uuid not in there for text, uuid in wanted.items()}
    present = _texts(entities_of_sender(entity_list, sender).filter(deleted_at=None, uuid__in=wanted.values()))
    known = _texts(Entity.everything.filter(list=entity_list, uuid__in=wanted.values()))
    # What this node has never heard of was made on the phone and has not been sent: telling "deleted" would lose it.
    return {text: uuid in known and uuid not in present for text, uuid in wanted.items()}


def _texts(rows: Iterable[Entity] | object) -> set[str]:
    found: Iterable[UUID] = rows.values_list("uuid", flat=True)  # type: ignore[attr-defined]
    return {str(uuid) for uuid in found}
