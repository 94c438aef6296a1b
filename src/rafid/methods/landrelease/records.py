"""Hazards and releases as records with two dates, and which of them are in force as of one and as known on another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

KINDS = ("cleared", "reduced", "cancelled")
"""From the strongest to the weakest: where two lie on one another, the ground counts as the first."""


@dataclass(frozen=True)
class Hazard:
    """Ground that is suspected or confirmed since ``on``. ``known``: when it was taken, None for always. ``replaces``: id of
    the hazard that it corrects."""

    id: str
    ground: Any
    on: date
    confirmed: date | None = None
    known: date | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class Release:
    """Ground that was ``cleared``, ``reduced`` or ``cancelled`` on a date. ``hazard``: id of the hazard that it was given for,
    None for any."""

    id: str
    kind: str
    ground: Any
    on: date
    known: date | None = None
    hazard: str | None = None
    replaces: str | None = None


Record = Hazard | Release


def name_of(record: Record) -> str:
    return f"{'hazard' if isinstance(record, Hazard) else 'release'} {record.id}"


def days(records: Sequence[Record]) -> list[int]:
    """Their dates as numbers of days."""
    try:
        return [record.on.toordinal() for record in records]
    except AttributeError:
        return [day(record.on, record) for record in records]  # names the one that has none


def day(value: Any, record: Record | None = None, field: str = "on") -> int:
    """A date as a number of days. Raises ``ValueError`` that names the record for what is no date."""
    if isinstance(value, date):  # a datetime is a date, too
        return value.toordinal()
    whose = f"{name_of(record)}: " if record is not None else ""
    raise ValueError(f"{whose}{field} is {value!r}; give a date")


def is_known(value: Any, limit: Any, record: Record) -> bool:
    """Was it taken by the limit? A date means its whole day, on either side."""
    if limit is None or value is None:
        return True
    if not isinstance(value, date) or not isinstance(limit, date):
        bad = limit if isinstance(value, date) else value
        raise ValueError(f"{name_of(record)}: known is compared with {bad!r}; give a date or a time")
    if isinstance(value, datetime) and isinstance(limit, datetime):
        if (value.tzinfo is None) != (limit.tzinfo is None):
            raise ValueError(f"{name_of(record)}: known and the asked time must both have a time zone, or neither")
        return value <= limit
    return value.toordinal() <= limit.toordinal()


def distinct(records: Sequence[Record]) -> None:
    """Raises ``ValueError`` where two of the hazards, or of the releases, have one id, or a release is of an unknown kind."""
    if len({record.id for record in records}) < len(records):
        seen: set[str] = set()
        for record in records:
            if record.id in seen:
                raise ValueError(
                    f"{name_of(record)} is there twice; a correction gets its own id and says what it replaces"
                )
            seen.add(record.id)
    for record in records:
        if isinstance(record, Release) and record.kind not in KINDS:
            raise ValueError(f"{name_of(record)} has the kind {record.kind!r}; use one of {', '.join(KINDS)}")


def name_in(records: Sequence[Record]) -> Callable[[int], str]:
    return lambda at: name_of(records[at])


def in_force(records: Sequence[Record], *, on: date | None, known: date | None) -> list[int]:
    """Positions of the records that are in force: taken by ``known``, replaced by nothing that was taken by then (whatever the
    dates of that), and not dated later than ``on``. None is no limit."""
    taken: Sequence[int] = range(len(records))
    if known is not None:
        taken = [at for at, record in enumerate(records) if is_known(record.known, known, record)]
    replaced = {records[at].replaces for at in taken} - {None}
    if replaced:
        taken = [at for at in taken if records[at].id not in replaced]
    if on is None:
        return list(taken)
    last, dates = day(on, field="the asked date"), days(records)
    return [at for at in taken if dates[at] <= last]
