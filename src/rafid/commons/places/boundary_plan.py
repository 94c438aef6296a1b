"""What an import of borders would do: which polygon is which place, what is wrong, what would be refused.

Nothing is written here; ``boundaries.replace_borders`` does that with the plan that a person has seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.methods.text import detect_language, fold

from . import geometry_report
from .boundary_columns import Chosen, Options, choose, place_of_code, text_of
from .boundary_file import BoundaryFile
from .codes import foreign_country, looks_like_code
from .country import country
from .matching import Candidate, PlaceMatcher, says_only_kind
from .models import PlaceVersion
from .toponym_index import Gazetteer, Known, gazetteer

FAR_M = 25_000
"""A place's known point may lie this far from its polygon; farther, the polygon is another place's."""
ADDABLE = frozenset({"name_unknown", "name_doubtful", "unknown_code"})
"""Refused because no known place is meant: it may become a new one."""
_ALIKE = 0.5  # a name that likens a known one this much is not taken for a new place
_MARGIN = 1.0  # degrees around the country in which a polygon may still lie


@dataclass
class Area:
    """One polygon (or several of one code) and the place that it is taken for.

    ``how``: ``code``, ``name`` or ``new``; empty where it is refused, and ``why`` then says the reason.
    """

    rows: list[int]
    title: str
    code: str
    names: dict[str, str]
    pieces: list[Any]
    geometry: Any = None
    how: str = ""
    why: str = ""
    place: Known | None = None
    parent: UUID | None = None
    ref: str = ""
    suggestion: Candidate | None = None
    area_m2: float = 0.0

    @property
    def taken(self) -> bool:
        return bool(self.how) and self.geometry is not None


@dataclass(frozen=True)
class Fault:
    """Something that a person must know. ``refused``: the polygon is not taken because of it."""

    kind: str
    titles: tuple[str, ...]
    refused: bool = False
    area_m2: float | None = None
    share: float | None = None
    at: tuple[float, float] | None = None
    other: str = ""
    geometry: Any = None


@dataclass
class Plan:
    file: BoundaryFile
    chosen: Chosen
    options: Options
    areas: list[Area]
    faults: list[Fault] = field(default_factory=list)

    @property
    def taken(self) -> list[Area]:
        return [area for area in self.areas if area.taken]


def examine(file: BoundaryFile, options: Options) -> Plan:
    """Reads the file against the places known. Raises Unreadable where it does not say what it is."""
    places = gazetteer()
    chosen = choose(file, options, places)
    plan = Plan(file, chosen, options, _areas(file, chosen))
    _mend(plan)
    _identify(plan, places)
    _once(plan)
    _look_around(plan, places)
    if options.add:
        _add(plan, places)
    _measure(plan, places)
    return plan


def _areas(file: BoundaryFile, chosen: Chosen) -> list[Area]:
    areas: list[Area] = []
    by_code: dict[str, Area] = {}
    for row, geometry in enumerate(file.geometries):
        code = text_of(file.columns[chosen.code][row]) if chosen.code else ""
        names = _names(file, chosen, row)
        title = code or pick(names) or _("row %d") % (row + 1)
        held = by_code.get(code) if code else None
        if held is not None:
            # Islands and exclaves come as rows of one code.
            held.rows.append(row + 1)
            held.pieces.append(geometry)
            continue
        area = Area([row + 1], title, code, names, [geometry])
        areas.append(area)
        if code:
            by_code[code] = area
    return areas


def _names(file: BoundaryFile, chosen: Chosen, row: int) -> dict[str, str]:
    """The names by their language: the column's ending says it, else the letters do."""
    names = {"ar": "", "ckb": "", "en": ""}
    for column in chosen.names:
        text = text_of(file.columns[column][row])
        if says_only_kind(text):
            continue
        ending = column.lower().rsplit("_", 1)[-1]
        language = {"ku": "ckb", "kr": "ckb"}.get(ending, ending)
        if language not in names:
            language = detect_language(text) if text else ""
        if language in names and text and not names[language]:
            names[language] = text[:300]
        elif text and not any(names.values()):
            names["en"] = text[:300]
    return names


def _mend(plan: Plan) -> None:
    west, south, east, north = country().bounds
    around = shapely.box(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    for area in plan.areas:
        if len(area.rows) > 1:
            plan.faults.append(Fault("joined", (_full(area),), other=str(len(area.rows))))
        parts = [geometry_report.mend(piece) for piece in area.pieces]
        for part in parts:
            if part.fault:
                refused = part.geometry is None
                kind = part.fault if refused else "repaired"
                plan.faults.append(Fault(kind, (_full(area),), refused, share=part.change, at=part.at))
        if any(part.geometry is None for part in parts):
            area.why = next(part.fault for part in parts if part.geometry is None)
            continue
        area.geometry = geometry_report.polygons_only(shapely.union_all([part.geometry for part in parts]))
        if not shapely.intersects(area.geometry, around):
            x, y = geometry_report.where(area.geometry)
            exchanged = shapely.intersects(shapely.Point(y, x), around)
            plan.faults.append(Fault("exchanged" if exchanged else "elsewhere", (_full(area),), True, at=(x, y)))
            area.geometry, area.why = None, "elsewhere"
            continue
        area.area_m2 = geometry_report.area_m2(area.geometry)


def _identify(plan: Plan, places: Gazetteer) -> None:
    """By code; without one by name, where that is certain."""
    chosen = plan.chosen
    texts, asked = [], []
    for area in plan.areas:
        area.parent = _parent_said(plan, area, places)
        place = place_of_code(area.code, places, chosen.division)
        if place is not None:
            if place.level != chosen.level or place.division != chosen.division:
                _refuse(plan, area, "other_level", place)
                continue
            area.place, area.how = place, "code"
        for name in dict.fromkeys(filter(None, area.names.values())):
            texts.append((name, area.parent if area.place is None else area.place.parent))
            asked.append(area)
    matcher = PlaceMatcher((chosen.level,), (chosen.division,))
    decisions = matcher.match_many([text for text, _p in texts], [parent for _t, parent in texts])
    said: dict[int, list[Any]] = defaultdict(list)
    for area, decision in zip(asked, decisions, strict=True):
        said[id(area)].append(decision)
    for area in plan.areas:
        decided = said.get(id(area), [])
        certain = {one.place_id for one in decided if one.certain}
        candidates = sorted((c for one in decided for c in one.candidates), key=lambda c: -c.score)
        area.suggestion = candidates[0] if candidates else None
        if area.how == "code" and area.place is not None:
            if certain and area.place.id not in certain:
                plan.faults.append(Fault("name_differs", (_full(area),), other=_shown(candidates[0])))
            _check_parent(plan, area, places)
        elif not area.why or area.geometry is not None:
            _by_name(plan, area, places, certain, bool(decided))


def _by_name(plan: Plan, area: Area, places: Gazetteer, certain: set[UUID], named: bool) -> None:
    if area.why:
        return
    if area.code:
        # A code is meant to say it; a name beside it only suggests.
        kind = "foreign_code" if foreign_country(area.code, names_excluded=True) else "unknown_code"
        _refuse(plan, area, kind)
    elif len(certain) == 1:
        area.place, area.how = places.places[certain.pop()], "name"
    elif not named:
        _refuse(plan, area, "nameless")
    else:
        _refuse(plan, area, "name_doubtful" if area.suggestion else "name_unknown")


def _refuse(plan: Plan, area: Area, kind: str, place: Known | None = None) -> None:
    area.how, area.why = "", kind
    other = f"{place.ref} {pick(place.names)}" if place else _shown(area.suggestion)
    at = geometry_report.where(area.geometry) if area.geometry is not None else None
    plan.faults.append(Fault(kind, (_full(area),), True, at=at, other=other))


def _full(area: Area) -> str:
    """Code and name: a person looks for either."""
    name = pick(area.names)
    return f"{area.code} {name}".strip() or area.title


def _shown(candidate: Candidate | None) -> str:
    return f"{candidate.ref} {candidate.name}" if candidate else ""


def _parent_said(plan: Plan, area: Area, places: Gazetteer) -> UUID | None:
    column = plan.chosen.parent
    texts = {text_of(plan.file.columns[column][row - 1]) for row in area.rows} if column else set()
    place = place_of_code(texts.pop(), places) if len(texts) == 1 else None
    while place is not None and place.level >= plan.chosen.level:
        # The file names a place of the same level that it lies in: what holds that one holds this.
        place = places.places.get(place.parent) if place.parent else None
    return place.id if place is not None else None


def _check_parent(plan: Plan, area: Area, places: Gazetteer) -> None:
    if area.place is None or area.parent is None or area.parent in area.place.lineage:
        return
    if not places.was_inside(area.place.id, area.parent):
        said = places.places[area.parent]
        plan.faults.append(Fault("parent_differs", (_full(area),), other=f"{said.ref} {pick(said.names)}"))


def _once(plan: Plan) -> None:
    """Two polygons that claim one place by name are both refused: nothing says which is meant."""
    claims = Counter(area.place.id for area in plan.areas if area.how and area.place is not None)
    for area in plan.areas:
        if area.how and area.place is not None and claims[area.place.id] > 1:
            _refuse(plan, area, "twice", area.place)
            area.suggestion = None


def _look_around(plan: Plan, places: Gazetteer) -> None:
    """A polygon far from where its place is known to be is another's."""
    for area in plan.areas:
        known = area.place.toponym if area.taken and area.place is not None else None
        if known is None or known.lon is None or known.lat is None:
            continue
        point = shapely.Point(known.lon, known.lat)
        if shapely.contains_xy(area.geometry, known.lon, known.lat):
            continue
        nearest = shapely.shortest_line(point, area.geometry)
        (x0, y0), (x1, y1) = shapely.get_coordinates(nearest)
        metres = geometry_report.distance_m(x0, y0, x1, y1)
        if metres > FAR_M:
            by_name = area.how == "name"
            fault = Fault("far", (_full(area),), by_name, at=(float(x1), float(y1)), other=f"{metres / 1000:.0f}")
            plan.faults.append(fault)
            if by_name:
                area.how, area.why = "", "far"


def _add(plan: Plan, places: Gazetteer) -> None:
    """What no known place was found for becomes new, where its name and its parent are clear."""
    fresh = [
        area
        for area in plan.areas
        if area.geometry is not None and not area.how and area.why in ADDABLE and any(area.names.values())
    ]
    above = plan.chosen.level - 1
    parents = borders(plan.chosen, place__level=above, place__division=country().division) if fresh else {}
    taken_names: Counter[tuple[UUID | None, str]] = Counter()
    for area in fresh:
        if area.why == "name_doubtful" and area.suggestion and area.suggestion.score >= _ALIKE:
            if area.suggestion.reason != "outside":
                continue  # refused as it was: it resembles one that is there
        if area.parent is None:
            area.parent = _holder(area.geometry, parents)
        plan.faults[:] = [one for one in plan.faults if not (one.refused and one.titles == (_full(area),))]
        if area.parent is None:
            _refuse(plan, area, "no_parent")
            continue
        area.how, area.why, area.suggestion = "new", "", None
        taken_names[area.parent, fold(pick(area.names))] += 1
    for area in fresh:
        if area.how == "new" and taken_names[area.parent, fold(pick(area.names))] > 1:
            _refuse(plan, area, "twice_new", places.places[area.parent] if area.parent else None)
    _give_refs(plan, places)


def _holder(geometry: Any, parents: dict[UUID, Any]) -> UUID | None:
    """The area that holds most of it, if that is more than half."""
    shared = {pk: shapely.area(shapely.intersection(geometry, parent)) for pk, parent in parents.items()}
    best = max(shared, key=lambda pk: shared[pk], default=None)
    return best if best is not None and shared[best] > 0.5 * shapely.area(geometry) else None


def _give_refs(plan: Plan, places: Gazetteer) -> None:
    """The file's own code; where it has none, the parent's reference and a number, in the order of names."""
    used = {known.ref for known in places.places.values()}
    new = sorted((area for area in plan.areas if area.how == "new"), key=lambda area: fold(pick(area.names)))
    numbers: Counter[str] = Counter()
    for area in new:
        if area.code:
            area.ref = area.code[:40]
            continue
        above = places.places[area.parent].ref if area.parent else ""
        while True:
            numbers[above] += 1
            area.ref = f"{above}.{numbers[above]:02d}"
            if area.ref not in used:
                break
        plan.faults.append(Fault("ref_derived", (pick(area.names),), other=area.ref))


def pcode_of(area: Area) -> str | None:
    """A P-code is what the file gives as one; a reference that was derived here is none."""
    own = area.code and looks_like_code(area.code) and not foreign_country(area.code)
    return area.code[:20] if own else None


def borders(chosen: Chosen, **which: Any) -> dict[UUID, Any]:
    """Imported borders in force on the day, by place; rough outlines are none. ``which`` are conditions on versions."""
    rows = PlaceVersion.objects.filter(valid__contains=chosen.valid, geometry__isnull=False, generalised=False, **which)
    return {pk: shapely.from_wkb(bytes(wkb)) for pk, wkb in rows.values_list("place_id", AsWKB("geometry"))}


def _measure(plan: Plan, places: Gazetteer) -> None:
    """Overlaps and gaps of all that can be drawn, and whether parents hold their children."""
    drawn = [area for area in plan.areas if area.geometry is not None]
    shapes = [area.geometry for area in drawn]
    titles = [_full(area) for area in drawn]
    for overlap in geometry_report.overlaps(shapes):
        pair = (titles[overlap.first], titles[overlap.second])
        plan.faults.append(Fault("overlap", pair, area_m2=overlap.area_m2, at=overlap.at, geometry=overlap.geometry))
    for gap in geometry_report.gaps(shapes):
        around = tuple(titles[number] for number in gap.between)
        plan.faults.append(Fault("gap", around, area_m2=gap.area_m2, at=gap.at, geometry=gap.geometry))
    _above(plan, places)
    _below(plan, places)
    held = {area.place.id for area in plan.taken if area.place is not None}
    there = PlaceVersion.objects.filter(
        valid__contains=plan.chosen.valid, place__level=plan.chosen.level, place__division=plan.chosen.division
    ).exclude(place__in=held)
    for version in there.select_related("place").defer("geometry", "web").order_by("place__ref"):
        plan.faults.append(Fault("missing", (f"{version.place.ref} {version.place.name}",)))


def _parents_then(plan: Plan, places: list[UUID]) -> dict[UUID, UUID | None]:
    rows = PlaceVersion.objects.filter(place__in=places, valid__contains=plan.chosen.valid)
    return dict(rows.values_list("place_id", "parent_id"))


def _above(plan: Plan, places: Gazetteer) -> None:
    taken = plan.taken
    then = _parents_then(plan, [area.place.id for area in taken if area.place is not None])
    above = [then.get(area.place.id) if area.place is not None else area.parent for area in taken]
    parents = borders(plan.chosen, place__in={pk for pk in above if pk})
    shapes = [parents.get(pk) if pk else None for pk in above]
    for one in geometry_report.outside([area.geometry for area in taken], shapes):
        parent = places.places[above[one.child]]  # type: ignore[index]
        plan.faults.append(
            Fault(
                "outside_parent",
                (_full(taken[one.child]), f"{parent.ref} {pick(parent.names)}"),
                area_m2=one.area_m2,
                share=one.share,
                at=one.at,
                geometry=one.geometry,
            )
        )


def _below(plan: Plan, places: Gazetteer) -> None:
    new = {area.place.id: area for area in plan.taken if area.place is not None}
    below = plan.chosen.level + 1
    children = borders(plan.chosen, place__level=below, place__division=plan.chosen.division, parent__in=new)
    then = _parents_then(plan, list(children))
    pairs = [(pk, new[parent]) for pk, parent in then.items() if parent in new]
    for one in geometry_report.outside([children[pk] for pk, _a in pairs], [area.geometry for _p, area in pairs]):
        child, area = places.places[pairs[one.child][0]], pairs[one.child][1]
        plan.faults.append(
            Fault(
                "child_outside",
                (_full(area), f"{child.ref} {pick(child.names)}"),
                area_m2=one.area_m2,
                share=one.share,
                at=one.at,
                geometry=one.geometry,
            )
        )
