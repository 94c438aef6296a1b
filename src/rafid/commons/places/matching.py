"""Which place a written name means: for every import and form. Certain ones pass, doubtful ones are asked, and what an
officer decided is remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rafid.commons.names import pick
from rafid.methods.text import fold
from rafid.methods.toponyms import Match
from rafid.methods.toponyms.alphabet import encode
from rafid.methods.toponyms.generic import KINDS, kind_bit

from .codes import foreign_country, looks_like_code
from .country import country
from .load_country import SETTLEMENTS
from .models import Place, RememberedMatch
from .toponym_index import Gazetteer, gazetteer

REASONS: Final = {
    "code": _("This is one of its codes"),
    "remembered": _("An officer decided so before"),
    "exact": _("The name is written in the same way"),
    "folded": _("The same but for marks and letters that people exchange while typing"),
    "article": _("The same but for the article"),
    "kind": _("The same but for words that say what kind of place it is"),
    "order": _("The same words in another order"),
    "spelling": _("Another spelling in the same script"),
    "transliteration": _("The same sounds in another script"),
    "part": _("A part of the text is this name"),
    "near": _("Of several that fit equally it is the nearest"),
    "outside": _("The name fits, but the place is not in the area asked for"),
    "level": _("The code fits, but it is not a place of the level asked for"),
}
"""Why a place is a candidate."""

OUTCOMES: Final = {
    "code": _("Certain: a code"),
    "remembered": _("Certain: decided before"),
    "name": _("Certain: the name fits this place alone"),
    "ambiguous": _("Doubtful: the name fits more than one place"),
    "doubtful": _("Doubtful: no name fits well enough"),
    "unknown": _("No place of this name is known"),
    "unknown_code": _("It looks like a code, but no place has it"),
    "foreign_code": _("The code of a place in another country"),
    "other_level": _("The code of a place of another level"),
    "blank": _("No name was given"),
}
"""What became of a written name."""

# Measured on 4,000 pairs of the gazetteer, Latin asked and Arabic known. Inside a district these let 87 % pass, of which
# 1 in 3,000 is wrong (names that are not there: 1 in 200 passes); countrywide 60 %, of which 1 in 500 is wrong (1 in 70).
_CERTAIN_INSIDE: Final = (0.85, 0.05)
_CERTAIN_ANYWHERE: Final = (0.9, 0.1)
# A name that is the same by a rule needs less distance: another that is the same but for a silent letter has 0.93.
_SAME: Final = frozenset({"exact", "folded", "article", "kind", "order"})
_SAME_MARGIN: Final = 0.08

_LEAST: Final = 0.2
"""Below this a likeness is none that a person would see."""

_LONGEST: Final = 300
"""Of a name. A longer text is prose, or an attack."""

_MERE_KINDS: Final = sum(1 << KINDS.index(kind) for kind in ("governorate", "district", "subdistrict", "village"))

_LEVEL_OF_KIND: Final = {
    "governorate": 1,
    "district": 2,
    "subdistrict": 3,
    "city": 4,
    "village": 4,
    "neighbourhood": 4,
    "camp": 4,
    "complex": 4,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """``reason`` is a key of REASONS; ``name`` is in the reader's language."""

    place_id: UUID
    ref: str
    name: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """``place_id`` where it is certain; ``outcome`` is a key of OUTCOMES; ``candidates`` best first."""

    place_id: UUID | None
    certain: bool
    candidates: tuple[Candidate, ...]
    outcome: str = ""


class PlaceMatcher:
    """Matches names to the places of some ``levels`` and ``divisions``.

    Without divisions: the country's first one and towns. ``("*",)`` is all of them. What was asked once is known; a
    matcher sees the places and decisions of the moment at which it was made.
    """

    def __init__(self, levels: Sequence[int] = (), divisions: Sequence[str] = (), limit: int = 5) -> None:
        self.levels = tuple(sorted({int(level) for level in levels}))
        usual = (country().division, SETTLEMENTS)
        self.divisions = () if "*" in divisions else tuple(sorted(divisions)) or usual
        self.limit = max(limit, 3)  # fewer would hide that a name fits two
        self._all: Gazetteer = gazetteer()
        self._names = self._all.names(self.levels, self.divisions)
        self._known: dict[tuple[str, UUID | None], Decision] = {}

    def match_many(self, texts: Sequence[str], parents: Sequence[Any] | None = None) -> list[Decision]:
        """A decision for each text, inside the parent given for it (a place, its id, or None).

        Raises ValueError where there are not as many parents as texts.
        """
        inside = [_id_of(parent) for parent in parents] if parents is not None else [None] * len(texts)
        if len(inside) != len(texts):
            raise ValueError(f"There are {len(texts)} texts but {len(inside)} parents.")
        keys = list(zip((text or "" for text in texts), inside, strict=True))
        fresh = [key for key in dict.fromkeys(keys) if key not in self._known]
        if fresh:
            self._known.update(self._decide(fresh))
        return [self._known[key] for key in keys]

    def _decide(self, keys: list[tuple[str, UUID | None]]) -> dict[tuple[str, UUID | None], Decision]:
        decided: dict[tuple[str, UUID | None], Decision] = {}
        remembered = self._remembered(keys)
        asked = []
        for key in keys:
            by_rule = self._by_code(key[0]) or remembered.get(key)
            if by_rule:
                decided[key] = by_rule
            else:
                asked.append(key)
        for key, matches in zip(asked, self._matches(asked, self.limit), strict=True):
            decided[key] = self._judge(key, matches)
        return decided

    def _by_code(self, text: str) -> Decision | None:
        if not fold(text):
            return Decision(None, False, (), "blank")
        if len(text) > _LONGEST:
            return Decision(None, False, (), "unknown")
        found = self._all.coded(text, self.divisions)
        chosen = [pk for pk in found if self._fits(pk)]
        if chosen:
            certain = len(chosen) == 1
            candidates = tuple(self._candidate(pk, 1.0, "code") for pk in chosen[: self.limit])
            return Decision(chosen[0] if certain else None, certain, candidates, "code" if certain else "ambiguous")
        if found:
            return Decision(
                None, False, tuple(self._candidate(pk, 0.5, "level") for pk in found[: self.limit]), "other_level"
            )
        if foreign_country(text):
            return Decision(None, False, (), "foreign_code")
        return None

    def _fits(self, pk: UUID) -> bool:
        known = self._all.places[pk]
        return (not self.levels or known.level in self.levels) and (
            not self.divisions or known.division in self.divisions
        )

    def _remembered(self, keys: list[tuple[str, UUID | None]]) -> dict[tuple[str, UUID | None], Decision]:
        folded = {fold(text)[:300] for text, _parent in keys} - {""}
        rows = RememberedMatch.objects.filter(folded__in=folded).values_list("folded", "parent_id", "place_id")
        known = {(text, parent): place for text, parent, place in rows}
        found = {}
        for text, parent in keys:
            for at in (parent, None):
                pk = known.get((fold(text)[:300], at))
                if pk and pk in self._all.places and self._fits(pk):
                    found[text, parent] = Decision(pk, True, (self._candidate(pk, 1.0, "remembered"),), "remembered")
                    break
        return found

    def _matches(
        self, keys: list[tuple[str, UUID | None]], limit: int, near: tuple[float, float] | None = None
    ) -> list[list[Match]]:
        index = self._names.index
        if near is not None:
            found = [index.match(text, parent=parent, near=near, limit=limit) for text, parent in keys]
        else:
            found = index.match_many([text for text, _p in keys], parents=[parent for _t, parent in keys], limit=limit)
        return [self._as_of_other_days(key, matches, limit) for key, matches in zip(keys, found, strict=True)]

    def _as_of_other_days(self, key: tuple[str, UUID | None], matches: list[Match], limit: int) -> list[Match]:
        """A table of before a split names the former parent: what lay in it then counts as inside."""
        text, parent = key
        if parent is None or not self._all.former:
            return matches
        if not any(match.reason == "outside" and self._all.was_inside(match.id, parent) for match in matches):
            return matches
        anywhere = self._names.index.match(text, limit=limit)
        then = {match.id: match for match in anywhere if self._all.was_inside(match.id, parent)}
        return sorted((then.get(match.id, match) for match in matches), key=lambda match: -match.score)

    def _judge(self, key: tuple[str, UUID | None], matches: list[Match]) -> Decision:
        text, parent = key
        matches = [match for match in matches if match.score >= _LEAST]
        candidates = tuple(self._candidate(match.id, match.score, match.reason) for match in matches)
        if not matches:
            if foreign_country(text, names_excluded=True):
                return Decision(None, False, (), "foreign_code")
            return Decision(None, False, (), "unknown_code" if looks_like_code(text) else "unknown")
        least, margin = _CERTAIN_INSIDE if parent in self._names.areas else _CERTAIN_ANYWHERE
        fitting = [match for match in matches if match.score >= least and match.reason != "outside"]
        if not fitting:
            return Decision(None, False, candidates, "doubtful")
        level = level_said(text)
        best = next((match for match in fitting if self._level(match) == level), fitting[0])
        if best.score < fitting[0].score - _SAME_MARGIN:
            best = fitting[0]
        if level is not None and self._level(best) != level and (not self.levels or level in self.levels):
            return Decision(None, False, candidates, "doubtful")  # "sub-district Kahla" is not the district Kahla
        if best.reason in _SAME:
            margin = _SAME_MARGIN
        # Where the text says what kind of place it is, those of another kind do not stand beside it.
        said = self._level(best) == level
        rivals = [match for match in matches if match.id != best.id and not (said and self._level(match) != level)]
        if any(match.score > best.score - margin for match in rivals):
            return Decision(None, False, candidates, "ambiguous")
        first = sorted(candidates, key=lambda candidate: candidate.place_id != best.id)
        return Decision(best.id, True, tuple(first), "name")

    def _level(self, match: Match) -> int:
        return self._all.places[match.id].level

    def _candidate(self, pk: UUID, score: float, reason: str) -> Candidate:
        known = self._all.places[pk]
        return Candidate(pk, known.ref, pick(known.names), score, reason)


def level_said(text: str) -> int | None:
    """The level that a word of the text names: ``قضاء الناصرية`` is a district."""
    kinds = encode(text).kinds
    levels = {level for kind, level in _LEVEL_OF_KIND.items() if kinds & (1 << KINDS.index(kind))}
    return levels.pop() if len(levels) == 1 else None


def says_only_kind(text: str) -> bool:
    """Does the text name no place, only what kind of place it is (``ناحية``)? "Centre" and "city" are names of places."""
    words = fold(text).split()
    return bool(words) and all((kind_bit(word) or 0) & _MERE_KINDS for word in words)


def _id_of(place: Any) -> UUID | None:
    return place.pk if isinstance(place, Place) else place


def match_place(
    text: str,
    *,
    parent: Any = None,
    near: Any = None,
    levels: Sequence[int] = (),
    divisions: Sequence[str] = (),
    limit: int = 5,
) -> list[Candidate]:
    """The places that a text may mean, best first. ``parent``: a place or its id; ``near``: a point, or (longitude,
    latitude) in degrees, which puts the nearer of equals first. Raises ValueError for a point that is none."""
    return ask(text, parent=parent, near=near, levels=levels, divisions=divisions, limit=limit)[1][:limit]


def ask(
    text: str,
    *,
    parent: Any = None,
    near: Any = None,
    levels: Sequence[int] = (),
    divisions: Sequence[str] = (),
    limit: int = 5,
) -> tuple[Decision, list[Candidate]]:
    """What would become of the text in an import, and the candidates; a point orders these but decides nothing."""
    matcher = PlaceMatcher(levels, divisions, limit)
    inside = _id_of(parent)
    (decision,) = matcher.match_many([text], [inside])
    candidates = list(decision.candidates)
    if near is not None and decision.outcome in ("name", "ambiguous", "doubtful"):
        point = (near.x, near.y) if isinstance(near, Point) else (float(near[0]), float(near[1]))
        (matches,) = matcher._matches([(text, inside)], limit, point)
        candidates = [matcher._candidate(match.id, match.score, match.reason) for match in matches]
    return decision, candidates[:limit]


def remember(text: str, parent: Any, place: Place, by: Any) -> RememberedMatch:
    """An officer said that ``text`` (inside ``parent``, or anywhere) means ``place``: it is not asked again.

    ``by`` is the account or its id. Raises ValueError for a text without a letter or digit.
    """
    folded = fold(text)[:300]
    if not folded:
        raise ValueError("A text without letters and digits names no place.")
    with transaction.atomic():
        row, _made = RememberedMatch.objects.update_or_create(
            folded=folded,
            parent_id=_id_of(parent),
            defaults={"written": text[:300], "place": place, "decided_by": getattr(by, "pk", by)},
        )
    return row
