"""Who does what with a report: the manager makes it, partners of its contracts comment, all else read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from rafid.commons.people.models import Organisation

from ..models import Contract, Report, ReportState
from ..seeing import OFFICE, may_here, of_third_party


def reports_seen(user: Any) -> QuerySet[Report]:
    found: QuerySet[Report] = Report.objects.visible_to(user).select_related("owner", "final_by")
    return found


def may_make(user: Any, report: Report) -> bool:
    return may_here(user, "report", owner=report.owner_id, place=report.place)


def of_office(user: Any, report: Report) -> bool:
    return Report.objects.filter(of_third_party(user, roles=OFFICE), pk=report.pk).exists()


def speaks_for(user: Any, report: Report) -> list[Organisation]:
    """The partners of the report for whom this person may comment now."""
    if report.state != ReportState.COMMENTS:
        return []
    contracts = Contract.objects.visible_to(user).filter(reports=report)
    partners = {one.partner_id: one for one in contracts.select_related("partner", "place")}
    return [
        one.partner
        for one in partners.values()
        if may_here(user, "comment", owner=one.owner_id, partner=one.partner_id, place=one.place)
    ]
