"""Reports of work: released ground, daily progress, ordnance found."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused, delete

from ..hazards.ledger_store import meeting, refresh
from ..models import Activity, DailyProgress, FieldReport, Hazard, OrdnanceFind, Release
from .content import FIELDS, read, record_named
from .folding import before
from .hazard_reports import change
from .keeping import create, finish, update

_STAYS = ("type", "ground", "hazard")
_DAY = (
    "day", "area_m2", "by_method", "by_asset", "deminers", "hours", "stops", "stop_hours", "items_found", "comment",
)  # fmt: skip


def apply_release(
    report: FieldReport, values: dict[str, Any], target: Any, by: Any, earlier: FieldReport | None
) -> list[Any]:
    """A release is never redrawn: a correction takes its place. The ledger is computed again where they lie."""
    if target is None:
        release = create(report, values, by)
    elif _same_ground(target, values) and target.on == report.on:
        update(target, values)
        target.report = report
        target.save()
        finish(release := target)
    else:
        kept = {name: getattr(target, name) for name in FIELDS[report.type][1] if name not in values}
        release = create(report, {**kept, **values}, by, replaces=target)
    for sheet in report.sheets.filter(state="draft").exclude(ground=None):
        sheet.release, sheet.state, sheet.accepted_at, sheet.accepted_by = release, "accepted", timezone.now(), by
        sheet.save()
    grounds = [release.ground, *([target.ground] if target is not None else [])]
    refresh({hazard for ground in grounds for hazard in meeting(ground)})
    return [release]


def _same_ground(target: Release, values: dict[str, Any]) -> bool:
    return all(getattr(target, name) == values[name] for name in _STAYS if name in values)


def apply_progress(
    report: FieldReport, values: dict[str, Any], target: Any, by: Any, earlier: FieldReport | None
) -> list[Any]:
    """The activity and its days. A day that two reports speak of is as the later one says; a day that only the replaced
    version spoke of is gone."""
    days = report.content.get("days", [])
    if not isinstance(days, list) or not all(isinstance(one, dict) and one.get("day") for one in days):
        raise Refused(_("Days: give a list, each with its day."))
    said = [read(DailyProgress, _DAY, one) for one in days]
    if target is None:
        values.setdefault("start", min((one["day"] for one in said), default=report.on))
        activity = create(report, values, by)
    else:
        activity = change(report, values, target, earlier)
    if hazards := report.content.get("hazards"):
        activity.hazards.add(*(_hazard(one) for one in hazards))
    if earlier is not None:
        kept = {one["day"] for one in said}
        DailyProgress.objects.filter(activity=activity, report=earlier).exclude(day__in=kept).delete()
    for one in said:
        _day(report, activity, one, by, earlier)
    return [activity]


def _day(report: FieldReport, activity: Activity, said: dict[str, Any], by: Any, earlier: FieldReport | None) -> None:
    row = DailyProgress.objects.select_for_update(of=("self",)).filter(activity=activity, day=said["day"]).first()
    if row is None:
        DailyProgress.objects.create(activity=activity, report=report, made_by=by, **said)
        return
    if row.report is not None and row.report != earlier and before(report, row.report):
        return
    update(row, said)
    row.report, row.number = report, row.number + 1
    row.save()


def forget_days(report: FieldReport) -> None:
    """The days that only this report spoke of."""
    DailyProgress.objects.filter(report=report).delete()


def apply_finds(
    report: FieldReport, values: dict[str, Any], target: Any, by: Any, earlier: FieldReport | None
) -> list[Any]:
    """One find, or ``items``, a list of them. The items of a replaced version make room for those of the new one."""
    items = report.content.get("items")
    if items is None:
        return [create(report, values, by) if target is None else change(report, values, target, earlier)]
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise Refused(_("Items: give a list of what was found."))
    if earlier is not None:
        for row in OrdnanceFind.objects.filter(report=earlier):
            delete(row, why="replaced by the next version of its report", version=None)
    allowed = FIELDS[report.type][1]
    return [create(report, {**values, **read(OrdnanceFind, allowed, one)}, by) for one in items]


def _hazard(said: Any) -> Hazard:
    try:
        found: Hazard = record_named(Hazard, said)
    except ValueError as error:
        raise Refused(f"{Hazard._meta.verbose_name}: {error}") from error
    return found
