"""A study is set up, and released to the donor once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.notify import notify
from rafid.commons.records.change import Refused, locked, save

from ..findings.telling import holders
from ..models import OutcomeStudy
from ..refusals import told
from ..seeing import DONORS, may_here

RELEASED = gettext_noop("The results of the study %(ref)s can be read.")


def may_change(user: Any, study: OutcomeStudy) -> bool:
    return may_here(user, "change", owner=study.owner_id, place=study.place)


def may_release(user: Any, study: OutcomeStudy) -> bool:
    return may_here(user, "release", owner=study.owner_id, place=study.place)


def set_up(study: OutcomeStudy, *, by: Any) -> OutcomeStudy:
    """The study belongs to whom the contract belongs to, and lies where the contract lies."""
    study.owner_id, study.place_id, study.made_by = study.contract.owner_id, study.contract.place_id, by
    made: OutcomeStudy = save(study, version=None, new=True)  # type: ignore[assignment]
    return made


def release_study(study: OutcomeStudy, *, by: Any) -> OutcomeStudy:
    """From now on the donor of the contract sees its figures; rows of people he never sees."""
    with told(OutcomeStudy), because("released"):
        row: OutcomeStudy = locked(OutcomeStudy, study.pk, None)  # type: ignore[assignment]
        if row.released_at is not None:
            raise Refused(_("This study is released already."))
        if not row.respondents.exists() and not row.land_uses.exists():
            raise Refused(_("There are no answers yet. Release the study when there is something to read."))
        row.released_at = timezone.now()
        row.save(update_fields=["released_at"])
        for account in holders(DONORS):
            if OutcomeStudy.objects.visible_to(account).filter(pk=row.pk).exists():
                notify(account, in_three(RELEASED, ref=row.ref), f"/monitoring/outcomes/{row.ref}/")
    return row
