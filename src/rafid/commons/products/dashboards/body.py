"""What a dashboard's recipe holds: ``{"filters": […], "blocks": [{"kind", "what", "width", "title", …}]}``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rafid.commons.programme import LANGUAGES

from ..charts import spec as charts
from ..charts.spec import ChartSpec

TEXT, IMAGE = "text", "image"
KINDS = {**charts.KINDS, TEXT: gettext_lazy("Text"), IMAGE: gettext_lazy("Picture")}
FILTERS = ("place", "period", "organisation")
COLUMNS, USUAL, MOST_BLOCKS = 12, 6, 40
LONGEST = 5000
_HASH = re.compile(r"[0-9a-f]{64}")


def filters_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    said = body.get("filters")
    return tuple(name for name in FILTERS if name in said) if isinstance(said, list | tuple) else FILTERS


def blocks_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = body.get("blocks")
    return [dict(one) for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []


def spec_of(block: Mapping[str, Any]) -> ChartSpec:
    """Of a block that shows figures."""
    what = block.get("what")
    return charts.from_json(
        {**(what if isinstance(what, Mapping) else {}), "kind": block.get("kind"), "title": block.get("title")}
    )


def width_of(block: Mapping[str, Any]) -> int:
    width = block.get("width", USUAL)
    return min(COLUMNS, max(1, width)) if isinstance(width, int) else USUAL


def problems(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """``[{"where", "message"}]``: what cannot be shown so, block by block."""
    found: list[dict[str, str]] = []
    blocks = blocks_of(body)
    if len(blocks) > MOST_BLOCKS:
        found.append({"where": "blocks", "message": _("A dashboard has at most %s blocks.") % MOST_BLOCKS})
    for index, block in enumerate(blocks):
        where = f"blocks.{index}."
        kind = block.get("kind")
        if kind not in KINDS:
            found.append({"where": f"{where}kind", "message": _("There is no such kind of block.")})
        elif kind in charts.KINDS:
            what = block.get("what")
            said = {**(what if isinstance(what, Mapping) else {}), "kind": kind}
            found += charts.problems(said, where)
        elif kind == TEXT and not any(_texts(block.get("text")).values()):
            found.append({"where": f"{where}text", "message": _("Write a text, or remove the block.")})
        elif kind == IMAGE and not _HASH.fullmatch(str(block.get("image", ""))):
            found.append({"where": f"{where}image", "message": _("Choose a picture, or remove the block.")})
        if not isinstance(block.get("width", USUAL), int) or not 1 <= block.get("width", USUAL) <= COLUMNS:
            found.append({"where": f"{where}width", "message": _("A block is 1 to 12 columns wide.")})
        for name in ("title", "text", "alt"):
            if any(len(text) > LONGEST for text in _texts(block.get(name)).values()):
                found.append({"where": f"{where}{name}", "message": _("A text has at most %s letters.") % LONGEST})
    return found


def missing(names: Mapping[str, str], body: Mapping[str, Any], languages: Iterable[str] = LANGUAGES) -> list[str]:
    """Texts that lack a language, as ``title (ckb)``: said in one language, they are wanted in all."""
    found = []
    wanted = list(languages)
    said = [(_("Title"), names)]
    for index, block in enumerate(blocks_of(body), start=1):
        said += [(f"{index}. {name}", _texts(block.get(name))) for name in ("title", "text", "alt")]
    for what, texts in said:
        if any(texts.values()):
            found += [f"{what} ({code})" for code in wanted if not texts.get(code, "").strip()]
    return found


def _texts(value: Any) -> dict[str, str]:
    return {code: str(value.get(code) or "") for code in LANGUAGES} if isinstance(value, Mapping) else {}


def texts(value: Any) -> dict[str, str]:
    """A text in three languages as it stands in a block."""
    return _texts(value)
