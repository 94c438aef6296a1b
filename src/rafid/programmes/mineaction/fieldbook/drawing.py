"""A field book becomes points and a ground: every leg from the point it was measured from, in the grid of the sheet.

The points of a book form trees: a tree's root was entered by coordinates, the others by bearing and distance from an earlier
one. Each tree is one traverse. Where the last leg returns to the start, the boundary is a traverse of its own, so that its
closing error can be seen and, if a person says so, spread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.writing import number as written
from rafid.methods.survey import (
    Finding,
    Traverse,
    adjust,
    check_polygons,
    declination,
    grid_factors,
    ground_area,
    to_wgs84,
    traverse,
)

from ..models.survey import Mark, North, Taped
from . import typed
from .book import LONLAT, MOST_ROWS, Book, Problem, Row
from .where import in_country

METHOD_VERSION = "survey 1 · IGRF-14"
POOR_RATIO = 100
"""A closing error beyond 1 in 100 is a wrong leg rather than what compass and tape give."""
LARGEST_EDGE = 5_000.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """A point of the book in the grid and in WGS 84. ``returns``: it is the start, reached once more."""

    row: int
    label: str
    mark: str
    east: float
    north: float
    lon: float
    lat: float
    returns: bool = False


@dataclass(frozen=True)
class Shape:
    """The boundary in the grid: its ring without the point that closes it, and what it measures (None where it crosses
    itself)."""

    points: Floats
    ground: Any
    plane_area: float | None
    area: float | None
    perimeter: float | None


@dataclass(frozen=True)
class Drawn:
    """``grid``: the EPSG code in which it was drawn. ``observed`` as measured, ``spread`` with the closing error spread (None
    where there is none to spread); ``shape`` is the one that counts."""

    book: Book
    grid: str = ""
    marks: tuple[Placed, ...] = ()
    observed: Shape | None = None
    spread: Shape | None = None
    misclosure: tuple[float, float] = (0.0, 0.0)
    ratio: float = math.nan
    length: float = 0.0
    closing_leg: tuple[float, float] | None = None
    declination: float | None = None
    convergence: float | None = None
    scale: float | None = None
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def shape(self) -> Shape | None:
        return self.spread if self.book.adjusted and self.spread is not None else self.observed

    @property
    def misclosure_m(self) -> float | None:
        return math.hypot(*self.misclosure) if self.book.closes else None

    @property
    def is_poor(self) -> bool:
        return self.book.closes and self.ratio < POOR_RATIO


class _Stop(Exception):
    def __init__(self, *problems: Problem) -> None:
        self.problems = problems


def draw(book: Book) -> Drawn:
    """Never raises for what a person may type: it says what is wrong in ``problems``, and draws what can be drawn."""
    try:
        return _drawn(book)
    except _Stop as stop:
        return Drawn(book, problems=stop.problems)


def _drawn(book: Book) -> Drawn:
    _look_at_head(book)
    problems: list[Problem] = []
    origins = list(_origins(book, problems))
    bearings, distances = _legs(book, problems)
    fixed, grid = _fixed(book, problems)
    if problems:
        raise _Stop(*problems)
    placed, boundary = _place(book, grid, origins, bearings, distances, fixed)
    lon, lat = to_wgs84(placed[:, 0], placed[:, 1], crs=grid)
    if not (np.isfinite(lon) & np.isfinite(lat)).all():
        raise _Stop(Problem(_("The points lie outside their grid. Check zone, order of axes and coordinates."), "crs"))
    back = _returning(book)
    marks = tuple(
        Placed(
            at,
            row.label,
            row.mark,
            float(placed[at][0]),
            float(placed[at][1]),
            float(lon[at]),
            float(lat[at]),
            at == back,
        )
        for at, row in enumerate(book.rows)
    )
    start = next(at for at, row in enumerate(book.rows) if row.is_boundary)
    ring = [at for at, row in enumerate(book.rows) if row.is_boundary and at != back]
    observed = _shape(placed[ring], grid)
    convergence, scale = grid_factors(*placed[start], crs=grid)
    found = Drawn(
        book, grid, marks, observed,
        declination=_declination(book, boundary, lon[start], lat[start]), convergence=convergence, scale=scale,
        closing_leg=_leg(placed[ring[-1]], placed[start]),
        findings=_findings(observed),
    )  # fmt: skip
    if back is not None:
        found = _closed(found, boundary, placed, start, back, ring, grid)
    return replace(found, problems=tuple(_after(found)))


def _look_at_head(book: Book) -> None:
    if not book.rows:
        raise _Stop(Problem(_("The field book has no point yet. Enter the start, and then leg by leg."), "rows"))
    if len(book.rows) > MOST_ROWS:
        raise _Stop(
            Problem(_("The field book has more than %(most)s points. Enter it in parts.") % {"most": MOST_ROWS}, "rows")
        )
    if not any(row.is_boundary for row in book.rows):
        raise _Stop(
            Problem(_("No point of the boundary is there. Enter the starting point and its turning points."), "rows")
        )
    relative = any(not row.is_absolute for row in book.rows)
    if relative and book.north == North.UNKNOWN:
        raise _Stop(
            Problem(_("Which north the bearings have is not known. Choose it, or look at “Which north?”."), "north")
        )
    if relative and book.north == North.MAGNETIC and book.declination is None:
        if book.on is None:
            raise _Stop(
                Problem(
                    _("Magnetic bearings need the day of observation, or the declination that stands on the sheet."),
                    "on",
                )
            )
        if not 1900 <= book.on.year <= 2029:
            raise _Stop(
                Problem(
                    _(
                        "The declination of %(year)s is not known: the model holds 1900 to 2029. Correct the day, or enter the"
                        " declination that stands on the sheet."
                    )
                    % {"year": book.on.year},
                    "on",
                )
            )


def _origins(book: Book, problems: list[Problem]) -> Iterator[int | None]:
    """For each row the row that it was measured from; None where it has coordinates of its own."""
    known: dict[str, int] = {}
    for at, row in enumerate(book.rows):
        if row.is_absolute:
            if row.bearing or row.distance:
                problems.append(
                    Problem(
                        _("%(label)s has a leg and coordinates. Keep one of the two.") % {"label": row.label}, "x", at
                    )
                )
            yield None
        elif not row.origin:
            if at == 0:
                problems.append(
                    Problem(
                        _("%(label)s is the first point and has no coordinates. Enter where it lies.")
                        % {"label": row.label},
                        "x",
                        at,
                    )
                )
            yield at - 1
        elif row.origin in known:
            yield known[row.origin]
        else:
            problems.append(
                Problem(
                    _("%(label)s is measured from %(origin)s, which does not stand above it. Name an earlier point.")
                    % {"label": row.label, "origin": row.origin},
                    "origin",
                    at,
                )
            )
            yield None
        if row.label in known:
            problems.append(
                Problem(
                    _("Two points are called %(label)s. Give each its own label.") % {"label": row.label}, "label", at
                )
            )
        known.setdefault(row.label, at)


def _legs(book: Book, problems: list[Problem]) -> tuple[list[float], list[float]]:
    bearings, distances = [], []
    for at, row in enumerate(book.rows):
        angle = length = math.nan
        if not row.is_absolute:
            angle = _read(problems, at, "bearing", row, row.bearing, book.bearing_unit)
            length = _read(problems, at, "distance", row, row.distance, book.distance_unit)
        bearings.append((angle + 180) % 360 if book.back else angle)
        distances.append(length)
    return bearings, distances


def _read(problems: list[Problem], at: int, field: str, row: Row, text: str, unit: str) -> float:
    if not text:
        said = _("no bearing") if field == "bearing" else _("no distance")
        problems.append(Problem(_("%(label)s has %(what)s. Enter it.") % {"label": row.label, "what": said}, field, at))
        return math.nan
    try:
        return typed.bearing(text, unit) if field == "bearing" else typed.distance(text, unit)
    except typed.NotTyped as error:
        problems.append(Problem(f"{row.label}: {error}", field, at))
        return math.nan


def coordinates(book: Book, row: Row) -> tuple[float, float]:
    """As the book is read: in metres of its grid, or in degrees. Raises ``NotTyped``."""
    first, second = (row.y, row.x) if book.swapped else (row.x, row.y)
    if book.crs == LONLAT:
        return typed.degrees(first, book.notation), typed.degrees(second, book.notation)
    return typed.number(first), typed.number(second)


def _fixed(book: Book, problems: list[Problem]) -> tuple[dict[int, tuple[float, float]], str]:
    """Points with coordinates, in the grid in which the book is drawn: its own, or the UTM zone of the first of them."""
    found: dict[int, tuple[float, float]] = {}
    for at, row in enumerate(book.rows):
        if not row.is_absolute:
            continue
        try:
            if not row.x or not row.y:
                raise typed.NotTyped(_("one of its two coordinates is missing. Enter it."))
            found[at] = coordinates(book, row)
        except typed.NotTyped as error:
            problems.append(Problem(f"{row.label}: {error}", "x" if not row.x else "y", at))
    if book.crs != LONLAT or not found:
        return found, book.crs
    for at, (lon, lat) in found.items():
        if not (-180 <= lon <= 180 and -80 <= lat <= 84):
            problems.append(
                Problem(
                    _("%(label)s is no longitude and latitude in degrees. Choose its grid, or try the readings.")
                    % {"label": book.rows[at].label},
                    "x",
                    at,
                )
            )
    if problems:
        return found, book.crs
    lon = next(iter(found.values()))[0]
    grid = f"EPSG:{32600 + int((lon + 180) // 6) % 60 + 1}"
    projected = to_grid(np.array(list(found.values())), grid)
    return {at: (float(x), float(y)) for at, (x, y) in zip(found, projected, strict=True)}, grid


def to_grid(lonlat: Floats, grid: str) -> Floats:
    """WGS 84 into a UTM grid of the same datum."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(LONLAT, grid, always_xy=True).transform(lonlat[:, 0], lonlat[:, 1])
    return np.stack([east, north], -1)


def _returning(book: Book) -> int | None:
    """The row whose leg returns to the start."""
    if not book.closes:
        return None
    ring = [at for at, row in enumerate(book.rows) if row.is_boundary]
    return ring[-1] if len(ring) > 1 else None


def _place(
    book: Book,
    grid: str,
    origins: list[int | None],
    bearings: list[float],
    distances: list[float],
    fixed: dict[int, tuple[float, float]],
) -> tuple[Floats, tuple[Traverse, list[int]] | None]:
    """All points in the grid, and the traverse that holds the start as its first point, with its rows."""
    placed = np.full((len(book.rows), 2), np.nan)
    for at, point in fixed.items():
        placed[at] = point
    start = next(at for at, row in enumerate(book.rows) if row.is_boundary)
    roots: list[int] = []
    for at, origin in enumerate(origins):
        roots.append(at if origin is None or at == start else roots[origin])
    boundary = None
    # The start is a root, too, though it may hang on another tree: its own place is known before its legs are drawn.
    for root in sorted(set(roots)):
        own = [at for at, one in enumerate(roots) if one == root and at != root]
        if root == start and origins[root] is not None:
            placed[root] = _run(book, grid, placed[origins[root]], [bearings[root]], [distances[root]], [0]).points[1]
        if not own:
            continue
        index = {root: 0} | {at: number for number, at in enumerate(own, 1)}
        run = _run(
            book, grid, placed[root], [bearings[at] for at in own], [distances[at] for at in own],
            [index[origins[at]] for at in own],  # type: ignore[index]
            closed=root == start and _returning(book) == own[-1],
        )  # fmt: skip
        placed[own] = run.points[1:]
        if root == start:
            boundary = (run, own)
    return placed, boundary


def _run(
    book: Book, grid: str, begin: Any, bearings: list[float], distances: list[float], origins: list[int], *,
    closed: bool = False,
) -> Traverse:  # fmt: skip
    try:
        return traverse(
            begin, bearings, distances, crs=grid, north=book.north, on=book.on, declination=book.declination,
            ground_distances=book.taped == Taped.GROUND, origins=origins, closed=closed,
        )  # fmt: skip
    except ValueError as error:
        raise _Stop(
            Problem(
                _("The legs cannot be drawn from there: check zone, order of axes and coordinates. (%(why)s)")
                % {"why": error},
                "crs",
            )
        ) from error


def _shape(points: Floats, grid: str) -> Shape | None:
    if len(points) < 3:
        return None
    ground = shapely.Polygon(points)
    if not ground.is_valid or ground.is_empty or ground.area <= 0:
        return Shape(points, ground, None, None, None)
    try:
        areas = ground_area(ground, crs=grid)
    except ValueError:
        return Shape(points, ground, None, None, None)
    return Shape(points, ground, areas.plane, areas.ellipsoidal, areas.ellipsoidal_perimeter)


def _findings(shape: Shape | None) -> tuple[Finding, ...]:
    return () if shape is None else check_polygons([shape.ground], max_edge=LARGEST_EDGE)


def _declination(book: Book, boundary: Any, lon: float, lat: float) -> float | None:
    """What was added to magnetic bearings; for others what it would have been, to compare."""
    if book.declination is not None:
        return book.declination
    if boundary is not None and book.north == North.MAGNETIC:
        return float(boundary[0].declination)
    if book.on is None or not 1900 <= book.on.year <= 2029:
        return None
    return float(declination(lon, lat, on=book.on))


def _closed(found: Drawn, boundary: Any, placed: Floats, start: int, back: int, ring: list[int], grid: str) -> Drawn:
    miss = placed[back] - placed[start]
    if boundary is not None and boundary[0].closed:
        run, own = boundary
        spread = None
        if set(ring[1:]) <= set(own):
            points = adjust(run).points
            spread = _shape(points[[0, *(own.index(at) + 1 for at in ring[1:])]], grid)
        ratio, length = run.ratio, float(run.grid_distances.sum())
    else:
        spread, length = None, float(np.hypot(*np.diff(placed[[*ring, back]], axis=0).T).sum())
        size = math.hypot(*miss)
        ratio = length / size if size > 1e-9 * length else math.inf
    return replace(
        found, misclosure=(float(miss[0]), float(miss[1])), ratio=ratio, length=length, spread=spread,
        closing_leg=_leg(placed[back], placed[start]),
    )  # fmt: skip


def _leg(begin: Floats, end: Floats) -> tuple[float, float]:
    east, north = end - begin
    return math.degrees(math.atan2(east, north)) % 360, math.hypot(east, north)


def _after(found: Drawn) -> Iterator[Problem]:
    """What is wrong with what was drawn, so that it cannot count as ground."""
    start = next(one for one in found.marks if found.book.rows[one.row].is_boundary)
    if not in_country(start.lon, start.lat):
        yield Problem(
            _("%(label)s would lie at %(lon)s E, %(lat)s N, outside the country. Check zone, datum and order of axes.")
            % {"label": start.label, "lon": written(start.lon, 3), "lat": written(start.lat, 3)},
            "crs",
            start.row,
        )
    shape = found.shape
    if shape is None:
        yield Problem(_("A ground has three points or more. Enter the other turning points."), "rows")
    elif shape.area is None:
        crossing = next((one.where for one in found.findings if one.code == "invalid"), None)
        yield Problem(
            _("The boundary crosses itself. Correct the order of its points, or the leg that goes astray."),
            "rows",
            _nearest(found, crossing),
            where=_lonlat(crossing, found.grid),
        )


def _nearest(found: Drawn, where: Any) -> int | None:
    """The row whose leg crosses: the later of those that pass by."""
    if where is None:
        return None
    ring = [one for one in found.marks if found.book.rows[one.row].is_boundary and not one.returns]
    spot = shapely.Point(where)
    near = [
        two.row
        for one, two in zip(ring, [*ring[1:], ring[0]], strict=True)
        if shapely.LineString([(one.east, one.north), (two.east, two.north)]).distance(spot) < 0.01
    ]
    return max(near, default=None)


def _lonlat(where: Any, grid: str) -> tuple[float, float] | None:
    if where is None:
        return None
    lon, lat = to_wgs84(where[0], where[1], crs=grid)
    return float(lon), float(lat)


def ring_of(shape: Shape | None, grid: str) -> list[list[float]]:
    """Closed, in WGS 84."""
    if shape is None:
        return []
    lon, lat = to_wgs84(shape.points[:, 0], shape.points[:, 1], crs=grid)
    points = [[round(float(x), 8), round(float(y), 8)] for x, y in zip(lon, lat, strict=True)]
    return [*points, points[0]]


__all__ = ["METHOD_VERSION", "Drawn", "Mark", "Placed", "Shape", "draw", "ring_of"]
