"""The page of a field book as a picture or PDF: kept by its hash, shown beside what was typed."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.records.change import Refused
from rafid.commons.writing import size as size_text

LARGEST = 20_000_000
TAKEN = ("image/jpeg", "image/png", "image/webp", "application/pdf")


def keep_scan(file: UploadedFile | None) -> tuple[str, str]:
    """Hash and name; empty texts where none was sent. Raises ``Refused``."""
    if file is None:
        return "", ""
    name = (file.name or "scan").replace("\x00", "")[-200:]
    if not file.size:
        raise Refused(_("The file “%(name)s” is empty. Choose another one.") % {"name": name})
    if file.size > LARGEST:
        raise Refused(
            _("The file “%(name)s” has %(size)s; at most %(most)s are taken. Scan the page with a lower resolution.")
            % {"name": name, "size": size_text(file.size), "most": size_text(LARGEST)}
        )
    head = file.read(64)
    file.seek(0)
    if blobs.sniffed(head) not in TAKEN:
        raise Refused(_("The scan “%(name)s” is neither a picture nor a PDF. Choose another file.") % {"name": name})
    return blobs.receive(file.chunks(), limit=LARGEST).sha256, name


def scan_file(sheet: Any) -> FileResponse:
    try:
        file = blobs.path_of(sheet.scan).open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    kind = blobs.sniffed(file.read(64))
    file.seek(0)
    response = FileResponse(file, content_type=kind if kind in TAKEN else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(kind not in TAKEN, sheet.scan_name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response
