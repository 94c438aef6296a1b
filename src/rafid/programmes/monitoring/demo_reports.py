"""Reports of the demonstration: one for each quarter whose plan is revealed, the newest still with its partners."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rafid.commons.people.models import Account
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source

from .models import Contract, MonitoringPlan, Report, ReportComment, ReportState
from .models.plans import OPENED
from .reports.finishing import begin_finishing
from .reports.freezing import freeze
from .reports.gather import quarter
from .reports.life import begin, send_to_partners

_WORDS = {
    "ar": "كان الوصول في هذا الربع جيداً في معظم المواقع. نشكر الفرق على استقبال المراقبين.",
    "ckb": "لەم چارەکەدا چوونەژوورەوە لە زۆربەی شوێنەکاندا باش بوو. سوپاسی تیمەکان دەکەین بۆ پێشوازیی چاودێران.",
    "en": "Access was good at most sites in this quarter. We thank the teams for receiving the monitors.",
}
_SAYS = (
    "زُرنا مع المراقبين المواقع التي رُفض دخولها، وهي مفتوحة الآن.",
    "تێبینییەکانمان وەرگرت؛ تۆماری ڕۆژانە لە هەموو تیمەکاندا نوێ کراوەتەوە.",
    "We agree with the findings; two of the log books were at the office on that day.",
)


def load(today: date, zone: Any, share: float) -> list[str]:
    """The files of those that become final are printed by tasks, and only for a whole demonstration."""
    manager = Account.objects.filter(login="monitoring.manager").first()
    contracts = list(
        Contract.objects.filter(source=Source.DEMONSTRATION).exclude(state="draft").select_related("owner", "partner")
    )
    if manager is None or not contracts or Report.everything.filter(source=Source.DEMONSTRATION).exists():
        return []
    plans = MonitoringPlan.objects.filter(source=Source.DEMONSTRATION, state__in=OPENED)
    periods = sorted(set(plans.values_list("period", flat=True)))
    sent = [_report(period, contracts, manager, today, last=period == periods[-1]) for period in periods]
    finishing = [one for one in sent[:-1] if one.state == ReportState.COMMENTS] if share >= 1 else []
    for one in finishing:
        begin_finishing(one, by=manager)
    return [f"{len(sent)} quarterly reports, {len(finishing)} of them become final"]


def _report(period: str, contracts: list[Contract], manager: Account, today: date, *, last: bool) -> Report:
    number = int(period[:4]) * 4 + int(period[-1])
    language = ("ar", "ckb", "en")[number % 3]
    made = begin(
        contracts[0].owner, period, contracts, language=language, by=manager, source=Source.DEMONSTRATION,
        sections={"summary": _WORDS},
    )  # fmt: skip
    made = freeze(made, by=manager)
    try:
        made = send_to_partners(
            made, by=manager, today=today if last else min(quarter(period)[1] + timedelta(days=12), today)
        )
    except Refused:
        return made  # something of it is sealed or not released: it stays a draft, as it would for everybody
    partner = contracts[number % len(contracts)].partner
    ReportComment.objects.create(report=made, partner=partner, section="seen", text=_SAYS[number % 3], made_by=manager)
    return made
