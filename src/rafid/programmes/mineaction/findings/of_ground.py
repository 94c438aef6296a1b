"""Checks of ground: within one shape, between hazards, between releases, between the two."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils.translation import gettext_lazy as _

from rafid.methods.survey import check_polygons, overlaps

from ..hazards.plane import as_drawn
from ..models import Hazard, HazardState, Release
from .broken import Broken, around, meeting, said, with_shape

NO_GROUND = (HazardState.REPORTED, HazardState.DISCARDED)
SMALLEST = 10.0
"""m²; below it two shapes share what drawing leaves along a common edge."""
OFF = 0.02
"""So far may a stated area lie from the computed one."""

SHAPE_WORDS = {
    "repeated_point": _("a point comes twice on its line"),
    "long_edge": _("an edge is longer than 5 km"),
    "parts_overlap": _("parts of it lie on one another"),
    "few_points": _("it has fewer than three different points"),
    "invalid": _("it crosses itself"),
    "small": _("it is smaller than 1 m²"),
}


def odd_shape(rows: Any) -> Broken:
    """A point twice, an edge of kilometres, parts on one another. Same shapes are found as overlaps."""
    listed = list(rows.filter(deleted_at=None).exclude(ground=None))
    found = Broken()
    seen = set()
    for one in check_polygons(list(as_drawn([row.ground for row in listed]))):
        if one.code in SHAPE_WORDS and one.index not in seen:
            seen.add(one.index)
            found.append(said(listed[one.index], wrong_in=SHAPE_WORDS[one.code]))
    return found


def hazards_overlap(rows: Any) -> Broken:
    """Ground recorded as hazardous under two numbers."""
    listed, shapes = with_shape(rows.exclude(state__in=NO_GROUND))
    others = around(Hazard.objects.exclude(state__in=NO_GROUND), listed)
    others, other_shapes = with_shape(others)
    found = overlaps(list(shapes), list(other_shapes), minimum=SMALLEST) if listed and others else None
    worst: dict[int, tuple[float, Any, float]] = {}
    for i, j, area, inside in zip(found.i, found.j, found.area, found.inside, strict=True) if found else ():
        if (
            listed[i].pk == others[j].pk
            or others[j].pk in (listed[i].replaces_id,)
            or others[j].replaces_id == listed[i].pk
        ):
            continue
        if i not in worst or area > worst[i][0]:
            worst[int(i)] = (float(area), others[j], float(inside))
    return Broken(
        said(listed[i], other=other.ref, shared_m2=area, percent=100 * inside)
        for i, (area, other, inside) in sorted(worst.items())
    )


def in_force(rows: Any) -> Any:
    return rows.filter(deleted_at=None, replaced_by=None)


def released_twice(rows: Any) -> Broken:
    """Two accepted releases of one piece of ground."""
    listed, shapes = with_shape(in_force(rows))
    others, other_shapes = with_shape(around(in_force(Release.objects.all()), listed))
    found = overlaps(list(shapes), list(other_shapes), minimum=SMALLEST) if listed and others else None
    worst: dict[int, tuple[float, Any]] = {}
    for i, j, area in zip(found.i, found.j, found.area, strict=True) if found else ():
        if listed[i].pk != others[j].pk and area > worst.get(int(i), (0.0, None))[0]:
            worst[int(i)] = (float(area), others[j])
    return Broken(said(listed[i], other=other.ref, shared_m2=area) for i, (area, other) in sorted(worst.items()))


def released_outside(rows: Any) -> Broken:
    """Released ground that no hazard ever claimed, or that its own hazard did not."""
    listed, shapes = with_shape(in_force(rows).select_related("hazard"))
    hazards, grounds = with_shape(around(Hazard.objects.exclude(state__in=NO_GROUND), listed))
    touched = dict(meeting(shapes, grounds)) if listed and hazards else {}
    found = Broken()
    for i, row in enumerate(listed):
        claimed = shapely.union_all([grounds[j] for j in touched.get(i, ())])
        outside = float(shapes[i].difference(claimed).area)
        if outside > max(SMALLEST, 0.01 * shapes[i].area):
            found.append(said(row, outside_m2=outside, percent=100 * outside / shapes[i].area))
    return found


def claimed_again(rows: Any) -> Broken:
    """Released ground that a later report claims to be hazardous."""
    listed, shapes = with_shape(in_force(rows).exclude(type="cancelled", hazard=None))
    open_now = Hazard.objects.exclude(state__in=(*NO_GROUND, HazardState.CLOSED, HazardState.CANCELLED))
    hazards, grounds = with_shape(around(open_now, listed))
    found = Broken()
    for i, near in meeting(shapes, grounds) if listed and hazards else ():
        later = [
            (float(shapes[i].intersection(grounds[j]).area), hazards[j])
            for j in near
            if (hazards[j].reopened_on or hazards[j].suspected_on) > listed[i].on
        ]
        area, hazard = max(later, key=lambda one: one[0], default=(0.0, None))
        if hazard is not None and area > SMALLEST:
            found.append(said(listed[i], other=hazard.ref, shared_m2=area))
    return found


def stated_area(rows: Any) -> Broken:
    """The stated area of released ground against the computed one."""
    listed, shapes = with_shape(in_force(rows).exclude(reported_m2=None))
    return Broken(
        said(
            row, stated=row.reported_m2, computed=float(shape.area), percent=100 * abs(row.reported_m2 / shape.area - 1)
        )
        for row, shape in zip(listed, shapes, strict=True)
        if shape.area and abs(row.reported_m2 / shape.area - 1) > OFF
    )
