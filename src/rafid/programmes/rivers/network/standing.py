"""The network as it is valid at a moment, for pages and for the routing of methods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from rafid.methods.hydrology import Diversion as RoutedDiversion
from rafid.methods.hydrology import Reach as RoutedReach
from rafid.methods.hydrology import RiverNetwork

from ..models import Diversion, Reach, RiverNode

SLACK = 1e-9


def valid(rows: QuerySet[Any], at: datetime) -> QuerySet[Any]:
    return rows.filter(Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at)))


@dataclass(frozen=True)
class Standing:
    nodes: list[RiverNode]
    reaches: list[Reach]
    diversions: list[Diversion]

    def routed(self, *, dt: float, reservoirs: tuple[str, ...] = ()) -> RiverNetwork:
        """For ``route_network`` with steps of ``dt`` seconds. Raises ``ValueError`` for a circle."""
        return RiverNetwork(
            [one.code for one in self.nodes],
            [fitted(one, dt) for one in self.reaches],
            [
                RoutedDiversion(
                    one.code,
                    one.at.code,
                    one.to.code,
                    capacity_downstream=float("inf") if one.capacity_downstream is None else one.capacity_downstream,
                    maximum=float("inf") if one.maximum is None else one.maximum,
                    fraction=one.fraction,
                )
                for one in self.diversions
            ],
            reservoirs,
        )


def standing(at: datetime) -> Standing:
    """By three statements, whatever the size."""
    return Standing(
        list(RiverNode.objects.order_by("river", "chainage_km", "code")),
        list(valid(Reach.objects.select_related("upstream", "downstream"), at).order_by("code")),
        list(valid(Diversion.objects.select_related("at", "to"), at).order_by("at__code", "order", "code")),
    )


def fitted(reach: Reach, dt: float) -> RoutedReach:
    """The reach with subreaches that fit the step; where the wave is through within half a step it passes at once, and where
    no number of subreaches fits x gives way, as travel time is what matters for days."""
    known = {"loss": reach.loss}
    k, x = reach.k_s, reach.x
    if k <= 0 or 2 * k * (1 - x) < dt * (1 - SLACK):
        return RoutedReach(reach.code, reach.upstream.code, reach.downstream.code, **known)
    for weight in (x, x / 2, 0.0):
        fewest = max(1, int(-(-2 * k * weight // dt)))
        most = int(2 * k * (1 - weight) / dt * (1 + SLACK))
        if fewest <= most:
            many = min(max(reach.subreaches, fewest), most)
            return RoutedReach(
                reach.code, reach.upstream.code, reach.downstream.code, k=k, x=weight, subreaches=many, **known
            )
    return RoutedReach(reach.code, reach.upstream.code, reach.downstream.code, **known)
