"""What a map's recipe says: layers, extent, page and texts; read from its JSON, with all that is wrong in it.

``{"template", "template_version", "layers": [{"dataset", "version", "field", "filter", "style"} | {"indicator", "by",
"period", "filter", "style"}], "extent": {"places"} | {"bbox"}, "page": {"size", "orientation", …}, "texts": {"ar", "ckb",
"en"}, "logos", "as_of", "edition"}``. A version left out is the newest one, a period left out the newest as well.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.indicators.periods import is_period
from rafid.commons.places.models import Level
from rafid.commons.programme import LANGUAGES

from ..ramps import DEFAULT, MOST, RAMPS

SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0), "16:9": (190.5, 338.667)}
"""Millimetres, short and long side."""
ORIENTATIONS = ("portrait", "landscape")
CHOROPLETH, SYMBOLS, POINTS, OUTLINE = "choropleth", "symbols", "points", "outline"
STYLES = (CHOROPLETH, SYMBOLS, POINTS, OUTLINE)
METHODS = ("jenks", "quantile", "equal", "fixed")
LABELS = ("names", "values", "both", "pcodes", "none")
LEVELS = {"governorate": Level.GOVERNORATE, "district": Level.DISTRICT, "subdistrict": Level.SUBDISTRICT}
COLOURS = {
    "blue": "#1f6f8b", "orange": "#b45309", "purple": "#6a51a3", "green": "#2f7d4f", "red": "#a3211b", "grey": "#4d4d4d",
}  # fmt: skip
LENGTHS = {"title": 200, "subtitle": 300, "note": 1200, "counts": 400}
"""Longest texts that a page still holds."""
MOST_LAYERS, MOST_LOGOS = 6, 4
LEAST_SYMBOL, MOST_SYMBOL = 4.0, 60.0
_POLE = 85.0
_LEAST_BOX = 0.02


@dataclass(frozen=True)
class Style:
    """``breaks`` are edges for ``fixed`` classes; ``size`` is the largest symbol's radius in pixels of 1/96 inch."""

    kind: str = CHOROPLETH
    how: str = "jenks"
    classes: int = 5
    breaks: tuple[float, ...] = ()
    ramp: str = DEFAULT
    reverse: bool = False
    colour: str = "blue"
    size: float = 18.0


@dataclass(frozen=True)
class Layer:
    """Either ``dataset`` with ``field``, or ``indicator``. ``where`` picks rows by the values of their fields."""

    dataset: str = ""
    version: int | None = None
    field: str = ""
    indicator: str = ""
    by: str = ""
    period: str = ""
    level: str = ""
    place: str = ""
    where: Mapping[str, str] = dataclasses.field(default_factory=dict)
    style: Style = Style()

    @property
    def is_indicator(self) -> bool:
        return bool(self.indicator)


@dataclass(frozen=True)
class Page:
    """``size`` and ``orientation`` of the paper; ``labels`` of areas, ``inset`` and ``rivers`` on the drawing."""

    size: str = "A4"
    orientation: str = "landscape"
    labels: str = "names"
    inset: bool = True
    rivers: bool = True

    @property
    def millimetres(self) -> tuple[float, float]:
        short, long = SIZES[self.size]
        return (long, short) if self.orientation == "landscape" else (short, long)


@dataclass(frozen=True)
class Logo:
    sha256: str
    media_type: str
    name: str = ""


@dataclass(frozen=True)
class Body:
    layers: tuple[Layer, ...] = ()
    places: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    page: Page = Page()
    texts: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    logos: tuple[Logo, ...] = ()

    def text(self, name: str) -> dict[str, str]:
        return {code: str((self.texts.get(code) or {}).get(name) or "").strip() for code in LANGUAGES}


type_problems = list[dict[str, str]]


class Reading:
    """Reads a body once; what cannot be read is noted and left at its default."""

    def __init__(self, body: Any) -> None:
        self.problems: type_problems = []
        said = body if isinstance(body, Mapping) else {}
        layers = said.get("layers")
        if not isinstance(layers, list) or not layers:
            self.wrong("layers", _("Choose what the map shows: a field of a dataset, or an indicator."))
            layers = []
        elif len(layers) > MOST_LAYERS:
            self.wrong("layers", _("A map has at most %d layers.") % MOST_LAYERS)
        self.body = Body(
            tuple(self._layer(one, f"layers.{at}") for at, one in enumerate(layers[:MOST_LAYERS])),
            self._places(said.get("extent")),
            self._bbox(said.get("extent")),
            self._page(said.get("page")),
            self._texts(said.get("texts")),
            self._logos(said.get("logos")),
        )

    def wrong(self, where: str, message: str) -> None:
        self.problems.append({"where": where, "message": message})

    def _one_of(self, said: Mapping[str, Any], name: str, known: Any, default: str, where: str) -> str:
        found = said.get(name, default)
        if found not in known:
            self.wrong(
                f"{where}.{name}", _("%(said)s is not known here. Known are: %(known)s.")
                % {"said": str(found)[:40], "known": ", ".join(known)},
            )  # fmt: skip
            return default
        return str(found)

    def _layer(self, said: Any, where: str) -> Layer:
        if not isinstance(said, Mapping):
            self.wrong(where, _("A layer is an object with a dataset or an indicator."))
            return Layer()
        asked = said.get("filter") if isinstance(said.get("filter"), Mapping) else {}
        if bool(said.get("dataset")) == bool(said.get("indicator")):
            self.wrong(where, _("A layer shows either a dataset or an indicator."))
        version = said.get("version")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int) or version < 1):
            self.wrong(f"{where}.version", _("A version is a whole number from 1, or left out for the newest."))
            version = None
        period = str(asked.get("period") or said.get("period") or "")
        if period and not is_period(period):
            self.wrong(f"{where}.period", _("Write the period as 2026, 2026Q1 or 202609."))
            period = ""
        level = str(said.get("level") or "")
        if level and level not in LEVELS:
            self.wrong(f"{where}.level", _("A level is governorate, district or subdistrict."))
            level = ""
        found = asked.get("where")
        return Layer(
            str(said.get("dataset") or ""), version, str(said.get("field") or ""), str(said.get("indicator") or ""),
            str(said.get("by") or ""), period, level, str(asked.get("place") or ""),
            {str(name): str(value) for name, value in found.items()} if isinstance(found, Mapping) else {},
            self._style(said.get("style"), f"{where}.style"),
        )  # fmt: skip

    def _style(self, said: Any, where: str) -> Style:
        if said is None:
            return Style()
        if not isinstance(said, Mapping):
            self.wrong(where, _("A style is an object."))
            return Style()
        how = self._one_of(said, "how", METHODS, "jenks", where)
        breaks = self._breaks(said.get("breaks"), how, where)
        classes = said.get("classes", 5)
        if isinstance(classes, bool) or not isinstance(classes, int) or not 1 <= classes <= MOST:
            self.wrong(
                f"{where}.classes", _("A map has 1 to %d classes: the eye does not tell more colours apart.") % MOST
            )
            classes = 5
        size = said.get("size", 18)
        if isinstance(size, bool) or not isinstance(size, int | float) or not LEAST_SYMBOL <= size <= MOST_SYMBOL:
            self.wrong(
                f"{where}.size", _("The largest symbol has a radius of %(least)d to %(most)d pixels.")
                % {"least": LEAST_SYMBOL, "most": MOST_SYMBOL},
            )  # fmt: skip
            size = 18
        return Style(
            self._one_of(said, "kind", STYLES, CHOROPLETH, where), how, classes, breaks,
            self._one_of(said, "ramp", RAMPS, DEFAULT, where), bool(said.get("reverse")),
            self._one_of(said, "colour", COLOURS, "blue", where), float(size),
        )  # fmt: skip

    def _breaks(self, said: Any, how: str, where: str) -> tuple[float, ...]:
        if how != "fixed":
            return ()
        fine = isinstance(said, list) and all(
            isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in said
        )
        if not fine or len(said) < 2 or any(low >= high for low, high in pairwise(said)):
            self.wrong(f"{where}.breaks", _("Fixed classes need at least two edges, each larger than the one before."))
            return ()
        if len(said) > MOST + 1:
            self.wrong(
                f"{where}.breaks", _("A map has 1 to %d classes: the eye does not tell more colours apart.") % MOST
            )
            return ()
        return tuple(float(one) for one in said)

    def _places(self, said: Any) -> tuple[str, ...]:
        places = said.get("places") if isinstance(said, Mapping) else None
        if not places:
            return ()
        if not isinstance(places, list) or len(places) > 200:
            self.wrong("extent.places", _("The places are a list of at most 200 references."))
            return ()
        return tuple(str(one) for one in places)

    def _bbox(self, said: Any) -> tuple[float, float, float, float] | None:
        box = said.get("bbox") if isinstance(said, Mapping) else None
        if box is None or box == "":
            return None
        fine = isinstance(box, list) and len(box) == 4
        if not fine or not all(
            isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in box
        ):
            self.wrong("extent.bbox", _("A box is four numbers: west, south, east, north, in degrees."))
            return None
        west, south, east, north = (float(one) for one in box)
        if not (west >= -180 and east <= 180 and south >= -_POLE and north <= _POLE):
            self.wrong("extent.bbox", _("Longitudes lie within ±180 and latitudes within ±85 degrees."))
        elif west >= east or south >= north:
            self.wrong("extent.bbox", _("West must not lie beyond east, nor south beyond north."))
        elif east - west < _LEAST_BOX or north - south < _LEAST_BOX:
            self.wrong("extent.bbox", _("The box is too small: a side has at least 0.02 degrees."))
        else:
            return west, south, east, north
        return None

    def _page(self, said: Any) -> Page:
        if said is None:
            return Page()
        if not isinstance(said, Mapping):
            self.wrong("page", _("The page is an object with size and orientation."))
            return Page()
        return Page(
            self._one_of(said, "size", SIZES, "A4", "page"),
            self._one_of(said, "orientation", ORIENTATIONS, "landscape", "page"),
            self._one_of(said, "labels", LABELS, "names", "page"),
            bool(said.get("inset", True)),
            bool(said.get("rivers", True)),
        )

    def _texts(self, said: Any) -> dict[str, dict[str, str]]:
        if not isinstance(said, Mapping):
            said = {}
        found: dict[str, dict[str, str]] = {}
        for code in LANGUAGES:
            own = said.get(code)
            found[code] = {}
            for name, longest in LENGTHS.items():
                text = str((own or {}).get(name) or "").strip() if isinstance(own, Mapping) else ""
                if len(text) > longest:
                    self.wrong(
                        f"texts.{code}.{name}",
                        _("This text has %(length)d characters; the page holds %(longest)d.")
                        % {"length": len(text), "longest": longest},
                    )
                    text = text[:longest]
                found[code][name] = text
        if not any(found[code]["title"] for code in LANGUAGES):
            self.wrong("texts", _("The map needs a title."))
        return found

    def _logos(self, said: Any) -> tuple[Logo, ...]:
        if not said:
            return ()
        if not isinstance(said, list) or len(said) > MOST_LOGOS:
            self.wrong("logos", _("A page holds at most %d logos.") % MOST_LOGOS)
            return ()
        found = []
        for at, one in enumerate(said):
            fine = isinstance(one, Mapping) and one.get("media_type") in ("image/png", "image/jpeg")
            if not fine or len(str(one.get("sha256"))) != 64 or set(str(one["sha256"])) - set("0123456789abcdef"):
                self.wrong(f"logos.{at}", _("A logo is a PNG or a JPEG."))
                continue
            found.append(Logo(one["sha256"], one["media_type"], str(one.get("name", ""))[:120]))
        return tuple(found)


def read(body: Any) -> Body:
    """Lenient: for drawing what ``problems`` found nothing wrong with."""
    return Reading(body).body
