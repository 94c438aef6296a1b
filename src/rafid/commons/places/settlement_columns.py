"""Which column of a table of settlements is the name, the code, the point, the parent: guessed, shown, and overruled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rafid.methods.text import fold

from .boundary_columns import place_of_code
from .boundary_file import Unreadable
from .settlement_file import SettlementFile
from .toponym_index import Gazetteer

# Columns of numbers that others gave, and what their references begin with here. The first that a row has counts.
SOURCES = {
    "gn id": "GN-",
    "geonameid": "GN-",
    "geonames id": "GN-",
    "geoname id": "GN-",
    "wof id": "WOF-",
    "wd id": "WD-",
    "wikidata": "WD-",
    "wikidata id": "WD-",
    "osm id": "OSM-",
}
_OWN_CODES = frozenset(
    {
        "pcode", "p code", "code", "ref", "settlement code", "settlement pcode", "place code", "village code",
        "adm4 pcode", "admin4 pcode", "loc code", "الرمز", "الكود", "رمز القريه", "كود", "كودي گوند",
    }
)  # fmt: skip
_LON = frozenset({"lon", "long", "lng", "longitude", "x", "point x", "x coord", "خط الطول", "دريجي"})
_LAT = frozenset({"lat", "latitude", "y", "point y", "y coord", "خط العرض", "باني"})
_NAMES = frozenset(
    {
        "name", "toponym", "settlement", "settlement name", "village", "village name", "place", "place name", "location",
        "locality", "featurename", "full name", "الاسم", "اسم", "اسم القريه", "القريه", "المستوطنه", "ناو", "ناوي گوند", "گوند",
    }
)  # fmt: skip
_OTHERS = frozenset(
    {"alternatenames", "alternate names", "other names", "alt name", "alt names", "asciiname", "arabic script names"}
)
_LANGUAGE = {
    "ar": "ar", "ara": "ar", "arabic": "ar",
    "ckb": "ckb", "ku": "ckb", "kur": "ckb", "kr": "ckb", "kurdish": "ckb", "sorani": "ckb",
    "en": "en", "eng": "en", "english": "en",
}  # fmt: skip
_PARENT_NAMES = {
    1: re.compile(r"adm(in)?1 (name|en|ar|ku|ckb).*|governorate.*|province|muhafa[dz]ha?|المحافظه|محافظه|باريزگا"),
    2: re.compile(r"adm(in)?2 (name|en|ar|ku|ckb).*|district.*|q(ad|ada)ha?|القضا|قضا|قهزا"),
    3: re.compile(r"adm(in)?3 (name|en|ar|ku|ckb).*|sub ?district.*|nahi(y|a).*|الناحيه|ناحيه"),
}
_MOSTLY = 0.5


@dataclass(frozen=True)
class Settings:
    """What the person said; empty is guessed."""

    code: str = ""
    name: str = ""
    parent: str = ""
    layer: str = ""
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Columns:
    """What the import goes by. ``codes``: column → prefix of its references, the first that a row fills counts.

    ``names``: column → language, empty where the letters decide; ``others`` hold further spellings. ``parents`` hold
    codes and ``parent_names`` names of what the settlement lies in, by level, the smallest first.
    """

    names: dict[str, str]
    others: tuple[str, ...]
    codes: dict[str, str]
    parents: tuple[str, ...]
    parent_names: dict[int, tuple[str, ...]]
    lon: str
    lat: str

    @property
    def used(self) -> list[tuple[str, str]]:
        """Role and columns, for the person who decides."""
        point = " + ".join(filter(None, (self.lat, self.lon)))
        named = [column for level in sorted(self.parent_names, reverse=True) for column in self.parent_names[level]]
        return [
            (_("Code"), ", ".join(self.codes) or "–"),
            (_("Name"), ", ".join(self.names) or "–"),
            (_("Other names"), ", ".join(self.others) or "–"),
            (_("Lies in"), ", ".join((*self.parents, *named)) or "–"),
            (_("Point"), point or "–"),
        ]


def recognise(file: SettlementFile, said: Settings, places: Gazetteer) -> Columns:
    """Raises Unreadable where a column that was named is not there, or where none is a name."""
    for one in (said.code, said.name, said.parent):
        if one and one not in file.columns:
            raise Unreadable(
                _("There is no field %(name)s. The file has: %(all)s.")
                % {"name": one[:100], "all": ", ".join(list(file.columns)[:40]) or "–"}
            )
    keys = {column: _key(column) for column in file.columns}
    parents = (said.parent,) if said.parent else _parents(file, keys, said, places)
    by_level = {
        level: tuple(column for column, key in keys.items() if column not in parents and pattern.fullmatch(key))
        for level, pattern in _PARENT_NAMES.items()
    }
    by_level = {level: columns for level, columns in by_level.items() if columns}
    taken = {*parents, *(column for columns in by_level.values() for column in columns)}
    codes = {said.code: SOURCES.get(keys[said.code], "")} if said.code else _codes(keys, taken)
    names, others = _names({c: k for c, k in keys.items() if c not in taken and c not in codes}, said)
    if not names:
        raise Unreadable(_("No column of the file looks like a name. Say which one."), "name")
    lon = next((column for column, key in keys.items() if key in _LON), "")
    lat = next((column for column, key in keys.items() if key in _LAT), "")
    if file.points is not None:
        lon = lat = ""
    return Columns(names, others, codes, parents, by_level, lon if lat else "", lat if lon else "")


def _key(column: str) -> str:
    return " ".join(fold(column).split())


def _codes(keys: dict[str, str], taken: set[str]) -> dict[str, str]:
    own = {column: "" for column, key in keys.items() if key in _OWN_CODES and column not in taken}
    found = {column: SOURCES[key] for column, key in keys.items() if key in SOURCES}
    # The order of SOURCES, not of the file: GeoNames' numbers are those of the towns that are there already.
    order = list(SOURCES.values())
    return own | dict(sorted(found.items(), key=lambda pair: order.index(pair[1])))


def _parents(file: SettlementFile, keys: dict[str, str], said: Settings, places: Gazetteer) -> tuple[str, ...]:
    """Columns whose values are codes of areas, those of the smallest areas first."""
    found: list[tuple[float, str]] = []
    for column, texts in file.columns.items():
        if column == said.code or keys[column] in SOURCES:
            continue
        distinct = {text for text in texts if text and len(text) <= 40}
        known = [place for text in distinct if (place := place_of_code(text, places)) is not None]
        levels = [place.level for place in known if place.level < 4]
        if levels and len(levels) >= _MOSTLY * len(distinct):
            found.append((-sum(levels) / len(levels), column))
        elif re.fullmatch(r"adm(in)?[123] p? ?code", keys[column]):
            found.append((-float(re.sub(r"\D", "", keys[column])), column))
    return tuple(column for _level, column in sorted(found))


def _names(keys: dict[str, str], said: Settings) -> tuple[dict[str, str], tuple[str, ...]]:
    names: dict[str, str] = {}
    plain: dict[str, str] = {}
    others: list[str] = []
    for column, key in keys.items():
        words = key.split()
        if column == said.name or key in _NAMES:
            plain[column] = ""
        elif key in _OTHERS or (words[:1] == ["name"] and words[-1] in ("translit", "latin", "other", "alt", "old")):
            others.append(column)
        elif len(words) > 1 and words[0] in ("name", "names") and words[-1] in _LANGUAGE:
            names[column] = _LANGUAGE[words[-1]]
        elif len(words) > 1 and words[-1] in ("name", "names") and words[0] in _LANGUAGE:
            names[column] = _LANGUAGE[words[0]]
    if said.name:
        plain = {said.name: ""}
    # Sorani before the wider "Kurdish", and what says its language before what does not.
    narrow = {c: language for c, language in names.items() if fold(c).split()[-1] == language}
    return {**narrow, **names, **plain}, tuple(others)
