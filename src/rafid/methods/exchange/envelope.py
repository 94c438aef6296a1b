"""What travels on a stick: the signed file, enciphered so that only its receiver reads it, and the receipt that goes back.

X25519 with a key made for this file, HKDF-SHA256, ChaCha20-Poly1305. The header is bound to what it heads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rafid.methods.exchange.change import canonical
from rafid.methods.exchange.errors import Unreadable

ENVELOPE = "rafid-envelope/1"
RECEIPT = "rafid-receipt/1"
_NONCE = b"\0" * 12  # each key enciphers one file only
_MOST = 4096


def new_box_keys() -> tuple[bytes, bytes]:
    """A new X25519 pair to receive with: (private, public), 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def wrap(data: bytes, *, sender: str, receiver: str, receiver_key: bytes) -> bytes:
    """Enciphers bytes to a node. What comes out is different each time: its key is used once."""
    once = X25519PrivateKey.generate()
    head = {"format": ENVELOPE, "from": sender, "key": once.public_key().public_bytes_raw().hex(), "to": receiver}
    header = canonical(head).encode() + b"\n"
    shared = once.exchange(X25519PublicKey.from_public_bytes(receiver_key))
    return header + ChaCha20Poly1305(_key(shared, header)).encrypt(_NONCE, data, header)


def addressed(data: bytes) -> tuple[str, str]:
    """Who wrote an envelope and for whom, as its header says; nothing is proven by this.

    Raises ``ValueError`` for what is no envelope.
    """
    head, _header = _head(data)
    return head["from"], head["to"]


def is_envelope(data: bytes) -> bool:
    """Whether bytes begin as an envelope does."""
    return data.startswith(canonical({"format": ENVELOPE}).encode()[:-1])


def unwrap(data: bytes, *, receiver: str, private_key: bytes) -> bytes:
    """The bytes that were enciphered to this node. Raises ``ValueError`` where they are another's, cut or altered."""
    head, header = _head(data)
    if head["to"] != receiver:
        raise Unreadable("elsewhere", to=head["to"], here=receiver)
    try:
        shared = X25519PrivateKey.from_private_bytes(private_key).exchange(
            X25519PublicKey.from_public_bytes(bytes.fromhex(head["key"]))
        )
        return ChaCha20Poly1305(_key(shared, header)).decrypt(_NONCE, data[len(header) :], header)
    except (InvalidTag, ValueError):
        raise Unreadable("sealed") from None


def _head(data: bytes) -> tuple[dict[str, Any], bytes]:
    if not data:
        raise Unreadable("empty")
    end = data.find(b"\n", 0, _MOST) + 1
    head: Any
    try:
        head = json.loads(data[: end - 1].decode()) if end else None
    except (ValueError, RecursionError):
        head = None
    good = (
        isinstance(head, dict)
        and set(head) == {"format", "from", "key", "to"}
        and all(isinstance(value, str) for value in head.values())
        and head["format"] == ENVELOPE
        and canonical(head).encode() == data[: end - 1]
    )
    if not good:
        raise Unreadable("no_file", format=ENVELOPE)
    return head, data[:end]


def _key(shared: bytes, header: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rafid exchange\n" + header).derive(shared)


@dataclass(frozen=True)
class Receipt:
    """``node`` took the file of that SHA-256 from ``of``; ``have``: what it holds since."""

    node: str
    of: str
    file: str
    have: dict[str, int]
    at: str = ""


def file_hash(data: bytes) -> str:
    digest = Hash(SHA256())
    digest.update(data)
    return digest.finalize().hex()


def sign_receipt(receipt: Receipt, *, private_key: bytes) -> bytes:
    """A line of canonical JSON and the line of its signature."""
    head = {
        "at": receipt.at,
        "file": receipt.file,
        "format": RECEIPT,
        "have": receipt.have,
        "node": receipt.node,
        "of": receipt.of,
    }
    body = canonical(head).encode() + b"\n"
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(body)
    return body + canonical({"signature": signature.hex()}).encode() + b"\n"


def is_receipt(data: bytes) -> bool:
    """Whether bytes look like a receipt."""
    return f'"format":"{RECEIPT}"'.encode() in data[:_MOST] and not is_envelope(data)


def read_receipt(data: bytes, *, public_keys: dict[str, bytes]) -> Receipt:
    """Raises ``ValueError`` for what no known node signed exactly so."""
    lines = data.split(b"\n")
    wrong = Unreadable("no_receipt")
    try:
        head, last = json.loads(lines[0].decode()), json.loads(lines[1].decode())
        key = public_keys[head["node"]]
        signature = bytes.fromhex(last["signature"])
        body = lines[0] + b"\n"
        if data != body + canonical({"signature": signature.hex()}).encode() + b"\n" or head["format"] != RECEIPT:
            raise wrong
        Ed25519PublicKey.from_public_bytes(key).verify(signature, body)
        return Receipt(head["node"], head["of"], head["file"], dict(head["have"]), head["at"])
    except (InvalidSignature, ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise wrong from None
