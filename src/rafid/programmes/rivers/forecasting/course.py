"""What leads to a node: the places upstream whose water is known, and the network between them and it.

Upstream from the node the search ends where a place is forecast, where a reservoir lets go what its people write down, and
where a branch has nothing but a gauge. A model keeps the places that it was calibrated with: they stay until it is calibrated
again, so that an archived forecast can be computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from rafid.methods.hydrology import Diversion as RoutedDiversion
from rafid.methods.hydrology import RiverNetwork

from ..models import Reservoir, RiverModel, RiverNode, Series
from ..network.standing import Standing, fitted, standing

STEP = 21_600.0
"""Seconds: a day has four steps, as most reaches are shorter than a day."""
PER_DAY = 4

AWAY = "#away"

Role = Literal["forecast", "held", "reservoir", "reservoir_forecast"]
"""Its forecast goes on; its last flow is held; a reservoir releases by its rules what arrives, or what is forecast to."""

FORECAST = ("gr4j", "gr4j_snow", "routing")


@dataclass(frozen=True, eq=False)
class Place:
    """``flow`` is the series of what passes on: a discharge, or a reservoir's release. ``above`` leads to a reservoir whose
    inflow is not forecast itself."""

    code: str
    role: Role
    flow: Series
    reservoir: Reservoir | None = None
    above: Course | None = None


@dataclass(frozen=True, eq=False)
class Course:
    code: str
    places: tuple[Place, ...]
    network: RiverNetwork

    @property
    def all_places(self) -> list[Place]:
        """Also those above its reservoirs, the highest first."""
        return [
            one
            for place in self.places
            for one in ([*place.above.all_places, place] if place.above is not None else [place])
        ]

    def as_json(self) -> dict[str, dict[str, str]]:
        return {one.code: {"role": one.role, "flow": str(one.flow.pk)} for one in self.all_places}


def course_to(node: RiverNode, at: datetime, *, kept: Mapping[str, Mapping[str, str]] | None = None) -> Course:
    """The course as the network stands at a moment; with ``kept`` (of a model) by these places and no others."""
    found = _Search(standing(at), kept)
    return found.course(node.code)


@dataclass
class _Search:
    network: Standing
    kept: Mapping[str, Mapping[str, str]] | None
    seen: dict[str, Course] = field(default_factory=dict)

    @cached_property
    def above(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for start, end in [
            *((one.upstream.code, one.downstream.code) for one in self.network.reaches),
            *((one.at.code, one.to.code) for one in self.network.diversions),
        ]:
            found.setdefault(end, []).append(start)
        return found

    @cached_property
    def forecast(self) -> dict[str, RiverModel]:
        rows = RiverModel.objects.filter(state="active", kind__in=FORECAST, observed__isnull=False)
        return {one.node.code: one for one in rows.select_related("node", "observed").order_by("kind")}

    @cached_property
    def reservoirs(self) -> dict[str, Reservoir]:
        return {one.node.code: one for one in Reservoir.objects.select_related("node")}

    @cached_property
    def flows(self) -> dict[str, Series]:
        """What passes each node, the preferred series first."""
        rows = (
            Series.objects.filter(variable="discharge", station__node__isnull=False)
            .exclude(origin__in=("forecast", "model"))
            .select_related("station__node")
            .order_by("-preferred", "origin", "ref")
        )
        found: dict[str, Series] = {}
        for one in rows:
            found.setdefault(one.station.node.code, one)
        return found

    @cached_property
    def releases(self) -> dict[str, Series]:
        stations = {one.station_id: code for code, one in self.reservoirs.items() if one.station_id}
        rows = Series.objects.filter(variable="release", station__in=stations).exclude(origin__in=("forecast", "model"))
        found: dict[str, Series] = {}
        for one in rows.order_by("-preferred", "origin", "ref"):
            found.setdefault(stations[one.station_id], one)
        return found

    @cached_property
    def named(self) -> dict[str, Series]:
        ids = [one["flow"] for one in (self.kept or {}).values()]
        return {str(one.pk): one for one in Series.objects.filter(pk__in=ids)}

    def course(self, code: str) -> Course:
        if code not in self.seen:
            places: dict[str, Place] = {}
            passed: set[str] = set()
            self._climb(code, places, passed)
            network = self._between({code, *passed, *places}, set(places), code)
            self.seen[code] = Course(code, tuple(places[one] for one in sorted(places)), network)
        return self.seen[code]

    def _climb(self, code: str, places: dict[str, Place], passed: set[str]) -> bool:
        """True where a place lies above."""
        fed = False
        for start in sorted(self.above.get(code, ())):
            place = places.get(start) or self._place(start)
            if place is not None:
                places[start] = place
                fed = True
                continue
            if start in passed:
                fed = True
                continue
            passed.add(start)
            if self._climb(start, places, passed):
                fed = True
            elif self.kept is None and start in self.flows:
                places[start] = Place(start, "held", self.flows[start])
                fed = True
        return fed

    def _place(self, code: str) -> Place | None:
        if self.kept is not None:
            kept = self.kept.get(code)
            series = self.named.get(kept["flow"]) if kept else None
            if kept is None or series is None:
                return None
            role: Any = kept["role"]
            above = self.course(code) if role == "reservoir" else None
            return Place(code, role, series, self.reservoirs.get(code), above)
        model = self.forecast.get(code)
        if code in self.releases:
            if model is not None:
                return Place(code, "reservoir_forecast", self.releases[code], self.reservoirs[code])
            return Place(code, "reservoir", self.releases[code], self.reservoirs[code], self.course(code))
        if model is not None:
            # Where nobody writes down what a reservoir lets go, it passes what comes.
            return Place(code, "forecast", model.observed)
        return None

    def _between(self, codes: set[str], places: set[str], end: str) -> RiverNetwork:
        """The part of the network. What flows to one of the places is within its own flow already, and what is led away out
        of the part leaves there."""
        reaches = [
            fitted(one, STEP)
            for one in self.network.reaches
            if {one.upstream.code, one.downstream.code} <= codes
            and one.upstream.code != end
            and one.downstream.code not in places
        ]
        diversions = [
            RoutedDiversion(
                one.code,
                one.at.code,
                one.to.code if one.to.code in codes - places else f"{one.to.code}{AWAY}",
                capacity_downstream=float("inf") if one.capacity_downstream is None else one.capacity_downstream,
                maximum=float("inf") if one.maximum is None else one.maximum,
                fraction=one.fraction,
            )
            for one in self.network.diversions
            if one.at.code in codes and one.at.code != end
        ]
        away = {one.to for one in diversions} - codes
        return RiverNetwork([*sorted(codes), *sorted(away)], reaches, diversions)
