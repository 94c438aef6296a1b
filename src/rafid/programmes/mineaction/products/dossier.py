"""The dossier of a task: what was ordered, where, what each month brought, what was found, the inspections, the end."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import shapely
from django.db.models import Q

from ..hazards import ledger_inputs
from ..hazards.ledger_inputs import record_of
from ..hazards.plane import to_degrees
from ..models import Activity, Completion, DailyProgress, Handover, NonConformity, QaVisit, Release, TaskOrder
from ..operations.ground import turning_points
from ..picture import ledgers
from ..picture.inputs import inputs_for
from ..picture.shapes import measured
from ..picture.standing import standings
from .asking import Ask
from .district import kept
from .facts import by_category, finds_of, names, whole


def gather(ask: Ask) -> dict[str, Any]:
    task, user, on, known = ask.task, ask.user, ask.after.on, ask.known
    ids = list(task.hazards.values_list("pk", flat=True))
    activities = Activity.objects.visible_to(user).filter(task=task, known_at__lte=known, start__lte=on)
    own = Q(activity__in=activities)
    releases = Release.objects.visible_to(user).filter(own | Q(hazard__in=ids), known_at__lte=known, on__lte=on)
    visits = QaVisit.objects.visible_to(user).filter(task=task, known_at__lte=known, on__lte=on)
    wrong = NonConformity.objects.visible_to(user).filter(task=task, known_at__lte=known, on__lte=on)
    orders = TaskOrder.objects.visible_to(user).filter(task=task, known_at__lte=known, issued_on__lte=on)
    return {
        "task": {
            "ref": task.ref, "activity": task.activity, "state": task.state, "purpose": task.purpose,
            "priority": task.priority, "operator": names(task.organisation), "place": names(task.place),
            "valid_from": task.valid_from.isoformat(), "valid_to": task.valid_to.isoformat() if task.valid_to else None,
        },
        "orders": [
            {"code": str(one.number), "issued_on": one.issued_on.isoformat(), "valid_from": one.valid_from.isoformat(),
             "valid_to": one.valid_to.isoformat() if one.valid_to else None}
            for one in orders.order_by("number")
        ],
        "hazards": _hazards(ask, ids), "months": _months(ask, activities),
        "releases": [
            {"ref": one.ref, "type": one.type, "on": one.on.isoformat(), "area": whole(one.measured_m2.sq_m),
             "stated": one.reported_m2, "depth_m": one.depth_m, "method": one.method, "not_covered": one.not_covered}
            for one in measured(releases.distinct()).order_by("on", "ref")
        ],
        "found": by_category(finds_of(ask, own)),
        "destroyed": by_category(finds_of(ask, own & Q(destroyed_on__lte=on))),
        "visits": [
            {"ref": one.ref, "on": one.on.isoformat(), "type": one.type, "state": one.state, "result": one.result}
            for one in visits.order_by("on", "ref")
        ],
        "nonconformities": [
            {"ref": one.ref, "on": one.on.isoformat(), "severity": one.severity, "state": one.state}
            for one in wrong.order_by("on", "ref")
        ],
        "completions": _ends(Completion, ask, ids), "handovers": _ends(Handover, ask, ids),
    }  # fmt: skip


def _hazards(ask: Ask, ids: list[Any]) -> list[dict[str, Any]]:
    inputs = inputs_for(ask.user, hazards=ids)
    ledger = ledgers.ledger_at(inputs, ask.after)
    hazards, _r = ledger_inputs.for_state(inputs.hazards, inputs.releases, on=ask.after.on, known=ask.after.until)
    grounds = dict(
        zip((record_of(one.id) for one in hazards), to_degrees([one.ground for one in hazards]), strict=True)
    )
    found = []
    for one in sorted(standings(inputs, ledger, ask.after), key=lambda one: one.hazard.ref):
        ground = kept(grounds[str(one.hazard.pk)])
        found.append({
            "ref": one.hazard.ref, "type": one.hazard.type, "classification": one.classification, "group": one.group,
            "state": one.state, "area": whole(one.area), "remaining": whole(one.remaining), "ground": ground,
            "points": turning_points(shapely.from_geojson(json.dumps(ground))),
        })  # fmt: skip
    return found


def _months(ask: Ask, activities: Any) -> list[dict[str, Any]]:
    """The days of work, added up by month."""
    rows = DailyProgress.objects.visible_to(ask.user).filter(
        activity__in=activities, day__lte=ask.after.on, known_at__lte=ask.known
    )
    summed: dict[str, dict[str, float]] = defaultdict(
        lambda: {"days": 0, "area": 0.0, "deminer_days": 0, "hours": 0.0, "stop_hours": 0.0, "items": 0}
    )
    for one in rows:
        month = summed[f"{one.day:%Y%m}"]
        month["days"] += 1
        month["area"] += one.area_m2
        month["deminer_days"] += one.deminers or 0
        month["hours"] += one.hours or 0
        month["stop_hours"] += one.stop_hours or 0
        month["items"] += one.items_found
    return [{"code": code, **{k: whole(v) for k, v in month.items()}} for code, month in sorted(summed.items())]


def _ends(model: Any, ask: Ask, ids: list[Any]) -> list[dict[str, Any]]:
    rows = model.objects.visible_to(ask.user).filter(
        Q(task=ask.task) | Q(hazard__in=ids), known_at__lte=ask.known, on__lte=ask.after.on
    )
    return [
        {"ref": one.ref, "on": one.on.isoformat(), "depth_m": one.depth_m,
         "hazard": one.hazard.ref if one.hazard_id else "", "documents": len(one.documents)}
        for one in rows.select_related("hazard").distinct().order_by("on", "ref")
    ]  # fmt: skip
