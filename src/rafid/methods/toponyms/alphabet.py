"""Names as rows of signs: one alphabet for Arabic, Sorani and Latin script, in which spellings can be compared.

A sign is a letter in its place: Latin digraphs are one sign, a doubled consonant is the consonant and a sign of doubling,
the article is one sign in all scripts, and an Arabic letter whose sound depends on its neighbours (ا و ي ة ه and others)
is a sign of its own at the beginning, in the middle and at the end of a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from rafid.methods.text import fold
from rafid.methods.toponyms.generic import DISTRICT, SUBDISTRICT, kind_bit

LATIN, ARABIC = 0, 1

BREAK, ARTICLE, DOUBLED, FINAL_H = "_", "AL", "=", "h2"
_DIGITS: Final = tuple("0123456789")
SHARED_SIGNS: Final = (BREAK, ARTICLE, *_DIGITS)
LATIN_VOWELS: Final = ("a", "e", "i", "o", "u", "ā", "ī", "ū", "ê")
LATIN_SIGNS: Final = (
    *LATIN_VOWELS,
    *("b", "p", "t", "th", "j", "ch", "ḩ", "kh", "d", "dh", "r", "z", "zh", "s", "sh", "ş", "ḑ", "ţ", "z̧", "gh", "f"),
    *("v", "q", "k", "g", "l", "m", "n", "h", "w", "y", "c", "'", DOUBLED, FINAL_H),
)
_CONSONANTS: Final = "بتثجحخدذرزسشصضطظغفقكلمنهپچژڤگ"
# 0 begins a word, 1 stands inside, 2 ends it; after 1: between consonants (c) and vowel letters (v).
ARABIC_SIGNS: Final = (
    *_CONSONANTS,
    *("ا0", "ا1", "ا2", "آ0", "آ1", "إ0", "ى2", "ة2", "ة3", "ه2", "ه3", "ع0", "ع1", "ع2", "ء1", "ء2"),
    *(f"{letter}{place}" for letter in "وي" for place in ("0", "1cc", "1cv", "1vc", "1vv", "2", "2v")),
    *("ە0", "ە1", "ە2", "ێ1", "ێ2", "ۆ0", "ۆ1", "ۆ2"),
)
SIGNS: Final = (*SHARED_SIGNS, *LATIN_SIGNS, *ARABIC_SIGNS)
SIGN: Final = {sign: number for number, sign in enumerate(SIGNS)}
_BREAK_SIGN: Final = bytes([SIGN[BREAK]])
_ARTICLE_SIGN: Final = bytes([SIGN[ARTICLE]])

# What stands on either side of a gap between Arabic letters decides which unwritten vowel may fill it.
# Edge, break, article, alif, waw, ya, ta marbuta, ayn or hamza, Sorani vowel, consonant.
GAP_CLASSES: Final = "#_LAWYTESC"
GAPS: Final = len(GAP_CLASSES) ** 2

_LONGEST: Final = 96  # signs of a name that are compared: a longer one is no name

_INVISIBLE: Final = re.compile("[\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\u061c\u00ad\ufeffـ]")
_APOSTROPHES: Final = re.compile("[‘’ʻʼʿʾ`´′ʽ]")
_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|['\u0300-\u036f\u064b-\u065f\u0670])*|'(?:[^\W_]|['\u0300-\u036f])+")

_JOINED: Final = re.compile("ة(?=[\u0621-\u064a])")  # ة ends a word: قريةالامجاد lacks a blank

_ARABIC_LETTER: Final = re.compile("[\u0620-\u064a\u0671-\u06d3\u06d5]")
_SAME_LETTER: Final = str.maketrans(
    {
        **dict.fromkeys("کڪ", "ك"),
        **dict.fromkeys("یې", "ي"),
        **dict.fromkeys("ھہ", "ه"),
        **dict.fromkeys("ٱأٲ", "ا"),
        "ڕ": "ر",
        "ڵ": "ل",
        "ۇ": "و",
        "ۀ": "ە",
    }
)
_VOWEL_LETTERS: Final = frozenset("اويىةەێۆآإئؤ")


class Encoded(NamedTuple):
    """A name as signs: bytes that number SIGNS, its script, the bits of the kinds of place that were set aside."""

    signs: bytes
    script: int
    kinds: int
    core: str  # folded, without articles and kinds
    bare: str  # folded, without articles


class _Word(NamedTuple):
    folded: str
    script: int
    article: str  # "" no article; "AL" the article by itself; else the assimilated consonant (ash → sh)
    leads: bool  # begins with the article
    kind: int  # bit of the kind, -1 for none
    inside: bytes  # signs where another word follows
    last: bytes


def encode(text: str) -> Encoded:
    """Read a name in any of the scripts. A name without a letter or digit of theirs has no signs."""
    words = [_read(word) for word in _words(text)]
    kept: list[tuple[_Word, bool]] = []
    pending = False
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else None
        if word.article and following is not None and _is_article_of(word, following):
            pending = True
            continue
        kept.append((word, pending))
        pending = False
    kinds = 0
    named = [(word, article) for word, article in kept if word.kind < 0]
    # "Al Madinah" and "Markaz" are names where nothing else is left, or but a letter (Hayy B).
    if any(len(word.folded) > 1 or word.folded.isdigit() for word, _ in named):
        for word, _ in kept:
            kinds |= max(word.kind, 0)
        if kinds & SUBDISTRICT:
            kinds &= ~DISTRICT  # sub-district in two words
    else:
        named = kept
    signs = bytearray()
    arabic = 0
    for position, (word, article) in enumerate(named, start=1):
        if article and not word.leads:
            signs += _ARTICLE_SIGN
        signs += word.last if position == len(named) else word.inside + _BREAK_SIGN
        arabic += len(word.folded) if word.script == ARABIC else -len(word.folded)
    return Encoded(
        bytes(signs[:_LONGEST]),
        ARABIC if arabic > 0 else LATIN,
        kinds,
        " ".join(_bare(word) for word, _ in named),
        " ".join(_bare(word) for word, _ in kept),
    )


def _words(text: str) -> list[str]:
    if text.isascii():
        text = text.lower().replace("`", "'")
    else:
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).casefold())
        # Before keyboards had ە it was typed as ه that does not join to what follows.
        text = text.replace("ه\u200c", "ە").replace("\u200c", "")
        text = _APOSTROPHES.sub("'", text)
        text = _JOINED.sub("ة ", text)
    return [word for word in _WORD.findall(text) if word.strip("'")]


def _is_article_of(word: _Word, following: _Word) -> bool:
    if word.script != following.script:
        return False
    if word.article == ARTICLE:
        return True
    first = SIGNS[following.inside[0]] if following.inside else ""
    return bool(first) and unicodedata.normalize("NFD", first)[0] == word.article[0]


def _bare(word: _Word) -> str:
    return word.folded[2:] if word.script == ARABIC and word.leads else word.folded


@lru_cache(maxsize=65536)
def _read(word: str) -> _Word:
    folded = fold(word).replace(" ", "")
    bit = kind_bit(folded)
    kind = -1 if bit is None else bit
    if _ARABIC_LETTER.search(word):
        last, inside = _arabic(word, last=True), _arabic(word, last=False)
        article = ARTICLE if folded == "ال" else ""
        return _Word(folded, ARABIC, article, last[:1] == [ARTICLE], kind, _numbers(inside), _numbers(last))
    signs = _latin(word)
    article = ""
    if folded in ("al", "el", "ul", "il", "l"):
        article = ARTICLE
    elif len(signs) == 2 and signs[0] in "aeiu" and signs[1] in _SUN:
        article = unicodedata.normalize("NFD", signs[1])[0]
    return _Word(folded, LATIN, article, signs[:1] == [ARTICLE], kind, _numbers(signs), _numbers(signs))


def _numbers(signs: list[str]) -> bytes:
    return bytes(SIGN[sign] for sign in signs)


_SUN: Final = frozenset(("t", "th", "d", "dh", "r", "z", "s", "sh", "n", "ş", "ḑ", "ţ", "z̧"))
_DIGRAPHS: Final = {
    **{pair: pair for pair in ("kh", "th", "dh", "sh", "gh", "ch", "zh")},
    "ph": "f",
    "ck": "k",
    "aa": "ā",
    "ee": "ī",
    "ii": "ī",
    "oo": "ū",
    "ou": "ū",
    "uu": "ū",
}
_LONG_VOWELS: Final = {"a": "ā", "e": "ê", "i": "ī", "o": "o", "u": "ū"}
_MARKED: Final = {
    **{"s" + mark: "ş" for mark in "\u0327\u0323"},  # cedilla, dot below
    **{"d" + mark: "ḑ" for mark in "\u0327\u0323"},
    **{"t" + mark: "ţ" for mark in "\u0327\u0323"},
    **{"z" + mark: "z̧" for mark in "\u0327\u0323"},
    **{"h" + mark: "ḩ" for mark in "\u0327\u0323\u0308"},
    **{"g" + mark: "gh" for mark in "\u0306\u0307\u0304"},  # breve, dot above, macron
    **{"s\u030c": "sh", "c\u030c": "ch", "z\u030c": "zh", "g\u030c": "j"},
    **{"t\u0331": "th", "d\u0331": "dh", "h\u032e": "kh"},
    **{"x\u0308": "gh", "c\u0327": "ch"},
}
_ONE_LETTER: Final = {"x": "kh", "ł": "l", "ı": "i", "ø": "o", "ə": "e", "đ": "d"}
# Only Kurdish writes these; beside them ş is sh and c is ج. Only the romanisations for maps write the others.
_KURDISH: Final = re.compile("[êçîûëẍ]")
_MAPS: Final = re.compile("[āīūḩţḑḥṭḍṣ]|z̧")


def _latin(word: str) -> list[str]:
    """Signs of a Latin word, digraphs and marks read, doubled consonants marked."""
    if word.isascii():
        letters = list(word)
    else:
        letters = []
        for character in unicodedata.normalize("NFD", word):
            if unicodedata.combining(character) and letters:
                letters[-1] += character
            else:
                letters.append(character)
    kurdish = not word.isascii() and bool(_KURDISH.search(unicodedata.normalize("NFC", word)))
    maps = not word.isascii() and bool(_MAPS.search(unicodedata.normalize("NFC", word)))
    signs: list[str] = []
    i = 0
    while i < len(letters):
        pair = letters[i] + (letters[i + 1] if i + 1 < len(letters) else "")
        sign = _DIGRAPHS.get(pair)
        i += 2 if sign else 1
        sign = sign or _latin_letter(letters[i - 1], kurdish=kurdish, maps=maps)
        if not sign:
            continue
        if signs and sign == signs[-1] and sign not in LATIN_VOWELS and sign not in _DIGITS:
            sign = DOUBLED
        if sign != DOUBLED or signs[-1] != DOUBLED:
            signs.append(sign)
    if len(signs) > 2 and signs[-1] == "h" and signs[-2] in LATIN_VOWELS:
        signs[-1] = FINAL_H
    if signs[:4] in (["a", "l", "b", "u"], ["e", "l", "b", "u"]):  # Albu is البو, the sons of
        signs[:2] = [ARTICLE]
    return signs


def _latin_letter(letter: str, *, kurdish: bool, maps: bool) -> str:
    base, marks = letter[0], letter[1:]
    if marks:
        if base in _LONG_VOWELS and ("\u0304" in marks or "\u0302" in marks):
            return _LONG_VOWELS[base]
        for mark in marks:
            sign = _MARKED.get(base + mark)
            if sign == "ş":
                return "sh" if kurdish and not maps else "ş"
            if sign:
                return sign
    if base == "c" and kurdish:
        return "j"
    base = _ONE_LETTER.get(base, base)
    if base in SIGN:
        return base
    digit = unicodedata.decimal(base, None)
    return "" if digit is None else str(digit)


def _arabic(word: str, *, last: bool) -> list[str]:
    """Signs of an Arabic or Sorani word; `last`: no word follows, so ة is not spoken as t."""
    word = "".join(c for c in word if not unicodedata.combining(c) and c != "'").translate(_SAME_LETTER)
    word = word.replace("وو", "و")
    word = re.sub("^ئ(?=[اەێۆويإآ])", "", word)
    signs: list[str] = []
    if len(word) >= 4 and (word.startswith("ال") or word.startswith("آلبو")):
        signs.append(ARTICLE)
        word = word[2:]
    end = len(word) - 1
    for i, letter in enumerate(word):
        place = "0" if i == 0 else "2" if i == end else "1"
        if letter in _CONSONANTS and not (letter == "ه" and place == "2"):
            signs.append(letter)
        elif letter in "وي":
            before = "v" if i and word[i - 1] in _VOWEL_LETTERS else "c"
            after = "v" if i < end and word[i + 1] in _VOWEL_LETTERS else "c"
            signs.append(letter + {"0": "0", "1": "1" + before + after, "2": "2v" if before == "v" else "2"}[place])
        elif letter in "ةه":
            signs.append(letter + ("2" if last else "3"))
        elif letter in "ئؤء":
            signs.append("ء2" if place == "2" else "ء1")
        elif letter in "اآإىعەێۆ":
            signs.append(_nearest(letter, place))
        elif (digit := unicodedata.decimal(letter, None)) is not None:
            signs.append(str(digit))
    return signs


def _nearest(letter: str, place: str) -> str:
    if letter + place in SIGN:
        return letter + place
    if letter == "إ":
        return "ا" + place
    if letter == "ى":
        return "ي0" if place == "0" else "ي1cc"
    if letter == "آ":
        return "آ1"
    return letter + "1"


_GAP_CLASS: Final = {BREAK: "_", ARTICLE: "L", "ا": "A", "آ": "A", "إ": "A", "ى": "A", "و": "W", "ي": "Y", "ة": "T"} | {
    "ع": "E",
    "ء": "E",
    "ە": "S",
    "ێ": "S",
    "ۆ": "S",
}
SIGN_GAP_CLASS: Final = tuple(
    GAP_CLASSES.index("T" if sign in ("ه2", "ه3") else _GAP_CLASS.get(sign, _GAP_CLASS.get(sign[0], "C")))
    for sign in SIGNS
)
