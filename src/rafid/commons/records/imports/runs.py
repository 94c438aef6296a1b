"""The states of a run, and the locks that keep two people or workers from doing the same to it at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three

from ..models import ImportRow, ImportRun, RunState, TaskState


class NotNow(Exception):
    """The run is not in a state in which this can be done; the message says why and what to do."""


def refuse(run: ImportRun) -> NotNow:
    """Why nothing more can be asked of this run now, as a sentence."""
    who = str(run.applied_by or run.made_by or _("the operator"))
    return NotNow(
        {
            RunState.RECEIVED: _("The columns are not chosen yet. Choose them first."),
            RunState.STAGING: _("The file is still being read. Wait until that is done."),
            RunState.STAGED: _("The rows are not recorded yet."),
            RunState.APPLYING: _("%(who)s is recording this import just now. Wait until that is done."),
            RunState.APPLIED: _("%(who)s has already recorded this import."),
            RunState.UNDONE: _("This import was undone. Send the file again to record it anew."),
            RunState.FAILED: _("This import failed. Send the file again."),
            RunState.CANCELLED: _("This import was cancelled. Send the file again."),
        }[RunState(run.state)]
        % {"who": who}
    )


@contextmanager
def locked(run: ImportRun, *states: Any) -> Iterator[ImportRun]:
    """A transaction that holds the run's row: whoever comes second waits, then sees what the first one did.

    Raises ``NotNow`` where the run is in none of ``states``.
    """
    with transaction.atomic():
        fresh = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if states and fresh.state not in states:
            raise refuse(fresh)
        yield fresh


@contextmanager
def working(pk: UUID) -> Iterator[None]:
    """One worker at a time: a lock that ends with its connection, so that a killed worker leaves none. Within a
    transaction it is the transaction's: one that failed takes no statement any more, not even the lock's release.

    Raises ``NotNow`` where another one is at work.
    """
    # The second half: the first of a UUIDv7 is the time, alike for runs of the same day.
    key = int.from_bytes(pk.bytes[8:], signed=True)
    within = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'pg_try_advisory_xact_lock' if within else 'pg_try_advisory_lock'}(%s)", [key])
        (held,) = cursor.fetchone()
    if not held:
        raise NotNow(_("This file is already being read. Wait until that is done."))
    try:
        yield
    finally:
        if not within and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def settle(run: ImportRun) -> ImportRun:
    """A run whose worker gave up goes back to where it can be taken up again, and says what happened."""
    if run.state not in (RunState.STAGING, RunState.APPLYING):
        return run
    if run.task is not None:
        if run.task.state != TaskState.FAILED:
            return run
        error = run.task.error
    elif run.state == RunState.APPLYING or being_read(run):
        return run
    else:
        # A command that was killed leaves its batches and no task that would say so.
        error = in_three(gettext_noop("Reading this file was cut off. Read it again."))
    with locked(run) as fresh:
        if fresh.state == run.state:
            fresh.state = RunState.RECEIVED if run.state == RunState.STAGING else RunState.STAGED
            fresh.error = error
            fresh.save(update_fields=["state", "error"])
    run.refresh_from_db()
    return run


def being_read(run: ImportRun) -> bool:
    """Is some worker or command reading the file just now?"""
    with transaction.atomic():
        try:
            with working(run.pk):
                return False
        except NotNow:
            return True
        finally:
            transaction.set_rollback(True)  # who only looks gives the lock back at once


def cancel(run: ImportRun) -> ImportRun:
    """Nothing of this file is recorded. Who reads it stops at the next batch. Raises ``NotNow`` once rows are being
    recorded or are recorded: that is undone, not cancelled."""
    with locked(run, RunState.RECEIVED, RunState.STAGING, RunState.STAGED, RunState.FAILED) as fresh:
        ImportRow.objects.filter(run_id=run.pk).delete()
        fresh.state = RunState.CANCELLED
        fresh.save(update_fields=["state"])
    run.refresh_from_db()
    return run


def as_seen(run: ImportRun) -> str:
    """Changes with all that an officer decides by: sent back with a decision, it tells whether that is about what the
    run is now."""
    seen = [run.mapping, run.options, run.sheet, run.decisions, run.rows, run.good, run.bad, run.outlook]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]


def same_as_seen(run: ImportRun, seen: str) -> None:
    """Raises ``NotNow`` where the run was changed after a person looked at it."""
    if seen != as_seen(run):
        raise NotNow(_("Somebody changed this import after you looked at it. Look at it again, then decide."))
