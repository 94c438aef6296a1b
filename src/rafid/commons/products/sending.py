"""A table as the file that answers a request: its name, its tag, and nothing where the reader holds the same already."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from rafid.commons.api import etag_of, unchanged
from rafid.commons.streaming import in_language

from .exports import FORMATS, options
from .tables import Table


def send(
    request: HttpRequest, table: Table, ext: str, *states: str, name: str = ""
) -> HttpResponse | StreamingHttpResponse:
    """The file ``{name}.{ext}``, ``ext`` one of ``FORMATS``; the name is the dataset's code where none is given.
    ``states`` are what it depends on beside the table's rows. What is frozen is the same in each language."""
    chosen, language = FORMATS[ext], "en" if table.frozen_at else get_language() or "ar"
    how = options(request.GET)
    etag = etag_of(table.published.code, ext, how, language, table.fingerprint(), *states)
    response: Any = unchanged(request, etag)
    if response is None:
        if request.method == "HEAD":
            response = HttpResponse(content_type=chosen.content_type)
        else:
            blocks = in_language(chosen.write(table, **how), language)
            response = StreamingHttpResponse(blocks, content_type=chosen.content_type)
        response["Content-Disposition"] = content_disposition_header(
            chosen.attached, f"{name or table.published.code}.{ext}"
        )
        response["ETag"] = etag
    # The same address answers differently to other people.
    response["Cache-Control"] = "private, no-cache"
    return response  # type: ignore[no-any-return]
