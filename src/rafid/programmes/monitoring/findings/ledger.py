"""The ledger of findings: by item, by team, by partner; how many, how long, and how many of the closed came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from rafid.commons.records.models.nonconformities import SETTLED
from rafid.methods.sampling import proportion_interval

from ..models import NonConformity

FEW = 5
"""Below so many closed findings the rate is marked: it says little."""


@dataclass(frozen=True)
class Line:
    """``again`` of ``closed`` came back: ``rate`` with its interval of 95 % (Wilson), None where none was closed yet."""

    key: str
    name: str
    partner: str
    total: int
    critical: int
    waiting: int
    overdue: int
    closed: int
    again: int
    rate: float | None
    low: float | None
    high: float | None
    days: float | None
    link: str

    @property
    def few(self) -> bool:
        return self.closed < FEW

    @property
    def parts(self) -> tuple[str, str, str]:
        return tuple(_percent(one) for one in (self.rate, self.low, self.high))  # type: ignore[return-value]


def _percent(value: float | None) -> str:
    from rafid.commons.writing import number

    return "" if value is None else number(100 * value, 0)


def _item(row: NonConformity) -> tuple[str, str, str, str]:
    name = (row.item.text if row.item else "") or row.item_code
    return row.item_code, name, "", f"item={row.item_code}"


def _team(row: NonConformity) -> tuple[str, str, str, str]:
    partner = row.contract.partner
    link = f"partner={partner.ref}&team={row.visit.team}"
    return f"{partner.ref}/{row.visit.team}", row.visit.team or "–", partner.name or partner.ref, link


def _partner(row: NonConformity) -> tuple[str, str, str, str]:
    partner = row.contract.partner
    return partner.ref, partner.name or partner.ref, "", f"partner={partner.ref}"


BY: dict[str, tuple[Promise, Callable[[NonConformity], tuple[str, str, str, str]]]] = {
    "item": (gettext_lazy("By item"), _item),
    "team": (gettext_lazy("By team"), _team),
    "partner": (gettext_lazy("By partner"), _partner),
}


def ledger(rows: QuerySet[NonConformity], by: str, today: date) -> list[Line]:
    """Most findings first. A closed finding came back when a later one says so. Withdrawn ones do not count."""
    of = BY[by][1]
    groups: dict[str, list[NonConformity]] = {}
    told: dict[str, tuple[str, str, str]] = {}
    # Which came back is asked of all findings, so that a filter by state does not hide it; only yes or no comes of it.
    came_back = set(
        NonConformity.objects.filter(repeat_of__isnull=False)
        .exclude(state="withdrawn")
        .values_list("repeat_of", flat=True)
    )
    for row in rows.exclude(state="withdrawn"):
        key, *rest = of(row)
        groups.setdefault(key, []).append(row)
        told[key] = (rest[0], rest[1], rest[2])
    lines = [_line(key, told[key], some, came_back, today) for key, some in groups.items() if key or by != "item"]
    return sorted(lines, key=lambda line: (-line.total, line.name))


def _line(key: str, told: tuple[str, str, str], rows: list[NonConformity], came_back: set[Any], today: date) -> Line:
    closed = [row for row in rows if row.state == "closed"]
    again = sum(row.pk in came_back for row in closed)
    days = [(timezone.localdate(row.closed_at) - row.opened_on).days for row in closed if row.closed_at]
    found = proportion_interval(again, len(closed)) if closed else None
    waiting = [row for row in rows if row.state not in SETTLED]
    return Line(
        key, told[0], told[1], len(rows), sum(row.severity == "critical" for row in rows), len(waiting),
        sum(row.due_on < today for row in waiting), len(closed), again,
        float(found.value) if found else None, float(found.low) if found else None, float(found.high) if found else None,
        float(median(days)) if days else None, told[2],
    )  # fmt: skip


HEADS = (
    "key", "name", "partner", "findings", "critical", "open", "overdue", "closed", "came_back", "repeat_rate", "repeat_low",
    "repeat_high", "median_days_to_close",
)  # fmt: skip


def exported(lines: list[Line]) -> list[list[Any]]:
    return [
        [
            one.key, one.name, one.partner, one.total, one.critical, one.waiting, one.overdue, one.closed, one.again,
            one.rate, one.low, one.high, one.days,
        ]
        for one in lines
    ]  # fmt: skip
