"""Recording a run: all of it or nothing, in one transaction, with a history that names the run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rafid.commons.history import apart

from ..models import ImportRow, ImportRun, RunState
from .copying import Written, copy_rows
from .reach import must_reach_rows, must_reach_written
from .refusals import Refused
from .register import Register
from .rows import from_json, kinds_of
from .runs import NotNow, locked
from .staging import Silent, count, keep_as_they_came, type_progress
from .targets import Target, target_of
from .undo import event_models

PAGE = 5000
FIRST_PAGE = 500
PAGE_TEXT = 8 << 20
"""Signs of a page: where rows are long, a page has fewer of them."""
_NUMBERS = ("import_row", "source_row")
_MOST_REFUSED = 20
"""Refused rows that are looked for ahead of recording; the next reading finds further ones."""


class Batch:
    """What ``Import.apply`` gets: the good rows of a run, and the way to write many records.

    ``rows`` gives (row number, {column code: value}); a place is its UUID, a number a ``Decimal``, a date a ``date``.
    It may be iterated more than once. ``written`` counts per model what ``copy_rows`` did. In a ``rehearsal``, which is
    taken back, ``apply`` may note in ``sources`` which rows replace what came from elsewhere: old, old_as_of, new,
    new_as_of, rows.
    """

    def __init__(
        self, run: ImportRun, target: Target, progress: type_progress | None = None, *, rehearsal: bool = False
    ) -> None:
        self.run, self.target, self.rehearsal = run, target, rehearsal
        self.sources: list[dict[str, Any]] = []
        self.doubts: dict[int, dict[str, list[dict[str, Any]]]] = {}
        self.written: dict[str, Written] = {}
        self._progress = progress or Silent()
        self._kinds = kinds_of(target)
        self._number: int | None = None
        self._text = 0

    def doubt(self, number: int, column: str, text: dict[str, str]) -> None:
        """A row that can be recorded although it should be looked at: a sentence in three languages, shown in the preview."""
        said = self.doubts.setdefault(number, {}).setdefault(column, [])
        said.append({"code": "doubted", "params": {"text": text}})

    def at(self, number: int) -> None:
        """Says which row of the file what follows is made of, for models without a field for it."""
        self._number = number

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        last, done, size = 0, 0, FIRST_PAGE
        while page := self._page(last, size):
            size = max(50, min(PAGE, int(len(page) * PAGE_TEXT / max(self._text, 1))))
            for number, values in page:
                for code, kind in self._kinds:
                    values[code] = from_json(values.get(code), kind)
                self._number = number
                yield number, values
            last = page[-1][0]
            done += len(page)
            self._progress.at(done, self.run.good or None)

    def _page(self, last: int, size: int) -> list[tuple[int, dict[str, Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number, values FROM rafid_records_importrow WHERE run_id = %s AND number > %s "
                "AND problems IS NULL ORDER BY number LIMIT %s",
                [self.run.pk, last, size],
            )
            rows = cursor.fetchall()
        self._text = sum(len(values) for _number, values in rows)
        return [(number, json.loads(values, parse_float=Decimal)) for number, values in rows]

    def copy_rows(
        self,
        model: type[models.Model],
        fields: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        update_on: Sequence[str] = (),
    ) -> Written:
        """``copying.copy_rows``; a refusal names the row of the file: by the field ``import_row`` or ``source_row``,
        else the one that was read from ``rows`` last when the refused one was made."""
        numbers: list[int | None] = []
        at = next((fields.index(name) for name in _NUMBERS if name in fields), None)

        def noted() -> Iterator[Sequence[Any]]:
            for row in rows:
                numbers.append(self._number if at is None else row[at])
                yield row

        written = copy_rows(
            model, fields, noted(), update_on=update_on, number_of=lambda place: numbers[place - 1] or place
        )
        label = model._meta.label_lower
        self.written[label] = self.written.get(label, Written()) + written
        return written


def apply(
    run: ImportRun, only_good: bool = False, *, by: Any = None, progress: type_progress | None = None
) -> ImportRun:
    """Records the good rows of a staged run. ``by`` is who says so (``made_by`` when left out).

    Raises ``NotNow`` where the run is not ready, is being recorded by somebody else, has rows with problems and
    ``only_good`` is not set, or reaches beyond the area of ``by``; ``Refused`` where the database refuses a row, which is
    then marked, and nothing is recorded.
    """
    target = target_of(run.target)
    who = by or run.made_by
    try:
        with (
            locked(run, RunState.STAGED, RunState.APPLYING) as fresh,
            apart(f"import {fresh.file_name}", user=str(who.pk) if who else None, import_run=str(fresh.pk)),
        ):
            ready(fresh, only_good)
            # The role may have been narrowed since the rows were read, and who records need not be who sent them.
            must_reach_rows(fresh, who)
            written = _record(fresh, target, progress or Silent())
            must_reach_written(fresh, who, event_models())
            fresh.state, fresh.only_good, fresh.error = RunState.APPLIED, only_good, None
            fresh.applied_at, fresh.applied_by = timezone.now(), who
            fresh.written = {
                label: {"inserted": one.inserted, "updated": one.updated, "same": one.same}
                for label, one in written.items()
            }
            fresh.save()
    except Refused as refused:
        note_refusal(run, refused)
        raise
    run.refresh_from_db()
    return run


def ready(run: ImportRun, only_good: bool) -> None:
    """Raises ``NotNow`` where there is nothing to record, or not all of it."""
    if not run.good:
        raise NotNow(_("No row can be recorded. Correct the file and send it again."))
    if run.bad and not only_good:
        raise NotNow(
            ngettext(
                "%(count)s row has problems. Correct it and send the file again, or record the good rows only.",
                "%(count)s rows have problems. Correct them and send the file again, or record the good rows only.",
                run.bad,
            )
            % {"count": run.bad}
        )


def _record(run: ImportRun, target: Target, progress: type_progress) -> dict[str, Written]:
    if target.declared.apply is None:
        register = Register(run, target)
        return {register.model._meta.label_lower: register.write(progress)}
    batch = Batch(run, target, progress)
    target.declared.apply(batch)
    with connection.cursor() as cursor:
        # What waits for the end of the transaction is asked now, while the run can still say that it failed.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return batch.written


class _Rehearsed(Exception):
    """Takes back what a rehearsal wrote."""


def rehearse(run: ImportRun, target: Target) -> dict[str, Any]:
    """What recording would do, found by doing it and taking it back; rows that the database refuses are marked."""
    for _attempt in range(_MOST_REFUSED):
        batch = Batch(run, target, rehearsal=True)
        try:
            with transaction.atomic():
                _record_apart(run, batch, target)
                raise _Rehearsed
        except _Rehearsed:
            _mark_doubts(run, batch)
            total = sum(batch.written.values(), Written())
            outlook: dict[str, Any] = {"new": total.inserted, "replacing": total.updated, "same": total.same}
            return {**outlook, "sources": batch.sources} if batch.sources else outlook
        except Refused as refused:
            if not _mark(run, refused):
                raise_failure(refused)
    return {}


def _mark_doubts(run: ImportRun, batch: Batch) -> None:
    """Beside what the cells themselves gave rise to; many rows by one statement."""
    numbers = sorted(batch.doubts)
    for at in range(0, len(numbers), PAGE):
        some = numbers[at : at + PAGE]
        said = [json.dumps(batch.doubts[number], ensure_ascii=False) for number in some]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rafid_records_importrow r SET warnings = coalesce(r.warnings, '{}') || d.said::jsonb"
                " FROM unnest(%s::int[], %s::text[]) d (number, said) WHERE r.run_id = %s AND r.number = d.number",
                [some, said, run.pk],
            )


def _record_apart(run: ImportRun, batch: Batch, target: Target) -> None:
    assert target.declared.apply is not None
    with apart("rehearsal", import_run=str(run.pk)):
        target.declared.apply(batch)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def raise_failure(refused: Refused) -> None:
    from ..tasks import Failure
    from .messages import in_languages

    raise Failure(in_languages({"code": refused.code, "params": refused.params})) from refused


def _mark(run: ImportRun, refused: Refused) -> bool:
    return bool(
        ImportRow.objects.filter(run_id=run.pk, number=refused.number, problems__isnull=True).update(
            problems=refused.problems()
        )
    )


def note_refusal(run: ImportRun, refused: Refused) -> None:
    """The refused row is marked, and the run can be looked at again."""
    from .messages import in_languages

    with transaction.atomic():
        _mark(run, refused)
        keep_as_they_came(run)
        ImportRun.objects.filter(pk=run.pk, state__in=[RunState.STAGED, RunState.APPLYING]).update(
            state=RunState.STAGED,
            error=in_languages({"code": refused.code, "params": refused.params}, row=refused.number),
            **count(run),
        )
    run.refresh_from_db()
