"""Colours of classes that people with colour vision deficiency can tell apart, in print and on screen.

- ColorBrewer 2.0 (Blues, Purples, YlGnBu, YlOrBr, BrBG, PuOr, RdBu): colours by Cynthia A. Brewer, Mark Harrower and The
  Pennsylvania State University, https://colorbrewer2.org, Apache License 2.0. Only schemes that ColorBrewer marks as
  colour-blind safe are here.
- viridis: Stéfan van der Walt and Nathaniel Smith, CC0. cividis: Nuñez, Anderton and Renslow 2018, PLoS ONE 13(7), as
  sampled by the R package viridisLite, MIT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FEWEST, MOST = 3, 7


@dataclass(frozen=True)
class Ramp:
    """``colours`` maps the number of classes, 3 to 7, to the colours of the classes from the lowest to the highest."""

    name: str
    kind: Literal["sequential", "diverging"]
    colours: dict[int, tuple[str, ...]]
    source: str


@dataclass(frozen=True)
class Hatch:
    """A pattern for areas without a figure: strokes of ``line`` on ``ground``, ``spacing`` and ``width`` in pixels."""

    name: str
    ground: str
    line: str
    angle: float
    spacing: float
    width: float


MISSING = Hatch("missing", "#f2f2f2", "#7f7f7f", 45.0, 6.0, 0.8)
WITHHELD = Hatch("withheld", "#e6e6e6", "#4d4d4d", -45.0, 3.5, 0.9)
"""Nobody counted, and counted but not told: two patterns, and neither is white like a zero."""
HATCHES = {hatch.name: hatch for hatch in (MISSING, WITHHELD)}


def _ramp(name: str, kind: Literal["sequential", "diverging"], source: str, *rows: str) -> Ramp:
    colours = {len(row) // 6: tuple(f"#{row[at : at + 6]}" for at in range(0, len(row), 6)) for row in rows}
    return Ramp(name, kind, colours, source)


_BREWER = "ColorBrewer 2.0, Apache-2.0"

RAMPS: dict[str, Ramp] = {
    ramp.name: ramp
    for ramp in (
        _ramp(
            "blues", "sequential", _BREWER,
            "deebf79ecae13182bd", "eff3ffbdd7e76baed62171b5", "eff3ffbdd7e76baed63182bd08519c",
            "eff3ffc6dbef9ecae16baed63182bd08519c", "eff3ffc6dbef9ecae16baed64292c62171b5084594",
        ),
        _ramp(
            "purples", "sequential", _BREWER,
            "efedf5bcbddc756bb1", "f2f0f7cbc9e29e9ac86a51a3", "f2f0f7cbc9e29e9ac8756bb154278f",
            "f2f0f7dadaebbcbddc9e9ac8756bb154278f", "f2f0f7dadaebbcbddc9e9ac8807dba6a51a34a1486",
        ),
        _ramp(
            "yellow-green-blue", "sequential", _BREWER,
            "edf8b17fcdbb2c7fb8", "ffffcca1dab441b6c4225ea8", "ffffcca1dab441b6c42c7fb8253494",
            "ffffccc7e9b47fcdbb41b6c42c7fb8253494", "ffffccc7e9b47fcdbb41b6c41d91c0225ea80c2c84",
        ),
        _ramp(
            "yellow-orange-brown", "sequential", _BREWER,
            "fff7bcfec44fd95f0e", "ffffd4fed98efe9929cc4c02", "ffffd4fed98efe9929d95f0e993404",
            "ffffd4fee391fec44ffe9929d95f0e993404", "ffffd4fee391fec44ffe9929ec7014cc4c028c2d04",
        ),
        _ramp(
            "viridis", "sequential", "viridis, CC0",
            "fde72521918c440154", "fde72535b77931688e440154", "fde7255ec96221918c3b528b440154",
            "fde7257ad15122a8842a788e414487440154", "fde72590d74335b77921918c31688e443983440154",
        ),
        _ramp(
            "cividis", "sequential", "cividis by viridisLite, MIT",
            "ffea467c7b7800204d", "ffea46a69d75575c6d00204d", "ffea46bcaf6f7c7b78414d6b00204d",
            "ffea46cbba69958f7866697031446b00204d", "ffea46d3c164a69d757c7b78575c6d233e6c00204d",
        ),
        _ramp(
            "brown-teal", "diverging", _BREWER,
            "d8b365f5f5f55ab4ac", "a6611adfc27d80cdc1018571", "a6611adfc27df5f5f580cdc1018571",
            "8c510ad8b365f6e8c3c7eae55ab4ac01665e", "8c510ad8b365f6e8c3f5f5f5c7eae55ab4ac01665e",
        ),
        _ramp(
            "purple-orange", "diverging", _BREWER,
            "998ec3f7f7f7f1a340", "5e3c99b2abd2fdb863e66101", "5e3c99b2abd2f7f7f7fdb863e66101",
            "542788998ec3d8daebfee0b6f1a340b35806", "542788998ec3d8daebf7f7f7fee0b6f1a340b35806",
        ),
        _ramp(
            "red-blue", "diverging", _BREWER,
            "ef8a62f7f7f767a9cf", "ca0020f4a58292c5de0571b0", "ca0020f4a582f7f7f792c5de0571b0",
            "b2182bef8a62fddbc7d1e5f067a9cf2166ac", "b2182bef8a62fddbc7f7f7f7d1e5f067a9cf2166ac",
        ),
    )
}  # fmt: skip
DEFAULT = "yellow-green-blue"


def ramp_colours(name: str, classes: int, *, reverse: bool = False) -> tuple[str, ...]:
    """Colours of ``classes`` classes, 1 to 7, from the lowest to the highest class; dark is high in sequential ramps.

    Fewer than three classes take the middle one, or the outer two, of three. Raises ``ValueError`` for an unknown name or
    another number.

    >>> ramp_colours("blues", 3)
    ('#deebf7', '#9ecae1', '#3182bd')
    """
    ramp = RAMPS.get(name)
    if ramp is None:
        raise ValueError(f"the ramps are {', '.join(RAMPS)}, not {name!r}")
    if not 1 <= classes <= MOST:
        raise ValueError(f"a map has 1 to {MOST} classes")
    colours = ramp.colours[max(classes, FEWEST)]
    if classes == 1:
        colours = colours[1:2]
    elif classes == 2:
        colours = (colours[0], colours[2])
    return colours[::-1] if reverse else colours


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 black to 1 white (WCAG 2.2). Raises ``ValueError`` for anything else."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def text_colour(ground: str) -> str:
    """Black or white, whichever reads better on ``ground``; the contrast is at least 4.5 on every colour."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))


def _parts(colour: str) -> tuple[int, int, int]:
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"a colour is #rrggbb, not {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: int) -> float:
    value = part / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
