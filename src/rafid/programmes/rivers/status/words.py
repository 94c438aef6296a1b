"""The classes of the status, in words."""

from __future__ import annotations

import functools

from django.utils.translation import pgettext_lazy

from rafid.commons.names import pick
from rafid.commons.places.country import country

CLASSES = {
    "extreme": pgettext_lazy("status of water", "Extreme flood"),
    "severe": pgettext_lazy("status of water", "Severe flood"),
    "warning": pgettext_lazy("status of water", "Flood warning"),
    "watch": pgettext_lazy("status of water", "Flood watch"),
    "normal": pgettext_lazy("status of water", "Normal"),
    "low": pgettext_lazy("status of water", "Low water"),
    "critical": pgettext_lazy("status of water", "Critically low water"),
    "unknown": pgettext_lazy("status of water", "Without a class"),
}


@functools.cache
def _rivers() -> dict[str, dict[str, str]]:
    """The rivers of the country pack, by code."""
    try:
        rows = country().table("rivers/rivers.csv")
    except FileNotFoundError:
        return {}
    return {row["code"]: {code: row[f"name_{code}"] for code in ("ar", "ckb", "en")} for row in rows}


def river_name(code: str) -> str:
    """In the reader's language; the code itself where the country pack has no name for it."""
    return pick(_rivers().get(code, {})) or code
