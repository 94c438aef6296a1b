"""Workplans: lines with weights and targets, and what each is to have reached by the end of each month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import fsum
from typing import Any

from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.writing import number

from ..models import Contract, ContractState, PlannedMonth, WorkplanLine
from ..models.contracts import ADDS_UP
from ..refusals import told
from .ledger import Doubt, Wrong, in_three

NO_TARGET = gettext_noop(
    "Line %(line)s has the target %(value)s. A target is more than 0: leave out a line that promises nothing."
)
BAD_WEIGHT = gettext_noop("Line %(line)s has the weight %(value)s. A weight lies between 0 and 1.")
WEIGHTS = gettext_noop(
    "The weights of contract %(contract)s add up to %(sum)s and not to 1. Change the weight of line %(line)s, or of others, "
    "until they do."
)
PLAN_FALLS = gettext_noop(
    "Line %(line)s: the plan falls from %(old)s (%(before)s) to %(new)s (%(month)s). What is planned until a month is never "
    "less than until the month before."
)
PLAN_OUTSIDE = gettext_noop(
    "Line %(line)s: %(month)s lies outside the time of contract %(contract)s (%(start)s to %(end)s). Empty the cell."
)
PLAN_NEGATIVE = gettext_noop("Line %(line)s: %(new)s is planned for %(month)s. A plan is 0 or more.")
PLAN_ABOVE = gettext_noop("Line %(line)s: the plan ends at %(new)s, above the target of %(target)s. Check both.")


@dataclass(frozen=True)
class Planned:
    """A line as a table or a form gives it; ``months`` by their first day."""

    contract: Contract
    values: Mapping[str, Any]
    months: Mapping[date, float]
    row: int | None = None
    columns: Mapping[date, str] | None = None

    @property
    def code(self) -> str:
        return str(self.values["code"])


def judge_line(one: Planned) -> list[Doubt]:
    """Raises ``Wrong`` for what cannot be; what is odd comes back."""
    target, weight = float(one.values["target"]), float(one.values["weight"])
    if not target > 0:
        raise Wrong(NO_TARGET, column="target", row=one.row, line=one.code, value=number(target))
    if not 0 <= weight <= 1:
        raise Wrong(BAD_WEIGHT, column="weight", row=one.row, line=one.code, value=number(weight))
    return judge_months(one, target)


def judge_months(one: Planned, target: float, there: Mapping[date, float] | None = None) -> list[Doubt]:
    """The plan with what stands there already: inside the contract, never falling."""
    contract = one.contract
    named = one.columns or {}
    for month, value in one.months.items():
        if not contract.start.replace(day=1) <= month <= contract.end:
            raise Wrong(
                PLAN_OUTSIDE, column=named.get(month, ""), row=one.row, line=one.code, month=f"{month:%Y-%m}",
                contract=contract.ref, start=f"{contract.start}", end=f"{contract.end}",
            )  # fmt: skip
        if value < 0:
            raise Wrong(
                PLAN_NEGATIVE, column=named.get(month, ""), row=one.row, line=one.code, new=number(value),
                month=f"{month:%Y-%m}",
            )  # fmt: skip
    every = sorted({**(there or {}), **one.months}.items())
    for (before, less), (month, more) in pairwise(every):
        if more < less - 1e-9:
            raise Wrong(
                PLAN_FALLS, column=named.get(month, ""), row=one.row, line=one.code, old=number(less),
                before=f"{before:%Y-%m}", new=number(more), month=f"{month:%Y-%m}",
            )  # fmt: skip
    if every and every[-1][1] > target * (1 + 1e-9):
        month, value = every[-1]
        text = in_three(PLAN_ABOVE, line=one.code, new=number(value), target=number(target))
        return [Doubt(one.row, named.get(month, "target"), text)]
    return []


def judge_weights(contract: Contract, weights: Mapping[str, float], *, row: int | None, last: str) -> None:
    """Raises ``Wrong`` where the lines' weights, by code, do not add up to 1."""
    total = fsum(weights.values())
    if weights and abs(total - 1) > ADDS_UP:
        raise Wrong(WEIGHTS, column="weight", row=row, contract=contract.ref, sum=f"{total:.6g}", line=last)


def write_lines(lines: Iterable[Planned], *, by: Any) -> tuple[int, int]:
    """New and changed lines with their months; (new, changed). Call it in a transaction; the database looks at its end."""
    new = changed = 0
    for one in lines:
        values = {name: value for name, value in one.values.items() if name != "code"}
        line = WorkplanLine.objects.select_for_update().filter(contract=one.contract, code=one.code).first()
        if line is None:
            line = WorkplanLine.objects.create(contract=one.contract, code=one.code, made_by=by, **values)
            new += 1
        elif any(getattr(line, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(line, name, value)
            line.save()
            changed += 1
        changed += write_months(line, one.months, by=by)
    return new, changed


def write_months(line: WorkplanLine, months: Mapping[date, float | None], *, by: Any) -> int:
    """How many months are new or changed; None takes a month out of the plan."""
    there = {row.month: row for row in line.planned.all()}
    changed = 0
    for month, value in months.items():
        row = there.get(month)
        if value is None:
            if row is not None:
                row.delete()
                changed += 1
        elif row is None:
            PlannedMonth.objects.create(line=line, month=month, value=value, made_by=by)
            changed += 1
        elif row.value != value:
            row.value = value
            row.save()
            changed += 1
    return changed


def keep_line(line: WorkplanLine, *, by: Any, reason: str = "") -> WorkplanLine:
    """A line of the form, new or changed. Raises ``Refused`` with the sentence of the database, also for its weights."""
    with told(WorkplanLine), because(reason):
        if line._state.adding:
            line.made_by = by
        line.save()
    return line


def change_state(contract: Contract, state: str, *, reason: str = "") -> Contract:
    """Draft, active, suspended, ended. Raises ``Refused`` for a step that is none, and where the weights do not add up."""
    assert state in ContractState.values
    with told(Contract), because(reason):
        row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        row.state = state
        row.save()
    return row
