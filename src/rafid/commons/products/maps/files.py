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


def picture(pdf: bytes, *, dpi: int | None = None, width: int | None = None, page: int = 0) -> bytes:
    """A page of a PDF as PNG, at a resolution or so many pixels wide."""
    import pypdfium2

    opened = pypdfium2.PdfDocument(pdf)
    try:
        sheet = opened[page]
        scale = dpi / 72 if dpi else (width or THUMBNAIL) / sheet.get_width()
        image = sheet.render(scale=scale).to_pil().convert("RGB")
    finally:
        opened.close()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6, **({"dpi": (dpi, dpi)} if dpi else {}))
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
