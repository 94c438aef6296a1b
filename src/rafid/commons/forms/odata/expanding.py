"""``$expand``: the rows of repeats within the rows that they belong to, at every depth for ``*``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ..exports import Selection
from ..exports.columns import seen_sql
from ..exports.submission_columns import KEY, PARENT_KEY, answered
from .entities import Entity, Nav
from .errors import bad
from .values import shaped

MOST_WITHIN = 20_000
"""Rows within the rows of one page: a page of submissions with long repeats is shorter, so that it fits into memory."""


def fit(submissions: Sequence[UUID]) -> int:
    """How many rows, of these submissions in their order, a page takes with all that stands within them; one at least."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, count(*) FROM rafid_forms_submission s"
            " JOIN rafid_forms_row r ON r.submission_version_id = s.current_id WHERE s.id = ANY(%s) GROUP BY s.id",
            [list(set(submissions))],
        )
        counts = dict(cursor.fetchall())
    seen: set[UUID] = set()
    total = 0
    for place, submission in enumerate(submissions):
        if submission not in seen:
            seen.add(submission)
            total += counts.get(submission, 0)
            if place and total > MOST_WITHIN:
                return place
    return len(submissions)


def read_expand(text: str) -> tuple[str, ...]:
    """Names, or ``*``. Raises ODataError 400 for options within, which this feed has not."""
    if "(" in text:
        raise bad(_("Write $expand=* or names of repeats, without options in brackets."))
    return tuple(name.strip() for name in text.split(",") if name.strip())


def expand(
    selection: Selection,
    entity: Entity,
    names: Sequence[str],
    submissions: Sequence[UUID],
    rows: dict[str, dict[str, Any]],
) -> None:
    """Puts into ``rows`` (by their key) what ``names`` asks for; ``submissions``: those that the rows are of."""
    known = {nav.name: nav for nav in entity.navs}
    for name in names:
        if name != "*" and name not in known:
            raise bad(_("There is no property “%s” here.") % name[:60])
    deep = "*" in names
    for nav in entity.navs:
        if deep or nav.name in names:
            _into(selection, nav, submissions, rows, deep=deep)


def _into(
    selection: Selection, nav: Nav, submissions: Sequence[UUID], rows: dict[str, dict[str, Any]], *, deep: bool
) -> None:
    below: dict[str, list[dict[str, Any]]] = defaultdict(list)
    inner: dict[str, dict[str, Any]] = {}
    if submissions and rows:
        for key, parent, cells in _rows(selection, nav.entity, submissions):
            if parent in rows:
                row = {"__id": key, nav.entity.parent_id: parent, **shaped(nav.entity.root, cells)}
                below[parent].append(row)
                inner[key] = row
    for key, row in rows.items():
        row[nav.name] = below.get(key, [])
    if deep:
        for further in nav.entity.navs:
            _into(selection, further, submissions, inner, deep=True)


def _rows(selection: Selection, entity: Entity, submissions: Sequence[UUID]) -> list[tuple[str, str, list[str | None]]]:
    columns = [seen_sql(column, selection.masks) for column in entity.table.columns]
    sql, params = selection.chosen
    values = [value for _sql, own in columns for value in own]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {KEY}, {PARENT_KEY}, ARRAY[{', '.join(one for one, _own in columns)}]::text[]"
            f" FROM ({answered(f'SELECT * FROM ({sql}) s WHERE s.id = ANY(%s)', main=False)}) s"
            " ORDER BY s.received_at, s.id, s.ordinal",
            [*values, *params, list(submissions), entity.table.number],
        )
        found: list[tuple[str, str, list[str | None]]] = cursor.fetchall()
    return found
