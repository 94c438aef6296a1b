"""Files of a report that is not final, or of a part of it: printed once for what they hang on.

They are kept for a day; parts of a final one as long as it is there: neither its figures nor its comments change any more.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.models import Account
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.word import as_docx
from rafid.commons.products.release.canonical import canonical
from rafid.commons.records.models import Task, TaskState
from rafid.commons.records.tasks import start

from ..findings.telling import holders
from ..models import Report, ReportState
from ..seeing import DONORS
from .content import Share, document, share_of

_DAY = 86_400


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "printed"


def path_of(report: Report, share: Share, format: str, language: str) -> Path:
    """Where it would lie: another version, share, comment or language lies elsewhere."""
    hangs_on = [
        str(report.pk), report.version, report.frozen.get("sha256"), [one["id"] for one in share.contracts],
        [str(one.pk) for one in share.comments], language,
    ]  # fmt: skip
    digest = hashlib.sha256(canonical(hangs_on).encode()).hexdigest()
    folder = _folder() / "final" if report.state == ReportState.FINAL else _folder()
    return folder / f"{digest[:40]}.{format}"


def kept(report: Report, share: Share, format: str, language: str) -> Path | None:
    path = path_of(report, share, format, language)
    try:
        stays = report.state == ReportState.FINAL or path.stat().st_mtime > time.time() - _DAY
        return path if stays and path.stat().st_size else None
    except FileNotFoundError:
        return None


def make(report: Report, share: Share, format: str, language: str) -> Path:
    """Whole when it is there: it is written beside and then put in its place."""
    tree = document(report, share, language)
    data = as_pdf(tree)[0] if format == "pdf" else as_docx(tree)
    path = path_of(report, share, format, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(_folder())
    part = path.with_suffix(f".{id(data)}.part")
    part.write_bytes(data)
    part.replace(path)
    return path


def _sweep(folder: Path) -> None:
    """What is older than a day goes, with the pictures in it."""
    for path in folder.iterdir():
        try:
            if path.is_file() and path.stat().st_mtime < time.time() - _DAY:
                path.unlink()
        except FileNotFoundError:
            continue


def drop_before(moment: datetime) -> None:
    """What was printed before, of whatever report: it may show a picture that was erased then."""
    for folder in (_folder(), _folder() / "final"):
        for path in folder.glob("*.*"):
            try:
                if path.is_file() and path.stat().st_mtime < moment.timestamp():
                    path.unlink()
            except FileNotFoundError:
                continue


def begin(report: Report, format: str, language: str, *, by: Any) -> Task:
    """The task that prints it for this person; the one that runs already, if there is one."""
    name = f"report-{format}-{language} {report.pk}"[:60]
    running = Task.objects.filter(name=name, by=by, state__in=(TaskState.WAITING, TaskState.RUNNING)).first()
    if running is not None:
        return running
    return start(
        name, "rafid.programmes.monitoring.reports.printing:print_by_task",
        {"report": str(report.pk), "by": str(by.pk), "format": format, "language": language},
        about=in_three(gettext_noop("Report %(ref)s as a file"), ref=report.ref),
        link=f"{reverse('monitoring-report-file', args=[report.ref, format])}?lang={language}", by=by,
    )  # fmt: skip


def print_by_task(progress: Any, *, report: str, by: str, format: str, language: str) -> None:
    row = Report.objects.get(pk=report)
    share = share_of(row, Account.objects.get(pk=by))
    progress.at(0, 1)
    if share.contracts and kept(row, share, format, language) is None:
        make(row, share, format, language)
    progress.at(1, 1)


def print_parts(report: str) -> None:
    """After a report became final, the part of each donor that reads less than all of it, who then need not wait for it."""
    row = Report.objects.get(pk=report)
    for account in holders(DONORS):
        if not Report.objects.visible_to(account).filter(pk=row.pk).exists():
            continue
        share = share_of(row, account)
        if not share.contracts or share.whole:
            continue
        for language in ("ar", "ckb", "en"):
            if kept(row, share, "pdf", language) is None:
                make(row, share, "pdf", language)
