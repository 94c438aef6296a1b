"""Accreditation of operators: applied, desk, field, granted; suspended and withdrawn. And: is one valid on a day?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rafid.commons.history import because
from rafid.commons.records.search import index_record

from ..models import Accreditation, Phase
from ..refusals import told
from ..stepping import Ask, Step, by_code, today_or_before

DAYS_AHEAD = 60
"""An accreditation that ends within so many days is worth a letter now."""

BY_AUTHORITY = (("accredit", "authority"),)
_WHY = Ask("reason", _("Reason"), required=True)
_DAY = Ask("on", _("Date"), "day", help=_("Left empty: today."))


def _decided(row: Accreditation, given: Mapping[str, Any], _by: Any) -> None:
    row.decided_on = row.on = today_or_before(given.get("on"))
    row.step_reason = given.get("reason") or ""


def _granted(row: Accreditation, given: Mapping[str, Any], by: Any) -> None:
    _decided(row, given, by)
    for name in ("valid_from", "valid_to"):
        if given.get(name):
            setattr(row, name, given[name])
    if given.get("conditions"):
        row.conditions = given["conditions"]


_TERMS = (
    Ask("valid_from", _("Valid from"), "day", help=_("Left empty: as applied for.")),
    Ask("valid_to", _("Valid to"), "day", help=_("The last day on which it is valid; left empty: as applied for.")),
    Ask("conditions", _("Conditions")),
    _DAY,
)

STEPS = by_code(
    Step("desk", _("Begin the desk review"), BY_AUTHORITY, ("applied",), "desk", (_DAY,), _decided, "primary"),
    Step(
        "field",
        _("Desk review passed: visit in the field"),
        BY_AUTHORITY,
        ("desk",),
        "field",
        (_DAY,),
        _decided,
        "primary",
    ),
    Step(
        "grant",
        pgettext_lazy("an accreditation", "Grant"),
        BY_AUTHORITY,
        ("desk", "field"),
        "granted",
        _TERMS,
        _granted,
        "primary",
    ),
    Step(
        "restore",
        _("End the suspension"),
        BY_AUTHORITY,
        ("suspended",),
        "granted",
        (Ask("reason", _("Reason")), _DAY),
        _decided,
        "primary",
    ),
    Step(
        "suspend",
        pgettext_lazy("an accreditation", "Suspend"),
        BY_AUTHORITY,
        ("granted",),
        "suspended",
        (_WHY, _DAY),
        _decided,
    ),
    Step(
        "refuse",
        pgettext_lazy("an accreditation", "Refuse"),
        BY_AUTHORITY,
        ("applied", "desk", "field"),
        "refused",
        (_WHY, _DAY),
        _decided,
        "danger",
    ),
    Step(
        "withdraw",
        pgettext_lazy("an accreditation", "Withdraw"),
        BY_AUTHORITY,
        ("applied", "desk", "field", "granted", "suspended"),
        "withdrawn",
        (_WHY, _DAY),
        _decided,
        "danger",
    ),
)


def apply(*, authority: Any, operator: Any, by: Any, **values: Any) -> Accreditation:
    """A new application. Raises ``Refused`` for one that overlaps another of the same activity and phase."""
    with told(Accreditation), because("accreditation applied for"):
        row = Accreditation.objects.create(
            owner=authority, organisation=operator, on=timezone.localdate(), made_by=by, **values
        )
        row.refresh_from_db()
        index_record(row)
    return row


def valid(
    organisation: Any, activity: str, on: date, *, rows: QuerySet[Accreditation] | None = None
) -> Accreditation | None:
    """The operational accreditation that lets the operator work on that day."""
    found = Accreditation.objects.all() if rows is None else rows
    return found.filter(
        organisation=organisation, activity=activity, phase=Phase.OPERATIONAL, state="granted", deleted_at=None,
        valid_from__lte=on, valid_to__gte=on,
    ).first()  # fmt: skip


def of_activity(organisation: Any, activity: str) -> QuerySet[Accreditation]:
    """All of an operator's for an activity, the newest first: why none is valid can be read from them."""
    rows = Accreditation.objects.filter(organisation=organisation, activity=activity, deleted_at=None)
    return rows.order_by("-valid_to")


def ending(rows: QuerySet[Accreditation], today: date) -> QuerySet[Accreditation]:
    """Granted ones that end soon, and those that ended within the last month without a successor."""
    soon = today + timedelta(days=DAYS_AHEAD)
    found = rows.filter(state="granted", valid_to__lte=soon, valid_to__gte=today - timedelta(days=30))
    return found.order_by("valid_to")
