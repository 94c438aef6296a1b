"""How Arabic and Sorani letters come to be written in Latin script, and which letters of one script are exchanged.

Set by hand from the romanisations in use for Iraq: BGN/PCGN (1956 Arabic, 2007 Kurdish), Hawar, and what people type
without any system. Shares are rough on purpose: `weights` holds what was counted, and these stand beside it so that a
spelling habit that the counted names lack (Kadhimiya, Basra, Souq) still finds its place.
"""

from __future__ import annotations

from typing import Final

NOTHING: Final = "∅"

# Sign in Arabic script: Latin signs in order of habit with their share; what is missing from 1 is spread over all others.
SPELLED: Final = {
    "_": "_ .90 ∅ .10",
    "AL": "AL .60 ∅ .30 a .04 l .06",
    "ا0": "a .55 i .15 u .08 e .08 o .05 ∅ .04 ā .03 AL .01",
    "ا1": "a .80 ā .10 e .04 o .02 ∅ .02 i .005",
    "ا2": "a .75 ā .08 e .05 ∅ .05 h2 .05",
    "آ0": "a .70 ā .20 e .02 AL .05",
    "آ1": "a .75 ā .20",
    "إ0": "i .65 e .20 a .10",
    "ى2": "a .65 ā .08 i .12 y .02 ī .03 e .03 h2 .03",
    "ب": "b .93 p .05",
    "پ": "p .90 b .08",
    "ت": "t .96 ţ .01",
    "ث": "th .75 t .10 s .12",
    "ج": "j .85 g .05 c .05 dh .01 ch .02",
    "چ": "ch .80 j .06 c .04 k .05",
    "ح": "h .82 ḩ .10 h2 .04 ∅ .03",
    "خ": "kh .88 k .04 h .04",
    "د": "d .97",
    "ذ": "dh .70 z .15 th .06 d .06",
    "ر": "r .98",
    "ز": "z .96",
    "ژ": "zh .60 j .30 z .06",
    "س": "s .94 sh .02 c .01",
    "ش": "sh .90 ş .04 ch .04",
    "ص": "s .86 ş .11",
    "ض": "d .60 dh .20 ḑ .10 z .06",
    "ط": "t .86 ţ .11",
    "ظ": "z .40 dh .40 z̧ .10 d .05 th .02",
    "ع0": "' .40 ∅ .50 a .08",
    "ع1": "' .40 ∅ .50 a .08",
    "ع2": "' .40 ∅ .50 a .08",
    "ء1": "' .40 ∅ .40 i .06 y .08 e .03",
    "ء2": "' .40 ∅ .55",
    "غ": "gh .88 g .08 q .02",
    "ف": "f .95 v .03",
    "ڤ": "v .85 f .05 w .08",
    "ق": "q .70 k .15 g .10 gh .02 c .01",
    "ك": "k .85 c .04 g .05 q .02 ch .02",
    "گ": "g .88 k .06 q .03",
    "ل": "l .97",
    "م": "m .98",
    "ن": "n .98",
    "ه": "h .93 ∅ .04",
    "ه2": "h2 .48 a .27 e .12 h .05 ∅ .05",
    "ه3": "t .35 h2 .30 a .15 e .08 ∅ .06",
    "ة2": "h2 .48 a .34 e .08 t .03 ∅ .05",
    "ة3": "t .55 h2 .15 a .12 e .04 ∅ .10",
    "ە0": "e .55 a .35",
    "ە1": "e .50 a .38 i .04 ∅ .03",
    "ە2": "e .40 a .25 h2 .30 ∅ .02",
    "و0": "w .80 v .10 u .04 o .03",
    "و1cc": "u .38 o .20 ū .16 w .12 v .05 e .03 ∅ .03",
    "و1cv": "w .75 v .14 u .06",
    "و1vc": "w .50 u .20 o .06 v .14 ū .03",
    "و1vv": "w .75 v .14 u .05",
    "و2": "u .50 o .26 ū .10 w .06 v .04",
    "و2v": "w .65 u .12 v .15 o .03",
    "ۆ0": "o .90 u .06",
    "ۆ1": "o .85 u .06 ū .04",
    "ۆ2": "o .88 u .06 ū .02",
    "ێ1": "ê .35 e .35 i .10 y .08 a .04 ī .05",
    "ێ2": "ê .35 e .40 i .08 y .05 a .05 ī .03",
    "ي0": "y .88 i .06 e .02",
    "ي1cc": "i .40 e .16 y .15 ī .16 ê .04 a .02 ∅ .02",
    "ي1cv": "y .70 i .18 ∅ .06",
    "ي1vc": "y .45 i .32 e .10 ∅ .03",
    "ي1vv": "y .80 i .10 ∅ .04",
    "ي2": "i .65 y .12 ī .10 e .06 ê .02",
    "ي2v": "y .50 i .36 e .05",
    **{digit: f"{digit} .999" for digit in "0123456789"},
}

# What is written in a gap although Arabic script has nothing there.
UNWRITTEN: Final = "a .36 i .22 u .10 e .12 o .06 ū .02 ī .02 ā .01 ê .01 = .08 y .015 w .01 h .005 _ .02 AL .03 ' .01"

# Within one script, what a spelling that exchanges two letters costs (on the scale of minus the logarithm of a
# probability); groups of Latin signs, and of Arabic letters whatever their place. All other exchanges are slips.
SLIP: Final = 4.0
EXCHANGED_LATIN: Final = (
    (0.05, "a ā|i ī|u ū|e ê|s ş|sh ş|d ḑ|t ţ|h ḩ|z z̧"),
    (0.3, "i e ê|ī e ê|o u ū|i y|ī y|u w|ū w|gh g|kh k|dh d|dh z|z̧ dh|th t|ch c|zh j|h2 a|h2 e|h2 h|h2 ḩ"),
    (0.5, "a e|ā e|a ê|q k c|s c|v w|j c|th s|ch sh|kh h|zh z|gh q|ḑ z|ḑ dh|dh th|gh k|ch j|z̧ d|h2 t|h2 ā"),
    (0.8, "a i|a u|a o|ā o|g k q|g c|b p|f v|u e|u i|o e|o i|w o|ê y|e y|a y"),
)
EXCHANGED_ARABIC: Final = (
    (0.0, "ةه|اآإ"),
    (0.1, "ىي|ێي|ۆو|ةە|هە|پب|چج|گك|ژز|ڤف"),
    (0.2, "ىا|ءي|ءو|ةا|ەا|ضظ|ءا"),
    (0.5, "ذز|ذظ|ذض|زظ|حه|سص|تط|قگ|كق|گق|ڤو|ژج|چك|ثس|ثت|ذد|ضد|غق|جق|عا|ێا|ۆا"),
    (0.8, "عء|چش|خح|غخ|كخ|زس|ةت|جگ"),
)
# What it costs that a sign is written in one spelling and not in the other; all others cost DROPPED.
DROPPED: Final = 3.0
DROPPED_SIGNS: Final = {
    **{"_": 0.3, "AL": 0.5, "=": 0.2, "'": 0.2, "h2": 0.3, "h": 1.5, "y": 1.0, "w": 1.0},
    **{"a": 0.8, "e": 0.7, "i": 0.7, "o": 0.9, "u": 0.8, "ā": 1.0, "ī": 1.2, "ū": 1.2, "ê": 1.0},
    **{"ا": 1.2, "و": 1.3, "ي": 1.3, "ى": 1.0, "آ": 1.2, "إ": 1.2, "ە": 0.4, "ێ": 0.9, "ۆ": 0.9, "ع": 1.0, "ء": 0.4},
    **{"ة": 0.7, "ه2": 0.7, "ه3": 0.7},
    **dict.fromkeys("0123456789", 6.0),
}
OTHER_DIGIT: Final = 8.0

# Classes of consonants that spellings in any script keep: by them candidates are found. Vowels, w, y, v, the hamza, the
# ayn and the h of a final ah are kept by none.
KEPT: Final = (
    "b p ب پ",
    "m م",
    "n ن",
    "f ف",
    "t ţ th ت ط ث",
    "d dh ḑ z z̧ د ض ذ ظ ز",
    "s ş س ص",
    "sh ش",
    "j ch zh ج چ ژ",
    "k q g c ق ك گ",
    "kh خ",
    "gh غ",
    "r ر",
    "l ل",
    "h ḩ ح ه",
    *"0123456789",
)
