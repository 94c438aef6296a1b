"""A file's columns as expressions of SQL: masks, labels, splitting and safety happen where the rows lie.

An expression reads ``s``: a row with its submission, ``s.v`` being its answers. Everything that comes from a form is a
parameter, never text of the statement.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..schema import Column, Table, typed
from ..seeing import Masks, kind_seen
from .choices import Choices
from .options import Options
from .submission_columns import MAIN_AFTER, MAIN_BEFORE, REPEAT_AFTER


@dataclass(frozen=True)
class Out:
    """One column that leaves. ``number``: its texts are numbers where they look like some."""

    name: str
    sql: str
    params: tuple[Any, ...] = ()
    number: bool = False


def columns_out(table: Table, masks: Masks, options: Options, choices: Choices) -> list[Out]:
    """What leaves of a table, in Central's order: date, answers, keys and circumstances."""
    main = table.number == 0
    before = MAIN_BEFORE if main else {}
    after = MAIN_AFTER if main else REPEAT_AFTER
    names = _names(table, options, {*before, *after})
    found = [Out(name, sql) for name, sql in before.items()]
    for column in table.columns:
        found += _answer(column, names[column.name], masks, options, choices)
    found += [Out(name, sql) for name, sql in after.items()]
    return [_safe(one) for one in found] if options.safe else found


def _answer(column: Column, name: str, masks: Masks, options: Options, choices: Choices) -> Iterator[Out]:
    sql, params = seen_sql(column, masks)
    labels = choices.labels(column.path) if options.labels else {}
    told, told_params = (sql, params)
    if labels:
        told, told_params = _labelled(column, sql, params, labels)
    yield Out(name, told, told_params, column.type in ("int", "decimal"))
    if options.split and column.type == "select_multiple":
        for option in choices.options(column):
            yield Out(
                f"{name}/{option}",
                f"(%s = ANY(string_to_array({sql}, ' ')))::int::text",
                (option, *params),
                True,
            )


def _labelled(column: Column, sql: str, params: tuple[Any, ...], labels: dict[str, str]) -> tuple[str, tuple[Any, ...]]:
    known = json.dumps(labels, ensure_ascii=False)
    if column.type in ("select_multiple", "rank"):
        return (
            "(SELECT string_agg(coalesce(%s::jsonb ->> one.code, one.code), ', ' ORDER BY one.n)"
            f" FROM unnest(string_to_array({sql}, ' ')) WITH ORDINALITY one(code, n))",
            (known, *params),
        )
    return f"coalesce(%s::jsonb ->> {sql}, {sql})", (known, *params, *params)


def seen_sql(column: Column, masks: Masks) -> tuple[str, tuple[Any, ...]]:
    """The answer as this reader sees it: :func:`seeing.shown`, told in SQL."""
    value = "s.v[%s]"
    slot = (column.slot + 1,)
    if masks.whole or column.path not in masks.paths:
        return value, slot
    if column.path in masks.hidden:
        return f"(CASE WHEN s.plain THEN {value} END)", slot
    coarse = coarser_sql(value, kind_seen(column))
    return f"(CASE WHEN s.plain THEN {value} ELSE {coarse} END)", slot * (1 + coarse.count(value))


def coarser_sql(value: str, kind: str) -> str:
    """:func:`seeing.coarser` over an expression."""
    if kind in ("decimal", "int"):
        digits = "1" if kind == "decimal" else "-1"
        return (
            f"(CASE WHEN {value} ~ '^-?[0-9]{{1,18}}(\\.[0-9]{{1,18}})?$'"
            f" THEN round({value}::numeric, {digits})::text END)"
        )
    if kind in ("date", "dateTime"):
        return f"(CASE WHEN {value} ~ '^[0-9]{{4}}-[0-9]{{2}}([^0-9]|$)' THEN left({value}, 7) END)"
    return "NULL::text"


def _safe(one: Out) -> Out:
    """As ``spreadsheets.disarmed``: an apostrophe before what a spreadsheet would run; numbers stay as they are."""
    sql = f"(CASE WHEN {one.sql} ~ '{_FORMULA}' AND {one.sql} !~ '{_NUMBER}' THEN '''' || {one.sql} ELSE {one.sql} END)"
    return Out(one.name, sql, one.params * 4, one.number)


_BLANK = "[ \\t\\n\\r\\v\\f\\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*"
_FORMULA = f"^{_BLANK}[=+@\\t\\r-]"
_NUMBER = f"^{_BLANK}[+-]?([0-9][0-9,]*(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?{_BLANK}$"


def _names(table: Table, options: Options, taken: set[str]) -> dict[str, str]:
    """Column → name in the file. Without groups, where two would be called the same (or like a fixed one), both keep the
    whole name."""
    whole = {column.name: column.name for column in table.columns}
    if options.groups:
        return whole
    short = {column.name: short_name(column) for column in table.columns}
    counts = Counter(short.values())
    return {name: one if counts[one] == 1 and one not in taken else name for name, one in short.items()}


def short_name(column: Column) -> str:
    """The question's own name, without the groups around it."""
    last = column.path.rpartition("/")[2]
    return f"{last}-{column.part_of_point}" if column.part_of_point else last


_LONGEST = 15
"""Digits that a number of eight bytes keeps."""


def number_or_text(text: str | None) -> int | float | str | None:
    """The number that a text is; one that a reader would round, and what is none, stays text."""
    if text is None or len(text) > _LONGEST:
        return text
    whole = typed(text, "int")
    return typed(text, "decimal") if isinstance(whole, str) else whole  # type: ignore[no-any-return]
