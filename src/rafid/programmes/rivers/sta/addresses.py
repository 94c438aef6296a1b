"""Paths such as ``Things('gauge')/Datastreams(…)/Observations``, read and followed from entity to entity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .asking import Query
from .errors import bad, nothing_here
from .finding import Found, Row, find
from .kinds import KINDS, SENSOR, SERIES, STATION, VALUE, VARIABLE, Kind, type_sql
from .observations import find_observations
from .seen import Seen

MOST_STEPS = 8
_STEP = re.compile(r"(?P<name>[$@A-Za-z_][\w.]*)(?:\((?P<id>'(?:[^']|'')*'|[^()']*)\))?(?:/|$)")


@dataclass(frozen=True)
class Step:
    name: str
    id: str | None


@dataclass(frozen=True)
class Place:
    """Where a path leads: to one entity or a collection that ``where`` narrows; ``rest``: a property below, ``$value``,
    ``$ref``."""

    kind: Kind
    where: tuple[type_sql, ...]
    single: bool
    rest: tuple[str, ...] = ()


def steps(path: str) -> list[Step]:
    found: list[Step] = []
    at = 0
    text = path.strip("/")
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None or len(found) == MOST_STEPS or "\0" in text:
            raise nothing_here()
        id = step["id"]
        if id is not None:
            id = id[1:-1].replace("''", "'") if id[:1] == "'" else id.strip()
        found.append(Step(step["name"], id))
        at = step.end()
    return found


def follow(path: str, seen: Seen) -> Place:
    """Raises :class:`StaError` 404 for what is not there or not to be seen, on every step of the way."""
    way = steps(path)
    if not way or way[0].name not in KINDS:
        raise nothing_here()
    place = Place(KINDS[way[0].name], (), False)
    place = _narrowed(place, way[0].id)
    for number, step in enumerate(way[1:], 1):
        link = place.kind.links.get(step.name)
        if link is None:
            return _ending(place, way[number:])
        if not place.single:
            raise bad(_("Name one of %(kind)s first, as in %(kind)s('…')/%(link)s.") % {
                "kind": place.kind.name, "link": step.name,
            })  # fmt: skip
        row = one(seen, place)
        place = Place(KINDS[link.kind], (joined(row, KINDS[link.kind]),), not link.many)
        if step.id is not None and place.single:
            raise nothing_here()
        place = _narrowed(place, step.id)
    return place


def _narrowed(place: Place, id: str | None) -> Place:
    if id is None:
        return place
    return replace(place, where=(*place.where, named(place.kind, id)), single=True)


def _ending(place: Place, rest: Sequence[Step]) -> Place:
    names = tuple(one.name for one in rest)
    if any(one.id is not None for one in rest):
        raise nothing_here()
    if names == ("$ref",):
        return replace(place, rest=names)
    if not place.single or names[0] not in place.kind.shown:
        raise nothing_here()
    return replace(place, rest=names)


def one(seen: Seen, place: Place) -> Row:
    """The only entity there."""
    rows = rows_of(seen, place, Query(place.kind, top=1)).rows
    if not rows:
        raise nothing_here()
    return rows[0]


def rows_of(seen: Seen, place: Place, query: Query) -> Found:
    if place.kind.base == VALUE:
        return find_observations(seen, place_query(place, query), narrowing(place))
    return find(seen, query, place.where)


def named(kind: Kind, id: str) -> type_sql:
    """The condition that an id stands for. An id that no entity can have is not there."""
    if kind.base == STATION:
        return "t.code = %s", [id]
    if kind.base == SERIES:
        return "s.id = %s", [_uuid(id)]
    if kind.base == VARIABLE:
        return "s.variable = %s", [id]
    if kind.base == SENSOR:
        return "(s.origin || coalesce('~' || nullif(s.origin_name, ''), '')) = %s", [id]
    series, _tilde, moment = id.partition("~")
    return "observation", [_uuid(series), _moment(moment)]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise nothing_here() from error


def _moment(text: str) -> datetime:
    for form in ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S.%fZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise nothing_here()


def narrowing(place: Place) -> list[type_sql]:
    """What narrows observations to series; the moment of one is its query's."""
    return [("s.id = %s", [more[0]]) if sql == "observation" else (sql, more) for sql, more in place.where]


def place_query(place: Place, query: Query) -> Query:
    from .filtering import Both, Compare, Literal, Path

    for sql, more in place.where:
        if sql == "observation":
            exact = Compare("=", Path(("phenomenonTime",), 1), Literal("time", more[1], 1), 1)
            query = replace(query, filter=exact if query.filter is None else Both("and", exact, query.filter))
    return query


def joined(row: Row, to: Kind) -> type_sql:
    """The condition on ``to`` that holds for what belongs to ``row``."""
    base = row.kind.base
    if to.base == VALUE:  # of a datastream, or of a station
        return ("s.id = %s", [row.series.pk]) if base == SERIES else ("s.station_id = %s", [row.station.pk])
    if to.base == STATION:
        return "t.id = %s", [row.station.pk]
    if to.base == VARIABLE:
        return "s.variable = %s", [row.variable]
    if to.base == SENSOR:
        return "(s.origin = %s AND s.origin_name = %s)", [row.origin, row.origin_name]
    if base == STATION:
        return "s.station_id = %s", [row.station.pk]
    if base == VARIABLE:
        return "s.variable = %s", [row.variable]
    if base == SENSOR:
        return "(s.origin = %s AND s.origin_name = %s)", [row.origin, row.origin_name]
    return "s.id = %s", [row.series.pk]


def children(seen: Seen, rows: Sequence[Row], to: Query, many: bool) -> list[Found]:
    """For each row what belongs to it of ``to``: read for all of them at once where that can be."""
    from .observations import of_each

    if not rows:
        return []
    kind, base = to.kind, rows[0].kind.base
    if kind.base == VALUE:
        if base == SERIES:
            pages = of_each(seen, to, [row.series for row in rows])
            return [pages.get(row.series.pk, _empty(to)) for row in rows]
        return [find_observations(seen, to, [joined(row, kind)]) for row in rows]
    key, condition = _keyed(kind, base)
    found: dict[Any, list[Row]] = {}
    keys = [key(row) for row in rows]
    for child in find(seen, to, [(condition, [list(dict.fromkeys(keys))])], all_rows=True).rows:
        found.setdefault(key(child), []).append(child)
    pages_of = []
    for one_key in keys:
        mine = found.get(one_key, [])
        if many:
            shown = mine[to.skip : to.skip + to.top]
            count = len(mine) if to.count else None
            pages_of.append(Found(shown, len(mine) > to.skip + to.top, count))
        else:
            pages_of.append(Found(mine[:1]))
    return pages_of


def _empty(query: Query) -> Found:
    return Found([], count=0 if query.count else None)


def _keyed(kind: Kind, base: str) -> tuple[Any, str]:
    """By what parent and child are matched, and the condition on the child for many of them."""
    ends = {kind.base, base}
    if kind.base == SERIES and base == VALUE:
        return (lambda row: row.series.pk), "s.id = ANY(%s)"
    if VARIABLE in ends:
        return (lambda row: row.variable), "s.variable = ANY(%s)"
    if SENSOR in ends:
        both = "(s.origin || '~' || s.origin_name) = ANY(%s)"
        return (lambda row: f"{row.origin}~{row.origin_name}"), both
    alias = "t.id" if kind.base == STATION else "s.station_id"
    return (lambda row: row.station.pk), f"{alias} = ANY(%s)"
