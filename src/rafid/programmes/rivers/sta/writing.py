"""Trees of filters as SQL. Names become the properties' own SQL and literals parameters: nothing else passes.

A comparison with nothing is false, and its denial true. A path over a collection (``Datastreams/name``) holds where one of
the collection does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .errors import StaError, bad
from .filtering import Both, Call, Compare, Key, Literal, Not, Path
from .kinds import KINDS, SERIES, STATION, VALUE, VARIABLE, Scope, properties, type_sql
from .lexing import time_of

LONGEST_PATH = 4
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True)
class Made:
    """SQL of a value, its type, the levels that it rests on, and the collections in which it is looked for."""

    sql: str
    params: list[Any]
    type: str
    levels: frozenset[str] = frozenset()
    inside: tuple[type_sql, ...] = field(default=())


@dataclass(frozen=True)
class Condition:
    sql: str
    params: list[Any]
    levels: frozenset[str]


class Writer:
    """``seen``: SQL of the series that the person sees; ``where`` the option that errors name."""

    def __init__(self, scope: Scope, seen: type_sql, where: str = "$filter") -> None:
        self.scope, self.seen, self.where, self.depth = scope, seen, where, 0

    def condition(self, tree: Any) -> Condition:
        if isinstance(tree, Both):
            left, right = self.condition(tree.left), self.condition(tree.right)
            word = "AND" if tree.word == "and" else "OR"
            return Condition(f"({left.sql} {word} {right.sql})", left.params + right.params, left.levels | right.levels)
        if isinstance(tree, Not):
            inner = self.condition(tree.of)
            return Condition(f"(NOT {inner.sql})", inner.params, inner.levels)
        if isinstance(tree, Compare):
            return self.compare(tree)
        made = self.value(tree)
        if made.type != "bool":
            raise bad(
                _("What begins at position %(at)s is no condition. Compare it: eq, ne, gt, ge, lt, le.")
                % {"at": getattr(tree, "at", 1)},
                self.where,
                getattr(tree, "at", 1),
            )
        return self.within(made, f"coalesce({made.sql}, false)", made.params)

    def within(self, made: Made, sql: str, params: list[Any]) -> Condition:
        """The condition, inside the collections that its value is looked for in."""
        for start, before in reversed(made.inside):
            sql, params = f"EXISTS ({start} AND {sql})", [*before, *params]
        return Condition(sql, params, made.levels)

    def compare(self, tree: Compare) -> Condition:
        sign, left, right = tree.sign, tree.left, tree.right
        if isinstance(left, Literal) and not isinstance(right, Literal):
            sign, left, right = _TURNED[sign], right, left
        made = self.value(left)
        if isinstance(right, Literal) and right.kind == "null":
            if sign not in ("=", "<>"):
                raise bad(_("Nothing (null) is compared by eq and ne only."), self.where, right.at)
            word = "IS NULL" if sign == "=" else "IS NOT NULL"
            return self.within(made, f"({made.sql} {word})", made.params)
        other = self.like(right, made.type) if isinstance(right, Literal) else self.value(right)
        if other.type != made.type or made.type == "geometry" or (made.type == "bool" and sign not in ("=", "<>")):
            raise bad(
                _("At position %(at)s %(one)s is compared with %(other)s. Compare two of one kind.")
                % {"at": tree.at, "one": _types()[made.type], "other": _types()[other.type]},
                self.where,
                tree.at,
            )
        both = Made("", [], "bool", made.levels | other.levels, made.inside or other.inside)
        if made.inside and other.inside:
            raise bad(_("Compare one collection at a time with a value."), self.where, tree.at)
        collate = ' COLLATE "C"' if made.type == "text" and sign not in ("=", "<>") else ""
        sql = (
            f"({made.sql} IS DISTINCT FROM {other.sql})"
            if sign == "<>"
            else f"coalesce({made.sql}{collate} {sign} {other.sql}, false)"
        )
        return self.within(both, sql, made.params + other.params)

    def like(self, literal: Literal, kind: str) -> Made:
        """A literal beside a value of a type: a time may stand in '…', and a number that is a text's."""
        if kind == "time" and literal.kind == "text":
            return self.literal(Literal("time", time_of(literal.value, self.where, literal.at), literal.at))
        return self.literal(literal)

    def value(self, tree: Any) -> Made:
        if isinstance(tree, Literal):
            return self.literal(tree)
        if isinstance(tree, Path):
            return self.path(tree)
        if isinstance(tree, Call):
            return self.call(tree)
        condition = self.condition(tree)
        return Made(condition.sql, condition.params, "bool", condition.levels)

    def literal(self, tree: Literal) -> Made:
        if tree.kind == "null":
            raise bad(_("Nothing (null) is compared by eq and ne only."), self.where, tree.at)
        sql = {
            "text": "%s::text",
            "number": "%s::float8",
            "time": "%s::timestamptz",
            "bool": "%s::boolean",
            "geometry": "ST_GeomFromText(%s, 4326)",
        }[tree.kind]
        value = tree.value
        if tree.kind == "number" and value in (float("inf"), float("-inf")):
            raise bad(_("This number is too large."), self.where, tree.at)
        return Made(sql, [value], tree.kind)

    def path(self, tree: Path) -> Made:
        parts = [part.removeprefix("@iot.") for part in tree.parts]
        scope, inside, links = self.scope, [], 0
        while len(parts) > 1 and parts[0] in scope.kind.links:
            link = scope.kind.links[parts.pop(0)]
            links += 1
            if links > LONGEST_PATH:
                raise bad(_("This path is too long. Go over four links at most."), self.where, tree.at)
            scope, opened = self.over(scope, link.kind, tree)
            inside += opened
        found = properties(scope).get("/".join(parts))
        if found is None or (found.type == "time" and scope.kind.base == SERIES):
            raise self.unknown(scope, "/".join(parts), tree)
        level = found.level if scope.kind.base == VALUE else SERIES
        return Made(found.sql, list(found.params), found.type, frozenset({level}), tuple(inside))

    def unknown(self, scope: Scope, name: str, tree: Path) -> StaError:
        params = {
            "name": name[:40],
            "kind": scope.kind.name,
            "at": tree.at,
            "all": ", ".join([*properties(scope), *scope.kind.links]),
        }
        return bad(
            _("At position %(at)s: %(kind)s cannot be asked for “%(name)s”. They can for: %(all)s.") % params,
            self.where,
            tree.at,
        )

    def over(self, scope: Scope, kind: str, tree: Path) -> tuple[Scope, list[type_sql]]:
        """The scope behind a link, and the collection that is opened on the way."""
        base, wanted = scope.kind.base, KINDS[kind].base
        if wanted == VALUE:
            raise bad(
                _("Filters do not go into Observations. Ask Observations, and filter them by Datastream/… there."),
                self.where,
                tree.at,
            )
        if wanted != SERIES or base in (SERIES, VALUE):
            return scope.to(kind), []
        self.depth += 1
        inner = Scope(KINDS[kind], f"t{self.depth}", f"s{self.depth}", scope.value)
        t, s = inner.station, inner.series
        joined = {
            STATION: f"{s}.station_id = {scope.station}.id",
            VARIABLE: f"{s}.variable = {scope.series}.variable",
        }.get(base, f"{s}.origin = {scope.series}.origin AND {s}.origin_name = {scope.series}.origin_name")
        start = (
            f"SELECT 1 FROM rafid_rivers_series {s} JOIN rafid_rivers_station {t} ON {t}.id = {s}.station_id"
            f" WHERE {s}.id IN ({self.seen[0]}) AND {joined}"
        )
        return inner, [(start, list(self.seen[1]))]

    def call(self, tree: Call) -> Made:
        name = tree.name
        if name == "now":
            return Made("statement_timestamp()", [], "time")
        args = [self.value(one) for one in tree.args]
        wanted = _WANTED.get(name, ("text",) * len(args))
        for made, kind in zip(args, wanted, strict=True):
            if made.type != kind:
                raise bad(
                    _("%(name)s at position %(at)s takes %(wanted)s, not %(found)s.")
                    % {"name": name, "at": tree.at, "wanted": _types()[kind], "found": _types()[made.type]},
                    self.where,
                    tree.at,
                )
        if len([one for one in args if one.inside]) > 1:
            raise bad(_("Compare one collection at a time with a value."), self.where, tree.at)
        levels = frozenset().union(*(one.levels for one in args))
        inside = next((one.inside for one in args if one.inside), ())
        params = [param for one in args for param in one.params]
        if name == "substringof":  # the part comes first
            args, params = args[::-1], [*args[1].params, *args[0].params]
        if name in _TEXTS:
            return Made(_TEXTS[name].format(*(one.sql for one in args)), params, "bool", levels, inside)
        sql, kind = _VALUES[name]
        return Made(sql.format(*(one.sql for one in args)), params, kind, levels, inside)

    def order(self, key: Key) -> Made:
        made = self.path(key.path)
        if made.inside or made.type in ("geometry", "bool"):
            raise bad(_("Nothing can be ordered by “%(name)s”.") % {"name": "/".join(key.path.parts)[:60]}, self.where)
        return made


_TEXTS = {
    "contains": "(strpos({0}, {1}) > 0)",
    "substringof": "(strpos({0}, {1}) > 0)",
    "startswith": "starts_with({0}, {1})",
    "endswith": "starts_with(reverse({0}), reverse({1}))",
}
_VALUES = {
    "tolower": ("lower({0})", "text"),
    "toupper": ("upper({0})", "text"),
    "length": ("length({0})::float8", "number"),
    "geo.intersects": ("ST_Intersects({0}, {1})", "bool"),
    "st_intersects": ("ST_Intersects({0}, {1})", "bool"),
    "st_within": ("ST_Within({0}, {1})", "bool"),
    "geo.distance": ("ST_Distance({0}, {1})", "number"),
    **{
        part: (f"extract({part} FROM {{0}} AT TIME ZONE 'UTC')::float8", "number")
        for part in ("year", "month", "day", "hour")
    },
}
_WANTED = {
    **dict.fromkeys(("year", "month", "day", "hour"), ("time",)),
    **dict.fromkeys(("geo.intersects", "st_intersects", "st_within", "geo.distance"), ("geometry", "geometry")),
}


def _types() -> dict[str, str]:
    return {
        "text": _("a text"),
        "number": _("a number"),
        "time": _("a time"),
        "bool": _("a yes or no"),
        "geometry": _("a geometry"),
    }
