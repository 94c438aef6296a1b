"""Files on their way in: streamed to disk, and cut off when they grow beyond the limit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

_FORM = 1 << 20
"""Bytes that the fields around a file may take."""


class Limited(TemporaryFileUploadHandler):
    """Writes to a temporary file, never to memory. A file above RAFID_UPLOAD_LIMIT is dropped, and the request marked
    with ``upload_too_large``, so that the view can answer with a sentence."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.stated = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.stated > settings.RAFID_UPLOAD_LIMIT + _FORM:
            self._refuse()
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.RAFID_UPLOAD_LIMIT:
            self._refuse()
        super().receive_data_chunk(raw_data, start)

    def _refuse(self) -> None:
        assert self.request is not None
        self.request.upload_too_large = True  # type: ignore[attr-defined]
        # What was announced is read to its end, so that the browser sees the answer, unless it would take for ever.
        raise StopUpload(connection_reset=self.stated > 4 * settings.RAFID_UPLOAD_LIMIT)


def too_large(request: HttpRequest) -> bool:
    return getattr(request, "upload_too_large", False)
