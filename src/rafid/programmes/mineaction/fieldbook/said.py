"""What a drawn book says of itself, in words and figures, for the page and for programs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _

from rafid.commons.writing import number as written
from rafid.methods.survey import Finding

from ..models.survey import North
from . import typed
from .book import SYSTEMS
from .drawing import Drawn, ring_of
from .where import bordered


@dataclass(frozen=True)
class Figure:
    code: str
    name: str
    text: str
    value: float | None


def figures(drawn: Drawn) -> list[Figure]:
    """Areas, declination, convergence, scale, closing error; those that have a value."""
    book, shape = drawn.book, drawn.shape
    found = []

    def add(code: str, name: str, value: float | None, places: int, unit: str) -> None:
        if value is not None and math.isfinite(value):
            found.append(Figure(code, name, f"{written(value, places)}{unit}", value))

    if shape is not None:
        add("area", _("Area"), shape.area, 0, " " + _("m²"))
        add("plane", _("Plane area"), shape.plane_area, 0, " " + _("m²"))
        add("perimeter", _("Perimeter"), shape.perimeter, 1, " " + _("m"))
    name = _("Declination, added") if book.north == North.MAGNETIC else _("Declination of that day, not used")
    add("declination", name, drawn.declination, 3, "°")
    add("convergence", _("Convergence"), drawn.convergence, 4, "°")
    add("scale", _("Scale"), drawn.scale, 7, "")
    if book.closes:
        add("misclosure", _("Closing error"), drawn.misclosure_m, 3, " " + _("m"))
        if math.isfinite(drawn.ratio):
            found.append(Figure("ratio", _("Closing error, one in"), f"1 : {written(drawn.ratio, 0)}", drawn.ratio))
    if drawn.closing_leg is not None and not book.closes:
        bearing, distance = drawn.closing_leg
        text = f"{written(bearing, 2)}° · {written(distance, 1)} {_('m')}"
        found.append(Figure("closing_leg", _("From the last point to the start (on the grid)"), text, distance))
    if drawn.grid:
        found.append(Figure("grid", _("Drawn in"), str(SYSTEMS.get(drawn.grid, drawn.grid)), None))
    return found


def finding_text(one: Finding) -> str:
    amount = "" if one.amount is None else written(one.amount, 0)
    return {
        "empty": _("The shape is empty."),
        "invalid": _("The boundary crosses or touches itself."),
        "few_points": _("The boundary has less than three different points."),
        "repeated_point": _("A point comes twice. Take one of the two away, unless the book has it so."),
        "duplicate": _("The same shape comes twice."),
        "long_edge": _("A side is %(amount)s m long. Check that leg: a digit too many?") % {"amount": amount},
        "parts_overlap": _("Parts overlap by %(amount)s m².") % {"amount": amount},
        "small": _("The ground has less than 1 m². Check units and distances."),
    }[one.code]


def warnings(drawn: Drawn, place: Any = None) -> list[str]:
    """What does not forbid keeping the book, and wants to be looked at."""
    found = _beside(drawn, place)
    found += [finding_text(one) for one in drawn.findings if one.code != "invalid"]
    if drawn.is_poor:
        found.append(
            _(
                "The book does not close by %(miss)s m (1 in %(ratio)s). That is more than compass and tape give: look for a"
                " wrong leg before you adjust."
            )
            % {"miss": written(drawn.misclosure_m, 1), "ratio": written(drawn.ratio, 0)}
        )
    for row in drawn.book.rows:
        accuracy = _metres(row.accuracy)
        if accuracy is not None and accuracy > 10:
            found.append(
                _("%(label)s is fixed to %(metres)s m only.") % {"label": row.label, "metres": written(accuracy, 0)}
            )
    return found


def _beside(drawn: Drawn, place: Any) -> list[str]:
    known, border = bordered(place)
    start = next((one for one in drawn.marks if drawn.book.rows[one.row].is_boundary), None)
    if border is None or start is None or border.covers(shapely.Point(start.lon, start.lat)):
        return []
    return [
        _("%(label)s lies outside %(place)s. Try the readings: a zone, a datum or the order of axes may be another.")
        % {"label": start.label, "place": known}
    ]


def _metres(text: str) -> float | None:
    try:
        return typed.number(text) if text else None
    except typed.NotTyped:
        return None


def as_json(drawn: Drawn, place: Any = None) -> dict[str, Any]:
    return {
        "grid": drawn.grid,
        "points": [
            {
                "row": one.row, "label": one.label, "mark": one.mark, "east": round(one.east, 3),
                "north": round(one.north, 3), "lon": round(one.lon, 8), "lat": round(one.lat, 8),
                "returns": one.returns,
            }
            for one in drawn.marks
        ],
        "ring": ring_of(drawn.shape, drawn.grid),
        "observed": ring_of(drawn.observed, drawn.grid) if drawn.spread is not None else [],
        "adjusted": ring_of(drawn.spread, drawn.grid),
        "figures": [vars(one) for one in figures(drawn)],
        "problems": [
            {"message": one.message, "field": one.field, "row": one.row, "where": one.where} for one in drawn.problems
        ],
        "warnings": warnings(drawn, place),
        "can_adjust": drawn.spread is not None and math.isfinite(drawn.ratio),
        "is_ready": not drawn.problems,
    }  # fmt: skip
