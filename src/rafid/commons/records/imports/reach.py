"""Does a role still reach what an import records or takes back? It may have been narrowed since the rows were read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from pghistory.models import Event

from ..models import ImportRun
from .copying import quoted
from .runs import NotNow
from .targets import area_of, target_of


def must_reach_rows(run: ImportRun, who: Any) -> None:
    """Raises ``NotNow`` where a good row of the run lies outside the area for which ``who`` may import."""
    if who is None:
        return
    target = target_of(run.target)
    area = area_of(who, target, run.owner_id)
    if area is None:
        return
    places = "".join(", s.values->>%s::text" for _column in target.scope_columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(s.number) FROM (SELECT s.number, coalesce(NULL{places})::uuid AS place "
            "FROM rafid_records_importrow s WHERE s.run_id = %s AND s.problems IS NULL) s "
            "WHERE s.place IS NULL OR s.place <> ALL(%s)",
            [*(column.code for column in target.scope_columns), run.pk, list(area)],
        )
        (outside,) = cursor.fetchone()
    if outside is not None:
        raise NotNow(
            _(
                "Row %(row)s lies outside the area for which you may import. Nothing was changed; ask somebody whose role "
                "reaches that place."
            )
            % {"row": outside}
        )


def must_reach_written(run: ImportRun, who: Any, events: Sequence[type[Event]]) -> None:
    """Raises ``NotNow`` where a record that the run wrote lies outside that area, or lay there before."""
    if who is None:
        return
    area = area_of(who, target_of(run.target), run.owner_id)
    if area is None:
        return
    contexts = contexts_of(run)
    for event in events:
        if any(field.attname == "place_id" for field in event._meta.concrete_fields) and _outside(
            event, contexts, list(area)
        ):
            raise NotNow(
                _(
                    "This import changes records outside the area for which you may import. Nothing was changed; ask "
                    "somebody whose role reaches them."
                )
            )


def _outside(event: type[Event], contexts: Sequence[UUID], area: list[UUID]) -> bool:
    table = quoted(event._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM (SELECT pgh_obj_id AS id, min(pgh_id) AS first FROM {table} "
            "WHERE pgh_context_id = ANY(%s) GROUP BY 1) r, LATERAL ("
            f"SELECT e.place_id FROM {table} e WHERE e.pgh_obj_id = r.id AND e.pgh_context_id = ANY(%s) UNION ALL "
            f"(SELECT e.place_id FROM {table} e WHERE e.pgh_obj_id = r.id AND e.pgh_id < r.first "
            "ORDER BY e.pgh_id DESC LIMIT 1)) was WHERE was.place_id IS NULL OR was.place_id <> ALL(%s))",
            [contexts, contexts, area],
        )
        return bool(cursor.fetchone()[0])


def contexts_of(run: ImportRun) -> list[UUID]:
    """Under which the history wrote down what this run recorded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM pghistory_context WHERE metadata ? 'import_run' AND metadata->>'import_run' = %s",
            [str(run.pk)],
        )
        return [row[0] for row in cursor.fetchall()]
