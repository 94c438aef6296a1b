"""What stands in addresses of rivers when every route is walked as every role; each part brings its own rows."""

from __future__ import annotations

from .walked_arriving import arrived
from .walked_forecasts import foretold
from .walked_protocols import spoken
from .walked_sharing import shared
from .walked_stations import gauged
from .walked_telling import told
from .walked_terrain import grounded


def watched(marked, mark: str) -> dict[str, list[str]]:
    """``mark`` stands in what only those read who see restricted rows."""
    found = {**arrived(marked, mark), **foretold(marked, mark), **gauged(marked, mark), **told(marked, mark)}
    return {**found, **shared(marked, mark), **spoken(), **grounded(marked, mark)}
