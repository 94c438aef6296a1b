"""Light stems: forms of one word meet, different words stay apart."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Final

from rafid.methods.text.folding import fold
from rafid.methods.text.language import detect_language

_SHORTEST: Final = 3

# Longest first; the article alone or joined with و ب ك ف ل.
_ARTICLES: Final = ("وال", "بال", "كال", "فال", "لل", "ال")
# First the ending of gender and number, then that of the nisba: كهربائيين → كهربائي → كهربا(ئ).
_NUMBER: Final = ("تين", "تان", "ات", "ون", "ين", "ان", "ه")
_NISBA: Final = "ي"

# Folded: ەکان, ەکە, ێک, ان; after a vowel they are written with ی between (مامۆستایەکە).
_SORANI_SURE: Final = ("هكان", "هكه")
_SORANI: Final = (*_SORANI_SURE, "يك", "ان")
_VOWELS: Final = "اويه"

_LANGUAGES: Final = frozenset({"ar", "ckb", "en", "und"})


def stem(word: str, *, language: str | None = None) -> str:
    """The light stem of one word, folded.

    Arabic: the article (ال, وال, بال, كال, فال, لل), then at most one ending of gender or number and one of nisba,
    never below three letters (after L. S. Larkey, L. Ballesteros, M. E. Connell: Light stemming for Arabic
    information retrieval, 2007, without its removal of a bare و). Sorani: definite, indefinite and plural endings
    (ەکە, ەکان, ێک, ان), never below three letters. Latin script: Snowball's English (Porter 2).

    `language` is "ar", "ckb" or "en"; without it the letters of the word decide. Folding removes the letters that
    tell Sorani from Arabic, so give either the word as it was written or the language. Raises ValueError for anything
    but one word and for an unknown language.

    >>> stem("السائقون") == stem("سائقة") == stem("سائق")
    True
    """
    if language is not None and language not in _LANGUAGES:
        raise ValueError(f"Language {language!r} has no stemmer: use ar, ckb or en.")
    return _stem(word, language)


@lru_cache(maxsize=65536)
def _stem(word: str, language: str | None) -> str:
    folded = fold(word)
    if not folded or " " in folded:
        raise ValueError(f"A stem is made of one word, not of {word!r}.")
    if language is None or language == "und":
        language = detect_language(word)
    if language == "en" or folded.isascii():
        return _english(folded)
    if language == "ckb":
        return _sorani(folded)
    if language == "ar":
        # A folded Sorani word looks Arabic; these two endings do not occur in Arabic, so both spellings meet.
        for ending in _SORANI_SURE:
            if folded.endswith(ending):
                return _sorani(folded)
        return _arabic(folded)
    return folded


def _arabic(word: str) -> str:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST:
            word = word[len(article) :]
            break
    for ending in _NUMBER:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    if word.endswith(_NISBA) and len(word) - 1 >= _SHORTEST:
        word = word[:-1]
    return word


def _sorani(word: str) -> str:
    for ending in _SORANI:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            bare = word[: -len(ending)]
            if bare[-1] == "ي" and len(bare) > _SHORTEST and bare[-2] in _VOWELS:
                bare = bare[:-1]
            return bare
    return word


_snowball: Any = None
_snowball_lock: Final = threading.Lock()  # a Snowball stemmer keeps the word that it works on in itself


def _english(word: str) -> str:
    global _snowball
    with _snowball_lock:
        if _snowball is None:
            import snowballstemmer  # here, because it costs more to import than all the rest of this package

            _snowball = snowballstemmer.stemmer("english")
        return str(_snowball.stemWord(word))
