"""The map beside a case: the ground as each side has it, over the common past, drawn to scale."""

from __future__ import annotations

from typing import Any

import shapely
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rafid.commons.records.exchange.shown import side_names
from rafid.commons.records.models import Case

from ..hazards.plane import to_plane
from ..models.hazards import group
from ..picture.drawing import Layer, drawn
from ..picture.frame import DATUM, demonstrates, safety
from ..picture.standing import group_name


def case_map(request: Any, case: Case) -> str:
    """HTML; empty where no side has a ground."""
    sides: list[dict[str, Any]] = []
    names = side_names(case)
    for number, (side, view) in enumerate(sorted(case.sides.items())):
        ground = _ground(view)
        if ground is None:
            continue
        state = str(view.get("state") or "")
        sides.append(
            {
                "node": side.rpartition(":")[0], "side": names[side], "ground": ground, "area": ground.area,
                "css": "ab"[number % 2], "status": group_name(group(state)), "class": view.get("classification") or "",
            }
        )  # fmt: skip
    if not sides:
        return ""
    past = _ground(case.past)
    layers = [Layer(f"side-{one['css']}", one["ground"], f"{one['side']} · {one['status']}") for one in sides]
    if past is not None:
        layers.append(Layer("past", past, _("Common past")))
    label = _("The ground as each side has it")
    context = {
        "sides": sides, "past": past is not None, "drawn": drawn(layers, label=label), "shared": _shared(sides),
        "demonstration": demonstrates(), "safety": safety(), "datum": DATUM,
    }  # fmt: skip
    return render_to_string("mineaction/claims/panel.html", context, request=request)


def _ground(view: dict[str, Any]) -> Any:
    try:
        shape = shapely.from_wkt(view["ground"])
    except (KeyError, TypeError, shapely.errors.ShapelyError):
        return None
    return None if shape is None or shape.is_empty or not shape.is_valid else to_plane([shape])[0]


def _shared(sides: list[dict[str, Any]]) -> float | None:
    """Ground that all sides have; None where there is but one."""
    if len(sides) < 2:
        return None
    common = sides[0]["ground"]
    for one in sides[1:]:
        common = shapely.intersection(common, one["ground"])
    return float(common.area)
