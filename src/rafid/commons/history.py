"""History by database triggers, so that no path (page, import, SQL) can change a record without leaving the old one.

Statement-level triggers: an import of 200,000 rows writes its history by one statement, not by 200,000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

import pghistory
from django.db import connection
from pghistory.runtime import Context, _tracker

M = TypeVar("M")


def keep_history(*, exclude: tuple[str, ...] = ()) -> Callable[[type[M]], type[M]]:
    """Class decorator: every insert, update and delete of the model leaves an event with who, when, why and from where.

    The events' model is ``{Model}Event`` in the same room.
    """
    track: Any = pghistory.track(
        pghistory.InsertEvent(level=pghistory.Statement),
        pghistory.UpdateEvent(level=pghistory.Statement),
        pghistory.DeleteEvent(level=pghistory.Statement),
        exclude=list(exclude) or None,
        obj_field=pghistory.ObjForeignKey(related_name="events", db_index=True),
        context_field=pghistory.ContextForeignKey(related_name="+", db_index=True),
    )
    return track


def because(reason: str, **facts: Any) -> Any:
    """Context manager: changes inside it carry ``reason`` and ``facts`` beside the person that the request names."""
    return pghistory.context(reason=reason, **facts)


@contextmanager
def apart(reason: str, **facts: Any) -> Iterator[None]:
    """As ``because``, but with a context of its own, which nothing else that happens around it shares.

    Nested pghistory contexts are one: its facts are overwritten by whoever comes later. Two imports in one command or
    request must be told apart, since each can be undone.
    """
    outer = getattr(_tracker, "value", None)
    if outer is None:
        with pghistory.context(reason=reason, **facts):
            yield
        if connection.in_atomic_block and not connection.needs_rollback:
            # The settings last until the transaction ends, and would mark what else it changes.
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('pghistory.context_id', '', true),"
                    " set_config('pghistory.context_metadata', '', true)"
                )
        return
    _tracker.value = Context(uuid4(), {**outer.metadata, "reason": reason, **facts})
    try:
        yield
    finally:
        _tracker.value = outer


def attach_now() -> None:
    """Sends the current context to the database by one statement.

    pghistory prepends its context to ordinary statements, but to no SELECT; COPY cannot carry it, so a bulk path calls
    this first.
    """
    with connection.cursor() as cursor:
        cursor.execute("VALUES (1)")
