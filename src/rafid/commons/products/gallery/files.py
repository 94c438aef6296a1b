"""A file of an edition as it lies in the store: by its hash, in parts where asked, and nothing that runs in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from rafid.commons import blobs
from rafid.commons.api import unchanged

from ..models import EditionFile

SHOWN_HERE = frozenset({"image/png", "image/jpeg", "image/webp", "application/pdf"})
"""What a browser shows; all else is for the disk."""
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})\Z")


def answer(request: HttpRequest, file: EditionFile, *, public: bool) -> HttpResponse | StreamingHttpResponse:
    """Raises ``FileNotFoundError`` where the store lacks it."""
    path = blobs.path_of(file.sha256)
    size = path.stat().st_size
    etag = f'"{file.sha256}"'
    response: HttpResponse | StreamingHttpResponse | None = unchanged(request, etag)
    if response is None:
        part = part_of(request, size, etag)
        if part is None:
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        else:
            first, last, partly = part
            if request.method == "HEAD":
                response = HttpResponse()
            else:
                response = StreamingHttpResponse(_bytes(file.sha256, first, last))
            if partly:
                response.status_code = 206
                response["Content-Range"] = f"bytes {first}-{last}/{size}"
            response["Content-Length"] = str(last - first + 1)
            # Parts count bytes of the file, so nothing between here and the reader may pack it.
            response["Content-Encoding"] = "identity"
        response["Content-Type"] = _type(file.media_type)
        inline = file.media_type in SHOWN_HERE
        response["Content-Disposition"] = content_disposition_header(not inline, file.name) or "inline"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    if file.media_type != "application/pdf":  # a browser's own viewer does not open in a sandbox
        response["Content-Security-Policy"] = SANDBOX
    # Withdrawn it must be gone with the next request, so it is asked for again each time.
    response["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return response


def part_of(request: HttpRequest, size: int, etag: str) -> tuple[int, int, bool] | None:
    """First and last byte, and whether a part was asked for. All of it without a range, for several ranges, for what cannot be
    read, or where the file changed; None where the range lies outside."""
    whole = (0, size - 1, False)
    found = _RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    if found is None or found.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return whole
    start, end = found.groups()
    if not start:
        count = int(end)
        return (max(0, size - count), size - 1, True) if count and size else None
    first, last = int(start), int(end) if end else size - 1
    if first >= size or last < first:
        return None
    return first, min(last, size - 1), True


def _bytes(sha256: str, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with blobs.path_of(sha256).open("rb") as file:
        file.seek(first)
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _type(media_type: str) -> str:
    return (
        media_type + "; charset=utf-8" if media_type.startswith("text/") and "charset" not in media_type else media_type
    )
