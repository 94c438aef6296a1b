"""The administrative areas as they were on a day: what lay in what, how large it was, how divisions lie to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from rafid.commons.names import pick
from rafid.commons.places.models import Level, PlaceLink, PlaceVersion

LINKED = "AB"
"""Links that are summed: the same name, or once a part of it. C is doubtful, X is none."""

_AREA_DIFFERS = 0.001
"""Share by which the districts' areas may differ from their governorate's own figure without being other borders."""


@dataclass(frozen=True, slots=True)
class Area:
    """A place on a day; ``parent`` of that day, ``area_m2`` by the borders in force (None where unknown)."""

    id: UUID
    ref: str
    level: int
    division: str
    parent: UUID | None
    name_ar: str
    name_ckb: str
    name_en: str
    area_m2: float | None

    @property
    def names(self) -> dict[str, str]:
        return {"ar": self.name_ar, "ckb": self.name_ckb, "en": self.name_en}

    @property
    def name(self) -> str:
        return pick(self.names)

    @property
    def km2(self) -> float | None:
        return None if self.area_m2 is None else self.area_m2 / 1e6


@dataclass(frozen=True, slots=True)
class Link:
    """Census district ``part`` to district ``whole``; ``whole`` is None for X."""

    part: UUID
    whole: UUID | None
    confidence: str


@dataclass
class Hierarchy:
    """All areas of one day by id, in the order of their level and reference."""

    areas: dict[UUID, Area]
    links: list[Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.children: dict[UUID, list[Area]] = defaultdict(list)
        for area in self.areas.values():
            if area.parent:
                self.children[area.parent].append(area)

    def __iter__(self) -> Iterator[Area]:
        return iter(self.areas.values())

    def at(self, level: int | None = None, division: str | None = None) -> list[Area]:
        return [
            area
            for area in self.areas.values()
            if (level is None or area.level == level) and (division is None or area.division == division)
        ]

    def path(self, place: UUID | None) -> list[Area]:
        """From the country down to the place itself; empty for a place that was not there."""
        found: list[Area] = []
        while place is not None and place in self.areas and len(found) <= Level.SETTLEMENT:
            found.insert(0, self.areas[place])
            place = self.areas[place].parent
        return found

    def above(self, place: UUID, level: int) -> Area | None:
        return next((area for area in self.path(place) if area.level == level), None)

    def within(self, place: UUID) -> list[Area]:
        """The place itself and all that lay inside it."""
        found = [self.areas[place]] if place in self.areas else []
        for area in found:
            found.extend(self.children.get(area.id, ()))
        return found

    def km2(self, area: Area) -> float | None:
        """Its own figure, unless districts were moved in or out since: then what its parts add up to."""
        parts = [part.area_m2 for part in self.children.get(area.id, ()) if part.division == area.division]
        if not parts or any(part is None for part in parts):
            return area.km2
        total = sum(part for part in parts if part is not None)
        if area.area_m2 and abs(total - area.area_m2) <= _AREA_DIFFERS * area.area_m2:
            return area.km2
        return total / 1e6


class Ages:
    """The hierarchy of any day, from one reading of the versions (and one of the links).

    ``upto``: the deepest level that is read; towns in their thousands hold no figures of areas.
    """

    def __init__(self, *, upto: int = Level.SUBDISTRICT, also: Iterable[UUID] = ()) -> None:
        asked = Q(place__level__lte=upto)
        if also := list(also):
            asked |= Q(place__in=also)
        self.rows = list(
            PlaceVersion.objects.filter(asked)
            .order_by("place__level", "place__ref", "valid")
            .values_list(
                "valid",
                "place_id",
                "place__ref",
                "place__level",
                "place__division",
                "parent_id",
                "name_ar",
                "name_ckb",
                "name_en",
                "area_m2",
                "generalised",
                "place__area_m2",
            )
        )
        self.links = [
            Link(*row) for row in PlaceLink.objects.order_by("pk").values_list("place", "other", "confidence")
        ]
        self._known: dict[frozenset[int], Hierarchy] = {}

    def on(self, day: date) -> Hierarchy:
        present = [index for index, row in enumerate(self.rows) if _holds(row[0], day)]
        key = frozenset(present)
        found = self._known.get(key)
        if found is None:
            areas = {}
            for index in present:
                _valid, pk, ref, level, division, parent, ar, ckb, en, drawn, generalised, own = self.rows[index]
                # A rough outline is for looking at, never for measuring.
                area = own if drawn is None or generalised else drawn
                areas[pk] = Area(pk, ref, level, division, parent, ar, ckb, en, area)
            found = self._known[key] = Hierarchy(areas, self.links)
        return found


def _holds(valid: object, day: date) -> bool:
    lower, upper = valid.lower, valid.upper  # type: ignore[attr-defined]
    return (lower is None or lower <= day) and (upper is None or day < upper)


def linked(links: Iterable[Link]) -> tuple[Mapping[UUID, list[UUID]], Mapping[UUID, int]]:
    """By district: the parts that are summed for it, and how many doubtful ones are left out."""
    parts: dict[UUID, list[UUID]] = defaultdict(list)
    doubtful: dict[UUID, int] = defaultdict(int)
    for link in links:
        if link.whole is None:
            continue
        if link.confidence in LINKED:
            parts[link.whole].append(link.part)
        else:
            doubtful[link.whole] += 1
    return parts, doubtful
