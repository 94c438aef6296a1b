"""What was computed of rows that have not changed since is kept in this process, as far as a limit goes.

A row's version is its id with the transaction that wrote it and the place where the database put it (``xmin``, ``ctid``):
every write makes another one, whoever makes it and by whatever way, and one that is taken back was never seen by others. A key
is made of the versions of all rows that a person sees at this moment. So nothing has to be told that it is invalid, and nobody
is shown what was computed of rows that he does not see.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL

V = TypeVar("V")


class Kept(Generic[V]):
    """The values that were used last; ``most``: of their weights together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, weight: int = 1) -> None:
        if weight > self.most:
            return
        with self._lock:
            before = self._held.pop(key, None)
            self._weight += weight - (before[1] if before else 0)
            self._held[key] = (value, weight)
            while self._weight > self.most:
                _key, (_value, light) = self._held.popitem(last=False)
                self._weight -= light

    def made(self, key: Hashable, make: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """The value that is kept, else that which is made now."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found, weigh(found))
        return found

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._weight = 0

    def __len__(self) -> int:
        return len(self._held)


def version_of(model: Any) -> RawSQL:
    """For ``annotate``: the version of the row."""
    table = model._meta.db_table
    statement = f'"{table}".xmin::text || "{table}".ctid::text'
    return RawSQL(statement, (), output_field=TextField())  # noqa: S611 - the name of a table of ours


def fingerprint(rows: Any) -> str:
    """Of the versions of all these rows: one statement, which reads no shapes."""
    try:
        inner, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "none"
    table, pk = rows.model._meta.db_table, rows.model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(t.{pk}::text || t.xmin::text || t.ctid::text, ','"
            f" ORDER BY t.{pk}), ''), 'UTF8')), 'hex') FROM \"{table}\" t WHERE t.{pk} IN ({inner})",
            params,
        )
        count, digest = cursor.fetchone()
    return f"{connection.settings_dict['NAME']}:{count}:{digest}"
