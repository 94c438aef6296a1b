"""A moment that can be named in a frozen figure: nothing can still be committed under it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

_OLDEST_OPEN = """
SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    AND backend_type = 'client backend'
"""
"""The server's own work (an autovacuum of minutes) commits no rows: what it began before would hide what is known now."""


def moment_now() -> datetime:
    """A moment under which nothing can still be committed: rows are stamped while their transaction goes on, so it lies
    before the oldest transaction that is open elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), pg_stat_clear_snapshot()::text")
        now: datetime = cursor.fetchone()[0]
        cursor.execute(_OLDEST_OPEN)
        oldest = cursor.fetchone()[0]
    return oldest - timedelta(microseconds=1) if oldest is not None and oldest <= now else now
