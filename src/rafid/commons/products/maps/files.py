"""The other files of a map: pictures of its page, the values that it shows, its outlines."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from rafid.commons.spreadsheets import disarmed

RESOLUTIONS = (96, 150, 300)
THUMBNAIL = 480
"""Pixels across."""


Frame = tuple[float, float, float, float]
FRAME = "Frame"
"""The note inside a PNG that says where on the page the map stands: gallery and lists show that part small."""


def picture(
    pdf: bytes, *, dpi: int | None = None, width: int | None = None, page: int = 0, frame: Frame | None = None
) -> bytes:
    """A page of a PDF as PNG, at a resolution or so many pixels wide. ``frame``: the part of it that the map takes."""
    import pypdfium2
    from PIL.PngImagePlugin import PngInfo

    opened = pypdfium2.PdfDocument(pdf)
    try:
        sheet = opened[page]
        scale = dpi / 72 if dpi else (width or THUMBNAIL) / sheet.get_width()
        image = sheet.render(scale=scale).to_pil().convert("RGB")
    finally:
        opened.close()
    out, notes = io.BytesIO(), PngInfo()
    if frame is not None:
        notes.add_text(FRAME, " ".join(f"{edge:.4f}" for edge in frame))
    # Large flat areas: more effort makes them hardly smaller, and takes as long as all else.
    image.save(out, "PNG", compress_level=3, pnginfo=notes, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()


HEAD = (
    "layer", "what", "unit", "period", "place", "pcode", "name_ar", "name_ckb", "name_en", "value", "value_flag", "row",
)  # fmt: skip


def data_file(figures: Mapping[str, Any]) -> bytes:
    """What the map shows, a line each: empty is missing, ``*`` in ``value_flag`` is withheld."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for number, layer in enumerate(figures["layers"], 1):
        for key, ref, value, flag in layer["values"]:
            names = figures["places"].get(ref, {})
            row = (
                number, layer["title"].get("en") or layer["title"].get("ar"), (layer["unit"] or {}).get("en", ""),
                layer["period"], ref, names.get("pcode", ""), names.get("ar", ""), names.get("ckb", ""),
                names.get("en", ""), "" if value is None else value, flag, "" if key == ref else key,
            )  # fmt: skip
            writer.writerow([disarmed(cell) for cell in row])
    return out.getvalue().encode()
