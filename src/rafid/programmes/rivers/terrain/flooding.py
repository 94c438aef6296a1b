"""A flood map: computed from a stage, kept whole with all that it rests on, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.products.release.canonical import canonical
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source, State, Task
from rafid.commons.records.tasks import Failure, start

from ..models import ElevationModel, FloodMap, FloodPart, Reach, Station
from ..refusals import told
from .elevation import heights_of
from .extent import Drawn, Part, draw
from .frames import Frame
from .outlines import geos, shape_of
from .rasters import geotiff
from .stages import Asked

WORK = "rafid.programmes.rivers.terrain.flooding:carry_out"
TASK = "rivers-flood-map"
AT_ONCE = 300_000
"""Cells that are drawn while the person waits; more become a task."""


def draw_flood(
    elevation: ElevationModel,
    *,
    asked: Asked,
    bed_stage_m: float,
    drainage_km2: float,
    owner: Any,
    by: Any = None,
    name: str = "",
    station: Station | None = None,
    reach: Reach | None = None,
    corridor_km: float | None = None,
    sensitivity: int = 0,
    **more: Any,
) -> FloodMap:
    """Draws and keeps a flood. It is no more public than what it rests on. Raises ``Refused``."""
    _sound(asked, bed_stage_m, drainage_km2, reach)
    raster = heights_of(elevation)
    drawn = draw(
        raster,
        water_m=asked.stage_m - bed_stage_m,
        drainage_km2=drainage_km2,
        line=shape_of(reach.line) if reach and reach.line else None,
        corridor_km=corridor_km,
    )
    content = {
        "elevation": elevation.sha256, "stage_m": asked.stage_m, "bed_stage_m": bed_stage_m,
        "drainage_km2": drainage_km2, "reach": reach.code if reach else "", "corridor_km": corridor_km,
    }  # fmt: skip
    made_up = Source.DEMONSTRATION in (elevation.source, station.source if station else "")
    return keep_flood(
        drawn,
        raster.frame,
        content,
        origin="computed",
        name=name,
        elevation=elevation,
        station=station,
        reach=reach,
        stage_m=asked.stage_m,
        bed_stage_m=bed_stage_m,
        drainage_km2=drainage_km2,
        corridor_km=corridor_km if reach else None,
        asked=asked.said,
        valid_at=asked.at,
        data_known_at=asked.known_at or timezone.now(),
        owner=owner,
        place=station.place if station else elevation.place,
        sensitivity=max(sensitivity, elevation.sensitivity, asked.sensitivity, station.sensitivity if station else 0),
        made_by=by if getattr(by, "pk", None) else None,
        **({"source": Source.DEMONSTRATION} if made_up else {}),
        **more,
    )


def _sound(asked: Asked, bed_stage_m: float, drainage_km2: float, reach: Reach | None) -> None:
    if not asked.stage_m > bed_stage_m:
        raise Refused(
            _("The stage of %(stage)s m is not above that of the grid's river, %(bed)s m: nothing is flooded.")
            % {"stage": f"{asked.stage_m:g}", "bed": f"{bed_stage_m:g}"}
        )
    if asked.stage_m - bed_stage_m > 100:
        raise Refused(
            _("The water would stand more than 100 m above the river. Look for centimetres or a lost decimal.")
        )
    if not drainage_km2 > 0:
        raise Refused(_("The area from which on a river is one is above 0 km²."))
    if reach is not None and reach.line is None:
        raise Refused(_("This reach has no line on the map. Leave it out, or choose another one."))


def keep_flood(drawn: Drawn, frame: Frame, content: dict[str, Any], **values: Any) -> FloodMap:
    """The map, its classes and its grid in one transaction."""
    if not drawn.parts:
        raise Refused(_("No cell of the grid is flooded."))
    depths = blobs.keep(geotiff(drawn.depth, frame)).sha256
    parts = [{"from": one.low, "to": one.high, "km2": round(one.area_km2, 9)} for one in drawn.parts]
    told_of = canonical(content | {"depths": depths, "parts": parts})
    with told(FloodMap), because("flood map made"):
        row: FloodMap = FloodMap.objects.create(
            ground=geos(drawn.ground),
            area_km2=drawn.area_km2,
            depths=depths,
            sha256=hashlib.sha256(told_of.encode()).hexdigest(),
            **values,
        )
        FloodPart.objects.bulk_create(_parts(row, drawn.parts))
    return row


def _parts(row: FloodMap, parts: Sequence[Part]) -> list[FloodPart]:
    on = timezone.localdate(row.valid_at or row.data_known_at)
    return [
        FloodPart(
            flood=row, map_ref=row.ref, station_code=row.station.code if row.station else "", place=row.place,
            origin=row.origin, stage_m=row.stage_m, on=on, depth_from_m=one.low, depth_to_m=one.high,
            area_km2=one.area_km2, made_up=row.source == Source.DEMONSTRATION, ground=geos(one.ground),
            made_by=row.made_by,
        )
        for one in parts
    ]  # fmt: skip


def withdraw_flood(row: FloodMap, *, reason: str) -> FloodMap:
    """Takes a map back: it stays readable for those whose it is, and no dataset holds it any more. Raises ``Refused``."""
    if not reason.strip():
        raise Refused(_("Say why the map is withdrawn."))
    with told(FloodMap), because(reason):
        row = FloodMap.objects.select_for_update().get(pk=row.pk)
        if row.state != State.PUBLISHED:
            raise Refused(_("This map is withdrawn already."))
        row.state = State.WITHDRAWN
        row.save()
    return row


def queue_flood(
    elevation: ElevationModel,
    *,
    asked: Asked,
    owner: Any,
    by: Any,
    station: Station | None = None,
    reach: Reach | None = None,
    **how: Any,
) -> Task:
    """Puts the drawing of a large grid in the queue. What is certainly wrong is refused here."""
    _sound(asked, how["bed_stage_m"], how["drainage_km2"], reach)
    words = {
        "elevation": str(elevation.pk), "owner": str(owner.pk), "by": str(by.pk),
        "station": str(station.pk) if station else "", "reach": str(reach.pk) if reach else "",
        "asked": {
            "stage_m": asked.stage_m, "said": asked.said, "sensitivity": asked.sensitivity,
            "at": asked.at.isoformat() if asked.at else "",
            "known_at": asked.known_at.isoformat() if asked.known_at else "",
        },
        "how": how,
    }  # fmt: skip
    about = in_three(gettext_noop("Flood map"))
    return start(TASK, WORK, words, about=about, link="/rivers/floods/maps/", by=by)


def carry_out(
    progress: Any,
    *,
    elevation: str,
    owner: str,
    by: str,
    station: str,
    reach: str,
    asked: dict[str, Any],
    how: dict[str, Any],
) -> None:
    """The work of the task. Run again after it was cut off it draws anew: a map is kept whole or not at all."""
    from rafid.commons.people.models import Account, Organisation

    task: Task = progress.task
    if FloodMap.everything.filter(asked__task=str(task.pk)).exists():
        return
    grid = ElevationModel.objects.get(pk=elevation)
    progress.at(0, 2)
    words = Asked(
        asked["stage_m"], asked["said"] | {"task": str(task.pk)}, _moment(asked["at"]), _moment(asked["known_at"]),
        asked["sensitivity"],
    )  # fmt: skip
    try:
        row = draw_flood(
            grid,
            asked=words,
            owner=Organisation.objects.get(pk=owner),
            by=Account.objects.get(pk=by),
            station=Station.objects.filter(pk=station).first() if station else None,
            reach=Reach.objects.filter(pk=reach).first() if reach else None,
            **how,
        )
    except Refused as error:
        raise Failure(_in_each_language(error, grid, words, reach, how)) from error
    Task.objects.filter(pk=task.pk).update(link=row.get_absolute_url())
    progress.at(2, 2)


def _moment(text: str) -> datetime | None:
    return parse_datetime(text) if text else None


def _in_each_language(
    error: Refused, grid: ElevationModel, words: Asked, reach: str, how: dict[str, Any]
) -> dict[str, str]:
    """The sentence anew in each language: it was made where it was raised."""
    said = dict.fromkeys(("ar", "ckb", "en"), str(error))
    line = Reach.objects.filter(pk=reach).first() if reach else None
    for code in said:
        with override(code):
            try:
                draw(
                    heights_of(grid),
                    water_m=words.stage_m - how["bed_stage_m"],
                    drainage_km2=how["drainage_km2"],
                    line=shape_of(line.line) if line and line.line else None,
                    corridor_km=how.get("corridor_km"),
                )
            except Refused as again:
                said[code] = str(again)
    return said
