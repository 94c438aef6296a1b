"""Why the remaining area changed: the steps, report by report, that lead from one state to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from rafid.methods.landrelease.acting import acting, ranks
from rafid.methods.landrelease.faces import faces
from rafid.methods.landrelease.grounds import checked
from rafid.methods.landrelease.records import KINDS, Hazard, Release, day, distinct, in_force, name_in


@dataclass(frozen=True)
class Step:
    """``cause``: "hazard withdrawn", "hazard added", "release withdrawn", "release added"; ``item``: its id; ``change``: of the
    remaining area, in m²."""

    cause: str
    item: str
    change: float


def explain_change(
    hazards: Sequence[Hazard],
    releases: Sequence[Release],
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    priority: Sequence[str] = KINDS,
) -> tuple[Step, ...]:
    """Steps from the state ``before`` to ``after``, each ``dict(on=, known=)``: hazards withdrawn, hazards added, releases
    withdrawn, releases added, each by date and id. Their changes add up to the difference of the two remaining areas.

    Only what meets a changed ground is looked at, so that one new report costs what its neighbourhood costs. A step that
    moves nothing is told with 0: a report that a later one had already covered is an explanation, too.

    Raises ``ValueError`` as ``ledger`` does, for the records that are looked at, and for a state with other keys.
    """
    ranks(priority)
    distinct(hazards)
    distinct(releases)
    old, new = _asked(before, "before"), _asked(after, "after")
    h_old, h_new = set(in_force(hazards, **old)), set(in_force(hazards, **new))
    r_old, r_new = set(in_force(releases, **old)), set(in_force(releases, **new))
    size = len(hazards)
    records: list[Hazard | Release] = [*hazards, *releases]
    changed = sorted(h_old ^ h_new) + [size + at for at in sorted(r_old ^ r_new)]
    if not changed:
        return ()
    there = sorted(h_old | h_new) + [size + at for at in sorted(r_old | r_new)]
    near = _near([records[at] for at in there], [records[at] for at in changed])
    chosen = [there[at] for at in near]
    near_hazards = [hazards[at] for at in chosen if at < size]
    near_releases = [releases[at - size] for at in chosen if at >= size]
    grounds = checked([records[at].ground for at in chosen], name_in([records[at] for at in chosen]))
    state = _State(grounds, near_hazards, near_releases)
    near_records: list[Hazard | Release] = [*near_hazards, *near_releases]
    for at, record in zip(chosen, near_records, strict=True):
        if at in h_old or at - size in r_old:
            state.turn(record, True)

    def ordered(positions: set[int], of: Sequence[Hazard] | Sequence[Release]) -> list[Hazard | Release]:
        return sorted((of[at] for at in positions), key=lambda record: (day(record.on, record), str(record.id)))

    return tuple(
        Step(cause, record.id, state.turn(record, there_now))
        for cause, there_now, turned in (
            ("hazard withdrawn", False, ordered(h_old - h_new, hazards)),
            ("hazard added", True, ordered(h_new - h_old, hazards)),
            ("release withdrawn", False, ordered(r_old - r_new, releases)),
            ("release added", True, ordered(r_new - r_old, releases)),
        )
        for record in turned
    )


class _State:
    """Faces with a count of the hazards that are open there; a record that comes or goes touches its own faces only."""

    def __init__(self, grounds: Any, hazards: Sequence[Hazard], releases: Sequence[Release]) -> None:
        found = faces(grounds)
        acts = acting(found, hazards, releases)
        self.areas: list[float] = found.areas.tolist()
        self.face, self.hazard = acts.face.tolist(), acts.hazard.tolist()
        self.number = {id(record): at for records in (hazards, releases) for at, record in enumerate(records)}
        self.places = _grouped(acts.hazard, np.arange(len(acts.face)), len(hazards))
        self.acts_at = _grouped(acts.release, acts.place, len(releases))
        self.present = [False] * len(hazards)
        self.covers = [0] * len(acts.face)
        self.open = [0] * found.count

    def turn(self, record: Hazard | Release, there: bool) -> float:
        """The record comes (or goes); the change of the remaining area."""
        number, one, change = self.number[id(record)], 1 if there else -1, []
        if isinstance(record, Hazard):
            self.present[number] = there
            for place in self.places[number]:
                if not self.covers[place]:
                    change.append(self._opened(place, one))
        else:
            for place in self.acts_at[number]:
                covered = self.covers[place] > 0
                self.covers[place] += one
                if self.present[self.hazard[place]] and covered != (self.covers[place] > 0):
                    change.append(self._opened(place, -one))
        return float(sum(change))

    def _opened(self, place: int, one: int) -> float:
        face: int = self.face[place]
        was = self.open[face] > 0
        self.open[face] += one
        return self.areas[face] * ((self.open[face] > 0) - was)


def _grouped(keys: Any, values: Any, size: int) -> list[list[int]]:
    order = np.argsort(keys, kind="stable")
    return [part.tolist() for part in np.split(values[order], np.cumsum(np.bincount(keys, minlength=size))[:-1])]


def _near(there: Sequence[Hazard | Release], changed: Sequence[Hazard | Release]) -> list[int]:
    """Positions of those that meet a changed ground."""
    if len(changed) * 4 > len(there):
        return list(range(len(there)))
    grounds = checked([record.ground for record in changed], name_in(changed))
    of_all = np.empty(len(there), object)
    of_all[:] = [record.ground if isinstance(record.ground, shapely.Geometry) else None for record in there]
    return [int(at) for at in np.unique(shapely.STRtree(of_all).query(grounds)[1])]


def _asked(state: dict[str, Any], name: str) -> dict[str, date | None]:
    if not isinstance(state, dict):
        raise ValueError(f"the state {name} is {state!r}; give dict(on=…, known=…)")
    unknown = set(state) - {"on", "known"}
    if unknown:
        raise ValueError(f"the state {name} has {', '.join(map(str, sorted(unknown)))}; give only on and known")
    return {"on": state.get("on"), "known": state.get("known")}
