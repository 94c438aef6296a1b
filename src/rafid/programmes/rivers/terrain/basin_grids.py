"""What a file of a grid says of each basin: area-weighted means, member by member, before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..arriving.readers.grids import Grid, read_grid
from ..arriving.readers.observed_grids import is_foretold, read_observed_grid
from ..arriving.readers.reading import FileError
from ..codes import VARIABLES
from ..models import Basin, Station
from ..units import unit_said
from .carriers import carriers
from .frames import F64
from .outlines import shape_of
from .rasters import NotTaken, Raster, read_geotiff
from .weights import weights_of

FEWEST = 5
"""Members of an ensemble."""

PRODUCTS = ("ecmwf", "seas5", "glofas", "other")
"""Ensembles by the name that forecasts ask for; an observation has the name of its product."""


@dataclass(frozen=True, eq=False)
class Row:
    """What becomes of one variable at one station: ``values`` (members, times)."""

    station: Station
    variable: str
    unit: str
    times: tuple[datetime, ...]
    members: tuple[int, ...]
    values: F64
    basin: Basin | None = None
    cell: tuple[float, float] | None = None

    @property
    def count(self) -> int:
        return int(np.isfinite(self.values).sum())

    @property
    def first(self) -> datetime:
        return self.times[0]

    @property
    def last(self) -> datetime:
        return self.times[-1]

    @property
    def mean(self) -> float:
        return float(np.nanmean(self.values))


@dataclass
class Taken:
    """A file as it reads: ``foretold`` with ``issued``, or observed; ``refused`` names what was left out, and why."""

    foretold: bool
    issued: datetime | None
    rows: list[Row] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def members(self) -> int:
        return max((len(one.members) for one in self.rows), default=0)

    @property
    def count(self) -> int:
        return sum(one.count for one in self.rows)


def is_netcdf(head: bytes) -> bool:
    return head.startswith((b"\x89HDF", b"CDF"))


def read_for_basins(
    sha256: str, user: Any, *, members: int | None = None, variable: str = "", at: datetime | None = None
) -> Taken:
    """A NetCDF grid, or a GeoTIFF of one ``variable`` at one moment. Raises ``NotTaken`` and ``Refused``."""
    path = blobs.path_of(sha256)
    try:
        with path.open("rb") as file:
            head = file.read(16)
        return _netcdf(path, user, members) if is_netcdf(head) else _picture(path, user, variable, at)
    except FileError as error:
        raise NotTaken(error.text(_), found=error.wrong_kind) from error
    except OSError as error:
        raise NotTaken(_("The file is not in the store any more. Send it again.")) from error


def _netcdf(path: Path, user: Any, members: int | None) -> Taken:
    foretold = is_foretold(path)
    grids = read_grid(path, members=members) if foretold else read_observed_grid(path)
    taken = Taken(foretold, grids[0].issued)
    for grid in grids:
        if foretold and len(grid.members) < FEWEST:
            raise NotTaken(
                _("The ensemble has %(count)s members; a forecast needs five.") % {"count": len(grid.members)}
            )
        if grid.variable == "discharge":
            _points(grid, user, taken)
        else:
            _basins(grid, user, taken)
    if not taken.rows and not taken.refused:
        taken.refused.append({"row": "–", "reason": _("No basin has a shape yet. Delineate its catchment first.")})
    return taken


def _basins(grid: Grid, user: Any, taken: Taken) -> None:
    x, y, dx, dy = _frame(grid)
    times, keep = _begin(grid)
    if (
        taken.foretold
        and grid.issued
        and grid.variable == "precipitation"
        and grid.issued.hour not in (21, 22, 23, 0, 1, 2, 3)
    ):
        taken.notes.append(_("The run began within a day: the rain of its first day is not whole."))
    for carrier in carriers(user, snow=grid.variable in ("swe", "snow_cover")):
        ground = shape_of(carrier.basin.ground)
        if not carrier.stations:
            taken.refused.append(_left_out(carrier.basin, grid.variable, _no_station()))
            continue
        try:
            weights = weights_of(ground, x=x, y=y, dx=dx, dy=dy, rows=len(grid.latitude), columns=len(grid.longitude))
        except Refused as error:
            taken.refused.append(_left_out(carrier.basin, grid.variable, str(error)))
            continue
        means = weights.mean(grid.values)[:, keep]
        if (np.isnan(means).any() and taken.foretold) or np.isnan(means).all():
            reason = _("The grid has no values over part of the basin. Fetch it whole.")
            taken.refused.append(_left_out(carrier.basin, grid.variable, reason))
            continue
        for station in carrier.stations:
            taken.rows.append(Row(station, grid.variable, grid.unit, times, grid.members, means, carrier.basin))


def _no_station() -> str:
    return _("No station carries the weather of this basin: give one of its nodes a station, or a station its code.")


def _left_out(basin: Basin, variable: str, reason: str) -> dict[str, str]:
    return {"row": f"{basin.name or basin.code} · {VARIABLES[variable].name}", "reason": reason}


def _frame(grid: Grid) -> tuple[float, float, float, float]:
    """North-western corner and sides of the cells. Raises ``NotTaken`` for cells of several sizes."""
    sides = []
    for values in (grid.longitude, -grid.latitude):
        steps = np.diff(values)
        if not steps.size or (np.abs(steps - steps[0]) > 1e-3 * abs(steps[0])).any():
            raise NotTaken(_("The cells of the grid are not all of one size. Fetch it on a regular grid of degrees."))
        sides.append(float(steps.mean()))
    dx, dy = sides
    return float(grid.longitude[0]) - dx / 2, float(grid.latitude[0]) + dy / 2, dx, dy


def _begin(grid: Grid) -> tuple[tuple[datetime, ...], Any]:
    """The moment that each value is recorded at, and which steps are: what falls or flows during a step belongs to the day in
    which the step begins, and so does a temperature of each day; a finer one is that of its moment. The beginning of a run
    is no step."""
    times = list(grid.times)
    finer = len(times) > 1 and min(after - before for before, after in pairwise(times)) < timedelta(days=1)
    if grid.issued is None or (grid.variable == "temperature" and finer):
        return tuple(times), slice(None)
    first = grid.issued if times[0] > grid.issued else times[0]
    starts = [first, *times[:-1]]
    if times[0] <= grid.issued:
        return tuple(starts[1:]), slice(1, None)
    return tuple(starts), slice(None)


def _points(grid: Grid, user: Any, taken: Taken) -> None:
    """Flow at the gauges: of the nine cells about a gauge the one with most water, since a grid's river may run beside it."""
    x, y, dx, dy = _frame(grid)
    times, keep = _begin(grid)
    stations = Station.objects.visible_to(user).filter(series__variable="discharge").distinct().order_by("code")
    for station in stations:
        if not may_on(user, "import", station):
            continue
        column, row = int((station.point.x - x) // dx), int((y - station.point.y) // dy)
        if not (0 <= row < len(grid.latitude) and 0 <= column < len(grid.longitude)):
            continue
        down, right = slice(max(row - 1, 0), row + 2), slice(max(column - 1, 0), column + 2)
        near = grid.values[..., down, right]
        with np.errstate(invalid="ignore"):
            total = np.where(np.isnan(near).any(axis=(0, 1)), -np.inf, near.sum(axis=(0, 1)))
        if not np.isfinite(total).any():
            taken.refused.append({"row": station.name, "reason": _("The grid has no flow at this station.")})
            continue
        at = np.unravel_index(int(np.argmax(total)), total.shape)
        cell = (float(grid.longitude[right][at[1]]), float(grid.latitude[down][at[0]]))
        taken.rows.append(
            Row(station, "discharge", grid.unit, times, grid.members, near[..., at[0], at[1]][:, keep], cell=cell)
        )
    if not taken.rows:
        taken.refused.append({"row": "–", "reason": _("No gauge with a series of flow lies on the grid.")})


def _picture(path: Path, user: Any, variable: str, at: datetime | None) -> Taken:
    """One GeoTIFF: of snow, usually."""
    raster = read_geotiff(path)
    taken = Taken(False, None)
    if not variable or at is None:
        return taken
    within_limits(variable, raster)
    frame = raster.frame
    for basin, stations in _each(user):
        ground = frame.planar(shape_of(basin.ground))
        if not stations:
            taken.refused.append(_left_out(basin, variable, _no_station()))
            continue
        try:
            weights = weights_of(
                ground, x=frame.x, y=frame.y, dx=frame.dx, dy=frame.dy, rows=frame.rows, columns=frame.columns,
                geographic=frame.geographic,
            )  # fmt: skip
            mean = weights.mean(raster.values[None, None])
        except Refused as error:
            taken.refused.append(_left_out(basin, variable, str(error)))
            continue
        if np.isnan(mean).any():
            reason = _("The grid has no values over part of the basin. Fetch it whole.")
            taken.refused.append(_left_out(basin, variable, reason))
            continue
        taken.rows += [Row(one, variable, VARIABLES[variable].unit, (at,), (0,), mean, basin) for one in stations]
    return taken


def within_limits(variable: str, raster: Raster) -> None:
    """Raises ``NotTaken`` for cells that the variable cannot have."""
    limits = VARIABLES[variable]
    if np.isnan(raster.values).all():
        raise NotTaken(_("No cell of the picture holds a value."))
    low, high = float(np.nanmin(raster.values)), float(np.nanmax(raster.values))
    too_low = limits.lowest is not None and low < limits.lowest
    if too_low or (limits.highest is not None and high > limits.highest):
        raise NotTaken(
            _("A cell holds %(value)s %(unit)s, which %(variable)s cannot be. Mark cells without a value as no data.")
            % {"value": f"{low if too_low else high:g}", "unit": unit_said(limits.unit), "variable": limits.name}
        )


def _each(user: Any) -> Iterator[tuple[Basin, tuple[Station, ...]]]:
    for one in carriers(user, snow=True):
        yield one.basin, one.stations


def step_of(times: tuple[datetime, ...]) -> str:
    """The step of a series with these times."""
    lengths = {after - before for before, after in pairwise(times)}
    if len(lengths) == 1:
        return {timedelta(hours=1): "1h", timedelta(hours=6): "6h", timedelta(days=1): "1d"}.get(
            lengths.pop(), "irregular"
        )
    return "irregular" if lengths else "1d"
