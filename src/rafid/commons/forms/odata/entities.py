"""A form's tables as OData's entity types: groups are complex types, a point is one property, names are identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..schema import Column, Table

EDM = {
    "int": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset",
    "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
}
POINT = "Edm.GeographyPoint"


@dataclass(frozen=True)
class Property:
    """A question. ``columns``: places of its column (of a point: of its four) among the table's."""

    name: str
    edm: str
    columns: tuple[int, ...]


@dataclass
class Group:
    """A complex type, or the entity type itself; ``path``: names from the table's root."""

    name: str
    path: tuple[str, ...]
    parts: list[Property | Group] = field(default_factory=list)

    def groups(self) -> Iterator[Group]:
        for part in self.parts:
            if isinstance(part, Group):
                yield part
                yield from part.groups()

    def properties(self) -> Iterator[Property]:
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.properties()
            else:
                yield part

    @property
    def names(self) -> list[str]:
        return [part.name for part in self.parts]


@dataclass(frozen=True)
class Nav:
    """From a row to its rows of a repeat."""

    name: str
    entity: Entity


@dataclass(frozen=True)
class Entity:
    """``set``: Submissions, or ``Submissions.`` and the repeat. ``parent_id``: the property that names the row above.
    ``navs``: to the repeats right below."""

    set: str
    table: Table
    root: Group
    parent_id: str
    navs: list[Nav] = field(default_factory=list)

    @property
    def is_main(self) -> bool:
        return self.table.number == 0


def entities_of(tables: Sequence[Table]) -> list[Entity]:
    names = [table.name for table in tables if table.number]
    found = []
    for table in tables:
        if table.number == 0:
            found.append(Entity("Submissions", table, _tree(table), ""))
            continue
        above = max((name for name in names if table.name.startswith(f"{name}.")), key=len, default="")
        way = "-".join(["Submissions", *map(identifier, above.split("."))]) if above else "Submissions"
        told = ".".join(map(identifier, table.name.split(".")))
        found.append(Entity(f"Submissions.{told}", table, _tree(table), f"__{way}-id"))
    by_name = {one.table.name: one for one in found if not one.is_main}
    main = next((one for one in found if one.is_main), None)
    for name, entity in by_name.items():
        above = max((other for other in by_name if name.startswith(f"{other}.")), key=len, default="")
        holder = by_name[above] if above else main
        if holder is not None:
            own = "_".join(map(identifier, name.removeprefix(f"{above}.").split(".")))
            taken = [*holder.root.names, *(nav.name for nav in holder.navs), holder.parent_id]
            holder.navs.append(Nav(_once(own, taken), entity))
    return found


def _tree(table: Table) -> Group:
    root = Group("", ())
    known: dict[tuple[str, ...], Group] = {(): root}
    points: dict[str, list[int]] = {}
    for at, column in enumerate(table.columns):
        if column.part_of_point:
            points.setdefault(column.path, []).append(at)
    for at, column in enumerate(table.columns):
        *above, name = _way(column)
        group = root
        for depth in range(1, len(above) + 1):
            way = tuple(above[:depth])
            if way not in known:
                known[way] = Group(_once(identifier(above[depth - 1]), group.names), (*group.path, identifier(way[-1])))
                group.parts.append(known[way])
            group = known[way]
        if not column.part_of_point:
            edm = EDM.get(column.type, "Edm.String")
            group.parts.append(Property(_once(identifier(name), group.names), edm, (at,)))
        elif points[column.path][0] == at:
            group.parts.append(Property(_once(identifier(name), group.names), POINT, tuple(points[column.path])))
    return root


def _way(column: Column) -> list[str]:
    """Names from the table's root to the question: its column's name, divided where its path is."""
    whole = column.name.removesuffix(f"-{column.part_of_point}") if column.part_of_point else column.name
    return column.path[len(column.path) - len(whole) :].split("/")


def identifier(name: str) -> str:
    """A name that OData takes: letters, digits and _."""
    told = re.sub(r"[^A-Za-z0-9_]+", "_", name)
    return told if re.match(r"[A-Za-z_]", told) else f"_{told}"


def _once(name: str, taken: Sequence[str]) -> str:
    told, count = name, 1
    while told in taken or told in ("__id", "__system"):
        count += 1
        told = f"{name}_{count}"
    return told
