"""Plans as others read them: the same facts for pages, the API and the file that repeats a draw."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Sum

from rafid.methods.sampling import REPEAT_DRAW

from ..models import DrawnSite, FrameRow, MonitoringPlan, Stratum, Visit
from .rights import knows_sample


def plans_seen(user: Any) -> Any:
    """With ``size``: how many sites are drawn."""
    return MonitoringPlan.objects.visible_to(user).annotate(size=Sum("strata__size"))


def summary(plan: Any) -> dict[str, Any]:
    return {
        "id": str(plan.pk), "ref": plan.ref, "period": plan.period, "state": plan.state, "size": plan.size or 0,
        "seed": plan.seed, "seed_hash": plan.seed_hash or None, "frame_hash": plan.frame_hash or None,
    }  # fmt: skip


def whole(plan: Any, user: Any) -> dict[str, Any]:
    """What this person may read of the plan. Before it is revealed its sides read neither frame nor strata, and not the
    statement either, which names these."""
    opened = knows_sample(user, plan)
    drawn: dict[Any, list[str]] = {}
    for stratum, site in (
        DrawnSite.objects.visible_to(user)
        .filter(plan=plan)
        .order_by("place_in_draw")
        .values_list("stratum", "site__ref")
    ):
        drawn.setdefault(stratum, []).append(site)
    frame = FrameRow.objects.visible_to(user).filter(plan=plan).order_by("stratum__name", "code")
    visits = Visit.objects.visible_to(user).filter(plan=plan).select_related("site").order_by("ref")
    return {
        **summary(plan),
        "registered_at": plan.registered_at,
        "statement": plan.statement if opened else {},
        "frame": [
            {"site": code, "stratum": stratum, "size": None if size is None else float(size)}
            for code, stratum, size in frame.values_list("code", "stratum__name", "size")
        ],
        "strata": [
            {"name": one.name, "method": one.method, "size": one.size, "drawn": drawn.get(one.pk, [])}
            for one in Stratum.objects.visible_to(user).filter(plan=plan).order_by("name")
        ],
        "visits": [
            {
                "site": one.site.ref, "state": one.state, "reason": one.reason,
                "visited_on": one.arrived.date().isoformat() if one.arrived else None,
            }
            for one in visits
        ],
    }  # fmt: skip


def repeatable(plan: Any, user: Any) -> bytes:
    """``plan.json`` for the program that repeats the draw: only what it needs."""
    found = whole(plan, user)
    kept = {name: found[name] for name in ("ref", "period", "seed", "seed_hash", "frame_hash", "frame", "strata")}
    return json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True).encode()


PROGRAM = REPEAT_DRAW.encode()
