"""The monthly page of an operator: what its days of work say, and what was accepted as released in the month."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Q

from ..models import DailyProgress, NonConformity, QaVisit, Release, Task
from ..picture.shapes import measured
from ..seeing import TASK_HIDDEN
from .asking import Ask
from .facts import by_category, finds_of, names, whole


def gather(ask: Ask) -> dict[str, Any]:
    user, on, known = ask.user, ask.after.on, ask.known
    own = {"organisation": ask.subject, "known_at__lte": known}
    days = DailyProgress.objects.visible_to(user).filter(
        activity__organisation=ask.subject, day__gt=ask.since, day__lte=on, known_at__lte=known
    )
    released = Release.objects.visible_to(user).filter(**own, on__gt=ask.since, on__lte=on)
    released = released.exclude(
        pk__in=Release.everything.filter(known_at__lte=known).exclude(replaces=None).values("replaces")
    )
    tasks = Task.objects.visible_to(user).filter(organisation=ask.subject, known_at__lte=known, valid_from__lte=on)
    tasks = tasks.filter(Q(valid_to=None) | Q(valid_to__gt=ask.since)).exclude(state__in=TASK_HIDDEN)
    visits = QaVisit.objects.visible_to(user).filter(**own, on__gt=ask.since, on__lte=on, state="done")
    wrong = NonConformity.objects.visible_to(user).filter(**own, on__gt=ask.since, on__lte=on)
    finds = finds_of(ask, Q(organisation=ask.subject, on__gt=ask.since))
    return {
        "operator": names(ask.subject), **_days(days.select_related("activity")),
        "releases": [
            {"ref": one.ref, "type": one.type, "on": one.on.isoformat(), "area": whole(one.measured_m2.sq_m),
             "stated": one.reported_m2, "hazard": one.hazard.ref if one.hazard_id else ""}
            for one in measured(released).select_related("hazard").order_by("on", "ref")
        ],
        "found": by_category(finds),
        "tasks": [
            {"ref": one.ref, "activity": one.activity, "state": one.state, "valid_from": one.valid_from.isoformat(),
             "valid_to": one.valid_to.isoformat() if one.valid_to else None}
            for one in tasks.order_by("ref")
        ],
        "visits": {result: visits.filter(result=result).count() for result in ("pass", "rework", "fail")},
        "nonconformities": {level: wrong.filter(severity=level).count() for level in ("critical", "major", "minor")},
    }  # fmt: skip


def _days(rows: Any) -> dict[str, Any]:
    """By team and by method; stops by their reason."""
    teams: dict[tuple[str, str], dict[str, float]] = defaultdict(
        lambda: {"days": 0, "area": 0.0, "deminer_days": 0, "hours": 0.0, "stop_hours": 0.0, "items": 0}
    )
    methods: dict[str, float] = defaultdict(float)
    stops: dict[str, int] = defaultdict(int)
    for one in rows:
        team = teams[one.activity.team, one.activity.type]
        team["days"] += 1
        team["area"] += one.area_m2
        team["deminer_days"] += one.deminers or 0
        team["hours"] += one.hours or 0
        team["stop_hours"] += one.stop_hours or 0
        team["items"] += one.items_found
        for method, area in (one.by_method or {}).items():
            methods[method] += float(area or 0)
        for stop in one.stops:
            stops[stop] += 1
    return {
        "teams": [
            {"code": f"{team} {activity}".strip(), "team": team, "activity": activity, **{k: whole(v) for k, v in one.items()}}
            for (team, activity), one in sorted(teams.items())
        ],
        "methods": {code: whole(area) for code, area in sorted(methods.items())},
        "stops": dict(sorted(stops.items())),
    }  # fmt: skip
