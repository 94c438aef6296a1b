"""What a place was, day by day: its versions as spans that follow one another without overlapping.

Loaders and boundary imports say "from this day its parent is …" or "until that day its borders are …"; here the
spans are cut, changed and joined again, and only the rows that differ are written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from .models import PlaceVersion

FIELDS = ("parent_id", "name_ar", "name_ckb", "name_en", "geometry", "generalised", "area_m2", "source", "as_of")


@dataclass(frozen=True)
class Span:
    """``lower`` is the first day, ``upper`` the day after the last; None is open."""

    lower: date | None
    upper: date | None
    parent_id: UUID | None = None
    name_ar: str = ""
    name_ckb: str = ""
    name_en: str = ""
    geometry: Any = None
    generalised: bool = False
    area_m2: float | None = None
    source: str = ""
    as_of: str = ""

    def content(self) -> tuple[Any, ...]:
        values = [getattr(self, name) for name in FIELDS]
        values[4] = bytes(self.geometry.wkb) if self.geometry is not None else None
        return tuple(values)

    @property
    def imported(self) -> bool:
        """Does it carry real borders, not none and no rough outline?"""
        return self.geometry is not None and not self.generalised

    def holds(self, day: date) -> bool:
        return (self.lower is None or self.lower <= day) and (self.upper is None or day < self.upper)


def _before(left: date | None, right: date | None) -> bool:
    """Is the upper bound ``left`` at or before the lower bound ``right``? None is infinity of its side."""
    return left is not None and right is not None and left <= right


def change(spans: Iterable[Span], lower: date | None, upper: date | None, **fields: Any) -> list[Span]:
    """The spans with ``fields`` set from ``lower`` until ``upper``; days that no span holds stay empty."""
    changed: list[Span] = []
    for span in spans:
        if _before(span.upper, lower) or _before(upper, span.lower):
            changed.append(span)
            continue
        start, end = span.lower, span.upper
        if lower is not None and (start is None or start < lower):
            changed.append(dataclasses.replace(span, upper=lower))
            start = lower
        rest = None
        if upper is not None and (end is None or upper < end):
            rest = dataclasses.replace(span, lower=upper)
            end = upper
        changed.append(dataclasses.replace(span, lower=start, upper=end, **fields))
        if rest:
            changed.append(rest)
    return joined(changed)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours that say the same are one."""
    result: list[Span] = []
    for span in spans:
        if result and result[-1].upper == span.lower is not None and result[-1].content() == span.content():
            result[-1] = dataclasses.replace(result[-1], upper=span.upper)
        else:
            result.append(span)
    return result


def spans_of(versions: Iterable[PlaceVersion]) -> list[Span]:
    spans = [
        Span(version.valid.lower, version.valid.upper, **{name: getattr(version, name) for name in FIELDS})
        for version in versions
    ]
    return sorted(spans, key=lambda span: span.lower or date.min)


@dataclass(frozen=True)
class Change:
    """How many rows a timeline's writing made, changed and removed."""

    made: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.made or self.changed or self.removed)


def write(wanted: Mapping[UUID, list[Span]], versions: Iterable[PlaceVersion]) -> Change:
    """Brings the ``versions`` of the places in ``wanted`` to their spans; rows that already say so are left alone.

    ``versions`` are all rows of those places. Old rows are kept by history.
    """
    held: dict[tuple[UUID, date | None], PlaceVersion] = {(v.place_id, v.valid.lower): v for v in versions}
    new: list[PlaceVersion] = []
    shrink: list[PlaceVersion] = []
    other: list[PlaceVersion] = []
    for place_id, spans in wanted.items():
        for span in spans:
            version = held.pop((place_id, span.lower), None)
            fields = {name: getattr(span, name) for name in FIELDS}
            valid = DateRange(span.lower, span.upper)
            if version is None:
                new.append(PlaceVersion(place_id=place_id, valid=valid, **fields))
                continue
            old = spans_of([version])[0]
            if old == span or (old.upper == span.upper and old.content() == span.content()):
                continue
            grows = span.upper is None or (old.upper is not None and span.upper > old.upper)
            version.valid = valid
            for name, value in fields.items():
                setattr(version, name, value)
            (other if grows else shrink).append(version)
    # In this order no two versions of a place ever overlap, not even between two statements.
    if held:
        PlaceVersion.objects.filter(pk__in=[version.pk for version in held.values()]).delete()
    for some in (shrink, other):
        if some:
            PlaceVersion.objects.bulk_update(some, [*FIELDS, "valid"], batch_size=200)
    PlaceVersion.objects.bulk_create(new, batch_size=500)
    return Change(len(new), len(shrink) + len(other), len(held))
