"""What every list, answer and error of /api/v1 has in common."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

T = TypeVar("T")

MACHINE_ROOMS = ("/api/", "/tiles/", "/data/", "/ogc", "/odata", "/fhir", "/collect", "/sta/", "/edr", "/cap")
"""How addresses begin at which programs ask, not people: their errors are problem+json, not pages."""


class Problem(Exception):
    """An answer in problem+json (RFC 9457): ``errors`` are (where, message) pairs; messages are in the asked language."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.errors = status, title, detail, list(errors)
        self.headers = dict(headers or {})

    def response(self) -> HttpResponse:
        response = JsonResponse(
            {
                "type": "about:blank",
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
                "errors": [{"where": where, "message": message} for where, message in self.errors],
            },
            status=self.status,
            json_dumps_params={"ensure_ascii": False},
            content_type="application/problem+json",
            headers=self.headers,
        )
        if self.status == 401:
            response["WWW-Authenticate"] = 'Bearer, Basic realm="Rafid", charset="UTF-8"'
        return response


def not_found() -> Problem:
    """Out of scope and not there look the same."""
    return Problem(404, _("Nothing is here"), _("There is no such record, or it is not yours to see."))


def invalid(where: str, message: str) -> Problem:
    return Problem(422, _("The request cannot be understood"), message, [(where, message)])


class ProblemOut(Schema):
    """How errors look in the OpenAPI description."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]]


ERRORS = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), ProblemOut)
"""For ``response={200: …, **ERRORS}`` of an operation."""
CHANGE_ERRORS = {**ERRORS, 428: ProblemOut}
"""The same for an operation that asks for If-Match."""


class Page(Schema, Generic[T]):
    """``next`` is a cursor for the same question, null at the end."""

    items: list[T]
    next: str | None = None
    count: int | None = None


class PageQuery(Schema):
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=500)
    count: bool = False


def encode_cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """Raises Problem 422 for anything that ``encode_cursor`` did not make."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != length or not all(isinstance(v, str | int) for v in values):
        raise invalid("cursor", _("This cursor was not given by this list. Start again without it."))
    return values


def paged(
    rows: QuerySet[Any],
    page: PageQuery,
    show: Callable[[Any], Any],
    *,
    key: str = "id",
    valid: Callable[[Any], Any] = str,
) -> dict[str, Any]:
    """One page by key, stable while data arrives: rows ordered by ``key`` (unique), each shown by ``show``."""
    count = rows.count() if page.count else None
    rows = rows.order_by(key)
    if page.cursor:
        (after,) = decode_cursor(page.cursor, 1)
        try:
            rows = rows.filter(**{f"{key}__gt": rows.model._meta.get_field(key).to_python(after)})
        except Exception as error:
            raise invalid("cursor", _("This cursor was not given by this list. Start again without it.")) from error
    found = list(rows[: page.limit + 1])
    more = len(found) > page.limit
    found = found[: page.limit]
    return {
        "items": [show(row) for row in found],
        "next": encode_cursor([str(getattr(found[-1], key))]) if more else None,
        "count": count,
    }


def etag_of(*parts: Any) -> str:
    return '"' + hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()[:32] + '"'


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the caller already holds this state."""
    held = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if etag in held or "*" in held:
        response = HttpResponseNotModified()
        response["ETag"] = etag
        return response
    return None


def record_etag(record: Model) -> str:
    return f'"{record.pk}-{record.version}"'  # type: ignore[attr-defined]


def require_match(request: HttpRequest, record: Any) -> None:
    """A change must name the version that it was made from. Raises Problem 428 without If-Match, 409 for a stale one."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise Problem(428, _("Which version?"), _("Send the ETag that you read in the header If-Match."))
    if record_etag(record) not in [tag.strip().removeprefix("W/") for tag in given.split(",")] and given != "*":
        raise Problem(
            409,
            _("Somebody changed this record since you read it"),
            _("Read it again and decide what is to stand."),
            [("If-Match", given), ("ETag", record_etag(record))],
        )
