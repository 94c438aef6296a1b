"""A model's weather and observed flow, one value a day of the country, as known at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import Forcing, oudin_pet

from ..codes import VARIABLES
from ..models import RiverModel, Series
from ..values.reading import Known, known_values
from .keeping import depth_of

F64 = NDArray[np.float64]
ZONE = ZoneInfo(settings.TIME_ZONE)
DRY_DAYS, EVEN_DAYS = 3, 5
"""So many missing days in a row are taken for dry, and for the mean between their neighbours; more are refused."""


class NoWeather(Refused):
    """The weather does not carry a run."""


@dataclass(frozen=True, eq=False)
class Record:
    """Days ``first`` … of a model: ``forcing`` without gaps, ``flow`` (mm/d) with NaN where it was not observed. ``filled``
    tells how many days of a variable were filled."""

    first: date
    forcing: Forcing
    flow: F64
    filled: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.forcing)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self) - 1)

    def at(self, day: date) -> int:
        return (day - self.first).days

    def day(self, index: int) -> date:
        return self.first + timedelta(days=int(index))

    @property
    def day_of_year(self) -> NDArray[np.int64]:
        return days_of_year(self.first, len(self))


def days_of_year(first: date, count: int) -> NDArray[np.int64]:
    days = np.datetime64(first) + np.arange(count)
    return (days - days.astype("datetime64[Y]")).astype(np.int64) + 1


def series_of(model: RiverModel) -> dict[str, Series]:
    """The model's series by variable. A forcing that names what is gone is refused."""
    ids = {name: pk for name, pk in model.forcing.items() if name in ("precipitation", "temperature", "pet")}
    found = {str(one.pk): one for one in Series.objects.filter(pk__in=ids.values())}
    if "precipitation" not in ids or not ("temperature" in ids or "pet" in ids):
        raise NoWeather(_("The model names no series of rain, or none of temperature. Enter them at the model."))
    missing = [name for name, pk in ids.items() if str(pk) not in found]
    if missing:
        raise NoWeather(
            _("The series of %(variable)s that the model names is not there.")
            % {"variable": VARIABLES[missing[0]].name}
        )
    return {name: found[str(pk)] for name, pk in ids.items()}


def read_record(model: RiverModel, *, known_at: datetime | None = None, until: date | None = None) -> Record:
    """All days from the first to the last that have rain and temperature (not after ``until``), as known at ``known_at``."""
    end = start_of(until + timedelta(days=1)) - timedelta(microseconds=1) if until else None
    known = {
        name: daily(known_values(one, known_at=known_at, end=end), VARIABLES[name].flux)
        for name, one in series_of(model).items()
    }
    for name, days in known.items():
        if not days:
            raise NoWeather(_("There are no values of %(variable)s.") % {"variable": VARIABLES[name].name})
    first = max(min(days) for days in known.values())
    last = min(max(days) for days in known.values())
    if last < first:
        raise NoWeather(_("Rain and temperature have no day in common."))
    count = (last - first).days + 1
    filled: dict[str, int] = {}
    columns = {name: _filled(name, spread(days, first, count), first, filled) for name, days in known.items()}
    flow = np.full(count, np.nan)
    if model.observed_id:
        seen = spread(daily(known_values(model.observed_id, known_at=known_at, end=end), False), first, count)
        flow = np.where(seen >= 0, depth_of(seen, model.area_km2), np.nan)
    return Record(first, forcing_of(model, columns, first), flow, filled)


def forcing_of(model: RiverModel, columns: dict[str, F64], first: date) -> Forcing:
    """Evapotranspiration is that of the series, or Oudin's from temperature."""
    warm = columns.get("temperature")
    pet = columns.get("pet")
    if pet is None:
        assert warm is not None
        pet = oudin_pet(warm, days_of_year(first, len(warm)), latitude=model.latitude)
    if model.kind in ("gr4j_snow", "routing") and warm is not None and model.bands:
        return Forcing(columns["precipitation"], pet, warm, model.bands, model.reference_elevation)
    return Forcing(columns["precipitation"], pet)


def start_of(day: date) -> datetime:
    """The moment when a day of the country begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def daily(known: Known, flux: bool) -> dict[date, float]:
    """Good values by day of the country: the sum of a flux, the mean of a state. A day without a value is left out."""
    values = known.good
    offset = np.timedelta64(int(datetime(2026, 1, 1, tzinfo=ZONE).utcoffset().total_seconds()), "s")  # type: ignore[union-attr]
    there = np.isfinite(values)
    days = (known.times[there] + offset).astype("datetime64[D]")
    if not days.size:
        return {}
    distinct, which = np.unique(days, return_inverse=True)
    totals = np.bincount(which, weights=values[there])
    if not flux:
        totals = totals / np.bincount(which)
    return dict(zip(distinct.astype(object).tolist(), totals.tolist(), strict=True))


def spread(days: dict[date, float], first: date, count: int) -> F64:
    out = np.full(count, np.nan)
    for day, value in days.items():
        at = (day - first).days
        if 0 <= at < count:
            out[at] = value
    return out


def _filled(name: str, values: F64, first: date, filled: dict[str, int]) -> F64:
    """Short gaps are filled and counted; a long one is refused with its first day."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    longest = DRY_DAYS if name == "precipitation" else EVEN_DAYS
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(int), [0]])))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start > longest:
            raise NoWeather(
                _("%(variable)s is missing on %(count)s days from %(day)s on. Enter it, or begin after it.")
                % {
                    "variable": VARIABLES[name].name,
                    "count": stop - start,
                    "day": (first + timedelta(days=int(start))).isoformat(),
                }
            )
    filled[name] = int(missing.sum())
    if name == "precipitation":
        return np.where(missing, 0.0, values)
    there = np.flatnonzero(~missing)
    return np.asarray(np.interp(np.arange(len(values)), there, values[there]))


def imported_members(
    model: RiverModel, kind: str, first: date, known_at: datetime, horizon: int
) -> tuple[list[Forcing], list[str]]:
    """Weather of an imported ensemble from ``first`` on: series of origin "forecast" at the stations of the model's own
    series, named ``{kind}-{member}``. All have the days that most of them reach; the names of those that lack a variable, or
    end earlier than most, are told beside them."""
    own = series_of(model)
    members: dict[str, dict[str, dict[date, float]]] = {}
    for name, series in own.items():
        rows = Series.objects.filter(
            station=series.station_id, variable=name, origin="forecast", origin_name__startswith=f"{kind}-"
        )
        for row in rows.order_by("origin_name"):
            found = daily(known_values(row, start=start_of(first), known_at=known_at), VARIABLES[name].flux)
            if first in found:
                members.setdefault(row.origin_name, {})[name] = found
    # Evapotranspiration is seldom forecast: without it, it is Oudin's from temperature.
    if "temperature" in own and not any("pet" in one for one in members.values()):
        own.pop("pet", None)
    reach = {
        name: min(_unbroken(one, first) for one in days.values())
        for name, days in sorted(members.items())
        if set(days) == set(own)
    }
    if not reach:
        raise NoWeather(
            _("No imported member covers the days from %(day)s on. Import it first.") % {"day": first.isoformat()}
        )
    lengths = sorted(reach.values())
    count = min(lengths[(len(lengths) - 1) // 2], horizon)
    whole = [name for name, days in reach.items() if days >= count]
    left_out = sorted(set(members) - set(whole))
    return [
        forcing_of(model, {name: spread(one, first, count) for name, one in members[member].items()}, first)
        for member in whole
    ], left_out


def _unbroken(days: dict[date, float], first: date) -> int:
    count = 0
    while first + timedelta(days=count) in days:
        count += 1
    return count
