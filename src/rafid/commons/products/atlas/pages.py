"""The pages of an atlas: contents, a map a place, the index of places; each a PDF of its own until they are joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from rafid.commons.collation import alphabetical
from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES

from ..cartography import class_breaks
from ..maps.body import CHOROPLETH, Body, read
from ..maps.kind import facts_of
from ..maps.page import Sheet, fitted, sheet_context
from ..maps.page import stylesheet as map_style
from ..maps.plate import make_plate
from ..models import Edition
from ..pdf import Press
from ..sheets.paper import head

_STYLE = ".atlas-at{position:absolute;top:0;font-size:8pt;color:#51605c}[dir=ltr] .atlas-at{right:0}[dir=rtl] .atlas-at{left:0}"

_COLUMNS, _ROWS = 4, 30
"""Of the index, on one page."""


class Pages:
    """Draws the pages of one language; what they share is read once: the stylesheet, the fonts, the layout of the page."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition, self.language = edition, language
        self.figures = edition.figures
        self.places: list[Mapping[str, Any]] = edition.figures["pages"]
        self.press = Press(map_style() + _STYLE)
        self.facts = facts_of(edition)
        self.map = {**edition.body["map"], "layers": comparable(edition.body["map"], self.figures)}
        self._sheet: Sheet | None = None

    @cached_property
    def title(self) -> str:
        return pick(self.edition.title) or pick(read(self.edition.body["map"]).text("title"))

    def of_place(self, at: int, number: int) -> bytes:
        """The map of a place, on the page ``number`` of the document."""
        place = self.places[at]
        body = read({**self.map, "extent": {"places": [place["ref"]]}, "texts": self._texts(place)})
        figures = within(self.figures, place)
        context, css = self._laid(body, figures)
        pdf, pages = self.press.print(self._html(context, number), css=css)
        if pages > 1:
            # A longer text than the first page's: this one is laid out for itself.
            sheet = fitted(body, figures, self.facts)
            pdf, pages = self.press.print(self._html(sheet.context, number), css=sheet.css)
        return pdf

    def _texts(self, place: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """The place is the title of its page; the map's own title stands below it."""
        texts = self.map.get("texts") or {}
        below = (self.title, pick(place.get("parent") or {}), place["ref"])
        said = {"title": pick(place["names"]), "subtitle": " · ".join(one for one in below if one)[:300]}
        return {code: {**(texts.get(code) or {}), **said} for code in LANGUAGES}

    def _laid(self, body: Body, figures: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The first page is measured; the others have the same room."""
        if self._sheet is None:
            self._sheet = fitted(body, figures, self.facts)
            return dict(self._sheet.context), self._sheet.css
        known = self._sheet
        plate = make_plate(
            body, figures, width_mm=known.plate.width, height_mm=known.plate.height,
            inset_mm=34.0 if body.page.size == "A4" else 42.5, letters=known.letters,
        )  # fmt: skip
        return sheet_context(body, figures, self.facts, plate, beside=bool(known.context["beside"])), known.css

    def _html(self, context: dict[str, Any], number: int) -> str:
        return render_to_string("products/atlas/page.html", {**context, "number": number})

    def contents(self, first: int) -> tuple[bytes, int]:
        """``first``: the page on which the first map stands."""
        rows = [
            {"name": pick(one["names"]), "ref": one["ref"], "at": first + at} for at, one in enumerate(self.places)
        ]  # fmt: skip
        return self._words("products/atlas/contents.html", {"rows": rows, "index_at": first + len(self.places)})

    def index(self, first: int) -> tuple[bytes, int]:
        """Each place with the page that shows it, in the order of the alphabet."""
        found: dict[str, dict[str, Any]] = {}
        for at, page in enumerate(self.places):
            for one in (page, *page["inside"]):
                found.setdefault(one["ref"], {"name": pick(one["names"]), "ref": one["ref"], "at": first + at})
        rows = sorted(found.values(), key=lambda one: (alphabetical(one["name"]), one["ref"]))
        most = _COLUMNS * _ROWS
        sheets = [_columns(rows[at : at + most]) for at in range(0, len(rows), most)]
        return self._words("products/atlas/index.html", {"sheets": sheets})

    def _words(self, template: str, more: dict[str, Any]) -> tuple[bytes, int]:
        wide, tall = read(self.edition.body["map"]).page.millimetres
        context = head(self.edition, self.language) | {"title": self.title} | more
        return self.press.print(
            render_to_string(template, context), css=f"@page{{size:{wide:g}mm {tall:g}mm;margin:16mm}}"
        )


def _columns(rows: Sequence[Any]) -> list[Sequence[Any]]:
    high = -(-len(rows) // _COLUMNS)
    return [rows[at : at + high] for at in range(0, len(rows), high)]


def comparable(body: Mapping[str, Any], figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The layers with the same classes on each page: those of all places together."""
    found: list[Mapping[str, Any]] = []
    for said, layer, frozen in zip(body.get("layers") or (), read(body).layers, figures["layers"], strict=False):
        values = [float(value) for _key, _ref, value, _flag in frozen["values"] if value is not None]
        style = layer.style
        if style.kind == CHOROPLETH and style.how != "fixed" and values:
            edges = [float(edge) for edge in class_breaks(values, classes=style.classes, how=style.how)]
            if len(edges) > 2:
                said = {**said, "style": {**(said.get("style") or {}), "how": "fixed", "breaks": edges}}
        found.append(said)
    return found


def within(figures: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """The frozen figures of one page: those of the place and of what lies in it."""
    inside = {place["ref"], *(one["ref"] for one in place["inside"])}
    layers = []
    for layer in figures["layers"]:
        # A page about a place shows its parts where the layer has them.
        some = [one for one in layer["values"] if one[1] in inside]
        layers.append({**layer, "values": some})
    return {**figures, "layers": layers}


def bookmarks(pages: Pages, front: int) -> Sequence[tuple[str, int]]:
    """Contents, each place, the index."""
    found = [(_("Contents"), 0)]
    found += [(f"{pick(one['names'])} ({one['ref']})", front + at) for at, one in enumerate(pages.places)]
    return [*found, (_("Index of places"), front + len(pages.places))]
