"""/api/v1/forms/{id}/quality: interviewers and organisations, by the filters of the submissions' list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from rafid.commons.api import ERRORS, Problem
from rafid.commons.people.authentication import signed_in

from ..addressing import form_seen
from .measured import as_plain, may_look, quality_of

router = Router(tags=["forms"])


class OrganisationLine(Schema):
    """``findings``: kind → visits with one that is not explained. ``shrunken_rate``: share of visits with a finding to check
    or a serious one, drawn towards ``overall``; ``rate_low`` and ``rate_high`` hold 95 %. ``fastest_kmh`` is null where
    nothing is known, and ``at_once`` tells of visits apart without time between."""

    organisation: str
    interviews: int
    with_findings: int
    findings: dict[str, int]
    shrunken_rate: float
    rate_low: float
    rate_high: float
    back_checked: int
    back_check_rate: float | None
    median_seconds: float | None
    median_site_m: float | None
    fastest_kmh: float | None
    at_once: bool


class InterviewerLine(OrganisationLine):
    """``copying_score``: mean likeness of his records to the nearest of his own; ``copying_excess`` over records taken at
    random. A rank to look at, not an accusation."""

    interviewer: str
    copying_score: float | None
    copying_expected: float | None
    copying_excess: float | None
    copying_p_value: float | None


class QualityOut(Schema):
    """``prior_weight``: how many visits the rate of all weighs; null where interviewers do not differ more than chance."""

    interviews: int
    with_findings: int
    overall: float
    prior_weight: float | None
    items: list[InterviewerLine]
    organisations: list[OrganisationLine]
    next: str | None = None


@router.get("/{form_id}/quality", response={200: QualityOut, **ERRORS}, summary="Quality of field work by interviewer")
def quality(request: HttpRequest, form_id: str) -> Any:
    signed_in(request)
    found = form_seen(request.user, form_id)
    if not may_look(request.user, found):
        raise Problem(
            403, _("Not yours to do"), _("Quality is for those who review the submissions of this form or make it.")
        )
    told = quality_of(found, request.user, request, strict=True)
    return {
        "interviews": told.interviews,
        "with_findings": told.flagged,
        "overall": told.overall,
        "prior_weight": told.prior_weight,
        "items": [as_plain(one) for one in told.interviewers],
        "organisations": [as_plain(one) for one in told.organisations],
    }
