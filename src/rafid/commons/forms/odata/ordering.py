"""``$orderby``: by what a submission says of itself, or by answers; what the reader does not see whole orders nothing for him.

Pages go on by key here, too: the values of the last row stand in the link, so that what arrives meanwhile neither repeats nor
hides a row. Empty comes before all others, last where it goes down, as OData has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ..exports.submission_columns import DEVICE_ID, FORM_VERSION, KEY, REVIEW_STATE, SUBMITTER_ID, SUBMITTER_NAME
from ..seeing import Masks
from .entities import Entity, Group, Property
from .errors import bad

MOST = 5
_NUMBERS = ("Edm.Int64", "Edm.Decimal")
_RECEIPT = "(s.received_at, s.id, s.ordinal) > (%s, %s, %s)"
_SYSTEM = {
    "submissionDate": ("s.received_at", "timestamptz"),
    "updatedAt": ("s.changed_at", "timestamptz"),
    "attachmentsPresent": ("s.attachments_present::numeric", "numeric"),
    "attachmentsExpected": ("s.attachments_expected::numeric", "numeric"),
    "edits": ("s.edits::numeric", "numeric"),
    "reviewState": (REVIEW_STATE, "text"),
    "formVersion": (FORM_VERSION, "text"),
}
_OF_SENDERS = {"submitterId": SUBMITTER_ID, "submitterName": SUBMITTER_NAME, "deviceId": DEVICE_ID}


@dataclass(frozen=True)
class Sort:
    """``sql`` with ``params``, of type ``kind``; ``down``: the greatest first."""

    sql: str
    params: tuple[Any, ...]
    kind: str
    down: bool

    @property
    def direction(self) -> str:
        return "DESC NULLS LAST" if self.down else "ASC NULLS FIRST"


def read_order(text: str) -> tuple[tuple[str, bool], ...]:
    """Names and whether each goes down. Raises ODataError 400."""
    found = []
    for part in text.split(","):
        words = part.split()
        if not 1 <= len(words) <= 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise bad(_("Write $orderby as names with asc or desc, by commas."))
        found.append((words[0], len(words) == 2 and words[1].lower() == "desc"))
    if len(found) > MOST:
        raise bad(_("Order by at most %(most)s properties.") % {"most": MOST})
    return tuple(found)


def sorts_of(entity: Entity, masks: Masks, order: Sequence[tuple[str, bool]]) -> list[Sort]:
    return [Sort(*_expression(entity, masks, name), down) for name, down in order]


def _expression(entity: Entity, masks: Masks, name: str) -> tuple[str, tuple[Any, ...], str]:
    if name == "__id":
        return f'({"s.instance_id" if entity.is_main else KEY} COLLATE "C")', (), "text"
    if entity.is_main and name.startswith("__system/"):
        return _of_system(masks, name)
    part = _named(entity.root, name)
    if part is None:
        raise bad(_("There is no property “%s” here.") % name[:60])
    if part.edm.startswith("Edm.Geography"):
        raise bad(_("“%s” is a place on the map; nothing is ordered by it.") % name[:60])
    column = entity.table.columns[part.columns[0]]
    if not masks.whole and column.path in masks.paths:
        raise _unseen(name)
    if part.edm in _NUMBERS:
        number = "(CASE WHEN s.v[%s] ~ '^-?[0-9]{1,250}(\\.[0-9]{1,250})?$' THEN s.v[%s]::numeric END)"
        return number, (column.slot + 1, column.slot + 1), "numeric"
    return '(s.v[%s] COLLATE "C")', (column.slot + 1,), "text"


def _of_system(masks: Masks, name: str) -> tuple[str, tuple[Any, ...], str]:
    short = name.removeprefix("__system/")
    if short in _OF_SENDERS:
        if not masks.whole:
            raise _unseen(name)
        return f'({_OF_SENDERS[short]} COLLATE "C")', (), "text"
    if short not in _SYSTEM:
        raise bad(_("There is no property “%s” here.") % name[:60])
    sql, kind = _SYSTEM[short]
    return (f'({sql} COLLATE "C")' if kind == "text" else sql), (), kind


def _unseen(name: str) -> Exception:
    return bad(_("You do not see all of “%s”, so nothing is ordered by it.") % name[:60], "Forbidden")


def _named(root: Group, name: str) -> Property | None:
    found: Group | Property | None = root
    for step in name.split("/"):
        parts = found.parts if isinstance(found, Group) else []
        found = next((part for part in parts if part.name == step), None)
    return found if isinstance(found, Property) else None


def behind(
    sorts: Sequence[Sort], values: Sequence[str | None], last: Sequence[Any], *, tie: str = _RECEIPT
) -> tuple[str, list[Any]]:
    """The rule of the rows that come after the last one; ``tie`` is that of rows which ``sorts`` hold for equal."""
    sql, params = tie, list(last)
    for sort, value in reversed(list(zip(sorts, values, strict=True))):
        one = f"%s::{sort.kind}" + (' COLLATE "C"' if sort.kind == "text" else "")
        same = f"{sort.sql} IS NOT DISTINCT FROM {one}"
        if value is None:
            after, more = ("false", []) if sort.down else (f"{sort.sql} IS NOT NULL", [*sort.params])
        elif sort.down:
            after, more = f"({sort.sql} < {one} OR {sort.sql} IS NULL)", [*sort.params, value, *sort.params]
        else:
            after, more = f"{sort.sql} > {one}", [*sort.params, value]
        sql = f"({after} OR ({same} AND {sql}))"
        params = [*more, *sort.params, value, *params]
    return sql, params


def packed(value: Any) -> str:
    """A value of the last row, for the link; '' is none."""
    return "" if value is None else f"={value.isoformat() if isinstance(value, datetime) else value}"


def unpacked(text: str, kind: str) -> str | None:
    """Raises ``ValueError`` for what no row can have had."""
    if text == "":
        return None
    value = text[1:]
    if text[0] != "=" or "\0" in value:
        raise ValueError(text)
    if kind == "timestamptz" and datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(text)
    if kind == "numeric":
        try:
            if not re.fullmatch(r"-?[0-9]{1,250}(\.[0-9]{1,250})?", value, re.ASCII) or not Decimal(value).is_finite():
                raise ValueError(text)
        except InvalidOperation:
            raise ValueError(text) from None
    return value
