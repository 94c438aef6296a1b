"""Which place lies in which, at the end of a figure's period: the sums over places that a reader knows of."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from rafid.commons.indicators.periods import is_period, span
from rafid.commons.places.models import Place, PlaceVersion


class Hierarchy:
    """Of places and all above them: ``refs`` by id; ``parent`` at the end of a period, today's where a row has none."""

    def __init__(self, ids: set[UUID]) -> None:
        lineages = Place.objects.filter(pk__in=ids).values_list("lineage", flat=True)
        every = ids | {one for lineage in lineages for one in lineage or ()}
        self._spans: dict[UUID, list[tuple[Any, UUID | None]]] = defaultdict(list)
        versions = PlaceVersion.objects.filter(place__in=every)
        for place, valid, parent in versions.values_list("place_id", "valid", "parent_id"):
            self._spans[place].append((valid, parent))
        every |= {parent for spans in self._spans.values() for _valid, parent in spans if parent}
        self.refs: dict[UUID, str] = {}
        self.division: dict[UUID, str] = {}
        self._today: dict[UUID, UUID | None] = {}
        rows = Place.objects.filter(Q(pk__in=every)).values_list("pk", "ref", "parent_id", "division")
        for pk, ref, parent, division in rows:
            self.refs[pk], self.division[pk], self._today[pk] = ref, division, parent
        self._days: dict[str, date] = {}

    def parent(self, place: UUID, period: str) -> UUID | None:
        day = self._days.get(period)
        if day is None:
            today = timezone.localdate()
            day = self._days[period] = min(span(period)[1], today) if is_period(period) else today
        for valid, parent in self._spans.get(place, ()):
            if (valid.lower is None or valid.lower <= day) and (valid.upper is None or day < valid.upper):
                return parent
        return self._today.get(place)

    def above(self, place: UUID, period: str, among: Any) -> UUID | None:
        """The nearest place above that is in the table, too: a country is the sum of its districts where no governorate is."""
        seen = {place}
        found = self.parent(place, period)
        while found is not None and found not in among:
            if found in seen:
                return None
            seen.add(found)
            found = self.parent(found, period)
        return found
