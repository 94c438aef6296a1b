"""An outlook: past years' weather from today's state through the season, beside the season's usual volumes and the skill
that this date has had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Source
from rafid.methods.hydrology import Forcing, ModelParameters, ModelRun, ModelState, crps, esp, simulate

from ..forecasting.keeping import parameters_of
from ..forecasting.running import RUNOFF, made_up
from ..forecasting.weather import ZONE, Record, imported_members, read_record
from ..models import Demand, Outlook, RiverModel
from ..refusals import told
from .storing import of_node, serve_stored
from .supplying import Want, serve

F64 = NDArray[np.float64]
FEWEST = 5
SEASONAL = "seas5"
"""The name that series of the imported seasonal ensemble begin with."""
LONGEST_MONTHS = 12
OBSERVED_SHARE = 0.9
"""Of a season's days; a past season with fewer is no part of the usual."""
BEGUN, SOON = timedelta(days=-15), timedelta(days=31)
ALIKE = 90
"""Days by whose rain and warmth a past year is like this one."""


@dataclass(frozen=True)
class Season:
    """From the first day of a month to the last of another one."""

    first: date
    months: int

    @classmethod
    def read(cls, text: str) -> Season:
        """2026-10/2027-04."""
        try:
            start, end = (date.fromisoformat(f"{part}-01") for part in text.split("/"))
        except ValueError as error:
            raise Refused(_("Write the season as its first and last month: 2026-10/2027-04.")) from error
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        if not 1 <= months <= LONGEST_MONTHS:
            raise Refused(_("A season has from one to twelve months."))
        return cls(start, months)

    def __str__(self) -> str:
        return f"{self.labels[0]}/{self.labels[-1]}"

    @property
    def starts(self) -> list[date]:
        """First days of its months, and the day after its end."""
        return [_month_after(self.first, count) for count in range(self.months + 1)]

    @property
    def labels(self) -> list[str]:
        return [f"{day:%Y-%m}" for day in self.starts[:-1]]

    @property
    def after(self) -> date:
        return self.starts[-1]

    def in_year(self, years: int) -> Season:
        """The same season so many years later (earlier where negative)."""
        return Season(self.first.replace(year=self.first.year + years), self.months)


def _month_after(first: date, count: int) -> date:
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def make_outlook(
    model: RiverModel,
    *,
    season: str,
    method: str = "esp",
    scenario: str = "usual",
    known_at: datetime | None = None,
) -> Outlook:
    """Computes and keeps the outlook of a season at the model's node from what is known at a moment (now)."""
    if model.kind not in RUNOFF or not model.parameters:
        raise Refused(_("This model is not run here. Choose a calibrated GR4J model, or import its results."))
    moment = known_at or timezone.now()
    asked = Season.read(season)
    record = read_record(model, known_at=moment, until=moment.astimezone(ZONE).date())
    if asked.after <= record.last or (asked.first - record.last).days > 366:
        raise Refused(_("The season is over, or it begins in more than a year. Choose another one."))
    parameters = parameters_of(model.parameters)
    traced = Traced(record, parameters, asked)
    if method == "external":
        years, traces, left_out = _imported(model, record, asked, moment)
        depths = traced.run_traces(record.last, traces)
    else:
        left_out = []
        years = traced.years(record.last)
        if method == "analogue":
            years = traced.alike(years)
        if len(years) < FEWEST:
            raise Refused(
                _("The record holds %(count)s past years of this season; five are needed.") % {"count": len(years)}
            )
        depths = traced.run(record.last, years)
    volumes = depths * model.area_km2 / 1000
    usual = {year: one * model.area_km2 / 1000 for year, one in traced.usual().items()}
    reservoir, asking = of_node(model.node), wants(model, scenario)
    near = BEGUN <= asked.first - record.last <= SOON  # today's storage is that of the season's start
    stored = serve_stored(reservoir, volumes, asked.labels, asking, known_at=moment) if reservoir and near else None
    supply = [one.as_json() for one in (serve(volumes, asked.labels, asking) if stored is None else stored)]
    with told(Outlook), because("outlook made"):
        return Outlook.objects.create(
            season=str(asked),
            node=model.node,
            model=model,
            method=method,
            data_known_at=moment,
            issued_at=max(timezone.now(), moment),
            years=years,
            months=asked.labels,
            volumes=_rounded(volumes),
            climatology=_rounded(np.array(list(usual.values()))) if usual else [],
            # Another centre's ensemble of past years is not here: its skill is not known, and none is claimed.
            skill={"n": 0} if method == "external" else traced.skill(),
            scenario=scenario,
            supply={"rows": supply, "reservoir": reservoir.code if reservoir and stored is not None else None}
            | ({"left_out": left_out} if left_out else {}),
            owner=model.owner,
            place=model.place,
            sensitivity=model.sensitivity,
            **({"source": Source.DEMONSTRATION} if made_up(model) else {}),
        )


def _imported(
    model: RiverModel, record: Record, season: Season, known_at: datetime
) -> tuple[list[int], list[Forcing], list[str]]:
    """Numbers and weather of the members of the imported seasonal ensemble, up to the season's end, and the names of those
    that were left out. Refuses one that is not there or ends before the season does."""
    first = record.last + timedelta(days=1)
    days = (season.after - first).days
    traces, left_out = imported_members(model, SEASONAL, first, known_at, days)
    if len(traces) < FEWEST:
        raise Refused(
            _("The imported seasonal ensemble has %(count)s members; five are needed.") % {"count": len(traces)}
        )
    if len(traces[0]) < days:
        last = first + timedelta(days=len(traces[0]) - 1)
        raise Refused(
            _("The imported seasonal ensemble ends on %(day)s, before the season does. Choose a shorter season.")
            % {"day": last.isoformat()}
        )
    return list(range(1, len(traces) + 1)), traces, left_out


def wants(model: RiverModel, scenario: str) -> list[Want]:
    rows = Demand.objects.filter(node=model.node, scenario=scenario)
    return [Want(one.area, one.sector, one.month, one.mm3, one.priority) for one in rows]


def _rounded(volumes: F64) -> list[list[float]]:
    return [[float(f"{one:.6g}") for one in row] for row in volumes]


class Traced:
    """A model's record, run through a season from a day by the weather of other years; depths in mm by month."""

    def __init__(
        self, record: Record, parameters: ModelParameters, season: Season, run: ModelRun | None = None
    ) -> None:
        self.record, self.parameters, self.season = record, parameters, season
        self.run_whole = run or simulate(record.forcing, parameters=parameters)

    def years(self, today: date) -> list[int]:
        """By how many years earlier (as calendar years) weather from the day after ``today`` to the season's end is known."""
        found = []
        for back in range(1, len(self.record) // 365 + 2):
            start, end = _years_back(today + timedelta(days=1), back), _years_back(self.season.after, back)
            if start >= self.record.first and end - timedelta(days=1) <= self.record.last:
                found.append(start.year)
        return sorted(found)

    def alike(self, years: list[int]) -> list[int]:
        """The half of the years (five at least) whose last ninety days were most like the present ones in rain and warmth."""
        today = self.record.last

        def told_by(day: date) -> list[float]:
            end = self.record.at(day) + 1
            part = slice(max(end - ALIKE, 0), end)
            warm = self.record.forcing.temperature
            return [
                float(np.sum(self.record.forcing.rain[part])),
                float(np.mean(np.asarray(warm)[part])) if warm is not None else 0.0,
                float(self.run_whole.flow[part].mean()),
            ]

        usable = [year for year in years if (_in_year(today, year) - self.record.first).days >= ALIKE]
        if len(usable) < FEWEST:
            return usable
        table = np.array([told_by(_in_year(today, year)) for year in usable])
        spread = np.where(table.std(axis=0) > 0, table.std(axis=0), np.inf)
        distance = (((table - np.array(told_by(today))) / spread) ** 2).sum(axis=1)
        count = max(FEWEST, len(usable) // 2)
        return sorted(usable[i] for i in np.argsort(distance, kind="stable")[:count])

    def run(self, today: date, years: list[int], *, state: ModelState | None = None) -> F64:
        """(years, months) by the weather of other years."""
        first, days = today + timedelta(days=1), (self.season.after - today).days - 1
        traces = [
            self.record.forcing.between(at, at + days)
            for at in (self.record.at(_in_year(first, year)) for year in years)
        ]
        return self.run_traces(today, traces, state=state)

    def run_traces(self, today: date, traces: list[Forcing], *, state: ModelState | None = None) -> F64:
        """(traces, months): days until ``today`` as observed (as simulated where they were not), those after it traced."""
        ahead = esp(traces, parameters=self.parameters, state=state or self.run_whole.state)
        return np.array([self._by_month(today, one) for one in ahead])

    def _by_month(self, today: date, ahead: F64) -> F64:
        """Depth of each month of the season."""
        out = []
        for start, end in zip(self.season.starts, self.season.starts[1:], strict=False):
            begin = (start - today).days - 1
            stop = (end - today).days - 1
            total = float(ahead[max(begin, 0) : max(stop, 0)].sum())
            if begin < 0:
                seen = slice(self.record.at(start), min(self.record.at(end), self.record.at(today) + 1))
                flow, run = self.record.flow[seen], self.run_whole.flow[seen]
                total += float(np.where(np.isfinite(flow), flow, run).sum())
            out.append(total)
        return np.array(out)

    def seen(self, season: Season) -> F64 | None:
        """What came in a past season, by month; None where it was not observed on nine days of ten."""
        first, after = self.record.at(season.first), self.record.at(season.after)
        if first < 0 or after > len(self.record):
            return None
        out = []
        for start, end in zip(season.starts, season.starts[1:], strict=False):
            flow = self.record.flow[self.record.at(start) : self.record.at(end)]
            known = np.isfinite(flow)
            if known.mean() < OBSERVED_SHARE:
                return None
            out.append(float(flow[known].mean() * len(flow)))
        return np.array(out)

    def usual(self) -> dict[int, F64]:
        """Past seasons by their first year."""
        found = {}
        for back in range(1, len(self.record) // 365 + 2):
            season = self.season.in_year(-back)
            came = self.seen(season)
            if came is not None:
                found[season.first.year] = came
        return dict(sorted(found.items()))

    def skill(self) -> dict[str, Any]:
        """CRPSS of the season's volume over its usual, had the outlook been made on this date of each past year by the
        weather of the other years. With the parameters of today: a model calibrated on some of these years is judged
        kindly."""
        usual = self.usual()
        today = self.record.last
        lead = (self.season.first - today).days
        own, climate = [], []
        for year, came in usual.items():
            issued = date(year, self.season.first.month, 1) - timedelta(days=lead)
            at = self.record.at(issued) + 1
            others = {one: value for one, value in usual.items() if one != year}
            if at < 366 or len(others) < FEWEST:
                continue
            then = self.season.in_year(year - self.season.first.year)
            past = Traced(self.record, self.parameters, then, self.run_whole)
            years = [one for one in past.years_around(issued) if one != (issued + timedelta(days=1)).year]
            if len(years) < FEWEST:
                continue
            state = simulate(self.record.forcing.between(0, at), parameters=self.parameters).state
            volumes = past.run(issued, years, state=state).sum(axis=1)
            own.append(float(np.mean(crps(volumes[:, None], np.array([came.sum()])))))
            climate.append(
                float(np.mean(crps(np.array([one.sum() for one in others.values()])[:, None], np.array([came.sum()]))))
            )
        if len(own) < FEWEST or not sum(climate) > 0:
            return {"n": len(own)}
        return {
            "n": len(own),
            "crps": round(float(np.mean(own)), 6),
            "crpss_climatology": round(1 - sum(own) / sum(climate), 6),
        }

    def years_around(self, today: date) -> list[int]:
        """Calendar years, before and after, whose weather covers the same days."""
        first, days = today + timedelta(days=1), (self.season.after - today).days - 1
        found = []
        for year in range(self.record.first.year, self.record.last.year + 1):
            at = self.record.at(_in_year(first, year))
            if at >= 0 and at + days <= len(self.record):
                found.append(year)
        return found


def _in_year(day: date, year: int) -> date:
    """29 February is 28 February in other years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _years_back(day: date, back: int) -> date:
    return _in_year(day, day.year - back)
