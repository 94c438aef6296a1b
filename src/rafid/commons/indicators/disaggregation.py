"""What a figure is broken down by: ``age_group=00-04;sex=female``, and how its parts are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from rafid.commons.names import pick
from rafid.commons.places.country import country

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CODE = re.compile(r"[^=;|{}\s,]{1,40}")

DIMENSIONS = {
    "sex": _("Sex"),
    "age_group": _("Age group"),
    "residence": _("Urban and rural"),
}
"""Names of the dimensions that more than one programme uses; another one is shown by its code."""


@dataclass(frozen=True)
class Part:
    """One code of a dimension: names in three languages, place in its list, HXL attribute."""

    code: str
    names: Mapping[str, str]
    order: int
    hxl: str = ""


@cache
def code_lists() -> dict[str, dict[str, Part]]:
    """The country pack's lists by dimension, each in its own order; none where it has no such file."""
    lists: dict[str, dict[str, Part]] = {}
    try:
        rows = country().table("codelists.csv")
    except FileNotFoundError:
        return {}
    for row in sorted(rows, key=lambda row: (row["list"], int(row["order"] or 0))):
        names = {code: row[f"name_{code}"] for code in ("ar", "ckb", "en")}
        lists.setdefault(row["list"], {})[row["code"]] = Part(row["code"], names, int(row["order"] or 0), row["hxl"])
    return lists


def join(parts: Mapping[str, str]) -> str:
    """Canonical text, in the order of the dimensions' codes; empty for the total. Raises ``ValueError``."""
    for name, code in parts.items():
        if not _WORD.fullmatch(name) or not _CODE.fullmatch(code):
            raise ValueError(f"{name}={code} is no disaggregation")
    return ";".join(f"{name}={parts[name]}" for name in sorted(parts))


def split(text: str) -> dict[str, str]:
    """The parts of canonical or similar text. Raises ``ValueError`` for what is none, or names a dimension twice."""
    parts: dict[str, str] = {}
    for piece in text.split(";") if text else ():
        name, equals, code = piece.partition("=")
        if not equals or name in parts or not _WORD.fullmatch(name) or not _CODE.fullmatch(code):
            raise ValueError(f"{piece!r} is no disaggregation")
        parts[name] = code
    return parts


def dimension_name(dimension: str) -> str:
    return str(DIMENSIONS.get(dimension, dimension))


def code_name(dimension: str, code: str) -> str:
    part = code_lists().get(dimension, {}).get(code)
    return pick(part.names) if part else code


def label(text: str) -> str:
    """``Female, 0-4 years`` in the reader's language; empty for the total."""
    return "، ".join(_names(text)) if _arabic() else ", ".join(_names(text))


def _names(text: str) -> list[str]:
    # Isolated: behind Arabic letters 10-14 would be shown as 14-10.
    names = [code_name(name, code) for name, code in split(text).items()]
    return names if len(names) == 1 else [f"\u2068{name}\u2069" for name in names]


def _arabic() -> bool:
    from django.utils.translation import get_language_bidi

    return get_language_bidi()


def in_order(text: str) -> tuple[tuple[str, int, str], ...]:
    """Sorting key: the lists' own orders, codes that no list holds last."""
    lists = code_lists()
    key = []
    for name, code in sorted(split(text).items()):
        part = lists.get(name, {}).get(code)
        key.append((name, part.order if part else 10**6, code))
    return tuple(key)
