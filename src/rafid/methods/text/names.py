"""A consonant key for personal names, equal over Arabic, Sorani and Latin spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rafid.methods.text.folding import fold

# What a Latin spelling cannot tell apart, or careless ones exchange, is one class.
# V marks a vowel or a letter that carries one: it counts at the start and at the end of a word only.
_ARABIC: Final = {
    **dict.fromkeys("بپ", "B"),
    **dict.fromkeys("تطث", "T"),
    **dict.fromkeys("سص", "S"),
    **dict.fromkeys("دضذظ", "D"),
    **dict.fromkeys("كقگکڪ", "K"),
    **dict.fromkeys("جچ", "J"),
    **dict.fromkeys("زژ", "Z"),
    **dict.fromkeys("رڕ", "R"),
    **dict.fromkeys("لڵ", "L"),
    **dict.fromkeys("فڤ", "F"),
    **dict.fromkeys("حهھہ", "H"),
    "ش": "C",
    "خ": "X",
    "غ": "G",
    "م": "M",
    "ن": "N",
    "و": "W",
    "ي": "Y",
    "ی": "Y",
    "ى": "Y",
    "ة": "a",
    "ا": "a",
    "ە": "a",
    "ێ": "i",
    "ۆ": "u",
    "ۇ": "u",
    "ع": "",
    "ء": "",
}
_LATIN: Final = {
    **dict.fromkeys("bp", "B"),
    **dict.fromkeys("fv", "F"),
    **dict.fromkeys("kqgc", "K"),
    **dict.fromkeys("ae", "a"),
    **dict.fromkeys("ou", "u"),
    **{c: c.upper() for c in "dhjlmnrstwxyz"},
    "i": "i",
    "\1": "G",
    "\2": "C",
}
# Consonants first: vowels are read only after the article and the final h are gone.
_CONSONANT_DIGRAPHS: Final = (
    ("kh", "x"),
    ("gh", "\1"),
    ("sh", "\2"),
    ("ch", "j"),
    ("th", "t"),
    ("dh", "d"),
    ("zh", "z"),
    ("ph", "f"),
    ("ck", "k"),
)
_VOWEL_DIGRAPHS: Final = (("ee", "i"), ("oo", "u"), ("ou", "u"), ("ie", "i"), ("ey", "i"), ("ay", "i"), ("ai", "i"))
_HAWAR: Final = str.maketrans({"ş": "\2", "ç": "j", "ğ": "\1", "ẍ": "\1"})
# Only the romanisations for maps (BGN/PCGN) use these; beside them ş is ص and not Kurdish sh.
_ROMANISATION: Final = re.compile("[āīūḩḥţṭḑḍṣẓ]")

# Written with ى, spoken with a, and typed with ي as often. In all other names a final ى is a ي typed carelessly.
_MAQSURA_NAMES: Final = """
    مصطفي موسي عيسي ليلي يحيي هدي سلمي لبني مني نهي ندي مرتضي مجتبي بشري ذكري سلوي نجوي كبري صغري شذي ضحي سهي فدوي مهي
    رني لمي تقوي مثني يسري
"""
_MAQSURA: Final = frozenset(_MAQSURA_NAMES.split())
# Of these the spelling with ي is a name of its own (Yusri).
_MAQSURA_WHERE_WRITTEN: Final = frozenset({"يسري"})
# Begin with the letters of the article without having it.
_NO_ARTICLE_NAMES: Final = "الياس الهام الماس الاء الين الفت اليسار البير elias ilias ilyas elyas ilham elham"
_NO_ARTICLE: Final = frozenset(_NO_ARTICLE_NAMES.split())
# Latin names whose last h is ح or ه and not the sign of ة.
_SPOKEN_H: Final = re.compile(
    "(?:sal|fal|sab|sabb|naj|samm?|nawf|fatt?|jarr|mift|misb|mosb|musb|nuw|jun|ribh|mam[du]uh)ah$"
)

_ALLAH_ARABIC: Final = re.compile("ا?لله$")
_ALLAH_LATIN: Final = re.compile("[aeuo]?ll+a+h$|[aeu]lla$")
_SERVANT_ARABIC: Final = re.compile("^عبد(?=ال)")
_SERVANT_LATIN: Final = re.compile("^abd(?:[aeuio]*l[\\s-]*|[aeuio]([rnsztdl])(?=\\1))")
# A vowel may follow too (Alobaidi), but Alaa and Alexander have no article.
_ARTICLE_LATIN: Final = re.compile("^(?!alaa|ale[xk])(?:al|el|ul)(?=[bcdfghjklmnpqrstvwxyz\1\2]\\w{3}|[aeiou]\\w{4})")
# Noor al-Din, Nuruddin and نورالدين are one word, and so are Nasr Allah and نصرالله.
_FAITH_ARABIC: Final = re.compile("(?<=..)الدين$")
_FAITH_LATIN: Final = re.compile("(?<=..)[aeiou]*[ld]?d(?:i|ee|e|y)n$")
_SECOND_PART: Final = re.compile("(?P<faith>الدين|(?:[aeu][ld])?d(?:i|ee|e|y)n)|الله|[aeu]?llah?")
_SEPARATE_ARTICLES: Final = frozenset(
    ("al", "el", "ul", "il", "ال", "as", "ash", "ar", "an", "ad", "adh", "at", "ath", "az")
)


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """Consonant key of a personal name, the same for its Arabic, Sorani and Latin spellings; words apart by a blank.

    Classes of consonants in capitals; vowels inside a word are dropped, as Arabic does not write the short ones; a
    vowel at its start is A and at its end a, i or u. The article goes; عبد and what follows it are one word, and so
    are names with الدين and الله. Never empty where the text has a letter or digit. A blocking key: equal keys mean
    "compare these two", not "the same name".

    The classes follow what Iraqi spellings exchange (ث ت ط; ذ ض ظ د; ق ك), in the spirit of the Arabic Soundex (S. U.
    Aqeel et al., On the development of name search techniques for Arabic, 2006), and are the project's own.

    >>> name_key("محمد") == name_key("Mohammed") == name_key("Muhammad")
    True
    """
    words = _words(text)
    keys = [key for key in (_word_key(word) for word in words) if key]
    return " ".join(keys)


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).casefold()
    # Inside a Latin word these are ع or ء, at its edges quotation marks.
    text = re.sub("['’‘ʻʼʿʾ`´]", "", text)
    raw = re.findall(r"[^\W_]+", "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf")))
    words: list[str] = []
    i = 0
    while i < len(raw):
        word = raw[i]
        if word in _SEPARATE_ARTICLES and i + 1 < len(raw):
            i += 1
            continue
        if _is_servant(word) and i + 1 < len(raw):
            i += 1
            if raw[i] in _SEPARATE_ARTICLES and i + 1 < len(raw):
                i += 1
            following = raw[i]
            if word.isascii():
                word = "abdal" + re.sub("^(?:al|el)(?=\\w{3})", "", following)
            else:
                word = "عبدال" + re.sub("^[اٱ]ل", "", following)
        second = _SECOND_PART.fullmatch(word) if words and word.isascii() == words[-1].isascii() else None
        if second is None:
            words.append(word)
        elif word.isascii():
            words[-1] += "aldin" if second["faith"] else "allah"
        else:
            words[-1] += word
        i += 1
    return words


def _is_servant(word: str) -> bool:
    return word == "عبد" or re.fullmatch("abd(?:[aeuio]+[lrnsztd]?)?", word) is not None


def _word_key(word: str) -> str:
    folded = fold(word)
    if not folded:
        return ""
    if re.search("[a-z]", folded):
        key = _latin_key(word, folded)
    elif re.search("[\u0620-\u06ff]", word):
        key = _arabic_key(word, folded)
    else:
        key = ""
    return key or folded.upper()


def _arabic_key(word: str, folded: str) -> str:
    head = tail = ""
    if _SERVANT_ARABIC.match(folded):
        head, folded, word = "ABD", folded[3:], word[3:]
    ending = _ALLAH_ARABIC.search(folded) or _FAITH_ARABIC.search(folded)
    if ending:
        tail = "LH" if folded.endswith("ه") else "DN"
        folded = word = folded[: ending.start()]
    elif folded in _MAQSURA and (word.endswith("ى") or folded not in _MAQSURA_WHERE_WRITTEN):
        tail, folded, word = "a", folded[:-1], folded[:-1]
    if folded.startswith("ال") and len(folded) >= 5 and folded not in _NO_ARTICLE:
        folded, word = folded[2:], word[2:]
    if not word:
        return head + tail
    # The hamza's seat is a vowel here: ئازاد and ازاد, أحمد and احمد, مؤمن and مومن.
    word = re.sub("^[ئؤأإآٱ]", "ا", word).translate(
        {0x623: "ا", 0x625: "ا", 0x622: "ا", 0x671: "ا", 0x624: "و", 0x626: ""}
    )
    word = re.sub("اء$", "ا", word)
    if re.search("ه$", word) and not re.search("[ەێۆڕڵ]", word):
        word = word[:-1] + "ة"
    classes = [_ARABIC.get(c, _ARABIC.get(fold(c), "")) for c in word]
    starts_with_vowel = word[0] in "اعەێۆ"
    return head + _assemble(classes, starts_with_vowel=starts_with_vowel, closed=bool(tail)) + tail


def _latin_key(word: str, folded: str) -> str:
    if _ROMANISATION.search(word):
        letters = fold(word)
    else:
        letters = unicodedata.normalize("NFC", word).translate(_HAWAR)
        letters = re.sub("c(?=[eiêî])", "j", letters) if re.search("[êîûşç\2]", word) else letters
        letters = "".join(c if c in "\1\2" else fold(c) for c in letters)
    head = tail = ""
    servant = _SERVANT_LATIN.match(letters)
    if servant and len(letters) > servant.end():
        head, letters = "ABD", letters[servant.end() :]
        if re.fullmatch("a?l*a+h?", letters):
            return head + "LH"
    allah = _ALLAH_LATIN.search(letters)
    faith = _FAITH_LATIN.search(letters)
    if allah and allah.start() > 2:
        tail, letters = "LH", letters[: allah.start()]
    elif faith:
        tail, letters = "DN", letters[: faith.start()]
    for digraph, sign in _CONSONANT_DIGRAPHS:
        letters = letters.replace(digraph, sign)
    if letters not in _NO_ARTICLE:
        letters = _ARTICLE_LATIN.sub("", letters)
    if not tail and letters.endswith("ah") and not _SPOKEN_H.search(letters):
        letters = letters[:-1]
    if letters.endswith("y"):
        letters = letters[:-1] + "i"
    for digraph, sign in _VOWEL_DIGRAPHS:
        letters = letters.replace(digraph, sign)
    classes = [_LATIN.get(c, "") for c in letters]
    return head + _assemble(classes, starts_with_vowel=letters[:1] in set("aeiou"), closed=bool(tail)) + tail


def _assemble(classes: list[str], *, starts_with_vowel: bool, closed: bool) -> str:
    """Join classes: doubled consonants once, W and Y as consonants at the start only, vowels at the end only."""
    key = ["A"] if starts_with_vowel else []
    last = len(classes) - 1
    end = ""
    previous = ""
    for position, sign in enumerate(classes):
        final = position == last and not closed
        if sign in ("W", "Y") and position > 0:
            if final:
                end = "u" if sign == "W" else "i"
        elif sign.isupper():
            if sign != previous:
                key.append(sign)
        elif final and position > 0:
            end = sign
        previous = sign
    return "".join(key) + end
