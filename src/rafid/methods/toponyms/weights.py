"""How often letters were spelled how: counts from aligned pairs of Latin and Arabic names of Iraqi places.

Written by benchmarks/learn_toponyms.py from 11,257 pairs of spellings (columns name, name_en, name_ku_latin against
name_ar, name_ku, name_ckb) of half of a gazetteer of Iraq: Who's On First (whosonfirst-data-admin-iq, 2024-03, CC0) and
GeoNames (CC BY 4.0, https://www.geonames.org). Expected counts of 8 rounds of expectation maximisation, rounded; those
below 2 are left out. `costs` smooths them.
"""

from __future__ import annotations

from typing import Final

from rafid.methods.toponyms.alphabet import GAP_CLASSES, SIGN
from rafid.methods.toponyms.costs import NOTHING, Counts, no_counts

# An Arabic sign, then Latin signs (∅ for none) with their counts.
WRITTEN: Final = """
_ _ 7855 ∅ 354
AL AL 3474 ∅ 220 a 122 l 21
ب b 4259 p 74 ∅ 55 m 7 ī 5 y 5 n 4 w 4 l 2 t 2
ت t 1208 ∅ 17 n 13 q 4 l 4 th 4 b 3 s 3
ث th 114 s 3
ج j 1559 ch 62 c 61 ∅ 29 g 5 ḩ 4 h 2
ح h 2561 h2 257 ḩ 82 ∅ 29 c 5 kh 4 ch 3 j 2
خ kh 1115 ∅ 22 s 4 gh 3
د d 4324 ∅ 67 r 9 dh 8 w 5 n 5 e 4 g 3 t 3 o 3 y 3 v 2 p 2 l 2
ذ dh 72
ر r 5659 ∅ 90 l 18 d 13 z 12 k 5 w 5 t 3 y 2 o 2 sh 2
ز z 1088 j 20 zh 18 ∅ 14 r 13 s 5 d 3 k 2
س s 3368 ∅ 45 sh 12 kh 11 n 4 z 3
ش sh 1494 ∅ 15 s 10 ş 4 ch 3
ص s 710 ∅ 21 ş 4 b 4 z 2
ض d 304 z 8 ∅ 2
ط t 678 ∅ 4
ظ z 197 zh 4
غ gh 356 ∅ 15 kh 12 g 4 ch 3
ف f 1315 ∅ 32 v 18 w 10 q 3 ê 3
ق q 612 ∅ 22 k 8 f 3
ك k 2450 g 176 ∅ 33 q 13 kh 6 l 4 t 3 b 2 s 2
ل l 4217 ∅ 103 r 24 s 12 AL 6 n 4 b 4 j 3 k 3
م m 5413 ∅ 47 = 8 n 7 kh 3 l 2
ن n 4294 ∅ 50 t 21 k 6 l 3 r 2 d 2
ه h 976 ∅ 41 ḩ 8 m 3
پ p 83 b 8
چ ch 149 j 11 c 7
ژ j 3
ڤ v 18
گ g 212 k 13
ا0 a 627 i 220 u 110 ∅ 60 e 49 ī 5 AL 5
ا1 a 6906 e 103 ∅ 94 ā 12 i 10 _ 7 ê 4 ī 4 u 4 o 3 f 3
ا2 a 270 e 30 ∅ 26 ū 15
آ0 a 75 ∅ 4 e 3
آ1 a 13
إ0 i 6
ى2 a 200 ∅ 29 ū 11 i 8 e 6 y 3 ī 3 k 3
ة2 h2 1551 e 275 ∅ 56 a 55 ê 10 n 9 ī 4 t 2
ة3 t 279 h2 253 e 112 ∅ 50 h 13 a 11
ه2 h2 497 e 160 a 44 ∅ 24 ê 8 h 4 n 3 ī 3
ه3 h2 215 e 67 ∅ 16 t 15 h 14 a 7
ع0 ' 2557 ∅ 78 a 6
ع1 ' 610 ∅ 19 a 2
ع2 ' 146 ∅ 3
ء1 ' 43 ∅ 6
ء2 ' 16 ∅ 3
و0 w 187 ∅ 5
و1cc u 1525 w 375 o 219 ∅ 51 ū 27 e 18 r 6 i 4 v 3 ī 3 ê 3
و1cv w 718 u 17 o 9 ū 4 ∅ 3 ī 3
و1vc w 233 u 92 v 8 r 5 ∅ 3
و1vv w 313 ∅ 6 v 3 m 2
و2 u 530 w 33 o 30 ū 16 ∅ 4
و2v w 65 v 5 u 4 ∅ 2
ي0 y 135 b 4 ∅ 3 i 3
ي1cc i 1820 y 1665 ī 264 ê 144 ∅ 82 e 45 a 10 b 5 r 3
ي1cv y 948 ∅ 56 i 49 ī 28 r 14 ê 14 b 3
ي1vc y 300 i 146 ê 22 ī 17 ∅ 15 e 7 z 2
ي1vv y 77 ∅ 7 i 2
ي2 i 1542 ī 227 y 86 ∅ 48 ê 48 e 25
ي2v i 129 y 49 ∅ 10 ī 9 n 3
ە1 a 83 e 77 ∅ 6 i 4 _ 3
ە2 e 40 a 24 h2 21 ∅ 2
ێ1 y 9 i 9 e 8 ê 7
ۆ1 o 11 w 4 u 3
"""

# Classes before and after a gap, how often it was left, then the Latin signs written in it with their counts.
GAPS_FILLED: Final = """
#L 1674 a 14 e 3
#A 645
#W 72
#Y 60
#E 1342 ' 2
#S 7
#C 7452 a 17 AL 14 e 13 _ 9 b 6 m 6 l 4 w 4 ī 3 r 3 ' 3 u 3 n 2 s 2 i 2 h 2
_L 2164 a 18 i 2
_A 387
_W 72
_Y 48
_E 843
_C 4695 AL 5 a 4 i 3 r 3
LA 141
LW 57
LY 40
LE 463
LC 3137 a 14 _ 3 e 2
A# 479 y 3 h2 3 r 2 n 2
A_ 131 y 2
AA 2
AW 534 w 4
AY 285 y 62 i 2
AT 12
AE 163
AC 7342 _ 11 ' 4 a 3 y 3 i 3 e 2 u 2
W# 226 e 7 _ 4 a 3 r 3 ê 3 ī 3 n 2
W_ 488 a 12
WA 496 = 49
WY 492 a 193 i 41 e 7
WT 234 a 129 = 4
WE 22
WS 21
WC 2593 a 159 i 43 u 41 e 31 _ 13 ī 6 = 6 ê 5 y 3
Y# 1296 a 12 r 11 y 4 = 4 _ 4 ī 4 i 3 n 2 e 2 d 2
Y_ 898 y 5 a 4 = 3 e 3
YA 450 = 32
YW 202 a 15 = 3 ê 2
YY 14
YT 721 a 630 y 49 = 8
YE 58 a 13 i 3 _ 2 r 2
YS 10 a 4
YC 4467 i 268 = 214 a 41 _ 8 e 8 ī 4 b 2
T# 2713 r 13 a 10 _ 7 ī 6 ū 5 y 5 e 4 kh 4 w 3 s 3
T_ 1057 y 16 a 8 ī 3
E# 117
E_ 51
EA 132
EW 162 a 97 u 27 e 2
EY 294 a 88 i 12 e 10 ' 3 u 2
ET 131 a 123
ES 5
EC 2607 a 1967 u 284 i 90 e 27
S# 78 h2 11 k 3 n 2 _ 2
S_ 21
SW 12
SY 13 y 3
SE 3
SC 208 h 9 _ 5 y 4 n 3 a 2
C# 6343 e 34 a 32 = 30 ī 24 _ 23 r 11 ê 10 i 9 n 8 s 7 m 7 h2 6 kh 6 l 5 y 5 d 4
C_ 5563 = 346 ī 33 e 9 a 4
CA 6695 = 424 _ 19 i 6 a 3 n 3 y 2 e 2
CW 3461 a 500 u 234 = 120 e 32 i 16 _ 4 ê 3 r 3 y 2
CY 6870 a 1718 i 667 e 51 = 42 _ 8 ī 7 p 4 b 4 u 4 y 3 ê 3 o 3 l 3 s 2
CT 2672 a 1972 = 240 e 7 i 5 _ 5 d 3 y 3 h 2
CE 605 a 255 u 69 i 59 e 3
CS 292 a 35
CC 18607 a 8062 i 2465 u 1978 e 837 = 398 _ 56 ī 42 ê 26 o 15 h 13 ' 13 y 8 t 6 b 6 sh 6 d 6
"""


def counts() -> Counts:
    """The counts as arrays."""
    table = no_counts()
    for line in WRITTEN.strip().splitlines():
        sign, *spelled = line.split()
        for latin, count in zip(spelled[::2], spelled[1::2], strict=True):
            table.written[NOTHING if latin == "∅" else SIGN[latin], SIGN[sign]] = int(count)
    for line in GAPS_FILLED.strip().splitlines():
        sides, passed, *spelled = line.split()
        gap = GAP_CLASSES.index(sides[0]) * len(GAP_CLASSES) + GAP_CLASSES.index(sides[1])
        table.passed[gap] = int(passed)
        for latin, count in zip(spelled[::2], spelled[1::2], strict=True):
            table.inserted[SIGN[latin], gap] = int(count)
    return table
