"""Needs, and referrals with consent: assessed, sent, followed to an end; a consent that is withdrawn ends its referral."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked

from ..models import Need, Referral, ReferralState, Victim
from ..models.people import REFERRAL_STEPS
from ..refusals import told

ENDED = (ReferralState.DONE, ReferralState.REFUSED, ReferralState.LOST)
WAITS_TOO_LONG = 30
"""Days without a step after which a referral is overdue."""


def assess(victim: Victim, service: str, *, on: date, text: str = "", by: Any) -> Need:
    """Raises ``Refused``."""
    _alive(victim)
    with told(Need), because("need assessed"):
        return Need.objects.create(victim=victim, service=service, on=on, text=text.strip(), made_by=by)


def meet(need: Need, *, on: date, by: Any) -> None:
    """The need is met, whoever did it."""
    if on < need.on:
        raise Refused(_("A need is met on or after the day on which it was assessed. Correct the date."))
    with told(Need), because("need met"):
        Need.objects.filter(pk=need.pk).update(met_on=on)


def refer(
    victim: Victim, service: str, to: str, *, on: date, consent_on: date | None, consent_scope: str, by: Any,
    need: Need | None = None, text: str = "",
) -> Referral:  # fmt: skip
    """Sends a victim to a service. Raises ``Refused`` without a consent that covers it."""
    _alive(victim)
    if need is not None and need.victim_id != victim.pk:
        raise Refused(_("This need is another person's. Choose one of this victim."))
    with told(Referral), because("referred"):
        row: Referral = Referral.objects.create(
            owner=victim.owner, place=victim.place, victim=victim, need=need, service=service, to=to.strip(), on=on,
            consent_on=consent_on, consent_scope=consent_scope.strip(), text=text.strip(), made_by=by,
        )  # fmt: skip
    row.refresh_from_db()
    return row


def steps_from(referral: Referral) -> tuple[str, ...]:
    """Where it can go from here; a withdrawn consent leads nowhere."""
    return () if referral.withdrawn_on else REFERRAL_STEPS[referral.state]


def step(
    referral: Referral, state: str, *, on: date, by: Any, version: int | None = None, text: str = "", met: bool = False
) -> Referral:
    """``met``: the need that it was for is met by its end. Raises ``Refused`` and ``Stale``."""
    with told(Referral), because("referral followed"):
        row: Referral = locked(Referral, referral.pk, version)  # type: ignore[assignment]
        if state not in steps_from(row):
            raise Refused(_("From here this step of the referral is not possible. Look at its state."))
        if on < row.on:
            raise Refused(_("This lies before the referral itself. Correct the date."))
        row.state, row.ended_on = ReferralState(state), on if state in ENDED else None
        if text.strip():
            row.text = f"{row.text}\n{text.strip()}".strip()
        row.save()
        if met and state == ReferralState.DONE and row.need_id:
            Need.objects.filter(pk=row.need_id, met_on=None).update(met_on=on)
    row.refresh_from_db()
    return row


def withdraw(referral: Referral, *, on: date, by: Any, version: int | None = None) -> Referral:
    """The person takes the consent back: what has not ended ends. Raises ``Refused`` and ``Stale``."""
    with told(Referral), because("consent withdrawn"):
        row: Referral = locked(Referral, referral.pk, version)  # type: ignore[assignment]
        if row.withdrawn_on:
            raise Refused(_("This consent was withdrawn already."))
        if row.consent_on and on < row.consent_on:
            raise Refused(_("A consent is withdrawn on or after the day on which it was given. Correct the date."))
        row.withdrawn_on = on
        if row.state not in ENDED:
            row.state, row.ended_on = ReferralState.REFUSED, on
        row.save()
    row.refresh_from_db()
    return row


def waiting_days(referral: Referral, stepped_at: Any) -> int:
    """Days since its last step; since the referral itself where none was taken. ``stepped_at``: when it last changed."""
    if referral.state in ENDED:
        return 0
    if referral.state == ReferralState.OPEN:
        return (timezone.localdate() - referral.on).days
    return (timezone.now() - stepped_at).days


def _alive(victim: Victim) -> None:
    if victim.state == "erased":
        raise Refused(_("What was recorded of this person was erased. Register the person anew with consent."))
