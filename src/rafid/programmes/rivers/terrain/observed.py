"""A flood that a satellite saw: taken as a map of its own, and laid beside a computed one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import FloodMap, Station
from ..refusals import told
from .extent import Drawn, Part
from .flooding import keep_flood
from .frames import area_km2
from .outlines import outline, shape_of
from .rasters import NotTaken, Raster, read_geotiff


def receive_observed(
    file: Iterable[bytes],
    *,
    name: str,
    source_text: str,
    seen_at: datetime,
    owner: Any,
    by: Any,
    station: Station | None = None,
    sensitivity: int = 0,
    **more: Any,
) -> FloodMap:
    """Keeps a GeoTIFF in which water is 1 and dry ground 0; cells without data were not seen. Raises ``NotTaken``, and then
    leaves nothing behind, and ``Refused``."""
    if seen_at > timezone.now():
        raise Refused(_("The picture was taken in the future. Correct its time."))
    staged = blobs.stage(file)
    try:
        raster = read_geotiff(staged.temporary)
        drawn = flood_in(raster)
    finally:
        staged.drop()
    return keep_flood(
        drawn,
        raster.frame,
        {"observed": staged.blob.sha256, "seen_at": seen_at.isoformat()},
        origin="observed",
        name=name,
        station=station,
        source_text=source_text,
        valid_at=seen_at,
        data_known_at=timezone.now(),
        owner=owner,
        place=station.place if station else None,
        sensitivity=max(sensitivity, station.sensitivity if station else 0),
        made_by=by if getattr(by, "pk", None) else None,
        **more,
    )


def flood_in(raster: Raster) -> Drawn:
    """The water of a picture of ones and zeros. Raises ``NotTaken`` for any other."""
    values = raster.values
    there = ~np.isnan(values)
    if not there.any():
        raise NotTaken(_("No cell of the picture holds a value."))
    kinds = np.unique(values[there])
    if not np.isin(kinds, (0.0, 1.0)).all():
        wrong = kinds[~np.isin(kinds, (0.0, 1.0))][0]
        raise NotTaken(
            _("Cells hold %(value)s. Water is 1 and dry ground 0; mark what was not seen as no data.")
            % {"value": f"{wrong:g}"}
        )
    wet = values == 1
    if not wet.any():
        raise NotTaken(_("No cell of the picture is water."))
    ground, area = outline(wet, raster.frame), raster.frame.area_of(wet)
    return Drawn(values, (Part(0.0, None, area, ground),), ground, area, wet)


def compare(observed: FloodMap, computed: FloodMap) -> FloodMap:
    """Keeps with the observed map how far the computed one agrees, by area where both say something: hits, misses, false
    alarms in km², and their critical success index. Raises ``Refused``."""
    if (observed.origin, computed.origin) != ("observed", "computed"):
        raise Refused(_("A flood that was seen is compared with a computed one. Choose one of each."))
    both = shapely.intersection(_told(observed), _told(computed))
    if both.is_empty:
        raise Refused(_("The two maps have no ground in common."))
    seen = shapely.intersection(_shape(observed), both)
    drawn = shapely.intersection(_shape(computed), both)
    hits = area_km2(shapely.intersection(seen, drawn))
    misses = max(area_km2(seen) - hits, 0.0)
    false = max(area_km2(drawn) - hits, 0.0)
    total = hits + misses + false
    if not total:
        raise Refused(_("Neither map has water where both say something."))
    with told(FloodMap), because("flood maps compared"):
        observed.compared = computed
        observed.scores = {
            "hits_km2": _short(hits),
            "misses_km2": _short(misses),
            "false_alarms_km2": _short(false),
            "common_km2": _short(area_km2(both)),
            "csi": round(hits / total, 4),
            "pod": round(hits / (hits + misses), 4) if hits + misses else None,
            "far": round(false / (hits + false), 4) if hits + false else None,
        }
        observed.save()
    return observed


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _shape(row: FloodMap) -> Any:
    return shape_of(row.ground)


def _told(row: FloodMap) -> Any:
    """The ground of which a map says whether it is wet: all cells of its grid that hold a value."""
    raster = read_geotiff(blobs.path_of(row.depths))
    there = ~np.isnan(raster.values)
    return raster.frame.outline if there.all() else outline(there, raster.frame)
