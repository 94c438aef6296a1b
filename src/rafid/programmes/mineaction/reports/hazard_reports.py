"""Reports of hazards and of their surveys: what they say of the ground, its evidence, and whether it is confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused

from ..hazards import states
from ..hazards.ledger_store import refresh
from ..models import Classification, Evidence, FieldReport, Hazard, HazardState, ReportType
from .content import FIELDS, read
from .folding import accepted_about, last_word, latest_day, to_set
from .keeping import create, finish, update

CAN_BE_CONFIRMED = (HazardState.REPORTED, HazardState.SUSPECTED, HazardState.REOPENED)
CAN_BE_SUSPECTED = (HazardState.REPORTED, HazardState.CONFIRMED)
_EVIDENCE = ("direct", "type", "on", "source", "text")


def apply(report: FieldReport, values: dict[str, Any], target: Any, by: Any, earlier: FieldReport | None) -> list[Any]:
    sheet = report.sheets.exclude(ground=None).order_by("known_at").last()
    if sheet is not None and "ground" not in values:
        values["ground"] = sheet.ground
    if target is None:
        values.setdefault("suspected_on", report.on)
        hazard = create(report, values, by)
    else:
        hazard = change(report, values, target, earlier)
    _evidence(report, hazard, by)
    _classify(report, hazard, by, new=target is None)
    for one in report.sheets.filter(state="draft").exclude(ground=None):
        one.hazard, one.state, one.accepted_at, one.accepted_by = hazard, "accepted", timezone.now(), by
        one.save()
    refresh([hazard.pk])
    return [hazard]


def change(report: FieldReport, values: dict[str, Any], target: Any, earlier: FieldReport | None) -> Any:
    """Sets what this report has the last word about."""
    model, allowed = FIELDS[report.type]
    update(target, to_set(report, values, earlier, model=model, allowed=allowed))
    target.on = latest_day(target, accepted_about(target.pk), earlier)
    target.save()
    finish(target)
    return target


def _evidence(report: FieldReport, hazard: Hazard, by: Any) -> None:
    """Adds the evidence that is not there yet; none is ever taken away by a report."""
    said = report.content.get("evidence", [])
    if not isinstance(said, list):
        raise Refused(_("Evidence: give a list, with kind, date and whether it is direct."))
    for number, one in enumerate(said, 1):
        if not isinstance(one, dict) or "direct" not in one or "type" not in one:
            raise Refused(
                _("Evidence %(number)s: say its kind and whether it is direct or indirect.") % {"number": number}
            )
        values = {"on": report.on, "source": "", "text": "", **read(Evidence, _EVIDENCE, one)}
        if not hazard.evidence.filter(**values).exists():
            Evidence.objects.create(hazard=hazard, report=report, made_by=by, **values)


def _classify(report: FieldReport, hazard: Hazard, by: Any, *, new: bool) -> None:
    """By the report that has the last word about it. A suspected area is confirmed with direct evidence; a confirmed one is
    suspected again only by a survey."""
    said = report.content.get("classification", "" if not new else Classification.SHA)
    if said not in ("", *Classification.values):
        raise Refused(_("Classification: write SHA or CHA."))
    if not new and (not said or last_word("classification", accepted_about(hazard.pk)) not in (report, None)):
        return
    if said == Classification.CHA and hazard.state in CAN_BE_CONFIRMED and hazard.classification != said:
        states.confirm(hazard, by=by, on=_day(report, "confirmed_on"), report=report)
    elif said == Classification.SHA and hazard.state == HazardState.REPORTED:
        states.suspect(hazard, by=by, on=max(report.on, hazard.suspected_on))
    elif said == Classification.SHA and hazard.state == HazardState.CONFIRMED:
        if report.type != ReportType.SURVEY:
            raise Refused(
                _("A confirmed area becomes a suspected one only by an approved survey report. Name the report.")
            )
        states.suspect(hazard, by=by, on=report.on, report=report)


def _day(report: FieldReport, name: str) -> date:
    if not report.content.get(name):
        return report.on
    found: date = read(Hazard, (name,), report.content)[name]
    return found
