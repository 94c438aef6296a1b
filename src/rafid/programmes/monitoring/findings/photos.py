"""The photographs that a finding came with, and how its files leave: whole, or without what they tell beside the picture."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from rafid.commons import blobs
from rafid.commons.api import unchanged
from rafid.commons.forms.answers import rows_of_version
from rafid.commons.forms.models import Attachment
from rafid.commons.forms.photos import PICTURES
from rafid.commons.forms.submissions.served import LARGEST_STRIPPED, SANDBOX, thumbnail, withheld
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind
from rafid.methods.fieldwork import strip_photo

from ..models import NonConformity
from ..visits.pictures import open_names, seen_whole
from .rights import may, of_office

SIDE = 480


def photos_of(finding: NonConformity, user: Any) -> list[Attachment]:
    """Photographs of the visit that the monitor took of this: of the finding he wrote down, and of the item that failed; those
    that this person may look at."""
    submission = finding.visit.submission
    if submission is None or submission.current_id is None:
        return []
    rows = rows_of_version(submission.current_id)
    main = (rows.get("submissions") or [{}])[0]
    names = [row.get("photo") for number, row in enumerate(rows.get("nc", []), 1) if finding.key == f"nc/{number}"]
    names.append(main.get(f"items-{finding.item_code}_photo"))
    wanted = [name for name in names if name]
    if wanted and not seen_whole(submission, user):
        seen = open_names([submission.pk], user).get(submission.pk, set())
        wanted = [name for name in wanted if name in seen]
    found = Attachment.objects.filter(
        submission=submission, name__in=wanted, sha256__isnull=False, replaced_by=None, media_type__in=PICTURES
    )
    return list(found.order_by("name"))


def reads_whole(user: Any, finding: NonConformity) -> bool:
    """May this person see places? Then he gets files as they came."""
    return of_office(user, finding) and may(user, "exact", finding)


def file_of(finding: NonConformity, sha256: str, user: Any) -> Attachment:
    """A file of this finding: evidence, or a photograph of the visit. Http404 for any other hash."""
    for one in finding.evidence.all():
        if one.sha256 == sha256:
            head = _head(sha256)
            return Attachment(name=one.file_name, sha256=sha256, size=one.size, media_type=blobs.sniffed(head))
    found = next((one for one in photos_of(finding, user) if one.sha256 == sha256), None)
    if found is None:
        raise Http404
    return found


def _head(sha256: str) -> bytes:
    try:
        with blobs.path_of(sha256).open("rb") as file:
            return file.read(64)
    except (OSError, ValueError):
        raise Http404 from None


def small(request: HttpRequest, finding: NonConformity, sha256: str) -> HttpResponse:
    found = file_of(finding, sha256, request.user)
    same = unchanged(request, f'"{sha256}-small"')
    if same is not None:
        return same
    response = HttpResponse(thumbnail(found, SIDE), content_type="image/jpeg")
    response["ETag"] = f'"{sha256}-small"'
    response["Cache-Control"] = "private, no-cache"
    return response


def served(request: HttpRequest, finding: NonConformity, sha256: str) -> HttpResponse | FileResponse:
    """The file: as it came for those who may see places (which is logged), else the picture alone."""
    found = file_of(finding, sha256, request.user)
    whole = reads_whole(request.user, finding)
    if not whole and found.media_type not in PICTURES and not _own(request.user, finding, sha256):
        raise PermissionDenied(withheld())
    stripped = not whole and found.media_type in PICTURES
    etag = f'"{sha256}{"-public" if stripped else ""}"'
    same = unchanged(request, etag)
    if same is not None:
        return same
    if whole:
        note_access(request, AccessKind.READ, finding, purpose=found.name, restricted=True)
    response = _stripped(found) if stripped else _whole(found)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    inline = found.media_type in PICTURES
    response["Content-Disposition"] = content_disposition_header(not inline, found.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _own(user: Any, finding: NonConformity, sha256: str) -> bool:
    """What the partner sent it gets back; what the third party added may tell more."""
    if not may(user, "answer", finding):
        return False
    row = finding.evidence.filter(sha256=sha256).select_related("by").first()
    return row is not None and row.by is not None and not of_office(row.by, finding)


def _whole(found: Attachment) -> FileResponse:
    try:
        file = blobs.path_of(found.sha256 or "").open("rb")
    except OSError:
        raise Http404 from None
    kind = found.media_type if found.media_type in PICTURES else "application/octet-stream"
    return FileResponse(file, content_type=kind)


def _stripped(found: Attachment) -> HttpResponse:
    if found.size > LARGEST_STRIPPED:
        raise PermissionDenied(withheld())
    try:
        return HttpResponse(strip_photo(blobs.read(found.sha256 or "")), content_type=found.media_type)
    except (OSError, ValueError):
        raise Http404 from None
