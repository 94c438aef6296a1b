"""A filled checklist arrives: its visit is made, assessed and measured, and what is wrong becomes non-conformities.

It may arrive twice, and again when an answer was corrected: a new version of the submission makes a new assessment, the old
one stays; the same version makes nothing. What names no visit, or one that it cannot stand for, is kept as it came and says so
at the submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rafid.commons.forms.events import NotTaken
from rafid.commons.forms.models import Submission
from rafid.commons.history import because
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused
from rafid.methods.progress import Answer as Counted
from rafid.methods.progress import compliance

from ..checklists.bring import checklist_of
from ..findings.raising import from_submission, good_practice
from ..models import Answer, Assessment, Checklist, Monitor, Result, VerifiedAtSite, Visit, VisitState
from ..refusals import told
from .telling import tell_makers
from .why_not import why_not

_REJECTED = "rejected"
HOUR = timedelta(hours=1)


def on_state(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    """Heard after arrival, and with each decision of the review. Raises ``NotTaken`` on arrival."""
    main = rows["submissions"][0]
    checklist = checklist_of(submission.current.form_version)
    visit = Visit.objects.select_for_update(of=("self",)).filter(ref=main.get("about-visit") or "").first()
    if checklist is None or new == _REJECTED:
        if old is not None:
            _set_aside(submission)
        return
    why = why_not(visit, submission, main, checklist)
    if visit is None or why:
        if old is None:
            raise NotTaken(why, visit=visit.ref if visit else "")
        return
    last = visit.assessments.filter(superseded_at=None).first()
    if last is not None and last.submission_version_id == submission.current_id:
        return
    try:
        with told(Visit), because("submission received"):
            _made(visit, submission, main, checklist)
            if visit.state == VisitState.DONE:
                assessment = _assess(visit, submission, main, checklist, last)
                _measure(visit, main, assessment)
                from_submission(visit, rows.get("nc", []), assessment)
                good_practice(visit, main.get("good_practice") or "")
    except Refused as refused:
        if old is not None:
            raise
        raise NotTaken(dict.fromkeys(LANGUAGES, str(refused)), visit=visit.ref) from refused
    if old is None:
        tell_makers(visit)


def _set_aside(submission: Submission) -> None:
    """Rejected by its reviewers: what was computed from it no longer stands for the visit. What is released stays as told."""
    visit = (
        Visit.objects.select_for_update(of=("self",)).filter(submission=submission, released_to_partner_at=None).first()
    )
    if visit is None:
        return
    with told(Visit), because("submission received"):
        visit.assessments.filter(superseded_at=None).update(superseded_at=timezone.now())
        visit.score, visit.verdict, visit.failed_critical = None, "", []
        visit.save()


def _made(visit: Visit, submission: Submission, main: Mapping[str, Any], checklist: Checklist) -> None:
    start, end = _moment(main.get("start")) or submission.received_at, _moment(main.get("end"))
    visit.submission, visit.checklist = submission, checklist
    visit.access = main.get("about-access") or ""
    visit.arrived, visit.left = start, end if end and end >= start else None
    visit.team = main.get("about-team") or visit.team or visit.site.team
    if visit.lead is None:
        visit.lead = Monitor.objects.filter(code=main.get("about-monitor") or "").first()
    if visit.window is None and visit.lead is not None:
        # Nobody had planned the hour: it is the one in which they were there.
        visit.window = DateTimeTZRange(start, visit.left if visit.left and visit.left > start else start + HOUR)
    if visit.access == "denied":
        visit.state, visit.not_seen_reason = VisitState.DENIED, visit.not_seen_reason or "refused"
        visit.not_seen_text = main.get("about-why_denied") or "-"
    else:
        visit.state, visit.not_seen_reason, visit.not_seen_text = VisitState.DONE, "", ""
    visit.save()


def _moment(written: Any) -> datetime | None:
    """What the phone's clock said, with its zone; that of the country where it says none."""
    found = parse_datetime(written) if isinstance(written, str) else written
    if isinstance(found, datetime) and timezone.is_naive(found):
        return timezone.make_aware(found)
    return found if isinstance(found, datetime) else None


def _assess(
    visit: Visit, submission: Submission, main: Mapping[str, Any], checklist: Checklist, last: Assessment | None
) -> Assessment:
    contract = visit.contract
    given = [(item, main.get(f"items-{item.code}")) for item in checklist.items.order_by("place_in_list")]
    given = [(item, result) for item, result in given if result in Result.values]
    found = compliance(
        [Counted(item.code, item.severity, result) for item, result in given],
        weights=contract.weights,
        pass_mark=checklist.pass_mark or contract.pass_mark,
    )
    if last is not None:
        last.superseded_at = timezone.now()
        last.save(update_fields=["superseded_at"])
    made = Assessment.objects.create(
        visit=visit, number=_next_number(visit), checklist=checklist, submission_version=submission.current,
        weights=contract.weights, pass_mark=checklist.pass_mark or contract.pass_mark, score=found.score,
        unweighted=found.unweighted, verdict=found.verdict, failed_critical=list(found.failed_critical),
        counted=found.counted, not_applicable=found.not_applicable,
        by_severity={name: list(pair) for name, pair in found.by_severity.items()},
    )  # fmt: skip
    Answer.objects.bulk_create(
        Answer(
            assessment=made, item=item, severity=item.severity, result=result,
            reason=main.get(f"items-{item.code}_why") or "",
        )
        for item, result in given
    )  # fmt: skip
    visit.score, visit.verdict, visit.failed_critical = found.score, found.verdict, list(found.failed_critical)
    visit.save()
    return made


def _next_number(visit: Visit) -> int:
    return 1 + (visit.assessments.aggregate(last=Max("number"))["last"] or 0)


def _measure(visit: Visit, main: Mapping[str, Any], assessment: Assessment) -> None:
    """What was measured, beside the newest month that the partner reported for the site until then."""
    value = main.get("measured-value")
    if value is None or visit.arrived is None:
        return
    reported = visit.site.reported.filter(month__lte=timezone.localdate(visit.arrived))
    newest = reported.order_by("-month", "-number").first()
    if newest is not None:
        VerifiedAtSite.objects.create(
            assessment=assessment, site=visit.site, line=newest.line, month=newest.month, value=value
        )
