"""What becomes of a warning: drafted, signed, issued, updated, cancelled, expired, discarded; each in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.models import Account, Grant
from rafid.commons.people.notify import notify
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.change import Refused

from ..codes import VARIABLES
from ..models import FloodWarning, Forecast, Station, Threshold
from ..models.telling import SIGNED_TWICE
from ..refusals import told
from ..units import in_units
from .causes import Doubted, doubts_of
from .wording import texts_of


def draft_warning(
    station: Station,
    level: str,
    *,
    onset: datetime,
    expires: datetime,
    user: Any,
    texts: Mapping[str, Mapping[str, str]] | None = None,
    forecast: Forecast | None = None,
    probability: float | None = None,
    updates: FloodWarning | None = None,
) -> FloodWarning:
    """A draft with texts from the templates where none are given. Raises ``Refused`` where the database does."""
    threshold = Threshold.objects.filter(station=station, class_code=level, valid_to=None).order_by("-variable").first()
    unit = VARIABLES[threshold.variable].unit if threshold else ""
    figure = f"{threshold.value:g}" if threshold else "–"
    limit = {language: f"{figure} {said}".strip() for language, said in in_units(unit).items()}
    written = texts_of(level, names=station.names, limit=limit, onset=onset, probability=probability)
    for part, given in (texts or {}).items():
        written[part] = {**written[part], **{code: text for code, text in given.items() if text}}
    with told(FloodWarning), because("Warning drafted"):
        row = FloodWarning.objects.create(
            station=station,
            level=level,
            onset=onset,
            expires=expires,
            area_names=station.names,
            forecast=forecast,
            probability=probability,
            updates=updates,
            drafted_by=user,
            made_by=user,
            owner=station.owner,
            place=station.place,
            sensitivity=0,
            source=station.source,
            **written,
        )
        if threshold:
            row.thresholds.add(threshold)
    return row


def sign_warning(warning: FloodWarning, *, user: Any) -> FloodWarning:
    """The second signature of a draft; whoever drafted it does not sign it too."""
    with told(FloodWarning), because("Warning signed"):
        row = _draft(warning)
        if row.drafted_by_id == user.pk:
            raise Refused(_("You drafted this warning. Somebody else signs it."))
        row.second_signature, row.signed_at = user, timezone.now()
        row.save()
    return row


def give_reason(warning: FloodWarning, *, reason: str) -> FloodWarning:
    """Why a draft goes out although something speaks against its cause: whoever signs it reads that. A signature that was
    given before falls, because something else was signed."""
    with told(FloodWarning), because("Reason of a warning given"):
        row = _draft(warning)
        if row.override_reason != reason.strip():
            row.override_reason, row.second_signature, row.signed_at = reason.strip(), None, None
            row.save()
    return row


def issue_warning(
    warning: FloodWarning,
    *,
    user: Any,
    override_reason: str = "",
    at: datetime | None = None,
    quietly: bool = False,
) -> FloodWarning:
    """Draft → issued. Refused without the second signature where one is needed, without a text in every language, when it is
    over already, and when it rests on leads of a forecast alone that are not better than persistence. Raises ``Doubted`` where
    its cause does not hold and no ``override_reason`` says why it goes out all the same. Only the demonstration gives ``at``,
    which is not asked back, and tells nobody (``quietly``)."""
    with told(FloodWarning), because("Warning issued"):
        row = _draft(warning)
        now = at or timezone.now()
        if row.level in SIGNED_TWICE and (row.second_signature_id is None or row.second_signature_id == user.pk):
            raise Refused(_("A severe warning needs the signature of a second person. Ask somebody else to sign."))
        for part in (row.headline, row.text, row.instruction):
            if missing := [code for code in LANGUAGES if not part.get(code)]:
                raise Refused(_("The warning has no text in: %(languages)s.") % {"languages": ", ".join(missing)})
        if row.expires <= now:
            raise Refused(_("The warning expires before it is issued. Correct its times."))
        if row.forecast is not None and not _proven(row):
            raise Refused(
                _("At these leads the forecast is not better than persistence: it cannot carry a warning alone. "
                  "Rest it on a threshold that is passed, and take the forecast away.")
            )  # fmt: skip
        if at is None and (doubts := doubts_of(row, user=user, now=now)):
            row.override_reason = override_reason.strip() or row.override_reason
            if not row.override_reason:
                raise Doubted(doubts)
            row.doubts = [one.kept() for one in doubts]
        row.state, row.issued_at, row.issued_by = "issued", now, user
        row.save()
        if row.updates_id:
            old = FloodWarning.objects.select_for_update().get(pk=row.updates_id)
            if old.state != "issued":
                raise Refused(_("The warning that this one updates is over. Draft a new one."))
            old.state, old.ended_at, old.ended_why = "updated", now, row.ref
            old.save()
        if not quietly:
            _tell(row)
    return row


def discard_warning(warning: FloodWarning) -> FloodWarning:
    """A draft that nobody needs: it was never told to anybody, and stands where discarded ones are looked for."""
    with told(FloodWarning), because("Warning discarded"):
        row = _draft(warning)
        row.state, row.second_signature, row.signed_at = "discarded", None, None
        row.save()
    return row


def take_up_warning(warning: FloodWarning) -> FloodWarning:
    """Discarded → draft. A signature is asked for anew."""
    with told(FloodWarning), because("Warning taken up again"):
        row: FloodWarning = FloodWarning.objects.select_for_update().get(pk=warning.pk)
        if row.state != "discarded":
            raise Refused(_("From here this step of the warning is not possible. Look at its state."))
        row.state = "draft"
        row.save()
    return row


def cancel_warning(warning: FloodWarning, *, user: Any, reason: str) -> FloodWarning:
    """Draft or issued → cancelled, with the reason that goes out too."""
    if not reason.strip():
        raise Refused(_("Say why the warning is cancelled."))
    with told(FloodWarning), because("Warning cancelled"):
        row = FloodWarning.objects.select_for_update().get(pk=warning.pk)
        if row.state not in ("draft", "issued"):
            raise Refused(_("From here this step of the warning is not possible. Look at its state."))
        was_out = row.state == "issued"
        row.state, row.ended_at, row.ended_why = "cancelled", timezone.now(), reason.strip()
        row.save()
        if was_out:
            _tell(row)
    return row


def expire_due(now: datetime | None = None) -> int:
    """Issued → expired where the time is over; answers how many."""
    moment, count = now or timezone.now(), 0
    with told(FloodWarning), because("Warning expired"):
        for row in FloodWarning.objects.select_for_update().filter(state="issued", expires__lte=moment):
            row.state, row.ended_at = "expired", row.expires
            row.save()
            count += 1
    return count


def _draft(warning: FloodWarning) -> FloodWarning:
    row: FloodWarning = FloodWarning.objects.select_for_update().get(pk=warning.pk)
    if row.state != "draft":
        raise Refused(_("Somebody has issued, cancelled or discarded this warning meanwhile. Open it again."))
    return row


def _proven(warning: FloodWarning) -> bool:
    """Is some lead up to the onset better than persistence?"""
    from ..forecasting.queries import show_all

    forecast = warning.forecast
    assert forecast is not None
    shown = show_all([forecast], None)[0]
    until = (warning.onset - forecast.data_known_at) / timedelta(hours=1)
    leads = [lead for lead in forecast.steps if lead >= until - 24]
    wanted = leads[:1] or forecast.steps[-1:]
    return not set(wanted) <= set(shown.guidance_only)


SAID = {
    "issued": gettext_noop("A warning was issued: %(headline)s"),
    "cancelled": gettext_noop("A warning was cancelled: %(headline)s"),
}


def _tell(row: FloodWarning) -> None:
    text = in_three(SAID[row.state], headline=row.headline)
    for account in receivers(row):
        notify(account, text, row.get_absolute_url())


def receivers(row: FloodWarning) -> list[Account]:
    """Everybody who works with rivers: the programme's roles, whoever holds them now."""
    held = Grant.objects.current().filter(role__startswith="rivers.")
    rule = Q(is_active=True, pk__in=held.values("account"))
    return list(Account.objects.filter(rule).order_by("login"))
