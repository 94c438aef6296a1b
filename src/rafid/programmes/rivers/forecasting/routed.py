"""A model of kind "routing": water of the places upstream led to its node, and what its own catchment adds where it has rain
and temperature. Flows are m³/s, and its error model is of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import ModelParameters, ModelRun, calibrate, simulate

from ..models import Forecast, RiverModel
from ..values.reading import known_values
from .course import Course, course_to
from .keeping import depth_of, error_model_of, flow_of, keep_parameters, parameters_of
from .members import told as dressed
from .routing import Past, daily, led_as_observed, read_past
from .weather import ZONE, NoWeather, Record, read_record, spread, start_of

F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Routed:
    """Days ``first`` …: ``observed`` (NaN where missing) and ``routed``, m³/s. ``record`` and ``run`` are the weather and the
    runoff of its own catchment over the same days, where it has one."""

    course: Course
    past: Past
    observed: F64
    routed: F64
    record: Record | None = None

    @property
    def first(self) -> date:
        return self.past.first

    def __len__(self) -> int:
        return len(self.routed)

    @property
    def last(self) -> date:
        return self.past.last

    def at(self, day: date) -> int:
        return (day - self.first).days


def has_own_rain(model: RiverModel) -> bool:
    return "precipitation" in model.forcing


def read_routed(
    model: RiverModel, course: Course, *, known_at: datetime | None = None, until: date | None = None
) -> Routed:
    """All days that the places, and the weather where the model has some, know together."""
    past = read_past(course, known_at=known_at, until=until)
    record = read_record(model, known_at=known_at, until=until) if has_own_rain(model) else None
    first, last = past.first, past.last
    if record is not None:
        first, last = max(first, record.first), min(last, record.last)
        if first > last:
            raise NoWeather(_("The places upstream and the weather have no day in common."))
        record = _cut(record, first, last)
    begin, stop = (first - past.first).days, (last - past.first).days + 1
    past = Past(
        first, {code: one[begin:stop] for code, one in past.flows.items()}, past.doubtful[begin:stop], past.late
    )
    observed = np.full(len(past), np.nan)
    if model.observed_id:
        end = start_of(last + timedelta(days=1)) - timedelta(microseconds=1)
        seen = spread(daily(known_values(model.observed_id, known_at=known_at, end=end), False), first, len(past))
        observed = np.where(seen >= 0, seen, np.nan)
    return Routed(course, past, observed, led_as_observed(course, past), record)


def _cut(record: Record, first: date, last: date) -> Record:
    begin, stop = record.at(first), record.at(last) + 1
    return Record(first, record.forcing.between(begin, stop), record.flow[begin:stop], record.filled)


def own_parameters(model: RiverModel) -> ModelParameters | None:
    kept = model.parameters.get("own")
    return parameters_of(kept) if kept else None


def simulated(model: RiverModel, found: Routed) -> tuple[F64, ModelRun | None]:
    """What the model says of the days that are over."""
    own = own_parameters(model)
    if own is None or found.record is None:
        return found.routed, None
    run = simulate(found.record.forcing, parameters=own)
    return found.routed + flow_of(run.flow, model.area_km2), run


def course_of(model: RiverModel, at: datetime) -> Course:
    """As it was calibrated."""
    kept: Mapping[str, Any] | None = model.parameters.get("places")
    if not kept:
        raise NoWeather(_("The model has no parameters. Calibrate it first."))
    return course_to(model.node, at, kept=kept)


def learn(model: RiverModel, found: Routed, *, learned: slice, warmup: int, max_runs: int, seed: int) -> dict[str, Any]:
    """Parameters: the places, and those of the own catchment, calibrated on what the routed water does not explain."""
    kept: dict[str, Any] = {"places": found.course.as_json()}
    if found.record is not None:
        rest = np.maximum(np.where(found.past.doubtful, np.nan, found.observed) - found.routed, 0.0)
        whole = slice(learned.start - warmup, learned.stop)
        answer = calibrate(
            found.record.forcing.between(whole.start, whole.stop),
            depth_of(rest[whole], model.area_km2),
            warmup=warmup,
            max_runs=max_runs,
            seed=seed,
        )
        kept["own"] = keep_parameters(answer.parameters)
    return kept


def find_course(model: RiverModel) -> Course:
    """As the network stands now, for a calibration."""
    if model.observed_id is None:
        raise Refused(_("The model names no observed flow. Enter its series first."))
    found = course_to(model.node, timezone.now())
    if not found.places:
        raise Refused(
            _("No place upstream is measured or forecast. Make a model active there, or let its flow be entered.")
        )
    return found


class Archive:
    """Forecasts of the places upstream, as issued: of each the newest that this one may know. One that is computed again
    takes those that it took."""

    OLDEST = timedelta(hours=30)

    def __init__(self, row: Forecast, last: date, days: int, members: int) -> None:
        self.row, self.last, self.days, self.members = row, last, days, members
        self.notes: list[dict[str, Any]] = []
        self.fewest = members
        self.taken = {one["node"]: one["forecast"] for one in row.notes if one.get("code") == "upstream"}
        self.without = {one["node"] for one in row.notes if one.get("code") == "upstream_none"}
        self.found: dict[str, Forecast | None] = {}

    def forecast(self, code: str) -> Forecast | None:
        if code not in self.found:
            self.found[code] = self._forecast(code)
        return self.found[code]

    def _forecast(self, code: str) -> Forecast | None:
        rows = Forecast.objects.filter(node__code=code, model__kind__in=("gr4j", "gr4j_snow", "routing"))
        if code in self.taken:
            return rows.filter(ref=self.taken[code]).first()
        if code in self.without and self.row.state == "issued":
            return None
        moment = self.row.data_known_at
        rule = Q(state="issued", data_known_at__lte=moment, data_known_at__gte=moment - self.OLDEST)
        # One with the weather that came knows what was not known yet.
        return rows.filter(rule).exclude(forcing="observed").order_by("-data_known_at", "-issued_at").first()

    def count(self, codes: list[str]) -> int:
        """How many members all of them have."""
        found = [self.forecast(code) for code in codes]
        return min([self.members, *(one.members for one in found if one is not None)])

    def ahead(self, code: str, past: F64, count: int) -> F64 | None:
        """(count, days) after ``last``; fewer days where the forecast ends."""
        row = self.forecast(code)
        if row is None:
            return None
        today = row.data_known_at.astimezone(ZONE).date()
        by_day = {today + timedelta(hours=one.lead_h): one.members for one in row.values.all()}
        days = [self.last + timedelta(days=i + 1) for i in range(self.days)]
        begin = next((i for i, day in enumerate(days) if day in by_day), None)
        if begin is None:
            return None
        stop = begin
        while stop < len(days) and days[stop] in by_day:
            stop += 1
        told = np.array([by_day[day] for day in days[begin:stop]], float).T[:count]
        # Days between the last observation and the first lead lie between the two.
        share = (np.arange(begin) + 1) / (begin + 1)
        between = past[-1] + share * (told[:, :1] - past[-1])
        note = {"code": "upstream", "node": code, "forecast": row.ref}
        if note not in self.notes:
            self.notes.append(note)
        return np.concatenate([between, told], axis=1)


def corrected(model: RiverModel, ahead: F64, observed: F64, run: F64, seed: int) -> F64:
    """(members, days), m³/s: corrected by today's error and dressed with what remains."""
    return dressed(ahead, observed=observed, simulated=run, errors=error_model_of(model.error_model), seed=seed)
