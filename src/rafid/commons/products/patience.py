"""Questions from outside may cost the database so much and no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

PATIENCE = 20_000
"""Milliseconds."""


class TooLong(Exception):
    """The database gave up after ``PATIENCE``."""


@contextmanager
def patient_cursor() -> Iterator[Any]:
    """A cursor in a savepoint of its own: whatever it refuses leaves the transaction of the request whole."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE)])
            yield cursor
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise TooLong from error
