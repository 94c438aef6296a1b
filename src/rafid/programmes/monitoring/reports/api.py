"""``/api/v1/monitoring/reports``: quarterly reports, their frozen figures and files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.queries import by_ref

from . import printing
from .content import share_of
from .files import answer, language_of
from .freezing import recompute
from .rights import of_office, reports_seen

router = Router(tags=["monitoring"])
PRINTING_SECONDS = 10


class MonitoringReportFile(Schema):
    format: str
    language: str
    sha256: str
    size: int


class MonitoringReportOut(Schema):
    """``contracts``: references of those that you see. ``sha256``: of the frozen figures; ``known``: the state that they are
    of. ``files``: those of a final report, where all of it is yours to read."""

    id: str
    ref: str
    period: str
    language: str
    state: str
    contracts: list[str]
    known: datetime | None
    sha256: str | None
    comments_until: date | None
    final_at: datetime | None
    files: list[MonitoringReportFile]


class MonitoringReportWhole(MonitoringReportOut):
    """``figures``: the frozen figures of the contracts that you see."""

    figures: list[dict[str, Any]]
    errata: list[dict[str, str]]


class MonitoringReportDifference(Schema):
    where: str
    frozen: Any = None
    now: Any = None


class MonitoringReportRecomputed(Schema):
    """``same``: computed again from ``known`` the figures are those that were frozen, and these still have their hash."""

    known: datetime
    same: bool
    whole: bool
    differences: list[MonitoringReportDifference]


class MonitoringReportsQuery(PageQuery):
    period: str | None = None
    state: str | None = None


class MonitoringReportFileQuery(Schema):
    lang: str | None = None


@router.get("/reports", response={200: Page[MonitoringReportOut], **ERRORS}, summary="Quarterly reports")
def reports(request: HttpRequest, query: Query[MonitoringReportsQuery]) -> Any:
    user = signed_in(request)
    rows = reports_seen(user)
    if query.period:
        rows = rows.filter(period=query.period.replace("\x00", ""))
    if query.state:
        rows = rows.filter(state=query.state.replace("\x00", ""))
    return paged(rows, query, lambda row: _summary(row, user))


def _summary(report: Any, user: Any) -> dict[str, Any]:
    share = share_of(report, user)
    return {
        "id": str(report.pk), "ref": report.ref, "period": report.period, "language": report.language, "state": report.state,
        "contracts": [one["ref"] for one in share.contracts], "known": report.known,
        "sha256": report.frozen.get("sha256"), "comments_until": report.comments_until, "final_at": report.final_at,
        "files": [
            {"format": one.format, "language": one.language, "sha256": one.sha256, "size": one.size}
            for one in (report.files.order_by("format", "language") if share.whole else ())
        ],
    }  # fmt: skip


@router.get("/reports/{ref}.pdf", response={200: bytes, **ERRORS}, summary="The report as PDF, in the language of lang")
def report_pdf(request: HttpRequest, ref: str, query: Query[MonitoringReportFileQuery]) -> Any:
    user = signed_in(request)
    row = by_ref(reports_seen(user), ref)
    found = answer(row, user, "pdf", query.lang)
    if found is None:
        # Raised, it would take the task back with the transaction.
        printing.begin(row, "pdf", language_of(query.lang, row), by=user)
        return Problem(
            503, _("The report is being printed"), _("Ask for the same address again in a few seconds."),
            headers={"Retry-After": str(PRINTING_SECONDS)},
        ).response()  # fmt: skip
    return found


@router.get("/reports/{ref}.docx", response={200: bytes, **ERRORS}, summary="The report as DOCX, to be edited")
def report_docx(request: HttpRequest, ref: str, query: Query[MonitoringReportFileQuery]) -> Any:
    user = signed_in(request)
    return answer(by_ref(reports_seen(user), ref), user, "docx", query.lang)


@router.get(
    "/reports/{ref}/recomputed", response={200: MonitoringReportRecomputed, **ERRORS},
    summary="The frozen figures computed again from the state that they name",
)  # fmt: skip
def recomputed(request: HttpRequest, ref: str) -> Any:
    user = signed_in(request)
    report = by_ref(reports_seen(user), ref)
    if report.known is None or not of_office(user, report):
        raise not_found()
    found = recompute(report)
    return {
        "known": found.known, "same": found.same, "whole": found.whole,
        "differences": [{"where": one.where, "frozen": one.frozen, "now": one.now} for one in found.differences],
    }  # fmt: skip


@router.get("/reports/{ref}", response={200: MonitoringReportWhole, **ERRORS}, summary="One report with its figures")
def report(request: HttpRequest, ref: str) -> Any:
    user = signed_in(request)
    row = by_ref(reports_seen(user), ref)
    return {
        **_summary(row, user),
        "figures": list(share_of(row, user).contracts),
        "errata": [
            {"ar": one.text_ar, "ckb": one.text_ckb, "en": one.text_en}
            for one in row.errata.visible_to(user).order_by("known_at")
        ],
    }
