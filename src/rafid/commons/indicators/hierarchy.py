"""The administrative areas as they were on a day: what lay in what, how large it was, how divisions lie to each other."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from rafid.commons.names import pick
from rafid.commons.places.models import Level, PlaceLink, PlaceVersion
from rafid.commons.places.state import places_state

LINKED, DOUBTFUL = "AB", "C"
"""Links that are summed (the same name, or once a part of it), and those that are left out; X is none."""

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


@dataclass(frozen=True)
class Tier:
    """The areas of one level and division: ``members`` and, for each, which of ``wholes`` it lies in, as positions."""

    members: NDArray[np.intp]
    wholes: NDArray[np.intp]
    group: NDArray[np.intp]


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
        self.order = list(self.areas.values())
        self.position = {pk: index for index, pk in enumerate(self.areas)}

    @cached_property
    def tiers(self) -> list[list[Tier]]:
        """Level by level from below, those of each division apart."""
        found = []
        for level in range(Level.SUBDISTRICT, Level.COUNTRY, -1):
            by_division: dict[str, list[tuple[int, int]]] = defaultdict(list)
            for area in self.at(level):
                if area.parent in self.position:
                    by_division[area.division].append((self.position[area.id], self.position[area.parent]))
            found.append([_tier(pairs) for pairs in by_division.values()])
        return found

    @cached_property
    def linked(self) -> Tier:
        """Parts (A and B) and the districts that they are summed for."""
        return _tier(self._link_pairs(LINKED))

    @cached_property
    def share_linked(self) -> dict[int, float]:
        """By position of a district: how many of its links are summed, of all that it has."""
        summed = Counter(at for _part, at in self._link_pairs(LINKED))
        all_links = Counter(at for _part, at in self._link_pairs(LINKED + DOUBTFUL))
        return {at: summed[at] / count for at, count in all_links.items()}

    def _link_pairs(self, confidences: str) -> list[tuple[int, int]]:
        return [
            (self.position[one.part], self.position[one.whole])
            for one in self.links
            if one.confidence in confidences and one.part in self.position and one.whole in self.position
        ]

    @cached_property
    def areas_km2(self) -> NDArray[np.float64]:
        """Of each area in its order; NaN where unknown."""
        return np.array([np.nan if (km2 := self.km2(area)) is None else km2 for area in self.order], float)

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

    Down to sub-districts: towns in their thousands hold no figures of areas.
    """

    def __init__(self) -> None:
        self.rows = list(
            PlaceVersion.objects.filter(place__level__lte=Level.SUBDISTRICT)
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


def _tier(pairs: list[tuple[int, int]]) -> Tier:
    wholes = list(dict.fromkeys(whole for _member, whole in pairs))
    at = {whole: index for index, whole in enumerate(wholes)}
    return Tier(
        np.array([member for member, _whole in pairs], dtype=np.intp),
        np.array(wholes, dtype=np.intp),
        np.array([at[whole] for _member, whole in pairs], dtype=np.intp),
    )


_kept: OrderedDict[tuple[str, str], Ages] = OrderedDict()
_MOST_KEPT = 4


def ages() -> Ages:
    """The hierarchies of the places as they are known now; read anew only when a place or a version changed."""
    key = (str(connection.settings_dict["NAME"]), places_state())
    found = _kept.get(key)
    if found is None:
        found = Ages()
        _kept[key] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found
