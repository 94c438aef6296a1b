"""Fields of datasets as they stand in a version (JSON), in the table of fields, and in a programme's declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rafid.commons.programme import Field

from ..models import DatasetField

FLAG = "_flag"
"""``{field}_flag`` holds ``*`` where the field is withheld."""

PARTS = ("name", "names", "kind", "unit", "hxl", "role", "choices", "sums", "of", "measure", "hierarchy", "required")


def as_json(field: Field | DatasetField) -> dict[str, Any]:
    """As a version keeps it: only what is said."""
    found: dict[str, Any] = {}
    for part in PARTS:
        value = getattr(field, part)
        if part in ("names", "choices"):
            value = _plain(value)
        elif part in ("sums", "of", "hierarchy"):
            value = [_plain(one) if isinstance(one, Mapping) else _listed(one) for one in value or ()]
        if value or part in ("name", "kind", "role"):
            found[part] = value
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if value is None or isinstance(value, str) else str(value)


def _listed(value: Any) -> Any:
    return value if isinstance(value, str) else list(value)


def from_json(found: Mapping[str, Any]) -> Field:
    return Field(
        found["name"],
        found.get("names"),
        found.get("kind", "text"),
        found.get("unit", ""),
        found.get("hxl") or None,
        found.get("role", "none"),
        found.get("choices"),
        tuple(tuple(group) for group in found.get("sums", ())),
        tuple(found.get("of", ())),
        found.get("measure", ""),
        tuple(found.get("hierarchy", ())),
        bool(found.get("required", False)),
    )


def with_flags(fields: Iterable[Mapping[str, Any]], flagged: Iterable[str]) -> list[dict[str, Any]]:
    """The fields of a version: beside each that may be withheld stands its flag."""
    wanted = set(flagged)
    found: list[dict[str, Any]] = []
    for field in fields:
        found.append(dict(field))
        if field["name"] in wanted:
            names = {
                "ar": f"{_name(field, 'ar')} (محجوب *)",
                "ckb": f"{_name(field, 'ckb')} (ڕاگیراو *)",
                "en": f"{_name(field, 'en')} (withheld *)",
            }
            flag = {"name": field["name"] + FLAG, "names": names, "kind": "text", "role": "none", "hxl": "#meta+flag"}
            found.append(flag)
    return found


def _name(field: Mapping[str, Any], language: str) -> str:
    return (field.get("names") or {}).get(language) or field["name"].replace("_", " ")
