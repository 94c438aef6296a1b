"""One search key for the spellings of a text in Arabic, Sorani and Latin script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Zero-width and direction marks, soft hyphen, byte order mark: they change nothing that a reader sees.
_INVISIBLE: Final = frozenset(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x061C, 0x00AD, 0xFEFF]
)

# Letters that people exchange while typing, and Kurdish or Persian letters missing on an Arabic keyboard.
_LETTERS: Final = {
    **dict.fromkeys("ىیې", "ي"),
    **dict.fromkeys("کڪگ", "ك"),
    **dict.fromkeys("ةەھہ", "ه"),
    **dict.fromkeys("ۆۇ", "و"),
    **dict.fromkeys("ءـ", ""),
    "ٱ": "ا",
    "چ": "ج",
    "پ": "ب",
    "ڤ": "ف",
    "ێ": "ي",
    "ڕ": "ر",
    "ڵ": "ل",
    "ژ": "ز",
}

# c++ and c#, but not "a+b" nor "+964": the sign stays straight after a Latin letter and before no letter or digit.
# \w would also take the underscore, which is already a blank where this is used. The run is possessive so that
# "c++x" loses both signs instead of keeping the first.
_SIGNS: Final = re.compile(r"[+#]++(?!\w)")
_FIRST_JAMO: Final = "\u1100"


def _fold_character(character: str) -> str:
    if ord(character) in _INVISIBLE:
        return ""
    # Surrogates cannot be normalised together with others and mean nothing alone.
    composed = unicodedata.normalize("NFKC", character)
    bare = "".join(
        c
        for c in unicodedata.normalize("NFKD", composed.casefold())
        if unicodedata.category(c)[0] != "M" and ord(c) not in _INVISIBLE
    )
    return "".join(_plain(c) for c in unicodedata.normalize("NFKC", bare))


def _plain(character: str) -> str:
    mapped = _LETTERS.get(character)
    if mapped is not None:
        return mapped
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in "+#" or unicodedata.category(character)[0] == "L":
        return character
    return " "


class _FoldTable(dict[int, str]):
    """Filled as characters are met: the few hundred that a country uses, never the whole of Unicode."""

    def __missing__(self, codepoint: int) -> str:
        folded = _fold_character(chr(codepoint))
        self[codepoint] = folded
        return folded


_TABLE: Final = _FoldTable()
for _codepoint in range(0x80):
    _TABLE[_codepoint]  # str.translate is several times faster over ASCII when nothing is missing


def _keep_signs(text: str) -> str:
    parts: list[str] = []
    end = 0
    for run in re.finditer(r"[+#]+", text):
        start = run.start()
        latin = start > 0 and _is_latin(text[start - 1])
        kept = run.group() if latin and _SIGNS.match(text, start) else " "
        parts += text[end:start], kept
        end = run.end()
    return "".join(parts) + text[end:]


@lru_cache(maxsize=4096)
def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def fold(text: str) -> str:
    """The search key of a text: same for spellings that a reader would call the same.

    In order: NFKC; zero-width and direction marks, soft hyphen and byte order mark removed; casefold; combining marks
    (tashkeel, hamza on its carrier, Latin accents) dropped; ى ی ې→ي, ک ڪ گ→ك, ة ە ھ ہ→ه, ٱ→ا, چ→ج, پ→ب, ڤ→ف, ۆ ۇ→و,
    ێ→ي, ڕ→ر, ڵ→ل, ژ→ز, ء and tatweel removed; digits of any script to 0-9; words are runs of letters and digits (a run
    of + or # straight after a Latin letter and before no letter or digit stays: c++, c#), all else is a blank; single
    blanks, none at the ends.

    Idempotent. For finding and comparing only: store and show the text as it was written.

    >>> fold("مُدرِّسة"), fold("C++ / .NET"), fold("٠٧٧٠ ١٢٣")
    ('مدرسه', 'c++ net', '0770 123')
    """
    folded = text.translate(_TABLE)
    if "+" in folded or "#" in folded:
        folded = _keep_signs(folded)
    if not folded.isascii() and max(folded) >= _FIRST_JAMO and not unicodedata.is_normalized("NFKC", folded):
        # Two Hangul letters that a removed mark kept apart are now a syllable: a second fold would differ.
        folded = unicodedata.normalize("NFKC", folded)
    return " ".join(folded.split())


def tokens(text: str) -> list[str]:
    """The words of `fold(text)`, in order."""
    return fold(text).split()


class _DigitTable(dict[int, int]):
    def __missing__(self, codepoint: int) -> int:
        digit = unicodedata.decimal(chr(codepoint), None)
        self[codepoint] = codepoint if digit is None else ord("0") + int(digit)
        return self[codepoint]


_DIGITS: Final = _DigitTable()


def to_ascii_digits(text: str) -> str:
    """Decimal digits of any script as 0-9; every other character, and the length, stays.

    Superscripts and circled numbers are not decimal digits and stay: 10² is not 102.

    >>> to_ascii_digits("۲۰۲٤/١")
    '2024/1'
    """
    return text if text.isascii() else text.translate(_DIGITS)
