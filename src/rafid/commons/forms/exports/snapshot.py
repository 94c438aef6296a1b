"""A connection of its own for one file: all its tables come from one state of the database, and leave as they are read.

The answer is written when its request is over, piece by piece, perhaps by another thread: it cannot use the request's
connection. Whoever holds a transaction (a command, a test) reads through that one instead, and sees what it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

_BLOCK = 1 << 16
_ROWS = 2000


@contextmanager
def snapshot() -> Iterator[psycopg.Connection[Any]]:
    """Closed at the end, also when the reader goes away in the middle: then the generator that holds it is closed."""
    if connection.in_atomic_block:
        connection.ensure_connection()
        yield connection.connection
        return
    own = connection.get_new_connection(connection.get_connection_params())
    try:
        own.autocommit = True
        # Many short expressions a row: compiling them would cost more than it saves. A reader who stops reading does not
        # hold the state for ever.
        own.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        own.execute("SET LOCAL jit = off")
        own.execute("SET LOCAL idle_in_transaction_session_timeout = '15min'")
        yield own
    finally:
        own.close()


def composed(conn: psycopg.Connection[Any], statement: str, params: Sequence[Any]) -> sql.SQL:
    """The statement with its parameters written into it: COPY and DECLARE take none."""
    return sql.SQL(psycopg.ClientCursor(conn).mogrify(statement, params))  # type: ignore[arg-type]


def copied(conn: psycopg.Connection[Any], statement: str, params: Sequence[Any]) -> Iterator[bytes]:
    """A query's rows as CSV, in blocks of about 64 KiB."""
    whole = composed(conn, statement, params)
    with conn.cursor() as cursor, cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(whole)) as copy:
        block, size = [], 0
        for line in copy:
            block.append(bytes(line))
            size += len(line)
            if size >= _BLOCK:
                yield b"".join(block)
                block, size = [], 0
        if block:
            yield b"".join(block)


def rows(conn: psycopg.Connection[Any], statement: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """A query's rows as they come, a few thousand at a time."""
    with psycopg.ServerCursor(conn, "rafid_export") as cursor:
        cursor.itersize = _ROWS
        cursor.execute(composed(conn, statement, params))
        yield from cursor
