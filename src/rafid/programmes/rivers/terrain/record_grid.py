"""Values of basins from a grid, recorded as one: an ensemble becomes series of origin forecast that a forecast runs on, an
observation a series of the basin's station. Undone as one, as every file of values."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Task
from rafid.commons.records.tasks import Failure, start

from ..arriving.readers.netcdf import opened
from ..codes import VARIABLES
from ..models import FileMapping, FileState, Series, ValueFile
from ..refusals import told
from ..values.recording import NotRecorded, Reading, record_values
from .basin_grids import PRODUCTS, Row, Taken, is_netcdf, read_for_basins, step_of
from .rasters import MAGIC, read_geotiff

GRID, PICTURE = "grid", "geotiff"
SNOW = ("swe", "snow_cover")
AT_ONCE = 20_000
"""Values that are recorded while the person waits; more become a task."""

WORK = "rafid.programmes.rivers.terrain.record_grid:carry_out"
TASK = "rivers-grid"


def keep_grid(sha256: str, *, kind: str, name: str, owner: Any, by: Any) -> ValueFile:
    with told(ValueFile), because("file of values received"):
        return ValueFile.objects.create(name=name[:255], kind=kind, sha256=sha256, owner=owner, made_by=by)


def grid_kind(path: Any) -> str:
    """``grid`` for NetCDF that is no series of points, ``geotiff`` for one that can be read, else empty. Raises ``FileError``
    and ``NotTaken``."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(MAGIC):
        read_geotiff(path)
        return PICTURE
    if not is_netcdf(head):
        return ""
    with opened(path) as data:
        return "" if str(data.attrs.get("featureType", "")).lower() == "timeseries" else GRID


def record_grid(
    row: ValueFile,
    *,
    by: Any,
    product: str,
    members: int | None = None,
    variable: str = "",
    at: datetime | None = None,
    known_from: datetime | None = None,
) -> ValueFile:
    """Records what the file says of every basin in one transaction. ``product`` names the ensemble or the observation;
    ``members``: how many are expected; ``variable`` and ``at`` of a picture. Only loaders of a demonstration give
    ``known_from``. Raises ``Refused`` and ``NotTaken``."""
    taken = read_for_basins(row.sha256, by, members=members, variable=variable, at=at)
    name = _product(product, taken)
    if at is not None and at > timezone.now():
        raise Refused(_("The picture was taken in the future. Correct its time."))
    with told(ValueFile), because("file of values recorded"):
        row = ValueFile.objects.select_for_update().get(pk=row.pk)
        if row.state != FileState.READ:
            raise Refused(_("This file was taken in already. Undo it first, or send the new one."))
        if not taken.rows:
            said = "; ".join(dict.fromkeys(one["reason"] for one in taken.refused))
            raise Refused(_("Nothing of this grid can be recorded: %(reasons)s") % {"reasons": said or "–"})
        series: dict[str, Series] = {}
        readings = [
            one for each in taken.rows for one in _readings(each, name, taken.foretold, row, by, series, known_from)
        ]
        run = taken.issued or timezone.now()
        try:
            done = record_values(
                readings,
                user=by,
                origin=f"import:{row.pk}",
                reason=_("Run of %(time)s") % {"time": f"{run:%Y-%m-%d %H:%M}Z"},
                known_from=known_from,
                judge=not taken.foretold,
                follow=False,
            )
        except NotRecorded as wrong:
            said = "; ".join(dict.fromkeys(one.reason for one in wrong.problems))[:600]
            raise Refused(_("No row of the file can be recorded: %(reasons)s") % {"reasons": said}) from wrong
        row.mapping = _mapping(row, series, by)
        row.accepted, row.replaced, row.same = done.accepted, done.replaced, done.same
        row.refused = [*taken.refused, *({"row": "–", "reason": note} for note in taken.notes)]
        row.questions = [{"product": name, "members": taken.members, "variable": variable}]
        row.state, row.known_from = FileState.APPLIED, done.known_from
        row.save()
    return row


def _product(product: str, taken: Taken) -> str:
    """The name that the series get. An ensemble has one of the names that forecasts ask for."""
    if taken.foretold:
        if product not in PRODUCTS:
            raise Refused(_("Say which ensemble this is."))
        if any(one.variable == "discharge" for one in taken.rows) and product != "glofas":
            raise Refused(_("River flow on a grid is GloFAS. Choose that."))
        return product
    name = slugify(product)[:40]
    if not name:
        raise Refused(_("Name the product, in Latin letters: chirps, for example."))
    return name


def _readings(
    each: Row, name: str, foretold: bool, file: ValueFile, by: Any, kept: dict[str, Series], known_from: datetime | None
) -> list[Reading]:
    found = []
    for number, values in zip(each.members, each.values, strict=True):
        origin_name = f"{name}-{number:02d}" if foretold else name
        series = _series(each, origin_name, foretold, file, by, known_from)
        kept[f"{each.station.code} {each.variable} {origin_name}"] = series
        found += [
            Reading(series.pk, time, float(f"{value:.7g}"))
            for time, value in zip(each.times, values.tolist(), strict=True)
            if np.isfinite(value)
        ]
    return found


def _series(
    each: Row, origin_name: str, foretold: bool, file: ValueFile, by: Any, known_from: datetime | None
) -> Series:
    """The series of this name, made where there is none. It is no more public than what the station's own of this variable
    are."""
    origin = "forecast" if foretold else "satellite"
    own = Series.objects.filter(station=each.station, variable=each.variable)
    found: Series | None = own.filter(origin=origin, origin_name=origin_name).first()
    if found is not None:
        return found
    sensitivity = min((one.sensitivity for one in own.filter(origin="observed")), default=each.station.sensitivity)
    made: Series = Series.objects.create(
        station=each.station,
        variable=each.variable,
        unit=VARIABLES[each.variable].unit,
        step=step_of(each.times),
        aggregation=_aggregation(each.variable, foretold),
        origin=origin,
        origin_name=origin_name,
        owner=file.owner,
        place=each.station.place,
        sensitivity=max(sensitivity, each.station.sensitivity),
        source="import",
        source_id=file.pk,
        made_by=by,
        **({"known_at": known_from} if known_from else {}),
    )
    return made


def _aggregation(variable: str, foretold: bool) -> str:
    if VARIABLES[variable].flux:
        return "sum"
    return "instant" if variable == "temperature" and foretold else "mean"


def _mapping(row: ValueFile, series: dict[str, Series], by: Any) -> FileMapping:
    """Which series the file became: undoing reads it."""
    shape = hashlib.sha256("\n".join([row.kind, *sorted(series)]).encode()).hexdigest()
    columns = {key: {"series": str(one.pk), "variable": one.variable, "unit": one.unit} for key, one in series.items()}
    stations = {one.station.code: one.station.code for one in series.values()}
    found, _made = FileMapping.objects.get_or_create(
        owner=row.owner, kind=row.kind, shape=shape, defaults={"columns": columns, "stations": stations, "made_by": by}
    )
    return found


def queue_grid(row: ValueFile, *, by: Any, **how: Any) -> Task:
    """Puts the recording of a large ensemble in the queue."""
    words = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in how.items()}
    about = in_three(gettext_noop("Grid of weather"))
    return start(
        TASK, WORK, {"file": str(row.pk), "by": str(by.pk), "how": words}, about=about,
        link=f"/rivers/import/{row.pk}/", by=by,
    )  # fmt: skip


def carry_out(progress: Any, *, file: str, by: str, how: dict[str, Any]) -> None:
    from rafid.commons.people.models import Account

    row = ValueFile.objects.get(pk=file)
    if row.state != FileState.READ:
        return
    progress.at(0, 1)
    moment = how.pop("at", None)
    who, at = Account.objects.get(pk=by), parse_datetime(moment) if moment else None
    try:
        record_grid(row, by=who, at=at, **how)
    except Refused as error:
        raise Failure(_in_each_language(error, row, by=who, at=at, **how)) from error
    progress.at(1, 1)


def _in_each_language(error: Refused, row: ValueFile, **how: Any) -> dict[str, str]:
    """The sentence anew in each language: it was made where it was raised."""
    said = dict.fromkeys(("ar", "ckb", "en"), str(error))
    for code in said:
        with override(code):
            try:
                record_grid(row, **how)
            except Refused as again:
                said[code] = str(again)
    return said
