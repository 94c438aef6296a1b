"""The composer's form: what it says as a recipe's body, and what its buttons do to that."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.filters import small_number
from rafid.commons.programme import LANGUAGES

from ..charts import spec as charts
from .body import COLUMNS, FILTERS, IMAGE, KINDS, LONGEST, MOST_BLOCKS, TEXT, USUAL, width_of

INDICATOR, DATASET = "indicator:", "dataset:"
LARGEST, MOST_PIXELS, SIDE = 5_000_000, 40_000_000, 1600
_WIDTHS = {charts.NUMBER: 3, charts.TABLE: 12, TEXT: 12}


def read_form(said: QueryDict) -> tuple[dict[str, str], dict[str, Any]]:
    """Names and body; the order of the fields ``block`` is the order on the grid. Each block keeps its id as ``_id``."""
    names = {code: said.get(f"name_{code}", "").strip()[:300] for code in LANGUAGES}
    blocks = [_block(said, ident) for ident in said.getlist("block")[: MOST_BLOCKS + 1] if ident.isalnum()]
    filters = [name for name in FILTERS if name in said.getlist("filters")]
    return names, {"filters": filters, "blocks": blocks}


def _block(said: QueryDict, ident: str) -> dict[str, Any]:
    def one(name: str) -> str:
        return said.get(f"b{ident}-{name}", "").strip()

    def three(name: str) -> dict[str, str]:
        return {code: one(f"{name}_{code}")[: LONGEST + 1] for code in LANGUAGES}

    kind = one("kind")
    width = small_number(one("width")) or USUAL
    found: dict[str, Any] = {"_id": ident, "kind": kind, "width": width, "title": three("title")}
    if kind == TEXT:
        found["text"] = three("text")
    elif kind == IMAGE:
        found |= {"image": one("image"), "alt": three("alt")}
    else:
        found["what"] = _what(one)
    return found


def _what(one: Any) -> dict[str, Any]:
    """Only what is said; numbers that are none stay as they were written, to be complained of."""
    what: dict[str, Any] = {}
    source = one("source")
    if source.startswith(INDICATOR):
        what["indicators"] = [source.removeprefix(INDICATOR)]
        second = one("second")
        if second.startswith(INDICATOR) and second != source:
            what["indicators"].append(second.removeprefix(INDICATOR))
    elif source.startswith(DATASET):
        what["dataset"] = source.removeprefix(DATASET)
    for name in ("field", "across", "by", "place", "scale"):
        if one(name):
            what[name] = one(name)
    for name in ("level", "latest"):
        if one(name):
            number = small_number(one(name))
            what[name] = one(name) if number is None else number
    if one("target"):
        try:
            what["target"] = float(one("target").replace(",", "."))
        except ValueError:
            what["target"] = one("target")
    periods = [part.strip() for part in one("periods").replace("،", ",").split(",") if part.strip()]
    if periods:
        what["periods"] = periods
    return what


def changed(body: dict[str, Any], action: str) -> dict[str, Any]:
    """``up:2``, ``down:2``, ``wider:2``, ``narrower:2``, ``remove:2``, ``add:line``; anything else changes nothing."""
    blocks = list(body["blocks"])
    verb, _colon, rest = action.partition(":")
    if verb == "add" and rest in KINDS and len(blocks) < MOST_BLOCKS:
        blocks.append({"kind": rest, "width": _WIDTHS.get(rest, USUAL), "title": {}})
        return {**body, "blocks": blocks}
    at = small_number(rest)
    if at is None or at >= len(blocks):
        return body
    if verb == "remove":
        del blocks[at]
    elif verb in ("up", "down"):
        other = at + (1 if verb == "down" else -1)
        if 0 <= other < len(blocks):
            blocks[at], blocks[other] = blocks[other], blocks[at]
    elif verb in ("wider", "narrower"):
        width = width_of(blocks[at]) + (1 if verb == "wider" else -1)
        blocks[at] = {**blocks[at], "width": min(COLUMNS, max(1, width))}
    return {**body, "blocks": blocks}


def read_picture(file: Any) -> str:
    """Makes an uploaded picture plain: no metadata, no scripts, at most so large. Its hash. Raises ``ValidationError``."""
    from PIL import Image, UnidentifiedImageError

    if file.size > LARGEST:
        raise ValidationError(_("The picture is larger than 5 MB. Make it smaller."))
    try:
        with Image.open(file, formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels. Make it smaller."))
            opened.load()
            clear = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
            made = opened.convert("RGBA" if clear else "RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as wrong:
        raise ValidationError(_("This is no picture that can be shown: PNG, JPEG or WebP.")) from wrong
    made.thumbnail((SIDE, SIDE))
    into = io.BytesIO()
    made.save(into, "PNG" if clear else "JPEG", **({} if clear else {"quality": 85}))
    return blobs.keep(into.getvalue()).sha256
