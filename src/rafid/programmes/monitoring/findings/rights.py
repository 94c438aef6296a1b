"""Who does what with a finding. The partner answers, other eyes of the third party close, only the manager withdraws."""

from __future__ import annotations

from typing import Any

from ..models import NonConformity
from ..seeing import may_here, of_third_party


def may(user: Any, action: str, finding: NonConformity) -> bool:
    """``answer`` is the partner's; ``judge``, ``close`` and ``release`` (the manager's alone) are the third party's."""
    return may_here(user, action, owner=finding.owner_id, partner=finding.contract.partner_id, place=finding.place)


def may_add_evidence(user: Any, finding: NonConformity) -> bool:
    """The partner shows what was done; who judges may bring a picture of his own, of a second visit."""
    return may(user, "answer", finding) or may(user, "judge", finding)


def may_tell_of_work(user: Any, finding: NonConformity) -> bool:
    """Whether work was stopped is known to both sides."""
    return any(may(user, action, finding) for action in ("answer", "judge", "visit"))


def of_office(user: Any, finding: NonConformity) -> bool:
    """Is this somebody of the third party, who knows who its people are and where exactly the site is?"""
    return NonConformity.objects.filter(of_third_party(user), pk=finding.pk).exists()
