"""Logos of a page: small pictures without anything that could run."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rafid.commons import blobs

LARGEST = 2_000_000
_SIDE = 4000
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}


def keep_logo(upload: Any) -> dict[str, str]:
    """An uploaded picture, written anew without its metadata and kept; as a recipe names it. Raises ``ValidationError``."""
    from PIL import Image, UnidentifiedImageError

    if upload.size > LARGEST:
        raise ValidationError(_("The logo is larger than 2 MB. Save it smaller, as PNG or JPEG."))
    data = upload.read(LARGEST + 1)
    if b"<svg" in data[:4096].lower() or str(upload.name).lower().endswith((".svg", ".svgz")):
        raise ValidationError(
            _("An SVG can hold programs, and its letters would come out unjoined. Send a PNG or a JPEG.")
        )
    try:
        # The size is looked at before the picture is unpacked: a small file may claim to be a huge one.
        with Image.open(io.BytesIO(data), formats=list(_KINDS)) as picture:
            if max(picture.size) > _SIDE:
                raise ValidationError(_("The logo has more than 4,000 pixels a side. Save it smaller."))
            kind = str(picture.format)
            picture.load()
            clean = picture.convert("RGB") if kind == "JPEG" else picture.convert("RGBA")
    except ValidationError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise ValidationError(_("This file is no PNG or JPEG that can be read.")) from broken
    out = io.BytesIO()
    clean.save(out, kind, **({"quality": 90} if kind == "JPEG" else {"compress_level": 9}))
    blob = blobs.keep(out.getvalue())
    return {"sha256": blob.sha256, "media_type": _KINDS[kind], "name": str(upload.name)[:120]}
