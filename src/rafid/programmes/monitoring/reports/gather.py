"""All figures of a quarterly report as this node knew them at a moment, contract by contract: each side reads its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from rafid.commons.indicators.periods import span

from ..contracts import months
from ..contracts.figures import figures as progress_figures
from ..contracts.inputs import RELEASED, read
from ..models import Contract
from .changed import outcomes_of
from .independence import independence_of
from .known import as_known
from .ledger import findings_of
from .visited import plan_blocks, plans_of, seen_block, told, visit_rows, visits_of
from .warned import warnings_of

FORMULA = "1"
"""Of how a report is computed; another one may give other figures of the same state."""


def gather(contracts: Iterable[Contract], period: str, known: datetime) -> dict[str, Any]:
    """``{"formula", "period", "known", "contracts": […]}``: JSON of numbers and of words that people wrote; ours are the
    reader's. Only what is released and of revealed plans enters: a report goes to partners and donors.

    Raises ``ValueError`` for what is no quarter.
    """
    first, last = quarter(period)
    every = {one.pk: one for one in contracts}
    ids = list(every)
    month = months.first_of(last)
    plans = plans_of(ids, first, last, known)
    planned = plan_blocks(plans, ids)
    visits = visits_of(ids, plans, first, last, known)
    inputs = read(every.values(), RELEASED, known_at=known)
    findings = findings_of(ids, first, last, known)
    outcomes = outcomes_of(ids, first, last, known)
    warnings = warnings_of(ids, first, last, known)
    made = {pk: [one for one in rows if one.state == "done" and told(one, plans)] for pk, rows in visits.items()}
    terms = {one.pgh_obj_id: one for one in as_known(Contract, known, pgh_obj__in=ids)}
    independence = independence_of(every, made, first, last, known)
    blocks = []
    for pk, contract in every.items():
        progress = progress_figures(inputs[pk], month)
        tallies = progress.pop("tallies")
        blocks.append(
            {
                **_head(contract, terms.get(pk, contract)),
                "plans": planned.get(pk, []),
                "seen": seen_block(visits.get(pk, []), plans),
                "progress": progress,
                "tallies": [one for one in tallies if first <= _day(one[0]) <= last],
                "findings": findings.get(pk, []),
                "outcomes": outcomes.get(pk, []),
                "warnings": warnings.get(pk, []),
                "independence": independence[pk],
                "visits": visit_rows(visits.get(pk, []), plans, known),
            }
        )
    blocks.sort(key=lambda one: (one["donor"]["ref"], one["partner"]["ref"], one["ref"]))
    return {"formula": FORMULA, "period": period, "known": known.isoformat(), "contracts": blocks}


def quarter(period: str) -> tuple[date, date]:
    if len(period) != 6 or period[4] != "Q":
        raise ValueError(f"{period!r} is no quarter; write it as 2026Q3")
    days = span(period)
    return days.start, days.end


def _day(month: str) -> date:
    return date(int(month[:4]), int(month[4:]), 1)


def _head(contract: Contract, terms: Any) -> dict[str, Any]:
    return {
        "id": str(contract.pk), "ref": contract.ref, "title": terms.title, "currency": terms.currency,
        "budget": float(terms.budget), "start": terms.start.isoformat(), "end": terms.end.isoformat(),
        "state": terms.state, "weights": terms.weights, "pass_mark": terms.pass_mark, "deadlines": terms.deadlines,
        "donor": {"ref": contract.donor.ref, "names": contract.donor.names},
        "partner": {"ref": contract.partner.ref, "names": contract.partner.names},
    }  # fmt: skip
