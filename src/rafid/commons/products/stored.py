"""A file of the store over HTTP: its tag is its hash, and a part of it is answered where one is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from rafid.commons import blobs
from rafid.commons.api import unchanged

_CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")
_LONGEST = 18
"""Digits of a position that can be meant."""


def stored(
    request: HttpRequest, sha256: str, *, name: str, content_type: str, attached: bool, packed: bool = True
) -> HttpResponse | StreamingHttpResponse:
    """The blob as ``name``, for the disk where ``attached``. ``packed``: it would be no smaller packed on its way. Whoever
    calls says how long it may be kept. Raises ``FileNotFoundError`` where the store lacks it."""
    size, etag = blobs.path_of(sha256).stat().st_size, f'"{sha256}"'
    response: Any = unchanged(request, etag)
    if response is None:
        response = _answer(request, sha256, size, etag, packed)
        response["Content-Type"] = content_type
        response["Content-Disposition"] = content_disposition_header(attached, name) or "inline"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    return response  # type: ignore[no-any-return]


def _answer(request: HttpRequest, sha256: str, size: int, etag: str, packed: bool) -> Any:
    part = part_of(request, size, etag)
    if part == ():
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    response: Any = (
        HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(_bytes(sha256, first, last - first + 1))
    )
    response["Content-Length"] = str(last - first + 1)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    if part or packed:
        # Parts count bytes of the file, so nothing between here and the reader may pack it.
        response["Content-Encoding"] = "identity"
    return response


def part_of(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | tuple[()] | None:
    """First and last byte asked for; () where no byte of the file is meant; None for the whole: no range, several, one that
    cannot be read, or a file that changed meanwhile (RFC 9110, 14.2)."""
    match = _RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    if match is None or match.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if len(first) > _LONGEST or len(last) > _LONGEST:
        return ()
    if not first:
        return (max(size - int(last), 0), size - 1) if int(last) and size else ()
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if last and int(last) < start:
        return None
    return (start, end) if start < size else ()


def _bytes(sha256: str, first: int, count: int) -> Iterator[bytes]:
    with blobs.path_of(sha256).open("rb") as file:
        file.seek(first)
        while count > 0 and (block := file.read(min(_CHUNK, count))):
            count -= len(block)
            yield block
