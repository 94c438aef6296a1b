"""Erased pictures leave printed reports, too: final files are printed anew without them, and an erratum says so.

The figures stay as they were frozen: they hold hashes of pictures, and no picture. What is printed for a day or for a part of a
report is thrown away, and made again when somebody asks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.forms.models import Tombstone
from rafid.commons.history import because
from rafid.commons.names import in_three

from ..models import Report, ReportFile, ReportState
from ..visits.pictures import shown_to_readers
from .content import whole_of
from .finishing import printed
from .life import erratum
from .printing import drop_before

SAID = gettext_noop("A picture of a visit was erased and taken out of this report. No figure changed.")


def take_out_erased() -> int:
    """How many final reports were printed anew. Safe to run again after it was cut off."""
    erased = Tombstone.objects.exclude(files=[])
    newest: datetime | None = erased.aggregate(newest=Max("at"))["newest"]
    if newest is None:
        return 0
    drop_before(newest)
    reports = Report.everything.filter(state=ReportState.FINAL, files__isnull=False)
    waiting = reports.annotate(made_on=Min("files__known_at")).filter(made_on__lt=newest)
    return sum(_print_anew(report, erased.filter(at__gt=report.made_on)) for report in waiting)


def _print_anew(report: Any, erased: Any) -> bool:
    pictures = {
        sha for contract in whole_of(report).contracts for visit in contract["visits"] for sha in visit["photos"]
    }
    gone = pictures.intersection(sha for files in erased.values_list("files", flat=True) for sha in files)
    if not gone or gone <= shown_to_readers(gone):
        return False  # not of this report, or the same picture came with another visit, too
    files = list(printed(report))
    now = timezone.now()
    with transaction.atomic(), because("erased pictures taken out"):
        with pgtrigger.ignore("rafid_monitoring.ReportFile:report_file_stays"):
            for one in files:
                ReportFile.objects.filter(report=report, format=one.format, language=one.language).update(
                    sha256=one.sha256, size=one.size, known_at=now
                )
        erratum(report, in_three(SAID), by=None)
    return True
