"""Warnings are opened, kept and ended by what the rules say today; each keeps its evidence.

A muted one stays muted until its day, whatever the rules say, and is judged again then. What a donor is told rests on what he
may see alone: a warning that he can read carries no other number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from rafid.commons.history import because
from rafid.commons.identity import random_ref
from rafid.commons.names import FALLBACK, in_three
from rafid.commons.writing import period

from ..contracts.inputs import OFFICE, RELEASED
from ..models import Contract, EarlyWarning, Visit, WarningState
from .facts import failed_items, gather, tallies
from .judging import Broken, judge, outlying, repeats
from .rules import RULES, limits_of
from .telling import tell

REASON = "warning judged"


@dataclass
class Judged:
    """``opened`` and ``again`` (muted until yesterday, and still so) were told."""

    opened: int = 0
    kept: int = 0
    over: int = 0
    again: int = 0
    news: list[EarlyWarning] = field(default_factory=list)
    released: list[EarlyWarning] = field(default_factory=list)


@transaction.atomic
def judge_all(today: date | None = None) -> Judged:
    """Contracts that are under way, and what belongs to none: items, monitors and partners of each third party."""
    today = today or timezone.localdate()
    result = Judged()
    contracts = list(
        Contract.objects.filter(state__in=("active", "suspended"), deleted_at=None).select_related("partner")
    )
    _contracts(contracts, today, result)
    ended = Contract.objects.exclude(state__in=("active", "suspended"))
    for row in EarlyWarning.objects.filter(contract__in=ended).exclude(state=WarningState.OVER):
        _end(row, today, result)
    for owner in Visit.objects.order_by().values_list("owner", flat=True).distinct():
        _owner(owner, today, result)
    tell(result.news, result.released)
    return result


@transaction.atomic
def judge_contracts(contracts: Iterable[Contract], today: date | None = None) -> Judged:
    """After a change: these alone."""
    result = Judged()
    _contracts(list(contracts), today or timezone.localdate(), result)
    tell(result.news, result.released)
    return result


def _contracts(contracts: list[Contract], today: date, result: Judged) -> None:
    whole, released = gather(contracts, today, OFFICE), gather(contracts, today, RELEASED)
    for contract in contracts:
        known = {(one.rule, one.subject): one for one in judge(released[contract.pk], today)}
        _keep(contract.owner_id, contract, judge(whole[contract.pk], today), known, today, result)


def _owner(owner: UUID, today: date, result: Judged) -> None:
    limits = limits_of()
    failed, names = failed_items(owner, today)
    monitors, partners = tallies(owner, today)
    broken = [
        *repeats(failed, names, limits["repeat_visits"]),
        *outlying("monitor", monitors, limits["outlier"]),
        *outlying("partner", partners, limits["outlier"]),
    ]
    _keep(owner, None, broken, {}, today, result)


def _keep(
    owner: UUID,
    contract: Contract | None,
    broken: Iterable[Broken],
    released: Mapping[tuple[str, str], Broken],
    today: date,
    result: Judged,
) -> None:
    with transaction.atomic(), because(REASON):
        rows = EarlyWarning.objects.select_for_update().filter(owner=owner, contract=contract)
        standing = {(one.rule, one.subject): one for one in rows.exclude(state=WarningState.OVER)}
        for one in broken:
            key = (one.rule, one.subject)
            for_donor = released.get(key) if RULES[one.rule].donor else None
            row = standing.pop(key, None)
            if row is None:
                _open(owner, contract, one, for_donor, today, result)
            else:
                _again(row, one, for_donor, today, result)
        for row in standing.values():
            if row.state != WarningState.MUTED or _ran_out(row, today):
                _end(row, today, result)


def _open(
    owner: UUID, contract: Contract | None, one: Broken, for_donor: Broken | None, today: date, result: Judged
) -> None:
    row = EarlyWarning(
        ref=random_ref(EarlyWarning.REF_PREFIX), owner_id=owner, contract=contract,
        place_id=contract.place_id if contract else None, rule=one.rule, subject=one.subject, since=today,
    )  # fmt: skip
    _write(row, for_donor or one, today)
    row.released_at = timezone.now() if for_donor else None
    row.save()
    result.opened += 1
    result.news.append(row)
    if row.released_at:
        result.released.append(row)


def _again(row: EarlyWarning, one: Broken, for_donor: Broken | None, today: date, result: Judged) -> None:
    before = (row.state, row.about, row.evidence, row.released_at)
    if row.state == WarningState.MUTED and _ran_out(row, today):
        row.state, row.muted_until, row.muted_reason = WarningState.NEW, None, ""
        result.again += 1
    newly = for_donor is not None and row.released_at is None
    if newly:
        row.released_at = timezone.now()
    if for_donor is not None or row.released_at is None:
        # Who may read it already is shown no number that only the office knows.
        _write(row, for_donor or one, today)
    if (row.state, row.about, row.evidence, row.released_at) != before:
        row.save()
    if before[0] == WarningState.MUTED != row.state:
        result.news.append(row)
    if newly:
        result.released.append(row)
    result.kept += 1


def _end(row: EarlyWarning, today: date, result: Judged) -> None:
    with because(REASON):
        row.state, row.until = WarningState.OVER, max(today, row.since)
        row.save(update_fields=["state", "until"])
    result.over += 1


def _ran_out(row: EarlyWarning, today: date) -> bool:
    return row.muted_until is None or row.muted_until <= today


def _month(code: str) -> dict[str, str]:
    """``2026-03`` as each language writes it."""
    found = {}
    for language in FALLBACK:
        with override(language):
            found[language] = period(code.replace("-", ""))
    return found


def _write(row: EarlyWarning, one: Broken, today: date) -> None:
    """The numbers as they are today; the first ones stay beside them."""
    numbers = [{"name": name, "value": value, "limit": limit} for name, value, limit in one.numbers]
    known: Any = row.evidence or {}
    first = known.get("first")
    params = {name: _month(value) if name == "month" else value for name, value in one.params.items()}
    row.about = in_three(RULES[one.rule].says, **params)
    row.evidence = {
        "numbers": numbers,
        "links": [{"kind": kind, "ref": ref} for kind, ref in one.links],
        "first": first or {"on": today.isoformat(), "numbers": numbers},
        **({"confirmed": known["confirmed"]} if "confirmed" in known else {}),
    }
