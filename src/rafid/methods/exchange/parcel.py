"""What a node gives to one other alone: signed lines of canonical JSON that name their receiver, beside the log of all.

A parcel travels inside a file that is enciphered to its receiver, and is not passed on: who is not named cannot open it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rafid.methods.exchange.change import canonical
from rafid.methods.exchange.errors import Unreadable
from rafid.methods.exchange.sealing import _LENGTH, _parsed, _signed

FORMAT = "rafid-parcel/1"
_HEAD = {"code", "format", "from", "lines", "made", "to"}


@dataclass(frozen=True)
class Parcel:
    """``code``: the programme's word for what lies in it; ``giver`` signed it for ``receiver``."""

    code: str
    giver: str
    receiver: str
    lines: tuple[Mapping[str, Any], ...]


def seal_parcel(
    lines: Iterable[Mapping[str, Any]], *, code: str, giver: str, receiver: str, made: str, private_key: bytes
) -> bytes:
    """The signed bytes. ``made``: when, as text, so that no two parcels are alike."""
    said = [canonical(dict(line)) for line in lines]
    head = {"code": code, "format": FORMAT, "from": giver, "lines": len(said), "made": made, "to": receiver}
    body = "\n".join([canonical(head), *said, ""]).encode()
    return body + _signed(Ed25519PrivateKey.from_private_bytes(private_key).sign(body))


def is_parcel(data: bytes) -> bool:
    """Whether bytes begin as a parcel does."""
    return data.startswith(b'{"code":')


def open_parcel(data: bytes, *, receiver: str, public_keys: Mapping[str, bytes]) -> Parcel:
    """Raises ``ValueError`` for whatever is not exactly what a known node signed for ``receiver``."""
    start = data.find(b"\n") + 1
    head = _parsed(data[: start - 1], 1) if start else None
    if not isinstance(head, dict) or set(head) != _HEAD or head["format"] != FORMAT:
        raise Unreadable("version", format=FORMAT)
    giver = head["from"]
    key = public_keys.get(giver) if isinstance(giver, str) else None
    if key is None:
        raise Unreadable("stranger", node=giver)
    if head["to"] != receiver:
        raise Unreadable("elsewhere", to=head["to"], here=receiver)
    body, last = data[:-_LENGTH], data[-_LENGTH:]
    try:
        signature = bytes.fromhex(last[14:-3].decode("ascii"))
    except ValueError:
        signature = b""
    if len(signature) != 64 or _signed(signature) != last or not body.endswith(b"\n"):
        raise Unreadable("cut", node=giver)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, body)
    except InvalidSignature:
        raise Unreadable("forged", node=giver) from None
    rows = body[start:].split(b"\n")[:-1]
    if head["lines"] != len(rows):
        raise Unreadable("count", node=giver, said=head["lines"], held=len(rows))
    lines = [_parsed(row, number + 2) for number, row in enumerate(rows)]
    if not all(isinstance(line, dict) for line in lines):
        raise Unreadable("version", format=FORMAT)
    return Parcel(str(head["code"]), giver, receiver, tuple(lines))
