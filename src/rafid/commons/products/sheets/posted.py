"""What the editor's form says, as a body; and the actions of its buttons on the list of blocks."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from rafid.commons.programme import LANGUAGES

from .body import CHARTS, KINDS, LEVELS, MOST_BLOCKS, SIZES, TEXTS, blocks_of

TOO_LONG = 20_000
"""Characters of one text that a form may bring at all: what is only too long for a page is kept and told."""
ITEMS = 4
"""Empty places for figures that a row of figures begins with."""


class TooMuch(ValueError):
    """More than a form of this page ever holds."""


def _text(post: Mapping[str, str], name: str) -> str:
    text = str(post.get(name) or "").replace("\r\n", "\n").replace("\x00", "")
    if len(text) > TOO_LONG:
        raise TooMuch(name)
    return text


def three(post: Mapping[str, str], name: str) -> dict[str, str]:
    return {code: _text(post, f"{name}-{code}") for code in LANGUAGES}


def body_of(post: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """``before`` keeps what this form does not show. Raises ``TooMuch``."""
    try:
        count = int(post.get("count") or 0)
    except ValueError:
        count = 0
    if not 0 <= count <= MOST_BLOCKS * 2:
        raise TooMuch("count")
    size = post.get("size", "A4")
    return {
        **before,
        "page": {**(before.get("page") or {}), "size": size if size in SIZES else "A4"},
        "place": _text(post, "place").strip()[:40],
        "subtitle": three(post, "subtitle"),
        "blocks": [block for at in range(count) if (block := _block(post, f"b{at}"))],
    }


def _block(post: Mapping[str, str], at: str) -> dict[str, Any] | None:
    kind = post.get(f"{at}-kind", "")
    if kind not in KINDS:
        return None
    made: dict[str, Any] = {"id": _text(post, f"{at}-id")[:20] or secrets.token_hex(4), "kind": kind}
    for name in TEXTS.get(kind, ()):
        made[name] = three(post, f"{at}-{name}")
    if kind == "heading":
        made["level"] = 3 if post.get(f"{at}-level") == "3" else 2
    if kind == "figures":
        made["items"] = [
            {"field": field, "label": three(post, f"{at}-label{n}")}
            for n in range(ITEMS * 2)
            if (field := _text(post, f"{at}-field{n}").strip()[:300])
        ]
    if kind in ("chart", "map"):
        made["indicator"] = _text(post, f"{at}-indicator")[:80]
    if kind == "table":
        chosen = [_text(post, f"{at}-indicator{n}")[:80] for n in range(6)]
        made["indicators"] = list(dict.fromkeys(code for code in chosen if code))
    if kind in ("chart", "map", "table"):
        made["place"] = _text(post, f"{at}-place").strip()[:40]
        made["period"] = _text(post, f"{at}-period").strip()[:10]
        level = post.get(f"{at}-level", "")
        made["level"] = level if level in LEVELS else "governorate"
    if kind == "chart":
        chart = post.get(f"{at}-chart", "line")
        made["chart"] = chart if chart in CHARTS else "line"
        periods = _text(post, f"{at}-periods")
        made["periods"] = min(max(int(periods), 2), 60) if periods.isdigit() and len(periods) < 4 else 12
    return made


def empty(kind: str) -> dict[str, Any]:
    made = _block({"b-kind": kind}, "b")
    if made is None:
        raise KeyError(kind)
    return made


def changed(body: dict[str, Any], do: str) -> dict[str, Any]:
    """``add:text``, ``up:3``, ``down:3``, ``drop:3``: the body after a button; as it was for any other."""
    blocks = list(blocks_of(body))
    what, _colon, which = do.partition(":")
    if what == "add" and which in KINDS:
        blocks.append(empty(which))
    elif what in ("up", "down", "drop") and which.isdigit() and len(which) < 4 and int(which) < len(blocks):
        at = int(which)
        if what == "drop":
            del blocks[at]
        else:
            to = at - 1 if what == "up" else at + 1
            if 0 <= to < len(blocks):
                blocks[at], blocks[to] = blocks[to], blocks[at]
    return {**body, "blocks": blocks}
