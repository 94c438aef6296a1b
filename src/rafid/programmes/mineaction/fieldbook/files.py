"""Files of a sheet: the printable field sheet (PDF), KML for teams, GPX of the turning points."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from rafid.commons.products.pdf import document
from rafid.commons.records.models import Source
from rafid.commons.writing import day

from ..models import SurveySheet
from ..picture.frame import safety
from .sheet_page import sheet_context

KINDS = {
    "pdf": "application/pdf",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
}
KML, GPX = "http://www.opengis.net/kml/2.2", "http://www.topografix.com/GPX/1/1"


def send(request: HttpRequest, sheet: SurveySheet, kind: str) -> HttpResponse:
    data = {"pdf": _pdf, "kml": _kml, "gpx": _gpx}[kind](request, sheet)
    response = HttpResponse(data, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{sheet.ref}.{kind}"'
    response["Cache-Control"] = "private, no-cache"
    return response


def said(sheet: SurveySheet) -> str:
    """What every file says of itself."""
    parts = [_("DEMONSTRATION: invented records")] if sheet.source == Source.DEMONSTRATION else []
    owner = sheet.owner.name if sheet.owner else ""
    parts += [
        sheet.ref, owner, _("observed on %(on)s") % {"on": day(sheet.on)},
        _("printed on %(on)s") % {"on": day(timezone.localdate())}, "WGS 84", safety(),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _pdf(request: HttpRequest, sheet: SurveySheet) -> bytes:
    language = request.LANGUAGE_CODE  # type: ignore[attr-defined]
    context = {
        **sheet_context(request.user, sheet), "lang": language, "today": timezone.localdate(),
        "dir": "rtl" if get_language_info(language)["bidi"] else "ltr",
    }  # fmt: skip
    context["drawn"] = _inked(context["drawn"])
    return document(render_to_string("mineaction/fieldbook/paper.html", context), css=_look())[0]


_INK = {
    "sheet-ground": 'fill="#e1f0f1" stroke="#0b5f6b" stroke-width="2"',
    "ground": 'fill="none" stroke="#16211f"',
    "point": 'fill="#0b5f6b"',
}


def _inked(svg: Any) -> Any:
    """WeasyPrint gives shapes of an SVG no colours of the page's stylesheet: they carry their own."""
    text = str(svg)
    for name, ink in _INK.items():
        text = text.replace(f'class="{name}"', f'class="{name}" {ink}')
    return mark_safe(text)  # noqa: S308 - numbers and escaped text


@cache
def _look() -> str:
    return Path(__file__).with_name("paper.css").read_text(encoding="utf-8")


def _marks(sheet: SurveySheet) -> list[Any]:
    return [one for one in sheet.marks.order_by("order") if one.point is not None]


def _title(sheet: SurveySheet) -> str:
    return (
        f"{_('DEMONSTRATION: invented records')} · {sheet.ref}" if sheet.source == Source.DEMONSTRATION else sheet.ref
    )


def _kml(_request: HttpRequest, sheet: SurveySheet) -> bytes:
    xml.register_namespace("", KML)
    root = xml.Element(f"{{{KML}}}kml")
    body = _add(root, KML, "Document")
    _add(body, KML, "name", _title(sheet))
    _add(body, KML, "description", said(sheet))
    place = _add(body, KML, "Placemark")
    _add(place, KML, "name", _title(sheet))
    shape = _add(place, KML, "MultiGeometry")
    assert sheet.ground is not None
    for part in sheet.ground:
        ring = _add(_add(_add(shape, KML, "Polygon"), KML, "outerBoundaryIs"), KML, "LinearRing")
        _add(ring, KML, "coordinates", " ".join(f"{x:.7f},{y:.7f}" for x, y in part[0].coords))
    for one in _marks(sheet):
        mark = _add(body, KML, "Placemark")
        _add(mark, KML, "name", one.label)
        _add(mark, KML, "description", str(one.get_mark_display()))
        _add(_add(mark, KML, "Point"), KML, "coordinates", f"{one.point.x:.7f},{one.point.y:.7f}")
    return _written(root)


def _gpx(_request: HttpRequest, sheet: SurveySheet) -> bytes:
    xml.register_namespace("", GPX)
    root = xml.Element(f"{{{GPX}}}gpx", version="1.1", creator="Rafid")
    about = _add(root, GPX, "metadata")
    _add(about, GPX, "name", _title(sheet))
    _add(about, GPX, "desc", said(sheet))
    for one in _marks(sheet):
        _point(root, "wpt", one)
    route = _add(root, GPX, "rte")
    _add(route, GPX, "name", _title(sheet))
    for one in _marks(sheet):
        if one.mark in ("SP", "TP", "IP"):
            _point(route, "rtept", one)
    return _written(root)


def _point(above: Any, tag: str, one: Any) -> None:
    found = xml.SubElement(above, f"{{{GPX}}}{tag}", lat=f"{one.point.y:.7f}", lon=f"{one.point.x:.7f}")
    _add(found, GPX, "name", one.label)
    _add(found, GPX, "desc", str(one.get_mark_display()))


def _add(above: Any, space: str, tag: str, text: str = "") -> Any:
    found = xml.SubElement(above, f"{{{space}}}{tag}")
    if text:
        found.text = text
    return found


def _written(root: Any) -> bytes:
    data: bytes = xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def report_url(report: Any) -> str:
    try:
        return reverse("mineaction-report", args=[report.ref])
    except NoReverseMatch:
        return str(report.get_absolute_url())
