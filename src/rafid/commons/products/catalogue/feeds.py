"""The catalogue for other catalogues: DCAT 3 as JSON-LD, and one table."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, etag_of, unchanged
from rafid.commons.people.authentication import caller
from rafid.commons.spreadsheets import disarmed

from . import dcat
from .listing import entries


def _sent(request: HttpRequest, text: str, content_type: str, name: str = "") -> HttpResponse:
    etag = etag_of(text)
    response = unchanged(request, etag)
    if response is None:
        response = HttpResponse(b"" if request.method == "HEAD" else text, content_type=content_type)
        response["ETag"] = etag
        if name:
            response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def jsonld(request: HttpRequest) -> HttpResponse:
    try:
        user = caller(request)
    except Problem as problem:
        return problem.response()
    found = [one for one in entries(user) if one.version or one.live]
    return _sent(
        request, json.dumps(dcat.catalogue(request, found), ensure_ascii=False, indent=1), "application/ld+json"
    )


COLUMNS = (
    "code", "title_ar", "title_ckb", "title_en", "programme", "theme", "state", "version", "published", "rows",
    "first_period", "last_period", "every", "overdue", "licence", "attribution", "provisional", "sha256", "page", "csv",
)  # fmt: skip


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    try:
        user = caller(request)
    except Problem as problem:
        return problem.response()
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in entries(user):
        names, version = one.dataset.names, one.version
        values: list[Any] = [
            one.code, names["ar"], names["ckb"], names["en"], one.dataset.programme, one.dataset.theme, one.state,
            version.number if version else "", one.on.isoformat() if one.on else "", version.rows if version else "",
            version.first_period if version else "", version.last_period if version else "", one.dataset.every,
            "true" if one.overdue else "false", one.dataset.licence, one.dataset.attribution.get("en", ""),
            ("true" if version.provisional else "false") if version else "", version.sha256 if version else "",
            request.build_absolute_uri(one.dataset.get_absolute_url()),
            request.build_absolute_uri(f"/data/{one.code}.csv") if version or one.live else "",
        ]  # fmt: skip
        writer.writerow([disarmed(value) for value in values])
    return _sent(request, out.getvalue(), "text/csv; charset=utf-8", "catalog.csv")
