"""Small pictures of editions: made once from the file that readers get, and so of nothing that they do not."""

from __future__ import annotations

import io
from pathlib import Path

from rafid.commons import blobs

from ..maps.files import FRAME
from ..models import Edition, EditionFile
from .finding import picture_of

WIDTH, HEIGHT = 480, 360
_LEAST = 0.1
_MOST_PIXELS = 80_000_000
_FOLDER = "small-editions"


def thumbnail(edition: Edition, language: str) -> bytes:
    """A WebP of at most 480 × 360. Raises ``LookupError`` where no file of the edition can be shown small."""
    file = picture_of(edition, language)
    source = file.sha256 if file else edition.thumbnail
    if not source:
        raise LookupError(edition.pk)
    kept = _kept(source)
    if kept.exists():
        return kept.read_bytes()
    data = _made(source, file)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{id(data)}.part")
    part.write_bytes(data)
    part.replace(kept)
    return data


def _kept(sha256: str) -> Path:
    return blobs.path_of(sha256).parents[1] / _FOLDER / sha256[:2] / f"{sha256[2:]}.webp"


def _made(sha256: str, file: EditionFile | None) -> bytes:
    from PIL import Image, UnidentifiedImageError

    data = blobs.read(sha256)
    try:
        if file is not None and file.media_type == "application/pdf":
            picture = _first_page(data)
        else:
            opened = Image.open(io.BytesIO(data))
            if opened.width * opened.height > _MOST_PIXELS:
                raise LookupError(sha256)
            picture = opened.convert("RGBA")
            ground = Image.new("RGBA", picture.size, "white")
            picture = _framed(Image.alpha_composite(ground, picture).convert("RGB"), opened.info.get(FRAME))
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError) as error:
        raise LookupError(sha256) from error
    picture.thumbnail((WIDTH, HEIGHT))
    small = io.BytesIO()
    picture.save(small, "WEBP", quality=78, method=4)
    return small.getvalue()


def _framed(picture, said: object):  # type: ignore[no-untyped-def]
    """Of a page with a map the map alone: beside it small letters would be read by nobody."""
    try:
        left, upper, right, lower = (min(max(float(edge), 0.0), 1.0) for edge in str(said or "").split())
    except ValueError:
        return picture
    if right - left < _LEAST or lower - upper < _LEAST:
        return picture
    wide, tall = picture.size
    return picture.crop((round(left * wide), round(upper * tall), round(right * wide), round(lower * tall)))


def _first_page(data: bytes):  # type: ignore[no-untyped-def]
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError("not a PDF") from error
    try:
        page = document[0]
        scale = min(2 * WIDTH / page.get_width(), 2 * HEIGHT / page.get_height())
        return page.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()
