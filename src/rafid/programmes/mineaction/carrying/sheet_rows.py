"""Sheets of imported reports as rows, by COPY: what was entered as it was entered, beside it what is derived of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop
from pyproj import Transformer

from rafid.commons.identity import uuid7
from rafid.commons.records.imports import Batch
from rafid.commons.records.models import Source
from rafid.methods.survey import grid_factors, to_wgs84
from rafid.methods.survey.grids import geographic, grid, kept

from ..fieldbook.book import DATUMS, LONLAT
from ..fieldbook.drawing import METHOD_VERSION, draw
from ..fieldbook.keep import derived
from ..fieldbook.typed import NotTyped, degrees, number
from ..models import SurveyPoint, SurveySheet
from .refused import in_three
from .sheets import BESIDE, book, is_taped, type_sheet

SAID = gettext_noop("The file does not say from which north the bearings were read.")
_DERIVED = (
    "points", "ground", "plane_area", "ellipsoidal_area", "declination", "convergence", "scale", "misclosure_m", "ratio",
    "adjusted",
)  # fmt: skip
_SHEET = (
    "id", "ref", "owner", "organisation", "place", "on", "state", "crs_code", "datum", "north", "report", "replaces",
    "readings", "method_version", "made_by", "source", "source_id", "source_row", *_DERIVED,
)  # fmt: skip
_POINT = (
    "id", "sheet", "made_by", "mark", "label", "order", "origin", "entry", "bearing", "distance", "x_entered", "y_entered",
    "fixed_by", "accuracy_m", "point",
)  # fmt: skip


@dataclass
class Sheet:
    """A sheet on its way. ``number`` is the row of the file; ``lonlat`` of each of its points, None where it is not drawn."""

    number: int
    report: UUID
    on: date
    operator: UUID
    place: Any
    said: type_sheet
    replaces: UUID | None = None
    pk: UUID = field(default_factory=uuid7)
    values: dict[str, Any] = field(default_factory=dict)
    lonlat: list[Any] = field(default_factory=list)


def write(batch: Batch, sheets: Sequence[Sheet], owner: Any, refs: Sequence[str]) -> None:
    if not sheets:
        return
    _derive(sheets)
    run = batch.run
    who = run.applied_by_id or run.made_by_id
    now = timezone.now().isoformat(timespec="seconds")
    said = {"statement": {"text": in_three(SAID)["en"], "by": str(run.made_by or ""), "at": now}}

    def rows() -> Iterator[tuple[Any, ...]]:
        for one, ref in zip(sheets, refs, strict=True):
            crs = one.said["crs"]
            yield (
                one.pk, ref, owner.pk, one.operator, one.place, one.on, "draft", crs, DATUMS.get(crs, ""), one.said["north"],
                one.report, one.replaces, said if one.said["north"] == "unknown" else {}, METHOD_VERSION, who, Source.IMPORT,
                run.pk, one.number, *(one.values[name] for name in _DERIVED),
            )  # fmt: skip

    batch.copy_rows(SurveySheet, _SHEET, rows())

    def points() -> Iterator[tuple[Any, ...]]:
        for one in sheets:
            batch.at(one.number)
            for order, row in enumerate(one.said["rows"]):
                mark, label, origin, bearing, distance, x, y, fixed_by, accuracy = row
                yield (
                    uuid7(), one.pk, who, mark, label, order, origin, "relative" if bearing else "absolute", bearing, distance,
                    x, y, fixed_by, _accuracy(accuracy), one.lonlat[order] if one.lonlat else None,
                )  # fmt: skip

    with connection.cursor() as cursor:
        # The triggers look up the points of each sheet. Where the tables were small until now, the planner would read all of
        # them for each sheet: the time would grow with the square of the file.
        cursor.execute("SELECT current_setting('enable_seqscan'), set_config('enable_seqscan', 'off', true)")
        (before, _off) = cursor.fetchone()
        batch.copy_rows(SurveyPoint, _POINT, points())
        cursor.execute("SELECT set_config('enable_seqscan', %s, true)", [before])


def _accuracy(text: str) -> float | None:
    try:
        return number(text) if text else None
    except NotTyped:
        return None


def _derive(sheets: Sequence[Sheet]) -> None:
    """What is computed of each: of those by coordinates together, since a call of PROJ costs more than a point."""
    by_grid: dict[tuple[str, str], list[tuple[Sheet, list[tuple[float, float]]]]] = defaultdict(list)
    for one in sheets:
        entered = None if is_taped(one.said) else _coordinates(one.said)
        if entered is None:
            _drawn(one)
        else:
            crs = one.said["crs"]
            zone = f"EPSG:{32600 + int((entered[0][0] + 180) // 6) % 60 + 1}" if crs == LONLAT else crs
            by_grid[(crs, zone)].append((one, entered))
    for (crs, zone), some in by_grid.items():
        _together(crs, zone, some)


def _coordinates(said: type_sheet) -> list[tuple[float, float]] | None:
    """As numbers; None where they are not written as plain numbers, or the sheet has marks beside its boundary."""
    read = degrees if said["crs"] == LONLAT else number
    try:
        if any(row[0] in BESIDE for row in said["rows"]):
            return None
        return [(_plain(row[5], read), _plain(row[6], read)) for row in said["rows"]]
    except NotTyped:
        return None


def _plain(text: str, read: Any) -> float:
    try:
        value = float(text)
    except ValueError:
        return float(read(text))
    if not math.isfinite(value):
        raise NotTyped(text)
    return value


def _drawn(one: Sheet) -> None:
    """By its bearings, as a field book that somebody typed. Without a north it is kept and not drawn."""
    drawn = draw(book(one.said, one.on))
    values = derived(drawn)
    one.values = {name: values.get(name) for name in _DERIVED} | {"adjusted": False}
    if not drawn.problems:
        marks = {mark.row: mark for mark in drawn.marks}
        placed = shapely.points([(marks[at].lon, marks[at].lat) for at in range(len(one.said["rows"]))])
        one.lonlat = _hex(placed)


def _together(crs: str, zone: str, some: Sequence[tuple[Sheet, list[tuple[float, float]]]]) -> None:
    entered = np.array([point for _sheet, points in some for point in points], dtype=float)
    if crs == LONLAT:
        lonlat = entered
        way = kept(("to", zone), lambda: Transformer.from_crs(LONLAT, zone, always_xy=True))
        plane = np.stack(way.transform(entered[:, 0], entered[:, 1]), -1)
    else:
        plane = entered
        lonlat = np.stack(to_wgs84(entered[:, 0], entered[:, 1], crs=crs), -1)
    counts = np.array([len(points) for _sheet, points in some])
    ends = np.cumsum(counts)
    starts = ends - counts
    convergence, scale = grid_factors(plane[starts, 0], plane[starts, 1], crs=zone)
    owner = np.repeat(np.arange(len(some)), counts)
    sizes = np.abs(shapely.area(shapely.polygons(_rings(plane, owner))))
    polygons = shapely.polygons(_rings(np.round(lonlat, 9), owner))
    grounds = _hex(shapely.multipolygons(polygons, indices=np.arange(len(polygons))))
    marks = _hex(shapely.points(lonlat))
    on_datum = np.stack(geographic(plane, zone), -1)
    geod = kept(("geod", zone), grid(zone).get_geod)
    rounded = np.round(plane, 4).tolist()
    for at, (one, _points) in enumerate(some):
        low, high = int(starts[at]), int(ends[at])
        area, _length = geod.polygon_area_perimeter(on_datum[low:high, 0], on_datum[low:high, 1])
        one.values = {
            "points": rounded[low:high], "ground": grounds[at], "plane_area": float(sizes[at]), "ellipsoidal_area": abs(area),
            "declination": None, "convergence": float(convergence[at]), "scale": float(scale[at]), "misclosure_m": None,
            "ratio": None, "adjusted": False,
        }  # fmt: skip
        one.lonlat = marks[low:high]


def _rings(points: Any, owner: Any) -> Any:
    return shapely.linearrings(points, indices=owner)


def _hex(shapes: Any) -> list[str]:
    """As COPY takes them."""
    found: list[str] = shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True).tolist()
    return found
