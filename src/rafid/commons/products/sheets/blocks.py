"""The blocks of a sheet ready for a template, in the reader's language: for paper, and for the editor's preview."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rafid.commons.indicators.hierarchy import Area
from rafid.commons.indicators.periods import is_period, span
from rafid.commons.names import pick
from rafid.commons.writing import number

from ..maps.page import dated
from ..maps.painted import Map, Painted, make_map
from . import charts
from .body import blocks_of, said
from .fields import Live, NoField, fields_in
from .markup import html_of, line_of
from .saying import cell_text, mark, unit_of

_LAST = re.compile(r"</(?:p|li)>(?!.*</(?:p|li)>)", re.DOTALL)
SIDE = 440
"""Pixels of a map's box."""
_LETTER = 1.02
"""Millimetres, mean width of a letter on a map."""
MAP_MM = 112.0
_BELOW = 55
"""Units of a drawing between a circle and the middle of its name."""


def ready(
    body: Mapping[str, Any], figures: Mapping[str, Any], say: Callable[[Live], SafeString], *, paper: bool
) -> tuple[list[dict[str, Any]], str]:
    """Blocks, and the rules of style that place their words (paper only: pages have no inline style)."""
    made = _Making(figures, say, paper)
    found = [block for at, one in enumerate(blocks_of(body), 1) if (block := made.block(at, one))]
    return _with_notes(found, paper), "".join(made.rules)


def _with_notes(blocks: list[dict[str, Any]], paper: bool) -> list[dict[str, Any]]:
    """A footnote is called at the end of the text before it. On paper all of them stand together behind the last block: at
    the foot of a page WeasyPrint loses them to the next one where a table is divided."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        texts = [one for one in found if one["kind"] == "text"]
        if block["kind"] == "footnote" and texts:
            number = block["number"]
            sign = f'<sup><a href="#note-{number}">{number}</a></sup>' if paper else f"<sup>{number}</sup>"
            html, before = texts[-1]["html"], _LAST.search(texts[-1]["html"])
            at = before.start() if before else len(html)
            texts[-1]["html"] = mark_safe(html[:at] + sign + html[at:])  # noqa: S308 - both were made safe
        found.append(block)
    return found


class _Making:
    def __init__(self, figures: Mapping[str, Any], say: Callable[[Live], SafeString], paper: bool) -> None:
        self.figures, self.say, self.paper = figures, say, paper
        self.language = get_language() or "ar"
        self.rules: list[str] = []
        self.notes = 0

    def block(self, at: int, block: Mapping[str, Any]) -> dict[str, Any] | None:
        kind = str(block.get("kind") or "")
        make = getattr(self, f"_{kind}", None)
        made: dict[str, Any] | None = make(at, block) if make else None
        if made is None:
            return None
        return {"kind": kind, "at": at, "name": f"b{at}", **made}

    def _words(self, texts: Any) -> str:
        """In the page's language; what lacks it is not shown in another one: a reader is told once, on the first page."""
        return said(texts, self.language)

    def _heading(self, at: int, block: Mapping[str, Any]) -> dict[str, Any] | None:
        text = self._words(block.get("text")).strip()
        if not text:
            return None
        html = line_of(text, self.say)
        return {"html": html, "plain": strip_tags(html), "level": 2 if str(block.get("level")) != "3" else 3}

    def _text(self, at: int, block: Mapping[str, Any]) -> dict[str, Any] | None:
        text = self._words(block.get("text")).strip()
        return {"html": html_of(text, self.say)} if text else None

    def _footnote(self, at: int, block: Mapping[str, Any]) -> dict[str, Any] | None:
        text = self._words(block.get("text")).strip()
        if not text:
            return None
        self.notes += 1
        return {"html": line_of(text, self.say), "number": self.notes}

    def _pagebreak(self, at: int, block: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def _figures(self, at: int, block: Mapping[str, Any]) -> dict[str, Any]:
        items = []
        for item in block.get("items") or ():
            live = next(fields_in(str(item.get("field") or "")), None)
            if isinstance(live, NoField) or live is None:
                continue
            frozen = (self.figures.get("fields") or {}).get(live.key, {})
            label = self._words(item.get("label")).strip() or self._name(live.code) or live.code
            unit = "" if live.how else frozen.get("unit") or self._unit(live.code)
            items.append({"label": line_of(label, self.say), "value": self.say(live), "unit": unit_of(unit)})
        return {"items": items}

    def _name(self, code: str) -> str:
        return pick((self.figures.get("indicators") or {}).get(code, {}).get("names") or {})

    def _unit(self, code: str) -> str:
        return str((self.figures.get("indicators") or {}).get(code, {}).get("unit") or "")

    def _frozen(self, at: int, block: Mapping[str, Any]) -> dict[str, Any]:
        return (self.figures.get("blocks") or {}).get(str(block.get("id") or at)) or {}

    def _titled(self, block: Mapping[str, Any], frozen: Mapping[str, Any]) -> dict[str, Any]:
        code = frozen.get("code", "")
        title = self._words(block.get("title")).strip() or self._name(code)
        return {
            "title": line_of(title, self.say), "indicator": self._name(code), "unit": unit_of(self._unit(code)),
            "place": pick(frozen.get("place_names") or {}), "period": frozen.get("period", ""),
        }  # fmt: skip

    def _chart(self, at: int, block: Mapping[str, Any]) -> dict[str, Any]:
        frozen = self._frozen(at, block)
        made = self._titled(block, frozen) | {"chart": block.get("chart", "line")}
        kind = made["chart"] if made["chart"] in charts.KINDS else "line"
        heads, rows = charts.table_of(kind, frozen)
        src = charts.drawn(kind, frozen, self._unit(frozen.get("code", "")), paper=self.paper)
        return made | {"src": src, "heads": heads, "rows": rows}

    def _map(self, at: int, block: Mapping[str, Any]) -> dict[str, Any]:
        frozen = self._frozen(at, block)
        drawn = map_of(frozen, counts=self._counts(frozen))
        known = any(one.get("value") is not None for one in frozen.get("places") or ())
        borders = [(source, dated(as_of)) for source, as_of in drawn.outlines.sources] if drawn else []
        made = self._titled(block, frozen) | {
            "map": drawn, "names": [], "no_borders": drawn is None and known, "borders": borders,
        }  # fmt: skip
        if drawn is not None and self.paper:
            made["names"] = self._map_names(at, drawn)
            self.rules.append(f".scale-{at}{{width:{drawn.scale_percent / 100 * MAP_MM:.2f}mm}}")
        return made

    def _counts(self, frozen: Mapping[str, Any]) -> bool:
        return bool((self.figures.get("indicators") or {}).get(frozen.get("code", ""), {}).get("counts"))

    def _map_names(self, at: int, drawn: Map) -> list[str]:
        texts: list[str] = []
        for one in drawn.names():
            text = one.painted.area.name
            if len(text) * _LETTER > one.room / drawn.outlines.width * MAP_MM and not drawn.symbols:
                continue
            ink = one.ink if not drawn.symbols else "#16211f"
            # The name of a circle stands below it.
            below = (
                100 * (drawn.radius(one.painted.value or 0.0) + _BELOW) / drawn.outlines.height if drawn.symbols else 0
            )
            self.rules.append(f".m{at}-{len(texts)}{{left:{one.x:.2f}%;top:{one.y + below:.2f}%;color:{ink}}}")
            texts.append(text)
        return texts

    def _table(self, at: int, block: Mapping[str, Any]) -> dict[str, Any]:
        frozen = self._frozen(at, block)
        columns = frozen.get("columns") or []
        rows = [
            {
                "name": pick(row["place_names"]), "place": row["place"], "total": row["total"],
                "cells": [cell_text(row["cells"].get(one["code"]), one["decimals"]) for one in columns],
            }
            for row in frozen.get("rows") or ()
        ]  # fmt: skip
        heads = [
            {"name": self._name(one["code"]), "unit": unit_of(self._unit(one["code"])), "period": one["period"]}
            for one in columns
        ]
        title = self._words(block.get("title")).strip()
        return {"title": line_of(title, self.say) if title else "", "heads": heads, "rows": rows}


def map_of(frozen: Mapping[str, Any], *, counts: bool, side: int = SIDE) -> Map | None:
    """The map of frozen figures, over the borders in force at the period's end. None where none of the places has any."""
    places, when = frozen.get("places") or [], frozen.get("period", "")
    if not places or not is_period(when):
        return None
    decimals = int(frozen.get("decimals", 0))
    painted = [
        Painted(_area(one), one.get("value"), bool(one.get("withheld")),
                number(one["value"], decimals) if one.get("value") is not None else "", "")
        for one in places
    ]  # fmt: skip
    return make_map(painted, span(when).end, symbols=counts, decimals=decimals, width=side, height=side)


def _area(one: Mapping[str, Any]) -> Area:
    names = one["place_names"]
    return Area(UUID(one["id"]), one["place"], 0, "", None, names["ar"], names["ckb"], names["en"], None)


def marks_of(figures: Mapping[str, Any]) -> list[str]:
    """What the signs behind figures mean, as far as they occur."""
    told = list(_all(figures))
    found = []
    if any(mark(one) == "†" for one in told):
        found.append(_("† Not all parts have a figure"))
    if any(mark(one) == "ᵖ" for one in told):
        found.append(_("ᵖ Provisional"))
    if any(one.get("withheld") for one in told):
        found.append(_("* Withheld or not to be computed"))
    return found


def _all(figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = list((figures.get("fields") or {}).values())
    for block in (figures.get("blocks") or {}).values():
        found += [*(block.get("points") or ()), *(block.get("places") or ())]
        found += [cell for row in block.get("rows") or () for cell in row["cells"].values()]
    return found
