"""A model's record: forecasts of the past as they would have been made, each from the days before it alone.

The weather ahead is drawn from the record before the day of issue, never the weather that came: these are the figures that
stand beside a forecast, not the upper bound that observed rain gives.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.methods.hydrology import contingency, crps, nse, rank_histogram

from ..models import RiverModel, Verification
from ..refusals import told
from .calibrating import LONGEST
from .issuing import Issuer, Judged, issuer_of

F64 = NDArray[np.float64]
FEWEST = 30
LEAST_MEMBERS, MOST_MEMBERS = 5, 1000
SEASON = 15
"""Days around a day of the year whose past flows are its climatology."""


def hindcast(
    model: RiverModel,
    *,
    start: date | None = None,
    end: date | None = None,
    issues: int = 300,
    members: int = 25,
    forcing: str = "bootstrap",
    seed: int = 0,
    at: Callable[[int, int], None] = lambda done, of: None,
) -> list[Verification]:
    """Issues forecasts on ``issues`` days spread evenly over the years that the model has not seen, scores each lead, and
    keeps the scores as its record in one step. A lead with fewer than 30 cases is kept as a count without figures."""
    if not model.parameters or not model.error_model:
        raise Refused(_("The model has no parameters. Calibrate it first."))
    if not LEAST_MEMBERS <= members <= MOST_MEMBERS:
        raise Refused(
            _("A forecast has from %(least)s to %(most)s members.") % {"least": LEAST_MEMBERS, "most": MOST_MEMBERS}
        )
    if issues < 1:
        raise Refused(_("Give at least one day of issue."))
    issuer = issuer_of(model, members=members, forcing=forcing, seed=seed)
    record = issuer.judged
    first = record.at(max(start or issuer.unseen_from, issuer.unseen_from))
    last = min(record.at(end) if end else len(record) - 1, len(record) - 1)
    if first < 366 or last <= first + LONGEST:
        raise Refused(_("The period is too short, or no weather lies before it. Choose a later start or a later end."))
    days = np.unique(np.linspace(first - 1, last - 1, min(issues, last - first)).astype(int))
    told_by, seen = _issued(issuer, days, at)
    rows = [
        _verification(model, record, lead, told_by[lead - 1], seen[lead - 1], days, forcing, first, last)
        for lead in range(1, LONGEST + 1)
    ]
    with told(Verification), because("forecasts of the past"):
        Verification.objects.filter(model=model, variable="discharge").delete()
        Verification.objects.bulk_create(rows)
    return rows


def _issued(issuer: Issuer, days: Any, at: Callable[[int, int], None]) -> tuple[F64, F64]:
    """(leads, members, issues) and (leads, issues), m³/s; NaN beyond the record."""
    record = issuer.judged
    ensembles = np.full((LONGEST, issuer.members, len(days)), np.nan)
    seen = np.full((LONGEST, len(days)), np.nan)
    for number, day in enumerate(days.tolist()):
        ensembles[:, :, number] = issuer.issue(record.day(day), number).T
        left = record.flow[day + 1 : day + 1 + LONGEST]
        seen[: len(left), number] = left
        at(number + 1, len(days))
    return ensembles, seen


def _verification(
    model: RiverModel,
    record: Judged,
    lead: int,
    ensemble: F64,
    seen: F64,
    days: Any,
    forcing: str,
    first: int,
    last: int,
) -> Verification:
    persistence = record.flow[days]
    usual = climatology(record, record.flow, days + lead, first)
    whole = np.isfinite(seen) & np.isfinite(persistence) & np.isfinite(usual).any(axis=0)
    count = int(whole.sum())
    scores: dict[str, Any] = {}
    if count >= FEWEST and np.ptp(seen[whole]) > 0:
        scores = scores_of(ensemble[:, whole], seen[whole], persistence[whole], usual[:, whole])
        scores |= {"forcing": forcing, "members": ensemble.shape[0]}
    return Verification(
        model=model, variable="discharge", lead_h=24 * lead, start=record.day(first), end=record.day(last), n=count,
        scores=scores, computed_at=timezone.now(),
    )  # fmt: skip


def climatology(record: Judged, flow: F64, targets: Any, first: int) -> F64:
    """Past flows of the season as an ensemble (members, issues), from days before the judged period; NaN where none is."""
    days = record.day_of_year[:first]
    past = flow[:first]
    goal = np.array([min(record.day(int(one)).timetuple().tm_yday, 366) for one in targets])
    found = []
    for one in goal:
        apart = np.abs(days - one)
        near = past[(np.minimum(apart, 366 - apart) <= SEASON)]
        near = near[np.isfinite(near)]
        found.append(np.quantile(near, np.linspace(0.02, 0.98, 25)) if near.size else np.full(25, np.nan))
    return np.array(found).T


def scores_of(ensemble: F64, seen: F64, persistence: F64, usual: F64) -> dict[str, Any]:
    """Of one lead: ``ensemble`` and ``usual`` (members, cases), the others (cases,). Where the usual is not known at every
    case, there is no skill over it."""
    own = float(np.mean(crps(ensemble, seen)))
    stays = float(np.mean(np.abs(persistence - seen)))
    climate = float(np.mean(crps(usual, seen))) if np.isfinite(usual).all() else 0.0
    middle = np.median(ensemble, axis=0)
    low, high = np.quantile(ensemble, [0.1, 0.9], axis=0)
    flood = float(np.quantile(seen, 0.95))
    table = contingency(seen, middle, threshold=flood)
    better = 1 - own / stays if stays > 0 else (0.0 if own == 0 else -1.0)
    return {
        "nse": round(nse(seen, middle), 6),
        "crps": round(own, 6),
        "crps_persistence": round(stays, 6),
        "crps_climatology": round(climate, 6),
        "crpss_persistence": round(better, 6),
        "crpss_climatology": round(1 - own / climate, 6) if climate > 0 else None,
        "beats_persistence": better > 0,
        "inside_80": round(float(((seen >= low) & (seen <= high)).mean()), 4),
        "rank_histogram": _eleven(np.asarray(rank_histogram(ensemble, seen))),
        "flood_threshold": round(flood, 3),
        "hits": int(table.hits),
        "misses": int(table.misses),
        "false_alarms": int(table.false_alarms),
    }


def _eleven(counts: NDArray[Any]) -> list[int]:
    """The ranks in eleven boxes, as many as a reader can look at."""
    box = (np.arange(len(counts)) * 11) // len(counts)
    return np.bincount(box, weights=counts, minlength=11).astype(int).tolist()
