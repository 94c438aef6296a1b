"""The names and codes of all places, held in memory by each process and made anew only when places changed."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import F, Q

from rafid.methods.toponyms import Toponym, ToponymIndex

from .codes import plain
from .models import Level, Place, PlaceVersion
from .state import places_state

_MOST_INDEXES = 12


@dataclass(frozen=True, slots=True)
class Known:
    """A place as matching needs it."""

    id: UUID
    ref: str
    names: dict[str, str]
    level: int
    division: str
    code: str
    lineage: tuple[UUID, ...]
    toponym: Toponym

    @property
    def parent(self) -> UUID | None:
        return self.lineage[-2] if len(self.lineage) > 1 else None


@dataclass(frozen=True)
class Names:
    """The names of some places; ``areas`` are all that some of them lie in."""

    index: ToponymIndex
    areas: frozenset[UUID]


class Gazetteer:
    """All places as they were at ``state``; indexes over some levels and divisions are made when first asked for."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.places: dict[UUID, Known] = {}
        self._codes: dict[str, list[UUID]] = defaultdict(list)
        self._own_codes: dict[str, list[UUID]] = defaultdict(list)
        self._indexes: OrderedDict[Hashable, Names] = OrderedDict()
        self._lock = threading.Lock()
        columns = Place.objects.values_list(
            "id", "ref", "name_ar", "name_ckb", "name_en", "other_names", "level", "division", "parent_id", "lineage",
            "point", "pcode", "iso_3166_2", "hasc", "code",
        )  # fmt: skip
        for row in columns.order_by("level", "ref").iterator(chunk_size=5000):
            pk, ref, ar, ckb, en, others, level, division, parent, lineage, point, *codes = row
            toponym = Toponym(
                pk,
                [name for name in (ar, ckb, en, *others) if name.strip()],
                parent,
                *(point.coords if point else (None, None)),
            )
            own = codes.pop()
            names = {"ar": ar, "ckb": ckb, "en": en}
            self.places[pk] = Known(pk, ref, names, level, division, own, tuple(lineage), toponym)
            for code in dict.fromkeys(plain(code) for code in (ref, *codes) if code):
                self._codes[code].append(pk)
            if own and plain(own) not in (plain(ref),):
                self._own_codes[plain(own)].append(pk)

    @cached_property
    def former(self) -> dict[UUID, frozenset[UUID]]:
        """Places that lay elsewhere on another day: id → all that they then lay in."""
        rows = PlaceVersion.objects.exclude(parent=F("place__parent")).filter(
            ~Q(parent=None), ~Q(place__level=Level.SETTLEMENT)
        )
        found: dict[UUID, set[UUID]] = defaultdict(set)
        for place, parent in rows.values_list("place_id", "parent_id"):
            known = self.places.get(parent)
            found[place].update(known.lineage if known else (parent,))
        return {place: frozenset(above) for place, above in found.items()}

    def was_inside(self, place: UUID, parent: UUID) -> bool:
        """Did it lie in ``parent`` on another day than today, itself or with what it lies in now?"""
        known = self.places.get(place)
        return known is not None and any(parent in self.former.get(above, ()) for above in known.lineage)

    def chosen(self, levels: tuple[int, ...], divisions: tuple[str, ...]) -> frozenset[UUID]:
        return frozenset(
            known.id
            for known in self.places.values()
            if (not levels or known.level in levels) and (not divisions or known.division in divisions)
        )

    def coded(self, text: str, divisions: tuple[str, ...]) -> list[UUID]:
        """Places whose code this is. A source's own code is a plain number: it counts only where its division is
        asked for by name."""
        code = plain(text)
        own = [pk for pk in self._own_codes.get(code, ()) if self.places[pk].division in divisions]
        return [*self._codes.get(code, ()), *own]

    def names(self, levels: tuple[int, ...], divisions: tuple[str, ...]) -> Names:
        """Names of the places of those levels and divisions, and the areas above them without their names."""
        key = (levels, divisions)
        with self._lock:
            names = self._indexes.get(key)
            if names is None:
                chosen = self.chosen(levels, divisions)
                areas = frozenset(above for pk in chosen for above in self.places[pk].lineage[:-1])
                toponyms = [self.places[pk].toponym for pk in sorted(chosen)]
                # A name that nobody writes: the area is there for the chain of parents, not to be found.
                toponyms += [
                    Toponym(pk, [f"0-{pk.hex.upper()}"], self.places[pk].toponym.parent)
                    for pk in sorted(areas - chosen)
                ]
                names = self._indexes[key] = Names(ToponymIndex(toponyms), areas)
                if len(self._indexes) > _MOST_INDEXES:
                    self._indexes.popitem(last=False)
            else:
                self._indexes.move_to_end(key)
        return names


_held: Gazetteer | None = None
_making = threading.Lock()


def gazetteer() -> Gazetteer:
    """The one of this process, read again where places have changed."""
    global _held
    state = places_state()
    held = _held
    if held is None or held.state != state:
        with _making:
            held = _held
            if held is None or held.state != state:
                held = _held = Gazetteer(state)
    return held
