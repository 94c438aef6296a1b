"""The ledger of findings: by item, by team, by partner; how many, how long, and how many of the closed came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from rafid.commons.names import pick
from rafid.commons.records.models.nonconformities import SETTLED
from rafid.commons.writing import number
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
    return "" if value is None else number(100 * value, 0)


@dataclass(frozen=True)
class _Row:
    """What the ledger needs of a finding; rows of a table are many, and records are heavy."""

    pk: Any
    item_code: str
    item: dict[str, str]
    team: str
    partner: str
    partner_names: dict[str, str]
    severity: str
    state: str
    opened_on: date
    due_on: date
    closed_at: datetime | None


_LANGUAGES = ("ar", "ckb", "en")
_COLUMNS = (
    "pk", "item_code", *(f"item__text_{one}" for one in _LANGUAGES), "visit__team", "contract__partner__ref",
    *(f"contract__partner__name_{one}" for one in _LANGUAGES), "severity", "state", "opened_on", "due_on", "closed_at",
)  # fmt: skip


def _rows(rows: QuerySet[NonConformity]) -> Iterator[_Row]:
    for pk, code, ar, ckb, en, team, partner, *rest in rows.values_list(*_COLUMNS):
        item = {"ar": ar or "", "ckb": ckb or "", "en": en or ""}
        names = dict(zip(_LANGUAGES, rest[:3], strict=True))
        yield _Row(pk, code, item, team, partner, names, *rest[3:])


def _item(row: _Row) -> tuple[str, str, str, str]:
    return row.item_code, pick(row.item) or row.item_code, "", urlencode({"item": row.item_code})


def _team(row: _Row) -> tuple[str, str, str, str]:
    link = urlencode({"partner": row.partner, "team": row.team})
    return f"{row.partner}/{row.team}", row.team or "–", pick(row.partner_names) or row.partner, link


def _partner(row: _Row) -> tuple[str, str, str, str]:
    return row.partner, pick(row.partner_names) or row.partner, "", urlencode({"partner": row.partner})


BY: dict[str, tuple[Promise, Callable[[_Row], tuple[str, str, str, str]]]] = {
    "item": (gettext_lazy("By item"), _item),
    "team": (gettext_lazy("By team"), _team),
    "partner": (gettext_lazy("By partner"), _partner),
}


def ledger(rows: QuerySet[NonConformity], by: str, today: date) -> list[Line]:
    """Most findings first. A closed finding came back when a later one says so. Withdrawn ones do not count."""
    of = BY[by][1]
    groups: dict[str, list[_Row]] = {}
    told: dict[str, tuple[str, str, str]] = {}
    # Which came back is asked of all findings, so that a filter by state does not hide it; only yes or no comes of it.
    later = NonConformity.objects.filter(repeat_of__isnull=False).exclude(state="withdrawn")
    came_back = set(later.values_list("repeat_of", flat=True))
    for row in _rows(rows.exclude(state="withdrawn").order_by("opened_on", "pk")):
        key, name, partner, link = of(row)
        if key:
            groups.setdefault(key, []).append(row)
            told[key] = (name, partner, link)
    lines = [_line(key, told[key], some, came_back, today) for key, some in groups.items()]
    return sorted(lines, key=lambda line: (-line.total, line.name))


def _line(key: str, told: tuple[str, str, str], rows: list[_Row], came_back: set[Any], today: date) -> Line:
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
