"""Place matching across scripts, beside a plain consonant skeleton with edit distance.

    python benchmarks/bench_toponyms.py

Reads ../shared/data/iraq/gazetteer.csv; says "not measured" where it is missing. One thread. An answer is right where the
first match is the place asked for or one whose Arabic name is the same after folding.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
GAZETTEER = ROOT.parent / "shared" / "data" / "iraq" / "gazetteer.csv"
sys.path.insert(0, str(ROOT / "src"))

from rafid.methods.text import fold  # noqa: E402
from rafid.methods.toponyms import Toponym, ToponymIndex  # noqa: E402
from rafid.methods.toponyms.costs import build  # noqa: E402
from rafid.methods.toponyms.learning import learn  # noqa: E402


class Place(NamedTuple):
    id: str
    latin: str
    kurdish: str
    arabic: str
    district: str


def read_places() -> list[Place]:
    """Rows with a Latin and an Arabic name."""
    with GAZETTEER.open(encoding="utf-8") as file:
        return [
            Place(row["wof_id"], row["name_en"] or row["name"], row["name_ku_latin"], row["name_ar"], row["adm2_pcode"])
            for row in csv.DictReader(file)
            if row["name_ar"] and (row["name_en"] or row["name"])
        ]


# The peer: what an afternoon gives. Vowels and marks go, digraphs and look-alikes become one letter, the nearest skeleton
# by normalised Levenshtein distance wins, then the nearest whole name in a rough romanisation.
_ARABIC = dict(zip("بپتثطجحهخدذضظرزژسصشچغفڤقكگلمن", "bbtttjhhxdddzrzzsscjgffqkglmn", strict=True))
_ROMAN = _ARABIC | {"ا": "a", "و": "u", "ي": "i", "ع": ""}
_DIGRAPHS = (("kh", "x"), ("gh", "g"), ("sh", "c"), ("ch", "j"), ("th", "t"), ("dh", "d"), ("ph", "f"))
_ARTICLES = {"al", "el", "as", "ash", "ar", "an", "ad", "adh", "at", "ath", "az"}


def skeleton(name: str) -> tuple[str, str]:
    """Consonants of a name in either script, and all its letters roughly romanised."""
    bones, letters = [], []
    for word in fold(re.sub("['‘’`]", "", name)).split():
        if word in _ARTICLES:
            continue
        if word.isascii():
            for pair, one in _DIGRAPHS:
                word = word.replace(pair, one)
            word = re.sub(r"(.)\1", r"\1", word.removesuffix("h") if word.endswith("ah") else word).replace("p", "b")
            letters.append(word)
            bones.append(re.sub("[aeiouwyv]", "", word))
        else:
            word = word[2:] if word.startswith("ال") and len(word) > 3 else word
            word = word[:-1] + "ا" if word.endswith("ه") else word
            letters.append("".join(_ROMAN.get(c, "") for c in word))
            bones.append("".join(_ARABIC.get(c, "") for c in word))
    return "".join(bones), "".join(letters)


class Skeletons:
    """The peer as an index."""

    def __init__(self, names: Sequence[tuple[str, str, str]]) -> None:
        self.names = names
        self.keys = [skeleton(name) for _, name, _ in names]
        self.bones = [bones for bones, _ in self.keys]
        self.within: dict[str, list[int]] = {}
        for row, (_, _, district) in enumerate(names):
            self.within.setdefault(district, []).append(row)

    def first(self, text: str, district: str | None = None) -> str:
        import numpy as np
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import cdist

        bones, letters = skeleton(text)
        rows = self.within.get(district, []) if district else None
        choices = self.bones if rows is None else [self.bones[row] for row in rows]
        if not choices:
            return ""
        far = cdist([bones], choices, scorer=Levenshtein.normalized_distance, workers=1)[0]
        nearest = np.flatnonzero(far == far.min())
        ties = [int(k) if rows is None else rows[int(k)] for k in nearest]
        best = min(ties, key=lambda row: Levenshtein.normalized_distance(letters, self.keys[row][1]))
        return self.names[best][0]


_HABITS = (
    (r"\b(?:al|as|ash|ar|an|ad|adh|at|ath|az) ", ("al ", "al-", "el-", "")),
    (r"iyah\b", ("iyah", "iya", "iyya", "ia")),
    (r"ah\b", ("ah", "a", "eh")),
    ("ay", ("ay", "ai", "ei")),
    ("aw", ("aw", "au", "ow")),
    ("dh", ("dh", "d", "z")),
    ("q", ("q", "k", "g")),
    ("u", ("u", "o", "ou", "oo")),
    ("i", ("i", "e", "ee")),
)
_SPELLED = re.compile("|".join(f"({pattern})" for pattern, _ in _HABITS))
_OTHERS = {number: others for number, (_, others) in enumerate(_HABITS, start=1)}


def careless_latin(name: str, chance: random.Random) -> str:
    """As a clerk types it: no marks, other vowels, articles as they come."""
    text = name.casefold()
    text = re.sub("['‘’`ʻʼ]", "", text)
    return _SPELLED.sub(lambda found: chance.choice(_OTHERS[found.lastindex or 1]), text).title()


def careless_arabic(name: str, chance: random.Random) -> str:
    """As it is typed in a hurry: ة ه, ى ي, hamza left out, the article left out, two words run together or one letter lost."""
    text = name
    for one, others in (("ة", "ةه"), ("ى", "ىي"), ("أ", "أا"), ("إ", "إا"), ("ي", "ييىی"), ("ك", "ككک"), ("ظ", "ظظض")):
        text = "".join(chance.choice(others) if c == one else c for c in text)
    if chance.random() < 0.3:
        text = re.sub(r"\bال", "", text)
    if chance.random() < 0.2 and len(text) > 6:
        at = chance.randrange(1, len(text))
        text = text[:at] + text[at + 1 :]
    return text


class Measure(NamedTuple):
    share: float
    strict: float
    per_second: float


def measure(answers: Callable[[], list[str]], asked: Sequence[Place], arabic: dict[str, str]) -> Measure:
    start = time.perf_counter()
    first = answers()
    seconds = time.perf_counter() - start
    right = sum(fold(arabic.get(answer, "")) == fold(place.arabic) for answer, place in zip(first, asked, strict=True))
    strict = sum(arabic.get(answer) == place.arabic for answer, place in zip(first, asked, strict=True))
    return Measure(right / len(asked), strict / len(asked), len(asked) / seconds)


def ours(index: ToponymIndex, texts: Sequence[str], parents: Sequence[str | None] | None = None) -> list[str]:
    return [matches[0].id if matches else "" for matches in index.match_many(texts, parents=parents)]


def print_accuracy(places: list[Place]) -> None:
    arabic = {place.id: place.arabic for place in places}
    index = ToponymIndex(Toponym(place.id, [place.arabic], place.district) for place in places)
    latin_index = ToponymIndex(Toponym(place.id, [place.latin], place.district) for place in places)
    index.match("warm up")
    peer = Skeletons([(place.id, place.arabic, place.district) for place in places])
    latin_peer = Skeletons([(place.id, place.latin, place.district) for place in places])
    chance = random.Random(2024)
    some = chance.sample(places, 2000)  # the peer is slow countrywide
    kurdish = [place for place in places if place.kurdish and place.kurdish != place.latin]
    print(f"{len(places):,} places with a Latin and an Arabic name, one thread.\n")
    print("| asked → indexed | where | Rafid: first right | identical string | names/s | peer: first right | names/s |")
    print("|---|---|---|---|---|---|---|")
    tasks: list[tuple[str, list[Place], list[str], ToponymIndex, Skeletons]] = [
        ("Latin → Arabic", places, [p.latin for p in places], index, peer),
        ("careless Latin → Arabic", places, [careless_latin(p.latin, chance) for p in places], index, peer),
        ("Kurdish Latin → Arabic", kurdish, [p.kurdish for p in kurdish], index, peer),
        ("Arabic → Latin", places, [p.arabic for p in places], latin_index, latin_peer),
        ("careless Arabic → Arabic", places, [careless_arabic(p.arabic, chance) for p in places], index, peer),
    ]
    for title, asked, texts, mine, theirs in tasks:
        for where in ("district", "country"):
            inside = where == "district"
            parents = [place.district or None for place in asked] if inside else None
            left = measure(lambda t=texts, p=parents, m=mine: ours(m, t, p), asked, arabic)  # type: ignore[misc]
            chosen = asked if inside else [place for place in asked if place in set(some)] or asked
            by_place = dict(zip(asked, texts, strict=True))
            right = measure(
                lambda c=chosen, b=by_place, s=theirs, i=inside: [  # type: ignore[misc]
                    s.first(b[place], place.district if i else None) for place in c
                ],
                chosen,
                arabic,
            )
            print(
                f"| {title} | {where} | {left.share:.1%} | {left.strict:.1%} | {left.per_second:,.0f} "
                f"| {right.share:.1%} | {right.per_second:,.0f} |"
            )


def print_unseen(places: list[Place]) -> None:
    """The counts that ship come from this very file: so count again on one half and ask for the other."""
    arabic = {place.id: place.arabic for place in places}
    shuffled = random.Random(11).sample(places, len(places))
    seen, unseen = shuffled[::2], shuffled[1::2]
    costs = build(learn([(place.latin, place.arabic) for place in seen]))
    index = ToponymIndex((Toponym(place.id, [place.arabic], place.district) for place in places), costs=costs)
    texts = [place.latin for place in unseen]
    within = measure(lambda: ours(index, texts, [place.district or None for place in unseen]), unseen, arabic)
    country = measure(lambda: ours(index, texts), unseen, arabic)
    print(
        f"\nCosts counted on one random half, the other half asked: {within.share:.1%} within the district, "
        f"{country.share:.1%} countrywide."
    )


def print_growth(places: list[Place]) -> None:
    chance = random.Random(7)
    print("\nGrowth: names of both scripts indexed; asked: careless spellings of them, half in each script.\n")
    print("| names indexed | index built in | Rafid: names/s | first right | peer: names/s |")
    print("|---|---|---|---|---|")
    for size in (5_000, 10_000, 20_000):
        chosen = places[: size // 2]
        if len(chosen) * 2 < size:  # half a gazetteer: a few spelling variants fill up
            chosen = places + [
                Place(f"{p.id}-2", careless_latin(p.latin, chance), "", p.arabic, p.district)
                for p in places[: size // 2 - len(places)]
            ]
        start = time.perf_counter()
        index = ToponymIndex(Toponym(p.id, [p.latin, p.arabic], p.district) for p in chosen)
        built = time.perf_counter() - start
        asked = [chance.choice(chosen) for _ in range(10_000)]
        texts = [
            careless_latin(p.latin, chance) if k % 2 else careless_arabic(p.arabic, chance) for k, p in enumerate(asked)
        ]
        arabic = {p.id: p.arabic for p in chosen}
        mine = measure(lambda i=index, t=texts: ours(i, t), asked, arabic)  # type: ignore[misc]
        peer = Skeletons([(p.id, name, p.district) for p in chosen for name in (p.latin, p.arabic)])
        theirs = measure(lambda s=peer, t=texts: [s.first(text) for text in t[:300]], asked[:300], arabic)  # type: ignore[misc]
        print(f"| {size:,} | {built:.1f} s | {mine.per_second:,.0f} | {mine.share:.1%} | {theirs.per_second:,.0f} |")


def main() -> None:
    print("## Place matching\n")
    if not GAZETTEER.exists():
        print("Not measured: ../shared/data/iraq/gazetteer.csv is not there.")
        return
    places = read_places()
    print_accuracy(places)
    print_unseen(places)
    print_growth(places)


if __name__ == "__main__":
    main()
