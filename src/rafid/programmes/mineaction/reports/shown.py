"""A report as it was received beside what it changes: field by field, and its shape over the one that stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpResponse
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused
from rafid.commons.records.registers import text_of, value_text
from rafid.commons.writing import number
from rafid.methods import landrelease
from rafid.methods.survey import check_polygons

from ..hazards.plane import as_drawn, to_degrees, to_plane
from ..models import (
    Blocked,
    DailyProgress,
    Device,
    Evidence,
    FieldReport,
    Hazard,
    OrdnanceFind,
    Reconciled,
    Release,
)
from ..picture.drawing import Layer, drawn
from ..picture.shapes import collection, feature
from .content import FIELDS, OTHER_KEYS, label_of, unknown_keys, value
from .folding import accepted_about, last_word
from .reconcile import target_of

TOLERATED = 0.02
SHAPES = ("ground", "worked")
LISTS: dict[str, Any] = {"device_categories": Device, "blocked": Blocked}


@dataclass(frozen=True)
class Line:
    """One field. ``wrong``: why it cannot be taken. ``word``: the report that has the last word, where that is another."""

    name: str
    label: str
    said: str
    stands: str
    changes: bool = False
    wrong: str = ""
    word: FieldReport | None = None


@dataclass(frozen=True)
class Beside:
    """``target``: the record as it stands; None where a new one is made, or nobody said yet. ``gone``: why it is not shown.
    ``hazard``: the one that the report speaks of, or takes ground from."""

    report: FieldReport
    target: Any
    hazard: Hazard | None
    gone: str
    lines: list[Line]
    others: list[Line]
    unknown: list[str]

    @property
    def wrong(self) -> list[Line]:
        return [one for one in self.lines if one.wrong]


def beside(report: FieldReport, user: Any) -> Beside:
    """What the person does not see of the records is not there for him."""
    gone, target = "", None
    try:
        target = target_of(report)
    except Refused as refusal:
        gone = str(refusal)
    if target is not None and not type(target).objects.visible_to(user).filter(pk=target.pk).exists():
        gone, target = _("The report speaks of a record that is not yours to see."), None
    model, allowed = FIELDS.get(report.type, (None, ()))
    accepted = accepted_about(target.pk) if target is not None else []
    lines = [_line(report, model, name, target, accepted) for name in allowed if name in report.content]
    hazard = _hazard_of(report, target, user)
    return Beside(report, target, hazard, gone, lines, _others(report), unknown_keys(report))


def _line(report: FieldReport, model: Any, name: str, target: Any, accepted: list[FieldReport]) -> Line:
    field, said = model._meta.get_field(name), report.content[name]
    stands = _text(target, name) if target is not None else ""
    try:
        found = value(field, said)
    except Refused as refusal:
        return Line(name, label_of(field), _raw(said), stands, wrong=str(refusal))
    shown = _text(_holder(model, name, found), name)
    word = last_word(name, accepted)
    newer = word is not None and word.pk != report.pk and (word.on, word.known_at) > (report.on, report.known_at)
    changes = target is not None and getattr(target, field.attname) != _attribute(field, found)
    return Line(name, label_of(field), shown, stands, changes, word=word if newer and changes else None)


def _attribute(field: Any, found: Any) -> Any:
    return getattr(found, "pk", found) if field.is_relation else found


def _holder(model: Any, name: str, found: Any) -> Any:
    """A record that is never saved, so that a value reads as it would on the record's page."""
    record = model()
    setattr(record, name, found)
    return record


def _text(record: Any, name: str) -> str:
    held = getattr(record, name, None)
    if name in LISTS and held:
        return " · ".join(str(LISTS[name](one).label) for one in held)
    if isinstance(held, GEOSGeometry) and held.geom_type == "MultiPolygon":
        return _("%(area)s m², %(points)s points") % {
            "area": number(area_of(held), 0), "points": number(held.num_coords - sum(len(one) for one in held)),
        }  # fmt: skip
    return value_text(record, name)


def area_of(ground: GEOSGeometry) -> float:
    """In m², in the equal-area plane."""
    return float(to_plane([ground])[0].area)


def _raw(said: Any) -> str:
    if isinstance(said, Mapping) and "type" in said:
        return str(said["type"])
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)[:200]


def _others(report: FieldReport) -> list[Line]:
    """What a kind of report says beside the fields of its record."""
    names = {
        "classification": _("Classification"), "confirmed_on": _("Confirmed on"), "evidence": _("Evidence"),
        "days": _("Days"), "hazards": _("Hazards"), "items": _("Items"), "external": _("Number in another system"),
    }  # fmt: skip
    found = []
    for name in OTHER_KEYS:
        said = report.content.get(name)
        if said not in (None, "", []):
            found.append(Line(name, names[name], _plain(said, _ROWS.get(name)), ""))
    return found


_ROWS: dict[str, Any] = {"evidence": Evidence, "days": DailyProgress, "items": OrdnanceFind}


def _plain(said: Any, model: Any = None) -> str:
    """Lists and objects as a person reads them, a line for each entry; with ``model`` in the words of its fields."""
    if isinstance(said, list):
        return "\n".join(_plain(one, model) for one in said)
    if isinstance(said, Mapping):
        return " · ".join(_named(name, one, model) for name, one in said.items() if one not in (None, "", [], {}))
    return text_of(said)


def _named(name: str, said: Any, model: Any) -> str:
    try:
        field = model._meta.get_field(name)
        return f"{label_of(field)}: {_text(_holder(model, name, value(field, said)), name)}"
    except (AttributeError, FieldDoesNotExist, Refused):
        return f"{name}: {_plain(said)}"


@dataclass(frozen=True)
class Measured:
    """The ground that a report brings: computed beside reported, and what of it lies where."""

    computed: float
    reported: float | None
    inside: float | None = None
    outside: float | None = None
    before: float | None = None
    after: float | None = None

    @property
    def off(self) -> float | None:
        return None if self.reported is None or not self.computed else self.reported / self.computed - 1

    @property
    def is_odd(self) -> bool:
        return self.off is not None and abs(self.off) > TOLERATED


def ground_of(report: FieldReport) -> GEOSGeometry | None:
    """The shape that the report says, or that its field sheet draws; None where there is none that can be read."""
    model = FIELDS.get(report.type, (None,))[0]
    for name in SHAPES:
        if model is not None and report.content.get(name):
            try:
                return value(model._meta.get_field(name), report.content[name])  # type: ignore[no-any-return]
            except Refused:
                return None
    sheet = report.sheets.exclude(ground=None).order_by("known_at").last()
    return sheet.ground if sheet is not None else None


def measured(found: Beside) -> Measured | None:
    """For released ground with what would be left of its hazard, as all that is accepted says now."""
    report, target, hazard = found.report, found.target, found.hazard
    ground = ground_of(report)
    if ground is None:
        return None
    shape, reported = to_plane([ground])[0], report.content.get("reported_m2")
    reported = float(reported) if isinstance(reported, int | float) else None
    if report.type != "release" or hazard is None or hazard.ground is None:
        return Measured(float(shape.area), reported)
    rows = Release.objects.filter(ground__intersects=hazard.ground, on__gte=hazard.reopened_on or hazard.suspected_on)
    rows = rows.filter(replaced_by=None).exclude(report=report)
    if target is not None:
        rows = rows.exclude(pk=target.pk)
    acting = [one for one in rows if one.type == "cleared" or one.hazard_id in (None, hazard.pk)]
    own = to_plane([hazard.ground])[0]
    released = [
        landrelease.Release(one.ref, one.type, ground, one.on)
        for one, ground in zip(acting, to_plane([one.ground for one in acting]), strict=True)
    ]
    said = str(report.content.get("type") or getattr(target, "type", "") or "cleared")
    before = landrelease.balance(own, released)
    try:
        after = landrelease.balance(own, [*released, landrelease.Release("new", said, shape, report.on)])
    except ValueError:
        return Measured(float(shape.area), reported)
    inside = float(shape.intersection(own).area)
    return Measured(float(shape.area), reported, inside, float(shape.area) - inside, before.remaining, after.remaining)


def _hazard_of(report: FieldReport, target: Any, user: Any) -> Hazard | None:
    if isinstance(target, Hazard):
        return target
    hazard = getattr(target, "hazard", None)
    if report.content.get("hazard"):
        try:
            hazard = value(Release._meta.get_field("hazard"), report.content["hazard"])
        except Refused:
            return None
    return Hazard.objects.visible_to(user).filter(pk=hazard.pk).first() if hazard is not None else None


def odd_shapes(report: FieldReport) -> list[dict[str, Any]]:
    """What the checks of a shape say of it as it was received, with the place of the fault."""
    words = {
        "empty": _("The shape is empty."),
        "invalid": _("The shape crosses itself."),
        "few_points": _("The shape has fewer than three different points."),
        "repeated_point": _("A point comes twice on the line."),
        "duplicate": _("The same shape comes twice."),
        "long_edge": _("An edge is longer than 5 km."),
        "parts_overlap": _("Parts of the shape lie on one another."),
        "small": _("The shape is smaller than 1 m²."),
    }
    found = []
    for name in SHAPES:
        said = report.content.get(name)
        if not said:
            continue
        try:
            shape = shapely.from_geojson(json.dumps(said))
        except shapely.errors.GEOSException:
            continue
        west, south, east, north = shape.bounds or (0, 0, 0, 0)
        on_earth = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        if shape.geom_type not in ("Polygon", "MultiPolygon") or not (shape.is_empty or on_earth):
            continue  # its field says so
        for one in check_polygons([as_drawn([shape])[0]]):
            where = one.where and to_degrees([shapely.Point(one.where)])[0]
            at = f"{where.y:.5f}, {where.x:.5f}" if where is not None else ""
            found.append({"text": words[one.code], "severity": one.severity, "at": at, "amount": one.amount})
    return found


def drawing(found: Beside) -> str:
    """What stands, and over it what the report says. Empty where there is no shape."""
    report, target, hazard = found.report, found.target, found.hazard
    layers: list[Layer] = []
    if hazard is not None and hazard.ground:
        layers.append(
            Layer(f"ground {hazard.group or 'open'}", _plane(hazard.ground), f"{_('Stands now')}: {hazard.ref}")
        )
    if isinstance(target, Release):
        layers.append(Layer(target.type, _plane(target.ground), f"{_('Stands now')}: {target.ref}"))
    ground = ground_of(report)
    if ground is not None:
        kind = str(report.content.get("type")) if report.type == "release" else "sheet"
        kind = kind if kind in ("cleared", "reduced", "cancelled", "sheet") else "cleared"
        layers.append(Layer(kind, _plane(ground), f"{_('The report')}: {number(area_of(ground), 0)} m²"))
    return drawn(layers, label=_("The report's shape over what stands, drawn to scale"))


def _plane(ground: Any) -> Any:
    return to_plane([ground])[0]


def shapes(found: Beside) -> HttpResponse:
    """The same for the live map, and the points of the report."""
    report, target, hazard = found.report, found.target, found.hazard
    features: list[str] = []

    def add(what: str, ground: Any, **said: Any) -> None:
        said = {"what": what, "class": "SHA", "group": "open", **said}
        features.append(feature(ground.json, json.dumps(said, ensure_ascii=False)))

    if hazard is not None and hazard.ground:
        said = {"class": hazard.classification, "group": hazard.group or "open"}
        add("outline", hazard.ground, name=hazard.ref, text=_("Stands now"), **said)
    if isinstance(target, Release):
        add("release", target.ground, kind=target.type, name=target.ref, text=_("Stands now"))
    ground = ground_of(report)
    if ground is not None:
        text = f"{_('The report')} · {number(area_of(ground), 0)} m²"
        if report.type == "release":
            add("release", ground, kind=str(report.content.get("type") or "cleared"), name=report.reference, text=text)
        else:
            add("sheet", ground, name=report.reference, text=text)
    for label, point in points_of(report):
        add("cell", point, name=report.reference, text=label)
    return collection(features)


def points_of(report: FieldReport) -> list[tuple[str, GEOSGeometry]]:
    model, allowed = FIELDS.get(report.type, (None, ()))
    found = []
    for name in allowed:
        field = model._meta.get_field(name) if model is not None else None
        if isinstance(field, GeometryField) and name not in SHAPES and report.content.get(name):
            try:
                found.append((label_of(field), value(field, report.content[name])))
            except Refused:
                continue
    return found


def bounds(found: Beside) -> str:
    """West, south, east, north around everything that is drawn, with air."""
    report, target, hazard = found.report, found.target, found.hazard
    some: list[Any] = [ground_of(report), *(point for _label, point in points_of(report))]
    some += [getattr(hazard, "ground", None), getattr(target, "ground", None)]
    boxes = [one.extent for one in some if one is not None and not one.empty]
    if not boxes:
        return ""
    west, south = min(one[0] for one in boxes), min(one[1] for one in boxes)
    east, north = max(one[2] for one in boxes), max(one[3] for one in boxes)
    air = max(east - west, north - south, 0.004) * 0.25
    return f"{west - air:.6f},{south - air:.6f},{east + air:.6f},{north + air:.6f}"


def speaks_of(report: FieldReport) -> str:
    return str(Reconciled(report.reconciled).label) if report.reconciled else ""
