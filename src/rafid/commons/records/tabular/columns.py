"""Which column of a table is which column of an import.

The best evidence first: an HXL tag, the column's own name in any of the three languages, its code, a synonym; then a
similar name; for what is left over, the content. Each column is used once. The officer sees the guesses and changes
them; what they decide is remembered elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from .cells import plain
from .choices import Choices
from .errors import CellError
from .parse import column_parser

type_reason = Literal["hxl", "name", "code", "synonym", "similar", "content", "none"]

_SIMILAR = 84.0
_PARTS = re.compile(r"\s+>\s+|\s+/\s+|[()\[\]|:،؛\n]")
_TAG = re.compile(r"#([a-z][a-z0-9_]*)((?:\s*\+[a-z][a-z0-9_]*)*)", re.I)
_PCODE = re.compile(r"[A-Z]{2,3}[-G]?\w{0,2}\d{2,}\w*\Z")
_FITS = 0.8
"""Share of a column's cells that must be readable as a kind before the content speaks for it."""


class type_column(Protocol):
    """What is read of ``rafid.commons.programme.Column``."""

    @property
    def code(self) -> str: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def synonyms(self) -> Sequence[str]: ...
    @property
    def kind(self) -> str: ...
    @property
    def hxl(self) -> str | None: ...
    @property
    def choices(self) -> Mapping[str, Sequence[str]] | None: ...


@dataclass(frozen=True)
class Guess:
    """``index`` of the table's column, ``column_code`` of the import's or None, ``score`` 0..1, why, and the ``matched``
    name or tag (empty for content)."""

    index: int
    column_code: str | None
    score: float
    reason: type_reason
    matched: str = ""


def recognise(
    header: Sequence[str],
    columns: Sequence[type_column],
    *,
    hxl: Sequence[str] | None = None,
    samples: Sequence[Sequence[Any]] | None = None,
) -> list[Guess]:
    """One guess per name of ``header``, in its order. ``hxl`` are the tags per column; ``samples`` some rows of cells."""
    from rafid.methods.text import fold

    contents = _contents(len(header), samples or ())
    claims: list[tuple[float, int, int, type_reason, str]] = []
    names = [_Names(column, fold) for column in columns]
    for index, name in enumerate(header):
        tag = hxl[index] if hxl and index < len(hxl) else ""
        spelled = _Header(name, fold)
        for position, column in enumerate(columns):
            score, reason, matched = _claim(spelled, tag, names[position], column)
            if not score:
                continue
            if reason == "similar":
                score *= _plausible(column, contents[index])
            # Of two columns with one name, the earlier ones take it: reading order decides ties.
            claims.append((round(score, 4), index, position, reason, matched))
    taken = _assign(claims, contents, columns)
    for position, index, score in _by_content(taken, columns, contents, header):
        taken[index] = (position, score, "content", "")
    return [
        Guess(index, columns[taken[index][0]].code, taken[index][1], taken[index][2], taken[index][3])
        if index in taken
        else Guess(index, None, 0.0, "none")
        for index in range(len(header))
    ]


class _Names:
    """A column's names, folded once."""

    def __init__(self, column: type_column, fold: Any) -> None:
        self.own = {fold(name): name for name in column.names.values() if name}
        self.code = fold(column.code.replace("_", " "))
        self.synonyms = {fold(synonym.replace("_", " ")): synonym for synonym in column.synonyms}
        self.synonyms.pop("", None)
        self.own.pop("", None)
        self.tag = _tag(column.hxl or "")


class _Header:
    """A name in a table: whole, and the parts of a joined or bilingual one."""

    def __init__(self, name: str, fold: Any) -> None:
        self.whole = fold(name.replace("_", " "))
        parts = [fold(part.replace("_", " ")) for part in _PARTS.split(name) if part.strip()]
        self.parts = [part for part in dict.fromkeys(parts) if part and part != self.whole]
        self.hierarchy = " > " in name


def _tag(text: str) -> tuple[str, frozenset[str]] | None:
    found = _TAG.match(text.strip())
    if not found:
        return None
    return found[1].casefold(), frozenset(part.strip().casefold() for part in found[2].split("+") if part.strip())


def _claim(header: _Header, tag: str, names: _Names, column: type_column) -> tuple[float, type_reason, str]:
    """How well one column fits one name, why, and by which of its names."""
    score, reason, matched = _by_tag(tag, names, column)
    if header.whole:
        if header.whole in names.own:
            return max((1.0, "name", names.own[header.whole]), (score, reason, matched), key=lambda claim: claim[0])
        for found, why, spelling in (
            (0.98 if header.whole == names.code else 0.0, "code", column.code),
            (0.95 if header.whole in names.synonyms else 0.0, "synonym", names.synonyms.get(header.whole, "")),
            *_by_parts(header, names, column),
        ):
            if found > score:
                score, reason, matched = found, why, spelling  # type: ignore[assignment]
        if score < 0.7:
            score, reason, matched = max(
                (score, reason, matched), _by_similarity(header, names, column), key=lambda claim: claim[0]
            )
    return score, reason, matched


def _by_tag(tag: str, names: _Names, column: type_column) -> tuple[float, type_reason, str]:
    given, wanted = _tag(tag), names.tag
    if given is None or wanted is None or given[0] != wanted[0]:
        return 0.0, "none", ""
    if given[1] == wanted[1]:
        return 1.0, "hxl", tag
    # A missing attribute says less, a different one says something else (+f is not +m).
    extra = len(given[1] ^ wanted[1])
    if wanted[1] <= given[1] or given[1] <= wanted[1]:
        return max(0.6, 0.9 - 0.08 * extra), "hxl", tag
    return 0.0, "none", ""


def _by_parts(header: _Header, names: _Names, column: type_column) -> list[tuple[float, type_reason, str]]:
    found: list[tuple[float, type_reason, str]] = []
    for position, part in enumerate(header.parts):
        # In "Population > Male" the last part names the column, the first one only its group.
        weight = 0.9 if not header.hierarchy or position == len(header.parts) - 1 else 0.55
        if part in names.own:
            found.append((weight, "name", names.own[part]))
        elif part == names.code:
            found.append((weight - 0.01, "code", column.code))
        elif part in names.synonyms:
            found.append((weight - 0.03, "synonym", names.synonyms[part]))
    return found


def _by_similarity(header: _Header, names: _Names, column: type_column) -> tuple[float, type_reason, str]:
    from rapidfuzz import fuzz

    best: tuple[float, type_reason, str] = (0.0, "none", "")
    spellings = {names.code: column.code, **names.synonyms, **names.own}
    for folded, spelling in spellings.items():
        if len(folded) < 3:
            continue
        ratio = fuzz.token_sort_ratio(header.whole, folded, score_cutoff=_SIMILAR)
        if ratio:
            score = 0.6 + 0.25 * (ratio - _SIMILAR) / (100 - _SIMILAR)
        elif (share := _contained(header.whole, folded)) > 0:
            score = 0.45 + 0.2 * share
        else:
            continue
        if score > best[0]:
            best = (score, "similar", spelling)
    return best


def _contained(header: str, folded: str) -> float:
    """The share of the header's words that a column's name makes up, where all its words are there."""
    words, wanted = header.split(), folded.split()
    if len(folded) < 4 or not set(wanted) <= set(words):
        return 0.0
    return len(wanted) / len(words)


def _contents(width: int, samples: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The non-empty cells of each column, at most 100."""
    contents: list[list[Any]] = [[] for _ in range(width)]
    for row in samples[:100]:
        for index, cell in enumerate(row[:width]):
            if cell is not None and not isinstance(cell, CellError) and (not isinstance(cell, str) or cell.strip()):
                contents[index].append(cell)
    return contents


def _share(column: type_column, cells: Sequence[Any]) -> float:
    """Share of cells that the column's parser takes."""
    try:
        parse = column_parser(column.kind, samples=cells, choices=column.choices)
    except ValueError:
        return 0.0
    taken = 0
    for cell in cells:
        with suppress(CellError):
            taken += parse(cell) is not None
    return taken / len(cells)


def _plausible(column: type_column, cells: Sequence[Any]) -> float:
    if not cells or column.kind in ("text", "place"):
        return 1.0
    return 1.0 if _share(column, cells) >= 0.5 else 0.6


def _assign(
    claims: list[tuple[float, int, int, type_reason, str]], contents: list[list[Any]], columns: Sequence[type_column]
) -> dict[int, tuple[int, float, type_reason, str]]:
    """Best claims first; each name and each column once. Below one half a claim is no guess."""
    taken: dict[int, tuple[int, float, type_reason, str]] = {}
    used: set[int] = set()
    for score, index, position, reason, matched in sorted(claims, key=lambda claim: (-claim[0], claim[1], claim[2])):
        if score >= 0.5 and index not in taken and position not in used:
            taken[index] = (position, score, reason, matched)
            used.add(position)
    return taken


def _by_content(
    taken: Mapping[int, tuple[int, float, type_reason, str]],
    columns: Sequence[type_column],
    contents: list[list[Any]],
    header: Sequence[str],
) -> list[tuple[int, int, float]]:
    """Columns that are left over and look like exactly one of the kinds that are left over.

    Text and plain numbers say nothing: any column could be that one. P-codes, dates, periods, choices and coordinates
    do, if only one name and only one column are in question.
    """
    used = {position for position, *_ in taken.values()}
    free = [index for index in range(len(header)) if index not in taken and len(contents[index]) >= 3]
    left = [position for position in range(len(columns)) if position not in used]
    candidates: dict[int, list[int]] = {}
    for position in left:
        column = columns[position]
        found = [index for index in free if _speaks_for(column, contents[index])]
        if len(found) == 1:
            candidates.setdefault(found[0], []).append(position)
    return [(positions[0], index, 0.5) for index, positions in candidates.items() if len(positions) == 1]


def _speaks_for(column: type_column, cells: Sequence[Any]) -> bool:
    if column.kind == "place":
        return _matching(cells, lambda cell: bool(_PCODE.match(plain(str(cell)).upper()))) >= _FITS
    if column.kind == "date":
        dated = _matching(cells, lambda cell: not isinstance(cell, int | float) and not str(cell).strip().isdigit())
        return dated >= _FITS and _share(column, cells) >= _FITS
    if column.kind == "choice":
        return bool(column.choices) and _choice_share(column, cells) >= _FITS
    if column.kind == "period":
        return _share(column, cells) >= _FITS
    if column.kind in ("longitude", "latitude"):
        decimals = _matching(cells, lambda cell: "." in str(cell) or "٫" in str(cell))
        return decimals >= _FITS and _share(column, cells) >= _FITS
    return False


def _matching(cells: Sequence[Any], test: Callable[[Any], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def _choice_share(column: type_column, cells: Sequence[Any]) -> float:
    choices = Choices(column.choices or {})
    taken = 0
    for cell in cells:
        with suppress(CellError):
            taken += choices.parse(cell) is not None
    return taken / len(cells)
