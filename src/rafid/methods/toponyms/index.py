"""Finding the place that a written name means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rafid.methods.text import fold
from rafid.methods.toponyms import ranking
from rafid.methods.toponyms.alphabet import GAP_CLASSES, SIGN_GAP_CLASS, Encoded, encode
from rafid.methods.toponyms.costs import Costs, tables
from rafid.methods.toponyms.toponym import Match, Toponym

_CANDIDATES: Final = 64  # names that are aligned with a text at most
_ENOUGH: Final = 0.33  # of the best candidate's likeness: less is not aligned
_BEST: Final = 8  # names kept of them
# Costs, on the scale of the alignment.
_ONE_KIND: Final = 1.5  # one of the names says its kind, the other does not
_OTHER_KIND: Final = 3.0
_WORD: Final = 6.0  # a whole word more or less
_LETTER: Final = 0.8  # each of its letters
_HOPELESS: Final = 12.0  # above the best: not worth finishing

_BLOCK: Final = 1024  # texts at a time, so that what lives at once stays small

# A code is found as it is or not at all; with two digits and a capital it is never looked up as a name.
_CODE: Final = re.compile(r"(?=.*\d)[A-Z0-9]+(?:[-_.][A-Z0-9]+)*|[A-Z]{2}-[A-Z]{2,3}")
_CODE_ONLY: Final = re.compile(r"(?=.*[A-Z])(?=.*\d.*\d)[A-Z0-9]+(?:[-_.][A-Z0-9]+)*")
_PARTS: Final = re.compile(r"[()\[\]/\\,،;؛|]|\s[-–—]\s")


class _Query(NamedTuple):
    text: str
    encoded: Encoded
    area: int
    share: float  # of the score: less than 1 for a part of the text


class ToponymIndex:
    """An index of places by name, over Arabic, Sorani and Latin script.

    Candidates are the names that share rare pairs of consonants with the text; each is aligned with it sign by sign, at
    costs that were counted from known pairs of spellings (a noisy channel: E. Brill, R. C. Moore, An improved error model
    for noisy channel spelling correction, 2000; across scripts K. Knight, J. Graehl, Machine transliteration, 1998).

    `costs`: tables made by `costs.build` from the counts of `learning.learn`, where spellings differ from Iraq's, whose
    counts ship. Immutable and safe to share between threads. A place without a name is never found. Raises ValueError
    where an id occurs twice.
    """

    def __init__(self, toponyms: Iterable[Toponym], *, costs: Costs | None = None) -> None:
        self.toponyms: Final = tuple(toponyms)
        self._row = {place.id: row for row, place in enumerate(self.toponyms)}
        if len(self._row) < len(self.toponyms):
            raise ValueError("A place is in the list twice: every id may occur once.")
        codes: dict[str, list[int]] = {}
        rows_of: dict[str, list[int]] = {}
        for row, place in enumerate(self.toponyms):
            for name in dict.fromkeys(map(_clean, place.names)):
                if _CODE.fullmatch(name):
                    codes.setdefault(_code_key(name), []).append(row)
                elif name:
                    rows_of.setdefault(name, []).append(row)
        # Tuples of numbers cost the garbage collector nothing, lists do.
        self._codes = {key: tuple(dict.fromkeys(rows)) for key, rows in codes.items()}
        self._names = list(rows_of)
        self._number = {name: number for number, name in enumerate(rows_of)}
        self._places = [tuple(rows) for rows in rows_of.values()]
        self._encoded = [encode(name) for name in self._names]
        self._by_folded = _group(fold(name) for name in self._names)
        self._by_core = _group(_order(encoded.core) for encoded in self._encoded)
        self._find_areas()
        self._make_arrays(costs or tables())

    def match(
        self, text: str, *, parent: Hashable | None = None, near: tuple[float, float] | None = None, limit: int = 5
    ) -> list[Match]:
        """The places that `text` may mean, best first; equal scores where nothing tells them apart.

        `parent`: the id of the area that the place should lie in, at any depth of the chain of parents; a place outside it
        comes after those inside, with at most 0.5 and the reason "outside", and only where its name fits well. An area
        that nothing lies in is no help and is left out. `near` (longitude, latitude in degrees): distance takes up to a
        tenth of the score, so that of places that fit equally the nearest comes first. Raises ValueError for limit < 1 and
        for a point that is none.
        """
        return self._match([text], [parent], near, limit)[0]

    def match_many(
        self, texts: Sequence[str], *, parents: Sequence[Hashable | None] | None = None, limit: int = 5
    ) -> list[list[Match]]:
        """`match` for many texts, each with its parent where `parents` is given (as many as texts, else ValueError)."""
        if parents is None:
            parents = [None] * len(texts)
        if len(parents) != len(texts):
            raise ValueError(f"There are {len(texts)} texts but {len(parents)} parents.")
        return self._match(texts, parents, None, limit)

    def _find_areas(self) -> None:
        """Which places and which names lie in each area, at any depth."""
        members: dict[Hashable, list[int]] = {}
        for row, place in enumerate(self.toponyms):
            area, passed = place.parent, {place.id}
            while area is not None and area not in passed:
                members.setdefault(area, []).append(row)
                passed.add(area)
                above = self._row.get(area)
                area = None if above is None else self.toponyms[above].parent
        self._area = {area: number for number, area in enumerate(members)}
        self._members = [frozenset(rows) for rows in members.values()]
        names_of: list[list[int]] = [[] for _ in self.toponyms]
        for name, rows in enumerate(self._places):
            for row in rows:
                names_of[row].append(name)
        within = [sorted({name for row in rows for name in names_of[row]}) for rows in members.values()]
        self._within_starts = _starts(within)
        self._within = np.array([name for names in within for name in names], dtype=np.int32)

    def _make_arrays(self, cost: Costs) -> None:
        from rafid.methods.toponyms import align, candidates  # numba: heavy, and wanted only where an index is

        self._align = align
        self._classes = np.array(SIGN_GAP_CLASS, dtype=np.uint8)
        signs, starts, gaps = self._signs(self._encoded)
        begins, posted = candidates.post(signs, starts, cost.kept)
        rarity = np.log(1 + len(self._names) / (1 + np.diff(begins))).astype(np.float32)
        rarity[candidates.GRAMS // 2 :] *= 0.5  # neighbours but one say half as much
        self._lengths = np.diff(starts).astype(np.float32)
        self._scripts = np.array([encoded.script for encoded in self._encoded], dtype=np.int8)
        self._kinds = np.array([encoded.kinds for encoded in self._encoded], dtype=np.int32)
        self._arrays = (
            signs,
            gaps,
            starts,
            self._scripts,
            self._kinds,
            align.sums_of(cost.leave, gaps, starts, 1),
            align.sums_of(cost.usual, signs, starts, 0),
            candidates.gram_norms(signs, starts, cost.kept, rarity),
            begins,
            posted,
            rarity,
            self._within,
            self._within_starts,
            *cost,
        )

    def _signs(self, names: Sequence[Encoded]) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8]]:
        """Signs of names in a row, where each name starts, and the gaps."""
        rows = [name.signs for name in names]
        signs, starts = np.frombuffer(b"".join(rows), dtype=np.uint8), _starts(rows)
        return signs, starts, self._align.gaps_of(signs, starts, self._classes, len(GAP_CLASSES))

    def _match(
        self, texts: Sequence[str], parents: Sequence[Hashable | None], near: tuple[float, float] | None, limit: int
    ) -> list[list[Match]]:
        if limit < 1:
            raise ValueError(f"The limit must be at least 1, not {limit}.")
        ranking.check_point(near)
        matches: list[list[Match]] = []
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            areas = [-1 if parent is None else self._area.get(parent, -1) for parent in parents[start : start + _BLOCK]]
            asked = [self._queries(_clean(text), area) for text, area in zip(block, areas, strict=True)]
            aligned = self._aligned([query for queries in asked for query in queries], limit)
            for text, queries, area in zip(block, asked, areas, strict=True):
                inside = None if area < 0 else self._members[area]
                found = dict.fromkeys(self._coded(_clean(text)), (1.0, "code"))
                for query in queries:
                    names, scores = next(aligned)
                    self._collect(query, names, scores, found)
                matches.append(ranking.rank(found, self.toponyms, inside=inside, near=near, limit=limit))
        return matches

    def _coded(self, text: str) -> tuple[int, ...]:
        return self._codes.get(_code_key(text), ()) if _CODE.fullmatch(text.upper()) else ()

    def _queries(self, text: str, area: int) -> list[_Query]:
        """What is looked up as a name: the whole text, and its parts where it has some; nothing for a code."""
        if not text or not self._names or _CODE_ONLY.fullmatch(text) or self._coded(text):
            return []
        queries = [_Query(text, encode(text), area, 1.0)]
        if _PARTS.search(text):
            parts = (_clean(part) for part in _PARTS.split(text))
            queries += [_Query(part, encode(part), area, ranking.PART) for part in parts if len(fold(part)) > 1]
        return queries

    def _aligned(self, queries: list[_Query], limit: int) -> Iterator[tuple[list[int], list[float]]]:
        """For each query the names that are most alike, and their scores."""
        if not queries:
            return iter(())
        signs, starts, gaps = self._signs([query.encoded for query in queries])
        scripts = np.array([query.encoded.script for query in queries], dtype=np.int8)
        kinds = np.array([query.encoded.kinds for query in queries], dtype=np.int32)
        areas = np.array([query.area for query in queries], dtype=np.int64)
        best = max(_BEST, limit + 3)
        names, excess = self._align.search(
            signs,
            gaps,
            starts,
            scripts,
            kinds,
            areas,
            *self._arrays,
            max(_CANDIDATES, best),
            _ENOUGH,
            _ONE_KIND,
            _OTHER_KIND,
            _WORD,
            _LETTER,
            _HOPELESS,
            best,
        )
        if areas.max() < 0:
            names, excess = names[:, best:], excess[:, best:]
        other = self._kinds[names] != kinds[:, None]
        both = other & (self._kinds[names] != 0) & (kinds[:, None] != 0)
        scores = ranking.aligned_scores(
            excess - np.where(both, np.float32(_OTHER_KIND), np.float32(_ONE_KIND)) * other,
            (np.diff(starts).astype(np.float32)[:, None] + self._lengths[names]) / 2,
            scripts[:, None] == self._scripts[names],
            np.where(both, ranking.OTHER_KIND_SHARE, np.where(other, ranking.ONE_KIND_SHARE, 1.0)),
        )
        return zip(names.tolist(), scores.tolist(), strict=True)

    def _collect(
        self,
        query: _Query,
        names: list[int],
        scores: list[float],
        found: dict[int, tuple[float, str]],
    ) -> None:
        """Join what a query found to `found`: each place with its best score and the reason for it."""
        known = dict(self._same(query))
        least = ranking.LEAST if query.area < 0 else ranking.LEAST_INSIDE
        for name, score in zip(names, scores, strict=True):
            if name >= 0 and score >= least and name not in known:
                same = self._encoded[name].script == query.encoded.script
                known[name] = (score, "spelling" if same else "transliteration")
        for name, (score, reason) in known.items():
            if query.share < 1:
                score, reason = round(score * query.share, 4), "part"
            for row in self._places[name]:
                if row not in found or found[row][0] < score:
                    found[row] = (score, reason)

    def _same(self, query: _Query) -> Iterator[tuple[int, tuple[float, str]]]:
        """Names that are the same by a rule, the best rule last."""
        encoded, rules = query.encoded, ranking.RULES
        for name in self._by_core.get(_order(encoded.core), ()):
            other = self._encoded[name]
            kinds_differ = other.kinds != encoded.kinds and other.kinds and encoded.kinds
            if other.bare == encoded.bare:
                yield name, (rules["article"], "article")
            elif other.core == encoded.core:
                yield name, (ranking.OTHER_KIND if kinds_differ else rules["kind"], "kind")
            elif not kinds_differ:
                yield name, (rules["order"], "order")
        for name in self._by_folded.get(fold(query.text), ()):
            yield name, (rules["folded"], "folded")
        number = self._number.get(query.text)
        if number is not None:
            yield number, (rules["exact"], "exact")


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _code_key(code: str) -> str:
    return re.sub("[-_.]", "", code).casefold()


def _order(core: str) -> str:
    return " ".join(sorted(core.split())) if " " in core else core


def _group(keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    groups: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if key:
            groups.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in groups.items()}


def _starts(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Where each of the rows starts when they are written one after the other, and where the last ends."""
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return starts
