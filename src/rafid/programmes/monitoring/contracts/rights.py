"""Who may write which numbers of a contract."""

from __future__ import annotations

from typing import Any

from ..models import Contract
from ..seeing import PARTNERS, held, may_here, own_organisation


def may_change(user: Any, contract: Contract) -> bool:
    """The workplan, its months, money and states: the office."""
    return may_here(user, "change", owner=contract.owner_id, place=contract.place)


def may_report(user: Any, contract: Contract) -> bool:
    """Progress and spending: the office, and the partner of the contract for itself."""
    if may_change(user, contract):
        return True
    if not any(own_organisation(user, scope) for scope in held(user, PARTNERS, "collect")):
        return False
    seen: bool = Contract.objects.filter(pk=contract.pk).exclude(state="draft").filter(_as_partner(user)).exists()
    return seen


def _as_partner(user: Any) -> Any:
    from ..seeing import of_side

    return of_side(user, PARTNERS, "partner", place="place")
