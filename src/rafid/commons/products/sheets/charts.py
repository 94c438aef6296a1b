"""Charts of a sheet: its frozen figures as those of ``charts``, which draws them for dashboards, sheets and editions alike."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from rafid.commons import blobs
from rafid.commons.indicators import disaggregation
from rafid.commons.names import pick
from rafid.commons.writing import period

from ..charts.figures import WITHHELD, Cell, Figures, Head, known
from ..charts.pictures import picture
from ..charts.spec import BAR, LINE, PYRAMID, ChartSpec
from .saying import cell_text, mark

SEXES = ("male", "female")
KINDS = {"line": LINE, "bars": BAR, "pyramid": PYRAMID}
_WIDTH = 640


def drawn(kind: str, frozen: Mapping[str, Any], unit: str, *, paper: bool) -> str:
    """The address of the picture, in the language that is active; empty where nothing is known. On paper it is a file of the
    store, under its hash: the same bytes make the same document."""
    figures = figures_of(kind, frozen, unit)
    if figures.empty or (kind == "line" and len(figures.rows) < 2):
        return ""
    made = picture(ChartSpec(KINDS[kind]), figures, width=_WIDTH)
    if paper:
        return blobs.path_of(blobs.keep(made).sha256).resolve().as_uri()
    return f"data:image/png;base64,{base64.b64encode(made).decode()}"


def figures_of(kind: str, frozen: Mapping[str, Any], unit: str) -> Figures:
    rows = list(_rows(kind, frozen))
    series = (
        [Head(disaggregation.code_name("sex", sex), f"sex={sex}") for sex in SEXES] if kind == "pyramid" else [Head("")]
    )
    return Figures(
        [head for head, _told in rows],
        series,
        [[_cell(one) for one in told] for _head, told in rows],
        unit=unit,
        decimals=int(frozen.get("decimals", 0)),
        period=str(frozen.get("period", "")),
    )


def table_of(kind: str, frozen: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The same figures for those who read: names of the columns, and the name and figures of each row."""
    decimals = int(frozen.get("decimals", 0))
    heads = [disaggregation.code_name("sex", sex) for sex in SEXES] if kind == "pyramid" else []
    return heads, [(head.label, [cell_text(one, decimals) for one in told]) for head, told in _rows(kind, frozen)]


def _rows(kind: str, frozen: Mapping[str, Any]) -> Iterator[tuple[Head, list[Mapping[str, Any] | None]]]:
    if kind == "pyramid":
        for one in frozen.get("ages") or ():
            yield Head(disaggregation.code_name("age_group", one["age"]), one["age"]), [one.get(sex) for sex in SEXES]
    elif kind == "bars":
        for one in frozen.get("places") or ():
            yield Head(pick(one["place_names"]), one["place"]), [one]
    else:
        for one in frozen.get("points") or ():
            yield Head(period(one["period"]), one["period"]), [one]


def _cell(told: Mapping[str, Any] | None) -> Cell:
    if not told or told.get("value") is None:
        return Cell(None, WITHHELD) if told and told.get("withheld") else Cell()
    return known(told["value"], mark(told))
