"""Classes of one layer's values, with what its legend says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons.writing import number

from ..cartography import class_breaks, class_ranges, classify
from ..ramps import ramp_colours
from .body import Style


@dataclass(frozen=True)
class Class:
    """``text`` is its range in the reader's language, ``areas`` how many lie in it."""

    colour: str
    text: str
    areas: int


@dataclass(frozen=True)
class Classes:
    """``colours`` by the key of each value that has one."""

    legend: list[Class]
    colours: Mapping[str, str]
    missing: int
    withheld: int


def classes_of(values: Sequence[Sequence[Any]], style: Style, decimals: int) -> Classes:
    """``values`` as a frozen layer holds them. All equal: one class; none at all: none, and the legend counts the missing."""
    known = [(key, float(value)) for key, _ref, value, _flag in values if value is not None]
    withheld = sum(1 for *_row, value, flag in values if value is None and flag)
    missing = sum(1 for *_row, value, flag in values if value is None and not flag)
    if not known:
        return Classes([], {}, missing, withheld)
    edges = _edges([value for _key, value in known], style)
    count = len(edges) - 1
    found = classify([value for _key, value in known], edges)
    colours = ramp_colours(style.ramp, count, reverse=style.reverse)
    legend = [
        Class(colours[at], range_text(*bounds, decimals), int((found == at).sum()))
        for at, bounds in enumerate(class_ranges(edges, whole=decimals == 0))
    ]
    return Classes(
        legend, {key: colours[at] for (key, _v), at in zip(known, found, strict=True)}, missing, withheld
    )  # fmt: skip


def _edges(known: list[float], style: Style) -> Any:
    if style.how != "fixed" or len(style.breaks) < 2:
        return class_breaks(known, classes=style.classes, how="jenks" if style.how == "fixed" else style.how)
    edges = np.array(style.breaks)
    # What lies beyond the fixed edges joins the outer classes, and their ranges say so.
    edges[0], edges[-1] = min(edges[0], min(known)), max(edges[-1], max(known))
    return edges


def range_text(low: float, high: float, decimals: int) -> str:
    if low == high:
        return number(low, decimals)
    # Kept in one piece: in a right-to-left line the two ends would change places.
    return _("%(low)s to %(high)s") % {"low": number(low, decimals), "high": number(high, decimals)}
