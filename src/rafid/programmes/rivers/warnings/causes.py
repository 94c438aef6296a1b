"""Does what a warning says hold? Its level against what was read last and what is foretold, with the numbers.

A warning follows from a threshold: it is passed or nearly so by a fresh reading, or an issued forecast reaches it, at leads
that are better than persistence, as probably as its level asks. Where neither is so nothing is forbidden; whoever issues the
warning says why it goes out all the same, and that is kept with what spoke against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.records.change import Refused
from rafid.commons.writing import moment, number

from ..codes import FALLING, VARIABLES
from ..forecasting.queries import Shown, curves_of, flow_at, show_all
from ..models import FloodWarning, Forecast, Series, Threshold
from ..station.queries import rank
from ..status.queries import STALE
from ..units import unit_said
from ..values.reading import aware, seen_values

MARGIN_M = 0.5
MARGIN_PERCENT = 10
"""So near its threshold a water may stand when the warning goes out: levels in metres, all else in percent of the threshold."""
LEVELS = ("stage", "reservoir_level", "groundwater_level", "water_level_altimetry")
PROBABLE = {"watch": 0.3, "warning": 0.5, "severe": 0.5, "extreme": 0.5, "low": 0.5, "critical": 0.5}
"""How probable a forecast makes the threshold before it carries a warning of this level. A watch is for what may come."""
LAST = 30
"""So far back a reading that did not fail is looked for."""

SENTENCES = {
    "no_threshold": gettext_noop(
        "The station has no threshold for this level: no reading and no forecast can show it."
    ),
    "unread": gettext_noop("Nothing was read at this station to be compared with the threshold of %(threshold)s."),
    "below": gettext_noop(
        "At %(moment)s %(value)s was read: %(apart)s below the threshold of %(threshold)s. "
        "A warning goes out unasked when at most %(margin)s are missing."
    ),
    "above": gettext_noop(
        "At %(moment)s %(value)s was read: %(apart)s above the threshold of %(threshold)s. "
        "A warning goes out unasked when at most %(margin)s are missing."
    ),
    "late": gettext_noop(
        "The last reading, %(value)s against a threshold of %(threshold)s, is of %(moment)s, %(hours)s hours ago: "
        "how high the water stands now is not known."
    ),
    "no_forecast": gettext_noop("No issued forecast reaches it at a lead that is better than persistence."),
    "improbable": gettext_noop(
        "The forecast %(ref)s reaches it with a probability of %(percent)s %%; this level asks for %(asked)s %%."
    ),
}
MEASURES = ("value", "apart", "threshold", "margin")
"""Facts that are said with the unit."""


@dataclass(frozen=True)
class Doubt:
    """One thing that speaks against the cause: a code of ``SENTENCES`` with its facts, which go into JSON."""

    code: str
    facts: dict[str, Any]

    @property
    def sentence(self) -> str:
        said: dict[str, Any] = dict(self.facts)
        for name in MEASURES:
            if name in said:
                said[name] = f"{number(said[name], 2)} {unit_said(self.facts['unit'])}".strip()
        for name in ("percent", "asked", "hours"):
            if name in said:
                said[name] = number(said[name], 0)
        if "moment" in said:
            said["moment"] = moment(datetime.fromisoformat(said["moment"]))
        return _(SENTENCES[self.code]) % said

    def kept(self) -> dict[str, Any]:
        return {"code": self.code, **self.facts}


class Doubted(Refused):
    """The warning's cause does not hold, and nobody said why it goes out all the same."""

    def __init__(self, doubts: list[Doubt]) -> None:
        self.doubts = doubts
        said = " ".join(one.sentence for one in doubts)
        super().__init__(f"{said} {_('Look again, or say why the warning goes out all the same.')}")


def doubts_kept(warning: FloodWarning) -> list[Doubt]:
    """What spoke against it when it was issued."""
    return [Doubt(one["code"], {k: v for k, v in one.items() if k != "code"}) for one in warning.doubts]


def doubts_of(warning: FloodWarning, *, user: Any, now: datetime | None = None) -> list[Doubt]:
    """What speaks against its cause, by what this person sees; empty where it holds."""
    at = now or timezone.now()
    limits = _thresholds(warning, user)
    if not limits:
        return [Doubt("no_threshold", {})]
    by_reading = [_reading(warning, one, user, at) for one in limits]
    if None in by_reading:
        return []
    best, ref = 0.0, ""
    for shown in _forecasts(warning, user, at):
        for one in limits:
            chance = _chance(warning, shown, one, user, at)
            if chance is not None and (not ref or chance > best):
                best, ref = chance, shown.row.ref
    asked = PROBABLE[warning.level]
    if ref and best >= asked:
        return []
    told = Doubt("improbable", {"ref": ref, "percent": 100 * best, "asked": 100 * asked})
    # What was read says more than that nothing was.
    read = next((one for one in by_reading if one and one.code != "unread"), by_reading[0])
    assert read is not None
    return [read, told if ref else Doubt("no_forecast", {})]


def _thresholds(warning: FloodWarning, user: Any) -> list[Threshold]:
    """Those that stand for this level at the station, the one that the warning names first."""
    named = set(warning.thresholds.values_list("pk", flat=True))
    rows = Threshold.objects.visible_to(user).filter(
        station=warning.station_id, class_code=warning.level, valid_to=None
    )
    return sorted(rows, key=lambda one: (one.pk not in named, one.variable, one.kind))


def _reading(warning: FloodWarning, limit: Threshold, user: Any, at: datetime) -> Doubt | None:
    """None where a fresh reading passes the threshold, or lacks no more than the margin."""
    unit = VARIABLES[limit.variable].unit
    margin = MARGIN_M if limit.variable in LEVELS else abs(limit.value) * MARGIN_PERCENT / 100
    facts = {"variable": limit.variable, "unit": unit, "threshold": limit.value}
    found = _last(warning, limit, user, at)
    if found is None:
        return Doubt("unread", facts)
    time, value = found
    facts |= {"value": value, "moment": time.isoformat()}
    if at - time > STALE:
        return Doubt("late", {**facts, "hours": round((at - time) / timedelta(hours=1))})
    falling = warning.level in FALLING
    apart = value - limit.value if falling else limit.value - value
    if apart <= margin:
        return None
    return Doubt("above" if falling else "below", {**facts, "apart": apart, "margin": margin})


def _last(warning: FloodWarning, limit: Threshold, user: Any, at: datetime) -> tuple[datetime, float] | None:
    """Time and value of the last reading that did not fail: of the preferred source, and of the freshest one where that is
    late."""
    rows = Series.objects.visible_to(user).filter(station=warning.station_id, variable=limit.variable)
    found: list[tuple[datetime, float]] = []
    for one in sorted(rows, key=lambda one: (not one.preferred, rank(one), one.ref)):
        if one.origin in ("forecast", "model"):
            continue
        known = seen_values(user, one, end=at, last=LAST)
        good = np.flatnonzero(~np.isnan(known.good))
        if good.size:
            found.append((aware(known.times[good[-1]]), float(known.good[good[-1]])))
            if at - found[-1][0] <= STALE:
                return found[-1]
    return max(found, default=None)


def _forecasts(warning: FloodWarning, user: Any, at: datetime) -> list[Shown]:
    """The one that the warning rests on, else the newest of each model at the station's node."""
    if warning.forecast_id:
        return show_all([warning.forecast], user)  # type: ignore[list-item]
    if warning.station.node_id is None:
        return []
    rows = (
        Forecast.objects.visible_to(user)
        .filter(node=warning.station.node_id, state="issued", issued_at__lte=at)
        .order_by("model_id", "-issued_at", "ref")
        .distinct("model_id")
    )
    return show_all(list(rows), user)


def _chance(warning: FloodWarning, shown: Shown, limit: Threshold, user: Any, at: datetime) -> float | None:
    """The share of members that reach the threshold while the warning is in force, at leads that may carry it."""
    flow: float | None = limit.value if limit.variable == "discharge" else None
    if limit.variable == "stage":
        curve = curves_of([warning.station.node_id], user, by_station=True).get(warning.station_id)
        flow = flow_at(curve, limit.value) if curve is not None else None
    unproven = set(shown.guidance_only)
    usable = [
        step
        for step, lead in enumerate(shown.steps)
        if lead not in unproven and at <= shown.time_of(lead) <= warning.expires
    ]
    if flow is None or not usable:
        return None
    members = shown.members[:, usable]
    reached = members <= flow if warning.level in FALLING else members >= flow
    return float(reached.any(axis=1).mean())
