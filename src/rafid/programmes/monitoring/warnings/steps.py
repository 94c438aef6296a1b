"""What somebody does with a warning: sees it, acts on it, mutes it with a reason and an end, or says that it was right."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked

from ..models import Contract, EarlyWarning, WarningState
from ..refusals import told
from ..seeing import may_here
from .rules import COUNTS, DEFAULTS

LONGEST_DAYS = 180
HANDLED = "warning handled"
STEPS: dict[str, tuple[Any, ...]] = {
    "seen": (WarningState.NEW,),
    "acting": (WarningState.NEW, WarningState.SEEN),
    "mute": (WarningState.NEW, WarningState.SEEN, WarningState.ACTING),
    "unmute": (WarningState.MUTED,),
}
"""From where each step is possible. A warning is over when its rule holds no longer: nobody ends it by hand."""


def may_handle(user: Any, row: EarlyWarning) -> bool:
    """Managers, and officers, who work as managers do."""
    return may_here(user, "change", owner=row.owner_id, place=row.place)


def step(
    row: EarlyWarning, code: str, *, by: Any, reason: str = "", until: date | None = None, version: int | None = None
) -> EarlyWarning:
    """Raises ``Refused`` with the remedy, and ``Stale`` where somebody else was faster."""
    reason = " ".join(reason.split())
    with told(EarlyWarning), because(HANDLED):
        found: EarlyWarning = locked(EarlyWarning, row.pk, version)  # type: ignore[assignment]
        if found.state not in STEPS[code]:
            raise Refused(_("From here this step is not possible. Open the page again and look at its state."))
        if code == "mute":
            _may_mute(found, reason, until)
            found.state, found.muted_until, found.muted_reason = WarningState.MUTED, until, reason
        elif code == "unmute":
            found.state, found.muted_until, found.muted_reason = WarningState.SEEN, None, ""
        else:
            found.state = code
        found.handled_by = by
        found.save()
    return found


def _may_mute(row: EarlyWarning, reason: str, until: date | None) -> None:
    today = timezone.localdate()
    if len(reason) < 8:
        raise Refused(_("Say why this warning is muted, in a sentence; it stays beside the warning."))
    if until is None or until <= today or until <= row.since:
        raise Refused(_("A warning is muted until a day that is still to come. Choose that day."))
    if (until - today).days > LONGEST_DAYS:
        raise Refused(
            _("A warning is muted for %(days)s days at most. Choose an earlier day.") % {"days": LONGEST_DAYS}
        )


def confirm(row: EarlyWarning, on: date | None, *, by: Any, reason: str = "") -> EarlyWarning:
    """Since when it is known that the warning was right; so one sees how early it came."""
    with told(EarlyWarning), because(HANDLED):
        found: EarlyWarning = locked(EarlyWarning, row.pk, None)  # type: ignore[assignment]
        if on is None or on < found.since:
            raise Refused(
                _("The warning came on %(day)s. It is confirmed on that day or later; correct the day.")
                % {"day": found.since.isoformat()}
            )
        if on > timezone.localdate():
            raise Refused(_("This day has not come yet. Write the day on which it was known."))
        found.confirmed_on, found.handled_by = on, by
        found.evidence = {**found.evidence, "confirmed": " ".join(reason.split())[:500]}
        found.save(update_fields=["confirmed_on", "handled_by", "evidence"])
    return found


def set_thresholds(contract: Contract, given: dict[str, float | None], *, reason: str) -> Contract:
    """``None`` takes the usual one. Raises ``Refused`` for one that can mean nothing."""
    for name, value in given.items():
        if name not in DEFAULTS or value is None:
            continue
        whole = name in COUNTS
        if value <= 0 or (whole and value != int(value)) or (not whole and name != "outlier" and value > 1):
            raise Refused(
                _("A threshold is a share between 0 and 1, or a whole number above 0. Correct %(value)s.")
                % {"value": f"{value:g}"}
            )
    with told(Contract), because(reason or "changed"):
        found: Contract = locked(Contract, contract.pk, None)  # type: ignore[assignment]
        rest = {name: value for name, value in found.thresholds.items() if name not in given}
        found.thresholds = rest | {
            name: value for name, value in given.items() if value is not None and name in DEFAULTS
        }
        found.save(update_fields=["thresholds"])
    return found
