"""A historical flood: entered with its source, left out with a reason, never changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.models import Account
from rafid.commons.records.change import Refused

from ..models import HistoricalFlood, Station
from ..refusals import told


def keep_flood(
    station: Station,
    *,
    year: int,
    flow: float,
    source_text: str,
    user: Account,
    as_of: date | None = None,
    **facts: Any,
) -> HistoricalFlood:
    """``facts``: flow_low, flow_high, threshold, known_since. Raises ``Refused`` with what is wrong."""
    if not source_text.strip():
        raise Refused(_("Say who tells of this flood: a flood without a source enters nothing."))
    if year > timezone.localdate().year:
        raise Refused(_("The year %(year)s lies in the future.") % {"year": year})
    with told(HistoricalFlood), because("Historical flood entered"):
        return HistoricalFlood.objects.create(
            station=station,
            year=year,
            flow=flow,
            source_text=source_text.strip()[:300],
            as_of=as_of,
            made_by=user,
            **facts,
        )


def leave_out(flood: HistoricalFlood, *, reason: str, user: Account) -> None:
    """From now on it enters no fit. Raises ``Refused`` without a reason, and for one that is left out already."""
    if not reason.strip():
        raise Refused(_("Say why this flood is left out."))
    with told(HistoricalFlood), because("Historical flood left out"):
        row = HistoricalFlood.objects.select_for_update().get(pk=flood.pk)
        if row.left_out:
            raise Refused(_("This flood is left out already."))
        row.left_out, row.left_out_at = reason.strip(), timezone.now()
        row.save(update_fields=["left_out", "left_out_at"])
