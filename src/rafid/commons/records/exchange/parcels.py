"""Parcels: what programmes give to one node alone, inside the file that is enciphered to it.

The log goes to all nodes and is passed on; a parcel is signed for its receiver and ends there. How far a giver came is kept
with the parcel (``marks``) and counts when the receiver is known to have it: by its receipt, or as it asks by network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.programme import Parcel as Declared
from rafid.commons.programme import installed
from rafid.methods.exchange import file_hash
from rafid.methods.exchange.parcel import Parcel, open_parcel, seal_parcel

from ..models import ExchangeParcel, Node
from .declared import found_at
from .errors import Refused


def declared() -> dict[str, Declared]:
    return {one.code: one for programme in installed() for one in programme.parcels}


def pack(own: Node, receiver: Node, private_key: bytes) -> Iterator[tuple[bytes, ExchangeParcel]]:
    """The signed parcel of each programme that has something for ``receiver``, and its row, which is not saved yet."""
    for code, one in declared().items():
        last = _between(own, receiver, code).exclude(had_at=None).order_by("-at").first()
        given = found_at(one.give)(own, receiver, last.marks if last else {})
        if given is None:
            continue
        lines, marks = given
        data = seal_parcel(
            lines,
            code=code,
            giver=own.name,
            receiver=receiver.name,
            made=timezone.now().isoformat(),
            private_key=private_key,
        )
        yield (
            data,
            ExchangeParcel(giver=own.name, receiver=receiver.name, code=code, sha256=file_hash(data), marks=marks),
        )


def _between(giver: Node, receiver: Node, code: str) -> Any:
    return ExchangeParcel.objects.filter(giver=giver.name, receiver=receiver.name, code=code)


def packed(rows: Iterable[ExchangeParcel], file: str) -> None:
    """Keeps that these lie in the file of this hash."""
    for row in rows:
        row.file = file
        row.save(force_insert=True)


def unpack(data: bytes, sender: Node, own: Node, file: str, by: Any) -> tuple[int, list[str]]:
    """Takes one parcel of ``sender``: how many things came, and what is to be said of it. The same one twice does nothing."""
    opened: Parcel = open_parcel(data, receiver=own.name, public_keys={sender.name: bytes.fromhex(sender.public_key)})
    if sender.revoked_at is not None:
        raise Refused(
            _("The key of %s is revoked: its files are taken no more. What it sent before stands.") % sender.name
        )
    one = declared().get(opened.code)
    if one is None:
        return 0, []
    _row, new = ExchangeParcel.objects.get_or_create(
        giver=sender.name,
        receiver=own.name,
        sha256=file_hash(data),
        defaults={"code": opened.code, "file": file, "had_at": timezone.now()},
    )
    if not new:
        return 0, []
    count, said = found_at(one.take)(sender, opened.lines, by)
    return count, said


def received_of(sender: Node) -> list[str]:
    """The hashes of the last parcels that came from a node, which it is told with the next question."""
    rows = (
        ExchangeParcel.objects.filter(giver=sender.name, receiver=_own_name()).order_by("code", "-at").distinct("code")
    )
    return [row.sha256 for row in rows]


def _own_name() -> str:
    from .nodes import own_or_refuse

    return own_or_refuse().name


def had(giver: Node, receiver: str, *, file: str = "", sha256: Iterable[str] = ()) -> None:
    """``receiver`` has the parcels of this file, or those of these hashes."""
    rows = ExchangeParcel.objects.filter(giver=giver.name, receiver=receiver, had_at=None)
    rows = rows.filter(file=file) if file else rows.filter(sha256__in=list(sha256))
    rows.update(had_at=timezone.now())
