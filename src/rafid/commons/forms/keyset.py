"""Pages by key: rows after the last one read, whatever arrives meanwhile, and the neighbours of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Expression, F, Func, QuerySet, Value
from django.utils.translation import gettext as _

from rafid.commons.api import decode_cursor, encode_cursor, invalid


class Beyond(Func):
    """``(a, b, c) < (1, 2, 3)``, or ``>``: one comparison of rows, which an index answers."""

    output_field = BooleanField()

    def __init__(self, names: Sequence[str], values: Sequence[Any], *, less: bool) -> None:
        super().__init__(
            *[F(name) for name in names], *[one if isinstance(one, Expression) else Value(one) for one in values]
        )
        self.less = less

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts, params = [], []
        for one in self.source_expressions:
            sql, more = compiler.compile(one)
            parts.append(sql)
            params.extend(more)
        half = len(parts) // 2
        sign = "<" if self.less else ">"
        return f"({', '.join(parts[:half])}) {sign} ({', '.join(parts[half:])})", params


@dataclass(frozen=True)
class Order:
    """``names``: fields or annotations, the last one ``id``; all in one direction, so that one comparison of rows pages.

    ``kinds``: how each is read from a cursor.
    """

    code: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    down: bool

    def sorted(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        sign = "-" if self.down != backwards else ""
        return rows.order_by(*[f"{sign}{name}" for name in self.names])

    def key(self, row: Any) -> list[Any]:
        return [getattr(row, name) for name in self.names]

    def after(self, rows: QuerySet[Any], key: Sequence[Any], *, backwards: bool = False) -> QuerySet[Any]:
        return self.sorted(rows.filter(Beyond(self.names, key, less=self.down != backwards)), backwards=backwards)

    def cursor(self, row: Any) -> str:
        return encode_cursor([self.code, *[_written(value) for value in self.key(row)]])

    def read(self, cursor: str) -> list[Any]:
        """Raises Problem 422 for a cursor of another list or another order."""
        code, *values = decode_cursor(cursor, 1 + len(self.names))
        try:
            if code != self.code:
                raise ValueError(code)
            return [_read(value, kind) for value, kind in zip(values, self.kinds, strict=True)]
        except (ValueError, TypeError, OverflowError):
            raise invalid("cursor", _("This cursor was not given by this list. Start again without it.")) from None


def _written(value: Any) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _read(value: Any, kind: str) -> Any:
    if kind == "moment":
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if kind == "id":
        return UUID(str(value))
    if kind == "number":
        return float(value)
    if kind == "whole":
        if not isinstance(value, int) or abs(value) > 2**31:
            raise ValueError(value)
        return value
    if "\x00" in str(value):
        raise ValueError(value)
    return str(value)
