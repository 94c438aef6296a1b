"""What a sheet's page and its print show: each line as typed beside where it came to lie, figures, drawing, readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.writing import number as written

from ..models import North, SurveySheet
from ..operations.orders import made_up
from ..picture.drawing import Dot, Layer, drawn
from ..picture.frame import safety
from .book import LONLAT, SYSTEMS

MOST_LABELS = 60
"""Labels in a drawing; of more points only some are named."""


@dataclass(frozen=True)
class Line:
    mark: Any
    east: float | None
    north: float | None


def lines(sheet: SurveySheet) -> list[Line]:
    marks = list(sheet.marks.order_by("order"))
    ring = [one for one in marks if one.mark in ("SP", "TP", "IP")]
    grid = dict(zip((one.pk for one in ring), sheet.points, strict=False))
    return [Line(one, *(grid.get(one.pk) or (None, None))) for one in marks]


def figures(sheet: SurveySheet) -> list[tuple[str, str]]:
    """Name and text of each derived number that there is."""
    found = []

    def add(name: str, value: float | None, places: int, unit: str = "") -> None:
        if value is not None:
            found.append((name, f"{written(value, places)}{unit}"))

    add(_("Area"), sheet.ellipsoidal_area, 0, " " + _("m²"))
    add(_("Plane area"), sheet.plane_area, 0, " " + _("m²"))
    add(_("Declination, added"), sheet.declination, 3, "°")
    add(_("Convergence"), sheet.convergence, 4, "°")
    add(_("Scale"), sheet.scale, 7)
    add(_("Closing error"), sheet.misclosure_m, 3, " " + _("m"))
    if sheet.ratio is not None:
        found.append((_("Closing error, one in"), f"1 : {written(sheet.ratio, 0)}"))
    if sheet.closes:
        yes = pgettext("is the closing error spread?", "spread over the legs")
        no = pgettext("is the closing error spread?", "left as observed")
        found.append((_("Adjustment"), yes if sheet.adjusted else no))
    return found


def applied(sheet: SurveySheet) -> list[dict[str, Any]]:
    names = {
        "crs": _("Coordinate system"), "north": _("North"), "bearing_unit": _("Unit of bearings"),
        "distance_unit": _("Unit of distances"), "swapped": _("The two numbers the other way round"),
        "notation": _("Decimals are minutes"), "back": _("Bearings read looking back"),
    }  # fmt: skip
    rows = (sheet.readings or {}).get("applied", [])
    return [
        {**one, "name": names.get(one.get("field"), one.get("field")),
         "before_text": _value(one.get("field"), one.get("before")), "after_text": _value(one.get("field"), one.get("after"))}
        for one in rows if isinstance(one, dict)
    ]  # fmt: skip


def _value(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("is it so?", "Yes") if value else pgettext("is it so?", "No")
    if field == "crs":
        return str(SYSTEMS.get(value, value)).partition(" (")[0]
    if field == "north" and value in North.values:
        return str(North(value).label)
    return str(value or "—")


def drawing(sheet: SurveySheet, rows: list[Line]) -> Any:
    """In the plane of its grid, the boundary's labels beside its points."""
    if not sheet.points:
        return ""
    ring = shapely.Polygon(sheet.points)
    step = max(1, len(sheet.points) // MOST_LABELS)
    dots = [
        Dot(one.east, one.north, one.mark.label)
        for one in [row for row in rows if row.east is not None and row.north is not None][::step]
        if one.east is not None and one.north is not None
    ]
    return drawn([Layer("sheet-ground", ring)], dots, label=_("Sketch of the field book"))


def sheet_context(user: Any, sheet: SurveySheet) -> dict[str, Any]:
    rows = lines(sheet)
    before = sheet.replaces
    kept = sheet.readings or {}
    return {
        "sheet": sheet,
        "lines": rows,
        "figures": figures(sheet),
        "applied": applied(sheet),
        "statement": kept.get("statement"),
        "drawn": drawing(sheet, rows),
        "system": SYSTEMS.get(sheet.crs_code, sheet.crs_code),
        "is_lonlat": sheet.crs_code == LONLAT,
        "relative": any(one.mark.entry == "relative" for one in rows),
        "demonstration": made_up(sheet, []),
        "safety": safety(),
        "scan_is_picture": sheet.scan_name.lower().endswith((".jpg", ".jpeg", ".png", ".webp")),
        "before": SurveySheet.objects.visible_to(user).filter(pk=before.pk).first() if before else None,
        "bounds": _bounds(sheet),
    }


def _bounds(sheet: SurveySheet) -> str:
    if sheet.ground is None:
        return ""
    west, south, east, north = sheet.ground.extent
    air = max(east - west, north - south, 0.001) * 0.3
    return f"{west - air:.6f},{south - air:.6f},{east + air:.6f},{north + air:.6f}"
