"""Two tables that can be imported: a workplan (lines with their plan by month) and the month's progress."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.indicators.periods import is_period, span
from rafid.commons.people.models import Organisation
from rafid.commons.programme import Column, Import
from rafid.commons.records.imports import Refused
from rafid.commons.records.imports.copying import Written

from ..models import Contract, ReportedProgress, Site, WorkplanLine
from ..models.contracts import LineKind
from . import months
from .ledger import NOTHING, UNKNOWN_LINE, Ledger, Wrong
from .rights import may_report
from .workplan import Planned, judge_line, judge_weights, write_lines

UNKNOWN_CONTRACT = gettext_noop(
    "There is no contract “%(given)s” that you may fill in. Write its reference, as it stands on its page."
)
UNKNOWN_SITE = gettext_noop(
    "The contract %(contract)s has no site “%(site)s”. Write the reference or the id of one of its sites."
)
NO_MONTH = gettext_noop("“%(given)s” is no month. Write it as 2026-03 or 202603.")
NO_LINE = gettext_noop("The row has a number of a line, but no line. Write the line's code.")

MOST_MONTHS = 36
MONTH_COLUMNS = tuple(f"m{number:02}" for number in range(1, MOST_MONTHS + 1))


def three(ar: str, ckb: str, en: str) -> dict[str, str]:
    return {"ar": ar, "ckb": ckb, "en": en}


def apply_workplan(batch: Any) -> None:
    """Lines are made or changed, months written; nothing that a file leaves out is taken away."""
    contracts = _contracts(batch)
    try:
        lines = [_planned(contracts, number, values) for number, values in batch.rows]
        doubts = [doubt for one in lines for doubt in judge_line(one)]
        _weights(lines)
    except Wrong as wrong:
        raise _refused(wrong) from wrong
    _doubt(batch, doubts)
    new, changed = write_lines(lines, by=batch.run.made_by)
    batch.written[WorkplanLine._meta.label_lower] = Written(new, changed, max(0, len(lines) - new - changed))


def _planned(contracts: Mapping[str, Contract], number: int, values: Mapping[str, Any]) -> Planned:
    contract = _contract(contracts, number, values)
    every = months.between(contract.start, months.after(contract.start, MOST_MONTHS))
    planned, columns = {}, {}
    for column, month in zip(MONTH_COLUMNS, every, strict=False):
        if values.get(column) is not None:
            planned[month], columns[month] = float(values[column]), column
    of = {
        "code": str(values["code"]).strip(),
        "unit": str(values["unit"]).strip(),
        "kind": values.get("kind") or LineKind.OTHER,
        "weight": float(values["weight"]),
        "target": float(values["target"]),
        "baseline": float(values.get("baseline") or 0),
        "means_of_verification": values.get("means") or "",
        **{name: values.get(name) or "" for name in ("name_ar", "name_ckb", "name_en")},
    }
    return Planned(contract, of, planned, number, columns)


def _weights(lines: list[Planned]) -> None:
    """With the lines that are there and that the file does not speak of."""
    by_contract: dict[Any, list[Planned]] = {}
    for one in lines:
        by_contract.setdefault(one.contract.pk, []).append(one)
    for found in by_contract.values():
        contract = found[0].contract
        weights = dict(contract.lines.values_list("code", "weight"))
        weights |= {one.code: float(one.values["weight"]) for one in found}
        judge_weights(contract, weights, row=found[-1].row, last=found[-1].code)


def apply_progress(batch: Any) -> None:
    """Numbers join the ledger; a correction is the next version, and says why."""
    contracts = _reporting(batch)
    ledger = Ledger.of(contracts.values())
    lines = {(one.contract_id, one.code): one for one in WorkplanLine.objects.filter(contract__in=ledger.contracts)}
    sites: dict[tuple[Any, str], Any] = {}
    for contract, pk, ref, external in Site.objects.filter(contract__in=ledger.contracts).values_list(
        "contract", "pk", "ref", "external_id"
    ):
        sites[contract, ref] = pk
        if external:
            sites.setdefault((contract, external), pk)
    try:
        for number, values in batch.rows:
            _take(ledger, contracts, lines, sites, number, values)
        ledger.settle()
    except Wrong as wrong:
        raise _refused(wrong) from wrong
    _doubt(batch, ledger.doubts)
    run = batch.run
    ledger.write(by=run.made_by, received_at=timezone.now(), document=run.file_sha256, document_name=run.file_name)
    fresh = sum(entry.version == 1 for entry in ledger.entries)
    batch.written[ReportedProgress._meta.label_lower] = Written(fresh, len(ledger.entries) - fresh, ledger.same)


def _take(
    ledger: Ledger,
    contracts: Mapping[str, Contract],
    lines: Mapping[Any, WorkplanLine],
    sites: Mapping[Any, Any],
    number: int,
    values: Mapping[str, Any],
) -> None:
    contract = _contract(contracts, number, values)
    month = _month(values["month"], number)
    code, reason = str(values.get("line") or "").strip(), values.get("reason") or ""
    reported, spent = values.get("reported"), values.get("spent")
    if reported is None and spent is None:
        raise Wrong(NOTHING, row=number)
    if reported is not None:
        if not code:
            raise Wrong(NO_LINE, column="line", row=number)
        line = lines.get((contract.pk, code))
        if line is None:
            raise Wrong(UNKNOWN_LINE, column="line", row=number, contract=contract.ref, line=code)
        site = None
        if given := str(values.get("site") or "").strip():
            site = sites.get((contract.pk, given))
            if site is None:
                raise Wrong(UNKNOWN_SITE, column="site", row=number, contract=contract.ref, site=given)
        unit = str(values.get("unit") or "")
        ledger.take(contract, month, float(reported), line=line, site=site, unit=unit, reason=reason, row=number)
    if spent is not None:
        ledger.take(contract, month, float(spent), reason=reason, row=number)


def _month(given: Any, row: int) -> date:
    if isinstance(given, date):
        return given.replace(day=1)
    text = str(given or "").replace("-", "").strip()
    if len(text) == 6 and is_period(text):
        return span(text).start
    raise Wrong(NO_MONTH, column="month", row=row, given=str(given))


def _contracts(batch: Any) -> dict[str, Contract]:
    """Those of the organisation for which the file is sent; those that whoever sent it sees, where a person did."""
    return {one.ref: one for one in _seen(batch).filter(*_of(batch, "owner"))}


def _reporting(batch: Any) -> dict[str, Contract]:
    """The same, and those on which that organisation works itself: each partner reports its own progress, as others do it for
    them. Who sent the file must be one who may report."""
    mine, theirs = _of(batch, "owner"), _of(batch, "partner")
    rows = _seen(batch)
    if mine:
        rows = rows.filter(mine[0] | theirs[0])
    person = batch.run.made_by
    return {one.ref: one for one in rows if person is None or may_report(person, one)}


def _seen(batch: Any) -> Any:
    return Contract.objects.visible_to(batch.run.made_by) if batch.run.made_by else Contract.objects.all()


def _of(batch: Any, side: str) -> list[Q]:
    owner = batch.run.owner_id
    within = Organisation.objects.filter(lineage__contains=[owner]).values("pk")
    return [Q(**{side: owner}) | Q(**{f"{side}__in": within})] if owner else []


def _contract(contracts: Mapping[str, Contract], number: int, values: Mapping[str, Any]) -> Contract:
    given = str(values["contract"]).strip()
    if given not in contracts:
        raise Wrong(UNKNOWN_CONTRACT, column="contract", row=number, given=given[:80])
    return contracts[given]


def _refused(wrong: Wrong) -> Refused:
    return Refused(wrong.row, "refused", {"text": wrong.text}, wrong.column)


def _doubt(batch: Any, doubts: Any) -> None:
    for one in doubts:
        if one.row is not None:
            batch.doubt(one.row, one.column, one.text)


KINDS: dict[str, tuple[str, ...]] = {
    "clearance": ("Clearance", "إزالة", "پاککردنەوە"),
    "survey": ("Survey", "مسح", "ڕووپێوی"),
    "eore_sessions": ("Risk education sessions", "جلسات التوعية بالمخاطر", "دانیشتنی هۆشیاریی مەترسی"),
    "people_reached": ("People reached", "المستفيدون", "کەسانی پێگەیشتوو"),
    "spot_tasks": ("Spot tasks", "مهام نقطية", "ئەرکی خاڵی"),
    "victims_assisted": ("Victims assisted", "ضحايا تلقوا المساعدة", "قوربانیانی یارمەتیدراو"),
    "training": ("Training", "تدريب", "ڕاهێنان"),
    "other": ("Other", "أخرى", "هیتر"),
}

_CONTRACT = Column("contract", three("العقد", "گرێبەست", "Contract"), required=True)
_REASON = Column("reason", three("سبب التصحيح", "هۆی ڕاستکردنەوە", "Reason"), synonyms=("reason of correction", "why"))

WORKPLAN = Import(
    "workplan",
    names=three("خطة العمل", "پلانی کار", "Workplan"),
    about=three(
        "صف لكل بند من بنود العقد، وما يُخطط لبلوغه حتى نهاية كل شهر (تراكمي).",
        "ڕیزێک بۆ هەر بڕگەیەکی گرێبەست، لەگەڵ ئەوەی تا کۆتایی هەر مانگێک پلانی بۆ دانراوە (کەڵەکەبوو).",
        "A row for each line of a contract, with what it is to have reached by the end of each month, all in all.",
    ),
    columns=(
        _CONTRACT,
        Column("code", three("رمز البند", "کۆدی بڕگە", "Line"), required=True, synonyms=("line code", "code")),
        Column("name_ar", three("الاسم بالعربية", "ناو بە عەرەبی", "Name (Arabic)")),
        Column("name_ckb", three("الاسم بالكردية", "ناو بە کوردی", "Name (Kurdish)")),
        Column("name_en", three("الاسم بالإنجليزية", "ناو بە ئینگلیزی", "Name (English)")),
        Column("unit", three("الوحدة", "یەکە", "Unit"), required=True),
        Column("kind", three("النوع", "جۆر", "Kind"), kind="choice", choices=KINDS),
        Column("weight", three("الوزن", "کێش", "Weight"), kind="number", required=True),
        Column("target", three("الهدف", "ئامانج", "Target"), kind="number", required=True),
        Column("baseline", three("خط الأساس", "هێڵی بنەڕەت", "Baseline"), kind="number"),
        Column("means", three("وسائل التحقق", "ئامرازی پشتڕاستکردنەوە", "Means of verification")),
        *(
            Column(
                code,
                three(f"الشهر {number}", f"مانگی {number}", f"Month {number}"),
                kind="number",
            )
            for number, code in enumerate(MONTH_COLUMNS, 1)
        ),
    ),
    apply=apply_workplan,
    unique=("contract", "code"),
)

PROGRESS = Import(
    "progress",
    names=three("التقدم الشهري", "پێشکەوتنی مانگانە", "Monthly progress"),
    about=three(
        "صف لكل بند، وصف لكل موقع (المتحقق حتى نهاية الشهر، تراكمياً)، وصف للإنفاق حتى نهاية الشهر.",
        "ڕیزێک بۆ هەر بڕگەیەک، ڕیزێک بۆ هەر شوێنێک (ئەوەی تا کۆتایی مانگ بەدەستهاتووە، کەڵەکەبوو)، "
        "و ڕیزێک بۆ خەرجی تا کۆتایی مانگ.",
        "A row for each line and one for each site (reached by the month's end, all in all), and one for what was spent by "
        "then.",
    ),
    columns=(
        _CONTRACT,
        Column("month", three("الشهر", "مانگ", "Month"), kind="period", required=True),
        Column("line", three("رمز البند", "کۆدی بڕگە", "Line"), synonyms=("line code",)),
        Column("site", three("الموقع", "شوێن", "Site")),
        Column("unit", three("الوحدة", "یەکە", "Unit")),
        Column("reported", three("المُبلَّغ", "ڕاپۆرتکراو", "Reported"), kind="number"),
        Column("spent", three("المصروف", "خەرجکراو", "Spent"), kind="number"),
        _REASON,
    ),
    apply=apply_progress,
    unique=("contract", "month", "line", "site"),
    also="progress",
)  # fmt: skip

IMPORTS = (WORKPLAN, PROGRESS)
