"""An accepted report enters the records, in the transaction that accepts it: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rafid.commons.records.change import Refused, delete
from rafid.commons.records.models import model_of

from ..models import ExternalId, FieldReport, Reconciled, Release, ReportType
from ..rules import RULES
from . import hazard_reports, work_reports
from .content import FIELDS, values_of
from .folding import accepted_about, latest_day, said_by_others
from .keeping import create, finish, update
from .reconcile import target_of

Handler = Callable[[FieldReport, dict[str, Any], Any, Any, "FieldReport | None"], list[Any]]
"""(report, values, target or None, who accepts, the version that it replaces) → the records that it made or changed."""


def apply(report: FieldReport, *, by: Any, earlier: FieldReport | None = None) -> list[list[str]]:
    """Raises ``Refused`` with the field and the remedy. ``report`` is accepted already, in this transaction."""
    if report.type not in FIELDS:
        return []
    handler = _HANDLERS.get(report.type, _plain)
    records = handler(report, values_of(report), target_of(report), by, earlier)
    if records:
        report.target, report.target_kind = records[0].pk, records[0].kind()
        _name_elsewhere(report, records[0])
    return [[record.kind(), str(record.pk)] for record in records]


def withdraw(report: FieldReport, *, by: Any, reason: str) -> None:
    """What only this report made leaves the records; what it changed gets back what the other reports say."""
    if report.type not in FIELDS:
        return
    model, allowed = FIELDS[report.type]
    work_reports.forget_days(report)
    for kind, pk in report.applied:
        record = model_of(kind).objects.filter(pk=pk).first()
        if record is None:
            continue
        if getattr(record, "report_id", None) == report.pk and (
            report.reconciled == Reconciled.NEW or isinstance(record, Release)
        ):
            delete(record, why=reason, version=None)
        elif isinstance(record, model):
            reports = accepted_about(record.pk)
            update(record, said_by_others(report, reports, model=model, allowed=allowed))
            record.on = latest_day(record, reports, report)
            record.save()
        finish(record)


def _plain(report: FieldReport, values: dict[str, Any], target: Any, by: Any, earlier: FieldReport | None) -> list[Any]:
    """A report of one record whose fields are all there is to say: a spot task, an accident, a session, a completion."""
    return [create(report, values, by) if target is None else hazard_reports.change(report, values, target, earlier)]


_HANDLERS: dict[Any, Handler] = {
    ReportType.HAZARD: hazard_reports.apply,
    ReportType.SURVEY: hazard_reports.apply,
    ReportType.RELEASE: work_reports.apply_release,
    ReportType.PROGRESS: work_reports.apply_progress,
    ReportType.FIND: work_reports.apply_finds,
}


def _name_elsewhere(report: FieldReport, record: Any) -> None:
    """Keeps what the operator's own system calls the record."""
    said = report.content.get("external")
    if not isinstance(said, dict) or not said.get("system") or not said.get("key"):
        return
    known, _made = ExternalId.objects.get_or_create(
        system=str(said["system"]),
        key=str(said["key"]),
        defaults={"owner": report.owner, "kind": record.kind(), "record": record.pk},
    )
    if known.record == record.pk:
        return
    if isinstance(record, Release) and record.replaces_id == known.record:
        known.record = record.pk  # the identifier goes on to what took its place
        known.save(update_fields=["record"])
        return
    raise Refused(str(RULES["external_once"]))
