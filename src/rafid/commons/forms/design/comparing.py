"""Two versions of a form side by side, in words for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rafid.methods import xforms
from rafid.methods.xforms.comparing import Compared, Difference, compare_forms

from ..models import FormVersion
from .words import difference_name, kind_of, label_of


@dataclass(frozen=True)
class Side:
    """One difference in words: ``what`` changed, before and after."""

    what: str
    language: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Change:
    one: Compared
    label: str
    type: str
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Changes:
    items: tuple[Change, ...]
    added: int
    removed: int
    changed: int
    files: tuple[Side, ...]


def compared(old: FormVersion, new: FormVersion) -> Changes:
    found = compare_forms(xforms.parse_form(bytes(old.xform)), xforms.parse_form(bytes(new.xform)))
    items = tuple(
        Change(one, label_of(one.label), kind_of(one.type), tuple(map(_side, one.differences))) for one in found
    )
    kinds = [one.kind for one in found]
    return Changes(
        items,
        kinds.count("added"),
        kinds.count("removed"),
        len(kinds) - kinds.count("added") - kinds.count("removed"),
        tuple(_files(old, new)),
    )


def _side(one: Difference) -> Side:
    return Side(difference_name(one.what), "" if one.language == "default" else one.language, one.old, one.new)


def _files(old: FormVersion, new: FormVersion) -> list[Side]:
    before: dict[str, Any] = {file.name: file for file in old.files.all()}
    after: dict[str, Any] = {file.name: file for file in new.files.all()}
    found = []
    for name in sorted({*before, *after}):
        one, two = before.get(name), after.get(name)
        if one is None or two is None or (one.sha256, one.entity_list_id) != (two.sha256, two.entity_list_id):
            found.append(Side(name, "", _held(one), _held(two)))
    return found


def _held(file: Any) -> str | None:
    if file is None:
        return None
    return str(file.entity_list) if file.entity_list_id else (file.sha256 or "")[:12] or None
