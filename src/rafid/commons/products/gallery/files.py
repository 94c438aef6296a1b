"""A file of an edition as it lies in the store: by its hash, and nothing of it that runs in a browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from ..models import EditionFile
from ..stored import stored

SHOWN_HERE = frozenset({"image/png", "image/jpeg", "image/webp", "application/pdf"})
"""What a browser shows; all else is for the disk."""
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def answer(request: HttpRequest, file: EditionFile, *, public: bool) -> HttpResponse | StreamingHttpResponse:
    """Raises ``FileNotFoundError`` where the store lacks it."""
    attached = file.media_type not in SHOWN_HERE
    response = stored(
        request, file.sha256, name=file.name, content_type=_type(file.media_type), attached=attached
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    if file.media_type != "application/pdf":  # a browser's own viewer does not open in a sandbox
        response["Content-Security-Policy"] = SANDBOX
    # Withdrawn it must be gone with the next request, so it is asked for again each time.
    response["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return response


def _type(media_type: str) -> str:
    return (
        media_type + "; charset=utf-8" if media_type.startswith("text/") and "charset" not in media_type else media_type
    )
