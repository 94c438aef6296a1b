"""Contamination by district in a state: numbers and areas by class, what was released and by whom, finds, pace, targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Sum
from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Level, Place
from rafid.commons.records.queries import period_days
from rafid.methods import landrelease

from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..models import OrdnanceFind, Release, ReleaseMethod, StrategyTarget
from .asked import Asked
from .inputs import Inputs
from .ledgers import ledger_at
from .pace import Pace, pace
from .standing import Standing

MONTHS = 12
HECTARE = 10_000.0
RELEASED = ("cleared", "reduced", "cancelled")


@dataclass
class Area:
    """A district (or the sum of all): its ledger, its hazards by class, and what was found. Areas in m²."""

    place: Any
    cha: int = 0
    sha: int = 0
    cha_m2: float = 0.0
    sha_m2: float = 0.0
    ground: float = 0.0
    cleared: float = 0.0
    reduced: float = 0.0
    cancelled: float = 0.0
    remaining: float = 0.0
    outside: float = 0.0
    items: int = 0
    months: list[float] = field(default_factory=lambda: [0.0] * MONTHS)

    @property
    def per_hectare(self) -> float | None:
        """Items found on each hectare that was cleared."""
        return self.items / (self.cleared / HECTARE) if self.cleared >= 1 else None

    @property
    def pace(self) -> Pace:
        return pace(self.months, self.remaining)


@dataclass
class By:
    """One operator, or one way of release. ``cost_m2``: of those releases whose cost is known."""

    name: str
    code: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """In three languages, of an operator and of a usual way of release, whose ``code`` is that of the country's list; of
    another way it is what its reports write. Both empty: not said."""
    cleared: float = 0.0
    reduced: float = 0.0
    cancelled: float = 0.0
    releases: int = 0
    cost: float = 0.0
    costed: float = 0.0

    @property
    def total(self) -> float:
        return self.cleared + self.reduced + self.cancelled

    @property
    def cost_m2(self) -> float | None:
        return self.cost / self.costed if self.costed else None


@dataclass
class Contamination:
    areas: list[Area]
    total: Area
    operators: list[By]
    methods: list[By]
    targets: list[dict[str, Any]]


def contamination(
    inputs: Inputs, rows: Sequence[Standing], asked: Asked, user: Any, *, finds: Any = None
) -> Contamination:
    """``rows``: of the same inputs in the same state. Each district has its own ledger, in which each m² counts once.
    ``finds``: those that are counted; all that this person sees where left out."""
    hazards, releases = ledger_inputs.for_state(inputs.hazards, inputs.releases, on=asked.on, known=asked.until)
    records = {
        row.pk: row
        for row in Release.everything.filter(pk__in={UUID(record_of(one.id)) for one in releases}).select_related(
            "organisation", "place"
        )
    }
    upper = districts([one.hazard.place for one in rows] + [row.place for row in records.values()])
    of_hazard = {str(one.hazard.pk): upper.get(one.hazard.place_id) for one in rows}
    areas = _ledgers(hazards, releases, of_hazard, asked)
    for one in rows:
        area = areas[of_hazard[str(one.hazard.pk)]]
        # What is left of it makes a hazard count as contamination; closed ones are in the released areas.
        if one.remaining < 1:
            continue
        if one.classification == "CHA":
            area.cha, area.cha_m2 = area.cha + 1, area.cha_m2 + one.remaining
        else:
            area.sha, area.sha_m2 = area.sha + 1, area.sha_m2 + one.remaining
    _items(areas, upper, asked, OrdnanceFind.objects.visible_to(user) if finds is None else finds)
    _months(areas, hazards, releases, of_hazard, asked)
    total = _total(areas.values())
    operators, methods = _by(releases, records)
    made = sorted(areas.values(), key=lambda one: (-one.remaining, one.place.ref if one.place else ""))
    return Contamination(made, total, operators, methods, targets(inputs, rows, asked))


def districts(places: Iterable[Any]) -> dict[Any, Any]:
    """The district in which each of these places lies; the place itself where it is larger."""
    there = {place.pk: place for place in places if place is not None}
    above = {pk for place in there.values() for pk in (place.lineage or ())}
    wanted = {one.pk: one for one in Place.objects.filter(pk__in=above, level=Level.DISTRICT)}
    return {
        pk: next((wanted[one] for one in (place.lineage or ()) if one in wanted), place) for pk, place in there.items()
    } | {None: None}


def _ledgers(
    hazards: Sequence[landrelease.Hazard],
    releases: Sequence[landrelease.Release],
    of_hazard: dict[str, Any],
    asked: Asked,
) -> dict[Any, Area]:
    tree = shapely.STRtree([one.ground for one in releases])
    mine: dict[Any, list[landrelease.Hazard]] = defaultdict(list)
    for one in hazards:
        mine[of_hazard.get(record_of(one.id))].append(one)
    areas = {}
    for place, own in mine.items():
        near = (
            {int(at) for at in tree.query([one.ground for one in own], predicate="intersects")[1]}
            if releases
            else set()
        )
        found = landrelease.ledger(own, [releases[at] for at in sorted(near)], on=asked.on)
        areas[place] = Area(
            place, ground=found.ground, cleared=found.cleared, reduced=found.reduced, cancelled=found.cancelled,
            remaining=found.remaining, outside=found.outside,
        )  # fmt: skip
    return areas


def _items(areas: dict[Any, Area], upper: dict[Any, Any], asked: Asked, finds: Any) -> None:
    finds = finds.filter(on__lte=asked.on)
    if asked.until is not None:
        finds = finds.filter(known_at__lte=asked.until)
    counted = list(finds.values_list("place").annotate(n=Sum("quantity")).order_by())
    missing = {place for place, _n in counted} - set(upper)
    upper = upper | districts(Place.objects.filter(pk__in=missing - {None}))
    for place, n in counted:
        area = areas.get(upper.get(place))
        if area is not None:
            area.items += n


def month_starts(last: date) -> list[date]:
    """The first days of the last twelve months that were over on ``last``, and of the one after them."""
    year, month = last.year, last.month
    if (last + timedelta(days=1)).month != month:  # its month is over, too
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    first = year * 12 + month - 1 - MONTHS
    return [date((first + at) // 12, (first + at) % 12 + 1, 1) for at in range(MONTHS + 1)]


def _months(
    areas: dict[Any, Area], hazards: Sequence[landrelease.Hazard], releases: Sequence[landrelease.Release],
    of_hazard: dict[str, Any], asked: Asked,
) -> None:  # fmt: skip
    """What each month took off the hazards, by the accepted releases of that month: the area of each on the ground of the
    district, once. Verified is what was accepted, not what daily reports say."""
    starts = month_starts(asked.on)
    grounds: dict[Any, list[Any]] = defaultdict(list)
    for one in hazards:
        grounds[of_hazard.get(record_of(one.id))].append(one.ground)
    lately = [one for one in releases if starts[0] <= one.on < starts[-1]]
    tree = shapely.STRtree([one.ground for one in lately])
    for place, own in grounds.items():
        whole = shapely.union_all(own)
        near = [lately[at] for at in sorted(tree.query(whole, predicate="intersects"))] if lately else []
        for at, (start, end) in enumerate(pairwise(starts)):
            done = [one.ground for one in near if start <= one.on < end]
            if done:
                areas[place].months[at] = float(shapely.union_all(done).intersection(whole).area)


def _total(areas: Iterable[Area]) -> Area:
    total = Area(None)
    for one in areas:
        for name in (
            "cha", "sha", "cha_m2", "sha_m2", "ground", "cleared", "reduced", "cancelled", "remaining", "outside", "items",
        ):  # fmt: skip
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.months = [a + b for a, b in zip(total.months, one.months, strict=True)]
    return total


def _by(releases: Sequence[landrelease.Release], records: dict[UUID, Any]) -> tuple[list[By], list[By]]:
    """The plain areas of the releases in force, by operator and by method: what each reported, overlaps and all."""
    operators: dict[Any, By] = {}
    methods: dict[Any, By] = {}
    seen: set[UUID] = set()
    for one in releases:
        pk = UUID(record_of(one.id))
        if pk in seen or pk not in records:
            continue
        seen.add(pk)
        row, area = records[pk], float(one.ground.area)
        operator = row.organisation.name if row.organisation else _("Operator not known")
        way = ReleaseMethod.named(row.method)
        code = way.value if way else row.method
        method = By(row.get_method_display() or _("Method not said"), code, dict(way.names) if way else {})
        names = {key: text for key, text in row.organisation.names.items() if text} if row.organisation else {}
        for made, key, new in (
            (operators, row.organisation_id, By(operator, names=names)), (methods, code, method),
        ):  # fmt: skip
            by = made.setdefault(key, new)
            setattr(by, one.kind, getattr(by, one.kind) + area)
            by.releases += 1
            if row.cost_usd is not None:
                by.cost, by.costed = by.cost + float(row.cost_usd), by.costed + area
    return tuple(sorted(made.values(), key=lambda by: -by.total) for made in (operators, methods))  # type: ignore[return-value]


def targets(inputs: Inputs, rows: Sequence[Standing], asked: Asked) -> list[dict[str, Any]]:
    """The strategy's aims of the year, beside what the ledger says where it measures the same: what is left as of the day, and
    what was released since the period began."""
    owners = Organisation.objects.filter(pk__in={one.hazard.owner_id for one in rows})
    aims = list(StrategyTarget.objects.filter(owner__in=owners, place=None, period__startswith=str(asked.on.year)))
    told = []
    for aim in sorted(aims, key=lambda one: (one.period, one.indicator)):
        measured = _measured(inputs, aim, asked)
        percent = 100 * measured / aim.value if measured is not None and aim.value else None
        told.append({"target": aim, "name": aim.name or aim.indicator, "measured": measured, "percent": percent})
    return told


def _measured(inputs: Inputs, aim: StrategyTarget, asked: Asked) -> float | None:
    days = period_days(aim.period)
    kinds = {"released_m2": RELEASED, **{f"{kind}_m2": (kind,) for kind in RELEASED}}.get(aim.indicator)
    if days is None or asked.on < days[0]:
        return None
    last = Asked(min(asked.on, days[1] - timedelta(days=1)), asked.known)
    now = ledger_at(inputs, last)
    if aim.indicator == "remaining_m2":
        return now.remaining
    if kinds is None:
        return None
    before = ledger_at(inputs, Asked(days[0] - timedelta(days=1), asked.known))
    return float(sum(getattr(now, kind) - getattr(before, kind) for kind in kinds))
