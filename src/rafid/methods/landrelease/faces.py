"""The faces into which overlapping grounds cut one another, and which grounds hold each face.

Every figure of the ledger is a sum of faces. A face is counted once, so that parts add up to their whole by construction,
however many records claim it; no chain of unions and differences loses a sliver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from rafid.methods.landrelease.grounds import Geometries

GRIDS = (0.0, 1e-6, 1e-4, 1e-2)
"""Metres to which crossings are rounded, tried one after the other; 0 is not at all."""
LOST = 1e-4
"""m² by which the faces of a ground may differ from it."""

BLOCK = 2048
"""Grounds that are cut at a time."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Faces:
    """``areas`` (f,) of the faces; ``face`` and ``member`` (k,), ordered by face: face[i] lies in ground member[i]. ``shapes``
    (f,) only where they were asked for."""

    areas: Floats
    face: Ints
    member: Ints
    shapes: Geometries | None = None

    @property
    def count(self) -> int:
        return len(self.areas)


def faces(grounds: Geometries, *, shapes: bool = False) -> Faces:
    """Faces of valid polygons, (n,). Grounds are grouped by who really shares area with whom (a common edge is no group):
    who shares with nobody is its own face; of two, one intersection tells all three areas; more than two have their lines cut
    at all crossings and closed to polygons, group by group.
    """
    size = len(grounds)
    areas = shapely.area(grounds)
    first, second = shared(grounds)
    group = _groups(size, first, second)
    members = np.bincount(group, minlength=1)[group] if size else np.empty(0, np.int64)
    alone = np.flatnonzero(members == 1)
    found = [(areas[alone], np.arange(len(alone)), alone, grounds[alone])]
    if not shapes:
        pair = members[first] == 2
        found.append(_pairs(grounds, areas, first[pair], second[pair]))
    for many in _blocks(np.flatnonzero(members > (1 if shapes else 2)), group):
        part = _cut(grounds, many, group[many])
        found.append(part if shapes else (*part[:3], part[3][:0]))
    offsets = np.cumsum([0, *(len(part[0]) for part in found)])
    return Faces(
        np.concatenate([part[0] for part in found]),
        np.concatenate([part[1] + offset for part, offset in zip(found, offsets, strict=False)]).astype(np.int64),
        np.concatenate([part[2] for part in found]).astype(np.int64),
        np.concatenate([part[3] for part in found]) if shapes else None,
    )


def shared(grounds: Geometries) -> tuple[Ints, Ints]:
    """Pairs i < j of grounds whose insides meet."""
    if not len(grounds):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first, second = shapely.STRtree(grounds).query(grounds, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    meet = ~shapely.touches(grounds[first], grounds[second])
    return first[meet], second[meet]


def _groups(size: int, first: Ints, second: Ints) -> Ints:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not size:
        return np.empty(0, np.int64)
    links = coo_matrix((np.ones(len(first), np.int8), (first, second)), (size, size))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


Part = tuple[Floats, Ints, Ints, Geometries]


def _blocks(many: Ints, group: Ints) -> list[Ints]:
    """Whole groups, some thousand grounds at a time: their shapes are let go before the next are made."""
    many = many[np.argsort(group[many], kind="stable")]
    _, begins, number = np.unique(group[many], return_index=True, return_inverse=True)
    block = begins[number] // BLOCK if len(many) else begins
    return np.split(many, np.flatnonzero(np.diff(block)) + 1) if len(many) else []


def _pairs(grounds: Geometries, areas: Floats, first: Ints, second: Ints) -> Part:
    both = shapely.area(shapely.intersection(grounds[first], grounds[second]))
    number = 3 * np.arange(len(first))
    return (
        np.stack([areas[first] - both, both, areas[second] - both], 1).clip(0).ravel(),
        np.stack([number, number + 1, number + 1, number + 2], 1).ravel(),
        np.stack([first, first, second, second], 1).ravel(),
        np.empty(0, object),
    )


def _cut(grounds: Geometries, many: Ints, group: Ints, grids: Sequence[float] = GRIDS) -> Part:
    """Faces of groups, ordered by them; a group whose faces do not add up to each of its grounds is cut again, on a grid.

    Lines that run along each other within the last digits cross where no number lies, and faces get lost between them. On a
    grid of a thousandth of a millimetre all crossings are points of it (snap rounding), which is slower.
    """
    areas, face, member, shapes = _cells(grounds, many, group, grids[0])
    found = np.bincount(member, areas[face], minlength=len(many))
    allowed = LOST + 1e-9 * shapely.area(grounds[many]) + grids[0] * shapely.length(grounds[many])
    bad = np.isin(group, group[np.abs(found - shapely.area(grounds[many])) > allowed])
    if not bad.any() or len(grids) == 1:
        return areas, face, many[member], shapes
    again = _cut(grounds, many[bad], group[bad], grids[1:])
    good = ~bad[member]
    kept, number = np.unique(face[good], return_inverse=True)
    return (
        np.concatenate([areas[kept], again[0]]),
        np.concatenate([number, again[1] + len(kept)]),
        np.concatenate([many[member[good]], again[2]]),
        np.concatenate([shapes[kept], again[3]]),
    )


def _cells(grounds: Geometries, many: Ints, group: Ints, grid: float) -> Part:
    """Faces of grounds ``many``, ordered by group, with positions in ``many`` as members."""
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(many) else np.empty(0, np.int64)
    counts = np.diff(np.r_[starts, len(many)])
    lines = shapely.boundary(grounds[many])
    cells: list[Geometries] = []
    owners: list[Ints] = []
    # Groups of about one size lie in one table, so that a call serves hundreds of them and no row is mostly blank.
    classes = np.ceil(np.log2(np.maximum(counts, 1))).astype(int)
    for width in np.unique(classes):
        chosen = np.flatnonzero(classes == width)
        table = np.full((len(chosen), counts[chosen].max()), None, object)
        for row, at in enumerate(chosen):
            table[row, : counts[at]] = lines[starts[at] : starts[at] + counts[at]]
        closed = shapely.polygonize(shapely.union_all(table, axis=1, grid_size=grid or None)[:, None])
        parts, row_of = shapely.get_parts(closed, return_index=True)
        cells.append(parts)
        owners.append(chosen[row_of])
    if not cells:
        return np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, object)
    shapes, owner = np.concatenate(cells), np.concatenate(owners)
    points = shapely.point_on_surface(shapes)
    at, member = shapely.STRtree(grounds[many]).query(points)
    own = group[starts][owner[at]] == group[member]
    at, member = at[own], member[own]
    shapely.prepare(grounds[many])
    inside = shapely.contains_xy(grounds[many[member]], shapely.get_x(points)[at], shapely.get_y(points)[at])
    held, number = np.unique(at[inside], return_inverse=True)  # a gap that grounds enclose is nobody's face
    order = np.argsort(number, kind="stable")
    return shapely.area(shapes[held]), number[order], member[inside][order], shapes[held]
