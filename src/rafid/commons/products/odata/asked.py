"""What an address of an entity set asks, read strictly, and the page that answers it: by key, each row once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import DataError
from django.utils.translation import gettext as _

from rafid.commons.api import Problem, decode_cursor, encode_cursor
from rafid.commons.filters import small_number
from rafid.commons.forms.odata.errors import ODataError, bad
from rafid.commons.forms.odata.ordering import Sort, behind, packed, read_order, unpacked

from ..patience import TooLong, patient_cursor
from .filtering import condition
from .sets import KEY, EntitySet, Property

PAGE, MOST, FURTHEST = 2000, 10_000, 100_000
KNOWN = ("$top", "$skip", "$count", "$select", "$filter", "$orderby", "$skiptoken", "$format")


@dataclass(frozen=True)
class Asked:
    """``top``: how many are still wanted, None for all. ``after``: the key of the last row read, ``ends``: by what it stood
    in its order."""

    top: int | None = None
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    filter: str = ""
    order: tuple[tuple[str, bool], ...] = ()
    after: str = ""
    ends: tuple[str, ...] = ()
    size: int = PAGE


@dataclass(frozen=True)
class Answered:
    rows: list[dict[str, Any]]
    next: str | None
    count: int | None


def read_query(params: Mapping[str, str], there: EntitySet, prefer: str = "") -> Asked:
    """Raises ODataError 400."""
    for name in params:
        if name.startswith("$") and name not in KNOWN:
            raise bad(_("“%s” is not answered here. Known: %s.") % (name[:60], ", ".join(KNOWN)))
        if not name.startswith(("$", "@")) and name not in ("lang", "purpose"):
            raise bad(_("There is no parameter %(name)s here.") % {"name": name[:60]})
    if params.get("$format", "json").partition(";")[0] not in ("json", "application/json"):
        raise bad(_("Only JSON is written here."))
    if params.get("$count", "false").lower() not in ("true", "false"):
        raise bad(_("Write $count=true or $count=false."))
    order = read_order(params["$orderby"]) if params.get("$orderby", "").strip() else ()
    after, ends, top = "", (), _number(params, "$top")
    if params.get("$skiptoken"):
        after, top, ends = _token(params["$skiptoken"], len(order))
    skip = 0 if after else _number(params, "$skip") or 0
    if skip > FURTHEST:
        raise bad(
            _("$skip reaches 100,000 rows. Follow @odata.nextLink from page to page, or take the file %(file)s.")
            % {"file": there.file or there.name},
            "SkipTooFar",
        )
    size = re.search(r"maxpagesize\s*=\s*(\d{1,6})", prefer, re.ASCII)
    return Asked(
        top=top, skip=skip, count=params.get("$count", "").lower() == "true",
        select=tuple(name.strip() for name in params.get("$select", "").split(",") if name.strip()),
        filter=params.get("$filter", "").strip(), order=order, after=after, ends=ends,
        size=min(max(int(size[1]), 1), MOST) if size else PAGE,
    )  # fmt: skip


def _number(params: Mapping[str, str], name: str) -> int | None:
    text = params.get(name, "")
    if not text:
        return None
    found = small_number(text)
    if found is None:
        raise bad(_("%s is a whole number from 0.") % name)
    return found


def _token(text: str, ordered: int) -> tuple[str, int | None, tuple[str, ...]]:
    try:
        key, top, *ends = decode_cursor(text, 2 + ordered)
        if "\0" in str(key):
            raise ValueError(text)
        return str(key), None if top == "" else max(int(top), 0), tuple(str(one) for one in ends)
    except (Problem, ValueError, OverflowError):
        raise _no_token() from None


def _no_token() -> ODataError:
    return bad(_("This $skiptoken was not given by this feed. Start again without it."))


def answer(there: EntitySet, asked: Asked) -> Answered:
    """Raises ODataError 400."""
    picked = chosen(there, asked.select)
    wanted = asked.size if asked.top is None else min(asked.size, asked.top)
    where, params = condition(asked.filter, there) if asked.filter else ("true", [])
    sorts = [_sort(there, name, down) for name, down in asked.order]
    count = _counted(there, where, params, bool(asked.filter)) if asked.count else None
    if wanted == 0:
        return Answered([], None, count)
    rules, values = [where], [*params]
    if asked.after:
        rule, more = _behind(there, asked, sorts)
        rules.append(rule)
        values += more
    columns = [(there.order, ()), *((one.sql, one.params) for one in picked), *((one.sql, one.params) for one in sorts)]
    order = "".join(f"{2 + len(picked) + at} {sort.direction}, " for at, sort in enumerate(sorts))
    rows = _run(
        f"SELECT {', '.join(sql for sql, _own in columns)} {there.source} AND {' AND '.join(rules)}"
        f" ORDER BY {order}1 LIMIT {wanted + 1} OFFSET {asked.skip}",
        [*(value for _sql, own in columns for value in own), *there.params, *values],
    )
    more_there, rows = len(rows) > wanted, rows[:wanted]
    left = None if asked.top is None else asked.top - len(rows)
    token = None
    if more_there and left != 0:
        ends = [packed(value) for value in rows[-1][1 + len(picked) :]]
        token = encode_cursor([str(rows[-1][0]), "" if left is None else left, *ends])
    return Answered([shown(picked, row[1:]) for row in rows], token, count)


def counted(there: EntitySet, text: str) -> int:
    where, params = condition(text, there) if text else ("true", [])
    return _counted(there, where, params, bool(text))


def one_row(there: EntitySet, key: str, select: tuple[str, ...] = ()) -> dict[str, Any] | None:
    picked = chosen(there, select)
    own = there.by_name[KEY]
    rows = _run(
        f"SELECT {', '.join(one.sql for one in picked)} {there.source} AND {own.sql} = %s LIMIT 1",
        [*(value for one in picked for value in one.params), *there.params, key],
    )
    return shown(picked, rows[0]) if rows else None


def chosen(there: EntitySet, select: tuple[str, ...]) -> list[Property]:
    if not select or "*" in select:
        return list(there.properties)
    for name in select:
        if name not in there.by_name:
            raise bad(_("There is no property “%s” here.") % name[:60])
    return [there.by_name[name] for name in dict.fromkeys(select)]


def shown(picked: list[Property], values: tuple[Any, ...]) -> dict[str, Any]:
    return {one.name: _plain(one, value) for one, value in zip(picked, values, strict=False)}


def _plain(one: Property, value: Any) -> Any:
    if value is None:
        return None
    if one.edm == "Edm.Boolean":
        return value == "true"
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if one.edm == "Edm.Int64" or value == value.to_integral_value() else float(value)
    return value


def _counted(there: EntitySet, where: str, params: list[Any], filtered: bool) -> int:
    if there.rows is not None and not filtered:
        return there.rows
    found: int = _run(f"SELECT count(*) {there.source} AND {where}", [*there.params, *params])[0][0]
    return found


def _sort(there: EntitySet, name: str, down: bool) -> Sort:
    if name not in there.by_name:
        raise bad(_("There is no property “%s” here.") % name[:60])
    found = there.by_name[name]
    if found.is_number:
        return Sort(found.sql, found.params, "numeric", down)
    return Sort(f'({found.sql} COLLATE "C")', found.params, "text", down)


def _behind(there: EntitySet, asked: Asked, sorts: list[Sort]) -> tuple[str, list[Any]]:
    try:
        last: Any = UUID(asked.after) if there.kind == "uuid" else int(asked.after)
        if there.kind == "bigint" and not 0 <= last < 2**62:
            raise ValueError(asked.after)
        ends = [unpacked(text, sort.kind) for text, sort in zip(asked.ends, sorts, strict=True)]
    except ValueError:
        raise _no_token() from None
    return behind(sorts, ends, [last], tie=f"{there.order} > %s")


def _run(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    try:
        with patient_cursor() as cursor:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
    except DataError as error:
        raise bad(_("The filter compares what cannot be compared.")) from error
    except TooLong as error:
        raise bad(_("This question takes too long. Ask for fewer rows, or take the file."), "TooLong") from error
