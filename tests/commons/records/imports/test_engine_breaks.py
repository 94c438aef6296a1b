"""What is cut off in the middle: workers that are killed, two at once, a database that goes away. Nothing is half-done."""

from __future__ import annotations

import contextlib
import subprocess
from collections import Counter

import pytest
from django.db import DataError, OperationalError, connection, transaction
from procrastinate.exceptions import AlreadyEnqueued
from wells.models import Well, WellEvent

from rafid.commons.records import tasks
from rafid.commons.records.imports import NotNow, apply, stage, undo, work
from rafid.commons.records.imports import register as register_module
from rafid.commons.records.imports.runs import being_read, working
from rafid.commons.records.models import ImportRow, ImportRun, RunState, Task, TaskState
from tests.commons.records.imports.engine import many, received, staged

START = """
import sys
import django
django.setup()
from django.db import connection
from rafid.commons.records.imports import NotNow, apply, register, stage, staging, undo
from rafid.commons.records.models import ImportRun
staging.BATCH = register.CHUNK = 500
run = ImportRun.objects.get(pk=sys.argv[1])
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    (backend,) = cursor.fetchone()
def wait():
    print(backend, flush=True)
    sys.stdin.readline()
class Waits:
    def __init__(self, after):
        self.after = after
    def at(self, done, of=None):
        if done == self.after:
            wait()
"""
STAGES_AND_WAITS = START + "stage(run, Waits(1500))"
WAITS_WITHIN_A_BATCH = (
    START
    + """
copy, calls = staging._copy, []
def copies_and_waits(lines):
    copy(lines)
    calls.append(1)
    if len(calls) == 3:
        wait()
staging._copy = copies_and_waits
stage(run)
"""
)
APPLIES_AND_WAITS = START + "apply(run, progress=Waits(1000))"
UNDOES_AND_WAITS = (
    START
    + """
from rafid.commons.records.imports.undo import _Touched
forget = _Touched.forget
def waits(self):
    wait()
    forget(self)
_Touched.forget = waits
undo(run, "wrong")
"""
)
APPLIES = (
    START
    + """
try:
    apply(run)
    print("recorded", flush=True)
except NotNow as reason:
    print("refused:", reason, flush=True)
"""
)


def begun(committed, code: str, run: ImportRun) -> tuple[subprocess.Popen[str], int]:
    """A process that works on the run and has stopped in the middle of it; and the number of its backend."""
    child = committed.python(code, str(run.pk))
    line = child.stdout.readline()
    if not line.strip():
        raise AssertionError(child.communicate()[1])
    return child, int(line)


def kill(child: subprocess.Popen[str], backend: int) -> None:
    """-9; returns when the server has noticed."""
    child.kill()
    child.communicate()
    with connection.cursor() as cursor:
        for _attempt in range(100_000):
            cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [backend])
            if not cursor.fetchone()[0]:
                return
    raise AssertionError("the server still holds the killed worker's session")


def numbers(run: ImportRun) -> list[int]:
    return list(ImportRow.objects.filter(run=run).order_by("number").values_list("number", flat=True))


def go_on(child: subprocess.Popen[str]) -> str:
    out, err = child.communicate("\n")
    assert child.returncode == 0, err
    return out


@pytest.mark.parametrize(("code", "kept"), [(STAGES_AND_WAITS, 1500), (WAITS_WITHIN_A_BATCH, 1000)])
def test_a_worker_killed_while_reading_is_followed_by_one_that_goes_on(committed, code, kept):
    run = received(committed.folder, many(3000), committed.keeper, owner=committed.authority)
    child, backend = begun(committed, code, run)
    kill(child, backend)
    run.refresh_from_db()
    assert run.state == RunState.STAGING
    assert numbers(run) == list(range(2, kept + 2))
    assert run.progress["done"] == kept
    run = stage(run)
    assert (run.state, run.rows, run.good) == (RunState.STAGED, 3000, 3000)
    assert numbers(run) == list(range(2, 3002))
    told = Counter(ImportRow.objects.filter(run=run).values_list("values__number", flat=True))
    assert told == Counter(f"W-{number:05d}" for number in range(1, 3001))
    assert {one["text"]: one["rows"] for one in run.matches} == {"ذي قار": 3000, "الناصرية": 3000}


def test_a_worker_killed_while_recording_leaves_nothing_and_the_next_records_all(committed):
    run = staged(committed.folder, many(2000), committed.keeper, owner=committed.authority)
    child, backend = begun(committed, APPLIES_AND_WAITS, run)
    assert not Well.objects.exists()  # nobody sees half an import
    kill(child, backend)
    assert not Well.everything.exists()
    assert not WellEvent.objects.exists()
    run.refresh_from_db()
    assert run.state == RunState.STAGED
    apply(run, by=committed.keeper)
    assert Well.objects.count() == WellEvent.objects.count() == 2000


def test_a_worker_killed_while_undoing_takes_nothing_back(committed):
    run = apply(staged(committed.folder, many(50), committed.keeper, owner=committed.authority))
    child, backend = begun(committed, UNDOES_AND_WAITS, run)
    kill(child, backend)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED
    assert Well.objects.count() == WellEvent.objects.count() == 50
    undo(run, "wrong", by=committed.keeper)
    assert not Well.everything.exists()


def test_two_workers_do_not_read_the_same_file_at_once(committed):
    run = received(committed.folder, many(3000), committed.keeper, owner=committed.authority)
    child, _backend = begun(committed, STAGES_AND_WAITS, run)
    with pytest.raises(NotNow):
        stage(run)
    assert len(numbers(run)) == 1500
    go_on(child)
    run.refresh_from_db()
    assert (run.state, run.good) == (RunState.STAGED, 3000)
    assert numbers(run) == list(range(2, 3002))


def held_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_statement_that_fails_while_a_request_reads_a_file_is_told_and_leaves_no_lock(committed):
    run = received(committed.folder, many(3), committed.keeper, owner=committed.authority)
    with pytest.raises(DataError), transaction.atomic(), working(run.pk), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert held_locks() == 0
    assert stage(run).state == RunState.STAGED
    assert held_locks() == 0


def test_who_only_looks_whether_a_file_is_being_read_keeps_nobody_from_reading_it(committed):
    run = received(committed.folder, many(3), committed.keeper, owner=committed.authority)
    with transaction.atomic():
        assert not being_read(run)
        assert held_locks() == 0
    with working(run.pk), transaction.atomic():
        assert held_locks() == 1


def test_of_two_who_record_at_once_one_does_and_the_other_is_told(committed):
    run = staged(committed.folder, many(2000), committed.keeper, owner=committed.authority)
    first, _backend = begun(committed, APPLIES_AND_WAITS, run)
    second = committed.python(APPLIES, str(run.pk))
    go_on(first)
    assert go_on(second).startswith("refused:")
    assert Well.objects.count() == WellEvent.objects.count() == 2000


def test_two_imports_of_the_same_numbers_at_once_end_with_each_record_once(committed):
    one = staged(committed.folder, many(1500), committed.keeper, owner=committed.authority)
    other = staged(committed.folder, many(1500, depth=30), committed.keeper, owner=committed.authority)
    first, _backend = begun(committed, APPLIES_AND_WAITS, one)
    second = committed.python(APPLIES, str(other.pk))
    go_on(first)
    second.communicate()
    # The second found the first one's rows either before (and replaces them) or while writing (and is refused whole).
    other.refresh_from_db()
    assert Well.objects.count() == 1500
    assert Well.objects.filter(source_id=other.pk).count() == (1500 if other.state == RunState.APPLIED else 0)


class LosesTheDatabase:
    """Ends the importer's own session from outside, as a server that is stopped does."""

    def __init__(self, scratch, after: int) -> None:
        self.scratch, self.after = scratch, after
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (self.backend,) = cursor.fetchone()

    def at(self, done: int, of: int | None = None) -> None:
        if done == self.after:
            assert self.scratch.cluster.sql(f"SELECT pg_terminate_backend({self.backend}, 10000)") == ["t"]


def test_a_database_that_goes_away_while_recording_loses_the_transaction_whole(committed, scratch, monkeypatch):
    monkeypatch.setattr(register_module, "CHUNK", 500)
    run = staged(committed.folder, many(2000), committed.keeper, owner=committed.authority)
    with pytest.raises(OperationalError):
        apply(run, progress=LosesTheDatabase(scratch, 1000))
    connection.close()
    run.refresh_from_db()
    assert run.state == RunState.STAGED
    assert not Well.everything.exists()
    assert not WellEvent.objects.exists()
    apply(run)
    assert Well.objects.count() == 2000


def test_a_database_that_goes_away_while_reading_loses_no_batch_that_was_told(committed, scratch, monkeypatch):
    from rafid.commons.records.imports import staging

    monkeypatch.setattr(staging, "BATCH", 500)
    run = received(committed.folder, many(2000), committed.keeper, owner=committed.authority)
    with pytest.raises(OperationalError):
        stage(run, LosesTheDatabase(scratch, 1000))
    connection.close()
    assert numbers(run) == list(range(2, 1002))
    run = stage(run)
    assert (run.state, run.good) == (RunState.STAGED, 2000)
    assert numbers(run) == list(range(2, 2002))


# Background tasks

WORKER = """
import sys
import django
django.setup()
from django.core.management import call_command
from rafid.commons.records import tasks
from rafid.commons.records.imports import register
register.CHUNK = 500
if sys.argv[1] != "plain":
    at, stops = tasks.Progress.at, []
    def breaks(self, done, of=None):
        at(self, done, of)
        if done == 1000 and not stops:
            stops.append(1)
            if sys.argv[1] == "wait":
                print("waiting", flush=True)
                sys.stdin.readline()
            from django.db import connection
            mine = connection.connection.info.backend_pid
            which = "pid <> pg_backend_pid()" if sys.argv[1] == "stop" else f"pid = {mine}"
            with self._connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                    f"WHERE datname = current_database() AND {which}"
                )
    tasks.Progress.at = breaks
call_command("worker", "--once", "--concurrency", "1")
"""


def begun_applying(committed, monkeypatch) -> ImportRun:
    monkeypatch.setattr(work, "SMALL", 100)
    run = staged(committed.folder, many(2000), committed.keeper, owner=committed.authority)
    run = work.begin_applying(run, False, committed.keeper)
    assert (run.state, run.task.state) == (RunState.APPLYING, TaskState.WAITING)
    with pytest.raises(NotNow):
        work.begin_applying(run, False, committed.keeper)
    return run


@pytest.mark.parametrize("how", ["lose", "stop"])
def test_a_task_whose_database_went_away_is_taken_up_again(committed, monkeypatch, how):
    """Its own session alone, or all sessions at once, as when the server is stopped."""
    run = begun_applying(committed, monkeypatch)
    child = committed.python(WORKER, how)
    said = child.communicate(timeout=120)[1]
    connection.close()
    run.refresh_from_db()
    if run.state != RunState.APPLIED:  # the same worker may have taken it up already
        assert not Well.everything.exists(), said
        assert Task.objects.get(pk=run.task_id).state != TaskState.FAILED, said
        resume()
        said += committed.python(WORKER, "plain").communicate(timeout=120)[1]
        run.refresh_from_db()
    assert run.state == RunState.APPLIED, said
    assert Task.objects.get(pk=run.task_id).state == TaskState.DONE
    assert Well.objects.count() == 2000
    assert WellEvent.objects.filter(pgh_label="insert").count() == 2000
    told = WellEvent.objects.select_related("pgh_context").first().pgh_context.metadata
    assert (told["user"], told["import_run"]) == (str(committed.keeper.pk), str(run.pk))


def test_a_task_whose_worker_was_killed_is_resumed_and_says_so_when_it_was_cut_off_three_times(committed, monkeypatch):
    run = begun_applying(committed, monkeypatch)
    for tries in range(1, tasks.MOST_TRIES + 1):
        child = committed.python(WORKER, "wait")
        assert child.stdout.readline() == "waiting\n", child.communicate()
        child.kill()
        child.communicate()
        task = Task.objects.get(pk=run.task_id)
        assert (task.state, task.tries) == (TaskState.RUNNING, tries)
        assert not Well.everything.exists()
        resume()
    _out, said = committed.python(WORKER, "plain").communicate(timeout=120)
    task = Task.objects.get(pk=run.task_id)
    assert task.state == TaskState.FAILED, said
    assert set(task.error) == {"ar", "ckb", "en"}
    from rafid.commons.records.imports.runs import settle

    run = settle(ImportRun.objects.select_related("task").get(pk=run.pk))
    assert (run.state, run.error) == (RunState.STAGED, task.error)
    apply(run, by=committed.keeper)
    assert Well.objects.count() == 2000


def resume() -> None:
    """What a worker does once a minute, after SILENCE has passed."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    with contextlib.suppress(AlreadyEnqueued):
        tasks.resume.defer(timestamp=0)
