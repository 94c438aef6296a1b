"""A page of an entity set: by key in the order of receipt, so that what arrives meanwhile comes later and nothing comes twice.

``received_at`` rises in the order of commits (see ``accept``), so a page never ends behind something that is not there yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from rafid.commons.api import Problem, decode_cursor, encode_cursor
from rafid.commons.filters import small_number

from ..exports import Selection
from ..exports.columns import seen_sql
from ..exports.submission_columns import (
    DEVICE_ID,
    FORM_VERSION,
    KEY,
    MOMENT,
    PARENT_KEY,
    REVIEW_STATE,
    SUBMITTER_ID,
    SUBMITTER_NAME,
    answered,
)
from .entities import Entity, Group, Property
from .errors import ODataError, bad
from .expanding import expand, fit, read_expand
from .filtering import Condition, read_filter
from .ordering import Sort, behind, packed, read_order, sorts_of, unpacked
from .values import shaped

PAGE, MOST = 1000, 5000
KNOWN = ("$top", "$skip", "$count", "$select", "$filter", "$orderby", "$expand", "$skiptoken", "$format")
_SYSTEM = {
    "submissionDate": MOMENT.format("s.received_at"),
    "updatedAt": MOMENT.format("s.changed_at"),
    "submitterId": SUBMITTER_ID,
    "submitterName": SUBMITTER_NAME,
    "attachmentsPresent": "s.attachments_present",
    "attachmentsExpected": "s.attachments_expected",
    "status": "(CASE WHEN s.sealed THEN 'notDecrypted' END)",
    "reviewState": REVIEW_STATE,
    "deviceId": DEVICE_ID,
    "edits": "s.edits",
    "formVersion": FORM_VERSION,
}


@dataclass(frozen=True)
class Asked:
    """``top``: how many are still wanted, None for all. ``after``: the key of the last row that was read, ``values``: by what
    it was ordered."""

    top: int | None
    skip: int
    count: bool
    select: tuple[str, ...]
    condition: Condition | None
    after: tuple[datetime, UUID, int] | None
    size: int
    order: tuple[tuple[str, bool], ...] = ()
    values: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    parent: str | None = None
    """Only rows of the row with this key."""


@dataclass(frozen=True)
class Answered:
    rows: list[dict[str, Any]]
    next: str | None
    count: int | None


def read_query(params: Mapping[str, str], prefer: str = "") -> Asked:
    """Raises ODataError 400."""
    for name in params:
        if name.startswith("$") and name not in KNOWN:
            raise bad(_("“%s” is not answered here. Known: %s.") % (name, ", ".join(KNOWN)))
    if params.get("$format", "json").partition(";")[0] not in ("json", "application/json"):
        raise bad(_("Only JSON is written here."))
    if params.get("$count", "false").lower() not in ("true", "false"):
        raise bad(_("Write $count=true or $count=false."))
    order = read_order(params["$orderby"]) if params.get("$orderby", "").strip() else ()
    after, top, values = None, None, ()
    if params.get("$skiptoken"):
        after, top, values = _token(params["$skiptoken"], len(order))
    else:
        top = _number(params, "$top")
    size = re.search(r"maxpagesize\s*=\s*(\d{1,6})", prefer)
    return Asked(
        top=top,
        skip=0 if after else _number(params, "$skip") or 0,
        count=params.get("$count", "").lower() == "true",
        select=tuple(name.strip() for name in params.get("$select", "").split(",") if name.strip()),
        condition=read_filter(params["$filter"]) if params.get("$filter", "").strip() else None,
        after=after,
        size=min(max(int(size[1]), 1), MOST) if size else PAGE,
        order=order,
        values=values,
        expand=read_expand(params.get("$expand", "")),
    )


def _number(params: Mapping[str, str], name: str) -> int | None:
    text = params.get(name, "")
    if not text:
        return None
    found = small_number(text)
    if found is None:
        raise bad(_("%s is a whole number from 0.") % name)
    return found


def _token(text: str, ordered: int) -> tuple[tuple[datetime, UUID, int], int | None, tuple[str, ...]]:
    try:
        moment, pk, ordinal, top, *values = decode_cursor(text, 4 + ordered)
        found = datetime.fromisoformat(str(moment)), UUID(str(pk)), int(ordinal)
        if found[0].tzinfo is None or not 0 <= found[2] < 2**31:
            raise ValueError(text)
        return found, None if top == "" else max(int(top), 0), tuple(str(value) for value in values)
    except (Problem, ValueError, OverflowError):
        raise _no_token() from None


def _no_token() -> ODataError:
    return bad(_("This $skiptoken was not given by this feed. Start again without it."))


def answer(selection: Selection, entity: Entity, asked: Asked) -> Answered:
    count = _count(selection, entity, asked) if asked.count else None
    wanted = asked.size if asked.top is None else min(asked.size, asked.top)
    if wanted == 0:
        return Answered([], None, count)
    picked = _Picked(entity, asked.select)
    columns = [seen_sql(column, selection.masks) for column in entity.table.columns]
    cells = [sql if at in picked.columns else "NULL" for at, (sql, _params) in enumerate(columns)]
    values = [value for at, (_sql, params) in enumerate(columns) if at in picked.columns for value in params]
    fixed = ["s.received_at", "s.id", "s.ordinal", *(_fixed(entity, picked))]
    sorts = sorts_of(entity, selection.masks, asked.order)
    source, params = _source(selection, entity, asked, sorts)
    told = "".join(f", {sort.sql}" for sort in sorts)
    # By its number in the list of what is read: an expression need not be told twice.
    order = "".join(f"{len(fixed) + 2 + at} {sort.direction}, " for at, sort in enumerate(sorts))
    values += [value for sort in sorts for value in sort.params]
    with connection.cursor() as cursor:
        # Compiling hundreds of short expressions would take longer than a page.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            f"SELECT {', '.join(fixed)}, ARRAY[{', '.join(cells)}]::text[]{told} {source}"
            f" ORDER BY {order}s.received_at, s.id, s.ordinal LIMIT {wanted + 1} OFFSET {asked.skip}",
            [*values, *params],
        )
        rows = cursor.fetchall()
    more = len(rows) > wanted
    rows = rows[:wanted]
    if asked.expand:
        fitting = fit([row[1] for row in rows])
        more, rows = more or fitting < len(rows), rows[:fitting]
    left = None if asked.top is None else asked.top - len(rows)
    token = None
    if more and left != 0:
        moment, pk, ordinal = rows[-1][:3]
        ends = [packed(value) for value in rows[-1][len(fixed) + 1 :]]
        token = encode_cursor([moment.isoformat(), str(pk), ordinal, "" if left is None else left, *ends])
    shown = [picked.shown(row[: len(fixed) + 1]) for row in rows]
    if asked.expand:
        by_key = dict(zip((row[3] for row in rows), shown, strict=True))
        expand(selection, entity, asked.expand, list({row[1] for row in rows}), by_key)
    return Answered(shown, token, count)


def _source(selection: Selection, entity: Entity, asked: Asked, sorts: Sequence[Sort]) -> tuple[str, list[Any]]:
    sql, chosen = selection.chosen
    params: list[Any] = [*chosen, entity.table.number]
    rules = []
    if asked.condition is not None:
        rules.append(asked.condition.sql)
        params += asked.condition.params
    if asked.parent is not None:
        rules.append(f"{PARENT_KEY} = %s")
        params.append(asked.parent)
    if asked.after is not None and sorts:
        try:
            ends = [unpacked(text, sort.kind) for text, sort in zip(asked.values, sorts, strict=True)]
        except ValueError:
            raise _no_token() from None
        rule, more = behind(sorts, ends, asked.after)
        rules.append(rule)
        params += more
    elif asked.after is not None:
        # The first comparison is the one that the index answers.
        rules.append("s.received_at >= %s AND (s.received_at, s.id, s.ordinal) > (%s, %s, %s)")
        params += [asked.after[0], *asked.after]
    where = f" WHERE {' AND '.join(rules)}" if rules else ""
    return f"FROM ({answered(sql, main=entity.is_main)}) s{where}", params


def _count(selection: Selection, entity: Entity, asked: Asked) -> int:
    """Of all that the filter finds, wherever the page begins."""
    sql, params = selection.chosen
    rule = asked.condition or Condition("true")
    rows = (
        "" if entity.is_main
        else ' JOIN rafid_forms_row one ON one.submission_version_id = s.current_id AND one."table" = %s'
    )  # fmt: skip
    more = [] if entity.is_main else [entity.table.number]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) s{rows} WHERE {rule.sql}", [*params, *more, *rule.params])
        found: int = cursor.fetchone()[0]
    return found


def _fixed(entity: Entity, picked: _Picked) -> list[str]:
    if not entity.is_main:
        return [KEY, PARENT_KEY]
    return ["s.instance_id", *(_SYSTEM.values() if picked.system else ())]


class _Picked:
    """Which properties ``$select`` wants. Raises ODataError 400 for one that is not there."""

    def __init__(self, entity: Entity, select: Sequence[str]) -> None:
        self.entity = entity
        everything = not select or "*" in select
        self.key = everything or "__id" in select
        self.system = entity.is_main and (everything or "__system" in select or any(_is_system(one) for one in select))
        self.parent = not entity.is_main and (everything or entity.parent_id in select)
        self.wanted: frozenset[Property] | None = None
        if not everything:
            known = {"*", "__id", "__system", entity.parent_id}
            self.wanted = frozenset(
                part for name in select if name not in known and not _is_system(name) for part in self._named(name)
            )
        parts = self.wanted if self.wanted is not None else entity.root.properties()
        self.columns = {at for part in parts for at in part.columns}

    def _named(self, name: str) -> list[Property]:
        group: Group | Property = self.entity.root
        for step in name.split("/"):
            parts = group.parts if isinstance(group, Group) else []
            found = next((part for part in parts if part.name == step), None)
            if found is None:
                raise bad(_("There is no property “%s” here.") % name[:60])
            group = found
        return list(group.properties()) if isinstance(group, Group) else [group]

    def shown(self, row: Sequence[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.key:
            found["__id"] = row[3]
        if self.system:
            found["__system"] = dict(zip(_SYSTEM, row[4:-1], strict=True))
        if self.parent:
            found[self.entity.parent_id] = row[4]
        return {**found, **shaped(self.entity.root, row[-1], self.wanted)}


def _is_system(name: str) -> bool:
    return name.startswith("__system/") and name.removeprefix("__system/") in _SYSTEM
