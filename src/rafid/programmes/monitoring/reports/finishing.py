"""Making a report final: six files are printed and kept by their hashes, then one transaction writes all that is final."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.models import Account
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.word import as_docx
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.tasks import Failure, start

from ..models import Report, ReportFile, ReportState
from ..refusals import told
from .content import document, whole_of
from .life import ready_to_finish
from .tasks import print_parts
from .telling import tell_final

LANGUAGES = ("ar", "ckb", "en")
FORMATS = ("pdf", "docx")
MEDIA = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
NAME = "monitoring-report"


def begin_finishing(report: Report, *, by: Any) -> Task:
    """The task that makes it final; the one that runs already, if there is one."""
    ready_to_finish(report)
    name = f"{NAME} {report.pk}"[:60]
    running = Task.objects.filter(name=name, state__in=(TaskState.WAITING, TaskState.RUNNING)).first()
    if running is not None:
        return running
    return start(
        name, "rafid.programmes.monitoring.reports.finishing:finish_by_task",
        {"report": str(report.pk), "by": str(by.pk)},
        about=in_three(gettext_noop("Report %(ref)s becomes final"), ref=report.ref),
        link=reverse("monitoring-report", args=[report.ref]), by=by,
    )  # fmt: skip


def finish_by_task(progress: Any, *, report: str, by: str) -> None:
    """Run again after it was cut off, it finds a report that is either final or as it was."""
    row = Report.objects.get(pk=report)
    if row.state == ReportState.FINAL:
        return
    try:
        finish(row, by=Account.objects.get(pk=by), tell=progress.at)
    except Refused as refused:
        raise Failure({language: str(refused) for language in LANGUAGES}) from refused


@dataclass(frozen=True)
class Printed:
    format: str
    language: str
    sha256: str
    size: int


def finish(report: Report, *, by: Any, tell: Any = None) -> Report:
    """Final, with its files. Whatever stops it in the middle leaves the report as it was: files in the store that no record
    names are swept. Raises ``Refused`` when the report was changed while it was printed."""
    ready_to_finish(report)
    version = report.version
    final_at = timezone.now()
    shown = copy(report)
    shown.state, shown.final_at = ReportState.FINAL, final_at  # as it is printed; nothing is saved yet
    made = []
    for at, one in enumerate(printed(shown)):
        made.append(one)
        if tell:
            tell(at + 1, len(LANGUAGES) * len(FORMATS))
    with told(Report), because("made final"):
        row = locked(Report, report.pk, None)
        if row.version != version or row.state != ReportState.COMMENTS:
            raise Refused(_("The report was changed while its files were made. Begin again."))
        ReportFile.objects.bulk_create(
            ReportFile(
                report=row, format=one.format, language=one.language, sha256=one.sha256, size=one.size, made_by=by
            )
            for one in made
        )
        row.state, row.final_at, row.final_by = ReportState.FINAL, final_at, by
        row.save()
        row.refresh_from_db()
        tell_final(row)
        print_parts.defer(report=str(row.pk))
    return row


def printed(report: Report) -> Iterator[Printed]:
    """Its files, kept in the store. One file after the other, so that never more than one tree is in memory."""
    share = whole_of(report)
    for language in LANGUAGES:
        tree = document(report, share, language)
        for format in FORMATS:
            blob = blobs.keep(as_pdf(tree)[0] if format == "pdf" else as_docx(tree))
            yield Printed(format, language, blob.sha256, blob.size)
