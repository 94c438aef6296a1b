"""Releasing a visit: from now on its partner and its donor see it, and what it found."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.notify import notify
from rafid.commons.people.visibility import who_may
from rafid.commons.records.change import Refused, locked

from ..models import NonConformity, Visit, VisitState
from ..models.visits import OPEN
from ..refusals import told
from ..seeing import PROGRAMME, may_here

RELEASED = gettext_noop("A visit to your site was released to you. Read what was found, and answer it.")


def may_release(user: Any, visit: Visit) -> bool:
    return may_here(
        user, "release", owner=visit.owner_id, partner=visit.contract.partner_id, place=visit.place
    ) and bool(visit.released_to_partner_at is None and visit.state not in OPEN)


def release(visit: Visit, *, by: Any, version: int | None = None) -> Visit:
    """Raises ``Stale`` and ``Refused``."""
    if not may_here(by, "release", owner=visit.owner_id, partner=visit.contract.partner_id, place=visit.place):
        raise Refused(_("Only a monitoring manager releases visits."))
    with told(Visit), because("visit released"):
        row = locked(Visit, visit.pk, version)
        assert isinstance(row, Visit)
        if row.released_to_partner_at is not None:
            raise Refused(_("This visit is released already."))
        if row.state in OPEN:
            raise Refused(_("A visit is released after it was made, or when it is clear why it was not."))
        if row.state == VisitState.DONE and not row.verdict:
            raise Refused(_("The checklist of this visit has not arrived yet; there is nothing to release."))
        now = timezone.now()
        row.released_to_partner_at, row.released_by = now, by
        row.save()
        for finding in NonConformity.objects.select_for_update(of=("self",)).filter(visit=row, released_at=None):
            finding.released_at = now
            finding.save(update_fields=["released_at"])
        for person in who_may("answer", PROGRAMME, visit.contract.partner_id, visit.place_id):
            # A grant that names no organisation acts for that of its account.
            if Visit.objects.visible_to(person).filter(pk=row.pk).exists():
                notify(person, in_three(RELEASED), f"/monitoring/visits/{row.ref}/")
    return row
