"""Tables to fill in, made for one contract: its lines and sites stand in them, under the heads that the import knows."""

from __future__ import annotations

from datetime import date
from typing import Any

from rafid.commons.names import pick

from ..models import Contract, Site
from . import months
from .files import as_xlsx
from .importing import MONTH_COLUMNS, PROGRESS, WORKPLAN
from .ledger import Ledger


def workplan_table(contract: Contract) -> bytes:
    """Its lines as they are, with as many months as it has; empty below the heads where it has none yet."""
    every = months.between(contract.start, contract.end)[: len(MONTH_COLUMNS)]
    columns = [one for one in WORKPLAN.columns if one.code not in MONTH_COLUMNS[len(every) :]]
    rows: list[list[Any]] = []
    for line in contract.lines.order_by("code").prefetch_related("planned"):
        planned = {row.month: row.value for row in line.planned.all()}
        values: dict[str, Any] = {
            "contract": contract.ref, "code": line.code, "name_ar": line.name_ar, "name_ckb": line.name_ckb,
            "name_en": line.name_en, "unit": line.unit, "kind": line.kind, "weight": line.weight, "target": line.target,
            "baseline": line.baseline, "means": line.means_of_verification,
            **{code: planned.get(month) for code, month in zip(MONTH_COLUMNS, every, strict=False)},
        }  # fmt: skip
        rows.append([values[column.code] for column in columns])
    if not rows:
        rows.append([contract.ref, *[None] * (len(columns) - 1)])
    return as_xlsx([pick(one.names) for one in columns], rows, title=pick(WORKPLAN.names or {}))


def progress_table(contract: Contract, month: date, *, sites: bool) -> bytes:
    """A row for each line, one for the money, and with ``sites`` one for each site that is active in the month; numbers that
    were reported already stand there."""
    ledger = Ledger.of([contract])

    def said(line: Any, site: Any) -> float | None:
        held = ledger.newest(contract.pk, line, site)
        return held.get(month)

    rows: list[list[Any]] = []
    lines = list(contract.lines.order_by("code"))
    text = f"{month:%Y-%m}"
    for line in lines:
        rows.append([contract.ref, text, line.code, None, line.unit, said(line.pk, None), None, None])
    rows.append([contract.ref, text, None, None, None, None, said(None, None), None])
    if sites:
        active = Site.objects.filter(contract=contract).order_by("ref")
        of_site: dict[Any, list[Any]] = {}
        for line_id, site in ledger.lines_of_sites(contract.pk):
            of_site.setdefault(site, []).append(line_id)
        by_id = {line.pk: line for line in lines}
        for site in active:
            if (site.active_from and site.active_from > months.last_day(month)) or (
                site.active_to and site.active_to < month
            ):
                continue
            for line_id in of_site.get(site.pk) or [None]:
                line = by_id.get(line_id)
                rows.append(
                    [
                        contract.ref,
                        text,
                        line.code if line else None,
                        site.ref,
                        line.unit if line else None,
                        said(line_id, site.pk) if line else None,
                        None,
                        None,
                    ]
                )
    return as_xlsx([pick(one.names) for one in PROGRESS.columns], rows, title=pick(PROGRESS.names or {}))
