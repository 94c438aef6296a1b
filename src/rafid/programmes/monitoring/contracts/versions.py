"""Every version of every number: when it was received, from which paper, why it was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..models import Contract, ReportedAtSite, ReportedProgress, Spending, WorkplanLine

MOST = 300


@dataclass(frozen=True)
class Version:
    """``line`` None: money. ``site``: of one site."""

    line: WorkplanLine | None
    site: Any
    month: date
    number: int
    value: float
    received_at: datetime
    known_at: datetime
    document: str
    document_name: str
    reason: str
    by: Any

    @property
    def period(self) -> str:
        return f"{self.month:%Y%m}"

    @property
    def unit(self) -> str:
        return self.line.unit if self.line else ""


def versions(
    user: Any, contract: Contract, *, line: WorkplanLine | None = None, limit: int = MOST
) -> Sequence[Version]:
    """The newest first; of one line, or of the whole contract with its money."""
    found: list[Version] = []
    reported = ReportedProgress.objects.visible_to(user).filter(line__contract=contract)
    at_sites = ReportedAtSite.objects.visible_to(user).filter(line__contract=contract)
    if line is not None:
        reported, at_sites = reported.filter(line=line), at_sites.filter(line=line)
    else:
        spent = Spending.objects.visible_to(user).filter(contract=contract).select_related("made_by")
        found += [_version(row, None, None, float(row.amount)) for row in spent.order_by("-known_at")[:limit]]
    order = ("-known_at", "-month", "-number")
    found += [
        _version(row, row.line, None, row.value)
        for row in reported.select_related("line", "made_by").order_by(*order)[:limit]
    ]
    found += [
        _version(row, row.line, row.site, row.value)
        for row in at_sites.select_related("line", "site", "made_by").order_by(*order)[:limit]
    ]
    found.sort(key=lambda one: (one.known_at, one.month, one.number), reverse=True)
    return found[:limit]


def _version(row: Any, line: WorkplanLine | None, site: Any, value: float) -> Version:
    return Version(
        line, site, row.month, row.number, value, row.received_at, row.known_at, row.document, row.document_name, row.reason,
        row.made_by,
    )  # fmt: skip


def document_name(user: Any, contract: Contract, sha256: str) -> str | None:
    """What the paper of a number is called, "" where it has no name; None where the person sees no number from it."""
    if not sha256:
        return None
    for rows in (
        ReportedProgress.objects.visible_to(user).filter(line__contract=contract),
        ReportedAtSite.objects.visible_to(user).filter(line__contract=contract),
        Spending.objects.visible_to(user).filter(contract=contract),
    ):
        name: str | None = rows.filter(document=sha256).values_list("document_name", flat=True).first()
        if name is not None:
            return name
    return None
