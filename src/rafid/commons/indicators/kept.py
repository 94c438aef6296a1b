"""Boards of public figures, kept by this process for as long as no figure, definition or place changed.

History numbers every change, so that the highest numbers tell whether anything was added since: one look at four indexes.
A number may be given before another one and committed after it. So a board is only kept on that ground where no transaction
was writing when it was read: the snapshot names all but the newest of them, the locks on their numbers name these, too.
Otherwise it is kept only while PostgreSQL's snapshot, which names all that is visible, stays the same. A transaction that
wrote something itself sees more than others do: it keeps nothing.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .figures import Board, Reader
from .formula import Atom

MOST_KEPT = 16
LONGEST = 60.0
"""Seconds after which a board is read again in any case: a number can be taken an instant before its transaction is one
that writes."""

_SQL = """
SELECT s::text, pg_snapshot_xmin(s) = pg_snapshot_xmax(s) AND NOT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
    ), pg_current_xact_id_if_assigned() IS NULL, concat_ws('.',
    (SELECT max(pgh_id) FROM rafid_indicators_indicatorvalueevent), (SELECT max(pgh_id) FROM rafid_indicators_indicatorevent),
    (SELECT max(pgh_id) FROM rafid_places_placeevent), (SELECT max(pgh_id) FROM rafid_places_placeversionevent),
    (SELECT count(*) || '-' || max(id) FROM rafid_places_placelink))
FROM pg_current_snapshot() s
"""


@dataclass(frozen=True)
class Seen:
    """What a statement sees now. ``quiet``: no transaction is writing, so that the numbers tell all."""

    snapshot: str
    numbers: str
    quiet: bool
    at: float

    def holds(self, now: Seen) -> bool:
        """Would reading ``now`` give what was read then?"""
        if self.snapshot == now.snapshot:
            return True
        return self.quiet and self.numbers == now.numbers and now.at - self.at < LONGEST


_kept: OrderedDict[tuple[Any, ...], tuple[Seen, Board]] = OrderedDict()
_lock = threading.Lock()


def look() -> Seen | None:
    """None within a transaction that wrote."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        snapshot, quiet, clean, numbers = cursor.fetchone()
    return Seen(snapshot, numbers, quiet, time.monotonic()) if clean else None


def board(reader: Reader, period: str, asked: Sequence[Atom]) -> Board:
    """What ``reader.board`` gives. Kept for whoever is not signed in: to them all figures are public and the same."""
    now = None if reader.user.is_authenticated else look()
    if now is None:
        return reader.board(period, asked)
    key = (str(connection.settings_dict["NAME"]), period, tuple(asked))
    with _lock:
        held = _kept.get(key)
        if held is not None and held[0].holds(now):
            _kept.move_to_end(key)
            return held[1]
    found = reader.board(period, asked)
    with _lock:
        _kept[key] = now, found
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
