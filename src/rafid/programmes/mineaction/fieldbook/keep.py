"""A field book is kept as a sheet: what was typed as it was typed, beside it what was derived.

A correction is a new sheet that replaces the older one, and so is a redrawing of an accepted sheet by a better method: both
shapes stay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.checks import check_record
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_record

from ..models import SurveyPoint, SurveySheet
from ..models.survey import North
from ..refusals import told
from . import typed
from .book import DATUMS, READ_AS, Book, book_of
from .drawing import METHOD_VERSION, Drawn, draw, ring_of

MOST_READINGS = 50


@dataclass(frozen=True)
class Head:
    """What belongs to the sheet beside the points. ``statement``: what a person says of a north that nobody knows."""

    authority: Any
    operator: Any = None
    place: Any = None
    instrument: str = ""
    observer: str = ""
    statement: str = ""
    scan: str = ""
    scan_name: str = ""
    replaces: Any = None
    applied: tuple[dict[str, Any], ...] = field(default=())
    """Readings that the person applied, each {field, before, after, why}."""


def keep(book: Book, head: Head, *, by: Any) -> SurveySheet:
    """Raises ``Refused`` with all that is to be corrected. A book of unknown north is kept undrawn, with a statement."""
    drawn = draw(book)
    if book.on is None:
        raise Refused(_("Enter the day of observation: the sheet stands for that day."))
    if book.on.year < 1900:
        raise Refused(_("The day of observation lies before 1900. Correct it: no field book of mine action is so old."))
    if book.on > timezone.localdate():
        raise Refused(_("The day of observation lies after today. Correct it: what was surveyed has happened."))
    undrawn = _undrawn(book, drawn)
    if undrawn and not head.statement.strip():
        raise Refused(
            _(
                "Which north the bearings have is not known. Choose it, or write who was asked and what is known of it:"
                " then the book is kept, and not drawn."
            )
        )
    if drawn.problems and not undrawn:
        raise Refused(" ".join(problem.message for problem in drawn.problems[:6]))
    if book.adjusted and drawn.spread is None:
        raise Refused(
            _(
                "There is no closing error that can be spread: say that the last leg returns to the start, or do not adjust."
            )
        )
    with told(SurveySheet), because("field book entered"):
        if head.replaces is not None:
            _lock_replaced(head.replaces)
        sheet = SurveySheet.objects.create(
            owner=head.authority, organisation=head.operator, place=head.place, on=book.on, made_by=by,
            source=Source.PERSON, crs_code=book.crs, datum=DATUMS.get(book.crs, ""), north=book.north,
            instrument=head.instrument[:120], bearing_unit=book.bearing_unit, distance_unit=book.distance_unit,
            taped=book.taped, declination_given=book.declination, observer=head.observer[:120], closes=book.closes,
            scan=head.scan, scan_name=head.scan_name, replaces=head.replaces,
            hazard=head.replaces.hazard if head.replaces else None, readings=_readings(book, head, by), **derived(drawn),
        )  # fmt: skip
        write_points(sheet, book, drawn)
        sheet.refresh_from_db()
        check_record(sheet)
        index_record(sheet)
    return sheet


def _undrawn(book: Book, drawn: Drawn) -> bool:
    return book.north == North.UNKNOWN and bool(drawn.problems) and drawn.problems[0].field == "north"


def _lock_replaced(old: SurveySheet) -> None:
    """Two corrections of one sheet at once: the second is told."""
    locked(SurveySheet, old.pk, None)
    if SurveySheet.objects.filter(replaces=old).exists():
        raise Refused(_("This sheet was corrected meanwhile. Open the newer one and correct that."))


def _readings(book: Book, head: Head, by: Any) -> dict[str, Any]:
    now = timezone.now().isoformat(timespec="seconds")
    found: dict[str, Any] = {}
    for name in ("swapped", "notation", "back"):
        if getattr(book, name):
            found[name] = getattr(book, name)
    if head.applied:
        kept = head.applied[:MOST_READINGS]
        found["applied"] = [{**one, "by": str(by), "at": one.get("at") or now} for one in kept]
    if head.statement.strip():
        found["statement"] = {"text": head.statement.strip()[:1000], "by": str(by), "at": now}
    return found


def applied_of(said: Any) -> tuple[dict[str, Any], ...]:
    """What a page says was applied: known fields and short texts only."""
    if not isinstance(said, list):
        return ()
    found = []
    for one in said[:MOST_READINGS]:
        if isinstance(one, dict) and one.get("field") in READ_AS:
            kept = {name: one.get(name) for name in ("field", "before", "after")}
            if all(isinstance(value, str | bool) and len(str(value)) <= 60 for value in kept.values()):
                found.append({**kept, "why": str(one.get("why", ""))[:300]})
    return tuple(found)


def derived(drawn: Drawn) -> dict[str, Any]:
    """The columns that are computed."""
    shape = drawn.shape
    if shape is None or drawn.problems:
        return {"points": [], "method_version": METHOD_VERSION}
    ring = ring_of(shape, drawn.grid)
    finite = math.isfinite(drawn.ratio)
    return {
        "points": [[round(float(x), 4), round(float(y), 4)] for x, y in shape.points],
        "ground": MultiPolygon(Polygon(ring), srid=4326), "plane_area": shape.plane_area,
        "ellipsoidal_area": shape.area, "declination": drawn.declination if _uses_needle(drawn) else None,
        "convergence": drawn.convergence, "scale": drawn.scale, "misclosure_m": drawn.misclosure_m,
        "ratio": drawn.ratio if finite else None, "adjusted": drawn.book.adjusted, "method_version": METHOD_VERSION,
    }  # fmt: skip


def _uses_needle(drawn: Drawn) -> bool:
    return drawn.book.north == North.MAGNETIC


def write_points(sheet: SurveySheet, book: Book, drawn: Drawn) -> None:
    at = {one.row: one for one in drawn.marks}
    rows = [
        SurveyPoint(
            sheet=sheet, made_by=sheet.made_by, mark=row.mark, label=row.label[:12], order=number, origin=row.origin[:12],
            entry="absolute" if row.is_absolute else "relative", bearing=row.bearing[:40], distance=row.distance[:40],
            x_entered=row.x[:60], y_entered=row.y[:60], fixed_by=row.fixed_by, accuracy_m=_accuracy(row.accuracy),
            point=Point(at[number].lon, at[number].lat, srid=4326) if number in at and not drawn.problems else None,
        )
        for number, row in enumerate(book.rows)
    ]  # fmt: skip
    SurveyPoint.objects.bulk_create(rows, batch_size=1000)


def _accuracy(text: str) -> float | None:
    try:
        return typed.number(text) if text else None
    except typed.NotTyped:
        return None


def redraw(sheet: SurveySheet, *, by: Any, version: int | None = None) -> SurveySheet:
    """Draws what was typed with today's method. A draft is drawn in place, its history keeps the old shape; for an accepted
    sheet a new one is made that replaces it. Raises ``Refused``."""
    book = book_of(sheet)
    drawn = draw(book)
    if drawn.problems:
        raise Refused(" ".join(problem.message for problem in drawn.problems[:6]))
    if sheet.state == "accepted":
        kept = sheet.readings or {}
        return _again(sheet, book, drawn, kept, by)
    with told(SurveySheet), because("field book drawn again"):
        row: Any = locked(SurveySheet, sheet.pk, version)
        for name, value in derived(drawn).items():
            setattr(row, name, value)
        row.save()
        at = {one.row: one for one in drawn.marks}
        points = list(row.marks.order_by("order"))
        for number, point in enumerate(points):
            point.point = Point(at[number].lon, at[number].lat, srid=4326)
        SurveyPoint.objects.bulk_update(points, ["point"], batch_size=500)
        row.refresh_from_db()
    return row  # type: ignore[no-any-return]


def _again(sheet: SurveySheet, book: Book, drawn: Drawn, kept: dict[str, Any], by: Any) -> SurveySheet:
    with told(SurveySheet), because("field book drawn again"):
        _lock_replaced(sheet)
        again = SurveySheet.objects.create(
            owner=sheet.owner, organisation=sheet.organisation, place=sheet.place, on=sheet.on, made_by=by,
            source=sheet.source, crs_code=sheet.crs_code, datum=sheet.datum, north=sheet.north,
            instrument=sheet.instrument, bearing_unit=sheet.bearing_unit, distance_unit=sheet.distance_unit,
            taped=sheet.taped, declination_given=sheet.declination_given, observer=sheet.observer, closes=sheet.closes,
            scan=sheet.scan, scan_name=sheet.scan_name, replaces=sheet, hazard=sheet.hazard, readings=kept, **derived(drawn),
        )  # fmt: skip
        write_points(again, book, drawn)
        again.refresh_from_db()
        index_record(again)
    return again


def is_outdated(sheet: SurveySheet) -> bool:
    """Was it drawn by an older method?"""
    return bool(sheet.ground) and sheet.method_version != METHOD_VERSION
