"""Files of changes: written for a node, taken from one, and the receipt that goes back."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.methods.exchange import (
    Bundle,
    Change,
    Receipt,
    Unreadable,
    addressed,
    canonical,
    file_hash,
    is_envelope,
    node_and_number,
    read_receipt,
    seal,
    sign_receipt,
    unseal,
    unwrap,
    wrap,
)
from rafid.methods.exchange.change import as_json
from rafid.methods.exchange.erasing import lost
from rafid.methods.exchange.log import valid
from rafid.methods.exchange.parcel import is_parcel

from ..models import Case, ExchangeBundle, ExchangeChange, ExchangeReceipt, ExchangeState, Node
from .erasing import take_over, told_since
from .errors import Refused
from .errors import told as sentence_of
from .log import change_of, have, row_of, there
from .nodes import own_or_refuse, private_keys
from .parcels import had, pack, packed, unpack
from .settling import settle

_SIGNED = re.compile(rb'^\{"signature":"[0-9a-f]{128}"\}\n', re.MULTILINE)
MOST_BYTES = 512 << 20
READING = 4_117_222

type_told = Callable[[int, int | None], None]
"""Hears how many are done, and of how many."""


@dataclass(frozen=True)
class Taken:
    """What became of a file. ``skipped``: nodes whose part was passed on by the sender, and which are not trusted here.
    ``given``: how many things came in parcels for this node alone; ``said``: what is to be said of them."""

    node: str
    taken: int
    known: int
    waiting: int
    conflicts: int
    file: str
    skipped: tuple[str, ...] = field(default=())
    given: int = 0
    said: tuple[str, ...] = field(default=())


def write(after: Mapping[str, int] | None = None, *, receiver: Node | None = None) -> bytes:
    """What this node has and ``after`` lacks: its own changes signed now, and other nodes' files as they signed them.

    With a ``receiver`` the whole is enciphered to it, ``after`` is what it is known to hold, and what programmes give to it
    alone lies behind.
    """
    node = own_or_refuse()
    settle()
    if receiver is not None and receiver.revoked_at is not None:
        raise Refused(_("The key of %s is revoked. Nothing is written for it.") % receiver.name)
    known = dict(after if after is not None else receiver.have if receiver else {})
    since = known.get(node.name, 0)
    if since and told_since(node.name, since):
        since = 0  # what was erased since takes the place of what was sent: the whole log, signed anew
    rows = ExchangeChange.objects.filter(node=node.name, number__gt=since).order_by("number")
    sign, _box = private_keys(node)
    parts = [seal(map(change_of, rows.iterator()), node=node.name, private_key=sign, have=have())]
    # The receiver's own files among them, where it holds less of itself than it once sent: it was put back from an old copy.
    others = ExchangeBundle.objects.exclude(node=node.name).order_by("node", "first", "last")
    parts += [bytes(one.data) for one in others if one.last > known.get(one.node, 0)]
    if receiver is None:
        return b"".join(parts)
    parcels = list(pack(node, receiver, sign))
    data = b"".join([*parts, *(part for part, _row in parcels)])
    try:
        out = wrap(data, sender=node.name, receiver=receiver.name, receiver_key=bytes.fromhex(receiver.box_key))
    except ValueError as error:  # a point of the curve with which no secret can be shared
        raise Refused(
            _("Nothing can be enciphered to the key of %s. Trust it again from a new key file.") % receiver.name
        ) from error
    packed((row for _part, row in parcels), file_hash(out))
    return out


def put_down(path: Path, data: bytes) -> None:
    """Onto a stick: whole or not at all. It is written beside, forced to the device, and only then takes its name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def split(data: bytes) -> list[bytes]:
    """The signed files that were put behind one another."""
    parts, start = [], 0
    for found in _SIGNED.finditer(data):
        parts.append(data[start : found.end()])
        start = found.end()
    if start < len(data) or not parts:
        parts.append(data[start:])
    return parts


def take(data: bytes, *, by: Any = None, told: type_told | None = None) -> Taken:
    """Takes a file: all of it or, with a sentence, nothing. ``told`` hears how far it is. Raises ``Refused``."""
    node = own_or_refuse()
    if len(data) > MOST_BYTES:
        raise Refused(_("The file is larger than 512 MB. Write it in parts."))
    file = file_hash(data)
    sender = ""
    try:
        if is_envelope(data):
            sender = addressed(data)[0]
            data = unwrap(data, receiver=node.name, private_key=private_keys(node)[1])
        with transaction.atomic():
            with connection.cursor() as cursor:  # one file after the other: the same one sent twice is read once
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [READING])
            taken = _take(split(data), sender, file, by, told)
    except Refused:
        raise
    except ValueError as error:
        raise sentence_of(error) from error
    except IntegrityError as error:
        raise Refused(_("The same changes were being taken from another file. Read this one again.")) from error
    return taken


def at_once() -> bool:
    """Whether no other file is being read: then none is until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [READING])
        return bool(cursor.fetchone()[0])


def _take(parts: list[bytes], sender: str, file: str, by: Any, told: type_told | None) -> Taken:
    nodes = {node.name: node for node in Node.objects.filter(own=False)}
    keys = {name: bytes.fromhex(node.public_key) for name, node in nodes.items()}
    own = own_or_refuse()
    bundles: list[tuple[Bundle, bytes]] = []
    skipped = []
    parcels = [part for part in parts if is_parcel(part)]
    parts = [part for part in parts if not is_parcel(part)] or parts[:1]
    for part in parts:
        name = _node_of(part)
        if name == own.name:
            keys[own.name] = bytes.fromhex(own.public_key)
        elif name not in nodes and len(parts) > 1 and part is not parts[0]:
            skipped.append(name)
            continue
        bundles.append((unseal(part, public_keys=keys), part))
    first = bundles[0][0]
    if sender and first.node != sender:
        raise Refused(_("The file says that it is of %(one)s and was signed by %(other)s. Have it written again.") % {
            "one": sender, "other": first.node
        })  # fmt: skip
    taken = known = 0
    for bundle, part in bundles:
        _not_revoked(nodes.get(bundle.node), bundle, first.node)
        new, before = _add(bundle, part, by)
        taken, known = taken + new, known + before
    if first.node in nodes:
        _heard(nodes[first.node], first.have, first.node)
    # What waits for somebody's organisation or place is tried again with each file, and only then.
    ExchangeState.objects.filter(refused__contains='"lacks"').update(stale=True)
    open_before = set(Case.objects.filter(ended_at=None).values_list("pk", flat=True))
    settle(told)
    given = 0
    said: list[str] = []
    for part in parcels if first.node in nodes else ():
        count, sentences = unpack(part, nodes[first.node], own, file, by)
        given, said = given + count, [*said, *sentences]
    return Taken(
        first.node,
        taken,
        known,
        sum(map(len, ExchangeState.objects.exclude(waiting=[]).values_list("waiting", flat=True))),
        Case.objects.filter(ended_at=None).exclude(pk__in=open_before).count(),
        file,
        tuple(skipped),
        given,
        tuple(said),
    )


def _node_of(part: bytes) -> str:
    found = re.match(rb'^\{"count":[^\n]*"node":"([^"\\\n]{1,40})"\}\n', part)
    return found[1].decode("utf-8", "replace") if found else ""


def _not_revoked(node: Node | None, bundle: Bundle, sender: str) -> None:
    """After a key was lost only what its node signed before counts, whoever brings it."""
    if node is None or node.revoked_at is None:
        return
    late = [change.id for change in bundle.changes if node_and_number(change.id)[1] > (node.last_valid or 0)]
    if late or bundle.node == sender:
        raise Refused(
            _("The key of %s is revoked: its files are taken no more. What it sent before stands.") % node.name
        )


def _add(bundle: Bundle, part: bytes, by: Any) -> tuple[int, int]:
    """Puts what is new into the log; how many changes were new, and how many were known."""
    before = there(change.id for change in bundle.changes)
    new: dict[str, Change] = {}
    gone: dict[str, tuple[Change, tuple[str, ...]]] = {}
    late = False
    for change in bundle.changes:
        row = before.get(change.id)
        one = new.get(change.id) or (change_of(row) if row else None)
        if one is None:
            valid(change)
            new[change.id] = change
        elif canonical(as_json(one)) != canonical(as_json(change)):
            names = lost(one, change)
            if names is None:
                raise Unreadable("two_contents", id=change.id, record=one.record, other=change.record)
            if names:
                gone[change.id] = (one, names)
            late = late or not names
    if late and (new or gone):
        raise Refused(
            _("The file of %s was written before something in it was erased. Have it written again.") % bundle.node
        )
    if not new and not gone:
        return 0, len(bundle.changes)
    own = own_or_refuse()
    numbers = [node_and_number(one.id)[1] for one in bundle.changes if gone or one.id in new]
    kept = None
    if bundle.node != own.name:
        kept = ExchangeBundle.objects.create(
            node=bundle.node, sha256=file_hash(part), data=part, first=min(numbers), last=max(numbers), by=by
        )
    else:
        # Put back from an old copy: what others kept of this node comes home, and its numbers go on behind.
        Node.objects.filter(pk=own.pk, number__lt=max(numbers)).update(number=max(numbers))
    if gone:
        take_over(gone, kept, set(numbers))
    ExchangeChange.objects.bulk_create([row_of(change, kept) for change in new.values()], batch_size=2000)
    touched = {change.record: change.kind for change in new.values()}
    ExchangeState.objects.bulk_create(
        [ExchangeState(record=record, kind=kind, stale=True) for record, kind in touched.items()],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=["stale"],
        batch_size=2000,
    )
    return len(new), len(bundle.changes) - len(new)


def _heard(node: Node, said: Mapping[str, int], name: str) -> None:
    """What a node says that it has; it never has less than it had, unless it was put back from an old copy: what it says of
    itself is taken as said, so that the next file brings home what is missing there."""
    merged = {one: max(node.have.get(one, 0), number) for one, number in {**node.have, **said}.items()}
    merged[name] = said.get(name, have().get(name, 0))
    Node.objects.filter(pk=node.pk).update(have=merged)


def receipt(taken: Taken) -> bytes:
    """The signed line that says: this file arrived, and this is what we have since."""
    node = own_or_refuse()
    said = Receipt(node.name, taken.node, taken.file, have(), timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    data = sign_receipt(said, private_key=private_keys(node)[0])
    ExchangeReceipt.objects.get_or_create(
        node=node.name, file=taken.file, defaults={"of": taken.node, "have": said.have, "data": data}
    )
    return data


@transaction.atomic
def take_receipt(data: bytes) -> ExchangeReceipt:
    """The receipt of another node for a file of this one; what it holds need not be sent again. Raises ``Refused``."""
    own = own_or_refuse()
    keys = {node.name: bytes.fromhex(node.public_key) for node in Node.objects.filter(own=False, revoked_at=None)}
    try:
        said = read_receipt(data, public_keys=keys)
    except ValueError as error:
        raise sentence_of(error) from error
    if said.of != own.name:
        raise Refused(_("This receipt is for node %s. Carry it there.") % said.of[:40])
    kept, _new = ExchangeReceipt.objects.get_or_create(
        node=said.node, file=said.file, defaults={"of": said.of, "have": said.have, "data": data}
    )
    had(own, said.node, file=said.file)
    node = Node.objects.select_for_update().get(name=said.node)
    node.have = {**node.have, **{one: max(node.have.get(one, 0), number) for one, number in said.have.items()}}
    node.save(update_fields=["have"])
    return kept
