"""Files of submissions as they leave: pictures may be looked at, all else is handed over; for public use without traces."""

from __future__ import annotations

import io

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.api import invalid, unchanged
from rafid.methods.fieldwork import strip_photo

from ..models import Attachment
from ..photos import PICTURES
from .detail import Seen

SANDBOX = "sandbox; default-src 'none'"
_SMALL = "thumbnails"
_MOST_PIXELS = 40_000_000
LARGEST_STRIPPED = 40_000_000


def attachment_response(request: HttpRequest, seen: Seen, name: str) -> HttpResponse | FileResponse:
    """The file by its name in the answers. Http404: not there, not arrived, or of a question that is masked for this reader."""
    found = seen.attachment(name)
    if found is None or found.sha256 is None:
        raise Http404
    public = request.GET.get("public", "") not in ("", "0")
    # A place that is masked in the answers would stand in the picture's Exif.
    stripped = public or not seen.whole
    if not public and not seen.gives(found):
        raise PermissionDenied(withheld())
    etag = f'"{found.sha256}{"-public" if stripped else ""}"'
    same = unchanged(request, etag)
    if same is not None:
        return same
    response = _stripped(found) if stripped else _whole(found)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return _harmless(response, found)


def withheld() -> str:
    """Why a file stays here of which the reader sees the question."""
    return _(
        "Films, recordings and other files than pictures tell who and where, and nothing can be taken out of them. Only"
        " those get them who see every answer."
    )


def _whole(found: Attachment) -> HttpResponse | FileResponse:
    try:
        file = blobs.path_of(found.sha256 or "").open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=_type(found))


def _stripped(found: Attachment) -> HttpResponse:
    if found.media_type not in PICTURES or found.size > LARGEST_STRIPPED:
        raise PermissionDenied(_("Only photographs leave for public use, without what they tell beside the picture."))
    try:
        return HttpResponse(strip_photo(blobs.read(found.sha256 or "")), content_type=_type(found))
    except FileNotFoundError:
        raise Http404 from None
    except ValueError:
        raise invalid("public", _("This picture cannot be read, so that nothing can be taken away from it.")) from None


def _type(found: Attachment) -> str:
    return found.media_type if found.media_type in PICTURES else "application/octet-stream"


def _harmless(response: HttpResponse | FileResponse, found: Attachment) -> HttpResponse | FileResponse:
    """Nothing that was sent runs or is read as a page here, whatever it says of itself."""
    inline = found.media_type in PICTURES
    response["Content-Disposition"] = content_disposition_header(not inline, found.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


def thumbnail(found: Attachment, side: int = 320) -> bytes:
    """A small JPEG of a picture, made once for its bytes and kept beside the store; nothing but the picture is in it.

    Raises Http404 for what is no picture that can be read.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if found.sha256 is None or found.media_type not in PICTURES or found.size > LARGEST_STRIPPED:
        raise Http404
    original = blobs.path_of(found.sha256)
    kept = original.parents[1] / _SMALL / found.sha256[:2] / f"{found.sha256[2:]}-{side}.jpg"
    if kept.exists():
        return kept.read_bytes()
    try:
        with Image.open(original) as picture:
            picture.draft("RGB", (2 * side, 2 * side))
            # Of a JPEG what is read is small by now. A few kilobytes of another kind may unpack to a gigabyte.
            if picture.width * picture.height > _MOST_PIXELS:
                raise Http404
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail((side, side))
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError):
        raise Http404 from None
    data = io.BytesIO()
    small.save(data, "JPEG", quality=80)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{id(data)}.part")
    part.write_bytes(data.getvalue())
    part.replace(kept)
    return data.getvalue()


def drop_thumbnails() -> None:
    """Small pictures whose original is gone from the store go, too: what was erased is not kept in small."""
    for path in (blobs.path_of("0" * 64).parents[1] / _SMALL).glob("??/*"):
        if not blobs.path_of(path.parent.name + path.name[:62]).exists():
            path.unlink(missing_ok=True)
