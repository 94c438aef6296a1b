"""Every check over every record of mine action."""

from __future__ import annotations

from rafid.commons.records.checks import check_all

from ..hazards.ledger_store import refresh_stale
from .queries import own_registers


def check_country() -> int:
    """Returns how many findings are open. Safe to run again."""
    refresh_stale()
    return sum(check_all(one) for one in own_registers())
