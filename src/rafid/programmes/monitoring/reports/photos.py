"""Pictures of visits as they stand in a report: small, turned as the camera says, and nothing in them but the picture."""

from __future__ import annotations

import io

from rafid.commons import blobs

SIDE = 420
_MOST_PIXELS = 60_000_000


def small_photo(sha256: str) -> bytes | None:
    """A JPEG without place, time, camera and whatever else a file tells beside its picture. None where it is gone from the
    store, was erased, or cannot be read."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(blobs.path_of(sha256)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail((SIDE, SIDE))
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError):
        return None
    bare = Image.new("RGB", small.size)
    bare.paste(small)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=78)
    return out.getvalue()
