"""Which station carries what a grid says of a basin: its models' own weather station, else a station of the basin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rafid.commons.people.visibility import may_on

from ..codes import StationKind
from ..models import Basin, RiverModel, Series, Station

WEATHER = (StationKind.CLIMATE, StationKind.RAIN, StationKind.SNOW, StationKind.VIRTUAL)


@dataclass(frozen=True)
class Carrier:
    """A basin and its stations for weather; without any it is left out."""

    basin: Basin
    stations: tuple[Station, ...]


def carriers(user: Any, *, snow: bool = False) -> list[Carrier]:
    """Of each basin with a shape. A station carries one basin's weather: the one whose own it is first."""
    seen = {one.pk: one for one in Station.objects.visible_to(user).select_related("node")}
    known = {pk: one for pk, one in seen.items() if may_on(user, "import", one)}
    taken: dict[Any, Basin] = {}
    found = []
    for basin in Basin.objects.exclude(ground=None).order_by("code"):
        own = [one for one in _of(basin, known, snow) if taken.setdefault(one.pk, basin) == basin]
        found.append(Carrier(basin, tuple(own)))
    return found


def _of(basin: Basin, known: dict[Any, Station], snow: bool) -> Sequence[Station]:
    if snow:
        measured = [one for one in known.values() if _in(one, basin) and one.station_kind == StationKind.SNOW]
        if measured:
            return sorted(measured, key=lambda one: one.code)[:1]
    forced = _forcing(basin)
    stations = [known[pk] for pk in dict.fromkeys(forced) if pk in known]
    if stations:
        return stations
    named = [one for one in known.values() if one.code == basin.code]
    if named:
        return named
    inside = sorted((one for one in known.values() if _in(one, basin)), key=lambda one: one.code)
    return [one for one in inside if one.station_kind in WEATHER][:1] or inside[:1]


def _in(station: Station, basin: Basin) -> bool:
    return station.node is not None and station.node.basin_id == basin.pk


def _forcing(basin: Basin) -> list[Any]:
    """Stations of the series that feed the models of the basin's nodes."""
    ids: list[str] = []
    for model in RiverModel.objects.filter(node__basin=basin).exclude(state="retired").order_by("node__code"):
        ids += [pk for name, pk in model.forcing.items() if name in ("precipitation", "temperature")]
    return list(Series.objects.filter(pk__in=ids).order_by("station__code").values_list("station", flat=True))
