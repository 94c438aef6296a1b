"""What an import of settlements would do: which row is which place, what is new, what changes, what is refused and why.

Nothing is written here; ``settlements.load_settlements`` does that with the plan that a person has seen.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Point
from django.utils import timezone

from rafid.commons.names import pick
from rafid.methods.text import detect_language, fold, to_ascii_digits

from .boundary_columns import place_of_code
from .codes import foreign_country, looks_like_code
from .country import country
from .geometry_report import distance_m
from .load_country import SETTLEMENTS, rows_of
from .matching import PlaceMatcher
from .models import Level, Place, PlaceVersion
from .settlement_columns import Columns, Settings, recognise
from .settlement_file import SettlementFile
from .toponym_index import Gazetteer, Known, gazetteer

SAME_M = 1_000
"""Two of one name in one district that lie nearer than this are the same settlement: villages' points are that exact."""
FAR_M = 5_000
"""A point may lie this far outside the area that its row names; farther, one of the two is wrong."""
MOST_OTHERS = 30
_LONGEST = 300
_MARGIN = 0.5


@dataclass
class Town:
    """One row that is taken. ``how`` its parent was found: ``code``, ``polygon``, ``name``.

    ``place`` is what is there already; ``changes`` are its fields that would differ.
    """

    row: int
    ref: str
    code: str
    pcode: str | None
    names: dict[str, str]
    others: list[str]
    point: tuple[float, float] | None
    parent: Known
    how: str
    place: Place | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return pick(self.names)


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row: the field and its value. ``refused``: the row is not taken because of it."""

    kind: str
    row: int
    column: str
    value: str
    refused: bool
    other: str = ""


@dataclass
class SettlementPlan:
    file: SettlementFile
    columns: Columns
    settings: Settings
    towns: list[Town] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    kept: int = 0

    @cached_property
    def new(self) -> list[Town]:
        return [town for town in self.towns if town.place is None]

    @cached_property
    def changed(self) -> list[Town]:
        return [town for town in self.towns if town.place is not None and town.changes]

    @property
    def same(self) -> int:
        return len(self.towns) - len(self.new) - len(self.changed)

    @property
    def refused(self) -> int:
        return len({problem.row for problem in self.problems if problem.refused})

    def refuse(self, kind: str, row: int, column: str, value: str, other: str = "") -> None:
        self.problems.append(Problem(kind, row, column, value[:_LONGEST], True, other))

    def remark(self, kind: str, row: int, column: str, value: str, other: str = "") -> None:
        self.problems.append(Problem(kind, row, column, value[:_LONGEST], False, other))


@dataclass
class _Row:
    """A row on its way: what was read of it before its parent is known."""

    at: int
    number: int
    ref: str
    code: str
    pcode: str | None
    names: dict[str, str]
    others: list[str]
    point: tuple[float, float] | None


def examine_settlements(file: SettlementFile, said: Settings) -> SettlementPlan:
    """Reads the table against the places known. Raises Unreadable where it does not say what it is."""
    places = gazetteer()
    plan = SettlementPlan(file, recognise(file, said, places), said)
    rows = _rows(plan)
    parents = _parents(plan, rows, places)
    _place(plan, [(row, *parents[row.at]) for row in rows if row.at in parents], places)
    return plan


def _rows(plan: SettlementPlan) -> list[_Row]:
    """What every row says of itself: name, code, point. Rows that cannot stand alone are refused here."""
    found: list[_Row] = []
    seen: dict[str, int] = {}
    for at, number in enumerate(plan.file.numbers):
        names, others = _names(plan, at)
        if not any(names.values()):
            plan.refuse("nameless", number, next(iter(plan.columns.names)), "")
            continue
        if any(len(name) > _LONGEST for name in (*names.values(), *others)):
            plan.refuse("long_name", number, next(iter(plan.columns.names)), max((*names.values(), *others), key=len))
            continue
        given = _code(plan, at, number)
        if given is None:
            continue
        point = _point(plan, at, number)
        if point is False:
            continue
        column, ref, code, pcode = given
        if ref and ref in seen:
            plan.refuse("repeated_code", number, column, code or ref, str(seen[ref]))
            continue
        if ref:
            seen[ref] = number
        found.append(_Row(at, number, ref, code, pcode, names, others, point or None))
    return found


def _names(plan: SettlementPlan, at: int) -> tuple[dict[str, str], list[str]]:
    """The names by language and the others. A column's language holds only for letters of its script."""
    names = {"ar": "", "ckb": "", "en": ""}
    others: list[str] = []
    for column, said in plan.columns.names.items():
        text = plan.file.columns[column][at]
        if not text or not fold(text):
            continue
        letters = detect_language(text)
        arabic = letters in ("ar", "ckb")
        language = said if said and (said in ("ar", "ckb")) == arabic else ("" if said else letters)
        if language in names and not names[language]:
            names[language] = text
        else:
            others.append(text)
    for column in plan.columns.others:
        separators = "|;," if "," in plan.file.columns[column][at] and "names" in fold(column) else "|;"
        text = plan.file.columns[column][at]
        for separator in separators:
            text = text.replace(separator, "\n")
        others += [one.strip() for one in text.split("\n") if fold(one)]
    if not any(names.values()) and others:
        names["en"] = others.pop(0)
    main = set(names.values())
    return names, [one for one in dict.fromkeys(others) if one not in main][:MOST_OTHERS]


def _code(plan: SettlementPlan, at: int, number: int) -> tuple[str, str, str, str | None] | None:
    """Column, reference, the source's own code, P-code; empty where the row has none; None where it is refused."""
    for column, prefix in plan.columns.codes.items():
        text = to_ascii_digits(plan.file.columns[column][at])
        if not text or text == "0":
            continue
        if not prefix and foreign_country(text, names_excluded=True):
            plan.refuse("foreign_code", number, column, text)
            return None
        if len(prefix) + len(text) > 38 or any(c.isspace() or c in "/?#\\" for c in text):
            plan.refuse("bad_code", number, column, text)
            return None
        if prefix:
            return column, f"{prefix}{text}", "", None
        if looks_like_code(text):
            return column, text.upper(), "", text.upper()[:20]
        return column, f"S-{text}", text[:20], None
    return "", "", "", None


def _point(plan: SettlementPlan, at: int, number: int) -> Any:
    """Longitude and latitude; None where the row has none; False where it is refused."""
    columns = plan.columns
    if plan.file.points is not None:
        point = plan.file.points[at]
        if point is None:
            return None
        column, value = "geometry", f"{point[0]:g} {point[1]:g}"
    elif columns.lon:
        column, lon, lat = columns.lat, plan.file.columns[columns.lon][at], plan.file.columns[columns.lat][at]
        if not lon and not lat:
            return None
        value = f"{lat} {lon}".strip()
        try:
            point = (_degrees(lon), _degrees(lat))
        except ValueError:
            plan.refuse("bad_point", number, column, value)
            return False
    else:
        return None
    if _inside(point):
        return point
    exchanged = _inside((point[1], point[0]))
    plan.refuse("exchanged" if exchanged else "elsewhere", number, column, value)
    return False


def _degrees(text: str) -> float:
    """Decimal degrees with digits of any script and either decimal sign. Raises ValueError."""
    value = float(to_ascii_digits(text).replace("٫", ".").replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _inside(point: tuple[float, float]) -> bool:
    west, south, east, north = country().bounds
    return west - _MARGIN <= point[0] <= east + _MARGIN and south - _MARGIN <= point[1] <= north + _MARGIN


class _Borders:
    """The imported borders in force today, and which of them hold a point: the smallest."""

    def __init__(self) -> None:
        rows = PlaceVersion.objects.filter(
            valid__contains=timezone.localdate(),
            geometry__isnull=False,
            generalised=False,
            place__division=country().division,
            place__level__in=(Level.GOVERNORATE, Level.DISTRICT, Level.SUBDISTRICT),
        ).order_by("place__level", "place__ref")
        found = list(rows.values_list("place_id", AsWKB("geometry")))
        self.ids = [pk for pk, _wkb in found]
        self.shapes = shapely.from_wkb([bytes(wkb) for _pk, wkb in found])
        self.by_id = dict(zip(self.ids, self.shapes, strict=True))

    def holders(self, points: list[tuple[float, float] | None]) -> list[list[UUID]]:
        """For each point the areas that hold it, large ones first."""
        held: list[list[UUID]] = [[] for _point in points]
        given = [number for number, point in enumerate(points) if point is not None]
        if given and self.ids:
            tree = shapely.STRtree(self.shapes)
            which, areas = tree.query(shapely.points([points[number] for number in given]), predicate="within")
            for one, area in sorted(zip(which.tolist(), areas.tolist(), strict=True)):
                held[given[one]].append(self.ids[area])
        return held

    def far_from(self, pk: UUID, point: tuple[float, float]) -> float | None:
        """Metres from a point to an area; None where it lies inside or no borders are known."""
        shape = self.by_id.get(pk)
        if shape is None or shapely.contains_xy(shape, *point):
            return None
        (x0, y0), (x1, y1) = shapely.get_coordinates(shapely.shortest_line(shapely.Point(point), shape))
        return distance_m(x0, y0, x1, y1)


def _parents(plan: SettlementPlan, rows: list[_Row], places: Gazetteer) -> dict[int, tuple[Known, str]]:
    """What each row lies in: by its code, by its point, by the names of areas; rows that lie nowhere are refused."""
    borders = _Borders()
    holders = borders.holders([row.point for row in rows])
    found: dict[int, tuple[Known, str]] = {}
    by_name: list[_Row] = []
    for row, held in zip(rows, holders, strict=True):
        column, text, said = _said(plan, row.at, places)
        inside = places.places[held[-1]] if held else None
        if said is not None:
            if inside is not None and said.id in inside.lineage:
                found[row.at] = inside, "code"
                continue
            found[row.at] = said, "code"
            metres = borders.far_from(said.id, row.point) if row.point else None
            if metres is not None and metres > FAR_M:
                other = f"{inside.ref} {pick(inside.names)}" if inside else ""
                plan.remark("far", row.number, column, text, f"{metres / 1000:.0f}|{other}")
        elif text and foreign_country(text, names_excluded=True):
            plan.refuse("foreign_parent", row.number, column, text)
        elif inside is not None:
            found[row.at] = inside, "polygon"
            if text:
                plan.remark("unknown_parent", row.number, column, text, f"{inside.ref} {pick(inside.names)}")
        else:
            by_name.append(row)
    found |= _by_name(plan, by_name, places, bool(borders.ids))
    return found


def _said(plan: SettlementPlan, at: int, places: Gazetteer) -> tuple[str, str, Known | None]:
    """The smallest area that the row names by code; the first code that no place has where there is none."""
    unknown = ("", "")
    for column in plan.columns.parents:
        text = plan.file.columns[column][at]
        place = place_of_code(text, places)
        if place is not None and place.level < Level.SETTLEMENT:
            return column, text, place
        if text and not unknown[0]:
            unknown = column, text
    return *unknown, None


def _by_name(plan: SettlementPlan, rows: list[_Row], places: Gazetteer, borders: bool) -> dict[int, tuple[Known, str]]:
    found: dict[int, tuple[Known, str]] = {}
    known: dict[int, UUID] = {}
    doubtful: dict[int, tuple[str, str, str]] = {}
    for level in sorted(plan.columns.parent_names):
        asked = [
            (row, column, text)
            for row in rows
            for column in plan.columns.parent_names[level]
            if (text := plan.file.columns[column][row.at])
        ]
        matcher = PlaceMatcher((level,), (country().division,))
        decisions = matcher.match_many([text for _r, _c, text in asked], [known.get(row.at) for row, _c, _t in asked])
        for (row, column, text), decision in zip(asked, decisions, strict=True):
            if decision.certain and decision.place_id is not None:
                known[row.at] = decision.place_id
                doubtful.pop(row.at, None)
            elif row.at not in known or places.places[known[row.at]].level < level:
                best = decision.candidates[0] if decision.candidates else None
                doubtful[row.at] = column, text, f"{best.ref} {best.name}" if best else ""
    for row in rows:
        if row.at in doubtful:
            column, text, other = doubtful[row.at]
            plan.refuse("doubtful_parent", row.number, column, text, other)
        elif row.at in known:
            found[row.at] = places.places[known[row.at]], "name"
        else:
            column, text, _place = _said(plan, row.at, places)
            if text:
                plan.refuse("unknown_code", row.number, column, text)
            elif row.point is not None:
                kind = "nowhere" if borders else "no_borders"
                plan.refuse(kind, row.number, plan.columns.lat or "geometry", f"{row.point[1]:g} {row.point[0]:g}")
            else:
                plan.refuse("no_parent", row.number, next(iter(plan.columns.parents), ""), "")
    return found


def _district(place: Known, places: Gazetteer) -> UUID:
    """Names are told apart within a district, whether or not its sub-districts are known."""
    return next((pk for pk in place.lineage if places.places[pk].level == Level.DISTRICT), place.id)


@dataclass
class _There:
    """The settlements that are there, found by reference, by a source's own code, and by name within a district."""

    places: dict[UUID, Place]
    refs: dict[str, Place]
    codes: dict[str, Place]
    named: dict[tuple[UUID, str], list[Place]]
    pack: frozenset[str]

    @classmethod
    def read(cls, places: Gazetteer) -> _There:
        rows = list(Place.objects.filter(division=SETTLEMENTS).order_by("ref"))
        named: dict[tuple[UUID, str], list[Place]] = defaultdict(list)
        for place in rows:
            area = places.places.get(place.parent_id) if place.parent_id else None
            if area is not None:
                for key in _keys(place.names.values(), place.other_names):
                    named[_district(area, places), key].append(place)
        return cls(
            {place.pk: place for place in rows},
            {place.ref.upper(): place for place in rows},
            {place.code: place for place in rows if place.code},
            named,
            frozenset(row.ref for row in rows_of(country()) if row.fields["division"] == SETTLEMENTS),
        )


def _keys(*names: Iterable[str]) -> set[str]:
    return {key for some in names for name in some if (key := fold(name))}


def _place(plan: SettlementPlan, rows: list[tuple[_Row, Known, str]], places: Gazetteer) -> None:
    """Which rows are there already; what would change about them; which are each other's doubles."""
    there = _There.read(places)
    claimed: set[UUID] = set()
    by_ref: dict[int, Place] = {}
    for row, _parent, _how in rows:
        place = there.refs.get(row.ref.upper()) or (there.codes.get(row.code) if row.code else None)
        if place is not None:
            by_ref[row.at] = place
            claimed.add(place.pk)
    doubles: dict[tuple[UUID, str], list[_Row]] = defaultdict(list)
    refs = _References(places)
    for row, parent, how in rows:
        district = _district(parent, places)
        keys = _keys(row.names.values())
        place = by_ref.get(row.at) or _like(row, district, keys, there, claimed)
        if place is not None:
            claimed.add(place.pk)
        twin = next((one for key in keys for one in doubles[district, key] if _near(row.point, one.point)), None)
        if twin is not None and not (row.ref and place is not None):
            if not row.ref:
                plan.refuse("double", row.number, next(iter(plan.columns.names)), pick(row.names), str(twin.number))
                continue
            plan.remark("like", row.number, next(iter(plan.columns.names)), pick(row.names), str(twin.number))
        for key in keys:
            doubles[district, key].append(row)
        if place is not None and place.ref in there.pack:
            plan.kept += 1
            continue
        town = Town(row.number, row.ref, row.code, row.pcode, row.names, row.others, row.point, parent, how, place)
        if place is None:
            town.ref = row.ref or refs.give(parent)
        else:
            town.ref = place.ref
            town.changes = _changes(town, place)
        plan.towns.append(town)


def _like(row: _Row, district: UUID, keys: set[str], there: _There, claimed: set[UUID]) -> Place | None:
    """The settlement of that name in that district which lies there. One that its own source gave another number of
    the same kind is another."""
    found = {
        place.pk: place
        for key in keys
        for place in there.named.get((district, key), ())
        if place.pk not in claimed
        and not (row.ref and _kind(place.ref) == _kind(row.ref))
        and not (row.code and place.code)
        and _near(row.point, place.point.coords if place.point else None)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _kind(ref: str) -> str:
    return ref.partition("-")[0] + "-" if "-" in ref else "".join(c for c in ref if c.isalpha())


def _near(one: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    """Nearer than SAME_M; where either has no point, the name and the district are all there is to go by."""
    return one is None or other is None or distance_m(*one, *other) < SAME_M


def _changes(town: Town, place: Place) -> dict[str, Any]:
    """What the row says and the place does not: an empty cell takes nothing away."""
    changes: dict[str, Any] = {}
    for language, name in town.names.items():
        if name and name != getattr(place, f"name_{language}"):
            changes[f"name_{language}"] = name
    main = {changes.get(f"name_{code}", getattr(place, f"name_{code}")) for code in town.names}
    kept = [name for name in place.names.values() if name and name not in main]
    others = [one for one in dict.fromkeys((*place.other_names, *kept, *town.others)) if one not in main]
    if others[:MOST_OTHERS] != place.other_names:
        changes["other_names"] = others[:MOST_OTHERS]
    if town.point is not None and (place.point is None or not _same_point(town.point, place.point)):
        changes["point"] = Point(*town.point, srid=4326)
    if town.parent.id != place.parent_id:
        changes["parent_id"] = town.parent.id
    if town.pcode and town.pcode != place.pcode:
        changes["pcode"] = town.pcode
    if town.code and town.code != place.code:
        changes["code"] = town.code
    return changes


def _same_point(given: tuple[float, float], held: Point) -> bool:
    return abs(given[0] - held.x) < 1e-7 and abs(given[1] - held.y) < 1e-7


class _References:
    """For rows without a code: the parent's reference and a number."""

    def __init__(self, places: Gazetteer) -> None:
        self._used = {known.ref for known in places.places.values()}
        self._numbers: Counter[str] = Counter()

    def give(self, parent: Known) -> str:
        while True:
            self._numbers[parent.ref] += 1
            ref = f"{parent.ref}.S{self._numbers[parent.ref]:03d}"
            if ref not in self._used:
                self._used.add(ref)
                return ref
