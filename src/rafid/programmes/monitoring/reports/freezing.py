"""Freezing a report's figures with the state that they come from, and computing them again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.products.release.canonical import canonical
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


def sha256_of(figures: Mapping[str, Any]) -> str:
    """Of the figures' canonical JSON without their own hash: the state that a printed report names."""
    bare = {name: value for name, value in figures.items() if name != "sha256"}
    return hashlib.sha256(canonical(_stored(bare)).encode()).hexdigest()


def _stored(value: Any) -> Any:
    """As the database gives it back, however a number was written: 100.0 and 1e2 are 100."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _stored(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_stored(one) for one in value]
    return value


@dataclass(frozen=True)
class Difference:
    """``where`` is the way to the figure: contracts / C-1 / progress / lines / 1.1 / verified."""

    where: str
    frozen: Any
    now: Any


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
    fresh = _stored(gather(contracts_of(report), report.period, at))
    skip = {"known", "sha256"}
    before = {name: value for name, value in frozen.items() if name not in skip}
    after = {name: value for name, value in fresh.items() if name not in skip}
    return Recomputed(at, frozen.get("sha256") == sha256_of(frozen), tuple(_differences("", _stored(before), after)))


def _differences(where: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _differences(f"{where} / {key}".strip(" /"), before.get(key), after.get(key))
        return
    if isinstance(before, list) and isinstance(after, list):
        left, right = _named(before), _named(after)
        for key in sorted({*left, *right}):
            yield from _differences(f"{where} / {key}", left.get(key), right.get(key))
        return
    if isinstance(before, int | float) and isinstance(after, int | float):
        if abs(before - after) <= 1e-12 * max(1.0, abs(before), abs(after)):
            return
    if before != after:
        yield Difference(where, before, after)


def _named(rows: list[Any]) -> dict[str, Any]:
    """Rows by their reference or code, others by their number: a row that came in between moves no other."""
    found = {}
    for number, row in enumerate(rows, 1):
        name = (row.get("ref") or row.get("code")) if isinstance(row, Mapping) else None
        found[str(name) if name else f"{number:04}"] = row
    return found


__all__ = ["FORMULA", "Difference", "Recomputed", "freeze", "recompute", "sha256_of"]
