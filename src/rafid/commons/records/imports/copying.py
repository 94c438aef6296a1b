"""Many rows into a register at once: COPY into a temporary table, then one set-wise INSERT or upsert.

History is written by statement-level triggers, so that it costs one statement too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField, HStoreField
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models.fields.generated import GeneratedField
from django.utils import timezone

from rafid.commons.history import attach_now
from rafid.commons.identity import random_ref

from ..models import Record
from .refusals import Refused, column_of, first_refused

PROVENANCE = frozenset({"source", "source_id", "source_row", "import_run", "import_row", "made_by", "known_at"})
"""Fields that say where a figure came from: one that differs in nothing else is the same figure."""

_BLOCK = 5000
_NUMBER = "rafid_number"
_REF_LENGTH = 10
"""Longer than one by one: among a million references of 8 signs two would be alike."""


_MOST_CLASHES = 3
"""Attempts to find references that nobody has: among millions of them the chance of one clash is a few in a hundred."""


@dataclass(frozen=True)
class Written:
    """How many rows were new, replaced a different one, or were there already."""

    inserted: int = 0
    updated: int = 0
    same: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.inserted + other.inserted, self.updated + other.updated, self.same + other.same)


def copy_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    update_on: Sequence[str] = (),
    number_of: Callable[[int], int] | None = None,
) -> Written:
    """Writes ``rows`` (values in the order of ``fields``) into ``model``; defaults fill what ``fields`` leave out.

    ``update_on`` names the fields of a unique constraint: a row that is there already is replaced where it differs in
    more than its provenance, and counted as the same otherwise. A row of another owner is not replaced but refused.
    Foreign keys take ids or instances. Raises ``Refused`` with the row that the database refuses: its number by
    ``number_of`` (which gets the position, from 1), else its position. Holds a savepoint: after ``Refused`` nothing of
    the rows is there.
    """
    columns = [model._meta.get_field(name) for name in fields]
    filled, made = _defaults(model, columns)
    staging = f"rafid_rows_{secrets.token_hex(6)}"
    with transaction.atomic():
        attach_now()
        _copy(model, staging, [*columns, *filled], _prepared(rows, columns, made))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(max({_NUMBER}), 0) FROM {staging}")
            (last,) = cursor.fetchone()
        try:
            if update_on:
                _refuse_others(model, staging, update_on, columns)
            written = _write(model, staging, columns, [*columns, *filled], update_on, last)
        except Refused as refused:
            if number_of is not None and refused.number is not None:
                refused.number = number_of(refused.number)
            raise
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {staging}")
    return written


def _defaults(model: type[models.Model], given: Sequence[Any]) -> tuple[list[Any], list[Callable[[], Any]]]:
    """The fields that are left out and what fills them, as ``Model()`` and ``save()`` would."""
    fields: list[Any] = []
    made: list[Callable[[], Any]] = []
    for field in model._meta.concrete_fields:
        if field in given or isinstance(field, GeneratedField):
            continue
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            now = timezone.now()
            fields.append(field)
            made.append(partial(_same, now))
        elif field.name == "ref" and issubclass(model, Record):
            fields.append(field)
            made.append(partial(random_ref, model.REF_PREFIX, _REF_LENGTH))
        elif not isinstance(field, models.AutoField) and field.db_default is models.NOT_PROVIDED:
            fields.append(field)
            made.append(field.get_default)
    return fields, made


def _same(value: Any) -> Any:
    return value


def _prepared(
    rows: Iterable[Sequence[Any]], columns: Sequence[Any], made: Sequence[Callable[[], Any]]
) -> Iterator[Sequence[Any]]:
    convert = [(index, _converter(field)) for index, field in enumerate(columns)]
    special = [(index, function) for index, function in convert if function is not None]
    width = len(columns)
    for row in rows:
        values = list(row)
        if len(values) != width:
            raise ValueError(f"a row has {len(values)} values for {width} fields")
        for index, function in special:
            values[index] = function(values[index])
        values.extend(make() for make in made)
        yield values


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """How a Python value becomes one that COPY takes; None where it can stay as it is."""
    if field.is_relation:
        return lambda value: value.pk if isinstance(value, models.Model) else value
    if isinstance(field, GeometryField):
        # Shapes that were made by the thousand come as EWKB in hexadecimal already.
        return lambda value: value if value is None or isinstance(value, str) else value.hexewkb.decode()
    if isinstance(field, models.JSONField | ArrayField | HStoreField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, models.CharField | models.TextField) and not field.null:
        return lambda value: "" if value is None else value
    return None


def _copy(model: type[models.Model], staging: str, fields: Sequence[Any], rows: Iterator[Sequence[Any]]) -> None:
    names = _names(fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {_table(model)} WITH NO DATA"
        )
        cursor.execute(f"ALTER TABLE {staging} ADD {_NUMBER} bigserial PRIMARY KEY")
        source = iter(rows)
        # In blocks: while COPY runs, the connection can do nothing else, and the rows may come from it.
        while block := list(islice(source, _BLOCK)):
            with copying(cursor, f"COPY {staging} ({names}) FROM STDIN") as copy:
                for row in block:
                    copy.write_row(row)


@contextmanager
def copying(cursor: Any, statement: str) -> Iterator[Any]:
    """COPY, which Django's cursor lacks, with Django's errors: who waits for a lost database looks for these."""
    with connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        yield copy


def _names(fields: Iterable[Any]) -> str:
    return ", ".join(quoted(field.column) for field in fields)


def _table(model: type[models.Model]) -> str:
    return quoted(model._meta.db_table)


def quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _refuse_others(model: type[models.Model], staging: str, update_on: Sequence[str], columns: Sequence[Any]) -> None:
    """Nobody replaces what belongs to another organisation."""
    if "owner" not in [field.name for field in columns]:
        return
    keys = [quoted(model._meta.get_field(name).column) for name in update_on]
    same = " AND ".join(f"t.{key} = s.{key}" for key in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(s.{_NUMBER}) FROM {staging} s JOIN {_table(model)} t ON {same} "
            "WHERE t.owner_id IS DISTINCT FROM s.owner_id"
        )
        (number,) = cursor.fetchone()
    if number is not None:
        raise Refused(number, "belongs_to_another", {})


def _write(
    model: type[models.Model],
    staging: str,
    given: Sequence[Any],
    fields: Sequence[Any],
    update_on: Sequence[str],
    last: int,
) -> Written:
    names = _names(fields)
    statement = (
        f"WITH written AS (INSERT INTO {_table(model)} ({names}) SELECT {names} FROM {staging} "
        f"WHERE {_NUMBER} BETWEEN %s AND %s ORDER BY {_NUMBER} {_on_conflict(model, given, update_on)} "
        "RETURNING (xmax = 0) AS fresh) "
        "SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM written"
    )
    total = Written()

    def write(low: int, high: int) -> None:
        nonlocal total
        with connection.cursor() as cursor:
            cursor.execute(statement, [low, high])
            inserted, updated = cursor.fetchone()
        total += Written(inserted, updated, high - low + 1 - inserted - updated)

    if last:
        refusing(model, write, 1, last)
    return total


def _on_conflict(model: type[models.Model], given: Sequence[Any], update_on: Sequence[str]) -> str:
    if not update_on:
        return ""
    keys = [model._meta.get_field(name) for name in update_on]
    changed = [field for field in given if field not in keys and not field.primary_key]
    compared = [field for field in changed if field.name not in PROVENANCE]
    if not compared:
        return f"ON CONFLICT ({_names(keys)}) DO NOTHING"
    setting = ", ".join(f"{name} = EXCLUDED.{name}" for name in (quoted(field.column) for field in changed))
    differs = " OR ".join(
        f"{_table(model)}.{name} IS DISTINCT FROM EXCLUDED.{name}"
        for name in (quoted(field.column) for field in compared)
    )
    return f"ON CONFLICT ({_names(keys)}) DO UPDATE SET {setting} WHERE {differs}"


def refusing(model: type[models.Model], write: Callable[[int, int], None], low: int, high: int) -> None:
    """Runs ``write(low, high)``; what the database refuses becomes ``Refused`` with the number of the row.

    Constraints that wait for the end of the transaction are asked at once, so that the row can be named.
    """

    def now(first: int, last: int) -> None:
        write(first, last)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    for _attempt in range(_MOST_CLASHES):
        try:
            with transaction.atomic():
                now(low, high)
        except (IntegrityError, ProgrammingError) as error:
            if not (issubclass(model, Record) and column_of(error, model) == "ref"):
                raise first_refused(error, model, now, low, high) from error
            clash = error
        else:
            return
    raise first_refused(clash, model, now, low, high) from clash
