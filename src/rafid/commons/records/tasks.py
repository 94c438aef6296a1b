"""Background work: started in the request's own transaction, watched by its page, resumed when the worker dies.

A *task* here is a row that people can watch; procrastinate's job is what carries it. The work itself is a plain
function ``work(progress, **kwargs)``, named by its dotted path, that must be safe to run again after it was cut off.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from threading import Event, Thread
from typing import Any

import pghistory
from django.db import InterfaceError, OperationalError, close_old_connections, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from rafid.commons.names import in_three

from .models import Task, TaskState

log = logging.getLogger("rafid.tasks")

MOST_TRIES = 3
SILENCE = 90
"""Seconds without a sign of life after which a worker counts as dead."""

LOST = (OperationalError, InterfaceError)
"""What Django raises when the database goes away, or takes something back for another's sake."""


BEAT = 20
"""Seconds between signs of life of work that tells no progress: one statement over a million rows says nothing."""


class Failure(Exception):
    """Ends a task with a sentence for people: ``text`` holds it in three languages."""

    def __init__(self, text: Mapping[str, str]) -> None:
        super().__init__(text.get("en", ""))
        self.text = dict(text)


class Progress:
    """Written on a connection of its own, so that it shows while the work's transaction is still open."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._connection = connections.create_connection("default")
        self._last = timezone.now() - timedelta(days=1)

    def at(self, done: int, of: int | None = None) -> None:
        """Tells how far the work is; at most twice a second, so that it costs nothing to call often."""
        now = timezone.now()
        if now - self._last < timedelta(seconds=0.5) and done != of:
            return
        self._last = now
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rafid_records_task SET done = %s, of = coalesce(%s, of), beat_at = now() WHERE id = %s",
                [done, of, self.task.pk],
            )

    def close(self) -> None:
        self._connection.close()


@contextmanager
def alive(task: str, every: float = BEAT) -> Iterator[None]:
    """Gives signs of life for as long as this process lives and the work goes on."""
    over = Event()
    thread = Thread(target=_beat, args=(task, over, every), name=f"beat-{task}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(task: str, over: Event, every: float) -> None:
    while not over.wait(every):
        own = connections.create_connection("default")
        try:
            with own.cursor() as cursor:
                cursor.execute("UPDATE rafid_records_task SET beat_at = now() WHERE id = %s", [task])
        except OperationalError:
            log.warning("task %s cannot give a sign of life", task)
        finally:
            own.close()


def start(
    name: str,
    path: str,
    kwargs: Mapping[str, Any],
    *,
    about: Mapping[str, str] | None = None,
    link: str = "",
    by: Any = None,
) -> Task:
    """Puts work in the queue, in the current transaction: if that is rolled back, nothing was started.

    ``path`` is ``module:function``; ``kwargs`` must be JSON; ``about`` is the title in three languages; ``link`` is
    where the person goes when it is done.
    """
    task = Task.objects.create(name=name, about=dict(about or {}), link=link, by=by)
    run.defer(task=str(task.pk), path=path, kwargs=dict(kwargs))
    return task


@app.task(
    name="rafid.run",
    queue="default",
    pass_context=True,
    retry=RetryStrategy(max_attempts=MOST_TRIES, retry_exceptions=LOST),
)
def run(context: Any, task: str, path: str, kwargs: dict[str, Any]) -> None:
    row = Task.objects.filter(pk=task).first()
    if row is None or row.state in (TaskState.DONE, TaskState.FAILED):
        return
    Task.objects.filter(pk=task).update(
        state=TaskState.RUNNING, tries=row.tries + 1, beat_at=timezone.now(), error=None
    )
    module, _colon, name = path.partition(":")
    progress = Progress(row)
    try:
        with alive(task), pghistory.context(user=str(row.by_id) if row.by_id else None, task=str(row.pk)):
            getattr(import_module(module), name)(progress, **kwargs)
    except Failure as failure:
        end(task, TaskState.FAILED, failure.text)
    except LOST:
        log.exception("task %s (%s) lost the database", row.name, task)
        close_old_connections()
        if not give_up(task):
            raise  # the queue tries again
    except Exception:
        log.exception("task %s (%s) failed", row.name, task)
        end(task, TaskState.FAILED, in_three(gettext_noop("The work broke on our side. Nothing of it was recorded.")))
    else:
        end(task, TaskState.DONE)
    finally:
        progress.close()


def end(task: str, state: TaskState, error: Mapping[str, str] | None = None) -> None:
    Task.objects.filter(pk=task).update(state=state, error=error, ended_at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="rafid.resume", queue="default", pass_context=True, queueing_lock="rafid.resume")
async def resume(context: Any, timestamp: int) -> None:
    """Takes up the jobs of workers that died; after three tries the task says that it failed."""
    from asgiref.sync import sync_to_async

    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        task = job.task_kwargs.get("task")
        tired = task and await sync_to_async(give_up)(task)
        if tired:
            from procrastinate.jobs import Status

            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)


def give_up(task: str) -> bool:
    """True, and the task says so, when it was tried often enough."""
    with transaction.atomic():
        row = Task.objects.select_for_update().filter(pk=task).first()
        if row is None or row.tries < MOST_TRIES:
            return False
        end(task, TaskState.FAILED, in_three(gettext_noop("The work was cut off three times. Start it again.")))
    return True


@app.periodic(cron="* * * * *")
@app.task(name="rafid.exchange.settle", queue="default", queueing_lock="rafid.exchange.settle")
def settle_exchange(timestamp: int) -> None:
    """What changed here or came from other nodes since, worked out."""
    from .exchange.rounds import settle_if_node

    settle_if_node()


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="rafid.exchange.rounds", queue="default", queueing_lock="rafid.exchange.rounds", lock="rafid.exchange.rounds"
)
def exchange_rounds(timestamp: int) -> None:
    """Asks the nodes whose time has come for what is new there."""
    from .exchange.rounds import ask_due

    ask_due()
