"""Exchange: changes of several nodes brought together by meaning and by ground, and the file that carries them.

The picture is a function of the set of changes: no order, repetition, delay or clock plays a part.
"""

from rafid.methods.exchange.change import Change, canonical, newest, node_and_number
from rafid.methods.exchange.envelope import (
    Receipt,
    addressed,
    file_hash,
    is_envelope,
    is_receipt,
    new_box_keys,
    read_receipt,
    sign_receipt,
    unwrap,
    wrap,
)
from rafid.methods.exchange.errors import Unreadable
from rafid.methods.exchange.log import Log, Picture, merge
from rafid.methods.exchange.rules import Conflict, Rules
from rafid.methods.exchange.sealing import Bundle, new_keys, seal, unseal

__all__ = [
    "Bundle",
    "Change",
    "Conflict",
    "Log",
    "Picture",
    "Receipt",
    "Rules",
    "Unreadable",
    "addressed",
    "canonical",
    "file_hash",
    "is_envelope",
    "is_receipt",
    "merge",
    "new_box_keys",
    "new_keys",
    "newest",
    "node_and_number",
    "read_receipt",
    "seal",
    "sign_receipt",
    "unseal",
    "unwrap",
    "wrap",
]
