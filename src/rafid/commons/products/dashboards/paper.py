"""A dashboard on paper: what is shown, with words as HTML, maps as paths and charts as pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi

from rafid.commons import blobs

from ..charts.pictures import picture
from ..charts.spec import DRAWN, NUMBER
from ..pdf import document
from .asked import Bar
from .body import COLUMNS
from .shown import Shown

MOST_ROWS = 60
CSS = Path(__file__).with_name("paper.css")


def dashboard_pdf(recipe: Any, bar: Bar, shown: Sequence[Shown], address: str) -> bytes:
    """In the language that is active."""
    with tempfile.TemporaryDirectory(prefix="rafid-dashboard-") as folder:
        blocks = [_block(one, Path(folder)) for one in shown]
        context = {
            "recipe": recipe, "bar": bar, "rows": in_rows(blocks), "address": address, "at": timezone.now(),
            "language": get_language() or "ar", "direction": "rtl" if get_language_bidi() else "ltr",
            "sources": list(dict.fromkeys(pair for one in shown if one.figures for pair in one.figures.sources)),
            "demonstration": any(one.figures and one.figures.demonstration for one in shown),
        }  # fmt: skip
        html = render_to_string("products/dashboards/paper.html", context)
        places = "".join(
            f".{block['one'].ident}-{at}{{left:{name.x:.2f}%;top:{name.y:.2f}%}}"
            for block in blocks
            for at, name in enumerate(block.get("names", ()))
        )
        return document(html, css=CSS.read_text(encoding="utf-8") + places)[0]


def in_rows(blocks: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """As they stand on the grid: side by side as long as twelve columns hold them."""
    rows: list[list[dict[str, Any]]] = []
    used = COLUMNS
    for block in blocks:
        width = block["one"].width
        if used + width > COLUMNS:
            rows.append([])
            used = 0
        rows[-1].append(block)
        used += width
    return rows


def _block(one: Shown, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"one": one, "picture": ""}
    if one.kind in DRAWN and one.kind != NUMBER and one.spec is not None and one.figures is not None:
        with suppress(ValueError):
            file = folder / f"{one.ident}.png"
            file.write_bytes(picture(one.spec, one.figures, width=min(620, 60 + 60 * max(4, one.width))))
            found["picture"] = file.as_uri()
    elif one.image:
        with suppress(FileNotFoundError):
            file = folder / f"{one.ident}-picture"
            file.write_bytes(blobs.read(one.image))
            found["picture"] = file.as_uri()
    if one.kind == "table" and one.figures is not None:
        found["rows"] = one.facts["table"][:MOST_ROWS]
        found["more"] = max(0, len(one.figures.rows) - MOST_ROWS)
    if one.kind == "map" and one.facts.get("map") is not None:
        found["names"] = [name for name in one.facts["map"].names() if name.painted.text]
    return found
