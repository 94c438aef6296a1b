"""What vector tiles can show: the places, and whatever the programmes register or publish with a position of its own."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db.models import QuerySet

from rafid.commons.names import Named
from rafid.commons.places.country import country
from rafid.commons.places.load_country import SETTLEMENTS
from rafid.commons.places.models import Level
from rafid.commons.programme import MapLayer, installed
from rafid.commons.records.queries import filtered
from rafid.commons.records.registers import Register, registers

from .asking import table_of
from .datasets import dataset_of
from .record_table import RecordTable

NAMES = ("name_ar", "name_ckb", "name_en")


@dataclass(frozen=True)
class PlaceLayer:
    """Places of one level and division, the same for everybody. ``points`` draws where they are, not their borders."""

    code: str
    level: int
    division: str
    points: bool = False

    fields = ("ref", "pcode", *NAMES, "level", "parent")


@dataclass(frozen=True)
class Shown:
    """Rows of a record layer that one person may see: their model's columns, named as in the tile, and the geometry."""

    rows: QuerySet[Any]
    columns: Sequence[tuple[str, str]]
    geometry: str

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for name, _column in self.columns)

    @property
    def points(self) -> bool:
        found: Any = self.rows.model._meta.get_field(self.geometry)
        return bool(found.geom_type == "POINT")


@dataclass(frozen=True)
class RegisterLayer:
    """A register with a position, as ``{programme}-{register}``: the rows of its list, by the filters of its list."""

    code: str
    register: Register

    def shown(self, user: Any, asked: Mapping[str, str]) -> Shown:
        names = NAMES if issubclass(self.register.model, Named) else ()
        geometry = self.register.geometry
        assert geometry is not None
        rows = filtered(self.register, user, asked)
        return Shown(rows, [(name, name) for name in ("ref", *names)], geometry)


@dataclass(frozen=True)
class DatasetLayer:
    """A declared ``MapLayer``: what its dataset gives to this person, and no field that the dataset withholds."""

    code: str
    declared: MapLayer

    def shown(self, user: Any, asked: Mapping[str, str]) -> Shown:
        """Raises ``LookupError`` where the person may not know the dataset, or it has no position of its own."""
        published = dataset_of(self.declared.dataset, user)
        table = table_of(published, user, place=asked.get("place", ""), period=asked.get("period", ""))
        if not isinstance(table, RecordTable) or table.geometry_field is None:
            raise LookupError(self.code)
        columns = [
            (field.name, column)
            for field, column in zip(table.fields, table.columns, strict=True)
            if field.role == "none"
        ]
        return Shown(table.queryset, columns, table.geometry_field)


type_layer = PlaceLayer | RegisterLayer | DatasetLayer


@functools.cache
def layers() -> dict[str, type_layer]:
    """All by their code. A declared ``MapLayer`` goes before a register of the same name, places before both."""
    own, *others = country().divisions
    found: dict[str, type_layer] = {
        "governorates": PlaceLayer("governorates", Level.GOVERNORATE, own.code),
        "districts": PlaceLayer("districts", Level.DISTRICT, own.code),
        "subdistricts": PlaceLayer("subdistricts", Level.SUBDISTRICT, own.code),
        "settlements": PlaceLayer("settlements", Level.SETTLEMENT, SETTLEMENTS, points=True),
    }
    for other in others:
        # Their borders are not known; where each of them lies is.
        code = f"districts-{other.code}"
        found[code] = PlaceLayer(code, Level.DISTRICT, other.code, points=True)
    for programme in installed():
        for declared in programme.layers:
            found.setdefault(declared.code, DatasetLayer(declared.code, declared))
    for register in registers():
        if register.geometry and _in_degrees(register):
            code = f"{register.programme.name}-{register.code}"
            found.setdefault(code, RegisterLayer(code, register))
    return found


def _in_degrees(register: Register) -> bool:
    field: Any = register.model._meta.get_field(register.geometry or "")
    return isinstance(field, GeometryField) and field.srid == 4326


def layer_of(code: str) -> type_layer:
    """Raises ``LookupError`` for a layer that is not there."""
    return layers()[code]
