"""What one person sees, at one moment of knowledge: where every statement of this room begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ..models import Series, Station
from ..values.many import limits_of
from .kinds import type_sql


class Seen:
    def __init__(self, user: Any, known_at: datetime | None = None) -> None:
        self.user, self.known_at = user, known_at

    @cached_property
    def stations(self) -> type_sql:
        """SQL of the ids of the stations that the person sees."""
        return _sql(Station.objects.visible_to(self.user))

    @cached_property
    def series(self) -> type_sql:
        """The same of the series, whose stations are seen, too."""
        rows = Series.objects.visible_to(self.user)
        return _sql(rows.filter(station__in=Station.objects.visible_to(self.user).values("pk")))

    def limits(self, rows: Sequence[Series]) -> tuple[list[Any], list[datetime | None]]:
        """The series, and the last time of which this person sees values of each; None where there is no limit."""
        found = limits_of(self.user, rows)
        return list(found), list(found.values())


def _sql(rows: QuerySet[Any]) -> type_sql:
    sql, params = rows.order_by().values("pk").query.get_compiler(connection=connection).as_sql()
    return sql, list(params)
