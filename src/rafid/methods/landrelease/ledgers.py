"""The ledger: recorded and released ground as of one date and as known on another, every square metre once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import NamedTuple

import numpy as np
import shapely

from rafid.methods.landrelease.acting import acting, ranks
from rafid.methods.landrelease.faces import Faces, faces
from rafid.methods.landrelease.grounds import checked
from rafid.methods.landrelease.records import KINDS, Hazard, Record, Release, day, distinct, in_force, name_in


class LedgerRow(NamedTuple):
    """A hazard: its own area, and what is left of it."""

    id: str
    area: float
    remaining: float


@dataclass(frozen=True)
class Ledger:
    """Areas in m². ground = remaining + cleared + reduced + cancelled; recorded = ground + counted_twice; remaining =
    remaining_confirmed + remaining_suspected.

    ``still_claimed``: released, yet part of what remains (suspected again, or released for another hazard).
    ``released_twice`` counts inside recorded ground, ``outside`` is released ground where nothing is recorded.
    """

    on: date | None
    known: date | None
    recorded: float
    ground: float
    counted_twice: float
    cleared: float
    reduced: float
    cancelled: float
    remaining: float
    remaining_confirmed: float
    remaining_suspected: float
    still_claimed: float
    released_twice: float
    outside: float
    rows: tuple[LedgerRow, ...]


def ledger(
    hazards: Sequence[Hazard],
    releases: Sequence[Release],
    *,
    on: date | None = None,
    known: date | None = None,
    priority: Sequence[str] = KINDS,
) -> Ledger:
    """The ledger of records in one equal-area plane, in metres; None is no limit of date.

    Raises ``ValueError`` that names the record for an unknown kind, an id that is there twice, a missing date, and a ground
    that is empty or crosses itself.

    >>> from datetime import date
    >>> from shapely import box
    >>> found = ledger([Hazard("HA-1", box(0, 0, 300, 200), date(2023, 2, 1))],
    ...                [Release("R-1", "cleared", box(200, 0, 320, 200), date(2024, 3, 10))])
    >>> found.ground, found.cleared, found.remaining, found.outside
    (60000.0, 20000.0, 40000.0, 4000.0)
    """
    rank = ranks(priority)
    distinct(hazards)
    distinct(releases)
    hazards = [hazards[at] for at in in_force(hazards, on=on, known=known)]
    releases = [releases[at] for at in in_force(releases, on=on, known=known)]
    records: list[Record] = [*hazards, *releases]
    grounds = checked([record.ground for record in records], name_in(records))
    return _sums(faces(grounds), shapely.area(grounds[: len(hazards)]), hazards, releases, rank, on, known)


def _sums(
    found: Faces,
    own: np.ndarray,  # type: ignore[type-arg]
    hazards: Sequence[Hazard],
    releases: Sequence[Release],
    rank: dict[str, int],
    on: date | None,
    known: date | None,
) -> Ledger:
    acts = acting(found, hazards, releases)
    last = None if on is None else day(on, field="the asked date")
    confirmed = np.array(
        [h.confirmed is not None and (last is None or day(h.confirmed, h, "confirmed") <= last) for h in hazards],
        bool,
    )
    open_place = np.ones(len(acts.face), bool)
    open_place[acts.place] = False
    recorded, open_face, sure = (np.zeros(found.count, bool) for _ in range(3))
    recorded[acts.face] = True
    open_face[acts.face[open_place]] = True
    sure[acts.face[open_place & confirmed[acts.hazard]]] = True
    times = np.bincount(acts.release_face, minlength=found.count)
    kind = np.array([rank[record.kind] for record in releases], np.int64)
    best = np.full(found.count, len(rank))
    np.minimum.at(best, acts.release_face, kind[acts.release_of])

    def area(chosen: np.ndarray) -> float:  # type: ignore[type-arg]
        return float(found.areas[chosen].sum())

    by_kind = {name: area(recorded & ~open_face & (best == at)) for name, at in rank.items()}
    left = np.bincount(acts.hazard[open_place], found.areas[acts.face[open_place]], minlength=len(hazards))
    total, ground = float(own.sum()), area(recorded)
    return Ledger(
        on=on,
        known=known,
        recorded=total,
        ground=ground,
        counted_twice=max(total - ground, 0.0),
        cleared=by_kind["cleared"],
        reduced=by_kind["reduced"],
        cancelled=by_kind["cancelled"],
        remaining=area(open_face),
        remaining_confirmed=area(sure),
        remaining_suspected=area(open_face & ~sure),
        still_claimed=area(open_face & (times > 0)),
        released_twice=float((found.areas * (times - 1))[recorded & (times > 1)].sum()),
        outside=area(~recorded & (times > 0)),
        rows=tuple(
            LedgerRow(record.id, size, rest)
            for record, size, rest in zip(hazards, own.tolist(), left.tolist(), strict=True)
        ),
    )


def neighbourhood(
    hazards: Sequence[Hazard], releases: Sequence[Release], changed: Collection[str]
) -> tuple[list[Hazard], list[Release]]:
    """The changed records (ids of hazards or releases) and whatever meets their grounds: all that a ledger needs to tell what
    the change did, since it moves no square metre elsewhere."""
    records: list[Record] = [*hazards, *releases]
    grounds = np.array([record.ground for record in records], object)
    own = np.array([record.id in changed for record in records], bool)
    near = np.unique(shapely.STRtree(grounds).query(grounds[own], predicate="intersects")[1])
    return (
        [hazards[at] for at in near if at < len(hazards)],
        [releases[at - len(hazards)] for at in near if at >= len(hazards)],
    )


def revise(stored: Ledger, before: Ledger, after: Ledger) -> Ledger:
    """A stored ledger brought up to date by two ledgers of the neighbourhood of a change, without and with it: equals the
    ledger of everything. Dates are those of ``after``."""
    sums = {
        field.name: getattr(stored, field.name) + getattr(after, field.name) - getattr(before, field.name)
        for field in fields(Ledger)
        if field.name not in ("on", "known", "rows")
    }
    old, new = {row.id: row for row in before.rows}, {row.id: row for row in after.rows}
    kept = [
        row
        if row.id not in new
        else LedgerRow(row.id, new[row.id].area, row.remaining + new[row.id].remaining - old[row.id].remaining)
        for row in stored.rows
        if row.id not in old or row.id in new
    ]
    known = {row.id for row in stored.rows}
    rows = (*kept, *(row for row in after.rows if row.id not in known))
    return replace(after, **sums, rows=rows)
