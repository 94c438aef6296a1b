"""Publishing a curve: first what it would change, then the change, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Bulletin, Rating, RatingShift, Series, SeriesFinding, SeriesFindingState, Station
from ..models.ratings import RatingState
from ..refusals import told
from ..values.reading import Known, aware, known_values
from ..values.recording import NotRecorded, Recorded
from .curves import curve_of, flow_series, flows, next_number, valid
from .gauge import DEVIATES
from .received import flows_of_received
from .recompute_flow import before, recompute_flow

LEAST = 1e-6
"""Flows are kept to so much: what differs by less is the same."""


@dataclass(frozen=True)
class Changed:
    """What happens to one series of flow: of ``count`` flows in the time of the curve ``changed`` become others, ``new`` had
    none before; ``largest`` is the largest change in %, ``peaks`` (year, before, after) where a year's highest changes."""

    series: Series
    count: int
    changed: int
    new: int
    first: datetime | None
    last: datetime | None
    largest: float
    mean: float
    peaks: list[tuple[int, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    flows: list[Changed]
    bulletins: list[Bulletin]
    ended: list[Rating]
    """Published curves that end or lose a part of their time."""

    @property
    def changed(self) -> int:
        return sum(one.changed + one.new for one in self.flows)


def preview(rating: Rating, *, user: Any) -> Preview:
    """What publishing would change: flows, figures of years, bulletins that would differ. Changes nothing."""
    found = [_changed(rating, series) for series in flow_series(rating.station)]
    return Preview(found, bulletins_of(found, user), list(overlapping(rating)))


def overlapping(rating: Rating) -> Any:
    """Published curves of the station that are valid at some time of this one."""
    rule = Q(valid_to=None) | Q(valid_to__gt=rating.valid_from)
    if rating.valid_to is not None:
        rule &= Q(valid_from__lt=rating.valid_to)
    others = Rating.objects.filter(rule, station=rating.station_id, state=RatingState.PUBLISHED)
    return others.exclude(pk=rating.pk).order_by("valid_from")


def _changed(rating: Rating, series: Series) -> Changed:
    stage = known_values(series.derived_from_id, start=rating.valid_from, end=before(rating.valid_to))
    made = flows(stage, valid([rating]))
    there = known_values(series, start=rating.valid_from, end=before(rating.valid_to))
    rows = np.flatnonzero(made.version > 0)
    return compared(series, there, stage.times[rows], made.discharge[rows])


def compared(series: Series, there: Known, times: Any, after: Any) -> Changed:
    """What becomes of the flows that are ``there`` when those of ``times`` are ``after`` (NaN: no flow)."""
    if not times.size:
        return Changed(series, 0, 0, 0, None, None, 0.0, 0.0)
    stood = np.full(times.size, np.nan)
    at = np.searchsorted(there.times, times)
    known = at < len(there)
    known[known] = there.times[at[known]] == times[known]
    stood[known] = there.values[at[known]]
    new = ~known
    differs = known & ~np.isclose(stood, after, rtol=LEAST, atol=LEAST, equal_nan=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * (after / stood - 1)[differs]
    share = share[np.isfinite(share)]
    touched = times[differs | new]
    return Changed(
        series,
        int(times.size),
        int(differs.sum()),
        int(new.sum()),
        aware(touched[0]) if touched.size else None,
        aware(touched[-1]) if touched.size else None,
        float(share[np.argmax(np.abs(share))]) if share.size else 0.0,
        float(share.mean()) if share.size else 0.0,
        _peaks(times, stood, after),
    )


def _peaks(times: Any, stood: Any, after: Any) -> list[tuple[int, float, float]]:
    years = times.astype("datetime64[Y]").astype(int) + 1970
    found = []
    for year in np.unique(years):
        old, new = stood[years == year], after[years == year]
        if np.isnan(old).all() or np.isnan(new).all():
            continue
        highest, becomes = float(np.nanmax(old)), float(np.nanmax(new))
        if abs(highest - becomes) > LEAST * max(abs(highest), 1):
            found.append((int(year), highest, becomes))
    return found


def bulletins_of(found: list[Changed], user: Any) -> list[Bulletin]:
    """Published ones that name a flow of these, of a time that changes: told again today, they would differ."""
    ids = {str(one.series.pk): one for one in found if one.first is not None}
    rows = Bulletin.objects.visible_to(user).filter(state="published").order_by("-data_known_at") if ids else []
    return [
        row for row in rows if any(use.get("series") in ids and _meets(ids[use["series"]], row) for use in row.used)
    ]


def _meets(changed: Changed, row: Bulletin) -> bool:
    """A bulletin tells of the day before its period to the moment of its knowledge."""
    begins = (row.period[:10] if len(row.period) == 10 else row.period[:7] + "-01").split("-")
    try:
        start = datetime(*(int(one) for one in begins), tzinfo=UTC) - timedelta(days=1)  # type: ignore[misc]
    except ValueError:
        start = changed.first or row.data_known_at
    return (
        changed.first is not None
        and changed.last is not None
        and (changed.first <= row.data_known_at and start <= changed.last)
    )


def publish_rating(rating: Rating, *, user: Any) -> Recorded:
    """Makes a draft the curve of its time, ends others there, and computes the flows of its time anew.

    A curve that loses the middle or beginning of its time goes on behind it as a version of its own. Raises ``Refused`` for
    what is no draft, a curve that falls, and what the database or the recording of flows refuses; then nothing happened.
    """
    reason = _("Version %(number)s of the rating was published.") % {"number": rating.number}
    try:
        curve_of(rating)
    except (ValueError, TypeError, KeyError) as wrong:
        raise Refused(_("This is no curve: %(why)s") % {"why": wrong}) from wrong
    try:
        with told(Rating), because(reason), transaction.atomic():
            Station.everything.select_for_update().get(pk=rating.station_id)
            rating.refresh_from_db()
            if rating.state != RatingState.DRAFT:
                raise Refused(_("This version is no draft any more. Make the next one."))
            now = timezone.now()
            others = list(overlapping(rating))
            for other in others:
                _give_way(other, rating, now)
            rating.state, rating.published_at, rating.published_by = RatingState.PUBLISHED, now, user
            rating.supersedes = others[0] if others else None
            rating.save()
            _settle(rating, user, now)
            flows_of_received(rating.station)
            return recompute_flow(
                rating.station, start=rating.valid_from, end=before(rating.valid_to), user=user, reason=reason
            )
    except NotRecorded as wrong:
        raise Refused("; ".join(one.reason for one in wrong.problems[:5])) from wrong


def _give_way(other: Rating, rating: Rating, now: datetime) -> None:
    """The part of ``other`` before stays, the part behind goes on as a version of its own."""
    tail = rating.valid_to is not None and (other.valid_to is None or other.valid_to > rating.valid_to)
    ends = other.valid_to
    other.ended_at = now
    if other.valid_from < rating.valid_from:
        other.valid_to = rating.valid_from
    else:
        other.state = RatingState.SUPERSEDED
    other.save()
    if not tail:
        return
    goes_on = Rating.objects.create(
        station=other.station, number=next_number(other.station), curve=other.curve, segments=other.segments,
        standard_error=other.standard_error, valid_from=rating.valid_to, valid_to=ends, state=RatingState.PUBLISHED,
        supersedes=other, published_at=now, published_by=other.published_by,
        note=_("Version %(number)s goes on.") % {"number": other.number},
    )  # fmt: skip
    goes_on.gaugings.set(other.gaugings.all())
    later = Q(valid_to=None) | Q(valid_to__gt=rating.valid_to)
    for shift in RatingShift.objects.filter(later, rating=other):
        RatingShift.objects.create(
            rating=goes_on, shift_m=shift.shift_m, valid_from=max(shift.valid_from, rating.valid_to),
            valid_to=shift.valid_to, reason=shift.reason,
        )  # fmt: skip


def _settle(rating: Rating, user: Any, now: datetime) -> None:
    """Gaugings that lay off the old curve are what the new one was made for."""
    rows = SeriesFinding.objects.filter(
        series__station=rating.station_id,
        check_code=DEVIATES,
        state__in=("open", "confirmed"),
        start__gte=rating.valid_from,
    )
    if rating.valid_to is not None:
        rows = rows.filter(start__lt=rating.valid_to)
    for finding in rows:
        finding.state, finding.settled_at, finding.settled_by = SeriesFindingState.RESOLVED, now, user
        finding.reason = _("Version %(number)s of the rating was published.") % {"number": rating.number}
        finding.version += 1
        finding.save()
