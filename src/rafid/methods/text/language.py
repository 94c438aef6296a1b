"""Which of the platform's languages a text is written in, by its letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

Language = Literal["ar", "ckb", "en", "und"]

# Letters of Sorani that Arabic does not use; چ گ پ are left out because Iraqi Arabic writes them too.
# ه before a zero-width non-joiner is how Sorani's ە was typed before keyboards had it.
_SORANI: Final = re.compile("[ەۆێڕڵڤ]|ه\u200c")
_ARABIC: Final = re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u089f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")


def detect_language(text: str) -> Language:
    """ "en" where there are more Latin than Arabic letters, else "ckb" or "ar" by the letters; "und" without either.

    "en" stands for Latin script and "ar" for Arabic script without a letter of Sorani: a short Sorani word that has
    none of ە ۆ ێ ڕ ڵ ڤ reads as Arabic, and so it must where the word alone decides.
    """
    latin = arabic = 0
    for character in text:
        if character.isascii():
            latin += character.isalpha()
        elif character.isalpha():
            if _ARABIC.match(character):
                arabic += 1
            elif unicodedata.name(character, "").startswith("LATIN "):
                latin += 1
    if latin > arabic:
        return "en"
    if not arabic:
        return "und"
    return "ckb" if _SORANI.search(unicodedata.normalize("NFKC", text)) else "ar"
