"""What the page of a plan shows, by what its reader may know."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from ..models import DrawnSite, FrameRow, MonitoringPlan, Site, Stratum, Visit
from ..models.visits import NOT_SEEN, OPEN
from .designing import pool
from .frame import Changes, changes_since, last_plan
from .rights import knows_sample


@dataclass(frozen=True)
class Row:
    """A site of the frame (or of the pool, while the frame is made). ``site`` is None for who does not see the register."""

    code: str
    size: Any
    stratum: str
    site: Site | None = None
    joined: bool = False
    was: Any = None
    changed: bool = False
    order: int | None = None
    certain: bool = False


def frame_rows(plan: MonitoringPlan, user: Any, changes: Changes | None) -> list[Row]:
    """By stratum and code; while it is made, sites that no stratum has come first."""
    inside = list(
        FrameRow.objects.visible_to(user).filter(plan=plan).order_by("stratum__name", "code").select_related("stratum")
    )
    seen = Site.objects.visible_to(user).filter(pk__in=[row.site_id for row in inside])
    sites = seen.select_related("partner", "place").in_bulk()
    drawn = {one.site_id: one for one in DrawnSite.objects.visible_to(user).filter(plan=plan)}
    rows = []
    if plan.state == "draft":
        own = {row.site_id for row in inside}
        visible = set(Site.objects.visible_to(user).filter(contract__plans=plan).values_list("pk", flat=True))
        rows = [
            _row(site.ref, site.size, "", site, changes, None)
            for site in pool(plan)
            if site.pk not in own and site.pk in visible
        ]
    for row in inside:
        rows.append(_row(row.code, row.size, row.stratum.name, sites.get(row.site_id), changes, drawn.get(row.site_id)))
    return rows


def _row(
    code: str, size: Any, stratum: str, site: Site | None, changes: Changes | None, drawn: DrawnSite | None
) -> Row:
    joined = bool(changes and code in changes.joined)
    changed = bool(changes and code in changes.changed)
    return Row(
        code, size, stratum, site, joined, changes.changed[code][0] if changes and changed else None, changed,
        drawn.place_in_draw if drawn else None, bool(drawn and drawn.certain),
    )  # fmt: skip


def since_last(plan: MonitoringPlan) -> tuple[MonitoringPlan | None, Changes | None]:
    """Against the last plan's frame; while no stratum is made, the pool stands for the frame."""
    before = last_plan(plan)
    if before is None:
        return None, None
    if plan.frame.exists() or plan.state != "draft":
        return before, changes_since(plan, before)
    then = dict(FrameRow.objects.filter(plan=before).values_list("code", "size"))
    now = {site.ref: site.size for site in pool(plan)}
    return before, Changes(
        joined=tuple(sorted(set(now) - set(then))),
        left=tuple(sorted(set(then) - set(now))),
        changed={code: (then[code], now[code]) for code in sorted(set(now) & set(then)) if now[code] != then[code]},
    )


HIGH = 320


def dots(rows: list[Row]) -> dict[str, Any] | None:
    """The sites as a small drawing, for a page without scripts and until its map is live; the drawn ones marked. None where no
    site has a position. Numbers are texts: one in an attribute has no comma."""
    placed = [(row, row.site.point) for row in rows if row.site and row.site.point]
    if not placed:
        return None
    west, east = min(at.x for _row, at in placed), max(at.x for _row, at in placed)
    south, north = min(at.y for _row, at in placed), max(at.y for _row, at in placed)
    flat = math.cos(math.radians((south + north) / 2))
    scale = HIGH / max(north - south, (east - west) * flat / 2, 0.1)
    return {
        "box": f"-20 -20 {(east - west) * flat * scale + 40:.0f} {(north - south) * scale + 40:.0f}",
        "dots": [
            (f"{(at.x - west) * flat * scale:.1f}", f"{(north - at.y) * scale:.1f}", row.order is not None)
            for row, at in placed
        ],
    }


def strata_rows(plan: MonitoringPlan, user: Any) -> list[dict[str, Any]]:
    sites = Counter(FrameRow.objects.visible_to(user).filter(plan=plan).values_list("stratum", flat=True))
    return [
        {"stratum": one, "sites": sites[one.pk]}
        for one in Stratum.objects.visible_to(user).filter(plan=plan).order_by("name")
    ]


def visit_rows(plan: MonitoringPlan, user: Any) -> list[Visit]:
    """Nothing for a side of a plan that is sealed, whatever was released of it."""
    if not knows_sample(user, plan):
        return []
    rows = Visit.objects.visible_to(user).filter(plan=plan).select_related("site", "drawn__stratum", "lead")
    return list(rows.order_by("drawn__stratum__name", "drawn__place_in_draw", "ref"))


def outcome(visits: list[Visit]) -> dict[str, Any]:
    drawn = [one for one in visits if one.drawn_id]
    why = Counter(one.get_state_display() for one in drawn if one.state in NOT_SEEN)
    return {
        "drawn": len(drawn),
        "seen": sum(one.state == "done" for one in drawn),
        "waiting": sum(one.state in OPEN for one in drawn),
        "unseen": sum(one.state in NOT_SEEN for one in drawn),
        "why": sorted(why.items()),
        "added": len(visits) - len(drawn),
    }


def statement(plan: MonitoringPlan, user: Any) -> list[str]:
    if not knows_sample(user, plan):
        return []
    text = plan.statement.get(get_language() or "ar") or plan.statement.get("en") or ""
    return [one for one in text.split("\n") if one]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
