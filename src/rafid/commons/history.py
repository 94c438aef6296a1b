"""History by database triggers, so that no path (page, import, SQL) can change a record without leaving the old one.

Statement-level triggers: an import of 200,000 rows writes its history by one statement, not by 200,000.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

import pghistory
from django.db import connection
from pghistory import config
from pghistory.runtime import Context, _tracker
from psycopg.pq import TransactionStatus

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
    """Context manager: changes inside it carry ``reason`` and ``facts`` beside the person that the request names.

    They end with the block: what else the request or the transaction changes, before and after, keeps its own reason or none,
    and a block within a block carries the inner one's, where it gives one. (pghistory's own nested contexts are one, whose
    facts are overwritten by whoever comes last.) The same reason again under the same request is the same context, so that a
    thousand rows changed one by one are told as one deed.
    """
    return _within(reason, facts, apart=False)


def apart(reason: str, **facts: Any) -> Any:
    """As ``because``, but a context of its own each time, even with the same facts: two imports in one command or request must
    be told apart, since each can be undone."""
    return _within(reason, facts, apart=True)


@contextmanager
def _within(reason: str, facts: dict[str, Any], apart: bool) -> Iterator[None]:
    outer: Context | None = getattr(_tracker, "value", None)
    if outer is None:
        try:
            with pghistory.context(reason=reason, **facts):
                yield
        finally:
            _forget()
        return
    said = {**outer.metadata, "reason": reason or outer.metadata.get("reason", ""), **facts}
    if said == outer.metadata and not apart:
        yield
        return
    _tracker.value = Context(uuid4(), said) if apart else _same(outer, said)
    try:
        yield
    finally:
        _tracker.value = outer


def _same(outer: Context, said: dict[str, Any]) -> Context:
    """The context below ``outer`` that says just this, made once."""
    known: dict[tuple[Any, str], Context] = getattr(_tracker, "below", {})
    if not any(outer.id in (above, one.id) for (above, _said), one in known.items()):
        known = _tracker.below = {}  # another request's
    key = (outer.id, json.dumps(said, sort_keys=True, cls=config.json_encoder()))
    if key not in known:
        known[key] = Context(uuid4(), said)
    return known[key]


def _forget() -> None:
    """What the settings say lasts until the transaction ends, and would mark what else it changes."""
    if not connection.in_atomic_block or connection.needs_rollback:
        return
    if connection.connection.info.transaction_status == TransactionStatus.INERROR:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )


def attach_now() -> None:
    """Sends the current context to the database by one statement.

    pghistory prepends its context to ordinary statements, but to no SELECT; COPY cannot carry it, so a bulk path calls
    this first.
    """
    with connection.cursor() as cursor:
        cursor.execute("VALUES (1)")
