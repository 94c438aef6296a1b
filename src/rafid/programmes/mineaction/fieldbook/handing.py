"""A sheet is handed over as a field report: a new hazard, a hazard's ground, or released ground. The gates decide the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked

from ..models import FieldReport, Hazard, ReleaseType, ReportState, ReportType, SurveySheet
from ..refusals import told
from ..reports import receive, reconcile

NEW, GROUND, RELEASE = "new", "ground", "release"
OPEN_STATES = (ReportState.RECEIVED, ReportState.OPERATOR_CHECKED, ReportState.OPERATOR_APPROVED, ReportState.APPROVED)


@dataclass(frozen=True)
class Given:
    """``what``: new (a hazard), ground (of ``hazard``), release (inside ``hazard``, or on no named one). ``kind``: the type of
    the new hazard, or of the release. ``reference``: the operator's number of the report."""

    what: str
    reference: str
    kind: str = ""
    hazard: Hazard | None = None
    depth_m: float | None = None
    method: str = ""


def hand_over(sheet: SurveySheet, given: Given, *, by: Any) -> FieldReport:
    """Raises ``Refused`` with the remedy. The sheet is accepted with its report."""
    if sheet.ground is None:
        raise Refused(_("The sheet is not drawn yet. Find out its north first, and enter it anew."))
    if SurveySheet.objects.filter(replaces=sheet).exists():
        raise Refused(_("A newer sheet replaces this one. Submit that one."))
    if sheet.report_id and sheet.report is not None and sheet.report.state in OPEN_STATES:
        raise Refused(_("This sheet was submitted with report %(report)s.") % {"report": sheet.report.reference})
    content = _content(sheet, given)
    type = {NEW: ReportType.HAZARD, GROUND: ReportType.SURVEY, RELEASE: ReportType.RELEASE}[given.what]
    with told(SurveySheet), because("field book handed over"):
        row: Any = locked(SurveySheet, sheet.pk, None)
        if row.state == "accepted":
            raise Refused(_("This sheet is accepted already. Enter a new one that replaces it."))
        got = receive.receive(
            authority=sheet.owner, operator=sheet.organisation or sheet.owner, reference=given.reference, type=type,
            on=sheet.on, content=content, place=sheet.place, by=by, document=sheet.scan, document_name=sheet.scan_name,
        )  # fmt: skip
        report = got.report
        if got.what == "again":
            raise Refused(
                _("A report with this number and the same content is here already. Open it, or give another number.")
            )
        if given.what == GROUND and given.hazard is not None:
            report = reconcile.as_existing(report, given.hazard)
        elif not report.reconciled:
            report = reconcile.as_new(report)
        row.report = report
        if given.hazard is not None:
            row.hazard = given.hazard
        row.save(update_fields=["report", "hazard"])
    return report


def _content(sheet: SurveySheet, given: Given) -> dict[str, Any]:
    ground = json.loads(sheet.ground.geojson)
    content: dict[str, Any] = {"ground": ground, "sheet": sheet.ref}
    if given.what == NEW:
        if not given.kind:
            raise Refused(_("Say what kind of hazard it is."))
        content |= {"type": given.kind, "suspected_on": sheet.on.isoformat()}
    elif given.what == GROUND:
        if given.hazard is None:
            raise Refused(_("Choose the hazard whose ground it is."))
    else:
        if not given.kind:
            raise Refused(_("Say how the ground was released: cancelled, reduced or cleared."))
        content["type"] = given.kind
        if given.hazard is not None:
            content["hazard"] = given.hazard.ref
        if given.kind == ReleaseType.CLEARED and not given.depth_m:
            raise Refused(_("Say to which depth the ground was cleared, in metres, more than 0."))
        if given.depth_m:
            content["depth_m"] = given.depth_m
        if given.method:
            content["method"] = given.method
        if sheet.ellipsoidal_area:
            content["reported_m2"] = round(sheet.ellipsoidal_area, 1)
    return content
