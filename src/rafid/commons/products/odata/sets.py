"""Entity sets: each released dataset that the caller may have, in its newest version, and the figures of indicators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.indicators.figures import Reader
from rafid.commons.names import pick

from ..catalogue.finding import dataset_seen, newest, seen_versions
from ..models import Dataset, DatasetVersion

FIGURES = "indicator_values"
KEY = "__id"
NUMBERS = ("Edm.Int64", "Edm.Double")
_EDM = {
    "integer": "Edm.Int64",
    "number": "Edm.Double",
    "longitude": "Edm.Double",
    "latitude": "Edm.Double",
    "boolean": "Edm.Boolean",
    "date": "Edm.Date",
}
_TYPED = {
    "Edm.Int64": "(CASE WHEN jsonb_typeof(r.values->%s) = 'number' AND (r.values->>%s)::numeric %% 1 = 0"
    " AND abs((r.values->>%s)::numeric) < 9.2e18 THEN (r.values->>%s)::numeric END)",
    "Edm.Double": "(CASE WHEN jsonb_typeof(r.values->%s) = 'number' THEN (r.values->>%s)::numeric END)",
    "Edm.Boolean": "(CASE WHEN jsonb_typeof(r.values->%s) = 'boolean' THEN r.values->>%s END)",
    "Edm.Date": "(CASE WHEN (r.values->>%s) ~ '^[1-9][0-9]{3}-[0-1][0-9]-[0-3][0-9]$' THEN r.values->>%s END)",
    "Edm.String": "(r.values->>%s)",
}
"""What does not fit its type is null: a reader would refuse the whole page."""


@dataclass(frozen=True)
class Property:
    """A column: ``sql`` with ``params`` is a number where ``edm`` is one, text otherwise."""

    name: str
    edm: str
    sql: str
    params: tuple[Any, ...] = ()
    title: str = ""

    @property
    def is_number(self) -> bool:
        return self.edm in NUMBERS


@dataclass(frozen=True)
class EntitySet:
    """``source``: SQL from FROM to its condition. ``order`` is what tells rows apart and puts them in order, of type ``kind``;
    ``rows`` how many there are, where it is known; ``file`` the same rows as a file."""

    name: str
    title: str
    properties: tuple[Property, ...]
    source: str
    params: tuple[Any, ...]
    order: str
    kind: str
    file: str = ""
    rows: int | None = None
    by_name: Mapping[str, Property] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.properties})


def identifier(name: str, taken: Iterable[str] = ()) -> str:
    """A name that OData takes: letters of any script, digits and _; told apart from those that are ``taken``."""
    told = re.sub(r"\W+", "_", name)
    told = told if re.match(r"[^\W\d]", told) else f"_{told}"
    found, count, taken = told, 1, set(taken)
    while found in taken:
        count += 1
        found = f"{told}_{count}"
    return found


def names_of() -> dict[str, str]:
    """Of every dataset its entity set's name by its code. Who came first keeps the plainer name, for whoever asks."""
    found: dict[str, str] = {}
    for code in Dataset.objects.order_by("pk").values_list("code", flat=True):
        found[code] = identifier(code, {*found.values(), FIGURES})
    return found


def all_sets(user: Any) -> list[EntitySet]:
    names = names_of()
    return [*(of_version(one, names[one.dataset.code]) for one in seen_versions(user)), figures(user)]


def set_named(name: str, user: Any) -> EntitySet | None:
    """By its name, or by the dataset's code. None for one that is not there or not this person's."""
    if name == FIGURES:
        return figures(user)
    names = names_of()
    code = next((code for code, known in names.items() if known == name), name)
    try:
        version = newest(dataset_seen(code, user), user) if code in names else None
    except LookupError:
        return None
    return of_version(version, names[code]) if version else None


def of_version(version: DatasetVersion, name: str) -> EntitySet:
    found = [Property(KEY, "Edm.String", "r.key", (), _("Key of the row"))]
    for one in version.fields:
        edm = _EDM.get(one.get("kind", ""), "Edm.String")
        sql, own = _TYPED[edm], identifier(one["name"], [known.name for known in found])
        title = pick(one.get("names") or {}) or one["name"]
        found.append(Property(own, edm, sql, (one["name"],) * sql.count("%s"), title))
    return EntitySet(
        name, version.dataset.name, tuple(found), "FROM rafid_products_releasedrow r WHERE r.version_id = %s",
        (version.pk,), "r.n", "bigint", f"/data/{version.dataset.code}.csv", version.rows,
    )  # fmt: skip


_FIGURES = (
    ("indicator", "Edm.String", "indicator__code"),
    ("indicator_name_ar", "Edm.String", "indicator__name_ar"),
    ("indicator_name_ckb", "Edm.String", "indicator__name_ckb"),
    ("indicator_name_en", "Edm.String", "indicator__name_en"),
    ("unit", "Edm.String", "indicator__unit"),
    ("programme", "Edm.String", "indicator__programme"),
    ("place", "Edm.String", "place__ref"),
    ("place_name_ar", "Edm.String", "place__name_ar"),
    ("place_name_ckb", "Edm.String", "place__name_ckb"),
    ("place_name_en", "Edm.String", "place__name_en"),
    ("level", "Edm.Int64", "place__level"),
    ("division", "Edm.String", "place__division"),
    ("period", "Edm.String", "period"),
    ("by", "Edm.String", "by"),
    ("value", "Edm.Double", "value"),
    ("numerator", "Edm.Double", "numerator"),
    ("denominator", "Edm.Double", "denominator"),
    ("share_present", "Edm.Double", "share_present"),
    ("provisional", "Edm.Boolean", "provisional"),
    ("source", "Edm.String", "source_text"),
    ("as_of", "Edm.String", "as_of"),
)


def figures(user: Any) -> EntitySet:
    """Figures as they were given or computed, of adopted indicators; sums over places are in /api/v1/indicators."""
    reader = Reader(user)
    ids = [row.pk for code in reader.indicators for row in reader.chain(code)]
    rows = reader.stored().filter(indicator__in=ids or [None]).order_by()
    sql, params = rows.values_list("pk", *(path for _name, _edm, path in _FIGURES)).query.sql_with_params()
    columns = ", ".join(f"c{at}" for at in range(len(_FIGURES)))
    found = [Property(KEY, "Edm.String", "r.id::text", (), _("Key of the row"))]
    for at, (name, edm, _path) in enumerate(_FIGURES):
        cast = "numeric" if edm in NUMBERS else "text"
        found.append(Property(name, edm, f"(r.c{at}::{cast})"))
    return EntitySet(
        FIGURES, _("Figures of indicators"), tuple(found), f"FROM ({sql}) r(id, {columns}) WHERE true", tuple(params),
        "r.id", "uuid",
    )  # fmt: skip
