"""A field book as a person types it, and the readings that a person applied to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models.survey import BearingUnit, DistanceUnit, FixedBy, Mark, North, Taped

LONLAT = "EPSG:4326"
SYSTEMS = {
    LONLAT: _("Longitude and latitude, WGS 84 (44.3338 · 44 20.03 · 44 20 1.8)"),
    **{f"EPSG:{32600 + zone}": f"UTM {zone}N, WGS 84" for zone in (37, 38, 39)},
    **{f"EPSG:{3354 + zone}": f"UTM {zone}N, Karbala 1979" for zone in (37, 38, 39)},
    **{f"EPSG:{27000 + zone}": f"UTM {zone}N, Nahrwan 1967" for zone in (37, 38, 39)},
}
"""Coordinate systems that the sheets of Iraq are written in."""
DATUMS = {code: str(name).rpartition(", ")[2] for code, name in SYSTEMS.items() if code != LONLAT} | {LONLAT: "WGS 84"}
COLUMNS = ("mark", "label", "origin", "bearing", "distance", "x", "y", "fixed_by", "accuracy")
"""Of a row in a table or a sheet's paste, in this order."""
HEADS = {
    "mark": pgettext_lazy("column of a field book", "Kind"),
    "label": pgettext_lazy("column of a field book", "Label"),
    "origin": pgettext_lazy("column of a field book", "From"),
    "bearing": pgettext_lazy("column of a field book", "Bearing"),
    "distance": pgettext_lazy("column of a field book", "Distance"),
    "x": pgettext_lazy("column of a field book", "East or longitude"),
    "y": pgettext_lazy("column of a field book", "North or latitude"),
    "fixed_by": pgettext_lazy("column of a field book", "Fixed by"),
    "accuracy": pgettext_lazy("column of a field book", "Accuracy, m"),
}
MOST_ROWS = 5_000
BOUNDARY = (Mark.START, Mark.TURNING, Mark.INTERMEDIATE)
NOTATIONS = ("", "dm", "dms")


@dataclass(frozen=True)
class Row:
    """One line, as typed. ``origin`` is the label of an earlier point; empty: the point before."""

    mark: str = Mark.TURNING
    label: str = ""
    origin: str = ""
    bearing: str = ""
    distance: str = ""
    x: str = ""
    y: str = ""
    fixed_by: str = ""
    accuracy: str = ""

    @property
    def is_absolute(self) -> bool:
        return bool(self.x or self.y)

    @property
    def is_boundary(self) -> bool:
        return self.mark in BOUNDARY


@dataclass(frozen=True)
class Book:
    """``swapped``, ``notation`` and ``back`` are readings that a person applied: the axes stand the other way round, decimals
    are degrees.minutes, bearings were read looking back. All other fields are as they now count."""

    rows: tuple[Row, ...] = ()
    crs: str = "EPSG:32638"
    north: str = North.UNKNOWN
    bearing_unit: str = BearingUnit.DEGREES
    distance_unit: str = DistanceUnit.METRES
    taped: str = Taped.GROUND
    on: date | None = None
    declination: float | None = None
    closes: bool = False
    adjusted: bool = False
    swapped: bool = False
    notation: str = ""
    back: bool = False

    @property
    def absolute(self) -> list[Row]:
        return [row for row in self.rows if row.is_absolute]

    def read_as(self, **changes: Any) -> Book:
        return replace(self, **changes)


READ_AS = ("crs", "north", "bearing_unit", "distance_unit", "swapped", "notation", "back")
"""What a reading may change."""
CHOICES: dict[str, Sequence[Any]] = {
    "crs": tuple(SYSTEMS),
    "north": North.values,
    "bearing_unit": BearingUnit.values,
    "distance_unit": DistanceUnit.values,
    "taped": Taped.values,
    "notation": NOTATIONS,
}


def rows_of(lines: Iterable[Mapping[str, Any] | Sequence[Any]]) -> tuple[Row, ...]:
    """Rows of a table: mappings by column, or sequences in the order of the columns. Empty lines are left out; points without
    a label get one, TP1, TP2, …; the kind follows from the label where it is not said."""
    found: list[Row] = []
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for line in lines:
        values = line if isinstance(line, Mapping) else dict(zip(COLUMNS, line, strict=False))
        texts = {name: _clean(values.get(name)) for name in COLUMNS}
        if not any(texts[name] for name in ("label", "bearing", "distance", "x", "y")):
            continue
        mark = texts["mark"].upper()
        if mark not in Mark.values:
            mark = next((one for one in Mark.values if texts["label"].upper().startswith(one)), Mark.TURNING)
        label = texts["label"] or _next_label(mark, taken, numbers)
        taken.add(label)
        found.append(Row(**{**texts, "mark": mark, "label": label, "fixed_by": _fixed(texts["fixed_by"])}))
        if len(found) > MOST_ROWS:
            break
    return tuple(found)


def _clean(value: Any) -> str:
    return " ".join(str(value if value is not None else "").replace("\x00", "").split())


def _next_label(mark: str, taken: set[str], numbers: dict[str, int]) -> str:
    """``numbers`` are how far each kind has been counted: what is taken stays so, and thousands are not counted again."""
    if mark != Mark.TURNING and mark not in taken:
        return str(mark)
    at = numbers.get(mark, 1)
    while f"{mark}{at}" in taken:
        at += 1
    numbers[mark] = at
    return f"{mark}{at}"


def _fixed(text: str) -> str:
    return next((one for one in FixedBy.values if one.lower() == text.lower()), "")


def from_lines(text: str) -> tuple[Row, ...]:
    """From tab-separated text, as a sheet gives it on copying; a first line of headings is left out."""
    lines = [line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if lines and not any(any(sign.isdigit() for sign in cell) for cell in lines[0][3:]) and len(lines) > 1:
        lines = lines[1:]
    return rows_of(lines)


def to_lines(rows: Iterable[Row]) -> str:
    return "\n".join("\t".join(str(getattr(row, name)) for name in COLUMNS) for row in rows)


def book_of(sheet: Any) -> Book:
    """A saved sheet as a book."""
    kept = sheet.readings or {}
    rows = tuple(
        Row(
            mark=one.mark, label=one.label, origin=one.origin, bearing=one.bearing, distance=one.distance, x=one.x_entered,
            y=one.y_entered, fixed_by=one.fixed_by, accuracy="" if one.accuracy_m is None else f"{one.accuracy_m:g}",
        )
        for one in sheet.marks.order_by("order")
    )  # fmt: skip
    return Book(
        rows=rows, crs=sheet.crs_code, north=sheet.north, bearing_unit=sheet.bearing_unit,
        distance_unit=sheet.distance_unit, taped=sheet.taped, on=sheet.on, declination=sheet.declination_given,
        closes=sheet.closes, adjusted=sheet.adjusted, swapped=bool(kept.get("swapped")),
        notation=kept.get("notation", ""), back=bool(kept.get("back")),
    )  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Why a book cannot be drawn. ``row`` counts from 0 (None: the head of the book), ``field`` names the cell."""

    message: str
    field: str = ""
    row: int | None = None
    where: tuple[float, float] | None = None
