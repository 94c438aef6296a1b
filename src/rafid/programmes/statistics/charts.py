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

_WIDTH, _HEIGHT = 560, 430
_PAPER_WIDTH, _PAPER_HEIGHT = 300, 250


@dataclass(frozen=True)
class Drawn:
    """A pyramid for a template; ``svg`` may go into the page as it is."""

    svg: SafeString
    shapes: Pyramid
    bands: Sequence[Band]


def _geometry(bands: Sequence[Band], width: int, height: int, **more: Any) -> Pyramid:
    return pyramid_geometry(
        [band.code for band in bands],
        [band.male for band in bands],
        [band.female for band in bands],
        width=width,
        height=height,
        age_room=64 if width > 400 else 46,
        axis_room=24,
        steps=3,
        **more,
    )


def web_pyramid(bands: Sequence[Band]) -> Drawn | None:
    """With words inside the drawing: a browser shapes them. None where there are no figures by age and sex."""
    if not bands:
        return None
    said = (
        [_("Male, %(age)s: %(number)s") % {"age": band.name, "number": number(band.male, 0)} for band in bands],
        [_("Female, %(age)s: %(number)s") % {"age": band.name, "number": number(band.female, 0)} for band in bands],
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
        f'direction="ltr">{escape(mark.text.replace("-", "–"))}</text>'
        for mark in drawn.ages
    ]
    words += [
        f'<text class="tick" x="{tick.x * UNITS:.0f}" y="{tick.y * UNITS + 160:.0f}" text-anchor="middle" '
        f'direction="ltr">{escape(number(tick.value))}</text>'
        for tick in drawn.ticks
    ]
    svg = drawn.svg.removesuffix("</svg>") + "".join(words) + "</svg>"
    return Drawn(mark_safe(svg), drawn, bands)  # noqa: S308 - numbers and code lists, escaped


def paper_pyramid(bands: Sequence[Band]) -> Drawn | None:
    """Without words: the printed page lays them over the drawing."""
    if not bands:
        return None
    drawn = _geometry(bands, _PAPER_WIDTH, _PAPER_HEIGHT, name="paper")
    return Drawn(mark_safe(drawn.svg), drawn, bands)  # noqa: S308 - shapes and numbers only
