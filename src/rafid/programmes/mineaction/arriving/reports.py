"""A form that was filled by phone or browser becomes a field report; what it says is kept as it was answered.

An arrival may be told twice, and again when an answer was corrected: the same content is the same report, other content its
next version. The form's owner is the authority; who sent it says which operator reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop, override

from rafid.commons.forms.events import NotTaken
from rafid.commons.forms.models import Submission
from rafid.commons.names import in_three
from rafid.commons.people.models import Organisation
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source, model_of
from rafid.methods.xforms.geometry import read_line

from ..models import FieldReport, RejectedFor, ReportState
from ..reports import decide
from ..reports.content import FIELDS
from ..reports.receive import receive
from ..reports.reconcile import as_existing, as_new
from ..seeing import own_organisations
from .declared import KINDS

NO_AUTHORITY = gettext_noop(
    "The form belongs to no authority of mine action. Whoever keeps the form corrects its owner."
)

PLAIN = {
    "mine_nts": ("type", "suspected_on", "name_local", "depth_expected_m", "land_dispute", "comment", "classification"),
    "mine_progress": ("task", "type", "team", "comment"),
    "mine_release": ("type", "hazard", "depth_m", "reported_m2", "not_covered"),
    "mine_completion": ("hazard", "depth_m", "text", "reason"),
    "mine_find": ("category", "model", "quantity", "condition", "depth_m", "disposal", "destroyed_on", "hazard"),
    "mine_spot": ("what", "device_category", "priority"),
    "mine_eore": ("method", "men", "women", "boys", "girls", "with_disability", "campaign", "total"),
    "mine_accident": ("type", "device_category", "killed", "injured", "investigation"),
}
"""By form: questions whose answers are fields of the report as they are."""
DAY = ("area_m2", "deminers", "hours", "items_found", "stop_hours")
MANY = ("device_categories", "blocked", "stops")


def on_state(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    """Heard after arrival, and with each decision of the review."""
    if new == "rejected":
        _reject(submission)
        return
    xform = submission.form.xform_id
    answers = _answers(rows["submissions"][0])
    authority, operator = _who(submission)
    values: dict[str, Any] = {
        "authority": authority, "operator": operator, "reference": str(answers.get("reference") or ""), "type": KINDS[xform],
        "on": _date(answers.get("on")), "content": content_of(xform, answers, rows), "place": place, "by": submission.account,
        "source": Source.SUBMISSION, "source_id": submission.pk,
    }  # fmt: skip
    try:
        received = receive(**values)
        _reconcile(received.report, answers)
    except Refused as refusal:
        raise NotTaken(_in_three(values, refusal)) from refusal


def _in_three(values: dict[str, Any], refusal: Refused) -> dict[str, str]:
    """The sentence of a refusal in every language: what refuses once refuses again, and nothing is written."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            try:
                receive(**values)
            except Refused as again:
                said[language] = str(again)
    return {language: said.get(language, str(refusal)) for language in LANGUAGES}


def content_of(xform: str, answers: Mapping[str, Any], rows: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers say, in the words of a report's content. An empty answer says nothing."""
    said: dict[str, Any] = {name: answers.get(name) for name in PLAIN[xform]}
    for name in MANY[:2]:
        said[name] = _several(answers.get(name))
    if xform == "mine_nts":
        said |= {name: answers.get(name) for name in ("men", "women", "boys", "girls", "with_disability")}
        said["evidence"] = [
            {
                "direct": one.get("direct") == "yes", "type": one.get("type"), "on": answers.get("on"),
                "text": one.get("text") or "",
            }
            for one in map(_answers, _repeat(rows, "evidence"))
        ]  # fmt: skip
    if xform == "mine_release":
        said["method"] = answers.get("method_used")
    if xform == "mine_progress":
        day = {name: answers.get(name) for name in DAY} | {"stops": _several(answers.get("stops"))}
        said["days"] = [{"day": answers.get("on"), **_given(day)}]
        said["hazards"] = [answers["hazard"]] if answers.get("hazard") else []
    if ground := _polygon(answers.get("ground")):
        said["ground"] = ground
    if answers.get("point-Longitude") is not None:
        position = [answers["point-Longitude"], answers["point-Latitude"]]
        said["point"] = {"type": "Point", "coordinates": position}
    return _json(_given(said))


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in said.items() if one not in (None, "", [], {})}


def _json(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _json(one) for name, one in said.items()}
    if isinstance(said, list):
        return [_json(one) for one in said]
    return said.isoformat() if isinstance(said, date) else said


def _answers(row: Mapping[str, Any]) -> dict[str, Any]:
    """Question → answer, whatever group it stands in; a position keeps its parts."""
    found: dict[str, Any] = {}
    parts = ("Longitude", "Latitude", "Altitude", "Accuracy")
    for column, answer in row.items():
        pieces = column.split("-")
        name = "-".join(pieces[-2:]) if pieces[-1] in parts else pieces[-1]
        if found.get(name) in (None, ""):
            found[name] = answer
    return found


def _repeat(rows: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return next((list(some) for table, some in rows.items() if table.rpartition("-")[2] == name), [])


def _several(answer: Any) -> list[str]:
    return answer.split() if isinstance(answer, str) else list(answer or [])


def _polygon(answer: Any) -> dict[str, Any] | None:
    points = read_line(answer, closed=True) if isinstance(answer, str) and answer.strip() else None
    if points is None:
        return None
    return {"type": "Polygon", "coordinates": [[[longitude, latitude] for latitude, longitude in points]]}


def _date(answer: Any) -> date:
    return answer if isinstance(answer, date) else date.fromisoformat(str(answer)[:10])


def _who(submission: Submission) -> tuple[Organisation, Organisation]:
    """The authority whose form it is, and who reports: an authority's own team reports for itself."""
    authority = Organisation.objects.filter(pk=submission.form.owner_id).first()
    if authority is None:
        raise NotTaken(in_three(NO_AUTHORITY))
    own = own_organisations(submission.account) if submission.account is not None else ()
    operator = own[0] if len(own) == 1 else submission.owner_id
    return authority, Organisation.objects.filter(pk=operator).first() or authority


def _reconcile(report: FieldReport, answers: Mapping[str, Any]) -> None:
    """A survey of a hazard of the list speaks of that one; a form that never does speaks of something new. An officer may say
    otherwise as long as it waits."""
    if report.reconciled or report.state not in (ReportState.RECEIVED,):
        return
    if report.type == "survey":
        if answers.get("hazard"):
            hazard = FIELDS["survey"][0].objects.filter(pk=answers["hazard"]).first()
            if hazard is not None:
                as_existing(report, hazard)
        return
    if report.type == "progress":
        known = _activity(report)
        if known is not None:
            as_existing(report, known)
            return
    as_new(report)


def _activity(report: FieldReport) -> Any:
    """The work that goes on under the same task, of the same kind and team: its next day."""
    task, team = report.content.get("task"), report.content.get("team", "")
    if not task:
        return None
    rows = model_of("mineaction.activity").objects.filter(
        Q(task__pk=task),
        organisation=report.organisation,
        type=report.content.get("type"),
        team__iexact=team,
        start__lte=report.on,
    )
    return rows.exclude(state="finished").order_by("-start").first()


def _reject(submission: Submission) -> None:
    """What the review throws out does not wait at a gate any more; what is accepted stays until somebody withdraws it."""
    waits = (ReportState.RECEIVED, ReportState.OPERATOR_CHECKED, ReportState.OPERATOR_APPROVED)
    for report in FieldReport.objects.filter(source_id=submission.pk, state__in=waits):
        decide.reject(report, by=None, code=RejectedFor.FORM)
