"""A report as a file, for one reader: the stored one when it is final and wholly his, else made now from the frozen figures."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from rafid.commons import blobs

from ..models import Report, ReportState
from . import printing
from .content import share_of
from .finishing import FORMATS, LANGUAGES, MEDIA


def language_of(asked: str | None, report: Report) -> str:
    """The language that the address names, else the reader's."""
    if asked in LANGUAGES:
        return asked or ""
    return (get_language() or report.language)[:3].split("-")[0]


def answer(report: Report, user: Any, format: str, asked: str | None) -> HttpResponse | FileResponse | None:
    """Raises Http404 for a format that is not made, and for a report without figures. None: a PDF of many pages that is not
    printed yet takes longer than a request may; a task makes it."""
    language = language_of(asked, report)
    if format not in FORMATS or language not in LANGUAGES or report.known is None:
        raise Http404
    share = share_of(report, user)
    if not share.contracts:
        raise Http404
    if report.state == ReportState.FINAL and share.whole:
        kept = report.files.filter(format=format, language=language).first()
        if kept is None:
            raise Http404
        try:
            response = FileResponse(blobs.path_of(kept.sha256).open("rb"), content_type=MEDIA[format])
        except FileNotFoundError:
            raise Http404 from None
        response["ETag"] = f'"{kept.sha256}"'
    else:
        path = printing.kept(report, share, format, language)
        if path is None and format == "pdf":
            return None
        path = path or printing.make(report, share, format, language)
        response = FileResponse(path.open("rb"), content_type=MEDIA[format])
    response["Content-Disposition"] = content_disposition_header(
        format != "pdf", f"{report.ref}-{report.period}-{language}.{format}"
    )
    response["Content-Language"] = language
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
