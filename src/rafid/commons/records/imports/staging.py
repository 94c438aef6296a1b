"""Reading a file into staged rows, in committed batches: what was cut off goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Max

from ..models import ImportRow, ImportRun, RememberedMapping, RunState
from ..tabular import Row, TableError
from ..tasks import Failure
from .copying import copying
from .duplicates import mark_duplicates
from .messages import told
from .places import Places, ask
from .receive import open_run
from .rows import Rows, copied, plain_cells
from .runs import locked, working
from .targets import Target, target_of

BATCH = 2500
"""Rows of a committed batch: larger ones are not faster, and take 15 MB more."""
BATCH_TEXT = 4 << 20
"""Signs of a batch whose rows are long: reports with hundreds of points each."""
_MOST_KEPT = 2000
"""Rows that were found wrong by looking at all of them, and are shown as they came."""


class type_progress(Protocol):
    def at(self, done: int, of: int | None = None) -> None: ...


class Silent:
    """Tells nobody."""

    def at(self, done: int, of: int | None = None) -> None:
        pass


def stage(run: ImportRun, progress: type_progress | None = None) -> ImportRun:
    """Reads the rows of a run whose mapping is chosen, matches places, judges them and looks for duplicates.

    Each batch is committed (a savepoint inside a transaction), so that a worker that died is followed by one that goes
    on at the next batch. Raises ``NotNow`` where another worker reads it, ``Failure`` where the file cannot be read.
    """
    progress = progress or Silent()
    with working(run.pk):
        with locked(run, RunState.RECEIVED, RunState.STAGING) as run:
            run.state, run.error = RunState.STAGING, None
            run.save(update_fields=["state", "error"])
        target = target_of(run.target)
        try:
            if _read(run, target, progress):
                _finish(run, target)
        except TableError as error:
            _fail(run, told(error))
        except Failure as failure:
            _fail(run, failure.text)
    run.refresh_from_db()
    return run


def again(run: ImportRun) -> None:
    """Forgets what was staged, so that the file is read anew: after another mapping or another decision."""
    with locked(run, RunState.RECEIVED, RunState.STAGED, RunState.FAILED) as fresh:
        ImportRow.objects.filter(run_id=run.pk).delete()
        fresh.state, fresh.progress, fresh.matches, fresh.questions = RunState.RECEIVED, {}, [], []
        fresh.rows = fresh.good = fresh.bad = 0
        fresh.outlook = fresh.error = None
        fresh.save()
    run.refresh_from_db()


def _read(run: ImportRun, target: Target, progress: type_progress) -> bool:
    """False where the run was cancelled meanwhile."""
    table = open_run(run)
    places = Places(run, target)
    rows = Rows(run, target, table, places)
    done = ImportRow.objects.filter(run_id=run.pk).count()
    after = ImportRow.objects.filter(run_id=run.pk).aggregate(last=Max("number"))["last"] or 0
    rows.seen = done
    for batch in _batches(table.rows(after=after), long=getattr(table, "kind", "") == "mapped"):
        lines = rows.lines(batch)
        done += len(batch)
        of = max(done, table.rows_hint or 0) or None
        with transaction.atomic():
            _copy(lines)
            matches = list(places.matches.values())
            going = ImportRun.objects.filter(pk=run.pk, state=RunState.STAGING).update(
                progress={"done": done, "of": of}, matches=matches
            )
            if not going:  # cancelled: this batch goes as the earlier ones went
                transaction.set_rollback(True)
        if not going:
            return False
        progress.at(done, of)
    if not done:
        raise TableError("no_rows")
    run.matches = list(places.matches.values())
    return True


def _batches(rows: Iterable[Row], *, long: bool) -> Iterator[list[Row]]:
    """``long``: rows that hold whole shapes, whose batch ends by their length, too."""
    source = iter(rows)
    if not long:
        while batch := list(islice(source, BATCH)):
            yield batch
        return
    batch, size = [], 0
    for row in source:
        batch.append(row)
        size += sum(len(cell) for cell in row.cells if cell.__class__ is str)
        if len(batch) >= BATCH or size >= BATCH_TEXT:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _copy(lines: str) -> None:
    with (
        connection.cursor() as cursor,
        copying(
            cursor, "COPY rafid_records_importrow (run_id, number, raw, values, problems, warnings) FROM STDIN"
        ) as copy,
    ):
        copy.write(lines.encode("utf-8", "replace"))


def _finish(run: ImportRun, target: Target) -> None:
    with connection.cursor() as cursor:
        # What follows joins the rows with one another and with the register: without their number the plans are wild.
        cursor.execute("ANALYZE rafid_records_importrow")
    run.rows = count(run)["rows"]
    with transaction.atomic():
        mark_duplicates(run, target)
        outlook = look_ahead(run, target)
        keep_as_they_came(run)
        questions = ask(run, target)
        counts = count(run)
        if doubted := to_check(run):
            outlook = {**outlook, "to_check": doubted}
        with locked(run, RunState.STAGING) as fresh:
            for name, value in {**counts, "questions": questions, "outlook": outlook, "state": RunState.STAGED}.items():
                setattr(fresh, name, value)
            fresh.save(update_fields=[*counts, "questions", "outlook", "state"])
        remember_mapping(run)


def look_ahead(run: ImportRun, target: Target) -> dict[str, Any]:
    """How many of the good rows would be new, replace a different record, or change nothing."""
    from .register import Register

    if target.declared.apply is None:
        return Register(run, target).compare()
    from .apply import rehearse

    return rehearse(run, target)


def count(run: ImportRun) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE problems IS NULL) FROM rafid_records_importrow WHERE run_id = %s",
            [run.pk],
        )
        rows, good = cursor.fetchone()
    return {"rows": rows, "good": good, "bad": rows - good}


def to_check(run: ImportRun) -> int:
    """How many rows can be recorded although something about them should be looked at."""
    return ImportRow.objects.filter(run_id=run.pk, problems__isnull=True, warnings__isnull=False).count()


def keep_as_they_came(run: ImportRun) -> None:
    """Rows found wrong only by looking at all of them lack their cells: they are read from the file once more."""
    missing = set(
        ImportRow.objects.filter(run_id=run.pk, problems__isnull=False, raw__isnull=True).values_list(
            "number", flat=True
        )[:_MOST_KEPT]
    )
    if not missing:
        return
    last = max(missing)
    found: dict[int, str] = {}
    for row in open_run(run).rows(after=min(missing) - 1):
        if row.number in missing:
            found[row.number] = _raw(row.cells)
        if row.number >= last:
            break
    with connection.cursor() as cursor:
        # One statement, not executemany: where history writes down who asks, that takes one statement only.
        cursor.execute(
            "UPDATE rafid_records_importrow r SET raw = f.raw::jsonb FROM unnest(%s::int[], %s::text[]) f (number, raw) "
            "WHERE r.run_id = %s AND r.number = f.number",
            [list(found), list(found.values()), run.pk],
        )


def _raw(cells: Iterable[Any]) -> str:
    return copied(plain_cells(cells)).replace("\\\\", "\\")


def remember_mapping(run: ImportRun) -> None:
    from .mapping import fingerprint

    RememberedMapping.objects.update_or_create(
        target=run.target,
        fingerprint=fingerprint(run.header),
        defaults={
            "mapping": {
                "columns": run.mapping,
                "reading": run.options.get("reading") or {},
                "fixed": run.options.get("fixed") or {},
            },
            "by": run.made_by,
        },
    )


def _fail(run: ImportRun, text: dict[str, str]) -> None:
    with locked(run) as fresh:
        ImportRow.objects.filter(run_id=run.pk).delete()
        fresh.state, fresh.error = RunState.FAILED, text
        fresh.save(update_fields=["state", "error"])
