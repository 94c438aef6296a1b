"""Periods of perception and regional skews: entered with their source, left out with a reason, never changed."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.people.models import Account
from rafid.commons.records.change import Refused

from ..models import Basin, PerceivedPeriod, RegionalSkew, Station
from ..refusals import told

Row = TypeVar("Row", PerceivedPeriod, RegionalSkew)


def keep_period(
    station: Station,
    *,
    first_year: int,
    last_year: int,
    threshold: float,
    source_text: str,
    user: Account,
    as_of: date | None = None,
) -> PerceivedPeriod:
    """Raises ``Refused`` with what is wrong: years that another period holds, an end before the start, no source."""
    if not source_text.strip():
        raise Refused(_("Say how it is known that such floods would have been written down: name the source."))
    if last_year > timezone.localdate().year:
        raise Refused(_("The year %(year)s lies in the future.") % {"year": last_year})
    with told(PerceivedPeriod), because("Period of perception entered"):
        return PerceivedPeriod.objects.create(
            station=station, first_year=first_year, last_year=last_year, threshold=threshold,
            source_text=source_text.strip()[:300], as_of=as_of, made_by=user,
        )  # fmt: skip


def keep_skew(
    basin: Basin | None,
    *,
    skew: float,
    error: float | None,
    source_text: str,
    user: Account,
    as_of: date | None = None,
) -> RegionalSkew:
    """``basin`` None: of the whole country. Raises ``Refused`` with what is wrong."""
    with told(RegionalSkew), because("Regional skew entered"):
        return RegionalSkew.objects.create(
            basin=basin, skew=skew, error=error, source_text=source_text.strip()[:300], as_of=as_of, made_by=user
        )


def leave_out_period(row: PerceivedPeriod, *, reason: str) -> None:
    _leave_out(row, reason, "Period of perception left out")


def leave_out_skew(row: RegionalSkew, *, reason: str) -> None:
    _leave_out(row, reason, "Regional skew left out")


def _leave_out(row: Row, reason: str, why: str) -> None:
    """From now on it enters no fit. Raises ``Refused`` without a reason, and for one that is left out already."""
    model: Any = type(row)
    if not reason.strip():
        raise Refused(_("Say why it is left out."))
    with told(model), because(why):
        fresh = model.objects.select_for_update().get(pk=row.pk)
        if fresh.left_out:
            raise Refused(_("It is left out already."))
        fresh.left_out, fresh.left_out_at = reason.strip(), timezone.now()
        fresh.save(update_fields=["left_out", "left_out_at"])
