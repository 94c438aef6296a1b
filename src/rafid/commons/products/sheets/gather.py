"""The figures that a sheet names, read once and kept: after approval it is drawn from these alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser

from rafid.commons.indicators import disaggregation, queries
from rafid.commons.indicators.figures import Board, Figure, Reader, is_demonstration
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.hierarchy import Area
from rafid.commons.people.visibility import holder
from rafid.commons.places.country import country
from rafid.commons.places.models import Level

from ..release.audiences import withheld_cells
from ..release.cells import cell_key
from . import cells
from .body import LEVELS, blocks_of, lives_of
from .fields import Live
from .periods import compared_with, kind_of, meant

POINTS, BARS = 12, 20
"""Points of a line and bars of places where the block does not say."""
MOST_POINTS = 60


def gather(body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
    """``fields`` by the key of a live field, ``blocks`` by the id of a chart, map or table, ``indicators``, ``sources``,
    ``demonstration``, and ``sensitivity``: 0 where the public sees each of these figures, else who does (1, 2)."""
    return _Gathering(body, period, user).all()


class _Gathering:
    def __init__(self, body: Mapping[str, Any], period: str, user: Any) -> None:
        self.body, self.period, self.user = body, period, user
        self.reader = Reader(user)
        self.home = str(body.get("place") or "")
        self.used: dict[tuple[str, Atom, Any], float | None] = {}
        self.sources: dict[tuple[str, str], None] = {}
        self.indicators: dict[str, dict[str, Any]] = {}
        self.datasets: dict[str, dict[str, Any]] = {}
        self.demonstration = False
        self.sensitivity = 0
        self._there: dict[str, list[str]] = {}
        self._boards: dict[str, Board] = {}
        self._refused: dict[str, set[str]] = {}

    def there(self, code: str) -> list[str]:
        if code not in self._there:
            self._there[code] = queries.periods(self.reader, [code])
        return self._there[code]

    def all(self) -> dict[str, Any]:
        lives = lives_of(self.body)
        blocks = {
            str(block.get("id") or at): block
            for at, block in enumerate(blocks_of(self.body), 1)
            if block.get("kind") in ("chart", "map", "table")
        }
        self._read(lives, blocks.values())
        fields = {live.key: self._field(live) for live in lives}
        drawn = {name: self._block(block) for name, block in blocks.items()}
        self._bound()
        return {
            "fields": fields, "blocks": drawn, "indicators": self.indicators, "sources": [list(one) for one in self.sources],
            "datasets": self.datasets, "demonstration": self.demonstration, "sensitivity": self.sensitivity,
            "period": self.period,
        }  # fmt: skip

    def _read(self, lives: Sequence[Live], blocks: Iterable[Mapping[str, Any]]) -> None:
        """All boards by one reading: which periods, which indicators."""
        asked: dict[str, dict[Atom, None]] = {}

        def want(code: str, by: str, *periods: str) -> None:
            for one in periods:
                if one and code in self.reader.known:
                    asked.setdefault(one, {})[Atom(code, by)] = None

        for live in lives:
            if live.source == "indicator":
                found = meant(live.period, self.period, self.there(live.code))
                want(live.code, live.by, found)
                if found and live.changes:
                    want(live.code, live.by, compared_with(found, self.there(live.code)))
        for block in blocks:
            for code in _codes(block):
                periods = self._periods(block, code)
                for by in self._bands(code, periods) if _is_pyramid(block) else [str(block.get("by") or "")]:
                    want(code, by, *periods)
        atoms = list(dict.fromkeys(atom for some in asked.values() for atom in some))
        if asked:
            self._boards = {one.period: one for one in self.reader.boards(list(asked), atoms)}

    def _bands(self, code: str, periods: Sequence[str]) -> list[str]:
        """What a pyramid is of: each age group of each sex, the youngest first."""
        there = queries.disaggregations(self.reader, code, tuple(periods)) if periods else []
        found = [by for by in there if set(disaggregation.split(by)) == {"age_group", "sex"}]
        return sorted(found, key=disaggregation.in_order)

    def _periods(self, block: Mapping[str, Any], code: str) -> list[str]:
        last = meant(str(block.get("period") or ""), self.period, self.there(code), lenient=True)
        if not last:
            return []
        if block["kind"] == "chart" and block.get("chart", "line") == "line":
            count = min(max(_whole(block.get("periods"), POINTS), 2), MOST_POINTS)
            same = [one for one in self.there(code) if kind_of(one) == kind_of(last)]
            return same[same.index(last) : same.index(last) + count][::-1] if last in same else []
        return [last]

    def _area(self, board: Board, ref: str) -> Area | None:
        if ref:
            return next((area for area in board.places if area.ref == ref), None)
        return next(iter(board.places.at(Level.COUNTRY)), None)

    def _figure(self, board: Board, code: str, by: str, area: Area | None) -> Figure | None:
        if area is None:
            return None
        figure = board.of(code, by).get(area.id)
        self.used[board.period, Atom(code, by), area.id] = figure.value if figure else None
        if figure and figure.source:
            self.sources[figure.source, figure.as_of] = None
            self.demonstration = self.demonstration or is_demonstration(figure.source)
        return replace(figure, value=None) if figure and self._withheld(board.period, code, by, area) else figure

    def _withheld(self, period: str, code: str, by: str, area: Area) -> bool:
        """What the release desk withholds in a table is not told by the indicator beside it."""
        if code not in self._refused:
            self._refused[code] = withheld_cells(code)
        return cell_key(disaggregation.split(by), area.ref, period) in self._refused[code]

    def _indicator(self, code: str) -> dict[str, Any]:
        found = self.reader.indicators.get(code)
        if code not in self.indicators:
            self.indicators[code] = {
                "names": found.names if found else {}, "unit": found.unit if found else "",
                "counts": bool(found and found.counts), "definition": found.definition if found else {},
            }  # fmt: skip
        return self.indicators[code]

    def _field(self, live: Live) -> dict[str, Any]:
        if live.source == "dataset":
            return self._cell(live)
        indicator = self._indicator(live.code)
        frozen: dict[str, Any] = {
            "code": live.code, "by": live.by, "how": live.how, "value": None, "place": live.place or self.home,
            "period": meant(live.period, self.period, self.there(live.code)),
            "decimals": (0 if indicator["counts"] else 1) if live.decimals is None else live.decimals,
        }  # fmt: skip
        board = self._boards.get(frozen["period"])
        if board is None:
            return frozen
        area = self._area(board, frozen["place"])
        if area is None:
            return frozen
        figure = self._figure(board, live.code, live.by, area)
        frozen |= {"place": area.ref, "place_names": area.names} | _told(figure)
        if live.changes:
            earlier = compared_with(board.period, self.there(live.code))
            old = self._boards.get(earlier)
            was = self._figure(old, live.code, live.by, self._area(old, area.ref)) if old else None
            frozen |= {"before": was.value if was else None, "before_period": earlier}
        return frozen

    def _cell(self, live: Live) -> dict[str, Any]:
        place = live.place or self.home
        frozen = cells.read(live, place, self.period, self.user)
        if frozen.get("sensitivity"):
            self.sensitivity = max(self.sensitivity, frozen["sensitivity"])
        if frozen.get("version"):
            self.datasets[live.code] = {
                "names": frozen.pop("dataset_names"), "attribution": frozen.pop("attribution"), "version": frozen["version"],
                "sha256": frozen.pop("sha256"),
            }  # fmt: skip
        return frozen

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        if block["kind"] == "table":
            return self._table(block)
        code, by = str(block.get("indicator") or ""), str(block.get("by") or "")
        indicator = self._indicator(code)
        frozen: dict[str, Any] = {"code": code, "by": by, "decimals": 0 if indicator["counts"] else 1, "period": ""}
        periods = self._periods(block, code)
        boards = [self._boards[one] for one in periods if one in self._boards]
        if not boards:
            return frozen | {"points": [], "places": []}
        board, home = boards[-1], str(block.get("place") or self.home)
        area = self._area(board, home)
        frozen |= {
            "period": board.period,
            "place": area.ref if area else home,
            "place_names": area.names if area else {},
        }
        if block["kind"] == "chart" and block.get("chart", "line") == "line":
            frozen["points"] = [
                {"period": one.period} | _told(self._figure(one, code, by, self._area(one, home))) for one in boards
            ]
            return frozen
        if _is_pyramid(block):
            ages: dict[str, dict[str, Any]] = {}
            for band in self._bands(code, periods):
                parts = disaggregation.split(band)
                age = ages.setdefault(parts["age_group"], {"age": parts["age_group"]})
                age[parts["sex"]] = _told(self._figure(board, code, band, area))
            return frozen | {"ages": list(ages.values())}
        frozen["places"] = self._places(board, area, code, by, block)
        if block["kind"] == "chart":
            known = [one for one in frozen["places"] if one["value"] is not None]
            frozen["places"] = sorted(known, key=lambda one: (-one["value"], one["place"]))[:BARS]
        return frozen

    def _places(
        self, board: Board, area: Area | None, code: str, by: str, block: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        return [
            {"place": one.ref, "id": str(one.id), "place_names": one.names} | _told(self._figure(board, code, by, one))
            for one in inside(board, area, block)
        ]

    def _table(self, block: Mapping[str, Any]) -> dict[str, Any]:
        columns: list[dict[str, Any]] = []
        rows: dict[str, dict[str, Any]] = {}
        for code in _codes(block):
            indicator, periods = self._indicator(code), self._periods(block, code)
            column = {
                "code": code,
                "decimals": 0 if indicator["counts"] else 1,
                "period": periods[-1] if periods else "",
            }
            columns.append(column)
            board = self._boards.get(column["period"])
            if board is None:
                continue
            area = self._area(board, str(block.get("place") or self.home))
            for one in [*inside(board, area, block), *([area] if area else [])]:
                row = rows.setdefault(
                    one.ref, {"place": one.ref, "place_names": one.names, "total": one is area, "cells": {}}
                )
                row["cells"][code] = _told(self._figure(board, code, str(block.get("by") or ""), one))
        ordered = sorted(rows.values(), key=lambda row: (row["total"], row["place"]))
        return {"columns": columns, "rows": ordered}

    def _bound(self) -> None:
        """Whoever sees less must see the same figures, or the product is not for him."""
        if not self.used:
            return
        for level, other in enumerate((AnonymousUser(), holder("platform.author"))):
            if level < self.sensitivity:
                continue
            if self._same(Reader(other, known_ages=self.reader.ages)):
                return
            self.sensitivity = level + 1

    def _same(self, reader: Reader) -> bool:
        atoms = list(dict.fromkeys(atom for _period, atom, _place in self.used))
        periods = list({period for period, _a, _p in self.used})
        if self._sees_all(reader, atoms, periods):
            return True
        boards = {one.period: one for one in reader.boards(periods, atoms)}
        return all(
            boards[period].value(place, atom.code, atom.by) == value
            for (period, atom, place), value in self.used.items()
        )

    def _sees_all(self, reader: Reader, atoms: Sequence[Atom], periods: Sequence[str]) -> bool:
        """Is no figure behind these hidden from them? Then theirs are the same, and need not be computed again."""
        needed = {atom.code for atom in self.reader.needed(atoms)}
        if any(self.reader.chain(code) != reader.chain(code) for code in needed):
            return False
        ids = [row.pk for code in needed for row in self.reader.chain(code)]
        mine, theirs = (one.stored().filter(indicator__in=ids, period__in=periods) for one in (self.reader, reader))
        return not mine.exclude(pk__in=theirs.values("pk")).exists()


def inside(board: Board, area: Area | None, block: Mapping[str, Any]) -> list[Area]:
    """The places of the block's level within its place, in the division that districts are meant in."""
    level = LEVELS.get(str(block.get("level") or "governorate"), 1)
    if area is not None and area.level >= level:
        level = area.level + 1
    found = board.places.within(area.id) if area else list(board.places)
    return [
        one for one in found if one.level == level and (level != Level.DISTRICT or one.division == country().division)
    ]


def _is_pyramid(block: Mapping[str, Any]) -> bool:
    return bool(block["kind"] == "chart" and block.get("chart") == "pyramid")


def _codes(block: Mapping[str, Any]) -> list[str]:
    if block["kind"] == "table":
        return [str(code) for code in dict.fromkeys(block.get("indicators") or [])]
    return [str(block.get("indicator") or "")]


def _told(figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"value": None}
    told: dict[str, Any] = {"value": figure.value, "withheld": figure.value is None}
    if figure.provisional:
        told["provisional"] = True
    if figure.share_present is not None and figure.share_present < 1:
        told["share"] = figure.share_present
    return told | {"origin": figure.source, "as_of": figure.as_of}


def _whole(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise
