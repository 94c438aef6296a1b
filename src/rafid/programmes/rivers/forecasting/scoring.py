"""The record of a model whose forecasts come from elsewhere: what was kept, beside what was observed afterwards.

A lead's value is compared with the mean of the day of the country in which its time lies. Persistence is the last value
observed before the forecast's moment.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from ..models import Forecast, ForecastValue, RiverModel, Verification
from ..refusals import told
from ..values.reading import Known, known_values
from .hindcasting import FEWEST, climatology, scores_of
from .issuing import Judged
from .weather import ZONE, daily, spread

F64 = NDArray[np.float64]
MEMBERS = 51
OLD = 3
"""Days; an older observation is no persistence."""


def score_archive(model: RiverModel, *, now: datetime | None = None) -> list[Verification]:
    """Computes its record anew from all that it issued, and keeps it in one step. A lead with fewer than 30 cases is kept as a
    count without figures."""
    if model.observed_id is None:
        raise Refused(_("The model names no observed flow. Enter its series first."))
    moment = now or timezone.now()
    known = known_values(model.observed_id, end=moment)
    seen = {day: value for day, value in daily(known, False).items() if value >= 0}
    today = moment.astimezone(ZONE).date()
    seen.pop(today, None)  # not over yet
    forecasts = list(Forecast.objects.filter(model=model, state="issued").order_by("data_known_at"))
    cases = _cases(forecasts, seen, known)
    if not cases:
        return []
    first = min(row.data_known_at for row in forecasts).astimezone(ZONE).date()
    record, before = _record(seen, first)
    late = sum(any(one.get("code") == "imported_late" for one in row.notes) for row in forecasts)
    rows = []
    for lead, some in sorted(cases.items()):
        scores: dict[str, Any] = {}
        observed = np.array([one[1] for one in some])
        if len(some) >= FEWEST and np.ptp(observed) > 0:
            usual = climatology(record, record.flow, np.array([record.at(one[3]) for one in some]), before)
            scores = scores_of(
                np.array([one[0] for one in some]).T, observed, np.array([one[2] for one in some]), usual
            )
            scores |= {"forcing": "archive", "members": MEMBERS, "imported_late": late}
        rows.append(
            Verification(
                model=model, variable="discharge", lead_h=lead, start=min(one[3] for one in some),
                end=max(one[3] for one in some), n=len(some), scores=scores, computed_at=timezone.now(),
            )
        )  # fmt: skip
    with told(Verification), because("record computed"):
        Verification.objects.filter(model=model, variable="discharge").delete()
        Verification.objects.bulk_create(rows)
        _keep(model, rows)
    return rows


def _keep(model: RiverModel, rows: list[Verification]) -> None:
    """What makes it fit to be active: a period in which it was judged."""
    proven = [one for one in rows if one.scores]
    if not proven:
        return
    best = proven[0]
    model.validated_from, model.validated_to = min(one.start for one in proven), max(one.end for one in proven)
    if model.validated_to <= model.validated_from:
        model.validated_to = model.validated_from + timedelta(days=1)
    model.scores = {"n": best.n, "nse": best.scores["nse"], "crpss_persistence": best.scores["crpss_persistence"]}
    model.save()


Case = tuple[F64, float, float, date]


def _cases(forecasts: list[Forecast], seen: dict[date, float], known: Known) -> dict[int, list[Case]]:
    """By lead: members (as many for all, by their quantiles), what came, persistence, and the day."""
    values: dict[Any, list[ForecastValue]] = defaultdict(list)
    for one in ForecastValue.objects.filter(forecast__in=[row.pk for row in forecasts]):
        values[one.forecast_id].append(one)
    found: dict[int, list[Case]] = defaultdict(list)
    for row in forecasts:
        stays = _persistence(known, row.data_known_at)
        if stays is None:
            continue
        for one in values[row.pk]:
            day = (row.data_known_at + timedelta(hours=one.lead_h)).astimezone(ZONE).date()
            if day in seen:
                members = np.quantile(np.array(one.members, float), (np.arange(MEMBERS) + 0.5) / MEMBERS)
                found[one.lead_h].append((members, seen[day], stays, day))
    return found


def _persistence(known: Known, moment: datetime) -> float | None:
    """The last value of a time before the forecast's moment, as it is known now."""
    good = np.isfinite(known.good)
    times, values = known.times[good], known.good[good]
    limit = np.datetime64(moment.astimezone(UTC).replace(tzinfo=None))
    at = int(np.searchsorted(times, limit, side="right")) - 1
    if at < 0 or limit - times[at] > np.timedelta64(OLD, "D"):
        return None
    return float(values[at])


def _record(seen: dict[date, float], first: date) -> tuple[Judged, int]:
    """The observed days, and how many of them lie before the first forecast."""
    begin = min([first, *seen])
    count = (max([first + timedelta(days=1), *seen]) - begin).days + 1
    return Judged(begin, spread(seen, begin, count)), (first - begin).days
