"""Reads of contracts that more than one page needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from rafid.commons.records.models import NonConformitySeverity

from ..models import Contract, NonConformity, ReportedProgress
from ..seeing import OFFICE, of_third_party
from . import months
from .inputs import OFFICE as WHOLE
from .inputs import RELEASED
from .keeping import progress

SETTLED = ("closed", "withdrawn")


def contracts_seen(user: Any) -> QuerySet[Contract]:
    return Contract.objects.visible_to(user).select_related("donor", "partner")


def sides(user: Any, contracts: Iterable[Contract]) -> dict[UUID, str]:
    """Which visits may enter the figures that this person reads, by contract: the office uses all, others the released."""
    rows = list(contracts)
    office = set(
        Contract.objects.filter(of_third_party(user, roles=OFFICE), pk__in=[one.pk for one in rows]).values_list(
            "pk", flat=True
        )
    )
    return {one.pk: WHOLE if one.pk in office else RELEASED for one in rows}


def progress_for(
    user: Any, contracts: Iterable[Contract], month: date, *, known_at: datetime | None = None
) -> dict[UUID, dict[str, Any]]:
    rows = list(contracts)
    side_of = sides(user, rows)
    found: dict[UUID, dict[str, Any]] = {}
    for side in sorted(set(side_of.values())):
        found |= progress([one for one in rows if side_of[one.pk] == side], month, side, known_at=known_at)
    return found


def newest_month(user: Any, contracts: QuerySet[Contract]) -> date:
    """The last month that is over and of which something was reported; the last one that is over where nothing was."""
    over = months.last_ended()
    rows = ReportedProgress.objects.visible_to(user).filter(line__contract__in=contracts.values("pk"), month__lte=over)
    found: date | None = rows.aggregate(last=Max("month"))["last"]
    return found or over


@dataclass(frozen=True)
class Critical:
    open: int = 0
    overdue: int = 0


def critical(user: Any, contracts: Iterable[UUID]) -> dict[UUID, Critical]:
    """Open critical non-conformities by contract, of those that this person sees."""
    rows = (
        NonConformity.objects.visible_to(user)
        .filter(contract__in=list(contracts), severity=NonConformitySeverity.CRITICAL)
        .exclude(state__in=SETTLED)
        .values("contract")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=timezone.localdate())))
    )
    return {row["contract"]: Critical(row["open"], row["overdue"]) for row in rows.order_by()}
