"""Withdrawing a published curve: first what it would change, then its flows by another curve, or no flow at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..codes import FlowQuality, Quality
from ..models import Rating, Series, Station
from ..models.ratings import RatingState
from ..refusals import told
from ..values.reading import Known, aware, known_values
from ..values.recording import NotRecorded, Reading, Recorded, record_values
from .curves import Valid, flow_series, flows, next_number, valid
from .publish_rating import Preview, bulletins_of, compared
from .recompute_flow import before, recompute_flow


def instead_of(rating: Rating) -> list[Rating]:
    """Curves of the station that could take the place of ``rating``, that which it took the time of first."""
    rows = Rating.objects.filter(station=rating.station_id, state__in=(RatingState.PUBLISHED, RatingState.SUPERSEDED))
    return sorted(rows.exclude(pk=rating.pk), key=lambda one: (one.pk != rating.supersedes_id, -one.number))


def preview_withdrawal(rating: Rating, instead: Rating | None, *, user: Any) -> Preview:
    """What withdrawing would change: flows, peaks of years, bulletins that would differ. Changes nothing."""
    found = []
    for series in flow_series(rating.station):
        stage, there = _of(rating, series)
        made = flows(stage, _for_its_time(rating, instead))
        after = made.discharge
        times = stage.times
        if instead is None:
            times, after = there.times, np.full(len(there), np.nan)
        found.append(compared(series, there, times, after))
    return Preview(found, bulletins_of(found, user), [])


def withdraw_rating(rating: Rating, *, instead: Rating | None, reason: str, user: Any) -> Recorded:
    """The curve is withdrawn with a ``reason``; the flows of its time come from ``instead``, which holds there as a version of
    its own, or become missing.

    Raises ``Refused`` without a reason, for what is not published, and for what the recording of flows refuses; then nothing
    happened. What was known before stays readable.
    """
    if not reason.strip():
        raise Refused(_("Say why the curve is withdrawn."))
    said = _("Version %(number)s of the rating was withdrawn: %(reason)s") % {
        "number": rating.number,
        "reason": reason.strip(),
    }
    try:
        with told(Rating), because(said), transaction.atomic():
            Station.everything.select_for_update().get(pk=rating.station_id)
            rating.refresh_from_db()
            if rating.state != RatingState.PUBLISHED:
                raise Refused(_("Only a published version is withdrawn. Open the page again and look at its state."))
            now = timezone.now()
            rating.state, rating.ended_at = RatingState.WITHDRAWN, now
            rating.note = "\n".join(one for one in (rating.note, said) if one)
            rating.save()
            if instead is None:
                return _missing(rating, user, said)
            _holds_again(rating, instead, user, now)
            return recompute_flow(
                rating.station, start=rating.valid_from, end=before(rating.valid_to), user=user, reason=said[:300]
            )
    except NotRecorded as wrong:
        raise Refused("; ".join(one.reason for one in wrong.problems[:5])) from wrong


def _of(rating: Rating, series: Series) -> tuple[Known, Known]:
    start, end = rating.valid_from, before(rating.valid_to)
    return known_values(series.derived_from_id, start=start, end=end), known_values(series, start=start, end=end)


def _for_its_time(rating: Rating, instead: Rating | None) -> list[Valid]:
    """``instead``, without its shifts of another time, valid when ``rating`` is."""
    if instead is None:
        return []
    ((own,), (other,)) = valid([rating]), valid([instead])
    return [Valid(other.number, other.curve, own.start, own.end)]


def _holds_again(rating: Rating, instead: Rating, user: Any, now: Any) -> Rating:
    made: Rating = Rating.objects.create(
        station=rating.station, number=next_number(rating.station), curve=instead.curve, segments=instead.segments,
        standard_error=instead.standard_error, valid_from=rating.valid_from, valid_to=rating.valid_to,
        state=RatingState.PUBLISHED, supersedes=rating, published_at=now, published_by=user,
        note=_("Version %(number)s holds again.") % {"number": instead.number},
    )  # fmt: skip
    made.gaugings.set(instead.gaugings.all())
    return made


def _missing(rating: Rating, user: Any, reason: str) -> Recorded:
    """Every flow of its time, known to be missing from now on."""
    readings = []
    for series in flow_series(rating.station):
        _stage, there = _of(rating, series)
        readings += [
            Reading(
                series.pk, aware(time), None, row=row, quality=int(Quality.MISSING), flow_quality=int(FlowQuality.MISSING)
            )
            for row, time in enumerate(there.times[~np.isnan(there.values)], start=1)
        ]  # fmt: skip
    if not readings:
        return Recorded()
    return record_values(readings, user=user, origin=f"rating:{rating.number} withdrawn", reason=reason[:300])
