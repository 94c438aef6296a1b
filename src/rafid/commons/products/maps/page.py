"""The printed page of a map: title, legend, scale, north, inset, sources, disclaimer, edition and code, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, override, pgettext
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.writing import day

from .. import svg
from ..gallery.addresses import absolute
from ..pdf import document, laid_out
from ..qr import qr_svg
from ..ramps import HATCHES
from .body import Body
from .plate import PIXELS, Legend, Plate, make_plate

_MARGINS = 18.0, 15.0
"""Millimetres that the page's edges take, across and down; see page.css."""
_SIDE, _GAP, _INSET = 62.0, 5.0, 34.0
_LETTERS = (8.5, 8.0, 7.5, 7.0)
"""Points; the first in which all fits."""
_TRIAL, _LEAST, _BOTTOM = 40.0, 50.0, 8.0
"""Millimetres: height of the drawing while the rest is measured, the least height of a map, what stays free below."""


@dataclass(frozen=True)
class Facts:
    """What the page says of itself beside the map."""

    made_on: date
    edition: str = ""
    period: str = ""
    sha256: str = ""
    author: Mapping[str, str] | None = None
    draft: bool = False
    incomplete: bool = False


@dataclass(frozen=True)
class Printed:
    """``frame``: where on the page the drawing stands, as shares of its width and height from the upper left."""

    pdf: bytes
    plate: Plate
    frame: tuple[float, float, float, float]


class NoRoom(ValueError):
    """The texts leave no room for the map."""


@cache
def stylesheet() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def print_map(body: Body, figures: Mapping[str, Any], facts: Facts, language: str) -> Printed:
    """One page of PDF in the language. Raises ``NoRoom``."""
    with override(language):
        sheet = fitted(body, figures, facts)
        html = render_to_string("products/maps/page.html", sheet.context)
        pdf, _pages = document(html, css=stylesheet() + sheet.css)
    return Printed(pdf, sheet.plate, sheet.frame)


@dataclass(frozen=True)
class Sheet:
    """A page that fits: ``context`` for ``products/maps/sheet.html``, and what its stylesheet adds to page.css."""

    context: dict[str, Any]
    css: str
    plate: Plate
    letters: float
    frame: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


def fitted(body: Body, figures: Mapping[str, Any], facts: Facts) -> Sheet:
    """The drawing takes all the room that texts and sources leave, in the reader's language. Raises ``NoRoom``.

    The page is laid out once without its drawing to see what they need; where it is too much, in smaller letters.
    """
    wide, tall = body.page.millimetres
    scale = 1.0 if body.page.size == "A4" else 1.25
    beside = wide > tall
    side = _SIDE * scale
    width = wide - _MARGINS[0] - (side + _GAP if beside else 0.0)
    for points in _LETTERS:
        css = f"@page{{size:{wide:g}mm {tall:g}mm}}html{{font-size:{points * scale:g}pt}}.side{{width:{side:g}mm}}"
        letters = points * scale / _LETTERS[0]
        first = make_plate(body, figures, width_mm=width, height_mm=_TRIAL, inset_mm=_INSET * scale, letters=letters)
        room, legend, top = _room(sheet_context(body, figures, facts, first, beside=beside), css, tall, beside)
        if room < _LEAST or legend > room:
            continue
        plate = make_plate(body, figures, width_mm=width, height_mm=room, inset_mm=_INSET * scale, letters=letters)
        start = wide - _MARGINS[0] / 2 - width if get_language_bidi() else _MARGINS[0] / 2
        frame = (start / wide, top / tall, (start + width) / wide, (top + room) / tall)
        return Sheet(sheet_context(body, figures, facts, plate, beside=beside), css, plate, letters, frame)
    raise NoRoom(_("The texts and sources leave no room for the map. Make them shorter, or take a larger page."))


def _room(context: dict[str, Any], css: str, tall: float, beside: bool) -> tuple[float, float, float]:
    """Millimetres that are left for the drawing's height, those that the legend beside it takes, and where it begins."""
    blank = {**context, "plate": mark_safe(f'<div class="plate" style="height:{_TRIAL}mm"></div>')}  # noqa: S308
    html = render_to_string("products/maps/page.html", blank)
    pages = laid_out(html, stylesheet() + css)
    if len(pages) > 1:
        return 0.0, 0.0, 0.0
    top, below, end = (pages[0].anchors[name][1] / PIXELS for name in ("map-top", "map-below", "map-end"))
    used = top + end - below if beside else end - _TRIAL
    return tall - used - _BOTTOM, below - top if beside else 0.0, top


def sheet_context(
    body: Body, figures: Mapping[str, Any], facts: Facts, plate: Plate, *, beside: bool
) -> dict[str, Any]:
    """What ``products/maps/sheet.html`` shows."""
    layers = figures["layers"]
    legends = [{"legend": one, "lines": list(_lines(one, at))} for at, one in enumerate(plate.legends)]
    address = absolute(f"/verify/{facts.sha256}") if facts.sha256 else ""
    refs = {ref for one in layers for _key, ref, _value, flag in one["values"] if flag == "barred"}
    return {
        "title": pick(body.text("title")), "subtitle": pick(body.text("subtitle")), "note": pick(body.text("note")),
        "counts": pick(body.text("counts")) if counts_as_colours(body, layers) else "",
        "author": pick(facts.author or {}), "demonstration": any(one["demonstration"] for one in layers),
        "provisional": any(one["provisional"] for one in layers), "draft": facts.draft,
        "incomplete": facts.incomplete,
        "logos": [blobs.path_of(one.sha256).resolve().as_uri() for one in body.logos],
        "beside": beside, "plate": _plate(plate), "legends": legends, "columns": [legends[::2], legends[1::2]],
        "inset": mark_safe(plate.inset),  # noqa: S308 - paths made here
        "sources": list(_sources(layers)), "borders": [(source, dated(as_of)) for source, as_of in plate.borders],
        "rough": plate.rough, "dashed": _DASHES if plate.dashed else "",
        "bars": [pick(one.text) for one in country().bars if one.ref in refs],
        "disclaimer": pick(country().disclaimer), "projection": plate.projection,
        "made_on": facts.made_on, "edition": facts.edition, "period": facts.period, "sha256": facts.sha256,
        "address": address, "qr": qr_svg(address) if address else "",
    }  # fmt: skip


def counts_as_colours(body: Body, layers: Any) -> bool:
    return any(
        layer.style.kind == "choropleth" and one["counts"] for layer, one in zip(body.layers, layers, strict=True)
    )


def _sources(layers: Any) -> Iterator[dict[str, Any]]:
    """Each source once, in the order of the layers."""
    told = set()
    for layer in layers:
        for one in layer["sources"]:
            text = pick(one["text"])
            found = (text, one["as_of"], one.get("version"))
            if found in told:
                continue
            told.add(found)
            yield {
                "text": text,
                "as_of": dated(one["as_of"]),
                "licence": one["licence"],
                "version": one.get("version"),
            }


def dated(as_of: str) -> str:
    """A day as the reader writes it; a year or a month stays as the source says it."""
    try:
        return str(day(date.fromisoformat(as_of)))
    except ValueError:
        return as_of


def _plate(plate: Plate) -> SafeString:
    start, end = ("right", "left") if get_language_bidi() else ("left", "right")
    over = format_html_join(
        "",
        '<span class="over{}" style="left:{}%;top:{}%;margin-top:{}rem;color:{}"><span>{}</span></span>',
        (
            (
                (" small" if one.small else "") + (" held" if one.held else "") + (" beside" if one.beside else ""),
                f"{one.x:.2f}", f"{one.y:.2f}", f"{-len(one.lines) * (0.385 if one.small else 0.435):.3f}", one.ink,
                format_html_join(mark_safe("<br>"), "{}", ((line,) for line in one.lines)),
            )
            for one in plate.texts
        ),
    )  # fmt: skip
    bar = format_html(
        '<span class="bar" style="{}:2mm">{}<i style="width:{}mm"><b></b></i></span>',
        start, plate.scale_text, f"{plate.scale_mm:.2f}",
    ) if plate.scale_mm else ""  # fmt: skip
    arrow = format_html(
        '<span class="north" style="{}:2mm"><svg viewBox="0 0 20 24"><g transform="rotate({} 10 12)">'
        '<path d="M10 1L3 22L10 17z" fill="#333"/><path d="M10 1L17 22L10 17z" fill="#fff" stroke="#333"/></g></svg>{}</span>',
        end, f"{plate.north:.1f}", pgettext("north", "N"),
    )  # fmt: skip
    return format_html(
        '<div class="plate" style="width:{}mm;height:{}mm">{}{}{}{}</div>', f"{plate.width:.2f}", f"{plate.height:.2f}",
        mark_safe("".join(plate.drawings)), over, bar, arrow,  # noqa: S308 - paths made here
    )  # fmt: skip


def _lines(legend: Legend, at: int) -> Iterator[tuple[str, SafeString, int | None]]:
    """Text, key and count of each line; missing and withheld have lines of their own."""
    for one in legend.classes:
        yield one.text, _swatch(f'fill="{one.colour}"'), one.areas
    for text, radius in legend.sizes:
        side = max(radius * 2 / PIXELS, 0.6)
        yield text, _disc(side, legend.colour, 0.8), None
    if legend.sizes:
        yield _("The area of a circle is in proportion."), mark_safe(""), None
    if legend.dot:
        yield _("Position"), _disc(1.4, legend.colour, 1.0), legend.count
    if legend.outline:
        yield _("Outline"), _swatch(f'fill="none" stroke="{legend.colour}" stroke-width="3"'), legend.count
    for count, hatch, text in (
        (legend.missing, "missing", _("No figure")),
        (legend.withheld, "withheld", _("Withheld, to protect people")),
        (legend.barred, "withheld", _("Not computed, see the notes")),
    ):
        if count:
            if legend.rings:
                yield text, _disc(1.6, "none", 1.0, edge=True), count
                continue
            name = f"k{at}{hatch}"
            paint = svg.paint(name, "#fff", hatch)
            yield text, _swatch(f'fill="{paint}"', svg.patterns(name, [HATCHES[hatch].name])), count
    if legend.borderless:
        yield _keyless(_("Not on the map: borders unknown"), legend.borderless)


_DASHES = mark_safe(
    '<span class="dashes"><svg viewBox="0 0 230 40"><path d="M0 20H230" fill="none" stroke="#3a3a3a" stroke-width="11"'
    ' stroke-dasharray="36 22"/></svg></span>'
)


def _keyless(text: str, count: int) -> tuple[str, SafeString, int]:
    return text, mark_safe(""), count


def _swatch(look: str, patterns: str = "") -> SafeString:
    return mark_safe(  # noqa: S308 - colours and patterns made here
        f'<span class="swatch"><svg viewBox="0 0 230 106">{patterns}<rect width="230" height="106" {look}/></svg></span>'
    )


def _disc(side: float, colour: str, opacity: float, *, edge: bool = False) -> SafeString:
    line = ' stroke="#333333" stroke-width="3"' if edge else ""
    return mark_safe(  # noqa: S308 - colours made here
        f'<span class="round"><svg style="width:{side:.2f}mm;height:{side:.2f}mm" viewBox="0 0 20 20">'
        f'<circle cx="10" cy="10" r="{8 if edge else 9.5:g}" fill="{colour}" fill-opacity="{opacity:g}"{line}/></svg></span>'
    )
