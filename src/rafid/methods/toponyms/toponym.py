"""What is matched: a place and its names; and what comes back."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

REASONS: Final = {
    "code": "the text is one of the place's codes",
    "exact": "the name is written in the same way",
    "folded": "the same but for marks, capitals and letters that people exchange while typing (ة ه, ى ي, ک ك)",
    "article": "the same but for the article",
    "kind": "the same but for words that say what kind of place it is (district, ناحية, gund)",
    "order": "the same words in another order",
    "spelling": "another spelling in the same script",
    "transliteration": "the same sounds in another script",
    "part": "a part of the text between brackets, slashes, commas or dashes is this name",
    "near": "of several places that fit equally it is the nearest",
    "outside": "the name fits, but the place is not in the area asked for",
}
"""What a match rests on: code, and what it means."""


@dataclass(frozen=True, slots=True)
class Toponym:
    """A place and all that it is called.

    `names`: in any script, old names too, and codes (P-codes, ISO 3166-2). `parent`: the identity of the area that it lies
    in, itself in the index or not. `lon`, `lat`: degrees.
    """

    id: Hashable
    names: Sequence[str]
    parent: Hashable | None = None
    lon: float | None = None
    lat: float | None = None


class Match(NamedTuple):
    """A place that the text may mean. `score` in 0..1; `reason` is a key of REASONS."""

    id: Any
    score: float
    reason: str
