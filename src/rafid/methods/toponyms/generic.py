"""Words that say what kind of place a name belongs to, not which place it is."""

from __future__ import annotations

import re
from typing import Final

from rafid.methods.text import fold

# Arabic, Sorani (also with its izafe ی), English, romanised Arabic and Kurdish. Words that are as often a part of the
# name itself (تل hill, نهر river, بيت house, عرب people of, قلعة fort) are names here and not in this list.
# Arabic, Sorani (also with its izafe ی), English and Kurdish in Latin script.
_WORDS: Final = {
    "governorate": "محافظة لواء پارێزگا پارێزگای governorate province liwa parêzga parêzgay parêzgeha",
    "district": "قضاء قەزا قەزای district qeza qezay",
    "subdistrict": "ناحية ناحیە ناحیەی subdistrict sub nahiye nahîye nahiyet",
    "centre": "مركز ناوەند ناوەندی center centre markaz merkez navend nawend",
    "city": "مدينة شار شاری بلدة شارۆچکە شارۆچکەی بلدية شارەوانی city town municipality",
    "village": "قرية گوند گوندی دێی village gund gundê gundî gondi gond",
    "neighbourhood": "حي محلة گەڕەک گەڕەکی neighbourhood neighborhood quarter gerek gerekî garak garaki taxê",
    "camp": "مخيم کەمپ کەمپی كمب كامب ئۆردوگا ئۆردوگای camp kemp kempa kampî",
    "complex": "مجمع کۆمەڵگا کۆمەڵگای کۆمەڵگە کۆمەڵگەی complex komelga kumelgeha komelgeha",
    "area": "منطقة مقاطعة ناوچە ناوچەی area region zone navçe nawche",
}
# Romanised Arabic has no one spelling: Qaryat, Qariyah, Garyat, Karya.
_ROMANISED: Final = {
    "governorate": "m[uo]h+a+f[aei](?:dh|z|d|th)+[ae](?:t|h|te)?",
    "district": "[qk]a+(?:dh|d|z)+a{1,2}",
    "subdistrict": "nah+[iey]{1,3}[ae](?:t|h|te)?",
    "city": "mad[iey]{1,2}n+[ae](?:t|h)?",
    "village": "[qkg]h?[ae]r+[iey]{1,3}[ae](?:t|h|te)?",
    "neighbourhood": "ha[iy]{1,2}|mahal+[ae](?:t|h)?",
    "camp": "m[uo]kh?ay+[ae]m",
    "complex": "m[ua]jam+a{1,2}",
    "area": "m[ai][nt][td][aie][qk]at|m[uo]qa+ta+at",
}
_LINKS: Final = ("of", "the", "de")

KINDS: Final = tuple(_WORDS)
DISTRICT: Final = 1 << KINDS.index("district")
SUBDISTRICT: Final = 1 << KINDS.index("subdistrict")

_BITS: Final = {fold(word): 1 << kind for kind, words in enumerate(_WORDS.values()) for word in words.split()}
for _link in _LINKS:
    _BITS[_link] = 0
_PATTERNS: Final = [(re.compile(pattern), 1 << KINDS.index(kind)) for kind, pattern in _ROMANISED.items()]


def kind_bit(folded_word: str) -> int | None:
    """The bit of the kind that a folded word names (0 for a linking word such as "of"), or None for any other word."""
    bit = _BITS.get(folded_word)
    if bit is not None:
        return bit
    if folded_word.startswith("ال"):
        return _BITS.get(folded_word[2:])
    if folded_word.isascii():
        for pattern, bit in _PATTERNS:
            if pattern.fullmatch(folded_word):
                return bit
    return None
