"""What partners report, judged before it is written: by form or by table, the same rules and the same sentences.

The ledger holds the newest version of every number of some contracts in memory, takes new ones, and says which of them cannot
stand beside the others. What is only odd is a doubt: it is written, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three, pick
from rafid.commons.writing import number

from ..models import Contract, ReportedAtSite, ReportedProgress, Spending, WorkplanLine
from . import months

UNKNOWN_LINE = gettext_noop("The contract %(contract)s has no line “%(line)s”. Write the code of one of its lines.")
OUTSIDE = gettext_noop(
    "%(month)s lies outside the time of contract %(contract)s (%(start)s to %(end)s). Correct the month or the contract."
)
NOT_YET = gettext_noop("%(month)s has not begun yet. Report a month that has begun.")
OTHER_UNIT = gettext_noop(
    "Line %(line)s counts in %(unit)s, this says %(given)s. Convert the number, and write %(unit)s."
)
AGAIN = gettext_noop(
    "%(month)s of %(line)s was reported as %(old)s already, and now as %(new)s. If this corrects it, write why under “Reason”: "
    "both versions are kept."
)
FALLS = gettext_noop(
    "%(line)s: %(new)s until %(month)s is less than the %(old)s until %(before)s. Numbers are cumulative: report all that was "
    "reached so far, or correct the earlier month, too."
)
ABOVE_TARGET = gettext_noop("%(line)s: %(new)s is more than the target of %(target)s. Check the number.")
ABOVE_BUDGET = gettext_noop("%(new)s spent is more than the budget of %(budget)s. Check the number.")
NEGATIVE = gettext_noop("%(line)s: %(new)s is less than 0. Correct the number.")
NOTHING = gettext_noop("The row reports nothing. Fill in what was reached, or what was spent.")
SPENT = gettext_noop("Money spent")


class Wrong(Exception):
    """A number that cannot stand. ``column`` it is in, ``row`` where it came from a table; ``text`` in three languages."""

    def __init__(self, message: str, *, column: str = "", row: int | None = None, **params: Any) -> None:
        self.column, self.row = column, row
        self.text = in_three(message, **params)
        super().__init__(self.text["en"])

    def __str__(self) -> str:
        return pick(self.text)


@dataclass(frozen=True)
class Doubt:
    """Something that is written and should be looked at."""

    row: int | None
    column: str
    text: Mapping[str, str]

    def __str__(self) -> str:
        return pick(self.text)


@dataclass(frozen=True)
class Entry:
    """A number to write. ``line`` None: money; ``site``: of one site."""

    contract: Contract
    line: WorkplanLine | None
    site: UUID | None
    month: date
    value: float
    version: int
    reason: str
    row: int | None


type_key = tuple[UUID, UUID | None, UUID | None]
"""Contract, line, site: what has a number for each month."""


@dataclass
class Ledger:
    """``entries`` are what was taken, in order; ``same`` counts numbers that were there already."""

    contracts: Mapping[UUID, Contract]
    entries: list[Entry] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    same: int = 0
    _newest: dict[type_key, dict[date, tuple[float, int]]] = field(default_factory=dict)
    _rows: dict[tuple[type_key, date], int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, contracts: Iterable[Contract]) -> Ledger:
        every = {one.pk: one for one in contracts}
        ledger = cls(every)
        line_of = {"line__contract__in": list(every)}
        for contract, line, month, version, value in (
            ReportedProgress.objects.filter(**line_of)
            .order_by("number")
            .values_list("line__contract", "line", "month", "number", "value")
        ):
            ledger._newest.setdefault((contract, line, None), {})[month] = (value, version)
        for contract, line, site, month, version, value in (
            ReportedAtSite.objects.filter(**line_of)
            .order_by("number")
            .values_list("line__contract", "line", "site", "month", "number", "value")
        ):
            ledger._newest.setdefault((contract, line, site), {})[month] = (value, version)
        for contract, month, version, amount in (
            Spending.objects.filter(contract__in=list(every))
            .order_by("number")
            .values_list("contract", "month", "number", "amount")
        ):
            ledger._newest.setdefault((contract, None, None), {})[month] = (float(amount), version)
        return ledger

    def newest(self, contract: UUID, line: UUID | None, site: UUID | None) -> dict[date, float]:
        """The newest version of each month."""
        return {month: value for month, (value, _) in self._newest.get((contract, line, site), {}).items()}

    def lines_of_sites(self, contract: UUID) -> list[tuple[UUID, UUID]]:
        """(line, site) of which something was reported."""
        return [(line, site) for one, line, site in self._newest if one == contract and line and site]

    def take(
        self,
        contract: Contract,
        month: date,
        value: float,
        *,
        line: WorkplanLine | None = None,
        site: UUID | None = None,
        unit: str = "",
        reason: str = "",
        row: int | None = None,
    ) -> None:
        """Raises ``Wrong`` for a number that cannot stand by itself; ``settle`` looks at them all."""
        column = "spent" if line is None else "reported"
        name = _name(line)
        if unit and line is not None and not same_unit(unit, line.unit):
            raise Wrong(OTHER_UNIT, column="unit", row=row, line=line.code, unit=line.unit, given=unit)
        if not months.first_of(contract.start) <= month <= contract.end:
            raise Wrong(
                OUTSIDE, column="month", row=row, month=f"{month:%Y-%m}", contract=contract.ref, start=f"{contract.start}",
                end=f"{contract.end}",
            )  # fmt: skip
        if month > timezone.localdate():
            raise Wrong(NOT_YET, column="month", row=row, month=f"{month:%Y-%m}")
        if value < 0:
            raise Wrong(NEGATIVE, column=column, row=row, line=name, new=number(value))
        key = (contract.pk, line.pk if line else None, site)
        old = self._newest.setdefault(key, {}).get(month)
        if old is not None and abs(old[0] - value) < 1e-9:
            self.same += 1
            return
        if old is not None and not reason.strip():
            raise Wrong(
                AGAIN, column=column, row=row, month=f"{month:%Y-%m}", line=name, old=number(old[0]), new=number(value)
            )
        if line is not None and site is None and value > line.target:
            self._doubt(ABOVE_TARGET, column, row, line=name, new=number(value), target=number(line.target))
        if line is None and value > float(contract.budget):
            self._doubt(ABOVE_BUDGET, column, row, new=number(value), budget=number(contract.budget))
        version = old[1] + 1 if old else 1
        self._newest[key][month] = (value, version)
        self._rows[key, month] = row
        self.entries.append(Entry(contract, line, site, month, value, version, reason.strip(), row))

    def _doubt(self, message: str, column: str, row: int | None, **params: Any) -> None:
        self.doubts.append(Doubt(row, column, in_three(message, **params)))

    def settle(self) -> None:
        """Raises ``Wrong`` for the first cumulative number, of those taken, that is less than an earlier month's, or more
        than a later one's."""
        for entry in self.entries:
            key = (entry.contract.pk, entry.line.pk if entry.line else None, entry.site)
            held = sorted(self._newest[key].items())
            for (earlier, (less, _)), (later, (more, _)) in pairwise(held):
                if more < less - 1e-9 and entry.month in (earlier, later):
                    at = later if (key, later) in self._rows else earlier
                    raise Wrong(
                        FALLS, column="spent" if entry.line is None else "reported", row=self._rows[key, at],
                        line=_name(entry.line), new=number(more), month=f"{later:%Y-%m}", old=number(less),
                        before=f"{earlier:%Y-%m}",
                    )  # fmt: skip

    def write(self, *, by: Any, received_at: datetime, document: str = "", document_name: str = "") -> None:
        """One row for each number; the database has the last word."""
        shared = {
            "made_by": by if getattr(by, "pk", None) else None, "received_at": received_at, "document": document,
            "document_name": document_name[:200],
        }  # fmt: skip
        kinds: dict[Any, list[Any]] = {ReportedProgress: [], ReportedAtSite: [], Spending: []}
        for one in self.entries:
            of = {"month": one.month, "number": one.version, "reason": one.reason[:500], **shared}
            if one.line is None:
                kinds[Spending].append(Spending(contract=one.contract, amount=one.value, **of))
            elif one.site is None:
                kinds[ReportedProgress].append(ReportedProgress(line=one.line, value=one.value, **of))
            else:
                kinds[ReportedAtSite].append(ReportedAtSite(line=one.line, site_id=one.site, value=one.value, **of))
        for model, rows in kinds.items():
            model.objects.bulk_create(rows, batch_size=2000)


def _name(line: WorkplanLine | None) -> Any:
    return line.code if line is not None else in_three(SPENT)


_UNITS = {
    "m2": "m²",
    "sqm": "m²",
    "m^2": "m²",
    "sq m": "m²",
    "متر مربع": "m²",
    "م2": "m²",
    "م²": "m²",
    "مەتر چوارگۆشە": "m²",
}


def same_unit(given: str, unit: str) -> bool:
    """Are both the same unit, however it is spelled? Nothing is converted: a number in another unit is sent back."""

    def plain(text: str) -> str:
        text = " ".join(text.split()).casefold()
        return _UNITS.get(text, text)

    return plain(given) == plain(unit)
