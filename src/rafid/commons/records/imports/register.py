"""Rows of an import that become records of one register, without a line of the programme's own.

Each column is the field of the same name; the database itself turns staged rows into records, by a few statements.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import PointField
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import connection, models
from django.db.models.fields.generated import GeneratedField
from django.utils import timezone

from rafid.commons.identity import uuid7
from rafid.commons.programme import Column

from ..models import ImportRun, Record, Source
from .copying import Written, quoted, refusing
from .places import area_of
from .refusals import Refused
from .staging import type_progress
from .targets import Target

CHUNK = 20_000
MATCHED = "rafid_import_matched"
"""Temporary: row number and id of the record that it is about."""
_MANY = 1000

_MILLISECONDS = "substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)"
UUID7 = f"encode(set_bit(set_bit(overlay(s.random PLACING {_MILLISECONDS} FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid"
"""A UUIDv7 (RFC 9562) out of a version 4 one: 48 bits of time, the version's bits, the rest random."""

_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BYTES = (0, 1, 2, 3, 4, 5, 7, 9, 10, 11)
"""Of a version 4 UUID, those that are wholly random."""
REF = " || ".join(f"substr('{_SIGNS}', 1 + get_byte(s.other_random, {at}) %% 30, 1)" for at in _RANDOM_BYTES)
"""A reference of ten signs, as ``identity.random_ref`` makes it."""


class Register:
    """Writes one run into the model that its import names."""

    def __init__(self, run: ImportRun, target: Target) -> None:
        model = target.model
        if model is None:
            raise ImproperlyConfigured(f"{target.code} declares neither apply nor record")
        self.run, self.target, self.model = run, target, model
        self.is_record = issubclass(model, Record)
        self.table = quoted(model._meta.db_table)
        self.area = area_of(run.made_by, target, run.owner_id)
        self.matched = False

    @cached_property
    def sources(self) -> dict[str, tuple[str, list[Any]]]:
        """Column of the table → SQL over the staged row ``s`` and its parameters: what the file says."""
        found: dict[str, tuple[str, list[Any]]] = {}
        for column in self.target.columns:
            try:
                field = self.model._meta.get_field(column.code)
            except FieldDoesNotExist:
                continue
            found[field.column] = self._value(column, field)
        found.update(self._point(found))
        return found

    def _value(self, column: Column, field: Any) -> tuple[str, list[Any]]:
        text = f"s.values->>'{column.code}'"
        if isinstance(field, models.CharField | models.TextField):
            sql = text
        elif isinstance(field, models.IntegerField):
            sql = f"({text})::numeric::{field.db_type(connection)}"
        elif isinstance(field, models.ForeignKey):
            sql = f"({text})::{field.target_field.db_type(connection)}"
        elif isinstance(field, models.JSONField) or field.db_type(connection) is None:
            raise ImproperlyConfigured(f"{self.target.code}.{column.code}: a {type(field).__name__} needs apply")
        else:
            sql = f"({text})::{field.db_type(connection)}"
        if not field.null and (field.has_default() or isinstance(field, models.CharField | models.TextField)):
            return f"coalesce({sql}, %s)", [field.get_default() if field.has_default() else ""]
        return sql, []

    def _point(self, taken: dict[str, Any]) -> dict[str, tuple[str, list[Any]]]:
        """Longitude and latitude that are no fields of their own become the register's point."""
        kinds = {column.kind: column.code for column in self.target.columns}
        lon, lat = kinds.get("longitude"), kinds.get("latitude")
        point = next((f for f in self.model._meta.concrete_fields if isinstance(f, PointField)), None)
        if not lon or not lat or point is None or lon in taken or lat in taken:
            return {}
        x, y = f"(s.values->>'{lon}')::float8", f"(s.values->>'{lat}')::float8"
        return {point.column: (f"ST_SetSRID(ST_MakePoint({x}, {y}), {point.srid})", [])}

    @cached_property
    def provenance(self) -> dict[str, tuple[str, list[Any]]]:
        """Whose it is and where it comes from; only new records get these ..."""
        if not self.is_record:
            return {}
        return {"owner_id": ("%s", [self.run.owner_id]), "made_by_id": ("%s", [self.run.made_by_id])}

    @cached_property
    def last_source(self) -> dict[str, tuple[str, list[Any]]]:
        """... and replaced ones these."""
        if not self.is_record:
            return {}
        return {
            "source": ("%s", [Source.IMPORT]),
            "source_id": ("%s", [self.run.pk]),
            "source_row": ("s.number", []),
        }

    @cached_property
    def rest(self) -> dict[str, tuple[str, list[Any]]]:
        """What fills the fields that no column fills, as ``Model()`` and ``save()`` would."""
        taken = {*self.sources, *self.provenance, *self.last_source}
        found: dict[str, tuple[str, list[Any]]] = {}
        for field in self.model._meta.concrete_fields:
            if field.column in taken or isinstance(field, GeneratedField | models.AutoField):
                continue
            if field.db_default is not models.NOT_PROVIDED:
                continue
            if field.name == "ref" and self.is_record:
                found[field.column] = (f"%s || {REF}", [f"{self.model.REF_PREFIX}-"])  # type: ignore[attr-defined]
            elif field.default is uuid7:
                found[field.column] = (UUID7, [])
            elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                found[field.column] = ("%s", [timezone.now()])
            elif field.has_default() and callable(field.default) and field.default not in (dict, list, timezone.now):
                raise ImproperlyConfigured(
                    f"{self.target.code}: the default of {field.name} is made row by row; give it a db_default or "
                    "declare apply"
                )
            else:
                value = field.get_db_prep_save(field.get_default(), connection)
                found[field.column] = (f"%s::{field.db_type(connection)}", [value])
        return found

    @property
    def keys(self) -> list[str]:
        """The table's columns by which a row is recognised as a record that is there."""
        found = []
        for code in self.target.declared.unique:
            try:
                found.append(self.model._meta.get_field(code).column)
            except FieldDoesNotExist as error:
                raise ImproperlyConfigured(f"{self.target.code}: unique names {code}, which is no field") from error
        return found

    def _same_thing(self) -> tuple[str, list[Any]]:
        """Condition: record ``t`` is what row ``s`` is about. Only records of the same owner are replaced."""
        parts, params = [], []
        for key in self.keys:
            sql, values = self.sources[key]
            parts.append(f"t.{quoted(key)} = {sql}")
            params += values
        if self.is_record:
            parts.append("t.owner_id = %s AND t.deleted_at IS NULL")
            params.append(self.run.owner_id)
        return " AND ".join(parts), params

    def _differs(self) -> tuple[str, list[Any]]:
        parts, params = ["false"], []
        for name, (sql, values) in self.sources.items():
            if name not in self.keys:
                parts.append(f"t.{quoted(name)} IS DISTINCT FROM {sql}")
                params += values
        return f"({' OR '.join(parts)})", params

    def compare(self) -> dict[str, int]:
        """Marks rows that cannot be told to be one record; counts what the others would do."""
        if not self._find_matches():
            return {"new": self._count_good(), "replacing": 0, "same": 0}
        self._mark_several()
        self._mark_elsewhere()
        differs, params = self._differs()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), count(*) FILTER (WHERE {differs}) FROM {MATCHED} m "
                f"JOIN rafid_records_importrow s ON s.run_id = %s AND s.number = m.number "
                f"JOIN {self.table} t ON t.{self._pk} = m.id WHERE s.problems IS NULL",
                [*params, self.run.pk],
            )
            there, replacing = cursor.fetchone()
        return {"new": self._count_good() - there, "replacing": replacing, "same": there - replacing}

    @property
    def _pk(self) -> str:
        return quoted(self.model._meta.pk.column)

    def _find_matches(self) -> int:
        """Notes for the good rows, once for all, which records are there; locks these. Returns how many."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {MATCHED}")
            if not self.keys:
                return 0
            same_thing, params = self._same_thing()
            if self.run.rows > _MANY:
                # What was written a moment ago is in no statistics yet: a plan that loops would take hours.
                cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {MATCHED} ON COMMIT DROP AS SELECT s.number, t.{self._pk} AS id "
                f"FROM rafid_records_importrow s JOIN {self.table} t ON {same_thing} "
                "WHERE s.run_id = %s AND s.problems IS NULL FOR NO KEY UPDATE OF t",
                [*params, self.run.pk],
            )
            found = int(cursor.rowcount)
            cursor.execute("SET LOCAL enable_nestloop = on")
            if found:
                cursor.execute(f"CREATE INDEX ON {MATCHED} (number)")
                cursor.execute(f"ANALYZE {MATCHED}")
        return found

    def _count_good(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM rafid_records_importrow WHERE run_id = %s AND problems IS NULL", [self.run.pk]
            )
            return int(cursor.fetchone()[0])

    def _mark(self, code: str, found: str, params: list[Any]) -> None:
        """``found`` is SQL that gives ``number`` and ``params`` of rows."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rafid_records_importrow r SET problems = jsonb_build_object('', jsonb_build_array("
                f"jsonb_build_object('code', %s::text, 'params', f.params))) FROM ({found}) f "
                "WHERE r.run_id = %s AND r.number = f.number AND r.problems IS NULL",
                [code, *params, self.run.pk],
            )

    def _mark_several(self) -> None:
        self._mark(
            "matches_several",
            "SELECT number, jsonb_build_object('count', count(*), 'keys', %s::jsonb) AS params "
            f"FROM {MATCHED} GROUP BY number HAVING count(*) > 1",
            [json.dumps(list(self.target.declared.unique))],
        )

    def _mark_elsewhere(self) -> None:
        if self.area is None or not self.is_record:
            return
        self._mark(
            "replaces_elsewhere",
            f"SELECT m.number, '{{}}'::jsonb AS params FROM {MATCHED} m JOIN {self.table} t ON t.{self._pk} = m.id "
            "WHERE t.place_id IS NULL OR t.place_id <> ALL(%s)",
            [list(self.area)],
        )

    def write(self, progress: type_progress) -> Written:
        """All good rows. Raises ``Refused`` with the number of the row that the database refuses."""
        total = part = Written()
        done, of = 0, self.run.good
        self.matched = bool(self._find_matches())
        if self.matched:
            # Between looking and recording, somebody may have changed the register.
            self._refuse_new_doubts()

        def write(low: int, high: int) -> None:
            nonlocal part
            part = self._write(low, high)

        for low, high in self._chunks():
            part = Written()
            refusing(self.model, write, low, high)
            total += part
            done += part.inserted + part.updated + part.same
            progress.at(done, of)
        return total

    def _refuse_new_doubts(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT number, count(*) FROM {MATCHED} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1")
            several = cursor.fetchone()
            if several:
                keys = {"count": several[1], "keys": list(self.target.declared.unique)}
                raise Refused(several[0], "matches_several", keys)
            if self.area is None or not self.is_record:
                return
            cursor.execute(
                f"SELECT min(m.number) FROM {MATCHED} m JOIN {self.table} t ON t.{self._pk} = m.id "
                "WHERE t.place_id IS NULL OR t.place_id <> ALL(%s)",
                [list(self.area)],
            )
            (elsewhere,) = cursor.fetchone()
            if elsewhere is not None:
                raise Refused(elsewhere, "replaces_elsewhere", {})

    def _chunks(self) -> Iterator[tuple[int, int]]:
        low = 0
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT min(number), max(number) FROM (SELECT number FROM rafid_records_importrow WHERE run_id = %s "
                    "AND number > %s ORDER BY number LIMIT %s) n",
                    [self.run.pk, low, CHUNK],
                )
                first, last = cursor.fetchone()
            if last is None:
                return
            yield first, last
            low = last

    def _write(self, low: int, high: int) -> Written:
        good = "s.run_id = %s AND s.problems IS NULL AND s.number BETWEEN %s AND %s"
        bounds = [self.run.pk, low, high]
        with connection.cursor() as cursor:
            if not self.matched:
                return Written(self._insert(cursor, good, bounds))
            cursor.execute(f"SELECT count(*) FROM rafid_records_importrow s WHERE {good}", bounds)
            (count,) = cursor.fetchone()
            updated = self._update(cursor, good, bounds)
            inserted = self._insert(cursor, good, bounds)
        return Written(inserted, updated, count - updated - inserted)

    def _update(self, cursor: Any, good: str, bounds: list[Any]) -> int:
        new = {name: one for name, one in {**self.sources, **self.last_source}.items() if name not in self.keys}
        if not new:
            return 0
        setting = ", ".join(f"{quoted(name)} = {sql}" for name, (sql, _params) in new.items())
        differs, params = self._differs()
        cursor.execute(
            f"UPDATE {self.table} t SET {setting} FROM {MATCHED} m JOIN rafid_records_importrow s USING (number) "
            f"WHERE {good} AND m.number BETWEEN %s AND %s AND t.{self._pk} = m.id AND {differs}",
            [*(value for _sql, values in new.values() for value in values), *bounds, *bounds[1:], *params],
        )
        return int(cursor.rowcount)

    def _insert(self, cursor: Any, good: str, bounds: list[Any]) -> int:
        columns = {**self.sources, **self.provenance, **self.last_source, **self.rest}
        fresh = f"AND NOT EXISTS (SELECT FROM {MATCHED} m WHERE m.number = s.number)" if self.matched else ""
        cursor.execute(
            f"INSERT INTO {self.table} ({', '.join(map(quoted, columns))}) "
            f"SELECT {', '.join(sql for sql, _params in columns.values())} FROM ("
            "SELECT s.number, s.values, uuid_send(gen_random_uuid()) AS random, "
            "uuid_send(gen_random_uuid()) AS other_random "
            # OFFSET 0 keeps the planner from making the random bytes anew for each use of them.
            f"FROM rafid_records_importrow s WHERE {good} {fresh} ORDER BY s.number OFFSET 0) s",
            [*(value for _sql, values in columns.values() for value in values), *bounds],
        )
        return int(cursor.rowcount)
