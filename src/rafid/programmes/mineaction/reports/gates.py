"""Who takes which gate of a report, and what waits for a person.

Three different persons: the operator's check, the operator's manager, the authority. Where the operator has no manager with an
account here, the authority's officer who holds the signed paper takes the second gate. Reports that were approved in another
system come with the second gate taken by whoever imported them; another person compares them with that system, a third accepts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from rafid.commons.people.models import Grant
from rafid.commons.people.visibility import organisations_within, places_within

from ..models import FieldReport, ReportState
from ..seeing import AUTHORITY, NOTHING, OPERATORS, PROGRAMME, held, may_do, own_organisation

MANAGER = f"{PROGRAMME}.operator_manager"
COMPARES = ("check", "approve")
"""Whoever may do one of these for the authority may compare what was approved elsewhere."""
OPEN = (ReportState.RECEIVED, ReportState.OPERATOR_CHECKED, ReportState.OPERATOR_APPROVED)


@dataclass(frozen=True)
class Act:
    """``code`` is the word in the address; ``why``: it asks for a reason."""

    code: str
    name: Any
    why: bool = False
    main: bool = False


CHECK = Act("check", _("Checked: hand on to the manager"), main=True)
COMPARE = Act("compare", _("Compared with the other system: hand on to the authority's decision"), main=True)
ENDORSE = Act("endorse", _("Approve for the operator"), main=True)
ACCEPT = Act("accept", _("Accept into the records"), main=True)
REJECT = Act("reject", _("Reject the report"), why=True)
TAKE_AGAIN = Act("take-again", _("Take it again as it is"), why=True)
WITHDRAW = Act("withdraw", _("Withdraw it from the records"), why=True)
ACTS = {one.code: one for one in (CHECK, COMPARE, ENDORSE, ACCEPT, REJECT, TAKE_AGAIN, WITHDRAW)}


def has_manager(report: FieldReport) -> bool:
    """Does a manager of the operator have an account here?"""
    return _managers(report.organisation_id).exists()


def _managers(organisation: Any) -> Any:
    own = Grant.objects.current().filter(role=MANAGER)
    return own.filter(Q(organisation=organisation) | Q(organisation=None, account__organisation=organisation))


def possible(user: Any, report: FieldReport) -> list[Act]:
    """What this person may do with the report as it stands, the gate first."""
    state, found = report.state, []
    gate = {
        ReportState.RECEIVED: CHECK, ReportState.OPERATOR_CHECKED: ENDORSE, ReportState.OPERATOR_APPROVED: ACCEPT,
    }.get(ReportState(state))  # fmt: skip
    if gate is ACCEPT and report.checked_by_id is None:
        gate = COMPARE
    if gate is not None and _may_take(user, report, gate):
        if user.pk not in (report.checked_by_id, report.endorsed_by_id):
            found.append(gate)
        found.append(REJECT)
    elif gate is not None and may_do(user, "approve", report, side="authority"):
        found.append(REJECT)
    if state in (ReportState.REJECTED, ReportState.SUPERSEDED) and may_do(user, "approve", report, side="authority"):
        found.append(TAKE_AGAIN)
    if state == ReportState.APPROVED and may_do(user, "approve", report, side="authority"):
        found.append(WITHDRAW)
    return found


def _may_take(user: Any, report: FieldReport, gate: Act) -> bool:
    if gate is CHECK:
        return may_do(user, "check", report)
    if gate is COMPARE:
        return any(may_do(user, action, report, side="authority") for action in COMPARES)
    if gate is ENDORSE:
        if may_do(user, "approve", report, side="operator"):
            return True
        return may_do(user, "approve", report, side="authority") and not has_manager(report)
    return may_do(user, "approve", report, side="authority")


def may_correct(user: Any, report: FieldReport) -> bool:
    """Enter its next version."""
    return may_do(user, "enter", report)


def may_reconcile(user: Any, report: FieldReport) -> bool:
    """The operator may say it until its manager approved; from then on the authority does."""
    if report.state not in OPEN:
        return False
    side = "authority" if report.state == ReportState.OPERATOR_APPROVED else ""
    return may_do(user, "enter", report, side=side)


def _where(user: Any, action: str, side: str) -> Q:
    """Rows for which :func:`~..seeing.may_do` would say yes, as a condition."""
    rule = NOTHING
    for scope in held(user, AUTHORITY if side == "authority" else OPERATORS, action):
        above = own_organisation(user, scope) if side == "operator" else scope.organisation
        column = "organisation" if side == "operator" else "owner"
        if side == "operator" and not above:
            continue
        one = Q(**{f"{column}__in": organisations_within(above)}) if above else Q()
        if scope.place:
            one &= Q(place__in=places_within(scope.place))
        rule |= one if one else ~NOTHING
    return rule


def waiting_for(user: Any) -> Any:
    """Reports whose next gate this person may take, the oldest first."""
    check = _where(user, "check", "authority") | _where(user, "check", "operator")
    decide = _where(user, "approve", "authority")
    managed = Grant.objects.current().filter(role=MANAGER)
    managed = managed.filter(
        Q(organisation=OuterRef("organisation")) | Q(organisation=None, account__organisation=OuterRef("organisation"))
    )
    return (
        FieldReport.objects.visible_to(user)
        .filter(
            Q(state=ReportState.RECEIVED) & check
            | Q(state=ReportState.OPERATOR_CHECKED)
            & (_where(user, "approve", "operator") | (decide & ~Q(Exists(managed))))
            & ~Q(checked_by=user)
            | Q(state=ReportState.OPERATOR_APPROVED, checked_by=None)
            & (_where(user, "check", "authority") | decide)
            & ~Q(endorsed_by=user)
            | Q(state=ReportState.OPERATOR_APPROVED, checked_by__isnull=False)
            & decide
            & ~Q(checked_by=user)
            & ~Q(endorsed_by=user)
        )
        .order_by("known_at", "pk")
    )
