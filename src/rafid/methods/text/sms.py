"""How many SMS a text costs."""

from __future__ import annotations

from typing import Final

# 3GPP TS 23.038, section 6.2.1: the default alphabet and its extension table.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("^{}\\[]~|€\f")


def sms_parts(text: str) -> int:
    """Number of SMS that `text` is sent in (3GPP TS 23.038 alphabets, TS 23.040 concatenation); 0 for an empty one.

    All characters in the GSM alphabet: 160 in one message, 153 in each part of several; the extension characters
    ^ { } \\ [ ] ~ | € and form feed count two and are not split. Otherwise UTF-16: 70 and 67 units; a surrogate pair is
    not split.
    """
    if not text:
        return 0
    if all(c in _BASIC or c in _EXTENSION for c in text):
        return _parts([2 if c in _EXTENSION else 1 for c in text], single=160, part=153)
    return _parts([2 if ord(c) > 0xFFFF else 1 for c in text], single=70, part=67)


def _parts(sizes: list[int], *, single: int, part: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts
