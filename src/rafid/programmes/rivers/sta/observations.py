"""Observations: the versions of values that were known at the asked moment.

First the series that are asked for, then one statement that reads each series along its key (series, time, known_from) and
stops where the page is full. What is asked of the time alone is asked where the key is read; what is asked of a value, of the
version that was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..models import Series
from .asking import Query
from .filtering import Key, Path, conjuncts
from .finding import Found, Observed, Row, asked, records_of
from .kinds import KINDS, SERIES, Scope, type_sql
from .seen import Seen
from .writing import Condition, Writer

_SCOPE = Scope(KINDS["Observations"])


def series_asked(seen: Seen, query: Query, where: Sequence[type_sql] = ()) -> list[Series]:
    """The series that the person sees, that ``where`` names, and that the filter does not rule out as a whole."""
    sql = (
        "SELECT s.id FROM rafid_rivers_series s JOIN rafid_rivers_station t ON t.id = s.station_id"
        f" WHERE s.id IN ({seen.series[0]})"
    )
    params = list(seen.series[1])
    parts = [one for one in _conditions(query, seen) if one.levels <= {SERIES}]
    for condition, more in [*where, *((one.sql, one.params) for one in parts)]:
        sql, params = f"{sql} AND {condition}", [*params, *more]
    with asked() as cursor:
        cursor.execute(f"{sql} ORDER BY s.id", params)
        ids = [pk for (pk,) in cursor.fetchall()]
    return records_of(ids)


def _conditions(query: Query, seen: Seen, value: str = "k") -> list[Condition]:
    writer = Writer(Scope(_SCOPE.kind, value=value), seen.series)
    return [writer.condition(one) for one in conjuncts(query.filter)]


def by_time(query: Query) -> bool | None:
    """Is the order that of time: True for the last first, False for the first first, None for another order."""
    if not query.order:
        return False
    first = query.order[0]
    return first.down if len(query.order) == 1 and first.path.parts == ("phenomenonTime",) else None


_LAST = """
SELECT DISTINCT ON (w.time) w.time, w.value, w.quality, w.flow_quality, w.known_from, w.origin_ref, false AS more
FROM rafid_rivers_value w WHERE {inner} ORDER BY w.time DESC, w.known_from DESC"""
_FIRST = """
SELECT * FROM (
    SELECT w.time, w.value, w.quality, w.flow_quality, w.known_from, w.origin_ref,
        lead(w.time) OVER (ORDER BY w.time, w.known_from) IS NOT DISTINCT FROM w.time AS more
    FROM rafid_rivers_value w WHERE {inner}
) a WHERE NOT more"""
"""The version that was known of each time, along the key of the table (series, time, known_from) backwards and forwards."""


def _statement(seen: Seen, query: Query, rows: Sequence[Series], *, each: int | None) -> tuple[str, list[Any], str]:
    """FROM and below, with its parameters, and the order outside. ``each``: so many of each series; None for all."""
    ids, until = seen.limits(rows)
    down = by_time(query)
    times = [one for one in _conditions(query, seen, "w") if one.levels == {"time"}]
    rest = [one for one in _conditions(query, seen) if not one.levels <= {SERIES} and one.levels != {"time"}]
    # Not a plain comparison: with two bounds of which one is not known beforehand the planner takes the range for a tiny one,
    # and reads and sorts all of it instead of following the key.
    inner = "w.series_id = u.id AND (u.until IS NULL OR w.time <= u.until)"
    params: list[Any] = [ids, until]
    if seen.known_at is not None:
        inner, params = f"{inner} AND w.known_from <= %s", [*params, seen.known_at]
    for one in times:
        inner, params = f"{inner} AND {one.sql}", [*params, *one.params]
    if query.after is not None and down is not None:
        sign = "<" if down else ">"
        inner += f" AND w.time {sign}= %s AND (w.time {sign} %s OR u.id > %s::uuid)"
        params += [query.after[0], query.after[0], query.after[1]]
    outside = " AND ".join(one.sql for one in rest) or "true"
    params += [param for one in rest for param in one.params]
    keys, ordered = _order(query, seen)
    limit = ""
    if each is not None and down is not None:
        # The versions come in this order already; an ORDER BY here would have the planner sort the whole series.
        limit, params = "LIMIT %s", [*params, each]
    elif each is not None:
        limit, params = f"ORDER BY {keys('k')} LIMIT %s", [*params, *ordered, each]
    sql = f"""
        FROM unnest(%s::uuid[], %s::timestamptz[]) AS u(id, until)
        JOIN rafid_rivers_series s ON s.id = u.id JOIN rafid_rivers_station t ON t.id = s.station_id
        CROSS JOIN LATERAL (SELECT * FROM ({(_LAST if down else _FIRST).format(inner=inner)}) k WHERE {outside} {limit}) v"""
    return sql, params, keys("v")


def _order(query: Query, seen: Seen) -> tuple[Any, list[Any]]:
    """The order as SQL over an alias, and its parameters; times and then series decide among equals."""
    order = query.order or (Key(Path(("phenomenonTime",), 1), False),)
    params: list[Any] = []
    for one in order:
        params += Writer(_SCOPE, seen.series, "$orderby").order(one).params

    def keys(alias: str) -> str:
        writer = Writer(Scope(_SCOPE.kind, value=alias), seen.series, "$orderby")
        said = []
        for one in order:
            made = writer.order(one)
            plain = made.levels == {"time"}
            collate = ' COLLATE "C"' if made.type == "text" else ""
            # The key of the table has no empty times: its order needs no word about them.
            rest = "" if plain else " NULLS LAST"
            said.append(f"{made.sql}{collate} {'DESC' if one.down else 'ASC'}{rest}")
        if not any(one.path.parts == ("phenomenonTime",) for one in order):
            said.append(f"{alias}.time")
        return ", ".join(said)

    return keys, params


_COLUMNS = "s.id, v.time, v.value, v.quality, v.flow_quality, v.known_from, v.origin_ref"


def find_observations(seen: Seen, query: Query, where: Sequence[type_sql] = ()) -> Found:
    """A page over all series that are asked for."""
    rows = series_asked(seen, query, where)
    return page(seen, query, rows)


def page(seen: Seen, query: Query, rows: Sequence[Series]) -> Found:
    if not rows:
        return Found([], count=0 if query.count else None)
    keyed = query.after is not None and by_time(query) is not None
    skip = 0 if keyed else query.skip
    sql, params, order = _statement(seen, query, rows, each=skip + query.top + 1)
    _keys, ordered = _order(query, seen)
    count = None
    with asked() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} {sql} ORDER BY {order}, s.id LIMIT %s OFFSET %s",
            [*params, *ordered, query.top + 1, skip],
        )
        found = cursor.fetchall()
        if query.count:
            whole = Query(**{**vars(query), "after": None})
            sql, params, _o = _statement(seen, whole, rows, each=None)
            cursor.execute(f"SELECT count(*) {sql}", params)
            (count,) = cursor.fetchone()
    shown = _observed(found[: query.top], rows)
    more = len(found) > query.top
    token = ""
    if more and shown and by_time(query) is not None:
        token = f"{shown[-1].value.time.isoformat().replace('+00:00', 'Z')}~{shown[-1].series.pk}"  # type: ignore[union-attr]
    return Found(shown, more, count, token)


def of_each(seen: Seen, query: Query, rows: Sequence[Series]) -> dict[Any, Found]:
    """A page of each series, by one statement (and one more for the counts)."""
    wanted = {one.pk for one in series_asked(seen, query, [("s.id = ANY(%s)", [[one.pk for one in rows]])])}
    rows = [one for one in rows if one.pk in wanted]
    if not rows:
        return {}
    sql, params, order = _statement(seen, query, rows, each=query.skip + query.top + 1)
    _keys, ordered = _order(query, seen)
    counts: dict[Any, int] = {}
    with asked() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} {sql} ORDER BY s.id, {order}", [*params, *ordered])
        found: dict[Any, list[Any]] = {}
        for line in cursor.fetchall():
            found.setdefault(line[0], []).append(line)
        if query.count:
            sql, params, _o = _statement(seen, query, rows, each=None)
            cursor.execute(f"SELECT s.id, count(*) {sql} GROUP BY s.id", params)
            counts = dict(cursor.fetchall())
    pages = {}
    for one in rows:
        mine = found.get(one.pk, [])[query.skip :]
        count = counts.get(one.pk, 0) if query.count else None
        pages[one.pk] = Found(_observed(mine[: query.top], rows), len(mine) > query.top, count)
    return pages


def _observed(found: Sequence[Any], rows: Sequence[Series]) -> list[Row]:
    known = {one.pk: one for one in rows}
    kind = KINDS["Observations"]
    return [
        Row(
            kind, known[pk].station, known[pk], known[pk].variable, known[pk].origin, known[pk].origin_name,
            Observed(*line),
        )
        for pk, *line in found
    ]  # fmt: skip


_SPANS = """
SELECT u.id, a.time, b.time FROM unnest(%(ids)s::uuid[], %(until)s::timestamptz[]) AS u(id, until)
CROSS JOIN LATERAL (SELECT time FROM rafid_rivers_value WHERE series_id = u.id AND (u.until IS NULL OR time <= u.until) {known}
    ORDER BY time LIMIT 1) a
CROSS JOIN LATERAL (SELECT time FROM rafid_rivers_value WHERE series_id = u.id AND (u.until IS NULL OR time <= u.until) {known}
    ORDER BY time DESC LIMIT 1) b
"""


def spans(seen: Seen, rows: Sequence[Series]) -> dict[Any, tuple[Any, Any]]:
    """From when to when each series has values that the person sees."""
    if not rows:
        return {}
    ids, until = seen.limits(rows)
    known = "AND known_from <= %(known_at)s" if seen.known_at else ""
    with asked() as cursor:
        cursor.execute(_SPANS.format(known=known), {"ids": ids, "until": until, "known_at": seen.known_at})
        return {pk: (first, last) for pk, first, last in cursor.fetchall()}
