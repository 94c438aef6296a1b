"""A GeoTIFF that came as a file of values: what it is, and what becomes of it that is no value of a station.

Its cells say what it cannot be; of what is left a person chooses. Snow is recorded as values of basins (``record_grid``); a
flood that was seen becomes a flood map, heights a grid of heights, and undoing the file takes these back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.commons.records.models import State

from ..codes import VARIABLES
from ..models import ElevationModel, FileState, FloodMap, ValueFile
from ..refusals import told
from .basin_grids import within_limits
from .elevation import heights_of_land, receive_elevation
from .flooding import withdraw_flood
from .observed import flood_in, receive_observed
from .rasters import NotTaken, Raster, read_geotiff
from .record_grid import PICTURE, SNOW

FLOOD, HEIGHTS = "flood", "heights"
WHATS = (*SNOW, FLOOD, HEIGHTS)


def names() -> dict[str, str]:
    return {
        "swe": VARIABLES["swe"].name,
        "snow_cover": VARIABLES["snow_cover"].name,
        FLOOD: _("A flood that was seen"),
        HEIGHTS: _("Heights of the ground"),
    }


def why_not(sha256: str) -> dict[str, str]:
    """Of everything that a picture may be: why this one is not, empty where it can be. Raises ``NotTaken``."""
    try:
        raster = read_geotiff(blobs.path_of(sha256))
    except OSError as error:
        raise NotTaken(_("The file is not in the store any more. Send it again.")) from error
    return {what: _against(what, raster) for what in WHATS}


def only_one(against: dict[str, str]) -> str:
    """What the cells leave, where that is one thing."""
    left = [what for what, why in against.items() if not why]
    return left[0] if len(left) == 1 else ""


def _against(what: str, raster: Raster) -> str:
    try:
        if what == FLOOD:
            flood_in(raster)
        elif what == HEIGHTS:
            heights_of_land(raster)
        else:
            within_limits(what, raster)
    except NotTaken as wrong:
        return str(wrong)
    return ""


def become(row: ValueFile, *, what: str, by: Any, **said: Any) -> FloodMap | ElevationModel:
    """The flood map or the grid of heights that a sent picture is. ``said``: as ``receive_observed`` or ``receive_elevation``
    ask. Raises ``Refused`` and ``NotTaken``; then the file stays as it was."""
    if row.kind != PICTURE or what not in (FLOOD, HEIGHTS):
        raise Refused(_("Say what the picture is: a flood that was seen, or heights of the ground."))
    with told(ValueFile), because("picture kept as a map"):
        row = ValueFile.objects.select_for_update().get(pk=row.pk)
        if row.state != FileState.READ:
            raise Refused(_("This file was taken in already. Undo it first, or send the new one."))
        takes = receive_observed if what == FLOOD else receive_elevation
        made: FloodMap | ElevationModel = takes(_chunks(row.sha256), owner=row.owner, by=by, **said)
        row.questions = [{"what": what, "became": made.ref}]
        row.state, row.known_from = FileState.APPLIED, timezone.now()
        row.save()
    return made


def _chunks(sha256: str) -> Iterator[bytes]:
    with blobs.path_of(sha256).open("rb") as file:
        yield from iter(lambda: file.read(1 << 20), b"")


def became(row: ValueFile) -> FloodMap | ElevationModel | None:
    """What the file became, if that was a map or a grid of heights. Who may see the file need not see this."""
    said = next((one for one in row.questions if "became" in one), None)
    if said is None:
        return None
    kind: Any = FloodMap if said["what"] == FLOOD else ElevationModel
    found: FloodMap | ElevationModel | None = kind.everything.filter(ref=said["became"]).first()
    return found


def take_back(made: FloodMap | ElevationModel, *, reason: str) -> None:
    """Withdraws what a file became. Heights on which floods are drawn stay. Raises ``Refused``."""
    if made.state == State.WITHDRAWN:
        return
    if isinstance(made, FloodMap):
        withdraw_flood(made, reason=reason)
        return
    drawn = FloodMap.everything.filter(elevation=made, state=State.PUBLISHED).count()
    if drawn:
        raise Refused(
            ngettext(
                "%(count)s flood map rests on these heights. Withdraw it first.",
                "%(count)s flood maps rest on these heights. Withdraw them first.",
                drawn,
            )
            % {"count": drawn}
        )
    made.state = State.WITHDRAWN
    made.save()
