"""Boards of public figures, kept by this process for as long as nothing was committed to the database.

PostgreSQL names the state that a statement sees by the transactions that were still running and the first one not yet
begun. While that name stays the same, reading again would give the same rows, so that nothing has to be told when a figure,
a place or a definition changes. A transaction that wrote something itself sees more than that name says: it keeps nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from .figures import Board, Reader
from .formula import Atom

MOST_KEPT = 16

_kept: OrderedDict[tuple[Any, ...], Board] = OrderedDict()
_lock = threading.Lock()


def seen_state() -> tuple[str, str] | None:
    """The database and the name of the state that a statement sees now; None within a transaction that wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NULL")
        snapshot, clean = cursor.fetchone()
    return (str(connection.settings_dict["NAME"]), snapshot) if clean else None


def board(reader: Reader, period: str, asked: Sequence[Atom]) -> Board:
    """What ``reader.board`` gives. Kept for whoever is not signed in: to them all figures are public and the same."""
    state = None if reader.user.is_authenticated else seen_state()
    if state is None:
        return reader.board(period, asked)
    key = (*state, period, tuple(asked))
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    found = reader.board(period, asked)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
