"""The signed file: lines of canonical JSON, a header, one line a change, and a signature over all bytes before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rafid.methods.exchange.change import Change, as_json, canonical, node_and_number
from rafid.methods.exchange.errors import Unreadable

FORMAT = "rafid-exchange/1"
_LENGTH = len('{"signature":"') + 128 + len('"}\n')
_CHANGE = {"id", "record", "kind", "action", "fields", "after", "at", "by"}


@dataclass(frozen=True)
class Bundle:
    """``node`` signed ``changes``, all its own; ``have``: the highest number of each node that it held."""

    node: str
    changes: tuple[Change, ...]
    have: Mapping[str, int]


def new_keys() -> tuple[bytes, bytes]:
    """A new Ed25519 pair: (private, public), 32 bytes each."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal(changes: Iterable[Change], *, node: str, private_key: bytes, have: Mapping[str, int] | None = None) -> bytes:
    """The signed file of a node's own changes, in the order given. The same changes and key give the same bytes.

    Raises ``ValueError`` for a change of another node: a node signs only what it made itself.
    """
    listed = list(changes)
    if not isinstance(node, str):
        raise ValueError(f"the node is {node!r}; give its name")
    lines = [canonical({"count": len(listed), "format": FORMAT, "have": dict(have or {}), "node": node})]
    for change in listed:
        if node_and_number(change.id)[0] != node:
            raise Unreadable("not_own", id=change.id, node=node)
        try:
            lines.append(canonical(as_json(change)))
        except (TypeError, ValueError) as error:
            raise Unreadable("not_json", id=change.id, why=str(error)) from error
    lines.append("")
    try:
        body = "\n".join(lines).encode()
    except UnicodeEncodeError as error:
        raise Unreadable("no_text", node=node, why=error.reason) from error
    return body + _signed(signing_key(private_key).sign(body))


def signing_key(private_key: bytes) -> Ed25519PrivateKey:
    """Raises ``ValueError`` for what is no private key."""
    try:
        return Ed25519PrivateKey.from_private_bytes(private_key)
    except (TypeError, ValueError):
        raise ValueError("the private key is not 32 bytes; give the first of new_keys()") from None


def _signed(signature: bytes) -> bytes:
    return f'{{"signature":"{signature.hex()}"}}\n'.encode()


def unseal(data: bytes, *, public_keys: Mapping[str, bytes]) -> Bundle:
    """Opens a signed file; ``public_keys``: node → its key. Raises ``ValueError`` for whatever is not exactly what a known
    node signed: cut, altered by one bit, empty, of another format, of a stranger.
    """
    if not isinstance(data, bytes):
        raise ValueError(f"the file is a {type(data).__name__}; give its bytes")
    if not data:
        raise Unreadable("empty")
    start = data.find(b"\n") + 1
    if not data.startswith(b'{"count":') or not start:
        raise Unreadable("no_file", format=FORMAT)
    head = _parsed(data[: start - 1], 1)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Unreadable("version", format=FORMAT)
    node = head.get("node")
    key = public_keys.get(node) if isinstance(node, str) else None
    if key is None or not isinstance(node, str):
        raise Unreadable("stranger", node=node)
    body, last = data[:-_LENGTH], data[-_LENGTH:]
    try:
        signature = bytes.fromhex(last[14:-3].decode("ascii"))
    except ValueError:
        signature = b""
    if len(signature) != 64 or _signed(signature) != last or not body.endswith(b"\n"):
        raise Unreadable("cut", node=node)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, body)
    except InvalidSignature:
        raise Unreadable("forged", node=node) from None
    except (TypeError, ValueError):
        raise ValueError(f"the public key of {node} is not 32 bytes; take its key file again") from None
    return _opened(node, head, body[start:])


def _opened(node: str, head: dict[str, Any], body: bytes) -> Bundle:
    lines = body.split(b"\n")[:-1]
    if head.get("count") != len(lines):
        raise Unreadable("count", node=node, said=head.get("count"), held=len(lines))
    have = head.get("have")
    if not isinstance(have, dict) or not all(type(number) is int for number in have.values()):
        raise Unreadable("no_have", node=node)
    changes = []
    for number, line in enumerate(lines, 1):
        change = _change(_parsed(line, number + 1), number + 1)
        if node_and_number(change.id)[0] != node:
            raise Unreadable("foreign", id=change.id, node=node)
        changes.append(change)
    return Bundle(node, tuple(changes), have)


def _parsed(line: bytes, number: int) -> Any:
    try:
        value = json.loads(line.decode())
        if canonical(value).encode() == line:
            return value
    except (ValueError, RecursionError):
        pass
    raise Unreadable("altered", line=number)


def _change(row: Any, number: int) -> Change:
    if not isinstance(row, dict) or set(row) != _CHANGE:
        raise Unreadable("no_change", line=number, format=FORMAT)
    texts = [row[name] for name in ("id", "record", "kind", "action", "at", "by")]
    after, fields = row["after"], row["fields"]
    if not (
        all(isinstance(text, str) for text in texts)
        and isinstance(fields, dict)
        and isinstance(after, list)
        and all(isinstance(one, str) for one in after)
    ):
        raise Unreadable("no_change", line=number, format=FORMAT)
    return Change(row["id"], row["record"], row["kind"], row["action"], fields, tuple(after), row["at"], row["by"])
