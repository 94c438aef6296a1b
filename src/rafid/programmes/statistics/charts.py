"""The population pyramid: bars from the drawing room, words as the medium can set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.products.drawing import Pyramid, pyramid_geometry
from rafid.commons.products.svg import UNITS
from rafid.commons.writing import number

from .queries import Band

_WIDTH, _HEIGHT = 440, 400
_PAPER_WIDTH, _PAPER_HEIGHT = 320, 260
_AXIS_ROOM = 24


@dataclass(frozen=True)
class Drawn:
    """A pyramid for a template; ``svg`` may go into the page as it is."""

    svg: SafeString
    shapes: Pyramid
    bands: Sequence[Band]


def isolate(text: str) -> str:
    """Kept apart from the letters around it: behind Arabic letters 10-14 would be shown as 14-10."""
    return f"\u2068{text}\u2069"


def short_age(code: str) -> str:
    """``00-04`` as an axis has it: ``0–4``."""
    return "–".join(part.lstrip("0") or "0" for part in code.split("-"))


def _geometry(bands: Sequence[Band], width: int, height: int, **more: Any) -> Pyramid:
    return pyramid_geometry(
        [band.code for band in bands],
        [band.male for band in bands],
        [band.female for band in bands],
        width=width,
        height=height,
        age_room=56 if width > 400 else 44,
        axis_room=_AXIS_ROOM if width > 400 else 4,
        steps=3,
        **more,
    )


def web_pyramid(bands: Sequence[Band]) -> Drawn | None:
    """With words inside the drawing: a browser shapes them. None where there are no figures by age and sex."""
    if not bands:
        return None
    said = (
        [
            _("Male, %(age)s: %(number)s") % {"age": isolate(band.name), "number": number(band.male, 0)}
            for band in bands
        ],
        [
            _("Female, %(age)s: %(number)s") % {"age": isolate(band.name), "number": number(band.female, 0)}
            for band in bands
        ],
    )
    drawn = _geometry(
        bands,
        _WIDTH,
        _HEIGHT,
        titles=said,
        web=True,
        label=_("Population pyramid: men on the left, women on the right"),
    )
    words = [
        f'<text class="age" x="{mark.x * UNITS:.0f}" y="{mark.y * UNITS:.0f}" dy="0.35em" text-anchor="middle" '
        f'direction="ltr">{escape(short_age(mark.text))}</text>'
        for mark in drawn.ages
    ]
    words += [
        f'<text class="tick" x="{tick.x * UNITS:.0f}" y="{tick.y * UNITS + 160:.0f}" text-anchor="{_anchor(tick.x)}" '
        f'direction="ltr">{escape(number(tick.value))}</text>'
        for tick in drawn.ticks
    ]
    svg = drawn.svg.removesuffix("</svg>") + "".join(words) + "</svg>"
    return Drawn(mark_safe(svg), drawn, bands)  # noqa: S308 - numbers and code lists, escaped


def _anchor(x: float) -> str:
    """The figures at the outer ends stand inside the drawing."""
    if x < 1:
        return "start"
    return "end" if x > _WIDTH - 1 else "middle"


@dataclass(frozen=True)
class PaperPyramid:
    """Shapes, and the words that the printed page lays over them: (text, x, y) in percent of the drawing."""

    svg: SafeString
    ages: Sequence[tuple[str, float]]
    ticks: Sequence[tuple[str, float]]
    ratio: float


def paper_pyramid(bands: Sequence[Band]) -> PaperPyramid | None:
    if not bands:
        return None
    drawn = _geometry(bands, _PAPER_WIDTH, _PAPER_HEIGHT, name="paper", fills=("#1f7a87", "#cc8427"))
    return PaperPyramid(
        mark_safe(drawn.svg),  # noqa: S308 - shapes and numbers only
        [(short_age(mark.text), 100 * mark.y / drawn.height) for mark in drawn.ages],
        [(number(tick.value), 100 * tick.x / drawn.width) for tick in drawn.ticks],
        drawn.height / drawn.width,
    )
