"""Which field of a boundary file is the code, the name, the parent: guessed from the values, shown, and overruled."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rafid.methods.text import to_ascii_digits

from .boundary_file import BoundaryFile, Unreadable
from .codes import foreign_country, looks_like_code, plain
from .country import country
from .matching import level_said
from .models import Level
from .toponym_index import Gazetteer, Known

_NAME = re.compile(r"name|nam_|^nom|اسم|الاسم|ناو", re.IGNORECASE)
_LEVEL_NAME = re.compile(r"adm(\d)_?(en|ar|ckb|ku|name|nm|alt)", re.IGNORECASE)
_VALID = re.compile(r"valid_?(on|from)?|date|تاريخ", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """What the person said; empty and None are guessed."""

    level: int | None = None
    code: str = ""
    name: str = ""
    parent: str = ""
    valid: date | None = None
    division: str = ""
    layer: str = ""
    add: bool = False
    source: str = ""


@dataclass(frozen=True)
class Chosen:
    """What the import goes by. ``guessed`` names those that nobody said."""

    level: int
    division: str
    valid: date
    code: str
    names: tuple[str, ...]
    parent: str
    guessed: frozenset[str]


@dataclass(frozen=True)
class _Codes:
    """How a column looks as codes."""

    column: str
    places: list[Known | None]
    known: int
    like: int
    filled: int
    distinct: int

    @property
    def once(self) -> bool:
        return self.filled > 0 and self.distinct >= 0.9 * self.filled

    @property
    def own(self) -> int:
        """Values that are a place's own reference, not its ISO code or the like."""
        return sum(1 for place in self.places if place is not None)


def text_of(value: Any) -> str:
    return "" if value is None else str(value).strip()


def place_of_code(text: str, places: Gazetteer, division: str = "") -> Known | None:
    """The one place whose code this is; a source's own number counts within its division."""
    found = places.coded(text, (division,) if division else ()) if text and len(text) <= 40 else []
    return places.places[found[0]] if len(found) == 1 else None


def choose(file: BoundaryFile, options: Options, places: Gazetteer) -> Chosen:
    """Raises Unreadable where a field that was named is not there, or where the level cannot be told."""
    for said in (options.code, options.name, options.parent):
        if said and said not in file.columns:
            raise Unreadable(
                _("There is no field %(name)s. The file has: %(all)s.")
                % {"name": said, "all": ", ".join(file.columns) or "–"}
            )
    codes = {column: _codes(column, values, places, options.division) for column, values in file.columns.items()}
    guessed = set()
    code = options.code or _code_column(codes, options.level)
    if code and not options.code:
        guessed.add("code")
    names = (options.name,) if options.name else _name_columns(file, code, options.level)
    if names and not options.name:
        guessed.add("name")
    level = options.level
    if level is None:
        level = _level(file, codes, code, names)
        guessed.add("level")
    if not options.name:
        names = _of_level(names, level)
    division = options.division or _division(codes.get(code), level)
    if not options.division:
        guessed.add("division")
    parent = options.parent or _parent_column(codes, code, level)
    if parent and not options.parent:
        guessed.add("parent")
    valid = options.valid
    if valid is None:
        valid = _valid(file, division)
        guessed.add("valid")
    if not code and not names:
        raise Unreadable(_("No field of the file looks like a code or a name. Say which one."), "code", "name")
    return Chosen(level, division, valid, code, names, parent, frozenset(guessed))


def _codes(column: str, values: list[Any], places: Gazetteer, division: str) -> _Codes:
    texts = [text_of(value) for value in values]
    found = [place_of_code(text, places, division) for text in texts]
    own = [
        place if place is not None and plain(text) in (plain(place.ref), plain(place.code)) else None
        for text, place in zip(texts, found, strict=True)
    ]
    filled = [text for text in texts if text]
    return _Codes(
        column,
        own,
        sum(1 for place in found if place is not None),
        sum(1 for text in filled if looks_like_code(text) or foreign_country(text)),
        len(filled),
        len({plain(text) for text in filled}),
    )


def _code_column(codes: dict[str, _Codes], level: int | None) -> str:
    """The column whose values are codes that occur once each: those of the areas themselves, not of what holds them."""

    def fits(one: _Codes) -> bool:
        wrong_level = level is not None and one.known and level not in {p.level for p in one.places if p is not None}
        return one.once and max(one.known, one.like) >= 0.5 * one.filled and not wrong_level

    fitting = [one for one in codes.values() if fits(one)]
    best = max(fitting, key=lambda one: (one.known, one.own, one.like), default=None)
    return best.column if best else ""


def _parent_column(codes: dict[str, _Codes], code: str, level: int) -> str:
    def right(one: _Codes) -> int:
        return sum(1 for place in one.places if place is not None and level - 1 <= place.level <= level)

    fitting = [one for one in codes.values() if one.column != code and right(one) >= 0.5 * max(one.filled, 1)]

    def directly_above(one: _Codes) -> int:
        return sum(1 for place in one.places if place is not None and place.level == level - 1)

    best = max(fitting, key=lambda one: (directly_above(one), right(one)), default=None)
    return best.column if best else ""


def _name_columns(file: BoundaryFile, code: str, level: int | None) -> tuple[str, ...]:
    texts = {
        column: [text for text in map(text_of, values) if text]
        for column, values in file.columns.items()
        if column != code
    }
    wordy = {
        column: len(set(filled))
        for column, filled in texts.items()
        if filled and sum(any(c.isalpha() for c in text) and not looks_like_code(text) for text in filled)
        > 0.8 * len(filled)
    }  # fmt: skip
    named = [column for column in wordy if _NAME.search(column) or _LEVEL_NAME.search(column)]
    if named:
        return tuple(named)
    most = max(wordy, key=lambda column: wordy[column], default="")
    return (most,) if most else ()


def _of_level(names: tuple[str, ...], level: int) -> tuple[str, ...]:
    """Without the names of what lies above: ADM1_EN in a table of ADM2."""
    said = {column: found for column in names if (found := _LEVEL_NAME.search(column))}
    own = tuple(column for column in names if column not in said or int(said[column][1]) == level)
    return own or names


def _level(file: BoundaryFile, codes: dict[str, _Codes], code: str, names: tuple[str, ...]) -> int:
    levels: Counter[int] = Counter()
    if code:
        levels.update(place.level for place in codes[code].places if place is not None)
    if not levels:
        for name in names:
            levels.update(said for value in file.columns[name] if (said := level_said(text_of(value))) is not None)
    if not levels:
        raise Unreadable(
            _("The file does not say what its areas are. Say the level: 1 governorate, 2 district, 3 sub-district."),
            "level",
        )
    return levels.most_common(1)[0][0]


def _division(code: _Codes | None, level: int) -> str:
    divisions = Counter(p.division for p in (code.places if code else ()) if p is not None and p.level == level)
    return divisions.most_common(1)[0][0] if divisions else country().division


def _valid(file: BoundaryFile, division: str) -> date:
    """The date that the file gives in a field of its own, else the one of the division, which the pack gives."""
    for column, values in file.columns.items():
        if _VALID.fullmatch(column):
            days = Counter(day for value in values if (day := day_of(text_of(value))) is not None)
            if days:
                return days.most_common(1)[0][0]
    for known in country().divisions:
        if known.code == division:
            return date.fromisoformat(known.as_of)
    raise Unreadable(_("Say from which day the borders are valid."), "valid")


def day_of(text: str) -> date | None:
    """A day written as 2019-06-03, 2019/06/03 or with a time behind it; None for anything else."""
    found = re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?$", to_ascii_digits(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def level_names() -> dict[int, str]:
    return {int(value): str(label) for value, label in Level.choices}
