"""The report of a boundary import: in words for the person who decides, in JSON for the record."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rafid.commons.writing import whole

from .boundary_columns import level_names
from .boundary_plan import ADDABLE, Fault, Plan

SHOWN = 10
"""Faults of one kind that are told one by one; the others are in the JSON and on the map."""
_MOST_NAMES = 6

TITLES = {
    "no_polygon": gettext_lazy("Rows without a polygon"),
    "not_finite": gettext_lazy("Coordinates that are no numbers"),
    "invalid": gettext_lazy("Polygons that cross themselves and cannot be repaired safely"),
    "repaired": gettext_lazy("Polygons that were repaired"),
    "elsewhere": gettext_lazy("Polygons outside the country"),
    "exchanged": gettext_lazy("Polygons whose longitude and latitude are exchanged"),
    "foreign_code": gettext_lazy("Codes of another country"),
    "unknown_code": gettext_lazy("Codes that no place has"),
    "other_level": gettext_lazy("Codes of places of another level"),
    "nameless": gettext_lazy("Polygons without code and name"),
    "name_unknown": gettext_lazy("Names that no place has"),
    "name_doubtful": gettext_lazy("Names that are doubtful"),
    "twice": gettext_lazy("Places that several polygons claim by name"),
    "twice_new": gettext_lazy("New places of the same name in one area"),
    "no_parent": gettext_lazy("New places that lie in no known area"),
    "far": gettext_lazy("Polygons far from where the place is known to be"),
    "name_differs": gettext_lazy("Codes and names that mean different places"),
    "parent_differs": gettext_lazy("Places that the file puts into another area"),
    "joined": gettext_lazy("Several polygons of one code, taken together"),
    "ref_derived": gettext_lazy("References made here, because the file has no codes"),
    "overlap": gettext_lazy("Overlaps"),
    "gap": gettext_lazy("Gaps"),
    "outside_parent": gettext_lazy("Areas that reach out of what they lie in"),
    "child_outside": gettext_lazy("Areas that do not hold what lies in them"),
    "missing": gettext_lazy("Places that the file does not have; they keep what they have"),
}
"""The kinds of faults, in the order of the report."""


def size(m2: float | None) -> str:
    """An area as a person reads it: m² for small ones, km² for the rest."""
    if m2 is None:
        return ""
    if m2 < 1e5:
        return f"{m2:,.0f} m²"
    return f"{m2 / 1e6:,.2f} km²" if m2 < 1e8 else f"{m2 / 1e6:,.0f} km²"


def _percent(share: float) -> str:
    """Two digits of a small share, whole percents of a large one."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _at(fault: Fault) -> str:
    return f"{fault.at[0]:.4f}, {fault.at[1]:.4f}" if fault.at else ""


def sentence(fault: Fault) -> str:
    """One fault in the reader's language."""
    facts = {
        "name": fault.titles[0] if fault.titles else "",
        "all": ", ".join(map(whole, fault.titles[:_MOST_NAMES])) + (" …" if len(fault.titles) > _MOST_NAMES else ""),
        "other": fault.other or (fault.titles[1] if len(fault.titles) > 1 else ""),
        "area": size(fault.area_m2),
        "share": _percent(fault.share or 0),
        "at": _at(fault),
    }
    facts = {name: whole(text) for name, text in facts.items()}
    if fault.kind in ("name_doubtful", "unknown_code", "nameless", "name_unknown") and fault.other:
        return _("%(name)s at %(at)s: perhaps %(other)s") % facts
    said = {
        "no_polygon": _("%(name)s"),
        "not_finite": _("%(name)s"),
        "invalid": _("%(name)s crosses itself at %(at)s; a repair would change its area by %(share)s"),
        "repaired": _("%(name)s crossed itself at %(at)s; its area changed by %(share)s"),
        "elsewhere": _("%(name)s at %(at)s"),
        "exchanged": _("%(name)s at %(at)s"),
        "other_level": _("%(name)s is %(other)s"),
        "twice": _("%(name)s at %(at)s claims %(other)s"),
        "twice_new": _("%(name)s in %(other)s"),
        "far": _("%(name)s lies %(other)s km from its known point"),
        "name_differs": _("%(name)s: the name rather means %(other)s"),
        "parent_differs": _("%(name)s: the file says %(other)s; nothing is changed about this"),
        "joined": _("%(name)s: %(other)s polygons"),
        "ref_derived": _("%(name)s: %(other)s"),
        "overlap": _("%(area)s between %(all)s at %(at)s"),
        "gap": _("%(area)s between %(all)s at %(at)s"),
        "outside_parent": _("%(name)s: %(area)s (%(share)s) lie outside %(other)s, at %(at)s"),
        "child_outside": _("%(name)s leaves out %(area)s (%(share)s) of %(other)s, at %(at)s"),
        "missing": _("%(name)s"),
    }.get(fault.kind, _("%(name)s at %(at)s") if fault.at else _("%(name)s"))
    return said % facts


def grouped(plan: Plan) -> list[dict[str, Any]]:
    """The faults by kind: title, how many, their area together, the first sentences, how many more."""
    kinds: dict[str, list[Fault]] = defaultdict(list)
    for fault in plan.faults:
        kinds[fault.kind].append(fault)
    groups = []
    for kind, title in TITLES.items():
        faults = kinds.get(kind, [])
        if not faults:
            continue
        measured = [fault.area_m2 for fault in faults if fault.area_m2 is not None]
        groups.append(
            {
                "kind": kind,
                "title": str(title),
                "count": len(faults),
                "refused": any(fault.refused for fault in faults),
                "area": size(sum(measured)) if measured else "",
                "sentences": [sentence(fault) for fault in faults[:SHOWN]],
                "more": max(len(faults) - SHOWN, 0),
            }
        )
    return groups


def summary(plan: Plan) -> list[str]:
    """What the file is, what it goes by, what would be done."""
    chosen, taken = plan.chosen, plan.taken
    file = plan.file
    guessed = _(" (guessed)")

    def said(what: str, value: str) -> str:
        return whole(value) + (guessed if what in chosen.guessed else "")

    lines = [
        _("%(name)s: %(kind)s, layer %(layer)s, %(rows)d rows.")
        % {"name": whole(file.name), "kind": whole(file.kind), "layer": whole(file.layer), "rows": len(file)},
        *map(str, file.remarks),
        _("Level: %s") % said("level", level_names().get(chosen.level, str(chosen.level))),
        _("Division: %s") % said("division", chosen.division),
        _("Code: %s") % said("code", chosen.code or "–"),
        _("Name: %s") % said("name", ", ".join(chosen.names) or "–"),
        _("Lies in: %s") % said("parent", chosen.parent or "–"),
        _("Valid from: %s") % said("valid", chosen.valid.isoformat()),
    ]
    by_code = sum(1 for area in taken if area.how == "code")
    by_name = sum(1 for area in taken if area.how == "name")
    new = sum(1 for area in taken if area.how == "new")
    refused = len(plan.areas) - len(taken)
    lines.append(
        _("Taken: %(code)d by code, %(name)d by name, %(new)d as new places. Refused: %(refused)d.")
        % {"code": by_code, "name": by_name, "new": new, "refused": refused}
    )
    if by_name:
        lines.append(_("Names that fit one place alone are taken; look through them before you go on."))
    return lines


def addable(plan: Plan) -> bool:
    """Would areas that are refused become new places, if the person said so?"""
    return not plan.options.add and any(area.why in ADDABLE for area in plan.areas)


def in_words(plan: Plan) -> list[str]:
    """The whole report, a line each."""
    lines = summary(plan)
    if addable(plan):
        lines.append(_("Areas that are not known yet become new places with --add."))
    for group in grouped(plan):
        total = f" ({group['area']})" if group["area"] else ""
        lines.append(f"{group['title']}: {group['count']}{total}")
        lines += [f"  · {text}" for text in group["sentences"]]
        if group["more"]:
            lines.append("  · " + ngettext("%d more", "%d more", group["more"]) % group["more"])
    return lines


def as_json(plan: Plan) -> dict[str, Any]:
    """The report for machines and for the record: every area and every fault."""
    chosen, file = plan.chosen, plan.file
    return {
        "file": {
            "name": file.name,
            "kind": file.kind,
            "layer": file.layer,
            "crs": file.crs,
            "reprojected": file.reprojected,
            "rows": len(file),
        },
        "chosen": {
            "level": chosen.level,
            "division": chosen.division,
            "valid": chosen.valid.isoformat(),
            "code": chosen.code,
            "names": list(chosen.names),
            "parent": chosen.parent,
            "guessed": sorted(chosen.guessed),
        },
        "taken": len(plan.taken),
        "refused": len(plan.areas) - len(plan.taken),
        "areas": [
            {
                "rows": area.rows,
                "code": area.code,
                "names": area.names,
                "how": area.how if area.taken else "",
                "why": "" if area.taken else area.why,
                "place": area.place.ref if area.place else area.ref or None,
                "suggestion": area.suggestion.ref if area.suggestion and not area.taken else None,
                "area_m2": round(area.area_m2, 1) if area.geometry is not None else None,
            }
            for area in plan.areas
        ],
        "faults": [
            {
                "kind": fault.kind,
                "refused": fault.refused,
                "names": list(fault.titles),
                "other": fault.other,
                "area_m2": round(fault.area_m2, 1) if fault.area_m2 is not None else None,
                "share": fault.share,
                "lon": fault.at[0] if fault.at else None,
                "lat": fault.at[1] if fault.at else None,
            }
            for fault in plan.faults
        ],
    }


def fault_shapes(plan: Plan) -> list[Any]:
    """Where the faults lie that can be drawn."""
    return [
        fault.geometry if fault.geometry is not None else shapely.Point(fault.at)
        for fault in plan.faults
        if fault.geometry is not None or fault.at is not None
    ]
