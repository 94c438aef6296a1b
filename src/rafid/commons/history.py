"""History by database triggers, so that no path (page, import, SQL) can change a record without leaving the old one.

Statement-level triggers: an import of 200,000 rows writes its history by one statement, not by 200,000.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import connection

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


def attach_now() -> None:
    """Sends the current context to the database by one statement.

    pghistory prepends its context to ordinary statements; COPY cannot carry it, so a bulk path calls this first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
