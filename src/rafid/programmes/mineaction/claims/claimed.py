"""What each of two authorities claims: which ground it holds to be hazardous, worked on or closed, and as which record.

An authority claims what it holds itself. Where both changed one record apart and nobody has decided yet, each claims its own
side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import places_within
from rafid.commons.records.exchange.cases import asking
from rafid.commons.records.exchange.log import change_of
from rafid.commons.records.models import Case, ExchangeChange, ExchangeState
from rafid.methods.landrelease import Claim, Comparison, compare_claims

from ..hazards.plane import to_plane
from ..models import Hazard
from ..models.hazards import group
from ..models.numbers import short

KIND = "mineaction.hazard"
PARTS = ("agreed", "disputed", "only_a", "only_b")
LEAST = 1.0
"""Square metres that two claims must share to be named as a pair: less is how lines were drawn."""


@dataclass(frozen=True)
class Side:
    """One claim, with the record that it stands for."""

    hazard: Hazard
    owner: Organisation
    ground: Any
    state: str

    @property
    def status(self) -> str:
        return group(self.state)


@dataclass(frozen=True)
class Pair:
    """Two claims on the same ground, and the case that asks about them, if one is open."""

    a: Side
    b: Side
    shared: float
    case: Case | None
    decided: str = ""

    @property
    def agrees(self) -> bool:
        return self.a.status == self.b.status


@dataclass(frozen=True)
class Claims:
    """Of two authorities. Areas in m², each square metre once."""

    a: Organisation
    b: Organisation
    sides: tuple[Side, ...]

    @cached_property
    def found(self) -> Comparison:
        claims: dict[Any, list[Claim]] = {one.pk: [] for one in (self.a, self.b)}
        for number, side in enumerate(self.sides):
            claims[side.owner.pk].append(Claim(f"{side.hazard.ref} {number}", side.ground, side.status))
        return compare_claims(claims[self.a.pk], claims[self.b.pk])

    @property
    def total_a(self) -> float:
        return self.found.agreed + self.found.disputed + self.found.only_a

    @property
    def total_b(self) -> float:
        return self.found.agreed + self.found.disputed + self.found.only_b

    def of(self, owner: Organisation) -> list[Side]:
        return [side for side in self.sides if side.owner == owner]


def authorities(user: Any) -> list[Organisation]:
    """Those that hold hazards which this person sees, by reference."""
    owners = Hazard.objects.visible_to(user).values("owner")
    return list(Organisation.objects.filter(pk__in=owners).order_by("ref"))


def claims(user: Any, a: Organisation, b: Organisation, place: Any = None) -> Claims:
    rows = (
        Hazard.objects.visible_to(user).filter(owner__in=[a, b]).exclude(ground=None).select_related("place", "owner")
    )
    if place is not None:
        rows = rows.filter(place__in=places_within(place.pk))
    rows = list(rows.order_by("ref"))
    plain = {row.pk: [(row.owner, row.state, None)] for row in rows}
    asked = open_cases([str(row.pk) for row in rows])
    for row in rows:
        case = next((one for one in asked if one.cause != "ground" and str(row.pk) in one.records), None)
        if case is not None:
            plain[row.pk] = _by_case(row, case, {short(one): one for one in (a, b)})
    listed = [(row, owner, state, wkt) for row in rows for owner, state, wkt in plain[row.pk] if group(state)]
    grounds = to_plane([shapely.from_wkt(wkt) if wkt else row.ground for row, _owner, _state, wkt in listed])
    sides = [Side(row, owner, ground, state) for (row, owner, state, _wkt), ground in zip(listed, grounds, strict=True)]
    return Claims(a, b, tuple(sides))


def open_cases(records: Sequence[str]) -> list[Case]:
    """About these hazards, and not decided."""
    return list(Case.objects.filter(kind=KIND, ended_at=None, records__overlap=list(records)))


def _by_case(row: Hazard, case: Case, known: dict[str, Organisation]) -> list[tuple[Organisation, str, Any]]:
    """Each node's own view, by its newest change in the case; the owner's where its node said nothing."""
    views: dict[str, Any] = {}
    consent = asking(case) if case.cause == "agreement" else ""
    for side, view in sorted(case.sides.items(), key=lambda item: (item[0] == consent, item[0])):
        views[side.rpartition(":")[0]] = view
    if consent:  # who has not consented yet holds what stands until then
        for name in known:
            if name != consent.rpartition(":")[0]:
                views[name] = {"state": row.state}
    gone = _retired(case)
    found = [
        (owner, str(views[name].get("state") or row.state), views[name].get("ground"))
        for name, owner in known.items()
        if name in views and name not in gone
    ]
    return found or [(row.owner, row.state, None)]


def _retired(case: Case) -> set[str]:
    from rafid.commons.records.exchange.log import there

    if case.cause != "retired":
        return set()
    return {name.rpartition(":")[0] for name, row in there(case.sides).items() if row.action == "retire"}


def pairs(found: Claims) -> list[Pair]:
    """Claims of both that share ground, most first."""
    ours, theirs = found.of(found.a), found.of(found.b)
    if not ours or not theirs:
        return []
    tree = shapely.STRtree([side.ground for side in theirs])
    mine, yours = tree.query([side.ground for side in ours], predicate="intersects")
    asked = {frozenset(case.records): case for case in open_cases([str(side.hazard.pk) for side in found.sides])}
    same = dict(
        ExchangeState.objects.filter(record__in=[str(side.hazard.pk) for side in found.sides])
        .exclude(same_as="")
        .values_list("record", "same_as")
    )
    said = ExchangeChange.objects.filter(action="distinct", record__in=[str(side.hazard.pk) for side in found.sides])
    apart = {frozenset((one.record, str(change_of(one).fields.get("with")))) for one in said}
    made = []
    for at, by in zip(mine.tolist(), yours.tolist(), strict=True):
        one, other = ours[at], theirs[by]
        shared = float(shapely.intersection(one.ground, other.ground).area)
        if shared < LEAST:
            continue
        ids = (str(one.hazard.pk), str(other.hazard.pk))
        both = frozenset(ids)
        decided = "same" if same.get(ids[0]) == ids[1] or same.get(ids[1]) == ids[0] else ""
        if not decided and both in apart and both not in asked:
            decided = "distinct"
        made.append(Pair(one, other, shared, asked.get(both), decided))
    return sorted(made, key=lambda pair: -pair.shared)
