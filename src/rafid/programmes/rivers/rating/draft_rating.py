"""The next version of a station's curve, fitted through gaugings and kept as a draft; and shifts of a published one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from math import inf
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused

from ..models import Gauging, Rating, RatingShift, Station
from ..refusals import told
from ..values.recording import Recorded
from .curves import next_number, stored
from .received import flows_of_received
from .recompute_flow import before, recompute_flow

FEWEST = 5


def draft_rating(
    station: Any,
    *,
    gaugings: Sequence[Gauging],
    breaks: Sequence[float] = (),
    valid_from: datetime,
    valid_to: datetime | None = None,
    user: Any = None,
    note: str = "",
) -> Rating:
    """Fits a curve through ``gaugings`` and keeps it as a draft. Raises ``Refused`` where they make none, and says why."""
    from rafid.methods.hydrology import fit_rating  # scipy: heavy, and wanted only where a curve is fitted

    rows = [one for one in gaugings if not one.left_out]
    edges = sorted(breaks)
    _enough(rows, edges)
    try:
        curve = fit_rating([one.stage for one in rows], [one.discharge for one in rows], breaks=edges)
    except ValueError as wrong:
        raise Refused(
            _("The flow falls with rising stage in these gaugings. Look for a wrong stage, flow or break.")
        ) from wrong
    with told(Rating), transaction.atomic():
        Station.everything.select_for_update().get(pk=station.pk)
        rating: Rating = Rating.objects.create(
            station=station, number=next_number(station), curve=stored(curve),
            segments=[asdict(one) for one in curve.segments], standard_error=curve.standard_error,
            valid_from=valid_from, valid_to=valid_to, made_by=user, note=note,
        )  # fmt: skip
        rating.gaugings.set(rows)
        flows_of_received(station)
    return rating


def _enough(rows: Sequence[Gauging], edges: Sequence[float]) -> None:
    """What ``fit_rating`` would refuse with an English sentence."""
    if any(a == b for a, b in pairwise(edges)):
        raise Refused(_("A break is named twice. Name each once."))
    ends = [-inf, *edges, inf]
    for number, (lower, upper) in enumerate(pairwise(ends), 1):
        stages = [one.stage for one in rows if lower < one.stage <= upper]
        if len(stages) < FEWEST:
            raise Refused(
                _("Segment %(number)s holds %(count)s gaugings; it needs five. Gauge, or move the break.")
                % {"number": number, "count": len(stages)}
            )
        if len(set(stages)) == 1:
            raise Refused(_("All gaugings of a segment have one stage. A curve needs stages that differ."))


def shift_rating(
    rating: Rating, *, shift_m: float, valid_from: datetime, valid_to: datetime | None, reason: str, user: Any
) -> Recorded:
    """Weed or a bar: the stage counts as so much higher for a time. Flows of that time are computed anew."""
    if not reason.strip():
        raise Refused(_("Say why the stage is shifted."))
    if rating.state != "published":
        raise Refused(_("Only a published rating is shifted. Publish this one first."))
    if valid_from < rating.valid_from or (
        rating.valid_to is not None and (valid_to is None or valid_to > rating.valid_to)
    ):
        raise Refused(_("The shift lies outside the time of the rating. Correct one of the two times."))
    with told(RatingShift), transaction.atomic():
        RatingShift.objects.create(
            rating=rating, shift_m=shift_m, valid_from=valid_from, valid_to=valid_to, reason=reason, made_by=user
        )
        return recompute_flow(rating.station, start=valid_from, end=before(valid_to), user=user, reason=reason)
