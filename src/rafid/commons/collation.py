"""Names in the order in which a reader looks for them: Sorani's and Arabic's alphabets, and Latin without its marks.

The code points of Sorani's own letters stand behind all of Arabic's; plain sorting would put پێنجوێن after یەک.
"""

from __future__ import annotations

import re
import unicodedata

_ORDER = (
    *(
        "ئ",
        "ءآأإاٱ",
        "ب",
        "پ",
        "تة",
        "ث",
        "ج",
        "چ",
        "ح",
        "خ",
        "د",
        "ذ",
        "ر",
        "ڕ",
        "ز",
        "ژ",
        "س",
        "ش",
        "ص",
        "ض",
        "ط",
        "ظ",
    ),
    *("ع", "غ", "ف", "ڤ", "ق", "كک", "گ", "ل", "ڵ", "م", "ن", "هھ", "ە", "وؤ", "ۆ", "يیى", "ێ"),
)
_RANK = {letter: rank for rank, letters in enumerate(_ORDER) for letter in letters}
_DIGITS = re.compile(r"(\d+)")

type_key = tuple[tuple[int, int, str], ...]


def alphabetical(text: str) -> type_key:
    """A sorting key. Numbers inside go by their value; Latin names come before Arabic script.

    >>> sorted(["یەک", "پێنجوێن", "ئەربیل", "بەسرە"], key=alphabetical)
    ['ئەربیل', 'بەسرە', 'پێنجوێن', 'یەک']
    """
    key: list[tuple[int, int, str]] = []
    for piece in _DIGITS.split(text.casefold()):
        if piece.isdecimal():
            # No number of a name is longer; Python reads none of more than 4,300 digits.
            key.append((0, int(piece[:4000]), ""))
            continue
        for letter in unicodedata.normalize("NFC", piece):
            if letter in _RANK:
                key.append((2, _RANK[letter], ""))
            elif letter.isalpha():
                key.append((1, 0, unicodedata.normalize("NFD", letter)[0]))
    return tuple(key)
