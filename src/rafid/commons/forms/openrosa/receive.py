"""A submission's body: its XML and its files, each written to the store as it comes and kept only when all of it is good."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

from django.http import HttpRequest, UnreadablePostError

from rafid.commons import blobs
from rafid.commons.blobs import Staged

from ..accept import LARGEST_XML, largest_sending
from ..attach import is_plain_name
from ..refusals import too_large
from .multipart import Torn, boundary_of, parts

log = logging.getLogger("rafid.forms")

XML_PART = "xml_submission_file"
_LONGEST_FIELD = 10_000
_SMALL = 1 << 18


@dataclass
class Body:
    """Use it as a context: what was not kept is dropped at its end."""

    xml: bytes = b""
    files: list[tuple[str, Staged]] = field(default_factory=list)

    def keep(self) -> list[tuple[str, blobs.Blob]]:
        """All files in the store, durable."""
        return [(name, staged.keep()) for name, staged in self.files]

    def __enter__(self) -> Body:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for _name, staged in self.files:
            staged.drop()


def read_body(request: HttpRequest, body: Body) -> None:
    """Fills ``body``. Raises ``Torn``, ``Refused`` (413) and OSError where the store is full."""
    boundary = boundary_of(request.headers.get("Content-Type", ""))
    found = False
    for part in parts(bounded(request), boundary):
        if part.name == XML_PART:
            if found:
                raise Torn("there are two forms in it")
            found = True
            body.xml = _small(part.chunks, LARGEST_XML)
        elif part.filename is None and part.name.startswith("*"):
            _small(part.chunks, _LONGEST_FIELD)  # *isIncomplete*: each part stands for itself, so it tells nothing new
        else:
            name = _name(part.name, part.filename)
            if is_plain_name(name):
                body.files.append((name, blobs.stage(part.chunks)))
            else:
                log.info("a file was left out: its name is none")
    if not found:
        raise Torn(f"it has no {XML_PART}")


def _name(name: str, filename: str | None) -> str:
    """Collect gives a file's name as the part's; other tools call the part anything and name the file."""
    return filename if filename and "." not in name else name


def _small(chunks: Iterator[bytes], limit: int) -> bytes:
    held, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise too_large()
        held.append(chunk)
    return b"".join(held)


def is_small(request: HttpRequest) -> bool:
    """Whether the body says that it is about as long as answers are, without photographs."""
    return 0 < int(request.META.get("CONTENT_LENGTH") or 0) <= _SMALL


def bounded(request: HttpRequest) -> Callable[[int], bytes]:
    """Reads the body, never more than the limit. Django reads nothing of a body without a length; those are read here."""
    most = largest_sending()
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise too_large()
    source = request.read
    if not request.META.get("CONTENT_LENGTH") and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        source = request.environ["wsgi.input"].read  # type: ignore[attr-defined]
    seen = 0

    def read(size: int) -> bytes:
        nonlocal seen
        try:
            data: bytes = source(size)
        except UnreadablePostError as error:
            raise Torn("the line broke") from error
        seen += len(data)
        if seen > most:
            raise too_large()
        return data

    return read


def swallow(request: HttpRequest) -> None:
    """Reads away what is left of a body that is refused, in flat memory and not without end: a sender that is cut off while
    it writes never reads the answer."""
    left = largest_sending()
    try:
        while left > 0 and (data := request.read(min(left, 1 << 16))):
            left -= len(data)
    except OSError:
        return
