"""The same ground under two numbers: records of different nodes whose shapes share too much to be two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from rafid.methods.exchange.change import SAME, Change, node_and_number
from rafid.methods.exchange.rules import Conflict, Rules, conflict_id
from rafid.methods.exchange.standing import Standing

POLYGONAL = (3, 6)
"""GEOS' numbers of polygon and multipolygon."""
RECENT = 4096
"""So many shapes changed since the tree was built are looked through beside it, before it is built again."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A record's ground; ``shape`` is polygonal and valid."""

    record: str
    kind: str
    node: str
    shape: Any


def plots(standings: Sequence[Standing], rules: Rules) -> list[Plot | None]:
    """The ground of each record; None where it has none, is not live, or its ground cannot be read."""
    shapes = [_shape(standing, rules) for standing in standings]
    listed = np.array(shapes, dtype=object)
    plain = np.isin(shapely.get_type_id(listed), POLYGONAL) & shapely.is_valid(listed) & (shapely.area(listed) > 0)
    found: list[Plot | None] = []
    for standing, shape, simple in zip(standings, shapes, plain.tolist(), strict=True):
        shape = shape if simple else polygonal(shape)
        found.append(None if shape is None else Plot(standing.record, standing.kind, standing.node, shape))
    return found


def _shape(standing: Standing, rules: Rules) -> Any:
    find = rules.ground.get(standing.kind)
    if find is None or not standing.live:
        return None
    try:
        shape = find(dict(standing.fields))
    except Exception:  # what another version of the programme wrote must not stop the exchange
        return None
    return shape if isinstance(shape, shapely.Geometry) else None


def polygonal(shape: Any) -> Any:
    """The polygons of a shape, made valid for measuring only; None where it holds none."""
    if shape is None or shape.is_empty:
        return None
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    if shapely.get_type_id(shape) not in POLYGONAL:
        parts = [part for part in shapely.get_parts(shape) if shapely.get_type_id(part) in POLYGONAL]
        shape = shapely.union_all(parts) if parts else None
    return None if shape is None or shape.is_empty or shape.area <= 0 else shape


def alike(one: Sequence[Plot], other: Sequence[Plot], rules: Rules) -> list[tuple[Plot, Plot, float]]:
    """Of pairs of plots, element by element, those that must be asked about, with intersection over union."""
    if not one:
        return []
    a = np.array([plot.shape for plot in one], dtype=object)
    b = np.array([plot.shape for plot in other], dtype=object)
    common = shapely.area(shapely.intersection(a, b))
    area_a, area_b = shapely.area(a), shapely.area(b)
    iou = common / (area_a + area_b - common)
    within = common / np.minimum(area_a, area_b)
    chosen = np.nonzero((common > 0) & ((iou >= rules.touch) | (within >= rules.inside)))[0]
    return [(one[at], other[at], float(iou[at])) for at in chosen.tolist()]


class Neighbours:
    """Finds the plots that meet others. A tree over most of them, and the few that changed since beside it."""

    def __init__(self) -> None:
        self.plots: dict[str, Plot] = {}
        self._base: list[Plot] = []
        self._tree: shapely.STRtree | None = None
        self._recent: dict[str, Plot] = {}

    def put(self, record: str, plot: Plot | None) -> None:
        if plot is None:
            if self.plots.pop(record, None) is not None:
                self._recent.pop(record, None)
            return
        self.plots[record] = plot
        self._recent[record] = plot

    def pairs(self, records: Iterable[str]) -> list[tuple[Plot, Plot]]:
        """Each pair once, of one kind and of different nodes, of which at least one is among ``records``."""
        if self._tree is None or len(self._recent) > RECENT:
            self._base = list(self.plots.values())
            self._tree = shapely.STRtree([plot.shape for plot in self._base])
            self._recent = {}
        asked = [self.plots[record] for record in dict.fromkeys(records) if record in self.plots]
        if not asked:
            return []
        shapes = [plot.shape for plot in asked]
        recent = list(self._recent.values())
        found: dict[tuple[str, str], tuple[Plot, Plot]] = {}
        for plots, tree in (
            (self._base, self._tree),
            (recent, shapely.STRtree([plot.shape for plot in recent]) if recent else None),
        ):
            if tree is None:
                continue
            mine, yours = tree.query(shapes, predicate="intersects")
            for at, by in zip(mine.tolist(), yours.tolist(), strict=True):
                one, other = asked[at], plots[by]
                newest: Any = self.plots.get(other.record)  # what lies in the tree may have changed since
                if one.node == other.node or one.kind != other.kind or newest is not other:
                    continue
                if one.record > other.record:
                    one, other = other, one
                found[one.record, other.record] = (one, other)
        return list(found.values())


@dataclass(frozen=True)
class Decision:
    """What was decided of a pair. ``same`` is None while two decisions, made apart, say different things."""

    same: bool | None
    keep: str
    other: str
    about: tuple[str, ...]


def decide(changes: Sequence[Change], lookup: Callable[[str], Change | None]) -> Decision:
    """What the changes ``same`` and ``distinct`` of one pair come to; a later one that knew another stands in its place."""
    ordered = sorted(changes, key=lambda change: node_and_number(change.id))
    overruled: set[str] = set()
    if len(ordered) > 1:
        ids = {change.id for change in ordered}
        for change in ordered:
            node, number = node_and_number(change.id)
            for earlier in ordered:
                at, place = node_and_number(earlier.id)
                if at == node and place < number:
                    overruled.add(earlier.id)
            overruled |= _known(change, lookup) & ids
    standing = [change for change in ordered if change.id not in overruled]
    says = {change.action for change in standing}
    keep = min(change.record for change in standing)
    pair = {standing[0].record, str(standing[0].fields["with"])}
    other = next(iter(pair - {keep}), keep)
    return Decision(None if len(says) > 1 else SAME in says, keep, other, tuple(change.id for change in standing))


def _known(change: Change, lookup: Callable[[str], Change | None]) -> set[str]:
    seen: set[str] = set()
    todo = list(change.after)
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        before = lookup(one)
        if before is not None:
            todo += before.after
    return seen


def ground_conflict(
    one: Plot, other: Plot, iou: float, standings: Mapping[str, Standing], about: Sequence[str]
) -> Conflict:
    """``about``: the decisions that say different things, if any: then it is a new question."""
    records = (one.record, other.record)
    sides = {}
    for record in records:
        standing = standings[record]
        for head in standing.heads:
            sides[head] = standing.fields
    return Conflict(conflict_id("ground", records, (), about), "ground", records, (), sides, iou)


def representatives(pairs: Iterable[tuple[str, str]], live: Callable[[str], bool]) -> dict[str, str]:
    """Record → the record that it is counted as, for pairs ``(keep, other)``. Nothing is counted as a record that is gone."""
    step: dict[str, str] = {}
    for keep, other in sorted(pairs):
        if keep != other and live(keep):
            step.setdefault(other, keep)
    found = {}
    for record in step:
        path = [record]
        while path[-1] in step and step[path[-1]] not in path:
            path.append(step[path[-1]])
        last = path[-1]
        end = min(path[path.index(step[last]) :]) if last in step else last
        if end != record:
            found[record] = end
    return found
