"""What the places are like now, as a short key: whoever keeps something made from them asks whether it still holds."""

from __future__ import annotations

import time

from django.db import connection

_SQL = """
SELECT (SELECT oid FROM pg_database WHERE datname = current_database()) || '-'
    || (SELECT count(*) || '.' || coalesce(max(pgh_id), 0) FROM rafid_places_placeevent) || '-'
    || (SELECT count(*) || '.' || coalesce(max(pgh_id), 0) FROM rafid_places_placeversionevent)
"""

_read: dict[str, tuple[float, str]] = {}


def places_state(*, at_most: float = 0.0) -> str:
    """A key that changes with every change of a place or a version.

    It begins with the database's own number: a restored or copied one has other places under the same numbers of changes.
    History numbers every change, and a number is never given twice; counting as well shows a transaction that numbered
    its changes earlier and committed later. ``at_most`` seconds old is good enough for the caller.
    """
    alias = str(connection.settings_dict["NAME"])
    read = _read.get(alias)
    now = time.monotonic()
    if at_most and read and now - read[0] < at_most:
        return read[1]
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        (state,) = cursor.fetchone()
    _read[alias] = (now, state)
    return str(state)
