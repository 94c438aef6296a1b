"""A dataset as a table: the same filtered rows for page, API and files, whether they come from records or figures."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from rafid.commons.places.models import Place
from rafid.commons.programme import Field

from .datasets import Published


class NoSuchFilter(ValueError):
    """The dataset has nothing that this filter could ask: ``name`` is place, period or bbox."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Filters:
    """``bbox`` is west, south, east, north in degrees; ``fields`` names columns in the order wanted; empty: all."""

    place: Place | None = None
    periods: frozenset[str] = frozenset()
    bbox: tuple[float, float, float, float] | None = None
    fields: tuple[str, ...] = ()


@dataclass
class Rows:
    """What a dataset's query gives where its rows are no records: mappings with the dataset's fields.

    ``place_id``, ``period`` and ``path`` (ids of the areas in which the place lay at the period's end) may stand beside
    them for the filters. ``key`` names the fields that tell rows apart; they come in its order.
    """

    rows: Iterable[Mapping[str, Any]]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One row: ``key`` for cursors, ``values`` in the order of the table's fields."""

    key: tuple[Any, ...]
    values: tuple[Any, ...]
    place_id: UUID | None = None
    period: str = ""
    geometry: str | None = field(default=None, compare=False)
    """GeoJSON text, where it was asked for."""


class Table(ABC):
    """The rows of one dataset that one person may see, filtered."""

    frozen_at: datetime | None = None
    """When its rows were frozen; None for rows that are read as they are now."""
    number = 0
    """The version's number, where it is one."""
    located = True
    """May rows have a position?"""

    def __init__(self, published: Published, filters: Filters) -> None:
        self.published, self.filters = published, filters
        by_name = {one.name: one for one in published.fields}
        self.fields: list[Field] = [by_name[name] for name in filters.fields] if filters.fields else [*by_name.values()]

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.fields]

    @abstractmethod
    def lines(
        self, *, after: Sequence[Any] | None = None, limit: int | None = None, geometry: bool = False
    ) -> Iterator[Line]:
        """Rows in the order of their key, those behind ``after`` only. ``geometry`` brings each row's GeoJSON."""

    @abstractmethod
    def count(self) -> int: ...

    @abstractmethod
    def fingerprint(self) -> str:
        """Changes with the content of the rows, and with nothing else."""

    def content_sha256(self) -> str:
        """The hash that files name."""
        return self.fingerprint()

    @property
    def attributed(self) -> str:
        """To whom its rows are owed."""
        return self.published.declared.attribution


def open_table(published: Published, user: Any, filters: Filters = Filters()) -> Table:
    """Raises ``NoSuchFilter`` where the dataset cannot be asked so, ``KeyError`` for a field that it does not have."""
    found = published.declared.query(user)
    if isinstance(found, QuerySet):
        from .record_table import RecordTable

        return RecordTable(published, filters, found)
    from .figure_table import FigureTable

    return FigureTable(published, filters, found if isinstance(found, Rows) else Rows(found, tuple(_text(published))))


def _text(published: Published) -> list[str]:
    return [one.name for one in published.fields if one.kind in ("text", "period", "choice")]


def plain(value: Any) -> Any:
    """A value as JSON and files hold it: ISO dates, numbers that are numbers, None for missing."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(str(plain(one)) for one in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def hashed(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str, ensure_ascii=False).encode()).hexdigest()
