"""Slips of the demonstration's readers: a lost decimal, centimetres for metres, a stuck gauge, a gap, a release with a zero
too many. Some are corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from .checking.findings import judge
from .checking.regular import check_all
from .demo_world import F64, World, at
from .models import Series, SeriesFinding


@dataclass(frozen=True)
class Slip:
    """At a station's stage, or another variable, so many days before today, for so many days; ``corrected`` a day later by a
    person."""

    station: str
    before: int
    kind: str
    days: int = 1
    corrected: bool = False
    variable: str = "stage"


def slips(world: World) -> list[Slip]:
    return [
        Slip("baghdad", 12, "decimal"),
        Slip("kut", 33, "decimal", corrected=True),
        Slip("nasiriyah", 5, "centimetres"),
        Slip("samawah", 41, "centimetres", corrected=True),
        Slip("hit", 20, "stuck", 11),
        Slip("amarah", 9, "gap", 3),
        Slip("fallujah", 3, "decimal"),
        Slip("ali-al-gharbi", 60, "stuck", 9),
        Slip("dokan-res", 6, "decimal", variable="release"),
    ]


def slipped(slip: Slip, true: F64) -> F64:
    """What the reader wrote down, from the true stages of those days."""
    if slip.kind == "decimal":
        return np.round(true * 10, 2)
    if slip.kind == "centimetres":
        return np.round(true * 100, 0)
    if slip.kind == "stuck":
        return np.full(true.shape, true[0])
    return np.full(true.shape, np.nan)


def tell(world: World, series: dict[tuple[str, str], Series], slips: list[Slip]) -> int:
    """The findings that the checks make of them; those of corrected slips are settled."""
    count = 0
    for slip in slips:
        one = series.get((slip.station, slip.variable))
        if one is None:
            continue
        day = world.today - timedelta(days=slip.before)
        count += judge(one, at(day) - timedelta(hours=1), at(day + timedelta(days=slip.days)))
    # What more than one series tells: the gap, and the balance of the dam that does not close.
    count += sum(check_all(at(world.today, 12)).values())
    hydrologist = world.people.get("hydrologist")
    for finding in SeriesFinding.objects.filter(series__station__code="ali-al-gharbi", check_code="stuck"):
        finding.state, finding.settled_by = "explained", hydrologist
        finding.settled_at = finding.end + timedelta(days=1)
        finding.reason = "The barrage held the level; the reader confirmed it by telephone."
        finding.save()
    for finding in SeriesFinding.objects.filter(state="open").order_by("-start")[:2]:
        finding.assigned_to = hydrologist
        finding.save()
    return count
