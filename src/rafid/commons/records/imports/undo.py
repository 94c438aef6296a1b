"""Undoing a run as one, out of the history: what it made goes, what it changed comes back as it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import Exists, OuterRef
from django.db.models.fields.generated import GeneratedField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pghistory.models import Event

from rafid.commons.history import apart

from ..models import Finding, FindingState, ImportRun, Record, RunState, SearchEntry
from .copying import quoted
from .reach import contexts_of, must_reach_rows, must_reach_written
from .runs import NotNow, locked

MOST_LISTED = 200


@dataclass(frozen=True)
class Changed:
    """A record that somebody changed after the import, or that something else refers to."""

    kind: str
    record_id: UUID
    ref: str
    row: int | None
    by: str | None
    why: str
    at: Any


class CannotUndo(NotNow):
    """The import cannot be undone; ``changed`` are the records in the way, at most 200 of ``count``."""

    def __init__(self, message: str, changed: Sequence[Changed], count: int) -> None:
        super().__init__(message)
        self.changed, self.count = list(changed), count


def undo(run: ImportRun, why: str, *, by: Any = None) -> ImportRun:
    """Takes back everything that this run recorded, in one transaction.

    Raises ``NotNow`` without a reason, where the run is not recorded or reaches beyond the area of ``by``, ``CannotUndo``
    (with their list) where records were changed since, or where other records refer to them.
    """
    why = why.strip()
    if not why:
        raise NotNow(_("Say why this import is undone."))
    with (
        locked(run, RunState.APPLIED) as fresh,
        apart(why, user=str(by.pk) if by else None, undone_run=str(fresh.pk)),
    ):
        must_reach_rows(fresh, by)
        events = event_models()
        must_reach_written(fresh, by, events)
        contexts = contexts_of(fresh)
        touched = [_Touched(event, contexts) for event in events]
        touched = [one for one in touched if one.count]
        changed = [found for one in touched for found in one.changed_since()]
        if changed:
            raise _refusal(changed, sum(one.changed_count for one in touched))
        for one in touched:
            one.take_back()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except IntegrityError as error:
            raise _still_used(error, touched) from error
        for one in touched:
            one.forget()
        _judge_again(touched)
        fresh.state, fresh.undone_at, fresh.undone_by, fresh.undone_why = RunState.UNDONE, timezone.now(), by, why
        fresh.save()
    run.refresh_from_db()
    return run


def in_the_way(run: ImportRun) -> CannotUndo | None:
    """What ``undo`` would refuse now, because records were changed since; nothing is done."""
    with locked(run, RunState.APPLIED) as fresh:
        contexts = contexts_of(fresh)
        touched = [one for one in (_Touched(event, contexts) for event in event_models()) if one.count]
        changed = [found for one in touched for found in one.changed_since()]
        return _refusal(changed, sum(one.changed_count for one in touched)) if changed else None


def _judge_again(touched: Sequence[_Touched]) -> None:
    """Findings about figures that are no register: of those that are gone, and of all that may be right again."""
    from ..checks import judge_rows
    from ..judged import judged

    for one in judged():
        mine = next((each for each in touched if each.model is one.model), None)
        if mine is None:
            continue
        found = Finding.objects.filter(kind=one.kind, state=FindingState.OPEN)
        there = one.model.objects.filter(pk=OuterRef("record_id"))
        found.filter(~Exists(there)).update(state=FindingState.RESOLVED, settled_at=timezone.now())
        open_now = list(found.values_list("record_id", flat=True))
        judge_rows(one.model.objects.filter(pk__in=[*open_now, *mine.back()]))


def event_models() -> list[type[Event]]:
    """The histories of all models but the run's own."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Event)
        and not model._meta.proxy
        and model._meta.managed
        and getattr(model, "pgh_tracked_model", None) not in (None, ImportRun)
        and hasattr(model, "pgh_obj_id")
    ]


class _Touched:
    """The records of one model that a run wrote, in a temporary table: first and last event of the run per record."""

    def __init__(self, event: type[Event], contexts: Sequence[UUID]) -> None:
        self.event = event
        self.model: type[Any] = event.pgh_tracked_model  # type: ignore[assignment]
        self.events, self.table = quoted(event._meta.db_table), quoted(self.model._meta.db_table)
        self.pk = quoted(self.model._meta.pk.column)
        self.changed_count = 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {self.events} WHERE pgh_context_id = ANY(%s))", [contexts])
            if not cursor.fetchone()[0]:
                self.count = 0
                return
            self.name = quoted(f"rafid_touched_{self.model._meta.db_table}"[:63])
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {self.name} ON COMMIT DROP AS "
                "SELECT pgh_obj_id AS id, min(pgh_id) AS first, max(pgh_id) AS last, "
                "(array_agg(pgh_label ORDER BY pgh_id))[1] AS began, "
                "(array_agg(pgh_label ORDER BY pgh_id DESC))[1] AS ended "
                f"FROM {self.events} WHERE pgh_context_id = ANY(%s) GROUP BY pgh_obj_id",
                [contexts],
            )
            self.count = cursor.rowcount
            cursor.execute(f"CREATE UNIQUE INDEX ON {self.name} (id)")
            cursor.execute(f"ANALYZE {self.name}")
            # From here on nobody else changes them; who did so a moment ago has left his event.
            cursor.execute(
                f"SELECT count(*) FROM (SELECT FROM {self.table} t JOIN {self.name} r ON r.id = t.{self.pk}"
                " FOR UPDATE OF t) locked"
            )

    def changed_since(self) -> list[Changed]:
        """Records with a later event than the run's own, but for what an import changed that was itself undone."""
        ref = "e.ref" if _has(self.event, "ref") else "''"
        row = next((f"e.{name}" for name in ("source_row", "import_row") if _has(self.event, name)), "NULL")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.id, max(e.pgh_id), count(*) OVER () FROM {self.name} r JOIN {self.events} e "
                "ON e.pgh_obj_id = r.id AND e.pgh_id > r.last LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id "
                f"WHERE NOT EXISTS (SELECT FROM {quoted(ImportRun._meta.db_table)} u WHERE u.state = %s "
                "AND u.id::text IN (c.metadata->>'import_run', c.metadata->>'undone_run')) "
                "GROUP BY r.id ORDER BY 2 LIMIT %s",
                [RunState.UNDONE, MOST_LISTED],
            )
            found = cursor.fetchall()
            if not found:
                return []
            self.changed_count = found[0][2]
            cursor.execute(
                f"SELECT e.pgh_obj_id, {ref}, {row}, c.metadata->>'user', coalesce(c.metadata->>'reason', ''), "
                f"e.pgh_created_at FROM {self.events} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id "
                "WHERE e.pgh_id = ANY(%s) ORDER BY e.pgh_id",
                [[last for _record, last, _count in found]],
            )
            return [Changed(self.kind, *row) for row in cursor.fetchall()]

    @property
    def kind(self) -> str:
        return self.model.kind() if issubclass(self.model, Record) else self.model._meta.label_lower

    def take_back(self) -> None:
        fields = [
            field
            for field in self.model._meta.concrete_fields
            if _has(self.event, field.name) and not isinstance(field, GeneratedField)
        ]
        names = [quoted(field.column) for field in fields]
        settable = [quoted(f.column) for f in fields if not f.primary_key and f.name != "version"]
        before = (
            f"SELECT DISTINCT ON (e.pgh_obj_id) e.* FROM {self.events} e JOIN {self.name} r "
            "ON r.id = e.pgh_obj_id AND e.pgh_id < r.first WHERE r.began <> 'insert' ORDER BY e.pgh_obj_id, e.pgh_id DESC"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {self.table} t USING {self.name} r WHERE r.id = t.{self.pk} AND r.began = 'insert'"
            )
            cursor.execute(
                f"WITH before AS ({before}) UPDATE {self.table} t SET "
                f"{', '.join(f'{name} = before.{name}' for name in settable)} FROM before "
                f"WHERE before.pgh_obj_id = t.{self.pk}"
            )
            back = cursor.rowcount
            cursor.execute(
                f"WITH before AS ({before}) INSERT INTO {self.table} ({', '.join(names)}) "
                f"SELECT {', '.join(f'before.{name}' for name in names)} FROM before "
                f"JOIN {self.name} r ON r.id = before.pgh_obj_id WHERE r.ended = 'delete'"
            )
            back += cursor.rowcount
            cursor.execute(f"SELECT count(*) FROM {self.name} WHERE began <> 'insert'")
            (wanted,) = cursor.fetchone()
        if back != wanted:
            raise NotNow(_("The history does not hold the earlier version of all these records; nothing was undone."))

    def back(self) -> list[UUID]:
        """The records that came back as they were."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {self.name} WHERE began <> 'insert'")
            return [row[0] for row in cursor.fetchall()]

    def forget(self) -> None:
        """Search and findings follow the records."""
        if not issubclass(self.model, Record):
            return
        from ..search import index_rows

        kind = self.model.kind()
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {quoted(SearchEntry._meta.db_table)} s USING {self.name} r "
                "WHERE s.kind = %s AND s.record_id = r.id AND r.began = 'insert'",
                [kind],
            )
            cursor.execute(f"SELECT id FROM {self.name} WHERE began = 'insert'")
            gone = [row[0] for row in cursor.fetchall()]
        back = self.back()
        Finding.objects.filter(kind=kind, record_id__in=gone, state=FindingState.OPEN).update(
            state=FindingState.RESOLVED, settled_at=timezone.now()
        )
        if back:
            index_rows(self.model, self.model.everything.filter(pk__in=back).iterator())


def _has(event: type[Event], name: str) -> bool:
    return any(field.name == name for field in event._meta.fields)


def _refusal(changed: list[Changed], count: int) -> CannotUndo:
    return CannotUndo(
        ngettext(
            "%(count)s record was changed after this import. Nothing was undone; look at it first.",
            "%(count)s records were changed after this import. Nothing was undone; look at them first.",
            count,
        )
        % {"count": count},
        changed[:MOST_LISTED],
        count,
    )


def _still_used(error: IntegrityError, touched: Sequence[_Touched]) -> CannotUndo:
    """Something else points at a record that the import made."""
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
    found = re.search(r"\(([0-9a-f-]{36})\).* from table \"(\w+)\"", detail)
    changed = []
    if found:
        for one in touched:
            row = one.event.objects.filter(pgh_obj_id=found[1]).order_by("-pgh_id").first()
            if row is not None:
                number = getattr(row, "source_row", getattr(row, "import_row", None))
                changed.append(
                    Changed(
                        one.kind, UUID(found[1]), getattr(row, "ref", ""), number, None, found[2], row.pgh_created_at
                    )
                )
    return CannotUndo(
        _("Other records refer to records of this import. Nothing was undone; change those first."), changed, 1
    )
