"""What is measured of a visit by its audit log: active time, and which answers changed after it had been finalised."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from rafid.commons import blobs
from rafid.commons.forms.models import Attachment, VisitFacts
from rafid.methods.fieldwork import AuditLog, read_audit

from .batch import Batch

AUDIT = "audit.csv"


@dataclass(frozen=True, slots=True)
class Time:
    seconds: float
    from_audit: bool


def audits(batch: Batch) -> dict[UUID, AuditLog]:
    """Logs of the visits that have just come."""
    files = Attachment.objects.filter(
        submission__in=batch.ids, name=AUDIT, sha256__isnull=False, replaced_by=None
    ).values_list("submission", "sha256")
    found = {}
    for pk, sha256 in files:
        try:
            found[pk] = read_audit(blobs.read(sha256))
        except FileNotFoundError:
            continue
    return found


def active_seconds(batch: Batch) -> dict[UUID, Time]:
    """Of each visit that tells it. A clock that runs backwards tells nothing."""
    found = {}
    logs = {} if batch.whole else batch.once(audits)
    if batch.whole:
        known = (
            _facts(batch)
            .filter(from_audit=True, active_seconds__isnull=False)
            .values_list("submission", "version", "active_seconds")
        )
        found = {
            pk: Time(seconds, True)
            for pk, version, seconds in known
            if pk in batch.visits and batch.visits[pk].version == version
        }
    for visit in batch.visits.values():
        log = logs.get(visit.id)
        if log is not None and log.active_seconds > 0:
            found[visit.id] = Time(log.active_seconds, True)
        elif visit.id not in found and visit.started_at and visit.ended_at and visit.ended_at >= visit.started_at:
            found[visit.id] = Time((visit.ended_at - visit.started_at).total_seconds(), False)
    return found


def changed_paths(batch: Batch) -> dict[UUID, list[str]]:
    """Paths of answers that became others after the form had been finalised."""
    if not batch.whole:
        return {pk: list(log.changed_after_finalise) for pk, log in batch.once(audits).items()}
    known = _facts(batch).exclude(changed_after_finalise=[])
    return {
        pk: paths
        for pk, version, paths in known.values_list("submission", "version", "changed_after_finalise")
        if pk in batch.visits and batch.visits[pk].version == version
    }


def _facts(batch: Batch) -> QuerySet[VisitFacts]:
    facts = VisitFacts.objects.filter(submission__form=batch.form)
    return facts.filter(submission__in=batch.ids) if batch.part else facts
