"""Field books of the demonstration, as somebody wrote them: most right, some with what people get wrong.

A hazard by field book is drawn from its book, not the other way round: bearings and distances are what was read and taped.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pgtrigger
import shapely
from django.contrib.gis.geos import Point
from pyproj import Transformer

from rafid.commons.records.models import Source
from rafid.methods.survey import declination, grid_factors, to_wgs84

from .demo_hazards import Plot
from .demo_work import number
from .demo_world import World, chance_of, known, stored, uid
from .fieldbook.book import DATUMS, Book, Row
from .fieldbook.drawing import Drawn, draw
from .fieldbook.keep import derived
from .models import SurveyPoint, SurveySheet

BOOKS, OLD, WRONG_ZONE, NAHRWAN = 120, 12, 3, 2
INSTRUMENTS = {"magnetic": "Silva 54", "true": "Gyro theodolite", "grid": "GPS"}
OBSERVERS = ("رئيس الفريق 1", "سەرتیپی 2", "Team leader 3")


def draw_books(world: World, plots: Sequence[Plot]) -> list[tuple[Plot, SurveySheet, Book, Drawn]]:
    """Takes the ground of some plots from books; gives the books to keep once their hazards are in the tables."""
    count = world.some(BOOKS, 12)
    special = _special(world, count)
    found = []
    chosen = [plot for plot in plots if plot.state not in ("reported", "discarded")][:count]
    for turn, plot in enumerate(chosen):
        story = special.get(turn, "")
        chance = chance_of(f"book {plot.row.pk}")
        if story == "1987":
            plot.row.suspected_on = date(1987, 1 + turn % 9, 14)
            plot.days = {name: max(day, plot.row.suspected_on) for name, day in plot.days.items()}
            first = next(iter(plot.days))
            plot.days[first] = plot.row.suspected_on
        book = _book(plot, story, chance)
        drawn = draw(book)
        waits = story in ("zone", "open")
        if waits:
            # Nobody has accepted the book: the hazard stands as reported, without a ground.
            plot.row.state, plot.row.classification, plot.row.confirmed_on = "reported", "SHA", None
            plot.row.ground, plot.days = None, {"reported": plot.row.suspected_on}
            plot.row.point = Point(*plot.ground.centroid.coords[0], srid=4326)
        elif drawn.problems:
            continue
        else:
            lon, lat = to_wgs84(drawn.shape.points[:, 0], drawn.shape.points[:, 1], crs=drawn.grid)  # type: ignore[union-attr]
            plot.ground = shapely.Polygon(np.round(np.column_stack([lon, lat]), 8))
            plot.row.ground = stored(plot.ground)
        found.append((plot, _sheet(world, plot, book, drawn, story, waits), book, drawn))
    return found


def _special(world: World, count: int) -> dict[int, str]:
    """Which of the books is which story: always one of each, all of them in the whole demonstration."""
    listed = ["zone"] * (WRONG_ZONE if not world.small else 1) + ["nahrwan"] * (NAHRWAN if not world.small else 1)
    listed += ["mils", "open"] + ["1987"] * (OLD if not world.small else 1)
    return {at * max(count // len(listed), 1): story for at, story in enumerate(listed)}


def _zone(lon: float) -> int:
    return int((lon + 180) // 6) + 1


def _grid(lon: Any, lat: Any, crs: str) -> Any:
    """Grid coordinates whose way back is ``to_wgs84``'s, also where EPSG knows no way for the datum."""
    zone = f"EPSG:326{crs[-2:]}"
    forth = Transformer.from_crs("EPSG:4326", zone, always_xy=True)
    aim = np.column_stack(forth.transform(np.asarray(lon, float), np.asarray(lat, float)))
    points = aim.copy()
    for _step in range(3):
        back = np.column_stack(forth.transform(*to_wgs84(points[:, 0], points[:, 1], crs=crs)))
        points += aim - back
    return points


def _book(plot: Plot, story: str, chance: random.Random) -> Book:
    corners = np.asarray(plot.ground.exterior.coords)[:-1]
    zone = _zone(corners[0][0])
    crs = f"EPSG:270{zone}" if story == "nahrwan" else f"EPSG:326{zone}"
    points = _grid(corners[:, 0], corners[:, 1], crs)
    north = (
        "magnetic" if story in ("1987", "zone", "mils") or chance.random() < 0.5 else chance.choice(("grid", "true"))
    )
    on = plot.row.suspected_on
    benchmark = points[0] + (
        chance.choice((-1, 1)) * chance.uniform(40, 160),
        chance.choice((-1, 1)) * chance.uniform(40, 160),
    )
    way = np.vstack([benchmark, points, points[:1]] if story == "open" else [benchmark, points])
    legs = np.diff(way, axis=0)
    convergence, scale = grid_factors(*benchmark, crs=crs)
    turn = -convergence if north != "grid" else 0.0
    if north == "magnetic":
        turn += float(declination(*corners[0], on=on))
    unit = 6400 / 360 if story == "mils" else 1.0
    bearings = (np.degrees(np.arctan2(legs[:, 0], legs[:, 1])) - turn) % 360 * unit
    taped = np.hypot(legs[:, 0], legs[:, 1]) / scale
    if story == "open":
        taped[2] += 9  # a leg read wrongly: the last point does not come home
    labels = ["SP", *(f"TP{at}" for at in range(1, len(legs)))]
    rows = [
        Row(mark="LM", label="LM", x=_metres(benchmark[0] - 35), y=_metres(benchmark[1] + 20), fixed_by="map"),
        Row(mark="BM", label="BM", x=_metres(benchmark[0]), y=_metres(benchmark[1]), fixed_by="GPS", accuracy="4"),
    ]
    rows += [
        Row(
            mark="SP" if label == "SP" else "TP", label=label, origin="BM" if label == "SP" else "",
            bearing=f"{bearing:.0f}" if story == "mils" else f"{bearing:.1f}", distance=f"{distance:.1f}", fixed_by="tape",
        )
        for label, bearing, distance in zip(labels, bearings, taped, strict=True)
    ]  # fmt: skip
    wrong = f"EPSG:326{zone + 1 if zone < 39 else 38}"
    return Book(
        rows=tuple(rows), crs=wrong if story == "zone" else crs, north=north, on=on, closes=story == "open",
        bearing_unit="mils" if story == "mils" else "degrees",
    )  # fmt: skip


def _metres(value: float) -> str:
    return f"{value:.0f}"


def _sheet(world: World, plot: Plot, book: Book, drawn: Drawn, story: str, waits: bool) -> SurveySheet:
    on = plot.row.suspected_on
    values = derived(drawn)
    accepted = not waits and not drawn.problems
    if values.get("ratio") is not None and not math.isfinite(values["ratio"]):
        values["ratio"] = None
    return SurveySheet(
        id=uid(f"sheet {plot.row.pk}", on), owner=plot.row.owner, organisation=plot.row.organisation,
        place=plot.row.place, on=on,
        crs_code=book.crs, datum=DATUMS.get(book.crs, ""), north=book.north, instrument=INSTRUMENTS[book.north],
        bearing_unit=book.bearing_unit, taped=book.taped, closes=book.closes, observer=OBSERVERS[len(story) % 3],
        hazard=plot.row,
        state="accepted" if accepted else "draft", accepted_at=known(on, 6, world.today) if accepted else None,
        accepted_by=world.people.get("im_officer") if accepted else None, source=Source.DEMONSTRATION,
        known_at=known(on, 4, world.today), **values,
    )  # fmt: skip


def save(books: Sequence[tuple[Plot, SurveySheet, Book, Drawn]]) -> None:
    sheets = [sheet for _plot, sheet, _book, _drawn in books]
    number(sheets)
    SurveySheet.objects.bulk_create(sheets, batch_size=200)
    points = []
    for _plot, sheet, book, drawn in books:
        at = {one.row: one for one in drawn.marks}
        for order, row in enumerate(book.rows):
            placed = at.get(order) if not drawn.problems else None
            points.append(
                SurveyPoint(
                    id=uid(f"point {sheet.pk} {order}", sheet.on), sheet=sheet, mark=row.mark, label=row.label, order=order,
                    origin=row.origin, entry="absolute" if row.is_absolute else "relative", bearing=row.bearing,
                    distance=row.distance, x_entered=row.x, y_entered=row.y, fixed_by=row.fixed_by,
                    accuracy_m=float(row.accuracy) if row.accuracy else None,
                    point=Point(placed.lon, placed.lat, srid=4326) if placed else None,
                )
            )  # fmt: skip
    with pgtrigger.ignore("rafid_mineaction.SurveyPoint:point_of_accepted_sheet"):
        SurveyPoint.objects.bulk_create(points, batch_size=1000)
