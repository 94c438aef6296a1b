"""What an atlas consists of: a map's recipe and a list of places, one page for each.

``{"map": {…}, "of": "" | ref, "level": "governorate" | "district", "from": code of the map's recipe}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.indicators.hierarchy import Area, ages
from rafid.commons.places.country import country
from rafid.commons.places.models import Level

LEVELS = {"governorate": Level.GOVERNORATE, "district": Level.DISTRICT}
MOST = 300
"""Pages of one atlas."""


def places_of(body: Mapping[str, Any], on: date) -> list[dict[str, Any]]:
    """``[{"ref", "names", "parent", "inside": [{"ref", "names"}]}]`` as they were on that day, in the order of their codes."""
    hierarchy = ages().on(on)
    level = LEVELS.get(str(body.get("level") or "governorate"), Level.GOVERNORATE)
    of = str(body.get("of") or "")
    whole = next((area for area in hierarchy if area.ref == of), None) if of else None
    if of and whole is None:
        return []
    among = hierarchy.within(whole.id) if whole else list(hierarchy)
    pages = sorted((area for area in among if area.level == level and _meant(area)), key=lambda area: area.ref)
    return [
        {
            "ref": area.ref, "names": area.names, "parent": next((one.names for one in hierarchy.path(area.id)[-2:-1]), {}),
            "inside": [
                {"ref": one.ref, "names": one.names} for one in hierarchy.within(area.id)[1:]
                if one.level <= Level.DISTRICT and _meant(one)
            ],
        }
        for area in pages[:MOST]
    ]  # fmt: skip


def _meant(area: Area) -> bool:
    """Districts of the division that districts are meant in; all governorates."""
    return area.level != Level.DISTRICT or area.division == country().division


def problems(body: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    if not (body.get("map") or {}).get("layers"):
        found.append({"where": _("Map"), "message": _("Choose the map that each page shows.")})
    if str(body.get("level") or "governorate") not in LEVELS:
        found.append({"where": _("Places"), "message": _("The level is governorate or district.")})
    elif not places_of(body, date.today()):
        found.append(
            {
                "where": _("Places"),
                "message": _("There are no such places within “%s”.") % str(body.get("of") or "")[:40],
            }
        )
    return found
