"""A file of borders or settlements drawn for the one who decides: what is taken, what is refused, where the faults lie."""

from __future__ import annotations

import shapely

from rafid.commons.places.boundary_plan import Plan
from rafid.commons.places.boundary_words import fault_shapes
from rafid.commons.places.country import country
from rafid.commons.places.settlement_plan import SettlementPlan
from rafid.commons.products.drawing import MERCATOR, Area, Line, Spot, draw_map

SIZE = 560
MOST_SPOTS = 400
_DETAIL = 0.8
_RADIUS = 3.0


def drawing_of(plan: Plan | SettlementPlan) -> str:
    """The map as SVG, without words; empty where there is nothing to draw."""
    return _borders(plan) if isinstance(plan, Plan) else _settlements(plan)


def _borders(plan: Plan) -> str:
    areas = [
        Area(str(number), area.geometry, css="is-taken" if area.taken else "is-refused")
        for number, area in enumerate(plan.areas)
        if area.geometry is not None
    ]
    if not areas:
        return ""
    spots = []
    for number, shape in enumerate(fault_shapes(plan)[:MOST_SPOTS]):
        x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        spots.append(Spot(str(number), float(x), float(y), _RADIUS, css="is-fault"))
    return draw_map(
        areas, width=SIZE, height=SIZE, crs=MERCATOR, spots=spots, detail=_DETAIL, web=True, name="import"
    ).svg


def _settlements(plan: SettlementPlan) -> str:
    """Settlements that would lie on one another in the drawing are one dot."""
    west, south, east, north = country().bounds
    step = max(east - west, north - south) / SIZE * 2 * _RADIUS
    points = {
        (round(town.point[0] / step), round(town.point[1] / step)): town.point for town in plan.towns if town.point
    }
    if not points:
        return ""
    spots = [Spot(str(number), x, y, _RADIUS / 1.5, css="is-taken") for number, (x, y) in enumerate(points.values())]
    ground = [Line(shape, width=1) for shape in _outlines()]
    return draw_map(
        [],
        width=SIZE,
        height=SIZE,
        crs=MERCATOR,
        bounds=country().bounds,
        lines=ground,
        spots=spots,
        web=True,
        name="import",
    ).svg


def _outlines() -> list[shapely.Geometry]:
    from rafid.commons.places.models import Level
    from rafid.commons.places.queries import places_at

    rows = places_at(level=Level.GOVERNORATE).defer(None).exclude(geometry=None)
    return [shapely.boundary(shapely.from_wkb(bytes(row.geometry.wkb))) for row in rows]
