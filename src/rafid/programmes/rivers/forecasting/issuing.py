"""Forecasts of the past, one day of issue after the other: each from the days up to its own alone.

A routed node is issued from the forecasts of the past of the places upstream, on the same days and by the same throws, as
today's is from today's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import simulate

from ..models import RiverModel, RiverNode
from .calibrating import LONGEST
from .keeping import error_model_of, flow_of, parameters_of
from .members import drawn, flows
from .members import told as dressed
from .routed import corrected, course_of, own_parameters, read_routed, simulated
from .routing import Ahead, led_ahead, storage_days, storage_on
from .weather import days_of_year, read_record

F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """Observed mean flow of each day from ``first`` on, m³/s, NaN where missing."""

    first: date
    flow: F64

    def __len__(self) -> int:
        return len(self.flow)

    def at(self, day: date) -> int:
        return (day - self.first).days

    def day(self, index: int) -> date:
        return self.first + timedelta(days=int(index))

    @property
    def last(self) -> date:
        return self.day(len(self) - 1)

    @property
    def day_of_year(self) -> NDArray[np.int64]:
        return days_of_year(self.first, len(self))


class Issuer(Protocol):
    judged: Judged
    members: int
    unseen_from: date
    """The first day that neither the model nor one above it has learned from."""

    def issue(self, day: date, number: int) -> F64:
        """(members, leads), m³/s, from the evening of ``day``. Days rise from call to call."""


def issuer_of(model: RiverModel, *, members: int, forcing: str, seed: int) -> Issuer:
    made = OfRouting if model.kind == "routing" else OfRunoff
    return made(model, members, forcing, seed)


class OfRunoff:
    def __init__(self, model: RiverModel, members: int, forcing: str, seed: int) -> None:
        self.record = read_record(model)
        self.model, self.members, self.forcing, self.seed = model, members, forcing, seed
        self.judged = Judged(self.record.first, np.asarray(flow_of(self.record.flow, model.area_km2)))
        self.unseen_from = model.validated_from or self.record.first
        self.parameters, self.errors = parameters_of(model.parameters), error_model_of(model.error_model)
        self.state: Any = None
        self.done = 0
        self.run = np.empty(0)

    def issue(self, day: date, number: int) -> F64:
        at = self.record.at(day)
        if at + 1 > self.done:
            step = simulate(
                self.record.forcing.between(self.done, at + 1), parameters=self.parameters, state=self.state
            )
            self.state, self.done = step.state, at + 1
            self.run = np.concatenate([self.run, step.flow])
        past = self.record.forcing.between(0, at + 1)
        weather = drawn(
            past, self.record.day_of_year[: at + 1], kind=self.forcing, start_day=_after(day), horizon=LONGEST,
            members=self.members, seed=self.seed + number,
        )  # fmt: skip
        ahead = flows(weather, past, parameters=self.parameters, state=self.state)
        told = dressed(
            ahead, observed=self.record.flow[: at + 1], simulated=self.run, errors=self.errors, seed=self.seed + number
        )
        return np.asarray(flow_of(told, self.model.area_km2))


class OfRouting:
    def __init__(self, model: RiverModel, members: int, forcing: str, seed: int) -> None:
        self.model, self.members, self.forcing, self.seed = model, members, forcing, seed
        self.course = course_of(model, timezone.now())
        self.found = read_routed(model, self.course)
        self.run, _own = simulated(model, self.found)
        self.upstream = {
            one.code: issuer_of(_model_at(one.code), members=members, forcing=forcing, seed=seed)
            for one in self.course.all_places
            if one.role in ("forecast", "reservoir_forecast")
        }
        self.stored = {
            one.reservoir.pk: storage_days(one.reservoir) for one in self.course.all_places if one.reservoir is not None
        }
        # Days on which all above can be issued, too.
        stop = min([self.found.last, *(one.judged.last for one in self.upstream.values())])
        count = self.found.at(stop) + 1
        self.judged = Judged(self.found.first, self.found.observed[:count])
        self.unseen_from = max(
            [model.validated_from or self.found.first, *(one.unseen_from for one in self.upstream.values())]
        )
        self.own = own_parameters(model)
        self.state: Any = None
        self.done = 0

    def issue(self, day: date, number: int) -> F64:
        at = self.found.at(day)
        past = self.found.past.until(at + 1)
        above = {code: one.issue(day, number) for code, one in self.upstream.items()}
        ahead = Ahead(
            past,
            self.members,
            LONGEST,
            above.get,
            lambda reservoir: storage_on(self.stored[reservoir.pk], day),
            self.seed + number,
        )
        coming = led_ahead(self.course, ahead)
        if self.own is not None and self.found.record is not None:
            coming = coming + self._own(at, day, number)
        return corrected(self.model, coming, self.found.observed[: at + 1], self.run[: at + 1], self.seed + number)

    def _own(self, at: int, day: date, number: int) -> F64:
        record, own = self.found.record, self.own
        assert record is not None
        assert own is not None
        if at + 1 > self.done:
            step = simulate(record.forcing.between(self.done, at + 1), parameters=own, state=self.state)
            self.state, self.done = step.state, at + 1
        past = record.forcing.between(0, at + 1)
        weather = drawn(
            past, record.day_of_year[: at + 1], kind=self.forcing, start_day=_after(day), horizon=LONGEST,
            members=self.members, seed=self.seed + number,
        )  # fmt: skip
        return np.asarray(flow_of(flows(weather, past, parameters=own, state=self.state), self.model.area_km2))


def _model_at(code: str) -> RiverModel:
    from .running import model_of

    model = model_of(RiverNode.objects.get(code=code))
    if model is None:
        raise Refused(_("No model is active at %(place)s upstream. Make one active there first.") % {"place": code})
    return model


def _after(day: date) -> int:
    return min((day + timedelta(days=1)).timetuple().tm_yday, 366)
