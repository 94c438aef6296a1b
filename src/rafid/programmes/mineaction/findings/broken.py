"""What the checks hand back: rows that break a rule, each with the words that its sentence needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import shapely
from django.contrib.gis.geos import Polygon

from ..hazards.plane import to_plane


class Broken(list[Any]):
    """Takes the place of a queryset where a rule is more than the database can say."""

    def select_related(self, *_names: Any) -> Broken:
        return self


def said(row: Any, **words: Any) -> Any:
    """``row`` with the words of its sentence as attributes; areas and shares as whole numbers."""
    for name, word in words.items():
        setattr(row, name, round(word) if isinstance(word, float) else word)
    return row


def with_shape(rows: Any, field: str = "ground") -> tuple[list[Any], Any]:
    """Rows that have one, and their shapes in metres of the equal-area plane."""
    listed = list(rows.filter(deleted_at=None).exclude(**{field: None}))
    return listed, to_plane([getattr(one, field) for one in listed])


def around(others: Any, rows: Iterable[Any], field: str = "ground", *, of: str = "ground") -> Any:
    """Of ``others`` those in the box around ``rows``: one changed record reads its neighbours, the whole register all."""
    boxes = [getattr(one, of).extent for one in rows]
    if not boxes:
        return others.none()
    west, south = min(one[0] for one in boxes), min(one[1] for one in boxes)
    east, north = max(one[2] for one in boxes), max(one[3] for one in boxes)
    return others.filter(**{f"{field}__bboverlaps": Polygon.from_bbox((west, south, east, north))})


def meeting(shapes: Any, others: Any) -> Iterable[tuple[int, list[int]]]:
    """Of each shape: which of the others it meets. Shapes of a plane."""
    tree = shapely.STRtree(others)
    found: dict[int, list[int]] = {}
    for i, j in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        found.setdefault(int(i), []).append(int(j))
    return sorted(found.items())
