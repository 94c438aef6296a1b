"""Taking a report in: the same one again is the same one, other content under its number is its next version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.records.change import Refused
from rafid.commons.records.checks import check_record
from rafid.commons.records.models import Source
from rafid.commons.records.search import index_record
from rafid.methods.exchange import canonical

from ..models import FieldReport, ReportState, ReportType
from ..refusals import told
from .content import refuse_persons

TAKEN_UP = (ReportState.RECEIVED, ReportState.OPERATOR_CHECKED, ReportState.OPERATOR_APPROVED)
"""Versions on their way; a newer version takes their place at once, an accepted one keeps its until the newer is accepted."""


@dataclass(frozen=True)
class Received:
    report: FieldReport
    what: str
    """``new`` (a new identity), ``version`` (the next of a known one), ``again`` (it was here; nothing was written)."""


def content_hash(content: Any) -> str:
    """Of the canonical JSON; texts that look the same are the same."""
    return sha256(normalize("NFC", canonical(content)).encode()).hexdigest()


def receive(
    *,
    authority: Organisation,
    operator: Organisation,
    reference: str,
    type: str,
    on: date,
    content: dict[str, Any],
    place: Any = None,
    by: Any = None,
    document: str = "",
    document_name: str = "",
    source: str = Source.PERSON,
    source_id: Any = None,
    source_row: int | None = None,
) -> Received:
    """Keeps a report as it came. ``reference`` is the operator's number of it. Raises ``Refused`` with a sentence.

    Order of arrival does not matter, and a report of the same day as another counts like any other.
    """
    reference = " ".join(reference.split())
    if not reference:
        raise Refused(
            _("The report has no number of the operator. Enter it: without it nobody can tell it from another.")
        )
    if type not in ReportType.values:
        raise Refused(_("Nobody here knows the kind of report “%(kind)s”. Choose one of the list.") % {"kind": type})
    refuse_persons(content)
    if on > timezone.localdate():
        raise Refused(_("The date of information lies after today. Correct it: what is reported has happened."))
    hashed = content_hash(content)
    with told(FieldReport), because("report received"):
        # Who brings two versions at once must not get one number twice: the second waits for the first.
        Organisation.objects.select_for_update(no_key=True).get(pk=operator.pk)
        known = FieldReport.everything.filter(owner=authority, organisation=operator, reference=reference)
        same = known.filter(content_hash=hashed).first()
        if same is not None:
            # Also where it was rejected, or replaced: it is taken again by a person (``decide.take_again``).
            return Received(same, "again")
        number = (known.aggregate(last=Max("number"))["last"] or 0) + 1
        before = known.order_by("-number").first()
        for row in known.filter(state__in=TAKEN_UP):
            row.state = ReportState.SUPERSEDED
            row.save(update_fields=["state"])
        report = FieldReport.objects.create(
            owner=authority, organisation=operator, reference=reference, number=number, type=type, on=on, place=place,
            content=content, content_hash=hashed, document=document, document_name=document_name, made_by=by, source=source,
            source_id=source_id, source_row=source_row,
            # A new version speaks of what the one before it spoke of; whoever decides may say otherwise.
            reconciled=before.reconciled if before and before.target else "", target=before and before.target,
            target_kind=before.target_kind if before else "",
        )  # fmt: skip
        report.refresh_from_db()
        check_record(report)
        index_record(report)
    return Received(report, "version" if before else "new")
