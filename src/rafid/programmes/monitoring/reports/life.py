"""The life of a report: begun, sent to its partners, commented on, final; errata beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.models import Organisation
from rafid.commons.places.country import country
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_rows
from rafid.commons.writing import day

from ..models import (
    CalendarDay,
    Contract,
    DayKind,
    Erratum,
    MonitoringPlan,
    PlanState,
    Report,
    ReportComment,
    ReportContract,
    ReportState,
    Visit,
)
from ..models.visits import OPEN
from ..refusals import told
from .freezing import sha256_of
from .gather import quarter
from .saying.words import SECTIONS
from .telling import tell_erratum, tell_sent

DAYS = 10
"""Working days that partners have for their comments."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def begin(
    owner: Organisation, period: str, contracts: Iterable[Contract], *, language: str, by: Any, **values: Any
) -> Report:
    """A draft without figures. Raises ``Refused`` for what is no quarter, one that is not over, and no contract."""
    try:
        _first, last = quarter(period)
    except ValueError as error:
        raise Refused(_("Write the quarter as 2026Q3.")) from error
    if last >= timezone.localdate():
        raise Refused(_("This quarter is not over yet. Its report begins after %s.") % day(last))
    rows = list(contracts)
    if not rows:
        raise Refused(_("The report speaks of no contract. Choose at least one."))
    with told(Report), because("report begun"):
        report = Report.objects.create(owner=owner, period=period, language=language, made_by=by, **values)
        for one in rows:
            ReportContract.objects.create(report=report, contract=one, made_by=by)
        index_rows(Report, [report])
    report.refresh_from_db()
    return report


def write_section(report: Report, section: str, text: Mapping[str, str], *, version: int | None = None) -> Report:
    """The office's own words for a section, by language; empty ones are left out."""
    if section not in SECTIONS or section == "comments":
        raise Refused(_("The report has no such section."))
    with told(Report), because("section written"):
        row = locked(Report, report.pk, version)
        if row.state == ReportState.FINAL:
            raise Refused(_("A final report does not change. Write an erratum."))
        kept = {language: words.strip() for language, words in text.items() if words.strip()}
        row.sections = {**row.sections, section: kept}
        row.save()
    row.refresh_from_db()
    return row


def send_to_partners(report: Report, *, by: Any, version: int | None = None, today: date | None = None) -> Report:
    """Partners read their part from now on and have ten working days. Raises ``Refused`` while something of it is sealed or
    not yet released: nobody can comment on what may not be read."""
    today = today or timezone.localdate()
    with told(Report), because("sent to partners"):
        row = locked(Report, report.pk, version)
        if row.state != ReportState.DRAFT:
            raise Refused(_("Only a draft is sent to the partners."))
        if row.known is None:
            raise Refused(_("Freeze the figures before the report is sent on."))
        _nothing_hidden(row)
        row.state, row.comments_until = ReportState.COMMENTS, working_day_after(row.owner_id, today, DAYS)
        row.save()
        row.refresh_from_db()
        tell_sent(row)
    return row


def _nothing_hidden(report: Report) -> None:
    first, last = quarter(report.period)
    ids = [one["id"] for one in report.frozen["contracts"]]
    sealed = MonitoringPlan.objects.filter(
        of_contracts__contract__in=ids, period=report.period, state__in=(PlanState.REGISTERED, PlanState.RUNNING),
        deleted_at=None,
    ).values_list("ref", flat=True)  # fmt: skip
    if sealed:
        raise Refused(
            _("The plan %s is still sealed. Reveal it after its last visit, and freeze the figures again.")
            % ", ".join(sorted(set(sealed)))
        )
    hidden = (
        Visit.objects.filter(contract__in=ids, released_to_partner_at=None, deleted_at=None)
        .filter(Q(plan__period=report.period, drawn__isnull=False) | Q(drawn=None, planned_on__range=(first, last)))
        .exclude(state__in=OPEN)
        .count()
    )
    if hidden:
        raise Refused(
            _(
                "%s visits of the quarter are not released to their partners. Release them, and freeze the figures again."
            )
            % hidden
        )


def take_back(report: Report, *, version: int | None = None) -> Report:
    """Back to a draft; what the partners said stays."""
    with told(Report), because("taken back"):
        row = locked(Report, report.pk, version)
        if row.state != ReportState.COMMENTS:
            raise Refused(_("Only a report that is with the partners is taken back."))
        row.state, row.comments_until = ReportState.DRAFT, None
        row.save()
    row.refresh_from_db()
    return row


def comment(report: Report, partner: Organisation, text: str, *, section: str = "", by: Any) -> ReportComment:
    if not text.strip():
        raise Refused(_("Write what you want to say."))
    if section and section not in SECTIONS:
        raise Refused(_("The report has no such section."))
    if report.comments_until and timezone.localdate() > report.comments_until:
        raise Refused(_("The time for comments is over."))
    with told(ReportComment):
        return ReportComment.objects.create(
            report=report, partner=partner, section=section, text=text.strip(), made_by=by
        )


def ready_to_finish(report: Report, today: date | None = None) -> None:
    """Raises ``Refused`` with what is still missing."""
    if report.state != ReportState.COMMENTS or report.comments_until is None:
        raise Refused(_("A report becomes final after the partners could comment on it. Send it to them first."))
    if (today or timezone.localdate()) <= report.comments_until:
        raise Refused(
            _("The partners may comment until %s. The report becomes final afterwards.") % day(report.comments_until)
        )
    if report.frozen.get("sha256") != sha256_of(report.frozen):
        raise Refused(
            _("The frozen figures do not fit their hash any more. Take the report back and freeze them again.")
        )


def erratum(report: Report, text: Mapping[str, str], *, by: Any) -> Erratum:
    with told(Erratum):
        made = Erratum.objects.create(
            report=report, made_by=by, **{f"text_{language}": words.strip() for language, words in text.items()}
        )
        tell_erratum(report)
    return made


def working_day_after(owner: Any, start: date, days: int) -> date:
    """The day on which so many working days are over: not the country's weekend, nor what the calendar says is free."""
    marked: dict[date, str] = {}
    rows = CalendarDay.objects.filter(
        owner=owner, place=None, kind__in=(DayKind.HOLIDAY, DayKind.WORKING),
        days__overlap=(start, start + timedelta(days=6 * days + 30)),
    )  # fmt: skip
    for row in rows:
        one = row.days.lower
        while one < row.days.upper:
            if marked.get(one) != DayKind.WORKING:
                marked[one] = row.kind
            one += timedelta(days=1)
    weekend = country().weekend
    found = start
    while days:
        found += timedelta(days=1)
        kind = marked.get(found)
        works = kind == DayKind.WORKING or (kind is None and _WEEKDAYS[found.weekday()] not in weekend)
        days -= works
    return found
