"""The points of a shape as a field book: as they were entered, kept apart from what is drawn of them.

A sheet travels through the importer as JSON: ``{"crs", "north", "rows"}``, a row in the order of :data:`ROW`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop, override

from rafid.commons.programme import LANGUAGES

from ..fieldbook.book import Book, Row
from ..fieldbook.drawing import Drawn, draw, ring_of
from ..models.survey import BearingUnit, DistanceUnit, FixedBy, Mark, North
from .mapping import ShapeMap, folded
from .nodes import Node
from .refused import Unfit, in_three

type_sheet = dict[str, Any]
ROW = ("mark", "label", "origin", "bearing", "distance", "x", "y", "fixed_by", "accuracy")
MARKS = {
    "sp": Mark.START, "start point": Mark.START, "starting point": Mark.START, "tp": Mark.TURNING,
    "turning point": Mark.TURNING, "ip": Mark.INTERMEDIATE, "intermediate point": Mark.INTERMEDIATE, "bm": Mark.BENCHMARK,
    "benchmark": Mark.BENCHMARK, "lm": Mark.LANDMARK, "landmark": Mark.LANDMARK, "rp": Mark.LANDMARK,
    "reference point": Mark.LANDMARK,
}  # fmt: skip
BESIDE = (Mark.BENCHMARK, Mark.LANDMARK)
"""Marks that are no part of the boundary; the boundary may be measured from them."""
_FIXED = {one.lower(): one for one in FixedBy.values}
_LABEL, _COORDINATE, _MEASURE = 12, 60, 40


def mark_of(node: Node, said: ShapeMap) -> str:
    """What kind of point it is, by the path that chooses points; a turning point where nothing is said."""
    for path in said.only:
        found = MARKS.get(folded(node.first(path)))
        if found is not None:
            return found
    return Mark.TURNING


def is_measured(node: Node, said: ShapeMap) -> bool:
    return bool(said.bearing and node.first(said.bearing) and node.first(said.distance))


def as_entered(points: Sequence[Node], beside: Sequence[Node], said: ShapeMap, *, crs: str, north: str) -> type_sheet:
    """``beside``: benchmarks and landmarks that one of the points may be measured from."""
    origins = {one.first(said.origin) for one in points} if said.origin else set()
    marks = [one for one in beside if one.first(said.id) in origins] if said.id and origins else []
    measured = any(is_measured(one, said) for one in points)
    rows: list[list[str]] = []
    labels: dict[str, str] = {}
    names = _Labels()
    entered = said.entered_x and all(
        one.first(said.entered_x) and one.first(said.entered_y)
        for one in (*marks, *points)
        if not is_measured(one, said)
    )
    x_path, y_path = (said.entered_x, said.entered_y) if entered else (said.x, said.y)
    for one in (*marks, *points):
        mark = mark_of(one, said)
        label = names.of(one.first(said.label) if said.label else "", mark)
        above = one.first(said.origin) if said.origin else ""
        leg = measured and is_measured(one, said) and (bool(rows) if not above else above in labels)
        if above and not leg and rows and is_measured(one, said) and north not in ("", North.UNKNOWN):
            raise Unfit(_LOST, point=above)
        if said.id and one.first(said.id):
            labels[one.first(said.id)] = label
        rows.append(
            [
                mark, label, labels.get(above, "") if leg else "",
                one.first(said.bearing)[:_MEASURE] if leg else "", one.first(said.distance)[:_MEASURE] if leg else "",
                "" if leg else one.first(x_path)[:_COORDINATE], "" if leg else one.first(y_path)[:_COORDINATE],
                _FIXED.get(one.first(said.fixed_by).lower(), "") if said.fixed_by else "",
                one.first(said.accuracy)[:20] if said.accuracy else "",
            ]
        )  # fmt: skip
    return {"crs": crs, "north": (north or North.UNKNOWN) if measured else North.GRID, "rows": rows}


_LOST = gettext_noop("A point was measured from “%(point)s”, which is not there. Add it, or correct the link.")


class _Labels:
    """As the file calls a point, where that is short and its own; else SP, TP1, TP2, …"""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.last: dict[str, int] = {}

    def of(self, said: str, mark: str) -> str:
        label = said if said and len(said) <= _LABEL and said not in self.taken else ""
        if not label and mark != Mark.TURNING and mark not in self.taken:
            label = str(mark)
        while not label:
            self.last[mark] = self.last.get(mark, 0) + 1
            label = f"{mark}{self.last[mark]}"
            label = label if label not in self.taken else ""
        self.taken.add(label)
        return label


def is_taped(sheet: type_sheet) -> bool:
    """Was some point measured from another?"""
    return any(row[3] for row in sheet["rows"])


def book(sheet: type_sheet, on: date | None) -> Book:
    return Book(
        rows=tuple(Row(**dict(zip(ROW, row, strict=True))) for row in sheet["rows"]), crs=sheet["crs"],
        north=sheet["north"], bearing_unit=BearingUnit.DEGREES, distance_unit=DistanceUnit.METRES, on=on,
    )  # fmt: skip


def traced(sheet: type_sheet, on: date | None) -> list[tuple[float, float]]:
    """The boundary in degrees, drawn anew from its bearings. Raises ``Unfit``."""
    drawn = draw(book(sheet, on))
    if drawn.problems:
        raise _undrawn(sheet, on)
    return [(lon, lat) for lon, lat in ring_of(drawn.shape, drawn.grid)[:-1]]


def _undrawn(sheet: type_sheet, on: date | None) -> Unfit:
    """Why it cannot be drawn, in three languages: whoever opens the import may read another than its sender."""
    whys: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            again: Drawn = draw(book(sheet, on))
            whys[language] = " ".join(one.message for one in again.problems[:3])
    error = Unfit(_BEARINGS, why="{why}")
    told = in_three(_BEARINGS, why="{why}")
    error.said = {language: text.replace("{why}", whys[language]) for language, text in told.items()}
    return error


_BEARINGS = gettext_noop("The bearings cannot be drawn: %(why)s")
