"""Freezing a report's figures with the state that they come from, and computing them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.products.papers.frozen import Difference, differences, sha256_of, stored
from rafid.commons.records.change import Refused, locked

from ..models import Contract, Report, ReportState
from ..refusals import told
from .gather import FORMULA, gather
from .known import moment_now


def freeze(report: Report, *, by: Any, version: int | None = None) -> Report:
    """Takes the figures of a draft anew. Raises ``Stale``, and ``Refused`` when it is no draft any more."""
    with told(Report), because("figures frozen"):
        row = locked(Report, report.pk, version)
        if row.state != ReportState.DRAFT:
            raise Refused(_("The figures are frozen. Take the report back to a draft to compute them anew."))
        known = moment_now()
        figures = gather(contracts_of(row), row.period, known)
        if not figures["contracts"]:
            raise Refused(_("The report speaks of no contract. Choose at least one."))
        row.frozen, row.known = {**figures, "sha256": sha256_of(figures)}, known
        row.save()
    row.refresh_from_db()
    return row


def contracts_of(report: Report) -> list[Contract]:
    return list(Contract.everything.filter(reports=report).select_related("donor", "partner").order_by("ref"))


@dataclass(frozen=True)
class Recomputed:
    """``whole``: the frozen figures still have their hash. ``known``: the state that they were computed from again."""

    known: datetime
    whole: bool
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return self.whole and not self.differences


def recompute(report: Report, *, known: datetime | None = None) -> Recomputed:
    """Computes the figures again from the state that the report names (of another one: ``known``) and lists what differs."""
    if report.known is None:
        raise Refused(_("Freeze the figures first: there is nothing to compare with."))
    at = known or report.known
    frozen = report.frozen
    fresh = stored(gather(contracts_of(report), report.period, at))
    skip = {"known", "sha256"}
    before = {name: value for name, value in frozen.items() if name not in skip}
    after = {name: value for name, value in fresh.items() if name not in skip}
    return Recomputed(at, frozen.get("sha256") == sha256_of(frozen), tuple(differences(stored(before), after)))


__all__ = ["FORMULA", "Difference", "Recomputed", "freeze", "recompute", "sha256_of"]
