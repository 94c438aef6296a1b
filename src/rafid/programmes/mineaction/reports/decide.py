"""The three gates of a report: the operator's check, the operator's manager, the authority; and the way back.

Rights are asked by the pages (``may_do(user, "check" | "approve", report, side=…)``). Two persons who decide at once: the
second is told that the report changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.history import because
from rafid.commons.records.change import Refused, Stale, locked
from rafid.commons.records.checks import check_record
from rafid.commons.records.search import index_record

from ..models import FieldReport, Reconciled, RejectedFor, ReportState
from ..refusals import told
from ..rules import RULES
from .apply import apply, withdraw

ANOTHER_CHECKS = gettext_lazy(
    "You said that these reports were approved in the other system. Another person compares them with it."
)
TAKEN_AGAIN = (ReportState.REJECTED, ReportState.SUPERSEDED)


def check(report: FieldReport, *, by: Any, version: int | None = None) -> FieldReport:
    """The operator's (or, for a paper, the authority's) officer checked it."""
    if waits_for_check_here(report):
        return _check_here(report, by=by, version=version)
    with _step(report, version, ReportState.RECEIVED, "report checked") as row:
        row.state, row.checked_by, row.checked_at = ReportState.OPERATOR_CHECKED, by, timezone.now()
    return row


def waits_for_check_here(report: FieldReport) -> bool:
    """It came as approved elsewhere, and nobody here looked at it yet."""
    return report.state == ReportState.OPERATOR_APPROVED and report.checked_by_id is None


def _check_here(report: FieldReport, *, by: Any, version: int | None) -> FieldReport:
    """A second person compared it with the other system; its state stays, and a third one may accept it."""
    with _step(report, version, ReportState.OPERATOR_APPROVED, "report checked") as row:
        if row.checked_by_id is not None:
            raise Stale(row)
        if row.endorsed_by_id == by.pk:
            raise Refused(ANOTHER_CHECKS)
        row.checked_by, row.checked_at = by, timezone.now()
    return row


def check_imported(run: Any, *, by: Any, owner: Any) -> int:
    """All reports of an import that came as approved elsewhere, at once; answers how many. Raises ``Refused``."""
    with told(FieldReport), because("report checked"):
        rows = FieldReport.objects.select_for_update().filter(
            source_id=run, owner=owner, state=ReportState.OPERATOR_APPROVED, checked_by=None
        )
        if rows.filter(endorsed_by=by).exists():
            raise Refused(ANOTHER_CHECKS)
        return rows.update(checked_by=by, checked_at=timezone.now())


def endorse(report: FieldReport, *, by: Any, version: int | None = None) -> FieldReport:
    """The operator's manager approves it; from here on the authority decides."""
    with _step(report, version, ReportState.OPERATOR_CHECKED, "report endorsed") as row:
        if row.checked_by_id == by.pk:
            raise Refused(_("You checked this report. Another person approves it."))
        row.state, row.endorsed_by, row.endorsed_at = ReportState.OPERATOR_APPROVED, by, timezone.now()
    return row


def accept(report: FieldReport, *, by: Any, version: int | None = None) -> FieldReport:
    """The authority accepts it: an earlier accepted version steps back, and what it says enters the records, or none of it."""
    with _step(report, version, ReportState.OPERATOR_APPROVED, "report accepted") as row:
        if by.pk in (row.checked_by_id, row.endorsed_by_id):
            raise Refused(_("You checked or approved this report before. Another person accepts it."))
        if row.checked_by_id is None:
            raise Refused(
                _("Nobody here has compared this report with the other system yet. Another person checks it first.")
            )
        if not row.reconciled:
            raise Refused(_("Say first whether the report speaks of a new record or of one that is there."))
        earlier = _accepted_version(row)
        if earlier is not None:
            earlier.state = ReportState.SUPERSEDED
            earlier.save(update_fields=["state"])
            if row.reconciled == Reconciled.NEW and earlier.target:
                row.reconciled, row.target, row.target_kind = Reconciled.EXISTING, earlier.target, earlier.target_kind
        row.state, row.decided_by, row.accepted_at = ReportState.APPROVED, by, timezone.now()
        row.save()
        row.applied = apply(row, by=by, earlier=earlier)
    return row


def reject(
    report: FieldReport, *, by: Any, reason: str = "", code: str = "", version: int | None = None
) -> FieldReport:
    """At any gate, with what is to be corrected: a usual reason (``code``), own words, or both. It comes back as its next
    version, or is taken again."""
    reason = " ".join(reason.split())
    if not (reason or code) or code not in ("", *RejectedFor.values):
        raise Refused(_("Say why the report is rejected, so that the operator can correct it."))
    with told(FieldReport), because("report rejected"):
        row: Any = locked(FieldReport, report.pk, version)
        row.state, row.decided_by, row.reason_code, row.reason = ReportState.REJECTED, by, code, reason
        row.save()
        row.refresh_from_db()
        check_record(row)
    return row  # type: ignore[no-any-return]


def take_again(report: FieldReport, *, by: Any, reason: str, version: int | None = None) -> FieldReport:
    """A rejected version was right after all, or a newer one was wrong: it goes through the gates once more, as it is."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say why."))
    with told(FieldReport), because("report taken again"):
        row: Any = locked(FieldReport, report.pk, version)
        if row.state not in TAKEN_AGAIN:
            raise Refused(_("Only a rejected or replaced report is taken again."))
        row.state, row.reason_code, row.reason = ReportState.RECEIVED, "", reason
        row.checked_by = row.checked_at = row.endorsed_by = row.endorsed_at = row.decided_by = row.accepted_at = None
        row.save()
        row.refresh_from_db()
    return row  # type: ignore[no-any-return]


def withdraw_report(report: FieldReport, *, by: Any, reason: str, version: int | None = None) -> FieldReport:
    """An accepted report turns out wrong and nothing replaces it: what it made leaves the records, with the reason."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say why."))
    with _step(report, version, ReportState.APPROVED, "report withdrawn") as row:
        row.state, row.reason = ReportState.SUPERSEDED, reason
        row.save()
        withdraw(row, by=by, reason=reason)
    return row


@contextmanager
def _step(report: FieldReport, version: int | None, stands: str, reason: str) -> Iterator[FieldReport]:
    with told(FieldReport), because(reason):
        row: Any = locked(FieldReport, report.pk, version)
        if row.state != stands:
            if version is None:
                raise Refused(str(RULES["report_steps"]))
            raise Stale(row)
        yield row
        row.save()
        row.refresh_from_db()
        check_record(row)
        index_record(row)


def _accepted_version(report: FieldReport) -> FieldReport | None:
    rows = FieldReport.objects.select_for_update().filter(
        owner=report.owner_id,
        organisation=report.organisation_id,
        reference=report.reference,
        state=ReportState.APPROVED,
    )
    found: FieldReport | None = rows.exclude(pk=report.pk).first()
    return found
