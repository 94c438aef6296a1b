"""A filled checklist arrives: its visit is made, assessed and measured, and what is wrong becomes non-conformities.

It may arrive twice, and again when an answer was corrected: a new version of the submission makes a new assessment, the old
one stays; the same version makes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rafid.commons.forms.models import Submission
from rafid.commons.history import because
from rafid.commons.identity import random_ref
from rafid.methods.progress import Answer as Counted
from rafid.methods.progress import compliance

from ..checklists.bring import checklist_of
from ..models import Answer, Assessment, Checklist, NonConformity, Result, VerifiedAtSite, Visit, VisitState
from ..refusals import told

_REJECTED = "rejected"


def on_state(
    submission: Submission, rows: Mapping[str, Any], place: Any, entity: Any, old: str | None, new: str
) -> None:
    """Heard after arrival, and with each decision of the review."""
    main = rows["submissions"][0]
    checklist = checklist_of(submission.current.form_version)
    visit = Visit.objects.select_for_update(of=("self",)).filter(ref=main.get("about-visit") or "").first()
    if checklist is None or visit is None or visit.site.ref != main.get("about-site"):
        return  # a visit that nobody planned: the submission itself stays, and its reviewers see it
    if visit.submission_id not in (None, submission.pk) or new == _REJECTED:
        return
    last = visit.assessments.filter(superseded_at=None).first()
    if last is not None and last.submission_version_id == submission.current_id:
        return
    with told(Visit), because("submission received"):
        _made(visit, submission, main, checklist)
        if visit.state == VisitState.DONE:
            assessment = _assess(visit, submission, main, checklist, last)
            _measure(visit, main, assessment)
            _find(visit, rows.get("nc", []), assessment)


def _made(visit: Visit, submission: Submission, main: Mapping[str, Any], checklist: Checklist) -> None:
    start, end = _moment(main.get("start")) or submission.received_at, _moment(main.get("end"))
    visit.submission, visit.checklist = submission, checklist
    visit.access = main.get("about-access") or ""
    visit.arrived, visit.left = start, end if end and end >= start else None
    if visit.access == "denied":
        visit.state, visit.not_seen_reason = VisitState.DENIED, visit.not_seen_reason or "refused"
        visit.not_seen_text = main.get("about-why_denied") or "-"
    else:
        visit.state = VisitState.DONE
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
        visit=visit, number=last.number + 1 if last else 1, checklist=checklist, submission_version=submission.current,
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


def _find(visit: Visit, rows: list[Mapping[str, Any]], assessment: Assessment) -> None:
    """A non-conformity for each that the monitor wrote down. One that stands already stays, whatever became of it since."""
    known = set(visit.nonconformities.values_list("key", flat=True))
    items = {item.code: item for item in assessment.checklist.items.all()}
    opened = timezone.localdate(visit.arrived)
    for number, row in enumerate(rows, 1):
        key = f"nc/{number}"  # the row's own key changes with each correction
        if key in known:
            continue
        severity, code = row.get("severity") or "minor", row.get("item") or ""
        due = opened + timedelta(days=int(visit.contract.deadlines.get(severity, 30)))
        NonConformity.objects.create(
            ref=random_ref(NonConformity.REF_PREFIX), owner_id=visit.owner_id, place_id=visit.place_id, visit=visit,
            contract=visit.contract, item=items.get(code), item_code=code, severity=severity, text=row.get("text") or "-",
            opened_on=opened, due_on=due, key=key,
            stop_work=None if not row.get("stop_work") else row["stop_work"] == "yes", source="submission",
            source_id=assessment.visit.submission_id,
        )  # fmt: skip
